"""Exports of the same kinds that other offices send: other words, other order, more columns, other years.

All numbers and people are invented.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kla_pipeline.quality.staging import StagedTable
from kla_pipeline_tests.quality.tables import broken_rules, stage_text


def table_of(text: str, agency: str, folder: Path, name: str = "ekspor.csv") -> StagedTable:
    staged = stage_text(text, agency, folder, name)
    assert staged.refusal is None, staged.refusal
    (table,) = staged.tables
    return table


def reasons(table: StagedTable) -> list[list[str]]:
    return [list(names) for names in table.rejected["_reasons"]]


# ------------------------------------------------------------------------------------------------------------- DP3A
def test_months_in_english_moved_and_further_columns_are_drift(tmp_path: Path) -> None:
    text = (
        "Jumlah Kekerasan terhadap Perempuan dan Anak di Kota Cilegon Tahun 2023;;;;\n"
        "Jumlah Korban;Bulan;Jenis Kelamin;Keterangan;Kecamatan\n"
        "3;January;Laki-laki;;Cibeber\n1.204;Agt;P;;Cibeber\n7;Total;P;;Cibeber\n"
    )

    table = table_of(text, "dp3a", tmp_path)

    assert (table.unknown, len(table.rejected), table.set_aside_counts()) == (["Keterangan"], 0, {"total": 1})
    rows = table.accepted
    assert list(zip(rows["reference_year"], rows["month"], rows["cases"], strict=True)) == [
        (2023, "1", 3), (2023, "8", 1204),
    ]  # fmt: skip
    assert set(rows["unit"]) == {"KORBAN"}
    assert set(rows["victim_group"]) == {"PEREMPUAN_ANAK"}
    assert set(rows["district"]) == {"36.72"}
    assert set(rows["violence_form"]) == {"SEMUA"}
    assert set(rows["area"]) == {"Cibeber"}


def test_a_table_that_does_not_divide_counts_all_and_says_what_it_does_not_know(tmp_path: Path) -> None:
    table = table_of("Tahun,Bulan,Jumlah\n2024,Mei,12\n", "dp3a", tmp_path, "kekerasan_2024.csv")

    (row,) = table.accepted[["violence_form", "sex", "age_band", "victim_group", "unit"]].itertuples(index=False)
    assert tuple(row) == ("SEMUA", "LP", "semua", "TIDAK_DISEBUT", "TIDAK_DISEBUT")


@pytest.mark.parametrize(
    ("agency", "text"),
    [
        ("dp3a", "Tahun,Bulan,Jumlah\n2024,Mei,12\n"),
        ("bpbd", "Tanggal,Kecamatan,Kelurahan,Jenis Bencana,KK\n3/2/2025,Serang,Unyur,Puting beliung,2\n"),
    ],
)
def test_a_table_about_something_else_with_the_same_columns_is_refused(agency: str, text: str, tmp_path: Path) -> None:
    assert stage_text(text, agency, tmp_path).refusal is not None


@pytest.mark.parametrize("band", ["0-17", "13 - 17 Tahun", "45+", "<18", "60 tahun ke atas", "Tidak diketahui"])
def test_age_bands_stay_as_the_table_words_them(band: str, tmp_path: Path) -> None:
    table = table_of(f"Tahun,Bulan,Kelompok Umur,Jumlah Korban\n2024,Mei,{band},12\n", "dp3a", tmp_path)

    assert table.accepted["age_band"].tolist() == [band]


def test_what_is_no_age_band_and_no_form_is_rejected(tmp_path: Path) -> None:
    text = "Tahun,Bulan,Kelompok Umur,Bentuk Kekerasan,Jumlah Kasus\n2024,Mei,remaja,Fisik,1\n2024,Mei,0-5,Santet,1\n"

    assert broken_rules(table_of(text, "dp3a", tmp_path)) == [{"age_band.pattern"}, {"violence_form.code"}]


def test_a_table_in_english_is_read_like_one_in_indonesian(tmp_path: Path) -> None:
    text = "Month,Year,Gender,Form of Violence,Cases\nMay,2024,Female,Physical,3\nTotal,2024,Female,Physical,3\n"

    table = table_of(text, "dp3a", tmp_path)

    (row,) = table.accepted[["month", "sex", "violence_form", "cases", "unit"]].itertuples(index=False)
    assert tuple(row) == ("5", "P", "FISIK", 3, "KASUS")
    assert table.set_aside_counts() == {"total": 1}


def test_a_table_by_place_without_sex_counts_both_and_names_alone_tell_a_city_from_a_regency(tmp_path: Path) -> None:
    text = (
        "Korban Kekerasan Menurut Tempat Kejadian, 2022;;\nKabupaten/Kota;Tempat Kejadian;Jumlah\n"
        "Kota Serang;Sekolah;3\nSerang;Sekolah;4\nKab. Lebak;Rumah Tangga;1\n"
    )

    table = table_of(text, "dp3a", tmp_path)

    rows = table.accepted
    assert list(zip(rows["district"], rows["sex"], rows["category"], strict=True)) == [
        ("36.73", "LP", "SEKOLAH"), ("36.02", "LP", "RUMAH_TANGGA"),
    ]  # fmt: skip
    assert reasons(table) == [["violence_aggregate.district.code"]]
    assert set(rows["reference_year"]) == {2022}


# ----------------------------------------------------------------------------------------------------------- police
def test_a_crime_table_of_one_year_has_its_year_in_the_title(tmp_path: Path) -> None:
    text = (
        "Jumlah Tindak Pidana dan Penyelesaiannya Menurut Kepolisian Resor di Provinsi Banten, 2021;;\n;;\n"
        "Kepolisian Resor;Jumlah Tindak Pidana;Penyelesaian Tindak Pidana\n"
        "Pandeglang;120;100\nLebak;1 030;-\nCilegon;250;251\nJumlah;1 400;351\nSumber: Polda;;\n"
    )

    table = table_of(text, "polres", tmp_path)

    rows = table.accepted
    assert rows["first_year"].tolist() == [2021] * 3
    assert set(rows["area_kind"]) == {"TIDAK_DISEBUT"}
    assert [list(json.loads(cell).values()) for cell in rows["reported"]] == [[120], [1030], [250]]
    assert [list(json.loads(cell).values()) for cell in rows["resolved"]] == [[100], [0], [251]]
    assert list(rows["_flags"]) == [[], [], ["crime_statistic.resolved_exceeds_reported"]]
    assert table.set_aside_counts() == {"footer": 1, "total": 1}


def test_a_year_without_figures_and_a_share_of_resolved_crimes_are_left_out(tmp_path: Path) -> None:
    text = (
        "Polres;Tindak Pidana;;;Persentase Penyelesaian;\n;2019;2020;2021;2019;2020\n"
        "Kota;;;;;\nSerang;10;;12;50;60\nCilegon;20;;22;50;60\nTangerang;30;;32;50;60\nBanten;60;;66;50;60\n"
    )

    table = table_of(text, "polres", tmp_path)

    assert [json.loads(cell) for cell in table.accepted["reported"]] == [
        {"2019": 10, "2021": 12},
        {"2019": 20, "2021": 22},
        {"2019": 30, "2021": 32},
    ]
    assert table.set_aside_counts() == {"section": 1, "total": 1}
    assert set(table.accepted["area_kind"]) == {"KOTA"}
    assert table.missing == ["resolved"]
    assert table.unknown == ["Persentase Penyelesaian 2019", "Persentase Penyelesaian 2020"]


# ----------------------------------------------------------------------------------------------------------- Dinsos
def test_people_listed_without_a_number_are_a_record_of_their_own(tmp_path: Path) -> None:
    text = (
        "NIK,Nama,Kategori PPKS,Kecamatan,Kelurahan,Lokasi Penemuan,Tanggal Laporan,Status,Keterangan\n"
        "3673011203150001,Anak Uji Satu,Anak Jalanan,Serang,Unyur,Lampu merah,2/5/2025,Aktif,\n"
        "3673011203150001,Anak Uji Satu,Anak Jalanan,Serang,Unyur,Pasar,12/6/2025,Selesai,\n"
        ",Anak Uji Dua,Anak Terlantar,Curug,Sukawana,Terminal,3/5/2025,Aktif,\n"
    )

    table = table_of(text, "dinsos", tmp_path)

    assert table.record == "ppks_list"
    assert (len(table.accepted), len(table.rejected), table.unknown) == (3, 0, [])
    assert table.accepted["person_ref"].nunique() == 3
    assert table.accepted["category"].tolist() == ["PMKS-04", "PMKS-04", "PMKS-02"]


def test_an_import_form_joins_categories_by_bars_and_may_rename_a_column(tmp_path: Path) -> None:
    text = (
        "nik;nama;tanggal_lahir;jenis_kelamin;kode_kategori;catatan;jenis_disabilitas;rt\n"
        "3673011203150001;Anak Uji;12-03-2015;L;PMKS-02|PMKS-05;;fisik|netra;3\n"
    )

    table = table_of(text, "dinsos", tmp_path)

    assert table.layout.id == "dinsos.ppks_import"
    assert (table.unknown, table.renamed) == (["rt"], ["birth_date: tanggal_lahir"])
    assert table.accepted["category"].tolist() == ["PMKS-02|PMKS-05"]
    assert f"{table.accepted['birth_date'].item():%Y-%m-%d}" == "2015-03-12"


def test_a_roster_that_lost_its_numbers_is_refused_and_not_taken_for_a_list(tmp_path: Path) -> None:
    text = (
        "NIK,Alasan Tanpa NIK,Nama,Tanggal Lahir,Jenis Kelamin,Kategori PPKS,Kabupaten/Kota,Kecamatan,Tanggal Laporan,"
        "Status,Tanggal Selesai\n,belum,Anak Uji,12/03/2015,L,Anak Jalanan,Kota Serang,Curug,02/05/2025,Aktif,\n"
    )

    refusal = stage_text(text, "dinsos", tmp_path).refusal

    assert refusal is not None
    assert refusal.code == "missing_required_column"
    assert "No PPKS" in refusal.message


def test_categories_side_by_side_under_one_heading_are_a_series(tmp_path: Path) -> None:
    text = (
        "Jumlah PMKS Menurut Kecamatan dan Jenis di Kota Cilegon, 2023;;;;\n"
        "Kecamatan;Jenis PMKS;;;Jumlah PMKS\n;Anak Terlantar;Anak Jalanan;Lanjut Usia Terlantar;\n"
        "(1);(2);(3);(4);(5)\nCibeber;10;-;1.025;1.035\nCilegon;4;2;6;12\nGrogol;5;1;7;13\nJumlah;19;3;1.038;1.060\n"
    )

    table = table_of(text, "dinsos", tmp_path)

    assert [json.loads(cell) for cell in table.accepted["counts"]] == [
        {"anak terlantar": 10, "anak jalanan": 0, "lanjut usia terlantar": 1025},
        {"anak terlantar": 4, "anak jalanan": 2, "lanjut usia terlantar": 6},
        {"anak terlantar": 5, "anak jalanan": 1, "lanjut usia terlantar": 7},
    ]
    assert table.set_aside_counts() == {"column_number": 1, "total": 1}
    assert set(table.accepted["reference_year"]) == {2023}


def test_aid_of_another_programme_is_rejected_with_its_word(tmp_path: Path) -> None:
    text = "nama_kecamatan,tahun,jenis_program,jumlah_penerima\nCurug,2024,PKH,1.200\nCurug,2024,Bantuan Langit,3\n"

    table = table_of(text, "dinsos", tmp_path)

    assert table.accepted["recipients"].tolist() == [1200]
    assert reasons(table) == [["social_aid.program.code"]]


# ------------------------------------------------------------------------------------------------------------- BPBD
FLOODS = (
    "LAPORAN BANJIR DI KOTA SERANG;;;;;;;;;\nPeriode: Februari 2025;;;;;;;;;\n"
    "No;Tanggal;Kecamatan;Kelurahan;Tinggi Genangan (cm);KK;Jiwa;Pengungsi;Balita;Anak 6-12\n"
)


def test_a_flood_table_has_heights_the_displaced_and_children_where_the_form_asks(tmp_path: Path) -> None:
    text = FLOODS + "1;3/2/2025;Kec. Serang;Sukawana;30-50;12;40 jiwa;20;3;4\n2;3/2/2025;Curug;Sukawana;60;7;21;0;;\n"

    table = table_of(text, "bpbd", tmp_path)

    rows = table.accepted
    assert rows["kelurahan"].tolist() == ["36.73.01.1008", "36.73.04.1007"]
    assert rows["height_cm"].tolist() == ["30-50", "60"]
    assert rows["persons"].tolist() == [40, 21]
    assert rows["children_0_5"].astype("object").fillna("not asked").tolist() == [3, "not asked"]
    assert table.period.basis == "title"


def test_a_kelurahan_that_does_not_exist_and_more_children_than_people_are_rejected(tmp_path: Path) -> None:
    text = FLOODS + "1;3/2/2025;Serang;Entah;30;12;40;20;3;4\n2;4/2/2025;Serang;Unyur;60;7;21;3;;\n"

    table = table_of(text, "bpbd", tmp_path)

    assert reasons(table) == [["flood_report.kelurahan.code"]]
    assert len(table.accepted) == 1


def test_a_fire_register_has_times_amounts_and_response_in_minutes(tmp_path: Path) -> None:
    text = (
        "Tgl;Pukul;Alamat;Kecamatan;Kelurahan;Obyek Terbakar;Dugaan Penyebab;Meninggal;Luka;Kerugian;Waktu Tanggap\n"
        "5/1/2025;13.45;Jl. Rekaan 1;Serang;Unyur;Rumah;Korsleting;0;1;Rp 25.000.000,-;15 menit\n"
    )

    table = table_of(text, "bpbd", tmp_path)

    (row,) = table.accepted.to_dict("records")
    assert (row["event_time"], row["loss_rp"], row["response_minutes"]) == ("13:45:00", 25_000_000.0, 15)


def test_the_displaced_below_a_common_heading_keep_children_apart(tmp_path: Path) -> None:
    text = (
        "LAPORAN BANJIR DI KOTA SERANG;;;;;;;\nTgl;Kecamatan;Kelurahan;Tinggi Muka Air (cm);KK;Jiwa;Pengungsi;\n"
        ";;;;;;Anak;Dewasa\n1/3/2025;Kasemen;Banten;50 - 80;4;16;3;5\n2/3/2025;Kasemen;Banten;40;4;16;2;5\n"
    )

    table = table_of(text, "bpbd", tmp_path)

    assert table.accepted["children_displaced"].tolist() == [3, 2]
    assert table.accepted["displaced"].isna().all()
    assert table.accepted["height_cm"].tolist() == ["50 - 80", "40"]


def test_victims_of_a_fire_that_nobody_told_apart_are_no_deaths(tmp_path: Path) -> None:
    text = (
        "REKAP KEJADIAN KEBAKARAN TAHUN 2024;;;;;;;;\n;;;;;;;;\n"
        "No;Hari/Tanggal;Jam;Alamat/Lokasi;Kecamatan;Objek Terbakar;Penyebab;Korban;Kerugian\n"
        "1;Senin, 1 Januari 2024;14.30 WIB;Jl. Rekaan 1;Serang;Rumah;Korsleting;2 orang;Rp. 50.000.000,-\n"
        "2;12/02/2024;08:15;Jl. Rekaan 2;Curug;Lahan;-;-;Rp0\n"
    )

    table = table_of(text, "bpbd", tmp_path)

    first, second = table.accepted.to_dict("records")
    assert (first["event_time"], first["victims"], first["loss_rp"]) == ("14:30:00", 2, 50_000_000)
    assert (second["loss_rp"], table.missing) == (0, ["district", "kelurahan", "deaths", "injured", "response_minutes"])


def test_a_fire_register_without_the_object_is_not_read_as_floods(tmp_path: Path) -> None:
    text = (
        "Tgl;Pukul;Alamat;Kecamatan;Kelurahan;Dugaan Penyebab;Meninggal;Luka;Kerugian\n"
        "5/1/2025;13.45;Jl. Rekaan 1;Serang;Unyur;Korsleting;0;1;0\n"
    )

    refusal = stage_text(text, "bpbd", tmp_path).refusal

    assert refusal is not None
    assert refusal.code == "missing_required_column"
    assert "Objek" in refusal.message


def test_another_table_of_a_provincial_portal_names_its_indicator_by_its_header(tmp_path: Path) -> None:
    text = (
        "kode_provinsi,nama_provinsi,bps_kode_kabupaten_kota,bps_nama_kabupaten_kota,jumlah_tanah_longsor,satuan,tahun\n"
        "36,BANTEN,3604,KABUPATEN SERANG,7,KEJADIAN,2024\n36,BANTEN,3673,KABUPATEN SERANG,1,KEJADIAN,2024\n"
    )

    table = table_of(text, "bpbd", tmp_path)

    assert table.accepted[["area_code", "indicator", "value"]].to_numpy().tolist() == [
        ["36.04", "jumlah_tanah_longsor", 7.0]
    ]
    assert reasons(table) == [["disaster_statistic.area_code.code"]]


# -------------------------------------------------------------------------------------------------------- reference
def test_a_table_of_children_of_one_age_band_is_population(tmp_path: Path) -> None:
    text = (
        "Tabel 3. Jumlah Penduduk Menurut Usia 5-9 Tahun dan Kecamatan di Kota Serang Tahun 2024;;;\n"
        "Kode Wilayah;Nama Wilayah;Usia;Jumlah\n36.73.01;Serang;5-9 Tahun;1.204\n36.73.02;Kasemen;5-9 Tahun;980\n"
        "36.73;Kota Serang;5-9 Tahun;2.184\n"
    )

    rows = table_of(text, "reference", tmp_path).accepted

    assert rows["population"].tolist() == [1204, 980, 2184]
    assert set(zip(rows["reference_year"], rows["age_from"], rows["age_to"], strict=True)) == {(2024, 5, 9)}


def test_population_without_a_year_anywhere_is_refused(tmp_path: Path) -> None:
    text = "kode,nama,pria,wanita,total\n36.73,Kota Serang,2,3,5\n"

    assert stage_text(text, "reference", tmp_path, "penduduk_kemendagri.csv").refusal is not None
    assert stage_text(text, "reference", tmp_path, "penduduk_kemendagri_2024.csv").refusal is None
