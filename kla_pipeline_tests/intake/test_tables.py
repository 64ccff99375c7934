"""The table is found among titles, totals and signatures; every row has one place, and data are never set aside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.grid import Grid, Merge, Sheet
from kla_pipeline.intake.layouts import Layout
from kla_pipeline.intake.tables import Found, find_tables

REGISTER = Layout(
    id="x.register",
    agency="x",
    record="register",
    mode="snapshot",
    columns={
        "number": ("Nomor",), "name": ("Nama",), "born": ("Lahir",), "kind": ("Jenis",), "status": ("Status",),
        "note": ("Ket",),
    },
    ignored=("No",),
)  # fmt: skip
OTHER = replace(REGISTER, id="x.other", record="other", columns={"place": ("Tempat",), "rooms": ("Ruang",)}, ignored=())
REQUIRED = {"register": ("number", "name", "kind", "status"), "other": ("place",)}
HEADER = ["No", "Nomor", "Nama", "Lahir", "Jenis", "Status", "Ket"]
DATA = ["1", "R-1", "Ani", "1/1/2015", "A", "B", ""]


def found(*sheets: list[list[str]], layouts: tuple[Layout, ...] = (REGISTER, OTHER)) -> Found:
    return find_tables(
        [Sheet(n, f"S{n}", Grid.from_rows(rows)) for n, rows in enumerate(sheets, 1)],
        layouts,
        lambda layout: REQUIRED[layout.record],
    )


def kinds(*rows: list[str]) -> list[str]:
    """The kind of each row of a sheet whose header is the first of them; "data" for data."""
    (table,) = found(list(rows)).tables
    by_row = {item.row: item.kind for item in table.set_aside} | {int(row): "data" for row in table.row_numbers}
    assert len(table.set_aside) + len(table.row_numbers) == len(rows)
    return [by_row[number] for number in range(1, len(rows) + 1)]


def refusal(*sheets: list[list[str]], layouts: tuple[Layout, ...] = (REGISTER, OTHER)) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as caught:
        found(*sheets, layouts=layouts)
    return caught.value


def test_titles_padded_with_empty_cells_stand_above_the_header() -> None:
    title = ["DATA SINTETIS", "", "", "", "", "", ""]

    assert kinds(title, ["", "Periode:", "Januari 2025"], [], HEADER, DATA) == [
        "title", "title", "blank", "header", "data",
    ]  # fmt: skip
    (table,) = found([title, ["", "Periode:", "Januari 2025"], [], HEADER, DATA]).tables
    assert table.titles == ["DATA SINTETIS", "Periode:", "Januari 2025"]
    assert table.title_lines == ["DATA SINTETIS", "Periode: Januari 2025"]


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert kinds(HEADER) == ["header"]


def test_two_rows_are_a_table() -> None:
    assert kinds(HEADER, DATA) == ["header", "data"]


def test_a_header_that_comes_again_is_no_data() -> None:
    assert kinds(HEADER, DATA, HEADER, DATA, [*HEADER, "", ""], [*HEADER[:-1], "ket "]) == [
        "header", "data", "header", "data", "header", "header",
    ]  # fmt: skip


def test_column_numbers_are_no_data() -> None:
    assert kinds(HEADER, ["(1)", "(2)", "(3)", "", "(5)"], DATA) == ["header", "column_number", "data"]
    assert kinds(HEADER, [], list("1234567"), DATA) == ["header", "blank", "column_number", "data"]
    assert kinds(HEADER, DATA, list("1234567")) == ["header", "data", "data"]
    assert kinds(HEADER, ["1", "2", "Ani", "", "A", "B"]) == ["header", "data"]


@pytest.mark.parametrize(
    "total", [["Jumlah", "", "", "", "12"], ["", "", "TOTAL :"], ["Jumlah Anak", "7"], ["Jml", "3"]]
)
def test_a_total_is_a_total_wherever_it_stands(total: list[str]) -> None:
    assert kinds(HEADER, total, DATA, total, DATA, total) == ["header", "total", "data", "total", "data", "total"]


def test_a_person_named_like_a_total_is_data() -> None:
    named = ["", "Jumlah", "Total", "", "A", "B"]
    broken = ["", "", "Jumlah", "1/1/2015", "A", "B"]

    assert kinds(HEADER, named, DATA) == ["header", "data", "data"]
    assert kinds(HEADER, broken, DATA) == ["header", "data", "data"]
    assert kinds(HEADER, ["", "Jumlahan", "Ani", "", "A"], DATA) == ["header", "data", "data"]


def test_a_wide_total_with_many_sums_is_a_total() -> None:
    assert kinds(HEADER, DATA, ["Jumlah", "", "", "4", "7", "", "9"]) == ["header", "data", "total"]


@pytest.mark.parametrize(
    "footer",
    [
        [["Sumber: Dinas"]],
        [["Catatan", "angka sementara"]],
        [["Keterangan: x"]],
        [["", "", "Serang, 5 Januari"], ["", "", "Kepala Dinas"], [], ["", "", "SUHARTINI"], ["", "", "NIP. 1970"]],
        [["Mengetahui,", "", "", "", "Serang, 5 Januari 2025"], ["Kepala Bidang", "", "", "", "Petugas Data"], [],
         ["SUHARTINI", "", "", "", "BUDI"], ["NIP. 1", "", "", "", "NIP. 2"]],
        [["Nihil"]],
    ],
)  # fmt: skip
def test_notes_and_signatures_below_the_data_are_footers(footer: list[list[str]]) -> None:
    expected = ["footer" if row else "blank" for row in footer]

    assert kinds(HEADER, DATA, *footer) == ["header", "data", *expected]
    assert kinds(HEADER, DATA, [], ["Jumlah", "1"], *footer) == ["header", "data", "blank", "total", *expected]
    assert kinds(HEADER, *footer) == ["header", *expected]


@pytest.mark.parametrize(
    "row",
    [["", "R-2"], ["2", "R-2"], ["2", "", "Siti Aminah"], ["", "R-2", "Siti Aminah"], ["", "", "", "", "", "B"]],
)
def test_a_data_row_with_little_in_it_is_data_for_the_rules_to_judge(row: list[str]) -> None:
    assert kinds(HEADER, DATA, row) == ["header", "data", "data"]
    assert kinds(HEADER, DATA, row, DATA) == ["header", "data", "data", "data"]


def test_notes_between_data_rows_are_data_because_a_footer_ends_a_table() -> None:
    assert kinds(HEADER, DATA, ["Sumber: Dinas"], DATA) == ["header", "data", "data", "data"]


def test_a_long_run_of_poor_rows_is_no_signature() -> None:
    poor = [["", "", "Anak Uji", "", ""]] * 30

    assert kinds(HEADER, *poor) == ["header", *["data"] * 30]


def test_form_lines_that_nobody_filled_in_are_blank() -> None:
    assert kinds(HEADER, DATA, ["2"], ["3."], ["4", "R-4"]) == ["header", "data", "blank", "blank", "data"]
    assert kinds(HEADER, DATA, ["lihat lampiran"], DATA) == ["header", "data", "data", "data"]


def test_rows_longer_and_shorter_than_the_header_keep_their_cells() -> None:
    (table,) = found([HEADER, DATA[:3], [*DATA, "", "extra"]]).tables

    assert [(row, table.cells(row)) for row in table.row_numbers] == [(2, DATA[:3]), (3, [*DATA, "", "extra"])]


def test_each_sheet_has_its_table_and_sheets_without_one_are_set_aside_whole() -> None:
    result = found([HEADER, DATA], [["catatan rapat"], []], [], [["Tempat", "Ruang"], ["Aula", "2"]])

    assert [(table.sheet.number, table.match.layout.id) for table in result.tables] == [
        (1, "x.register"),
        (4, "x.other"),
    ]
    assert [(sheet.number, sheet.grid.height) for sheet in result.other] == [(2, 2), (3, 0)]


def test_a_missing_required_column_refuses_the_file_and_is_named() -> None:
    refused = refusal([["judul"], [name for name in HEADER if name != "Status"], DATA])

    assert refused.code == "missing_required_column"
    assert "“Status”" in refused.message
    assert refused.detail == {"layout": "x.register", "missing": ["status"], "unknown": [], "header_row": 2}


def test_a_sheet_with_a_table_is_not_near_another_layout() -> None:
    kin = replace(REGISTER, id="x.kin", record="other", columns={**REGISTER.columns, "place": ("Tempat",)})

    assert [table.match.layout.id for table in found([HEADER, DATA], layouts=(REGISTER, kin)).tables] == ["x.register"]


def test_two_layouts_that_fit_equally_are_no_choice() -> None:
    twin = replace(REGISTER, id="x.twin")

    refused = refusal([HEADER, DATA], layouts=(REGISTER, twin))

    assert refused.code == "ambiguous_layout"
    assert "x.register" in refused.message
    assert "x.twin" in refused.message


def test_the_layout_that_explains_more_of_the_header_is_chosen() -> None:
    poorer = replace(REGISTER, id="x.poorer", columns={k: v for k, v in REGISTER.columns.items() if k != "born"})

    (table,) = found([HEADER, DATA], layouts=(poorer, REGISTER)).tables

    assert table.match.layout.id == "x.register"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "no_table"),
        ([["sepatah kata"]], "no_table"),
        ([["a"], ["b"], ["c"]], "no_table"),
        ([["Alamat", "Telepon"], ["x", "y"]], "unknown_layout"),
    ],
)
def test_a_file_without_a_known_table_says_which_of_the_two(rows: list[list[str]], code: str) -> None:
    assert refusal(rows).code == code


def test_a_header_below_sixty_rows_of_text_is_found_by_what_it_is() -> None:
    for above in (59, 60, 200):
        (table,) = found([["x"]] * above + [HEADER, DATA]).tables
        assert (table.match.header_row, list(table.row_numbers)) == (above + 1, [above + 2])


SMALL = replace(
    REGISTER, id="x.small", record="small", columns={"nik": ("NIK",), "name": ("Nama",), "kind": ("Jenis",),
    "born": ("Lahir",), "sex": ("JK",), "place": ("Tempat",)}, ignored=(),
)  # fmt: skip
NAMES = ["NIK", "Nama", "Jenis", "Lahir", "JK", "Tempat"]


def small(*rows: list[str], header: list[str] = NAMES) -> dict[int, str]:
    """Kinds of the rows set aside below the header of a table in which name and kind are required, and told apart."""
    sheet = Sheet(1, "", Grid.from_rows([header, *rows]))
    reads = {"kind": lambda text: text in ("Anak Jalanan", "Pengemis")}
    result = find_tables([sheet], [SMALL], lambda _: ["name", "kind"], reads_of=lambda _: reads)
    return {item.row: item.kind for table in result.tables for item in table.set_aside if item.row > 1}


def test_rows_at_the_end_that_fill_what_is_required_are_no_footer() -> None:
    poor = [["", "Anak Uji Dua", "Anak Jalanan"], ["", "Anak Uji Tiga", "Pengemis"]]

    assert small(["1", "Anak Uji Satu", "Pengemis", "2012-01-01", "P", "x"], *poor) == {}
    assert small(*poor) == {}
    assert small(["", "", "Anak Jalanan", "", "LBH Contoh Uji"]) == {}


def test_a_row_of_two_read_columns_whose_code_is_misspelt_is_no_footer_unless_the_block_is_signed() -> None:
    misspelt = ["", "Anak Uji Dua", "Anak Jalananan"]
    signed = [["", "Mengetahui,", "Serang, 5 Januari 2025"], ["", "Kepala Bidang", "Petugas Data"], ["", "NIP. 1"]]

    assert small(misspelt) == {}
    assert small(misspelt, *signed, ["Sumber: Dinas"]) == {3: "footer", 4: "footer", 5: "footer", 6: "footer"}
    assert small(misspelt, [], *signed[1:]) == {3: "blank", 4: "footer", 5: "footer"}


def test_a_header_that_comes_again_in_another_order_is_read_in_its_own_order() -> None:
    rows = [NAMES, ["1", "Anak Uji", "Pengemis"], ["Nama", "NIK", *NAMES[2:]], ["Anak Uji Dua", "2", "Pengemis"]]

    tables = find_tables([Sheet(1, "", Grid.from_rows(rows))], [SMALL], lambda _: ["name", "kind"]).tables

    assert [table.texts("name").to_pylist() for table in tables] == [["Anak Uji"], ["Anak Uji Dua"]]
    assert [table.texts("nik").to_pylist() for table in tables] == [["1"], ["2"]]


def test_rows_below_a_table_of_another_kind_are_judged_like_those_above() -> None:
    data = ["3673011203150001", "Anak Uji", "Pengemis", "2012-01-01", "P", "x"]
    other = [[], ["Rekap"], ["Uraian", "Banyak", "Persen"], ["Terlantar", "3", "60"], ["Pengemis", "2", "40"], []]
    rows = [NAMES, data, data, *other, NAMES, data, data, ["Jumlah", "", "", "", "", "3"]]

    (table,) = find_tables([Sheet(1, "", Grid.from_rows(rows))], [SMALL], lambda _: ["name", "kind"]).tables

    assert list(table.row_numbers) == [2, 3, 11, 12]
    assert {item.row: item.kind for item in table.set_aside}[13] == "total"


def test_a_cell_merged_downwards_stands_in_each_row_but_a_number_does_not() -> None:
    rows = [["Tempat", "Ruang"], ["Aula", "20"], ["", "30"], ["Balai", "7"], ["", ""]]
    merges = (Merge(2, 0, 3, 0), Merge(4, 0, 5, 0), Merge(4, 1, 5, 1))

    (table,) = find_tables([Sheet(1, "", Grid.from_rows(rows), merges=merges)], [OTHER], lambda _: ["place"]).tables

    assert table.texts("place").to_pylist()[:2] == ["Aula", "Aula"]
    assert (table.cells(3), table.texts("rooms").to_pylist()[:3], table.merged("place")) == (
        ["", "30"],
        ["20", "30", "7"],
        1,
    )
