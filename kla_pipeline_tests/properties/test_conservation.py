"""Every row of a sheet ends in one place, whatever stands between, above and below the data."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kla_pipeline.intake.grid import Grid, Sheet
from kla_pipeline.intake.tables import find_tables
from kla_pipeline.intake.text.records import split_records
from kla_pipeline_tests.examples import many
from kla_pipeline_tests.quality.tables import (
    cells_of,
    contract_of,
    good_row,
    header_of,
    layout_of,
    stage_text,
    the_catalogue,
)

LAYOUT = layout_of("ppks")
HEADER = header_of(LAYOUT)
TITLES = [[], [""], ["DAFTAR PPKS"], ["Posisi: 31-12-2025", "", ""], ["", "x", "y"]]
BETWEEN = [
    [], ["", " "], HEADER, [*HEADER, ""], ["(1)", "(2)", "(3)"], ["Jumlah", "", "", "7"], ["Total"],
    ["PPKS-9"], ["", "", "", "Ani"], [str(n) for n in range(1, 9)], ["Sumber: Dinsos"],
]  # fmt: skip
BELOW = [[], ["Sumber: Dinsos"], ["Mengetahui,", "", "Serang, 3 Januari 2025"], ["SUHARTINI"], ["Jumlah", "7"], ["7"]]
ANY_ROW = st.lists(st.text(max_size=6) | st.sampled_from(["Jumlah", "1", "(1)", "No PPKS"]), max_size=6)


def good(number: int) -> list[str]:
    return cells_of(LAYOUT, good_row("ppks", number))


def without_empty_end(cells: list[str]) -> list[str]:
    """The cells without the empty ones at the end: a sheet's rows are all as wide as the sheet."""
    filled = max((n for n, cell in enumerate(cells, 1) if cell), default=0)
    return cells[:filled]


@st.composite
def sheets(draw: st.DrawFn) -> tuple[list[list[str]], list[int]]:
    """Rows of a sheet, and the numbers of the valid data rows among them."""
    rows: list[list[str]] = [*draw(st.lists(st.sampled_from(TITLES), max_size=4)), HEADER]
    data: list[int] = []
    for number in range(draw(st.integers(0, 5))):
        rows += draw(st.lists(st.sampled_from(BETWEEN) | ANY_ROW, max_size=2))
        rows.append(good(number))
        data.append(len(rows))
    rows += draw(st.lists(st.sampled_from(BELOW) | ANY_ROW, max_size=6))
    return rows, data


@settings(max_examples=many(200), deadline=None)
@given(case=sheets())
def test_data_and_rows_set_aside_are_all_rows_and_no_valid_row_is_set_aside(
    case: tuple[list[list[str]], list[int]],
) -> None:
    rows, valid = case

    found = find_tables(
        [Sheet(1, "", Grid.from_rows(rows))],
        the_catalogue().agency("dinsos").layouts,
        lambda layout: contract_of(layout.record).required,
    )

    (table,) = found.tables
    places = [*table.row_numbers, *(item.row for item in table.set_aside)]
    assert sorted(places) == list(range(1, len(rows) + 1))
    assert set(valid) <= set(table.row_numbers)
    assert all(table.cells(row) == without_empty_end(rows[row - 1]) for row in table.row_numbers)
    assert all(item.cells == without_empty_end(rows[item.row - 1]) for item in table.set_aside)


@settings(max_examples=many(40), deadline=None)
@given(case=sheets())
def test_rows_read_are_accepted_rejected_and_set_aside(case: tuple[list[list[str]], list[int]]) -> None:
    rows, valid = case
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\n").writerows(rows)
    read, _ = split_records(stream.getvalue())

    with tempfile.TemporaryDirectory() as folder:
        staged = stage_text(stream.getvalue(), "dinsos", Path(folder))

    (table,) = staged.tables
    aside, above = sum(table.set_aside_counts().values()), sum(table.above_counts().values())
    assert table.sheet_rows == len(read)
    assert table.rows_read == len(table.accepted) + len(table.rejected) + aside
    assert table.rows_read + above == table.sheet_rows
    assert len(table.accepted) + len(table.rejected) >= len(valid)
    assert len(table.outcomes) == len(table.accepted) + len(table.rejected)


@settings(max_examples=many(300), deadline=None)
@given(text=st.text(alphabet='ab;,"\n\r\t|', max_size=80))
def test_no_character_of_a_csv_vanishes_but_marks_and_separators(text: str) -> None:
    rows, broken = split_records(text)

    kept = sum(letter in "ab" for row in rows for cell in row for letter in cell)
    assert kept == sum(letter in "ab" for letter in text)
    assert all(1 <= number <= len(rows) for number in broken)


@settings(max_examples=many(150), deadline=None)
@given(rows=st.lists(st.lists(st.text(alphabet='a;"\n x', max_size=6), min_size=3, max_size=3), min_size=2, max_size=8))
def test_what_a_csv_writer_quotes_comes_back_as_it_was(rows: list[list[str]]) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["kepala", "tabel", "uji"], *rows])

    read, broken = split_records(stream.getvalue())

    hides = any(part.count(";") >= 2 for row in rows for cell in row if "\n" in cell for part in cell.split("\n"))
    if not hides:
        assert read[1:] == rows
        assert not broken
