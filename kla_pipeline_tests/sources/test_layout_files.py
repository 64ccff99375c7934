"""Every layout fits its own header, and no header fits two layouts of an agency."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kla_pipeline.intake.grid import Grid, Sheet
from kla_pipeline.intake.layouts import Layout, header_key, match_header
from kla_pipeline.intake.tables import find_tables
from kla_pipeline_tests.quality.tables import (
    SOURCES,
    contract_of,
    csv_text,
    good_row,
    header_of,
    stage_text,
    the_catalogue,
)

LAYOUTS = sorted(
    (layout for agency in the_catalogue().agencies.values() for layout in agency.layouts), key=lambda layout: layout.id
)


def required_of(layout: Layout) -> list[str]:
    return contract_of(layout.record).required


def of_agency(agency: str) -> tuple[Layout, ...]:
    return the_catalogue().agency(agency).layouts


def test_every_layout_file_is_read() -> None:
    assert len(LAYOUTS) == len(list(SOURCES.glob("*/layouts/*.yaml"))) >= 14
    assert len({layout.id for layout in LAYOUTS}) == len(LAYOUTS)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_a_layout_fits_its_own_header_without_drift(layout: Layout) -> None:
    match = match_header(header_of(layout), 1, layout, required_of(layout))

    assert set(match.positions) == set(layout.columns)
    assert (match.unknown, match.missing, match.missing_required, match.renamed) == ((), (), (), ())


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_a_header_fits_one_layout_of_its_agency(layout: Layout) -> None:
    rows = [header_of(layout), ["x"] * len(layout.columns)]

    found = find_tables([Sheet(1, "", Grid.from_rows(rows))], of_agency(layout.agency), required_of)

    assert [table.match.layout.id for table in found.tables] == [layout.id]
    others = [
        other.id
        for other in of_agency(layout.agency)
        if other.id != layout.id and not match_header(rows[0], 1, other, required_of(other)).missing_required
    ]
    assert not others, "two layouts accept this header"


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_a_layout_covers_its_contract(layout: Layout) -> None:
    columns = contract_of(layout.record).columns

    assert set(layout.columns) == set(columns)
    assert set(layout.scope) <= set(columns)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_no_header_text_stands_for_two_columns(layout: Layout) -> None:
    keys = [header_key(name) for names in layout.columns.values() for name in names]
    keys += [header_key(name) for name in layout.ignored]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_patterns_name_what_they_find(layout: Layout) -> None:
    period = layout.period
    dated = [item for item in (*(period.found_in if period else ()), *layout.export_date) if item.source != "column"]

    for item in dated:
        groups = set(re.compile(item.pattern).groupindex)
        assert groups in ({"date"}, {"y", "m", "d"}, {"year", "month"}, {"year"})
    for item in layout.data_request_ref:
        re.compile(item.pattern)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_a_good_row_in_the_form_of_a_layout_is_accepted(layout: Layout, tmp_path: Path) -> None:
    row = good_row(layout.record, 1)

    staged = stage_text(csv_text(layout, [row]), layout.agency, tmp_path)

    (table,) = staged.tables
    assert table.layout.id == layout.id
    assert (len(table.accepted), len(table.rejected)) == (1, 0)
    assert list(table.accepted["_flags"]) == [[]]


def test_the_export_of_one_agency_is_not_accepted_in_the_folder_of_another(tmp_path: Path) -> None:
    shared = {"mechanism_check", "facility_item"}  # several agencies fill the same form
    for layout in (item for item in LAYOUTS if item.record not in shared):
        for agency in the_catalogue().agencies:
            if agency == layout.agency:
                continue
            staged = stage_text(csv_text(layout, [good_row(layout.record, 1)]), agency, tmp_path)
            assert staged.refusal is not None, (layout.id, agency)
            assert staged.refusal.code in ("unknown_layout", "missing_required_column")
