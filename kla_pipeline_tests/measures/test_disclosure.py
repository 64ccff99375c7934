"""Which cells the public sees: k = 5, rates from N = 10, complements and variants included."""

from __future__ import annotations

from typing import Any

import pytest

from kla_pipeline.measures.disclosure import public_rows
from kla_pipeline_tests.measures.town import CITY, DINSOS, DP3A, Town

A, B = "K5-28.a", "K5-28.b"


def _public(n: float | None, denominator: float | None, status: str = "value", **columns: Any) -> dict[str, Any]:
    """The public row of one yearly cell of K5-28.a with these counts."""
    con = Town().build(A)
    con.execute("DELETE FROM mart.measure")
    _insert(con, A, n, denominator, status, **columns)
    return _rows(con)[A]


def _insert(con: Any, measure: str, n: float | None, denominator: float | None, status: str, **columns: Any) -> None:
    row = {
        "measure_id": measure, "measure_version": "1.0", "area_level": "district", "area_code": CITY,
        "period_type": "year", "period": "2025", "breakdown": "", "breakdown_value": "", "numerator": n,
        "denominator": denominator, "value": 50.0 if status == "value" else None, "unit": "%", "status": status,
        "coverage": 1.0, "coverage_note": "complete", "is_provisional": False, "linkage": "nik", "numerator_min": n,
        "numerator_max": n, "denominator_min": denominator, "denominator_max": denominator, "unknown_count": 0.0,
    } | columns  # fmt: skip
    con.execute(f"INSERT INTO mart.measure ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def _rows(con: Any) -> dict[str, dict[str, Any]]:
    relation = public_rows(con)
    return {row[0]: dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()}


@pytest.mark.parametrize(
    ("n", "denominator", "shown"),
    [
        (5, 10, True),
        (4, 20, False),
        (1, 20, False),
        (0, 20, True),
        (20, 20, True),
        (16, 20, False),
        (15, 20, True),
        (0, 9, False),
        (0, 10, True),
        (5, 9, False),
        (0, 4, False),
    ],
)
def test_a_rate_is_shown_when_n_its_complement_and_n_total_are_large_enough(n: int, denominator: int, shown: bool):
    row = _public(n, denominator)
    assert row["status"] == ("value" if shown else "suppressed")
    hidden = [row[name] is None for name in ("numerator", "denominator", "value", "numerator_min", "denominator_max")]
    assert hidden == [not shown] * 5


def test_a_reported_zero_is_shown():
    row = _public(0, 0, "zero_reported")
    assert (row["status"], row["numerator"], row["denominator"]) == ("zero_reported", 0, 0)


def test_nothing_reported_looks_different_from_hidden():
    row = _public(None, None, "not_reported", unknown_count=None)
    assert (row["status"], row["numerator"]) == ("not_reported", None)


def test_counts_known_so_far_stay_inside_the_task_force():
    row = _public(12, 30, "insufficient")
    assert (row["status"], row["numerator"], row["denominator"]) == ("insufficient", None, None)


@pytest.mark.parametrize(("unknown", "shown"), [(0, 0), (4, None), (5, 5)])
def test_small_companion_counts_are_left_out(unknown: int, shown: int | None):
    assert _public(10, 20, unknown_count=unknown)["unknown_count"] == shown


@pytest.mark.parametrize(("low", "shown"), [(20, 20), (17, None), (15, 15)])
def test_bounds_that_tell_of_a_few_children_are_left_out(low: int, shown: int | None):
    assert _public(10, 20, denominator_min=low)["denominator_min"] == shown


@pytest.mark.parametrize(("low", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_bounds_that_are_small_counts_are_left_out(low: int, shown: int | None):
    row = _public(10, 40, numerator_min=low, denominator_min=30)
    assert (row["status"], row["numerator"]) == ("value", 10)
    assert (row["numerator_min"], row["numerator_max"]) == (shown, None if shown is None else 10)
    row = _public(0, 40, denominator_min=low)
    assert (row["denominator_min"], row["denominator_max"]) == (shown, None if shown is None else 40)


def test_bounds_whose_difference_is_a_small_count_are_left_out():
    names = ("numerator_min", "numerator_max", "denominator_min", "denominator_max")
    row = _public(10, 40, numerator_min=5, denominator_min=8)
    assert [row[name] for name in names] == [None] * 4
    row = _public(10, 40, numerator_min=5, denominator_min=10)
    assert [row[name] for name in names] == [5, 10, 10, 40]


@pytest.mark.parametrize(("other", "status"), [(10, "value"), (13, "suppressed"), (15, "value")])
def test_a_variant_that_gives_a_small_count_away_by_difference_is_hidden(other: int, status: str):
    con = Town().build(A, B)
    con.execute("DELETE FROM mart.measure")
    _insert(con, A, 10, 30, "value")
    _insert(con, B, other, 30, "value")
    rows = _rows(con)
    assert (rows[A]["status"], rows[B]["status"]) == ("value", status)


def test_figures_with_nobody_behind_them_are_shown_however_small():
    town = Town().covers(("bpbd/disaster_event",), "2024-01", "2024-12")
    town.flood("2024-02-01", "E1", affected_displaced=3)
    con = town.build("CTX-01", "CTX-02")
    relation = public_rows(con).filter("period = '2024'")
    assert {(row[0], row[10]) for row in relation.fetchall()} == {("CTX-01.a", 1.0), ("CTX-01.b", 1.0), ("CTX-02", 3.0)}


def test_the_public_sees_yearly_totals_of_the_city_only():
    town = Town().covers((*DP3A, *DINSOS), "2024-01", "2025-12")
    for number in range(12):
        town.victim(f"A{number}", f"R{number}")
    con = town.build(A)
    relation = public_rows(con)
    place = [relation.columns.index(name) for name in ("area_code", "period_type", "breakdown")]
    assert {tuple(row[i] for i in place) for row in relation.fetchall()} == {(CITY, "year", "")}
    assert relation.columns == [row[0] for row in con.execute("DESCRIBE mart.measure").fetchall()]
