"""The trail between a cell and the rows it rests on, in an invented town."""

from __future__ import annotations

import pytest

from kla_pipeline.measures import engine, trace
from kla_pipeline.measures.trace import Cell
from kla_pipeline_tests.measures.test_statuses import A, busy_town
from kla_pipeline_tests.measures.town import CITY

YEAR = "2025"


def test_a_cell_leads_to_its_units_and_each_unit_to_its_rows() -> None:
    town = busy_town()
    units = trace.explain(town.build(A), [Cell(A, YEAR, CITY)])
    served = next(unit for unit in units if unit["unit_id"] == "A")
    assert served["row_ids"] == ["ppks/1", "victim_service/1", "violence_victim/1"]
    assert sum(unit["denominator"] for unit in units) == town.figures(A, YEAR)[1]


def test_units_set_apart_stand_behind_their_bucket_and_behind_no_figure() -> None:
    con = busy_town().build(A)
    buckets = {cell.breakdown_value for cell in trace.all_cells(con) if cell.breakdown == "bucket"}
    assert "age_unknown" in buckets
    apart = trace.explain(con, [Cell(A, YEAR, CITY, "bucket", "age_unknown")])
    total = trace.explain(con, [Cell(A, YEAR, CITY)])
    assert {unit["is_counted"] for unit in apart} == {False}
    assert not {unit["unit_id"] for unit in apart} & {unit["unit_id"] for unit in total}


def test_a_part_of_the_city_has_its_own_units_only() -> None:
    con = busy_town().build(A)
    units = trace.explain(con, [Cell(A, YEAR, "outside")])
    assert units
    assert {unit["unit_area"] for unit in units} == {"outside"}


def test_a_row_leads_to_every_cell_that_its_unit_adds_to() -> None:
    con = busy_town().build(A)
    touched = trace.touched(con, ["victim_service/1"])
    cells = {(t["period"], t["area_code"], t["breakdown"]) for t in touched}
    assert {(YEAR, CITY, ""), (YEAR, CITY, "sex"), (YEAR, CITY, "agency")} <= cells
    assert all(not t["is_whole_file"] and t["units"] == 1 for t in touched)


def test_a_row_that_no_unit_rests_on_touches_nothing() -> None:
    assert trace.touched(busy_town().build(A), ["nowhere/1"]) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE mart.measure SET numerator = numerator + 1 WHERE breakdown = 'bucket'",
        "UPDATE mart.measure SET unknown_count = 7 WHERE breakdown = 'sex'",
        "UPDATE mart.measure SET breakdown_value = 'X' WHERE breakdown = 'sex' AND breakdown_value = 'P'",
        "DELETE FROM mart.measure WHERE breakdown = 'agency'",
    ],
)
def test_a_build_whose_trail_does_not_make_a_cell_fails_its_check(change: str) -> None:
    con = busy_town().build(A)
    assert dict(engine.reconcile(con))["trail_makes_every_cell"] == 0
    con.execute(change)
    assert dict(engine.reconcile(con))["trail_makes_every_cell"] > 0
