"""Aggregate tables of DP3A: which table is which, what their categories are, and what they must not be taken for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from kla_pipeline.quality.staging import StagedDelivery, StagedTable
from kla_pipeline_tests.quality.tables import stage_text

HEADER = (
    "id,kode_provinsi,nama_provinsi,kode_kabupaten_kota,nama_kabupaten_kota,jenis_kelamin,{},jumlah_korban,satuan,tahun"
)
PLAIN = HEADER.replace("{},", "")


def row(
    category: str, number: int = 1, persons: str = "3", year: str = "2020", district: str = "3201,KABUPATEN BOGOR"
) -> str:
    """A row of a table with a category."""
    return f'{number},32,JAWA BARAT,{district},PEREMPUAN,"{category}",{persons},ORANG,{year}'


def delivered(folder: Path, header: str, rows: Sequence[str], name: str = "tabel.csv") -> StagedDelivery:
    """What staging makes of a table."""
    return stage_text("\n".join([header, *rows]) + "\n", "dp3a", folder, name)


def table_of(folder: Path, column: str, rows: Sequence[str]) -> StagedTable:
    """The one table of an export by the category of `column`."""
    found = delivered(folder, HEADER.format(column), rows)
    assert found.refusal is None, found.refusal
    (table,) = found.tables
    return table


@pytest.mark.parametrize(
    ("column", "category", "dimension", "measure", "code"),
    [
        ("kategori_usia", "13-17 TAHUN", "age", "victims", "13-17"),
        ("kategori_usia", "60+ TAHUN", "age", "victims", "60+"),
        ("kategori_pendidikan", "TIDAK \nSEKOLAH", "education", "victims", "TIDAK_SEKOLAH"),
        ("kategori_pendidikan", "NA", "education", "victims", "NA"),
        ("kategori_pekerjaan", "PEDAGANG/TANI/NELAYAN", "occupation", "victims", "PEDAGANG_TANI_NELAYAN"),
        ("kategori_tempat", "RUMAH TANGGA", "place", "victims", "RUMAH_TANGGA"),
        ("jenis_layanan", "Bantuan Humum", "service", "served", "BANTUAN_HUKUM"),
    ],
)
def test_the_category_column_says_what_a_table_breaks_down_by(
    column: str, category: str, dimension: str, measure: str, code: str, tmp_path: Path
):
    accepted = table_of(tmp_path, column, [row(category)]).accepted.iloc[0]

    assert (accepted["dimension"], accepted["measure"], accepted["category"]) == (dimension, measure, code)
    assert (accepted["district"], accepted["persons"], accepted["unit"]) == ("32.01", 3, "ORANG")


def test_a_category_nobody_declared_is_rejected_with_its_reason(tmp_path: Path):
    table = table_of(tmp_path, "kategori_pekerjaan", [row("PELAJAR"), row("ASTRONOT", 2)])

    assert [list(reasons) for reasons in table.rejected["_reasons"]] == [["violence_aggregate.category.code"]]


def test_a_category_of_another_table_is_rejected(tmp_path: Path):
    table = table_of(tmp_path, "kategori_usia", [row("PELAJAR")])

    reasons = [list(found) for found in table.rejected["_reasons"]]
    assert reasons == [["violence_aggregate.category_of_other_dimension"]]


def test_a_bare_name_beside_its_code_is_that_district_and_another_name_is_rejected(tmp_path: Path):
    rows = [
        row("NA", 1, district="3201,BOGOR"),
        row("NA", 2, district="3271,BOGOR"),
        row("NA", 3, district="3201,KOTA BOGOR"),
    ]
    table = table_of(tmp_path, "kategori_pekerjaan", rows)

    assert table.accepted["district"].tolist() == ["32.01", "32.71"]
    assert [list(found) for found in table.rejected["_reasons"]] == [["violence_aggregate.district.code"]]


def test_the_table_of_those_served_is_known_by_its_name_only(tmp_path: Path):
    rows = ["1,32,JAWA BARAT,3201,KABUPATEN BOGOR,PEREMPUAN,3,ORANG,2020"]

    named = delivered(tmp_path, PLAIN, rows, "KASUS_TERLAYANI.csv")
    unnamed = delivered(tmp_path, PLAIN, rows, "rekap.csv")

    assert [table.layout.id for table in named.tables] == ["dp3a.aggregate_served"]
    assert named.tables[0].accepted["category"].tolist() == ["ALL"]
    assert unnamed.refusal is not None


def test_a_table_speaks_for_every_year_it_has(tmp_path: Path):
    table = table_of(tmp_path, "kategori_usia", [row("0-5 TAHUN", 1, year="2018"), row("0-5 TAHUN", 2, year="2021")])

    months = table.period.months()
    assert (months[0], months[-1], len(months)) == (date(2018, 1, 1), date(2021, 12, 1), 48)


def test_a_count_that_is_missing_is_rejected_and_never_a_zero(tmp_path: Path):
    table = table_of(tmp_path, "kategori_usia", [row("0-5 TAHUN", persons="")])

    assert [list(found) for found in table.rejected["_reasons"]] == [["violence_aggregate.persons.required"]]


@pytest.mark.parametrize(
    "name",
    [
        "korban belum terlayani.csv", "korban_tidak_terlayani.csv", "KORBAN-TDK-DILAYANI.csv", "tak terlayani.csv",
        "korban belum pernah dilayani.csv", "belumterlayani.csv",
    ],
)  # fmt: skip
def test_a_table_of_those_not_served_is_never_read_as_one_of_those_served(name: str, tmp_path: Path):
    rows = ["1,32,JAWA BARAT,3201,KABUPATEN BOGOR,PEREMPUAN,3,ORANG,2020"]

    by_name = delivered(tmp_path, PLAIN, rows, name)
    by_title = delivered(tmp_path, f"Jumlah Korban {name.removesuffix('.csv')}\n{PLAIN}", rows, "rekap.csv")
    both = delivered(tmp_path, f"Korban yang tidak terlayani\n{PLAIN}", rows, "terlayani.csv")

    assert not by_name.tables
    assert not by_title.tables
    assert not sum(len(table.accepted) for table in both.tables)
