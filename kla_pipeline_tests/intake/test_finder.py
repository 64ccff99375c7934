"""Tables are found without a layout, whatever stands around them; totals are no data, and data are never set aside."""

from __future__ import annotations

from collections import Counter

import pytest

from kla_pipeline.intake.finding.finder import MOST_TABLES, FoundTable, find
from kla_pipeline.intake.grid import Grid, Merge, Sheet
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline_tests.support import SHARED

FILES = SHARED / "data"
needs_files = pytest.mark.skipif(not FILES.is_dir(), reason="the folder of real files is not beside the project")
HEADER = ["Kecamatan", "Laki-laki", "Perempuan"]
BODY = [["Curug", "11", "12"], ["Serang", "30", "41"], ["Kasemen", "5", "9"], ["Taktakan", "7", "1"]]


def sheet(*rows: list[str], merges: tuple[Merge, ...] = ()) -> Sheet:
    return Sheet(1, "", Grid.from_rows(rows), merges=merges)


def tables(*rows: list[str], merges: tuple[Merge, ...] = ()) -> list[FoundTable]:
    return find(sheet(*rows, merges=merges))


def data(table: FoundTable) -> list[list[str]]:
    return list(table.data_cells())


def kinds(table: FoundTable) -> dict[int, str]:
    return {int(row): table.kinds.of(int(row)) for row in table.kinds.aside}


def test_titles_and_blank_rows_stand_above_the_header() -> None:
    (table,) = tables(["Korban Menurut Kecamatan"], ["Periode", "Januari 2025"], [], HEADER, *BODY)

    assert (table.names, table.header.rows, data(table)) == (HEADER, (4,), BODY)
    assert kinds(table) == {1: "title", 2: "title", 3: "blank", 4: "header"}


def test_a_header_of_two_rows_is_joined_from_above() -> None:
    top = ["Kecamatan", "Korban", "", "Pelaku", ""]
    below = ["", "2023", "2024", "2023", "2024"]
    rows = [["Curug", "1", "2", "3", "4"], ["Serang", "5", "6", "7", "8"]]

    (table,) = tables(["Judul"], top, below, *rows)

    assert table.header.rows == (2, 3)
    assert table.names == ["Kecamatan", "Korban 2023", "Korban 2024", "Pelaku 2023", "Pelaku 2024"]
    assert data(table) == rows


def test_a_merged_heading_reaches_as_far_as_it_is_merged() -> None:
    top = ["Kecamatan", "Umur", "", "Ket"]
    below = ["", "0-5", "6-17", ""]

    (table,) = tables(top, below, ["Curug", "1", "2", "x"], ["Serang", "5", "6", ""], merges=(Merge(1, 1, 1, 2),))

    assert table.names == ["Kecamatan", "Umur 0-5", "Umur 6-17", "Ket"]


def test_a_header_written_twice_is_one_header() -> None:
    (table,) = tables(HEADER, HEADER, *BODY)

    assert table.header.rows == (1, 2)
    assert table.names == ["Kecamatan Kecamatan", "Laki-laki Laki-laki", "Perempuan Perempuan"]
    assert table.header.texts == tuple(HEADER)


def test_years_as_headers_are_headers() -> None:
    (table,) = tables(["Belanja", "2021", "2022"], ["Pegawai", "Rp8.500", "Rp9.100"], ["Modal", "Rp70", "Rp120"])

    assert table.names == ["Belanja", "2021", "2022"]
    assert len(data(table)) == 2


def test_a_table_without_a_header_has_none() -> None:
    rows = [["28/01/2018", "00:00", "2", "MG-8769"], ["29/01/2018", "00:15", "0", "RI-3895"]]

    (table,) = tables(*rows)

    assert (table.names, data(table)) == ([], rows)


def test_column_numbers_totals_and_footers_are_set_aside() -> None:
    total = ["Jumlah", "53", "63"]

    (table,) = tables(HEADER, ["(1)", "(2)", "(3)"], *BODY, total, ["Sumber: Dinas"])

    assert data(table) == BODY
    assert kinds(table) == {1: "header", 2: "column_number", 7: "total", 8: "footer"}


def test_a_total_that_no_word_tells_is_known_by_its_place_and_sum() -> None:
    (table,) = tables(HEADER, *BODY, ["Kota Serang", "53", "63"])
    (other,) = tables(HEADER, *BODY, ["Kota Serang", "53", "64"])

    assert kinds(table)[6] == "total"
    assert 6 not in kinds(other)


def test_a_row_that_happens_to_be_a_small_sum_is_data() -> None:
    rows = [["a", "1"], ["b", "2"], ["c", "3"], ["d", "6"]]

    (table,) = tables(["nama", "jumlah"], *rows)

    assert data(table) == rows


def test_a_total_as_a_thirteenth_month_is_no_month() -> None:
    months = [["Januari", "2020", "Fisik", "1"], ["Februari", "2020", "Fisik", "3"]]
    others = [["Januari", "2020", "Psikis", "2"], ["Februari", "2020", "Psikis", "2"]]
    total = [["Total", "2020", "Fisik", "4"]]

    (table,) = tables(["Bulan", "Tahun", "Bentuk", "Kasus"], *months, *total, *others)

    assert data(table) == [*months, *others]


def test_rows_that_qualify_the_rows_below_are_sections() -> None:
    (table,) = tables(HEADER, ["Kabupaten"], *BODY[:2], ["Kota"], *BODY[2:])

    assert data(table) == BODY
    assert (kinds(table)[2], kinds(table)[5]) == ("section", "section")


def test_many_rows_that_begin_like_a_total_are_what_the_table_is_about() -> None:
    rows = [[f"Total {name}", str(n)] for n, name in enumerate("abcdefgh")]

    (table,) = tables(["uraian", "nilai"], *rows)

    assert data(table) == rows


def test_a_pivot_beside_the_data_is_a_table_of_its_own() -> None:
    register = [[str(n), f"Anak Uji {n}", "L"] for n in range(1, 9)]
    pivot = [["Row Labels", "Sum"], ["L", "8"], ["Grand Total", "8"]]
    beside = [*pivot, *[["", ""]] * 6]
    rows = [["no", "nama", "jk"], *register]

    found = tables(*([*left, "", "", *right] for left, right in zip(rows, beside, strict=True)))

    assert [(table.columns, len(data(table))) for table in found] == [((0, 2), 8), ((5, 6), 1)]
    assert kinds(found[1]) == {1: "header", 3: "total"}


def test_an_empty_column_parts_no_register() -> None:
    rows = [[str(n), "Anak Uji", "", "L", "2015"] for n in range(1, 6)]

    (table,) = tables(["no", "nama", "", "jk", "lahir"], *rows)

    assert data(table) == rows


def test_a_second_table_below_a_gap_is_found_with_its_title() -> None:
    second = [["Pos", "Petugas"], ["Curug", "3"], ["Serang", "4"]]

    found = tables(HEADER, *BODY, [], ["Petugas per pos"], *second)

    assert [data(table) for table in found] == [BODY, second[1:]]
    assert kinds(found[1])[7] == "title"


def test_a_header_that_comes_again_begins_a_table() -> None:
    found = tables(HEADER, *BODY, HEADER, *BODY)

    assert [data(table) for table in found] == [BODY, BODY]


def test_rows_below_a_gap_belong_to_the_table() -> None:
    (table,) = tables(HEADER, *BODY[:2], [], [], *BODY[2:])

    assert data(table) == BODY


@needs_files
@pytest.mark.parametrize(
    ("name", "rows", "aside"),
    [
        ("police/bps_jatim_tindak_pidana_penyelesaian_2016_2018.xls", [38],
         {"title": 1, "blank": 1, "header": 2, "section": 2, "total": 1, "footer": 1}),
        ("child_violence/jabar_dp3akb/raw_combined_eda.xlsx", [1512, 27, 1728, 27, 1728, 27, 216, 27], {"header": 1}),
        ("messy_indonesian/tangsel_penduduk_usia_60_64.xlsx", [7],
         {"title": 1, "header": 1, "column_number": 1, "total": 1, "footer": 1}),
        ("messy_indonesian/tangsel_realisasi_apbd_semicolon.csv", [7],
         {"title": 1, "blank": 2, "header": 1, "total": 1}),
        ("social_welfare/tangsel_persentase_ppks_dan_dtks.xlsx", [7], {"title": 1, "blank": 1, "header": 1}),
        ("child_violence/kabmalang_bentuk_kekerasan_perempuan.csv", [300], {"header": 1, "total": 25}),
        ("child_violence/kabmalang_usia_kekerasan_perempuan.csv", [180], {"header": 1, "total": 15}),
        ("child_violence/kabmalang_kekerasan_anak.csv", [120], {"header": 1}),
        ("disaster/bnpb_template_perka8_2011_94cols_redacted.xls", [34], {"header": 1}),
        ("social_welfare/pmks_import_header_buleleng.csv", [0], {"header": 1}),
    ],
)  # fmt: skip
def test_real_exports_are_read_as_people_read_them(name: str, rows: list[int], aside: dict[str, int]) -> None:
    found = [table for item in read_sheets(FILES / name) for table in find(item)]

    assert [len(table.kinds.data) for table in found] == rows
    assert dict(Counter(kinds(found[0]).values())) == aside


@needs_files
def test_no_total_of_the_crime_table_is_counted() -> None:
    (table,) = find(read_sheets(FILES / "police/bps_jatim_tindak_pidana_penyelesaian_2016_2018.xls")[0])

    sums = [sum(int(row[n].replace(" ", "")) for row in data(table)) for n in range(1, 7)]

    assert sums == [36746, 29960, 39453, 27160, 23912, 28928]
    assert table.names[1] == "Jumlah Tindak Pidana 2016"


def test_thousands_of_stacked_tables_are_found_as_far_as_is_told() -> None:
    table = [["Nama Uji", "Umur"], ["a", "1"], ["b", "2"], [], ["Judul"]]
    stacked = sheet(*table * (2 * MOST_TABLES))

    found = find(stacked)

    assert len(found) == MOST_TABLES
    assert found[-1].extent.last == stacked.grid.height
    assert "rest as one" in stacked.how["tables"]
