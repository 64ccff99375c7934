"""Disaster exports of before the newest one: the family of 2022 and the BNPB form, whatever their headers look like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from kla_pipeline.quality.staging import StagedTable
from kla_pipeline_tests.quality.tables import stage_text
from kla_pipeline_tests.sources import real_exports

HEADER = (
    "No.;ID Kabupaten;Tanggal Kejadian;Kejadian;Lokasi;Kabupaten;Provinsi;Kronologi & Dokumentasi;Penyebab;"
    "Meninggal;Hilang;Terluka;Rumah Rusak;Rumah Terendam;Fasum Rusak"
)
ROW = "1;3673;2022-05-24;BANJIR;Kec. Kasemen Kel. Terumbu;KOTA SERANG;BANTEN;;;0;0;0;0;6;0"
FORM = "disaster/bnpb_template_perka8_2011_94cols_redacted.xls"


def staged(folder: Path, rows: Sequence[str], header: str = HEADER) -> StagedTable:
    """The one table of an export with these rows."""
    found = stage_text("\n".join([header, *rows]) + "\n", "bpbd", folder)
    assert found.refusal is None, found.refusal
    (table,) = found.tables
    return table


def _is_contradicted(names: list[str]) -> bool:
    return "disaster_report.place_disagrees" in names


def flags(table: StagedTable) -> list[list[str]]:
    """Warnings by row, without the record's name."""
    return [[name.removeprefix("disaster_report.") for name in row] for row in table.accepted["_flags"]]


def test_a_row_keeps_its_district_day_and_counts(tmp_path: Path):
    table = staged(tmp_path, [ROW])

    row = table.accepted.iloc[0]
    assert (row["district"], row["hazard"], row["generation"]) == ("36.73", "BANJIR", "dibi_2022")
    assert (row["event_date"], row["houses_flooded"]) == (pd.Timestamp("2022-05-24"), 6)


@pytest.mark.parametrize("header", [HEADER.replace(" ", "_"), HEADER.upper(), HEADER.replace("No.", "No")])
def test_underscores_and_capitals_in_the_header_change_nothing(header: str, tmp_path: Path):
    table = staged(tmp_path, [ROW], header)

    assert (table.layout.id, len(table.accepted)) == ("bpbd.dibi_2022", 1)


def test_a_further_column_with_the_code_of_the_event_is_read_wherever_it_stands(tmp_path: Path):
    header = HEADER.replace("No.;", "No_;Kode_Identitas_Bencana;")
    table = staged(tmp_path, [ROW.replace("1;", "1;3673101202205241;", 1)], header)

    assert table.accepted["event_code"].tolist() == ["3673101202205241"]


def test_a_count_left_empty_is_not_known_and_a_zero_stays_zero(tmp_path: Path):
    table = staged(tmp_path, [ROW.replace(";0;0;0;0;6;0", ";;0;;0;;0")])

    row = table.accepted.iloc[0]
    assert [pd.isna(row[name]) for name in ("deaths", "injured", "houses_flooded")] == [True, True, True]
    assert (row["missing"], row["houses_damaged"]) == (0, 0)


def test_rows_alike_but_for_their_number_are_kept_and_flagged(tmp_path: Path):
    table = staged(tmp_path, [ROW, "2" + ROW[1:], "3" + ROW[1:].replace(";6;", ";7;")])

    assert flags(table) == [[], ["possible_duplicate"], []]


def test_code_and_name_decide_between_a_city_and_a_regency_of_one_name(tmp_path: Path):
    other = "2" + ROW[1:].replace("3673", "3604").replace("KOTA SERANG", "SERANG")

    assert staged(tmp_path, [ROW, other]).accepted["district"].tolist() == ["36.73", "36.04"]


def test_a_district_numbered_by_the_statistics_office_gets_the_code_of_its_name(tmp_path: Path):
    row = ROW.replace("3673", "1103").replace("KOTA SERANG", "ACEH TIMUR").replace("BANTEN", "ACEH")
    other = "2" + ROW[1:].replace("3673", "1101").replace("KOTA SERANG", "SIMEULUE").replace("BANTEN", "ACEH")

    table = staged(tmp_path, [row.replace("1103", "1105"), other])

    assert table.accepted["district"].tolist() == ["11.03", "11.09"]


def test_code_and_name_of_different_districts_are_rejected(tmp_path: Path):
    table = staged(tmp_path, [ROW.replace("KOTA SERANG", "LEBAK")])

    assert len(table.rejected) == 1
    assert list(table.rejected["_reasons"].iloc[0]) == ["disaster_report.district.code"]


@pytest.mark.parametrize(("province", "flag"), [("JAWA Tengah", ["place_disagrees"]), ("Banten", []), ("", [])])
def test_a_district_in_another_province_is_flagged_however_the_province_is_spelt(
    province: str, flag: list[str], tmp_path: Path
):
    assert flags(staged(tmp_path, [ROW.replace("BANTEN", province)])) == [flag]


def test_a_province_that_was_split_later_is_no_contradiction(tmp_path: Path):
    row = ROW.replace("3673", "6504").replace("KOTA SERANG", "NUNUKAN").replace("BANTEN", "KALIMANTAN TIMUR")

    assert flags(staged(tmp_path, [row])) == [[]]


def test_narratives_are_not_read(tmp_path: Path):
    table = staged(tmp_path, [ROW.replace("BANTEN;;", "BANTEN;Cerita Anak Uji;Hujan")])

    assert "Anak Uji" not in table.accepted.drop(columns=["_flags"]).to_csv()


@real_exports.needs_data
def test_the_form_of_94_columns_is_read_whole_and_its_one_contradiction_flagged():
    table = real_exports.table_of("bpbd", FORM)

    assert (table.layout.id, len(table.accepted), len(table.rejected)) == ("bpbd.perka8", 34, 0)
    assert table.accepted["event_date"].min() == pd.Timestamp("2020-01-25")
    flagged = table.accepted[table.accepted["_flags"].map(_is_contradicted)]
    assert flagged[["district", "province"]].to_numpy().tolist() == [["33.04", "63"]]
