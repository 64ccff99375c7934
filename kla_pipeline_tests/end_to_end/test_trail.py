"""Every published number leads to its rows, and every row to its numbers; checked over all cells and rows at once."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from kla_pipeline.errors import WrongUse
from kla_pipeline.measures import trace
from kla_pipeline.measures.trace import Cell
from kla_pipeline.nightly.trail import explain_number, trace_row
from kla_pipeline_tests.support import BUNDLE, CITY, City

FIGURES = "SELECT measure_id, period, area_code, breakdown, breakdown_value, numerator, denominator FROM mart.measure"
Published = dict[Cell, tuple[float | None, float | None]]


def published(city: City, tier: str) -> Published:
    with city.released(tier) as connection:
        return {Cell(*row[:5]): row[5:] for row in connection.execute(FIGURES).fetchall()}


@pytest.fixture(scope="module")
def units(bundle: City) -> dict[Cell, list[dict[str, Any]]]:
    """All units by cell, in one question."""
    found = defaultdict(list)
    with bundle.warehouse() as connection:
        for unit in trace.explain(connection, published(bundle, "internal")):
            found[_cell(unit)].append(unit)
    return found


def _cell(facts: dict[str, Any]) -> Cell:
    return Cell(*(facts[name] for name in ("measure_id", "period", "area_code", "breakdown", "breakdown_value")))


@pytest.mark.parametrize("tier", ["internal", "public"])
def test_the_rows_behind_every_published_number_add_up_to_its_numerator_and_denominator(
    bundle: City, units: dict[Cell, list[dict[str, Any]]], tier: str
) -> None:
    cells = published(bundle, tier)
    assert len(cells) > (1000 if tier == "internal" else 10)
    wrong = []
    for cell, (numerator, denominator) in cells.items():
        for name, figure in (("numerator", numerator), ("denominator", denominator)):
            total = sum(unit[name] or 0 for unit in units[cell])
            if figure is not None and abs(total - figure) > 1e-6:
                wrong.append((cell, name, figure, total))
    assert wrong == []


def test_every_unit_of_a_counted_number_names_rows_that_stand_in_a_delivered_file(
    bundle: City, units: dict[Cell, list[dict[str, Any]]]
) -> None:
    known = {row[0] for row in bundle.rows("SELECT left(delivery_id, 16) FROM quality.delivery")}
    with bundle.warehouse() as connection:
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'staged' ORDER BY ALL"
        ).fetchall()
        for (table,) in tables:
            known |= {row[0] for row in connection.execute(f"SELECT row_id FROM staged.{table}").fetchall()}
    sources = {row_id for found in units.values() for unit in found for row_id in unit["row_ids"]}
    assert len(sources) > 500
    assert sources - known == set()
    # nothing was delivered about them: an unchecked item of the checklist, a file that is overdue
    without = {unit["bucket"] for found in units.values() for unit in found if not unit["row_ids"]}
    assert without <= {"unchecked", "overdue"}


def test_forward_and_backward_trace_agree_for_every_cell_and_row(
    bundle: City, units: dict[Cell, list[dict[str, Any]]]
) -> None:
    forward = {(cell, row_id) for cell, found in units.items() for unit in found for row_id in unit["row_ids"]}
    with bundle.warehouse() as connection:
        touched = trace.touched(connection, {row_id for _, row_id in forward})
    whole = {(_cell(t), t["row_id"]) for t in touched if t["is_whole_file"] and "/" in t["row_id"]}
    backward = {(_cell(t), t["row_id"]) for t in touched} - whole
    assert len(forward) > 10_000
    assert backward == forward
    assert {(cell, row_id.split("/")[0]) for cell, row_id in whole} <= forward, "a row counts with its whole file"


def test_a_number_is_explained_down_to_file_sheet_and_row(bundle: City) -> None:
    facts = explain_number(bundle.settings, "k5-28.A", "Kasemen", "2025")

    places = [place for unit in facts["units"] for place in unit["rows"]]
    assert facts["release"] == {
        "as_of": "2026-06-30",
        "release_id": bundle.paths.current.readlink().name,
        "is_current": True,
    }
    assert sum(unit["denominator"] for unit in facts["units"]) == facts["cell"]["denominator"]
    assert {place["file"] for place in places} <= {path.name for path in BUNDLE.rglob("*")}
    assert any(place["sheet_name"] == "Korban" and place["row"] > 1 for place in places)


def test_a_line_is_traced_by_path_label_and_name_alike(bundle: City) -> None:
    file = BUNDLE / "dp3a" / "dp3a_sintetis_2025_08.xlsx"
    by_path = trace_row(bundle.settings, str(file), 8, "Korban")
    label = by_path["delivery"]["delivery_label"]

    assert by_path == trace_row(bundle.settings, label, 8, "1") == trace_row(bundle.settings, file.name, 8, "Korban")
    (row,) = by_path["rows"]
    assert (row["record"], row["staged"]["state"], row["rejected"]) == ("violence_victim", "current", None)
    assert {"K5-28.a", "LAP-08.a"} <= {number["measure_id"] for number in row["numbers"]}


def test_a_rejected_line_says_why_and_stands_only_behind_numbers_of_its_whole_file(bundle: City) -> None:
    delivery, sheet, row_no = bundle.rows(
        "SELECT delivery_id, sheet, row_no FROM quality.rejected_row WHERE stage = 'staging' AND state = 'open'"
        " ORDER BY row_id"
    )[0]
    (row,) = trace_row(bundle.settings, delivery, row_no, str(sheet))["rows"]

    assert row["staged"] is None
    assert row["rejected"]["reasons"]
    assert all(reason["what_id"] and reason["mend_en"] for reason in row["rejected"]["reasons"])
    assert {number["measure_id"] for number in row["numbers"]} <= {"LAP-08.a", "LAP-08.b"}
    assert all(number["is_whole_file"] for number in row["numbers"])


def test_a_superseded_line_names_the_line_that_replaced_it(bundle: City) -> None:
    delivery, row_no, sheet = bundle.rows(
        "SELECT delivery_id, _row, _sheet FROM staged.ppks WHERE _state = 'superseded' ORDER BY row_id"
    )[0]
    (row,) = trace_row(bundle.settings, delivery, row_no, str(sheet))["rows"]
    newer = row["replaced_by"]
    assert (newer["agency"], newer["row"] > 0) == ("dinsos", True)
    assert newer["row_id"] != row["row_id"]


@pytest.mark.parametrize(
    ("measure", "area", "period", "breakdown", "told"),
    [
        ("K5-28", None, "2025", None, r"K5-28\.a, K5-28\.b"),
        ("K5-28.a", None, "2019", None, "has no period '2019'.*2025-Q1"),
        ("K5-28.a", "nowhere", "2025", None, "has no area 'nowhere'.*outside"),
        ("K5-28.a", None, "2025", "colour=red", "has no breakdown 'colour'.*sex"),
        ("K5-28.a", None, "2025", "sex=X", "no number for sex=X.*L, P"),
        ("K5-28.a", None, "2025", "sex", "NAME=VALUE"),
    ],
)
def test_a_number_that_does_not_exist_is_told_with_those_that_do(
    bundle: City, measure: str, area: str | None, period: str, breakdown: str | None, told: str
) -> None:
    with pytest.raises(WrongUse, match=told):
        explain_number(bundle.settings, measure, area, period, breakdown)


def test_a_file_nobody_delivered_is_no_delivery_whatever_its_name(bundle: City, tmp_path) -> None:
    strange = tmp_path / "dp3a_sintetis_2025_08.xlsx"
    strange.write_bytes(b"other bytes under a known name")
    with pytest.raises(WrongUse, match="knows no delivery"):
        trace_row(bundle.settings, str(strange), 8)


def test_there_is_nothing_to_explain_before_the_first_run(city: City) -> None:
    with pytest.raises(WrongUse, match="kla run"):
        explain_number(city.settings, "K5-28.a", CITY, "2025")
