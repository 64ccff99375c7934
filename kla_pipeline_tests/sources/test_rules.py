"""Every rule of every contract is broken by a row and kept by another, and says so in both languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from kla_pipeline.quality.evaluate import judge_rows, row_rules
from kla_pipeline.quality.kinds import DTYPES
from kla_pipeline.quality.rules import describe
from kla_pipeline.quality.staging import StagedTable
from kla_pipeline_tests.quality.tables import (
    RECORDS,
    broken_rules,
    contract_of,
    good_row,
    stage_rows,
    the_catalogue,
)
from kla_pipeline_tests.sources.rule_cases import Case, Cases

RULES = [text for record in RECORDS for text in describe(contract_of(record))]
JUDGED = [text.id for text in RULES if text.scope != "history"]


@cache
def cases_of(record: str) -> dict[str, Case]:
    return {case.rule: case for case in Cases(record).all()}


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[StagedTable, dict[str, int]]]:
    """Per record type one file with the rows of all its cases, and where the rows of each case begin."""
    result = {}
    for record in RECORDS:
        rows, starts = [], {}
        for case in cases_of(record).values():
            starts[case.rule] = len(rows)
            rows += case.rows
        result[record] = stage_rows(record, rows, tmp_path_factory.mktemp(record)), starts
    return result


def test_every_record_type_has_a_good_row() -> None:
    assert sorted(the_catalogue().contracts()) == RECORDS


@pytest.mark.parametrize("record", RECORDS)
def test_no_rule_objects_to_a_good_row(record: str, tmp_path: Path) -> None:
    table = stage_rows(record, [good_row(record, number) for number in range(3)], tmp_path)

    assert not [outcome.rule for outcome in table.rules if outcome.failed.any()]
    assert len(table.accepted) == 3


@pytest.mark.parametrize("record", ["facility_item", "staff"])
def test_a_unit_is_one_of_a_list_and_never_what_somebody_typed(record: str, tmp_path: Path) -> None:
    rows = [good_row(record, 1, unit="UPTD PPA Sintetis"), good_row(record, 2, unit="Ruang Ibu Tokoh Rekaan")]

    table = stage_rows(record, rows, tmp_path)

    assert table.accepted["unit"].tolist() == ["UPTD_PPA"]
    assert broken_rules(table) == [set(), {"unit.code"}]


@pytest.mark.parametrize("record", RECORDS)
def test_a_rule_without_a_case_is_a_gap(record: str) -> None:
    judged = {text.id for text in describe(contract_of(record)) if text.scope != "history"}

    assert set(cases_of(record)) == judged


@pytest.mark.parametrize("rule", JUDGED)
def test_a_rule_is_broken_by_one_row_and_kept_by_another(
    rule: str, staged: dict[str, tuple[StagedTable, dict[str, int]]]
) -> None:
    record = rule.split(".")[0]
    case = cases_of(record)[rule]
    table, starts = staged[record]
    (outcome,) = [item for item in table.rules if item.rule == rule]
    failed = outcome.failed[starts[rule] : starts[rule] + len(case.rows)]

    assert case.breaks
    assert case.keeps
    assert [position for position, is_broken in enumerate(failed) if is_broken] == case.breaks


@pytest.mark.parametrize("record", RECORDS)
def test_staging_runs_the_rules_that_are_described_and_no_other(
    record: str, staged: dict[str, tuple[StagedTable, dict[str, int]]]
) -> None:
    described = {text.id: text for text in describe(contract_of(record)) if text.scope != "history"}
    ran = {outcome.rule: outcome for outcome in staged[record][0].rules}

    assert set(ran) == set(described)
    assert {rule: outcome.severity for rule, outcome in ran.items()} == {
        rule: text.severity for rule, text in described.items()
    }
    assert {rule: outcome.columns for rule, outcome in ran.items() if outcome.scope == "row"} == {
        rule: text.columns for rule, text in described.items() if text.scope == "row"
    }


@pytest.mark.parametrize("record", RECORDS)
def test_a_row_without_any_value_breaks_what_is_required_and_nothing_raises(record: str) -> None:
    contract = contract_of(record)
    frame = pd.DataFrame(
        {name: pd.Series([None, None], dtype=DTYPES[column.kind]) for name, column in contract.columns.items()}  # type: ignore[call-overload]
    )
    frame["_received_on"] = pd.Series([pd.Timestamp("2026-06-30")] * 2)

    broken = {outcome.rule for outcome in judge_rows(contract, frame, row_rules(contract)) if outcome.failed.any()}

    assert broken == {f"{record}.{name}.required" for name in contract.required}


@pytest.mark.parametrize("record", RECORDS)
def test_rules_of_an_empty_table_judge_nobody(record: str, tmp_path: Path) -> None:
    table = stage_rows(record, [], tmp_path)

    assert all(len(outcome.failed) == 0 for outcome in table.rules)
    assert table.period.is_nil


@pytest.mark.parametrize("text", RULES, ids=lambda text: text.id)
def test_a_rule_says_what_is_wrong_and_how_to_mend_it_in_both_languages(text) -> None:
    words = (text.what_id, text.what_en, text.mend_id, text.mend_en)

    assert all(re.fullmatch(r"[“A-Z].{5,}\.", word) for word in words), words
    assert len(set(words)) == 4
    assert not any("{" in word or "“”" in word for word in words)
    assert text.severity in ("reject", "warn", "refuse")
    assert text.dimension in ("completeness", "validity", "consistency", "uniqueness")
    assert set(text.columns) <= set(contract_of(text.id.split(".")[0]).columns)


def test_rule_ids_are_unique_and_begin_with_their_record() -> None:
    ids = [text.id for text in RULES]

    assert len(ids) == len(set(ids))
    assert {rule.split(".")[0] for rule in ids} == set(RECORDS)


def test_a_history_rule_has_its_query() -> None:
    files = {path.stem for path in the_catalogue().files("history/*.sql")}

    assert files == {text.id for text in RULES if text.scope == "history"}
