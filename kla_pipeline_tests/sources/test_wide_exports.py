"""Counts of violence and of PPKS with months, years, sexes, forms or age bands as columns, as offices lay them out.

All numbers are invented.
"""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from kla_pipeline.quality.staging import StagedDelivery, StagedTable
from kla_pipeline_tests.quality.tables import DELIVERY, stage_file, stage_text, the_catalogue
from kla_pipeline_tests.sources.real_exports import RECEIVED

MONTHS = "Januari;Februari;Maret;April;Mei;Juni;Juli;Agustus;September;Oktober;November;Desember"


def table_of(text: str, agency: str, folder: Path, name: str = "ekspor.csv") -> StagedTable:
    staged = stage_text(text, agency, folder, name)
    assert staged.refusal is None, staged.refusal
    (table,) = staged.tables
    return table


def workbook(folder: Path, agency: str, rows: list[list[str | int | None]], merges: list[str]) -> StagedDelivery:
    """What staging makes of a workbook with merged header cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    path = folder / "ekspor.xlsx"
    book.save(path)
    return stage_file(path, path.name, agency, the_catalogue(), RECEIVED, DELIVERY)


def counts(table: StagedTable) -> list[dict[str, int]]:
    return [json.loads(text) for text in table.accepted["counts"]]


def test_months_side_by_side_become_one_series_by_month_and_a_wrong_row_total_is_flagged(tmp_path: Path) -> None:
    text = (
        f"Jumlah Kasus Kekerasan Anak Tahun 2024;;\nBentuk Kekerasan;{MONTHS};Jumlah\n"
        "Fisik;0;1;2;3;4;5;6;7;8;9;10;11;66\nPsikis;1;1;1;1;1;1;1;1;1;1;1;;12\nJumlah;1;2;3;4;5;6;7;8;9;10;11;11;78\n"
    )

    table = table_of(text, "dp3a", tmp_path)

    assert (table.record, table.set_aside_counts()) == ("violence_months", {"total": 1})
    assert counts(table)[0] == {str(month): month - 1 for month in range(1, 13)}
    assert "12" not in counts(table)[1]
    assert list(table.accepted["_flags"]) == [[], ["violence_months.row_total"]]
    assert set(table.accepted["reference_year"]) == {2024}
    assert table.accepted["violence_form"].tolist() == ["FISIK", "PSIKIS"]


def test_the_year_may_stand_above_the_months(tmp_path: Path) -> None:
    rows = [["Kasus Kekerasan terhadap Anak"], ["Kecamatan", "Tahun 2023", None, None, "Jumlah"],
            [None, "Jan", "Peb", "Mrt", None], ["Serang", 1, 2, 3, 6], ["Curug", 0, 0, 1, 1]]  # fmt: skip

    staged = workbook(tmp_path, "dp3a", rows, ["A2:A3", "B2:D2", "E2:E3"])

    (table,) = staged.tables
    assert counts(table) == [{"1": 1, "2": 2, "3": 3}, {"1": 0, "2": 0, "3": 1}]
    assert set(table.accepted["reference_year"]) == {2023}
    assert table.accepted["area"].tolist() == ["Serang", "Curug"]


@pytest.mark.parametrize("above", [("Januari", "Februari"), ("2023", "2024")])
def test_two_columns_below_one_name_are_never_read_as_the_first_of_them(above: tuple[str, str], tmp_path: Path) -> None:
    below = ["L", "P"] if above[0] == "Januari" else ["Januari", "Februari"]
    rows = [["Korban Kekerasan Anak Tahun 2024"], ["Kecamatan", above[0], None, above[1], None],
            [None, *below, *below], ["Serang", 1, 2, 3, 4], ["Curug", 1, 2, 3, 4]]  # fmt: skip

    assert workbook(tmp_path, "dp3a", rows, ["A2:A3", "B2:C2", "D2:E2"]).refusal is not None


@pytest.mark.parametrize(
    ("header", "across", "labels"),
    [
        ("Bulan;Laki-laki;Perempuan;Jumlah", "sex", ["laki-laki", "perempuan"]),
        ("Bulan;Korban Laki-Laki;Korban Perempuan;Jumlah Korban", "sex", ["laki-laki", "perempuan"]),
        ("Month;Male;Female;Total", "sex", ["male", "female"]),
        ("Bulan;Anak;Perempuan;Jumlah", "group", ["anak", "perempuan"]),
        ("Bulan;Kekerasan Fisik;Kekerasan Psikis;Total Kasus", "form", ["fisik", "psikis"]),
        ("Bulan;0-5;6 - 12 Tahun;Jumlah", "age", ["0-5", "6 - 12"]),
        ("Bulan;2022;2023;Jumlah", "year", ["2022", "2023"]),
    ],
)
def test_a_breakdown_side_by_side_is_known_by_its_headers(
    header: str, across: str, labels: list[str], tmp_path: Path
) -> None:
    title = "Jumlah Korban Kekerasan di Kota Serang Tahun 2023;;;"
    text = f"{title}\n{header}\nJanuari;1;2;3\nMaret;4;1.005;1.009\nTotal;5;1.007;1.012\n"

    table = table_of(text, "dp3a", tmp_path)

    assert set(table.accepted["across"]) == {across}
    assert counts(table) == [dict(zip(labels, (1, 2), strict=True)), dict(zip(labels, (4, 1005), strict=True))]
    assert (table.accepted["month"].tolist(), list(table.accepted["_flags"])) == (["1", "3"], [[], []])
    assert table.unknown == []
    assert set(table.accepted["district"]) == {"36.73"}


def test_a_total_of_two_rows_is_set_aside_though_no_column_beside_its_word_is_empty(tmp_path: Path) -> None:
    text = (
        "Jumlah PPKS menurut Kecamatan dan Jenis, Kota Serang 2023;;;;\n"
        "Kecamatan;Anak Terlantar;Anak Jalanan;Lansia Terlantar;Jumlah\n"
        "Serang;10;3;20;33\nKasemen;4;0;9;13\nJumlah;14;3;29;47\n"
    )

    table = table_of(text, "dinsos", tmp_path)

    assert table.accepted["kecamatan_name"].tolist() == ["Serang", "Kasemen"]
    assert set(table.accepted["reference_year"]) == {2023}
    assert set(table.accepted["district"]) == {"36.73"}


def test_a_span_of_years_in_the_title_is_no_year(tmp_path: Path) -> None:
    text = "PPKS Kota Serang 2019 - 2023;;\nKecamatan;Anak Terlantar;Anak Jalanan\nSerang;10;3\n"

    assert stage_text(text, "dinsos", tmp_path).refusal is not None
    assert stage_text(text.replace("2019 - ", ""), "dinsos", tmp_path).refusal is None


@pytest.mark.parametrize(
    ("text", "category", "expected"),
    [
        ("Kecamatan;Jumlah PPKS 2023\nSerang;100\nKasemen;50\nJumlah;150\n", "SEMUA", [{"2023": 100}, {"2023": 50}]),
        (
            "Jumlah Anak Terlantar Menurut Kecamatan di Kota Serang;;\nKecamatan;2021;2022\nSerang;1;-\nCurug;2;3\n",
            "Anak Terlantar",
            [{"2021": 1, "2022": 0}, {"2021": 2, "2022": 3}],
        ),
    ],
)
def test_the_years_of_ppks_may_stand_in_the_header(
    text: str, category: str, expected: list[dict[str, int]], tmp_path: Path
) -> None:
    table = table_of(text, "dinsos", tmp_path)

    assert counts(table) == expected
    assert set(table.accepted["category"]) == {category}


def test_children_in_general_are_no_category_of_ppks(tmp_path: Path) -> None:
    text = "Data Penduduk 2023;;\nKecamatan;Anak;Anak Perempuan\nSerang;10;3\nCurug;1;2\n"

    assert stage_text(text, "dinsos", tmp_path).refusal is not None
