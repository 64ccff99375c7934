"""The reference holds what the ministry's list holds, and says of each edition which codes stood."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kla_pipeline.errors import DeclarationError
from kla_pipeline.places.names import key, plain
from kla_pipeline.places.reference import load_areas
from kla_pipeline.places.resolver import Resolver
from kla_pipeline_tests.places.areas import CITY, invented, resolver, the_areas
from kla_pipeline_tests.support import SHARED

REGION = SHARED / "data" / "region"
with_lists = pytest.mark.skipif(not REGION.is_dir(), reason="the region lists of the shared data are not here")


def _rows(name: str) -> list[dict[str, str]]:
    with (REGION / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@with_lists
@pytest.mark.parametrize(
    "name", ["wilayah_prov_kab_kec_nasional_kepmendagri_2025.csv", "wilayah_banten_lengkap_kepmendagri_2025.csv"]
)
def test_every_area_of_the_ministrys_list_is_in_the_reference_under_its_name(name: str) -> None:
    for row in _rows(name):
        area = the_areas().by_code[row["kode"]]
        assert plain(area.name) == plain(row["nama"])
        assert area.code.count(".") == ["province", "district", "kecamatan", "kelurahan"].index(area.level)
        assert area.parent == row["kode"].rpartition(".")[0]


@pytest.mark.parametrize("code", ["", "36", CITY, "36.73.01", "36.73.01.1008", "3", "36.7", "99.99"])
def test_what_lies_within_an_area_is_all_that_has_its_code_before_its_own(code: str) -> None:
    for level in ("province", "district", "kecamatan", "kelurahan"):
        below = [a for a in the_areas().by_code.values() if a.level == level and a.code != code]
        assert list(the_areas().within(code, level)) == [a for a in below if not code or a.lies_in(code)]


def test_the_reference_goes_down_to_kecamatan_in_the_nation_and_to_kelurahan_in_banten() -> None:
    levels = Counter(area.level for area in the_areas().by_code.values())

    assert levels == {"province": 38, "district": 514, "kecamatan": 7285, "kelurahan": 1552}
    assert {area.code[:2] for area in the_areas().within("", "kelurahan")} == {"36"}
    assert len(the_areas().within(CITY, "kecamatan")) == 6


@pytest.mark.parametrize(("year", "number"), [(2016, 66), (2018, 66), (2020, 66), (2022, 67), (2025, 67)])
def test_the_city_has_66_kelurahan_until_the_edition_of_2020_and_67_from_that_of_2022(year: int, number: int) -> None:
    assert len(the_areas().of_edition(CITY, "kelurahan", date(year, 12, 31))) == number


@with_lists
def test_the_kelurahan_of_each_edition_are_those_of_the_citys_history() -> None:
    history = _rows("kota_serang_kode_nama_history_2016_2025.csv")
    for year in ("2016", "2018", "2020", "2022", "2023", "2025"):
        listed = {row["kode"] for row in history if row[year].strip() and len(row["kode"]) == 13}
        stood = {area.code for area in the_areas().of_edition(CITY, "kelurahan", date(int(year), 12, 31))}
        assert stood == listed
        for row in history:
            assert not row[year].strip() or key(row[year]) == key(the_areas().by_code[row["kode"]].name)


@pytest.mark.parametrize(
    ("day", "problem"),
    [(date(2020, 12, 31), "not_valid_then"), (date(2021, 6, 1), "validity_unclear"), (date(2022, 1, 1), None)],
)
def test_a_kelurahan_is_not_known_before_its_first_edition_and_unclear_between_two(day: date, problem: str) -> None:
    found = resolver(CITY, day).resolve("Cibendung", "kelurahan", "36.73.06")

    assert found.code == "36.73.06.1013"
    assert found.problem == problem


def test_a_code_that_ended_is_told_from_one_that_stands() -> None:
    areas = invented()

    assert Resolver(areas, "99.71", date(2019, 12, 31)).resolve("Lama").is_certain
    assert Resolver(areas, "99.71", date(2020, 1, 1)).resolve("Lama").problem == "not_valid_then"
    assert Resolver(areas, "99.71").resolve("Lama").is_certain


@with_lists
def test_codes_of_statistics_indonesia_are_kept_beside_the_ministrys() -> None:
    for row in _rows("kota_serang_kelurahan_ref.csv"):
        assert the_areas().by_code[row["kode_kemendagri"]].bps_code == row["kode_bps_2018"]
    for row in _rows("kota_serang_kecamatan_ref.csv"):
        assert the_areas().by_code[row["kode"]].bps_code == row["kode_bps_2018"]


def test_a_code_of_statistics_indonesia_is_no_ministry_code_without_points() -> None:
    # 1101 is Simeulue there, and 11.01 Aceh Selatan here
    simeulue = resolver("11").coded("1101", "SIMEULUE")

    assert simeulue.code == "11.09"
    assert resolver("11").coded("1101").code is None
    assert resolver("11").coded("1101", "Kabupaten Aceh Selatan").code == "11.01"
    assert resolver("11").coded("1101", "Kota Serang").code is None
    assert resolver().coded("3673").code == CITY


def test_a_file_with_other_columns_is_no_reference(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text("code,name,level,parent\n36,Banten,province,\n", encoding="utf-8")

    with pytest.raises(DeclarationError, match="other columns"):
        load_areas(path)
