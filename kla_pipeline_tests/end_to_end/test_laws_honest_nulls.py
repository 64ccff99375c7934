"""What was not delivered, what is nothing, and what cannot be said look different, from the files to the release.

One city, one night. 2024: the police sent a nil report every month. 2025: May is missing, the first quarter has cases
closed, the third has rows without a closed case, and the others are nil. Nobody sent a child labour register.
"""

from __future__ import annotations

import pytest

from kla_pipeline.nightly.summary import read_summary
from kla_pipeline_tests.faults.exports import Cells, case, cases, counted, person, population, roster
from kla_pipeline_tests.support import City, city_in

STATUSES = {"value", "zero_reported", "not_applicable", "not_reported", "insufficient"}


def closed(number: int, **cells: object) -> Cells:
    """A case diverted and closed in February 2025."""
    dates = {"incident_date": "03-02-2025", "lp_date": "04-02-2025", "closed_date": "20-02-2025"}
    return case(number, lp_no="LP/B/1/II/2025/SPKT", **(dates | cells))


def still_open(number: int) -> Cells:
    dates = {"incident_date": "03-08-2025", "lp_date": "04-08-2025", "closed_date": ""}
    return case(number, lp_no="LP/B/1/VIII/2025/SPKT", outcome="Proses", outcome_doc_no="", **dates)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    made = city_in(tmp_path_factory.mktemp("nulls") / "data")
    for month in range(1, 13):
        made.write("polres", f"abh_2024_{month:02}.csv", cases(f"{month:02}/2024"))
        if month != 5:
            rows = {
                2: [closed(1), closed(2, outcome="Pidana"), closed(3, birth_date="", tkp_kecamatan="")],
                8: [still_open(4)],
            }.get(month, [])
            made.write("polres", f"abh_2025_{month:02}.csv", cases(f"{month:02}/2025", *rows))
    made.write("dinsos", "ppks.csv", roster(person(1), person(2, sex="", kecamatan="", birth_date="")))
    made.write("reference", "penduduk.csv", population(*map(counted, range(18))))
    made.night()
    return made


def cell(city: City, measure: str, period: str) -> tuple[object, ...]:
    """(status, numerator, denominator, value) of the city's total, as released."""
    with city.released() as connection:
        found = connection.execute(
            "SELECT status, numerator, denominator, value FROM mart.measure WHERE measure_id = ? AND period = ? "
            "AND area_code = '36.73' AND breakdown = ''",
            [measure, period],
        ).fetchall()
    assert len(found) == 1, "a cell stands once"
    return found[0]


def test_a_year_of_header_only_files_is_zero_reported(city: City) -> None:
    assert cell(city, "K5-29.a", "2024") == ("zero_reported", 0, 0, None)


def test_cases_closed_make_a_value(city: City) -> None:
    status, *rest = cell(city, "K5-29.a", "2025-Q1")
    assert (status, *rest) == ("value", 1, 2, 50)


def test_a_missing_month_makes_its_quarter_insufficient_and_gives_no_value(city: City) -> None:
    assert cell(city, "K5-29.a", "2025-Q2") == ("insufficient", 0, 0, None)


def test_rows_without_a_closed_case_are_not_applicable_and_never_zero_percent(city: City) -> None:
    assert cell(city, "K5-29.a", "2025-Q3") == ("not_applicable", 0, 0, None)


def test_a_register_nobody_sent_is_not_reported_and_has_no_number_at_all(city: City) -> None:
    assert cell(city, "K5-31.a", "2025") == ("not_reported", None, None, None)
    assert cell(city, "K5-28.a", "2025") == ("not_reported", None, None, None), "the violence register is missing"


def test_a_year_in_which_one_feed_sends_nothing_is_not_reported(city: City) -> None:
    assert cell(city, "K5-29.a", "2026")[0] == "not_reported"


def test_small_counts_are_suppressed_for_the_public_and_have_no_number_there(city: City) -> None:
    with city.released("public") as connection:
        rows = connection.execute(
            "SELECT period, status, numerator, denominator, value FROM mart.measure "
            "WHERE measure_id = 'K5-29.a' ORDER BY period"
        ).fetchall()
    assert rows == [("2024", "zero_reported", 0, 0, None), ("2025", "suppressed", None, None, None)]


def test_a_missing_age_or_place_is_an_explicit_bucket_and_out_of_the_total(city: City) -> None:
    buckets = dict(
        city.rows(
            "SELECT breakdown_value, denominator FROM mart.measure WHERE measure_id = 'K5-29.a' AND period = '2025-Q1' "
            "AND breakdown = 'bucket'"
        )
    )
    assert buckets["age_unknown"] == 1


def test_a_missing_sex_or_kecamatan_is_said_to_be_unknown(city: City) -> None:
    rows = city.rows("SELECT sex, area_code, age_group, age_years FROM core.need ORDER BY ALL")
    assert ("P", "36.73.01", "6-12", 10) in rows
    assert ("unknown", "unknown", "unknown", None) in rows


def test_no_cell_without_a_denominator_has_a_value_and_no_other_status_exists(city: City) -> None:
    statuses = {row[0] for row in city.rows("SELECT DISTINCT status FROM mart.measure")}
    assert statuses == STATUSES
    wrong = city.rows(
        "SELECT measure_id, period FROM mart.measure "
        "WHERE (value IS NOT NULL AND (denominator = 0 OR status NOT IN ('value', 'zero_reported')))"
        " OR (status = 'not_reported' AND coalesce(numerator, denominator, value) IS NOT NULL)"
    )
    assert wrong == []


def test_the_summary_of_the_night_tells_the_same_statuses(city: City) -> None:
    told = {(row["measure_id"], row["period"]): row["status"] for row in read_summary(city.paths.current)["indicators"]}
    assert told
    assert all(cell(city, measure, period)[0] == status for (measure, period), status in told.items())
