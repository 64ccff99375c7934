"""Every line of the bundle ends where the truth says: accepted with its true value, flagged, rejected or set aside.

Here: the places of defects, the values of records in force, the lines of every sheet. Not here: what a rule is. A
failure names file, sheet, row and column, never a value.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from typing import Any

import pytest

from kla_pipeline_tests.end_to_end.golden.facts import Fact, lines
from kla_pipeline_tests.support import City

Place = tuple[str, int, int]  # file, number of the sheet, row as a person sees it
KINDS = ("title", "blank", "header", "total", "footer")
KEYS = {
    "victims": ("violence_victim", ("register_no", "victim_no")),
    "ppks": ("ppks", ("ppks_no",)),
    "labour": ("child_labour", ("labour_no",)),
    "juvenile": ("juvenile_case", ("register_no", "child_no")),
    "mechanism": ("mechanism_check", ("agency", "reference_year", "item_id")),
    "facility": ("facility_item", ("agency", "reference_year", "unit", "item")),
    "staff": ("staff", ("staff_no",)),
    "population": ("population", ("reference_year", "area_code", "sex", "age_from", "age_to")),
}
# Text that a rule reads without regard to case and blanks around slashes, and that is kept as the office wrote it.
SPELLED_FREELY = ("lp_no",)

PLACED = """
    SELECT d.agency || '/' || d.file_name, {sheet}, {row}, {what}
    FROM {table} AS t INNER JOIN quality.delivery AS d USING (delivery_id)
"""


# ------------------------------------------------------------------------------------------------- rejected and flagged
@pytest.mark.parametrize("stage", ["staging", "build"])
def test_every_defect_of_a_row_is_a_reason_of_its_rejection(bundle: City, stage: str) -> None:
    reasons = placed_rules(bundle, "quality.reason", f"stage = '{stage}'")

    missing = {place: rules - reasons[place] for place, rules in defects("rejected", stage).items()}

    assert {place: rules for place, rules in missing.items() if rules} == {}


@pytest.mark.parametrize("stage", ["staging", "build"])
def test_no_other_row_is_rejected(bundle: City, stage: str) -> None:
    rejected = placed(bundle, "quality.rejected_row", "t.sheet", "t.row_no", "t.stage")

    assert {place for place, at in rejected if at == stage} == set(defects("rejected", stage))


def test_a_row_is_rejected_once_with_at_least_one_reason(bundle: City) -> None:
    rows = bundle.rows("SELECT row_id FROM quality.rejected_row")
    reasons = bundle.rows("SELECT DISTINCT row_id FROM quality.reason")

    assert len(rows) == len(set(rows))
    assert set(rows) == set(reasons)


def test_every_doubtful_row_is_flagged_and_no_other(bundle: City) -> None:
    flags = placed_rules(bundle, "quality.flag", "TRUE")

    assert {place: sorted(rules) for place, rules in flags.items()} == {
        place: sorted(rules) for place, rules in defects("flagged", "staging").items()
    }


def test_a_row_that_is_only_doubtful_or_repaired_is_accepted(bundle: City) -> None:
    bad = {place for stage in ("staging", "build") for place in defects("rejected", stage)}
    accepted: set[Place] = set()
    for record in sorted({defect["record"] for defect in lines("defects")}):
        accepted |= {place for place, _ in placed(bundle, f"staged.{record}", "t._sheet", "t._row", "1")}

    for expected in ("flagged", "repaired"):
        assert set(defects(expected, "staging")) - bad - accepted == set()


# ------------------------------------------------------------------------------------------------------ accepted values
@pytest.mark.parametrize("name", KEYS)
def test_records_in_force_are_those_that_hold_and_carry_their_true_values(bundle: City, name: str) -> None:
    record, key = KEYS[name]
    truth = by_key([folded(fact) for fact in lines(name) if fact["row_ok"] == "yes"], key)
    columns = [column for column in columns_of(bundle, record) if column in lines(name)[0]]
    rows = bundle.rows(f"SELECT {', '.join(columns)} FROM staged.{record}_current")
    found = by_key([dict(zip(columns, map(text, row), strict=True)) for row in rows], key)

    wrong = [f"{k} {c}" for k in truth.keys() & found.keys() for c in columns if not same(c, truth[k][c], found[k][c])]

    assert sorted(truth.keys() ^ found.keys()) == []
    assert wrong == []
    assert len(columns) > len(key)


# ------------------------------------------------------------------------------------------------- the lines of a sheet
def test_rows_accepted_and_rejected_are_the_data_rows_of_every_sheet(bundle: City) -> None:
    staging = "(SELECT * FROM quality.reconciliation WHERE stage = 'staging')"
    found = {place[:2]: rows for place, rows in placed(bundle, staging, "t.sheet", "0", "t.accepted + t.rejected")}

    assert found == {place: int(line["rows_data"]) for place, line in sheets().items()}


@pytest.mark.parametrize("kind", KINDS)
def test_lines_that_are_no_data_are_set_aside_by_kind(bundle: City, kind: str) -> None:
    found = Counter(
        place[:2] for place, of in placed(bundle, "quality.set_aside", "t.sheet", "t.row_no", "t.kind") if of == kind
    )

    assert found == {place: int(line[kind]) for place, line in sheets().items() if line[kind] != "0"}


def test_nothing_else_is_set_aside(bundle: City) -> None:
    kinds = {kind for (kind,) in bundle.rows("SELECT DISTINCT kind FROM quality.set_aside")}

    assert kinds == set(KINDS)


# ----------------------------------------------------------------------------------------------------------- the places
def defects(expected: str, stage: str) -> dict[Place, set[str]]:
    """Rules by place: of the rows that the truth expects to be rejected, flagged or repaired."""
    numbers = {(line["file"], line["sheet"]): number for (_, number), line in sheets().items()}
    found: dict[Place, set[str]] = defaultdict(set)
    for defect in lines("defects"):
        if (defect["expected"], defect["stage"]) == (expected, stage):
            place = (defect["file"], numbers[defect["file"], defect["sheet"]], int(defect["row"]))
            found[place].add(defect["rule_id"])
    return found


def sheets() -> dict[tuple[str, int], Fact]:
    """The lines of files by file and number of the sheet."""
    number: Counter[str] = Counter()
    found = {}
    for line in lines("files"):
        number[line["file"]] += 1
        found[line["file"], number[line["file"]]] = line
    return found


def placed(city: City, table: str, sheet: str, row: str, what: str) -> list[tuple[Place, Any]]:
    """What a table of the warehouse says of places."""
    rows = city.rows(PLACED.format(table=table, sheet=sheet, row=row, what=what))
    return [((file, number, line), said) for file, number, line, said in rows]


def placed_rules(city: City, table: str, condition: str) -> dict[Place, set[str]]:
    """Rules by place; a row id ends in sheet and row."""
    found: dict[Place, set[str]] = defaultdict(set)
    part = "CAST(split_part(t.row_id, '/', {}) AS INTEGER)"
    selected = f"(SELECT * FROM {table} WHERE {condition})"
    for place, rule in placed(city, selected, part.format(2), part.format(3), "t.rule_id"):
        found[place].add(rule)
    return found


def columns_of(city: City, record: str) -> list[str]:
    """Columns of a staged table that come from the export, and the agency."""
    rows = city.rows(
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'staged' AND table_name = ?", [record]
    )
    return [name for (name,) in rows if not name.startswith("_")]


def folded(fact: Fact) -> Fact:
    """A fact with the code of its unit: the truth has the unit's name as the office writes it."""
    if "unit" not in fact:
        return fact
    return fact | {"unit": {"UPTD PPA Sintetis": "UPTD_PPA", "Unit PPA Sintetis": "UNIT_PPA_POLRES"}[fact["unit"]]}


def by_key(rows: list[Fact], key: tuple[str, ...]) -> dict[tuple[str, ...], Fact]:
    """Rows by key; of a key that stands twice an empty row, which equals nothing."""
    keys = [tuple(row[part] for part in key) for row in rows]
    count = Counter(keys)
    return {k: row if count[k] == 1 else dict.fromkeys(row, "twice") for k, row in zip(keys, rows, strict=True)}


def text(value: object) -> str:
    """A value as the truth files write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return "" if value is None else str(value)


def same(column: str, truth: str, found: str) -> bool:
    """Equal as text, as number, or as several codes in any order."""
    if truth == found:
        return True
    if column in SPELLED_FREELY:
        return re.sub(r"\s*/\s*", "/", found.upper()) == truth
    if "|" in truth:
        return sorted(truth.split("|")) == sorted(found.split("|"))
    try:
        return float(truth) == float(found)
    except ValueError:
        return False
