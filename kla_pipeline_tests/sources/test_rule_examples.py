"""The examples on the rule pages are true: a bad one breaks its rule and no other, a good one breaks none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kla_pipeline.quality.rule_texts import Row, RuleText
from kla_pipeline.quality.rules import describe
from kla_pipeline.quality.staging import StagedTable
from kla_pipeline_tests.quality.tables import NUMBERED, RECORDS, broken_rules, contract_of, good_row, stage_rows

# what lies out of range or cannot be read also differs from what another rule holds it against
BREAKS_ANOTHER_TOO = {
    "disaster_event.month.min": "year_mismatch",
    "disaster_event.month.max": "year_mismatch",
    "disaster_event.year.min": "year_mismatch",
    "disaster_event.year.max": "year_mismatch",
    "disaster_report.district_name.type": "district.code",
    "disaster_report.province.code": "place_disagrees",
    "disaster_statistic.area_name.type": "area_code.code",
    "population.age_from.max": "age_band_reversed",
    "population.age_to.min": "age_band_reversed",
    "violence_aggregate.district_name.type": "district.code",
    "violence_aggregate.dimension.code": "category_of_other_dimension",
    "violence_months.stated_total.min": "row_total",
    "violence_split.stated_total.min": "row_total",
}


@cache
def rules_of(record: str) -> list[RuleText]:
    return [text for text in describe(contract_of(record)) if text.scope in ("row", "delivery")]


def changed(record: str, row: Row) -> dict[str, str]:
    """What an example changes of the good row; its key stays unless the example is about the key."""
    good = contract_of(record).sheet.row
    return {name: text for name, text in row.items() if good.get(name) != text}


class Together:
    """Examples of scope row of one record in one file, each row with a key of its own."""

    def __init__(self, record: str) -> None:
        self.rows: list[dict[str, str]] = []
        self.expected: list[tuple[str, set[str]]] = []
        for text in rules_of(record):
            if text.scope == "row":
                self._add(record, text, text.bad, {text.id.removeprefix(f"{record}.")})
                self._add(record, text, text.good, set())

    def _add(self, record: str, text: RuleText, rows: tuple[Row, ...], breaks: set[str]) -> None:
        more = {BREAKS_ANOTHER_TOO[text.id]} if breaks and text.id in BREAKS_ANOTHER_TOO else set()
        for row in rows:
            self.rows.append(good_row(record, len(self.rows) + 1, **changed(record, row)))
            self.expected.append((text.id, breaks | more))


def among_rows(table: StagedTable) -> list[set[str]]:
    """Rules of scope row that each row breaks: two examples about one key are no conflict here."""
    return [{rule for rule in rules if rule not in TABLE_RULES} for rules in broken_rules(table)]


TABLE_RULES = ("duplicate_of_row", "conflicting_key", "possible_duplicate")


@pytest.mark.parametrize("record", RECORDS)
def test_a_bad_row_breaks_exactly_its_rule_and_a_good_one_none(record: str, tmp_path: Path) -> None:
    together = Together(record)

    found = among_rows(stage_rows(record, together.rows, tmp_path))

    wrong = [
        (rule, expected, broken)
        for (rule, expected), broken in zip(together.expected, found, strict=True)
        if broken != expected
    ]
    assert not wrong


@pytest.mark.parametrize("record", RECORDS)
def test_examples_of_several_rows_break_exactly_their_rule(record: str, tmp_path: Path) -> None:
    good = contract_of(record).sheet.row
    for text in rules_of(record):
        if text.scope != "delivery":
            continue
        name = text.id.removeprefix(f"{record}.")
        for rows, expected in ((text.bad, {name}), (text.good, set())):
            found = broken_rules(stage_rows(record, [{**good, **row} for row in rows], tmp_path))
            assert set().union(*found) == expected, text.id


@pytest.mark.parametrize("record", RECORDS)
def test_every_rule_has_a_bad_and_a_good_example_and_says_why(record: str) -> None:
    texts = describe(contract_of(record))

    assert not [text.id for text in texts if not text.bad or not text.good]
    assert not [text.id for text in texts if text.bad == text.good]
    assert not [
        text.id for text in texts if len(text.why_id) < 40 or len(text.why_en) < 40 or text.why_id == text.why_en
    ]
    assert {text.responsible for text in texts} <= {"agency", "us", "shared"}
    assert not [text.id for text in texts if not text.source]


def test_the_good_rows_are_of_nobody() -> None:
    for record in RECORDS:
        row = contract_of(record).sheet.row
        assert row.get("name", "Anak Uji").startswith("Anak Uji")
        assert row.get("nik", "9999").startswith("9999"), "no province has the number 99"
        assert set(NUMBERED[record]) <= set(row)
