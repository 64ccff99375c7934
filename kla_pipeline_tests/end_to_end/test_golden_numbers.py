"""The bundle's figures are those that a second, independent computation gives (package `golden`).

Here: every measure, every area and period it is published for. Not here: breakdowns and disclosure control.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import isclose

import pytest

from kla_pipeline_tests.end_to_end.golden import (
    aggregates,
    child_labour,
    disaster,
    juvenile_justice,
    special_protection,
    upkeep,
    violence_cases,
)
from kla_pipeline_tests.end_to_end.golden.cells import Cell, Cells, Key
from kla_pipeline_tests.end_to_end.golden.facts import AREAS, CITY
from kla_pipeline_tests.support import City

# the sixth, suppressed, is the public file's
STATUSES = {"value", "zero_reported", "not_applicable", "not_reported", "insufficient"}

MEASURES: dict[str, Callable[[], Cells]] = {
    "K5-28.a": partial(special_protection.cells, beyond_intake=False),
    "K5-28.b": partial(special_protection.cells, beyond_intake=True),
    "K5-28.r": aggregates.reported,
    "K5-29.a": partial(juvenile_justice.cells, unknown_is_no=False),
    "K5-29.low": partial(juvenile_justice.cells, unknown_is_no=True),
    "K5-30.exists": disaster.exists,
    "K5-30.score": disaster.score,
    "K5-30.coverage": disaster.coverage,
    "K5-31.a": child_labour.cells,
    "SDM-02": violence_cases.load,
    "LAP-01.median": partial(violence_cases.delay, quantile=0.5),
    "LAP-01.p90": partial(violence_cases.delay, quantile=0.9),
    "LAP-04": violence_cases.ageing,
    "LAP-08.a": upkeep.timeliness,
    "LAP-08.b": upkeep.rejects,
    "SAR-03": upkeep.facilities,
    "CTX-01.a": disaster.reports,
    "CTX-01.b": disaster.weighted,
    "CTX-02": disaster.people,
}
BY_AGENCY: dict[str, Callable[[str], Cells]] = {"LAP-08.a": upkeep.timeliness, "LAP-08.b": upkeep.rejects}


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_has_the_golden_numbers_in_every_area_and_period(bundle: City, measure: str) -> None:
    expected = MEASURES[measure]()

    got = measured(bundle, measure)

    wrong = differences(measure, expected, got)
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("agency", upkeep.AGENCIES)
@pytest.mark.parametrize("measure", BY_AGENCY)
def test_the_pipelines_own_record_has_the_golden_numbers_of_every_agency(
    bundle: City, measure: str, agency: str
) -> None:
    expected = {key: cell for key, cell in BY_AGENCY[measure](agency).items() if cell.denominator}

    got = measured(bundle, measure, "agency", agency)

    wrong = differences(measure, expected, got)
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("measure", ["K5-28.a", "K5-28.b"])
def test_kecamatan_outside_and_unknown_add_up_to_the_city(bundle: City, measure: str) -> None:
    cells = measured(bundle, measure)
    periods = {period for _, period in cells if cells[CITY, period].denominator is not None}

    for period in periods:
        parts = [cells[area, period] for area in AREAS]
        assert sum(part.numerator or 0 for part in parts) == cells[CITY, period].numerator
        assert sum(part.denominator or 0 for part in parts) == cells[CITY, period].denominator
    assert len(periods) == 10  # two years and their quarters


def test_every_measure_of_the_bundle_has_golden_numbers(bundle: City) -> None:
    measures = {measure for (measure,) in bundle.rows("SELECT DISTINCT measure_id FROM mart.measure")}

    assert measures == set(MEASURES)


def test_each_status_occurs(bundle: City) -> None:
    found = {status for (status,) in bundle.rows("SELECT DISTINCT status FROM mart.measure WHERE breakdown = ''")}

    assert found == STATUSES


def test_small_numbers_are_suppressed_in_the_public_file(bundle: City) -> None:
    with bundle.released("public") as connection:
        found = connection.execute(
            "SELECT count(*), count(value) + count(numerator) FROM mart.measure WHERE status = 'suppressed'"
        ).fetchone()

    assert found is not None
    assert found[0] > 0
    assert found[1] == 0


def measured(city: City, measure: str, breakdown: str = "", value: str = "") -> dict[Key, Cell]:
    """The pipeline's cells of a measure by area and period."""
    rows = city.rows(
        "SELECT area_code, period, status, numerator, denominator, value FROM mart.measure"
        " WHERE measure_id = ? AND breakdown = ? AND breakdown_value = ?",
        [measure, breakdown, value],
    )
    return {(area, period): Cell(*figures) for area, period, *figures in rows}


def differences(measure: str, expected: Mapping[Key, Cell], got: Mapping[Key, Cell]) -> list[str]:
    """One line per cell that differs: measure, area, period, what was expected and what the pipeline says."""
    return [
        f"{measure} {' '.join(key)}: expected {_said(expected.get(key))}, got {_said(got.get(key))}"
        for key in sorted(expected.keys() | got.keys())
        if not _same(expected.get(key), got.get(key))
    ]


def _same(one: Cell | None, other: Cell | None) -> bool:
    if one is None or other is None:
        return one is other
    pairs = ((one.numerator, other.numerator), (one.denominator, other.denominator), (one.value, other.value))
    return one.status == other.status and all(_equal(a, b) for a, b in pairs)


def _equal(one: float | None, other: float | None) -> bool:
    return one is other if one is None or other is None else isclose(one, other, abs_tol=1e-6)


def _said(cell: Cell | None) -> str:
    return "no cell" if cell is None else f"{cell.status} {cell.numerator}/{cell.denominator} = {cell.value}"
