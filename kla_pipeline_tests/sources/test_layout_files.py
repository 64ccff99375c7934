"""Every layout fits its own header, and no header fits two layouts of an agency."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.finding.headers import header_of_cells
from kla_pipeline.intake.grid import Grid, Sheet
from kla_pipeline.intake.layouts import Layout, header_key
from kla_pipeline.intake.matching.matching import Around, Match, match_header
from kla_pipeline.intake.tables import find_tables
from kla_pipeline.quality.staging import StagedDelivery
from kla_pipeline_tests.quality.tables import RECORDS, SOURCES, contract_of, stage_text, the_catalogue
from kla_pipeline_tests.sources.layout_examples import EXAMPLES, example_of, fields_of

LAYOUTS = sorted(
    (layout for agency in the_catalogue().agencies.values() for layout in agency.layouts), key=lambda layout: layout.id
)


def required_of(layout: Layout) -> list[str]:
    return contract_of(layout.record).required


def of_agency(agency: str) -> tuple[Layout, ...]:
    return the_catalogue().agency(agency).layouts


def rows_of(layout: Layout) -> list[list[str]]:
    """The layout's example as rows: title, header, one good row."""
    above = [[example_of(layout).title]] if example_of(layout).title else []
    return [*above, *([list(texts) for texts in zip(*fields_of(layout), strict=True)])]


def match_of(layout: Layout, header: list[str]) -> Match:
    """Fit of a header to a layout, with the words around it that its example has."""
    example = example_of(layout)
    return match_header(
        header_of_cells(header, 1), layout, required_of(layout), Around((example.title,), "", example.file_name)
    )


def stage(layout: Layout, agency: str, folder: Path) -> StagedDelivery:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\n").writerows(rows_of(layout))
    return stage_text(stream.getvalue(), agency, folder, example_of(layout).file_name)


def records_in(sheet: Sheet, layout: Layout, file_name: str) -> set[str]:
    """Record types that a sheet is read as in the folder of the layout's agency; none when it is refused."""
    try:
        found = find_tables([sheet], of_agency(layout.agency), required_of, file_name)
    except DeliveryRefused:
        return set()
    return {table.match.layout.record for table in found.tables}


def test_every_layout_file_is_read() -> None:
    assert len(LAYOUTS) == len(list(SOURCES.glob("*/layouts/*.yaml"))) >= 14
    assert len({layout.id for layout in LAYOUTS}) == len(LAYOUTS)
    assert set(EXAMPLES) <= {layout.id for layout in LAYOUTS}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_a_layout_fits_its_own_header_without_drift(layout: Layout) -> None:
    match = match_of(layout, [header for header, _ in fields_of(layout)])

    assert set(match.positions) == set(layout.columns)
    assert set(match.series) == set(layout.series)
    assert set(match.composed) == set(layout.compose)
    assert (match.unknown, match.missing, match.missing_required, match.renamed) == ((), (), (), ())


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_a_header_fits_one_layout_of_its_agency(layout: Layout) -> None:
    sheet = Sheet(1, "", Grid.from_rows(rows_of(layout)))

    found = find_tables([sheet], of_agency(layout.agency), required_of, example_of(layout).file_name)

    assert [table.match.layout.id for table in found.tables] == [layout.id]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_a_table_that_lost_a_needed_column_is_never_read_as_another_record(layout: Layout) -> None:
    elsewhere = {*layout.context, *layout.constants, *layout.compose, layout.sections}
    needed = [names[0] for column, names in layout.columns.items() if column in set(required_of(layout)) - elsewhere]
    file_name = example_of(layout).file_name

    for name in needed:
        title, *_ = rows_of(layout) if example_of(layout).title else [[]]
        left = [list(texts) for texts in zip(*(item for item in fields_of(layout) if item[0] != name), strict=True)]
        sheet = Sheet(1, "", Grid.from_rows([title, *left]))
        assert records_in(sheet, layout, file_name) <= {layout.record}, name


@pytest.mark.parametrize("record", RECORDS)
def test_the_layouts_of_a_record_together_fill_its_contract(record: str) -> None:
    contract = contract_of(record)
    layouts = [layout for layout in LAYOUTS if layout.record == record]

    assert {column for layout in layouts for column in layout.supplied} == set(contract.columns)
    for layout in layouts:
        assert set(contract.required) <= set(layout.supplied)
        assert set(layout.scope) <= set(contract.columns)


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
    staged = stage(layout, layout.agency, tmp_path)

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
            staged = stage(layout, agency, tmp_path)
            assert staged.refusal is not None, (layout.id, agency)
            assert staged.refusal.code in ("unknown_layout", "missing_required_column")
