"""The city's floods in two generations of the national list: paired, compared, and counted once."""

from __future__ import annotations

from kla_pipeline_tests.support import City


def test_every_city_row_of_the_older_export_meets_its_event(two_generations: City) -> None:
    found = two_generations.rows(
        "SELECT count(*), count(DISTINCT event_id), count(*) FILTER (match_rule = 'same_day_several')"
        " FROM core.disaster_observation WHERE record = 'disaster_report'"
    )

    assert found == [(17, 17, 2)]


def test_all_seventeen_pairs_are_disagreements_with_both_sources(two_generations: City) -> None:
    counts = (
        "SELECT pairs_compared, pairs_differing FROM quality.comparison WHERE comparison_id = 'disaster_generations'"
    )
    listed = (
        "SELECT count(DISTINCT pair), count(DISTINCT source_a), count(DISTINCT source_b) FROM quality.disagreement"
        " WHERE comparison_id = 'disaster_generations'"
    )

    assert two_generations.rows(counts) == [(17, 17)]
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
