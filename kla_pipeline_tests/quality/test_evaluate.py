"""Duplicates are told from contradictions, a rule that raises stops its file, and no unsupported contract runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from kla_pipeline.errors import DeclarationError, DeliveryRefused
from kla_pipeline.quality import contract as language
from kla_pipeline.quality.contract import Contract, Int, RecordType, Text
from kla_pipeline.quality.evaluate import UNREAD, RowRule, judge_delivery, judge_rows, row_rules
from kla_pipeline.quality.rule_texts import RuleSheet


def record_of(model: type[Contract], near: bool = False) -> RecordType:
    return RecordType("toy", model, "Mainan", "Toy", RuleSheet("toy"), {}, "", near)


class Toy(Contract):
    """Key, and a number."""

    key: Text = language.text("Kunci", "Key", key=True)
    amount: Int = language.integer("Jumlah", "Amount", ge=0)


def frame(*rows: tuple[str | None, int | None], unread: list[str] | None = None) -> pd.DataFrame:
    data = pd.DataFrame(
        {
            "key": pd.Series([row[0] for row in rows], dtype="string"),
            "amount": pd.Series([row[1] for row in rows], dtype="Int64"),
        }
    )
    return data if unread is None else data.assign(**{UNREAD: pd.Series(unread, dtype="string")})


def broken(data: pd.DataFrame, near: bool = False) -> dict[str, list[int]]:
    outcomes = judge_delivery(record_of(Toy, near), data)
    return {outcome.rule.removeprefix("toy."): np.flatnonzero(outcome.failed).tolist() for outcome in outcomes}


def test_of_identical_rows_the_first_stays() -> None:
    assert broken(frame(("a", 1), ("b", 2), ("a", 1), ("a", 1))) == {"duplicate_of_row": [2, 3], "conflicting_key": []}


def test_one_key_with_two_contents_is_a_contradiction_of_all_its_rows() -> None:
    assert broken(frame(("a", 1), ("a", 2), ("b", 1))) == {"duplicate_of_row": [], "conflicting_key": [0, 1]}
    assert broken(frame(("a", 1), ("a", 1), ("a", None))) == {"duplicate_of_row": [1], "conflicting_key": [0, 2]}


def test_rows_without_a_key_are_left_to_the_rule_that_requires_one() -> None:
    assert broken(frame((None, 1), (None, 2))) == {"duplicate_of_row": [], "conflicting_key": []}


def test_rows_that_look_alike_because_a_cell_was_unreadable_are_not_identical() -> None:
    unread = ["amount=dua", "", "amount=dua"]

    assert broken(frame(("a", None), ("a", None), ("b", None), unread=unread)) == {
        "duplicate_of_row": [],
        "conflicting_key": [0, 1],
    }


def test_a_near_duplicate_is_the_later_row_and_no_exact_copy() -> None:
    assert broken(frame(("a", 1), ("b", 1), ("a", 1), ("c", 2)), near=True)["possible_duplicate"] == [1]


def test_an_empty_table_breaks_nothing() -> None:
    assert broken(frame(), near=True) == {"duplicate_of_row": [], "conflicting_key": [], "possible_duplicate": []}


def test_a_rule_that_raises_stops_the_file_and_names_itself_and_no_value() -> None:
    def explode(_: pd.DataFrame) -> np.ndarray:
        raise KeyError("3673011203150001")

    rule = RowRule("toy.bad", "reject", "row", (), explode)

    with pytest.raises(DeliveryRefused) as caught:
        judge_rows(record_of(Toy), frame(("a", 1)), [rule])

    assert caught.value.code == "rule_did_not_run"
    assert caught.value.detail == {"rule": "toy.bad"}
    assert "3673" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_frame_with_another_index_is_refused_because_verdicts_would_be_misplaced() -> None:
    with pytest.raises(DeclarationError, match="plain index"):
        judge_rows(record_of(Toy), frame(("a", 1), ("b", 2)).iloc[[1]].rename(index={1: 5}), row_rules(record_of(Toy)))


def test_bounds_and_nulls_are_judged_apart() -> None:
    outcomes = judge_rows(record_of(Toy), frame(("a", -1), (None, None), ("b", 0)), row_rules(record_of(Toy)))

    assert {outcome.rule: outcome.failed.tolist() for outcome in outcomes} == {
        "toy.key.required": [False, True, False],
        "toy.amount.min": [True, False, False],
    }


def test_a_contract_that_uses_what_is_not_judged_is_refused() -> None:
    class Unique(Contract):
        """Uniqueness by pandera."""

        key: Text = pa.Field(unique=True, metadata=Toy.to_schema().columns["key"].metadata)

    class Odd(Contract):
        """A check without a rule id."""

        key: Text = pa.Field(str_length={"max_value": 3}, metadata=Toy.to_schema().columns["key"].metadata)

    for model, complaint in ((Unique, "unique"), (Odd, "no rule id")):
        with pytest.raises(DeclarationError, match=complaint):
            row_rules(record_of(model))


def test_the_record_type_knows_its_key_and_what_it_requires() -> None:
    record = replace(record_of(Toy), record="toy")

    assert record.key == ["key"]
    assert record.required == ["key"]
    assert list(record.columns) == ["key", "amount"]
