"""K5-28.r: victims served of victims reported, from aggregate tables of a province and its districts."""

from __future__ import annotations

from pathlib import Path

import pytest

from kla_pipeline.errors import DeclarationError
from kla_pipeline.measures import engine
from kla_pipeline.measures.disclosure import public_rows
from kla_pipeline.measures.registry import load_measure
from kla_pipeline_tests.measures.town import CITY, Town, served_town

R = "K5-28.r"
PROVINCE = "36"
TABLES = ("dp3a/violence_aggregate",)


@pytest.fixture
def province() -> Town:
    """A province whose tables cover 2024 and 2025."""
    return Town(jurisdiction=PROVINCE).covers(TABLES, "2024-01", "2025-12")


def _district(town: Town, code: str, reported: int, served: int, year: int = 2025) -> None:
    town.aggregate(code, year, reported)
    town.aggregate(code, year, served, "none")


def test_a_province_has_its_own_row_and_one_per_district(province: Town):
    _district(province, "36.01", 40, 10)
    _district(province, "36.73", 60, 30)

    assert province.figures(R, "2025", PROVINCE) == (40, 100, "value")
    assert province.figures(R, "2025", "36.01") == (10, 40, "value")
    assert province.figures(R, "2025", "36.73") == (30, 60, "value")
    levels = (
        province.build(R).execute("SELECT DISTINCT area_level, area_code FROM mart.measure ORDER BY ALL").fetchall()
    )
    assert levels == [("district", "36.01"), ("district", "36.73"), ("province", "36")]


def test_bands_of_all_ages_make_the_denominator_and_no_other_table_is_added(province: Town):
    _district(province, "36.01", 40, 10)
    province.aggregate("36.01", 2025, 5, category="60+")
    province.aggregate("36.01", 2025, 45, "education", "SD")
    province.aggregate("36.01", 2025, 99, "service", "KESEHATAN", measure="served")

    assert province.figures(R, "2025", "36.01") == (10, 45, "value")


def test_more_served_than_reported_is_kept_flagged_and_has_no_value(province: Town):
    _district(province, "36.01", 40, 41)
    _district(province, "36.73", 60, 30)

    cell = province.cell(R, "2025", "36.01")

    assert (cell["numerator"], cell["denominator"], cell["value"]) == (41, 40, None)
    assert (cell["status"], cell["flag"]) == ("insufficient", "exceeds_denominator")
    whole = province.cell(R, "2025", PROVINCE)
    assert (whole["numerator"], whole["denominator"], whole["status"], whole["flag"]) == (71, 100, "value", None)
    assert not [name for name, failures in engine.reconcile(province.build(R)) if failures]


def test_as_many_served_as_reported_is_no_excess(province: Town):
    _district(province, "36.01", 40, 40)

    assert province.cell(R, "2025", "36.01")["value"] == 100


def test_a_district_that_one_table_lacks_is_set_apart_and_not_taken_for_zero(province: Town):
    _district(province, "36.01", 40, 10)
    province.aggregate("36.02", 2025, 7)
    province.aggregate("36.03", 2025, 9, "none")

    assert province.figures(R, "2025", PROVINCE) == (10, 40, "value")
    assert province.cell(R, "2025", PROVINCE, "bucket", "not_in_served")["denominator"] == 7
    assert province.cell(R, "2025", PROVINCE, "bucket", "not_in_reported")["numerator"] == 9


def test_a_sex_that_one_table_lacks_leaves_the_district_in_the_province(province: Town):
    _district(province, "36.01", 40, 10)
    province.aggregate("36.01", 2025, 6, "none", sex="L")

    assert province.figures(R, "2025", PROVINCE) == (16, 40, "value")
    assert province.cell(R, "2025", PROVINCE, "sex", "L")["flag"] == "exceeds_denominator"


def test_a_cell_that_a_table_has_twice_counts_as_its_total_does(province: Town):
    _district(province, "36.01", 40, 10)
    province.aggregate("36.01", 2025, 3, row_no="2")

    assert province.figures(R, "2025", "36.01") == (10, 43, "value")
    assert province.core("SELECT max(table_rows) FROM core.violence_aggregate") == [(2,)]


def test_districts_of_another_jurisdiction_are_in_no_total(province: Town):
    _district(province, "36.01", 40, 10)
    province.aggregate("32.01", 2025, 500, scope="outside")
    province.aggregate("32.01", 2025, 500, "none", scope="outside")

    assert province.figures(R, "2025", PROVINCE) == (10, 40, "value")


def test_a_year_no_table_speaks_of_is_not_reported():
    town = Town(jurisdiction=PROVINCE).covers(TABLES, "2024-01", "2024-12")
    town.covers(("bpbd/disaster_event",), "2024-01", "2025-12")

    assert town.cell(R, "2025", PROVINCE)["status"] == "not_reported"
    assert town.cell(R, "2024", PROVINCE)["status"] == "not_applicable"


def test_tables_of_counts_never_touch_the_figures_of_the_registers():
    town = served_town()
    town.covers(TABLES, "2025-01", "2025-12")
    town.victim()
    town.service("2025-03-01")
    _district(town, CITY, 60, 30)
    town.build("K5-28.a", R)

    assert town.figures("K5-28.a", "2025") == (1, 1, "value")
    assert town.figures(R, "2025") == (30, 60, "value")


def test_an_internal_measure_has_no_public_row(province: Town):
    _district(province, "36.01", 400, 100)
    con = province.build(R)

    assert province.cell(R, "2025", PROVINCE)["value"] == 25
    assert public_rows(con).fetchall() == []


def test_a_city_measure_gets_no_district_rows_in_a_province():
    town = Town(jurisdiction=PROVINCE).covers(("bpbd/disaster_event",), "2025-01", "2025-12")
    town.flood("2025-03-01", "e1", district_code="36.73")
    con = town.build("CTX-01.a")

    assert con.execute("SELECT DISTINCT area_level, area_code FROM mart.measure").fetchall() == [("province", "36")]


def test_may_exceed_without_a_ratio_is_refused(tmp_path: Path):
    source = Path(engine.__file__).parent / "context" / "ctx_02.yaml"
    (tmp_path / "ctx_02.yaml").write_text(source.read_text(encoding="utf-8") + "may_exceed: true\n", encoding="utf-8")
    (tmp_path / "ctx_02.sql").write_text("SELECT 1", encoding="utf-8")

    with pytest.raises(DeclarationError, match="may_exceed belongs to aggregate: ratio"):
        load_measure(tmp_path / "ctx_02.yaml")


def test_both_sexes_together_stand_only_where_a_category_has_neither_alone(province: Town):
    for sex, persons in (("L", 3), ("P", 4), ("LP", 7)):
        province.aggregate("36.01", 2025, persons, category="0-5", sex=sex)
    province.aggregate("36.01", 2025, 7, category="13-17", sex="LP")
    province.aggregate("36.01", 2025, 5, "none")

    assert province.figures(R, "2025", "36.01") == (5, 14, "value")
