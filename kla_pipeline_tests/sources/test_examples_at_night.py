"""The example of every layout of public tables and event registers passes through loading and building."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from kla_pipeline.nightly import build, load
from kla_pipeline_tests.quality.tables import the_catalogue
from kla_pipeline_tests.sources.layout_examples import example_of, fields_of
from kla_pipeline_tests.support import City, city_in

RECORDS = (
    "crime_statistic", "disaster_by_area", "disaster_by_hazard", "disaster_statistic", "fire_report", "flood_report",
    "ppks_area", "ppks_list", "ppks_years", "social_aid", "violence_monthly", "violence_months", "violence_split",
)  # fmt: skip
LAYOUTS = [x for agency in the_catalogue().agencies.values() for x in agency.layouts if x.record in RECORDS]
BY_SEX = (
    "kode_kabupaten_kota,nama_kabupaten_kota,jenis_kelamin,kategori_usia,jumlah_korban,tahun\n"
    "3673,KOTA SERANG,LAKI-LAKI,0-5 TAHUN,1,2024\n3673,KOTA SERANG,PEREMPUAN,0-5 TAHUN,2,2024\n"
)
BOTH_SEXES = (
    "kode_kabupaten_kota,nama_kabupaten_kota,kategori_usia,jumlah_korban,tahun\n"
    "3673,KOTA SERANG,0-5 TAHUN,3,2024\n3673,KOTA SERANG,0-5 TAHUN,4,2025\n"
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city that got the example of every one of these layouts, and one table by age with and without sex."""
    city = city_in(tmp_path_factory.mktemp("contoh") / "data")
    for layout in LAYOUTS:
        path = city.write(layout.agency, f"{layout.id}_{example_of(layout).file_name}", "")
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows(zip(*fields_of(layout), strict=True))
    city.write("dp3a", "usia_1.csv", BY_SEX)
    city.write("dp3a", "usia_2.csv", BOTH_SEXES)
    # publishing shows none of them
    for step in (load.receive, load.stage, build.build):
        step(city.settings, city.jurisdiction)
    return city


def test_records_without_a_place_in_the_core_are_staged_with_their_types(city: City) -> None:
    rows = {record: city.rows(f"SELECT count(*) FROM staged.{record}")[0][0] for record in RECORDS}

    assert rows == Counter(layout.record for layout in LAYOUTS)
    assert city.rows("SELECT count(*) FROM quality.rejected_row") == [(0,)]
    crimes = "SELECT (reported ->> '2024')::INTEGER, resolved ->> '2025' FROM staged.crime_statistic"
    assert city.rows(f"{crimes} WHERE area_kind = 'KOTA'") == [(1029, "30")]
    assert city.rows("SELECT CAST(event_time AS VARCHAR), loss_rp FROM staged.fire_report") == [("13:45:00", 6_000_000)]
    assert city.rows("SELECT kelurahan, _scope FROM staged.flood_report") == [("36.73.01.1007", "inside")]
    assert city.rows("SELECT counts ->> '1', counts ->> '2' FROM staged.violence_months") == [("3", "1")]


def test_a_table_of_both_sexes_beside_one_by_sex_counts_nobody_twice(city: City) -> None:
    query = "SELECT reference_year, sex, persons FROM core.violence_aggregate ORDER BY ALL"

    assert city.rows(query) == [(2024, "L", 1), (2024, "P", 2), (2025, "LP", 4)]
