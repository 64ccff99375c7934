"""A table in random clutter is read back as it was: no total counted, no row lost, each row where its number says."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from kla_pipeline.intake.finding.finder import find
from kla_pipeline.intake.grid import Grid, Sheet
from kla_pipeline_tests.examples import many

NAMES = ["Nama", "Kecamatan", "Jumlah Korban", "Tanggal", "Nomor Register", "Status", "Keterangan", "Umur"]
WORDS = st.sampled_from(["Curug", "Serang Kota", "Anak Uji", "selesai", "proses", "Ibu dan Anak", "rujuk"])
CELLS = {
    "word": WORDS,
    "number": st.integers(0, 9_999).map(str),
    "date": st.dates().map(lambda day: f"{day.day}/{day.month}/{day.year:04d}"),
    "code": st.integers(1, 9_999).map(lambda n: f"R-{n}"),
}


@dataclass(frozen=True)
class Case:
    """A sheet, and what a person sees in it: header, data rows by row number, and row numbers of totals."""

    rows: list[list[str]]
    header: list[str]
    data: dict[int, list[str]]
    totals: set[int]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A table of four columns or more, one of them of words, one of numbers, with things around it."""
    kinds = ["word", "number", *draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=2, max_size=4))]
    header = draw(st.permutations(NAMES))[: len(kinds)]
    body = draw(st.lists(st.tuples(*(CELLS[kind] for kind in kinds)).map(list), min_size=4, max_size=9))
    rows: list[list[str]] = []
    rows += draw(st.sampled_from([[], [["DATA KORBAN TAHUN INI"]], [["Laporan Bulanan"], ["Posisi: hari ini"], []]]))
    rows.append(list(header))
    if draw(st.booleans()):
        rows.append([f"({n})" for n in range(1, len(kinds) + 1)])
    data: dict[int, list[str]] = {}
    totals: set[int] = set()
    for n, cells in enumerate(body):
        if draw(st.integers(0, 5)) == 0:
            rows.append(draw(st.sampled_from([[], ["", " "]])))
        if draw(st.integers(0, 7)) == 0 and n:
            rows.append(["Kota"])
        rows.append(cells)
        data[len(rows)] = cells
    if draw(st.booleans()):
        word = draw(st.sampled_from(["Jumlah", "TOTAL", "Grand Total"]))
        rows.append([word, *(_sum(body, n) if kind == "number" else "" for n, kind in enumerate(kinds) if n)])
        totals.add(len(rows))
    rows += draw(st.sampled_from([[], [["Sumber: Dinas"]], [[], ["Sumber : Dinas"]], [["Catatan: angka sementara"]]]))
    return Case(_beside(draw, rows, len(kinds)), list(header), data, totals)


def _sum(body: list[list[str]], column: int) -> str:
    return str(sum(int(cells[column]) for cells in body))


def _beside(draw: st.DrawFn, rows: list[list[str]], width: int) -> list[list[str]]:
    """Perhaps a pivot to the right, two empty columns away."""
    if not draw(st.booleans()):
        return rows
    start = next(n for n, cells in enumerate(rows) if len(cells) == width)
    pivot = [["Row Labels", "Sum of x"], ["a", "10"], ["b", "20"], ["Grand Total", "30"]]
    return [
        [*cells, *[""] * (width + 2 - len(cells)), *pivot[n - start]] if 0 <= n - start < len(pivot) else cells
        for n, cells in enumerate(rows)
    ]


@settings(max_examples=many(120), deadline=None)
@given(case=cases())
def test_a_table_in_clutter_is_read_back_equal_with_its_row_numbers(case: Case) -> None:
    sheet = Sheet(1, "", Grid.from_rows(case.rows))

    table = find(sheet)[0]

    assert table.names == case.header
    assert {int(row): table.cells(int(row)) for row in table.kinds.data} == case.data
    assert not case.totals & set(table.kinds.data)
    assert sorted([*table.kinds.data, *table.kinds.aside]) == list(range(table.extent.first, table.extent.last + 1))
    for row in table.kinds.data:
        assert sheet.grid.row(int(row))[: len(case.header)] == _trimmed(case.rows[row - 1])[: len(case.header)]


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


@settings(max_examples=many(120), deadline=None)
@given(rows=st.lists(st.lists(st.text(alphabet="aA1. -:(),", max_size=4), max_size=6), max_size=14))
def test_whatever_a_sheet_holds_each_row_of_a_table_has_one_place(rows: list[list[str]]) -> None:
    sheet = Sheet(1, "", Grid.from_rows(rows))

    seen: set[tuple[int, tuple[int, int]]] = set()
    for table in find(sheet):
        places = [*table.kinds.data, *table.kinds.aside]
        assert sorted(places) == list(range(table.extent.first, table.extent.last + 1))
        assert not seen & {(row, table.columns) for row in places}
        seen |= {(row, table.columns) for row in places}
