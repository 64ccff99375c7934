"""The status of a cell: what was delivered, what is missing, what is still running."""

from __future__ import annotations

import pytest

from kla_pipeline.measures import engine, registry
from kla_pipeline_tests.measures.town import DINSOS, DP3A, POLRES, SERANG, Town

A = "K5-28.a"


def test_no_delivery_of_a_required_feed_is_not_reported_and_shows_no_number():
    town = Town().covers(DP3A, "2025-01", "2025-12").covers(DINSOS, "2024-01", "2024-12")
    town.victim()
    cell = town.cell(A, "2025")
    assert cell["status"] == "not_reported"
    assert [cell[name] for name in ("numerator", "denominator", "value", "unknown_count")] == [None] * 4
    assert cell["coverage"] == 0.0
    assert town.cell(A, "2025", breakdown="sex", value="P") == {}


def test_one_missing_month_makes_its_quarter_insufficient_and_keeps_the_counts():
    town = Town().covers(DP3A, "2025-01", "2025-12", but=["2025-05"]).covers(DINSOS, "2025-01", "2025-12")
    town.victim()
    assert town.figures(A, "2025-Q2") == (0, 1, "insufficient")
    assert town.cell(A, "2025-Q2")["value"] is None
    assert town.cell(A, "2025-Q2")["coverage"] == pytest.approx(2 / 3)
    assert town.figures(A, "2025-Q1")[2] == "value"


def test_a_year_stands_with_eleven_months_and_not_with_ten():
    one = Town().covers(DP3A, "2025-01", "2025-12", but=["2025-05"]).covers(DINSOS, "2025-01", "2025-12")
    two = Town().covers(DP3A, "2025-01", "2025-12", but=["2025-05", "2025-06"]).covers(DINSOS, "2025-01", "2025-12")
    for town in (one, two):
        town.victim()
    assert one.figures(A, "2025")[2] == "value"
    assert one.cell(A, "2025")["coverage_note"] == "partial"
    assert two.figures(A, "2025")[2] == "insufficient"


def test_a_running_quarter_is_provisional_and_judged_on_its_ended_months():
    town = Town(as_of="2025-06-10").covers((*DP3A, *DINSOS), "2025-01", "2025-05")
    town.victim()
    cell = town.cell(A, "2025-Q2")
    assert (cell["status"], cell["is_provisional"], cell["coverage"]) == ("value", True, 1.0)
    assert town.cell(A, "2025")["is_provisional"] is True
    assert town.cell(A, "2025-Q1")["is_provisional"] is False


def test_a_running_year_with_a_missing_ended_month_is_insufficient():
    town = Town(as_of="2025-06-10").covers((*DP3A, *DINSOS), "2025-01", "2025-04")
    town.victim()
    assert town.figures(A, "2025")[2] == "insufficient"


def test_the_last_day_of_a_period_is_still_running():
    last = Town(as_of="2025-06-30").covers((*DP3A, *DINSOS), "2025-01", "2025-05")
    after = Town(as_of="2025-07-01").covers((*DP3A, *DINSOS), "2025-01", "2025-05")
    assert last.figures(A, "2025-Q2")[2] == "not_applicable"
    assert after.figures(A, "2025-Q2")[2] == "insufficient"


def test_a_period_that_has_not_begun_is_not_there():
    town = Town(as_of="2025-06-30").covers((*DP3A, *DINSOS), "2025-01", "2025-05")
    assert town.cell(A, "2025-Q3") == {}


def test_what_happens_after_the_as_of_date_is_not_counted():
    town = Town(as_of="2025-02-11").covers((*DP3A, *DINSOS), "2025-01", "2025-01")
    town.victim(incident_date="2025-02-12")
    assert town.figures(A, "2025")[1] == 0


def test_a_year_of_nil_reports_is_zero_reported():
    town = Town().covers((*DP3A, *DINSOS), "2025-01", "2025-12", nil=True)
    assert town.figures(A, "2025") == (0, 0, "zero_reported")
    assert town.cell(A, "2025")["value"] is None
    assert town.figures(A, "2025", SERANG) == (0, 0, "zero_reported")


def test_rows_delivered_without_anybody_in_need_is_not_applicable():
    town = Town().covers(DP3A, "2025-01", "2025-12").covers(DINSOS, "2025-01", "2025-12", nil=True)
    assert town.figures(A, "2025") == (0, 0, "not_applicable")


def test_a_month_is_nil_only_when_every_delivery_of_it_is():
    town = Town().covers(POLRES, "2025-01", "2025-12", nil=True).covers(POLRES, "2025-03", "2025-03")
    assert town.figures("K5-29.a", "2025") == (0, 0, "not_applicable")


def test_nil_reports_of_this_year_with_a_child_open_from_the_last_are_a_value():
    town = Town().covers((*DP3A, *DINSOS), "2024-01", "2024-12")
    town.covers((*DP3A, *DINSOS), "2025-01", "2025-12", nil=True)
    town.victim(incident_date="2024-05-01", report_date="2024-05-02")
    assert town.figures(A, "2025") == (0, 1, "value")


def test_nothing_delivered_at_all_is_not_reported_in_the_as_of_year():
    assert Town().figures(A, "2026") == (None, None, "not_reported")


def test_every_cell_has_one_of_the_internal_statuses_and_marts_reconcile():
    town = busy_town()
    con = town.build()
    found = {row[0] for row in con.execute("SELECT DISTINCT status FROM mart.measure").fetchall()}
    assert found <= {"value", "zero_reported", "not_applicable", "not_reported", "insufficient"}
    checks = engine.reconcile(con)
    assert len(checks) == 6
    assert all(failures == 0 for _, failures in checks), checks


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("DELETE FROM mart.contribution WHERE measure_id = 'K5-28.a'", "contributions_make_the_total"),
        ("UPDATE mart.measure SET numerator = denominator + 1 WHERE denominator > 0", "numerator_within_denominator"),
        ("DELETE FROM mart.measure WHERE area_code = '36.73.01'", "parts_make_the_city"),
        ("DELETE FROM mart.measure WHERE breakdown_value = 'P'", "breakdown_makes_the_total"),
        ("INSERT INTO mart.contribution SELECT * FROM mart.contribution", "unit_counted_once"),
    ],
)
def test_each_check_of_the_marts_can_fail(change: str, check: str):
    con = busy_town().build("K5-28.a")
    con.execute(change)
    assert dict(engine.reconcile(con))[check] > 0


def test_two_builds_of_the_same_rows_give_the_same_tables():
    first, second = busy_town().build(), busy_town().build()
    for table in ("mart.period", "mart.contribution", "mart.measure", "meta.measure"):
        query = f"SELECT * FROM {table}"
        assert first.execute(query).fetchall() == second.execute(query).fetchall(), table


def test_a_second_build_in_one_connection_replaces_the_first():
    town = busy_town()
    con = town.build("K5-28.a")
    before = con.execute("SELECT count(*) FROM mart.measure").fetchone()
    engine.build(con, [m for m in registry.load_measures() if m.id == "K5-28.a"])
    assert con.execute("SELECT count(*) FROM mart.measure").fetchone() == before


def busy_town() -> Town:
    """Several children, agencies, areas and exclusions at once; October 2024 is missing at DP3A."""
    town = Town().covers(DP3A, "2024-01", "2025-12", but=["2024-10"]).covers((*DINSOS, *POLRES), "2024-01", "2025-12")
    town.covers(
        ("dinsos/child_labour", "dp3a/staff", "bpbd/mechanism_check", "dp3a/mechanism_check"), "2024-01", "2025-12"
    )
    town.victim("A", "R1")
    town.service("2025-02-20")
    town.ppks("A")
    town.victim("B", "R2", 1, sex=None, kecamatan=None, violence_forms="FISIK|SEKSUAL")
    town.victim("C", "R2", 2, district="outside", kecamatan=None, birth_date=None)
    town.victim("D", "R3", district="outside", kecamatan=None, incident_date="2024-10-01", report_date="2024-10-05")
    town.victim("E", "R4", case_status="cancelled")
    town.labour("F", withdrawn_date="2025-05-01", placed_date="2025-05-02", placement="LKSA")
    town.case("G", "C1")
    town.case("H", "C1", 2, birth_date="2014-01-01")
    town.case("I", "C2", outcome="UNKNOWN")
    town.staff()
    town.check("CD01")
    return town
