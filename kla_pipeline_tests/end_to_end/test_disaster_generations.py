"""The city's floods in two generations of the national list: paired, compared, and counted once."""

from __future__ import annotations

from pathlib import Path

from kla_pipeline.nightly import load
from kla_pipeline.nightly.summary import read_summary
from kla_pipeline_tests.support import City, city_in


def test_every_city_row_of_the_older_export_meets_its_event(two_generations: City) -> None:
    found = two_generations.rows(
        "SELECT count(*), count(DISTINCT event_id), count(*) FILTER (match_rule = 'same_day_several')"
        " FROM core.disaster_observation WHERE record = 'disaster_report'"
    )

    assert found == [(17, 17, 2)]


def test_seventeen_reports_have_one_figure_in_one_export_only_and_no_other_value(two_generations: City) -> None:
    counts = "SELECT differing, one_sided FROM quality.comparison WHERE comparison_id = 'disaster_generations'"
    listed = (
        "SELECT count(DISTINCT row_ids_a), count(DISTINCT source_a), count(DISTINCT source_b) FROM quality.disagreement"
        " WHERE comparison_id = 'disaster_generations'"
    )

    assert two_generations.rows(counts) == [(0, 17)]
    assert two_generations.rows(listed) == [(17, 1, 1)]


def test_the_older_export_says_nothing_of_people_affected_and_that_is_no_zero(two_generations: City) -> None:
    found = two_generations.rows(
        "SELECT kind, value_a, value_b FROM quality.disagreement"
        " WHERE item = 'affected_displaced' AND period_start = DATE '2022-03-01'"
    )

    assert found == [("only_b", None, 26498)]


def test_the_figures_rest_on_the_newest_export_alone(two_generations: City) -> None:
    plain = two_generations.rows("SELECT count(*), sum(affected_displaced) FROM staged.disaster_event_current")
    events = two_generations.rows("SELECT count(*), sum(affected_displaced) FROM core.disaster_event")
    measured = two_generations.rows(
        "SELECT sum(numerator) FROM mart.measure WHERE measure_id = 'CTX-01.a' AND breakdown = '' UNION ALL"
        " SELECT sum(numerator) FROM mart.measure WHERE measure_id = 'CTX-02' AND breakdown = ''"
    )

    assert plain == events
    assert sorted(measured) == sorted([(events[0][0],), (events[0][1],)])


def test_rows_of_the_neighbouring_regency_stay_outside(two_generations: City) -> None:
    found = dict(
        two_generations.rows(
            "SELECT district_name, count(*) FROM staged.disaster_report WHERE _scope = 'inside' GROUP BY ALL"
        )
    )

    assert found == {"KOTA SERANG": 17}
    assert two_generations.rows("SELECT count(*) FROM staged.disaster_report WHERE district = '36.04'") != [(0,)]


def test_the_summary_says_how_many_rows_are_about_other_places(two_generations: City) -> None:
    summary = read_summary(two_generations.paths.current.resolve())
    (bpbd,) = [row for row in summary["agencies"] if row["agency"] == "bpbd"]
    outside = two_generations.rows("SELECT sum(current_outside) FROM quality.reconciliation WHERE agency = 'bpbd'")

    assert (bpbd["current_outside"],) == outside[0]
    assert 0 < bpbd["current_outside"] < bpbd["current_rows"]


def test_an_export_of_another_year_that_takes_the_place_of_one_is_flagged(tmp_path: Path) -> None:
    header = (
        "No.,Kode Identitas Bencana,ID Kabupaten,Tanggal Kejadian,Kejadian,Lokasi,Kabupaten,Provinsi,Meninggal,Hilang,"
        "Terluka,Rumah Rusak,Rumah Terendam,Fasum Rusak"
    )
    city = city_in(tmp_path / "data")
    for year in ("2020", "2021"):
        row = f"1,,3673,{year}-03-01,BANJIR,-,KOTA SERANG,BANTEN,0,0,0,0,12,0"
        city.write("bpbd", f"bencana_{year}.csv", f"{header}\n{row}\n")
        load.receive(city.settings, city.jurisdiction)
    city.night()

    in_force = city.rows("SELECT year(event_date) FROM staged.disaster_report_current")
    flagged = city.rows("SELECT count(*) FROM quality.flag WHERE rule_id = 'disaster_report.other_years_replaced'")
    assert (in_force, flagged) == ([(2021,)], [(1,)])
