"""Values of the public files: held against the file itself, read plainly, or against a copy cleaned by hand."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from kla_pipeline_tests.quality.tables import the_catalogue
from kla_pipeline_tests.sources.real_exports import needs_data, read_plainly, staged, table_of

pytestmark = needs_data

CRIMES = "police/bps_jatim_tindak_pidana_penyelesaian_2016_2018"
MONTHLY = (
    ("kabmalang_bentuk_kekerasan_perempuan", "Bentuk_Kekerasan", "violence_form", "PEREMPUAN"),
    ("kabmalang_kekerasan_anak", "Gender", "sex", "ANAK"),
    ("kabmalang_usia_kekerasan_perempuan", "Kelompok_Usia", "age_band", "PEREMPUAN"),
)


def by_year(series: str) -> dict[str, int]:
    return {year: int(number) for year, number in json.loads(series).items()}


def crimes_by_hand() -> list[tuple[str, dict[str, int], dict[str, int]]]:
    """(unit, reported by year, resolved by year) of the copy cleaned by hand, without its total."""
    rows = read_plainly(f"{CRIMES}_CLEANED_BY_HAND.csv")
    years = ("2016", "2017", "2018")
    return [
        (
            row["Kepolisian/Resort"],
            {year: int(row[f"{year}_jumlah"]) for year in years},
            {year: int(row[f"{year}_penyelesaian"]) for year in years},
        )
        for row in rows
        if row["Kepolisian/Resort"] != "Jawa Timur"
    ]


def test_the_crime_table_equals_its_copy_cleaned_by_hand_value_by_value() -> None:
    rows = table_of("polres", f"{CRIMES}.xls").accepted

    read = [
        (name, by_year(reported), by_year(resolved))
        for name, reported, resolved in zip(rows["unit_name"], rows["reported"], rows["resolved"], strict=True)
    ]

    assert read == crimes_by_hand()
    assert len(read) == 38


def test_regencies_and_cities_of_one_name_stay_apart() -> None:
    rows = table_of("polres", f"{CRIMES}.xls").accepted
    kinds = defaultdict(list)
    for name, kind in zip(rows["unit_name"], rows["area_kind"], strict=True):
        kinds[name].append(kind)

    assert Counter(rows["area_kind"]) == {"KABUPATEN": 29, "KOTA": 9}
    twice = {name for name, found in kinds.items() if len(found) == 2}
    assert twice == {"Kediri", "Blitar", "Malang", "Probolinggo", "Pasuruan", "Mojokerto", "Madiun"}
    assert all(kinds[name] == ["KABUPATEN", "KOTA"] for name in twice)


def test_the_copy_that_lost_its_sections_has_conflicting_keys_and_says_so() -> None:
    table = table_of("polres", f"{CRIMES}_CLEANED_BY_HAND.csv")

    assert {reason for reasons in table.rejected["_reasons"] for reason in reasons} == {
        "crime_statistic.conflicting_key"
    }
    assert Counter(table.rejected["unit_name"]) == dict.fromkeys(
        ("Kediri", "Blitar", "Malang", "Probolinggo", "Pasuruan", "Mojokerto", "Madiun"), 2
    )


@pytest.mark.parametrize(("name", "header", "column", "group"), MONTHLY, ids=[item[0] for item in MONTHLY])
def test_months_are_read_and_add_up_to_the_total_that_was_set_aside(
    name: str, header: str, column: str, group: str
) -> None:
    file = f"child_violence/{name}.csv"
    rows = table_of("dp3a", file).accepted
    spelling = {"L": "Laki-laki", "P": "Perempuan"}
    spelling |= {code: labels[0] for code, labels in the_catalogue().code_lists["counted_form"].labels.items()}
    read = Counter()
    for year, cell, cases in zip(rows["reference_year"], rows[column], rows["cases"], strict=True):
        read[str(year), spelling.get(cell, cell)] += cases

    plain = read_plainly(file)
    totals = {(row["Tahun"], row[header]): int(row["Jumlah_Kasus"]) for row in plain if row["Bulan"] == "Total"}
    months = Counter()
    for row in plain:
        if row["Bulan"] != "Total":
            months[row["Tahun"], row[header]] += int(row["Jumlah_Kasus"])

    assert read == months
    assert all(read[cell] == total for cell, total in totals.items())
    assert set(rows["month"]) == {str(month) for month in range(1, 13)}
    assert set(rows["victim_group"]) == {group}
    assert set(rows["unit"]) == {"KASUS"}


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("jabar_bpbd_jumlah_banjir_2012_2024", "jumlah_banjir"),
        ("jabar_indeks_risiko_bencana_2015_2024", "indeks_risiko_bencana"),
    ],
)
def test_a_tidy_table_passes_untouched(name: str, header: str) -> None:
    rows = table_of("bpbd", f"disaster/{name}.csv").accepted
    plain = read_plainly(f"disaster/{name}.csv")
    areas = the_catalogue().areas.by_code

    assert rows["reference_year"].tolist() == [int(row["tahun"]) for row in plain]
    assert rows["value"].tolist() == [float(row[header]) for row in plain]
    assert rows["area_name"].tolist() == [row["nama_kabupaten_kota"] for row in plain]
    assert rows["unit"].tolist() == [row["satuan"] for row in plain]
    assert [areas[code].bps_code for code in rows["area_code"]] == [row["kode_kabupaten_kota"] for row in plain]
    assert set(rows["indicator"]) == {header}


def test_rupiah_are_amounts_and_an_event_without_loss_has_a_loss_of_nothing() -> None:
    rows = table_of("bpbd", "disaster/kabmalang_bencana_alam.csv").accepted
    plain = read_plainly("disaster/kabmalang_bencana_alam.csv")

    assert rows["loss_rp"].tolist() == [
        float(row["Kerugian_Rupiah"].removeprefix("Rp").replace(".", "")) for row in plain
    ]
    assert (rows["loss_rp"] == 0).any()


def test_hazards_written_with_underscores_are_known_and_stay_apart() -> None:
    rows = table_of("bpbd", "disaster/kabmalang_jenis_bencana.csv").accepted

    known = dict(zip(rows["hazard_name"], rows["hazard"], strict=True))
    assert len(known) == 17
    assert known["Gempa_Bumi"] == "GEMPA_BUMI"
    assert known["Letusan_Gunung_Api"] == known["Erupsi_Gunung_Api"] == "ERUPSI_GUNUNG_API"


def test_counts_under_a_header_of_percentages_are_kept_as_counts_and_flagged() -> None:
    table = table_of("dinsos", "social_welfare/tangsel_persentase_ppks_dan_dtks.xlsx")

    assert [next(iter(json.loads(text).values())) for text in table.accepted["counts"]] == [
        2335, 1160, 4027, 3188, 3333, 7135, 2265,
    ]  # fmt: skip
    assert list(table.accepted["_flags"]) == [["ppks_area.percentage_above_100"]] * 7
    assert set(table.accepted["reference_year"]) == {2022}
    assert set(table.accepted["district"]) == {"36.74"}


def test_a_unit_inside_a_label_makes_a_programme_of_its_own() -> None:
    rows = table_of("dinsos", "social_welfare/kabmalang_bantuan_sosial_per_kecamatan.csv").accepted

    assert Counter(rows["program"]) == {"PKH": 165, "BPNT": 165, "PKH_KK": 66, "BPNT_KK": 66}
    families = rows[rows["program"].isin(["PKH_KK", "BPNT_KK"])]
    assert set(families["reference_year"]) == {2023, 2024}


def test_an_import_form_without_rows_is_a_nil_report_of_its_record() -> None:
    table = table_of("dinsos", "social_welfare/pmks_import_header_buleleng.csv")

    assert table.record == "ppks_list"
    assert table.period.is_nil


def test_population_comes_with_the_year_and_the_publisher_that_its_file_name_tells() -> None:
    rows = table_of("reference", "region/banten_penduduk_luas_kemendagri_2025.csv").accepted
    plain = read_plainly("region/banten_penduduk_luas_kemendagri_2025.csv")

    assert rows["population"].tolist() == [int(row["total"]) for row in plain]
    assert set(rows["reference_year"]) == {2025}
    assert set(rows["source"]) == {"kemendagri"}
    assert set(rows["age_from"]) == {0}
    assert set(rows["age_to"]) == {120}


def test_an_age_band_in_the_title_is_the_band_of_every_row() -> None:
    rows = table_of("reference", "messy_indonesian/tangsel_penduduk_usia_60_64.xlsx").accepted

    assert set(zip(rows["reference_year"], rows["age_from"], rows["age_to"], strict=True)) == {(2023, 60, 64)}
    of_kecamatan = rows[rows["area_code"].str.len() == 8]
    of_city = rows[rows["area_code"] == "36.74"]
    assert of_kecamatan["population"].sum() == of_city["population"].item() == 56179


def test_a_reason_of_refusal_says_what_to_do() -> None:
    refusal = staged("reference", "messy_indonesian/tangsel_realisasi_apbd_semicolon.csv").refusal

    assert refusal is not None
    assert "fits no layout" in refusal.message
    assert "agency's folder" in refusal.hint
