"""One flood in several exports: what is matched, what decides, and what is counted."""

from __future__ import annotations

import pytest

from kla_pipeline_tests.measures.town import Town

OBSERVED = "SELECT record, event_id, match_rule, is_deciding FROM core.disaster_observation ORDER BY ALL"


@pytest.fixture
def town() -> Town:
    return Town().covers(("bpbd/disaster_event",), "2021-01", "2022-12")


def test_reports_of_one_district_day_and_family_are_one_event_and_the_newest_export_decides(town: Town):
    town.flood("2021-09-14", "e1", hazard_code="1013", hazard_name="Banjir dan Tanah Longsor")
    town.report("2021-09-14", "1")
    town.report("2021-09-14", "2020 1", generation="perka8")

    assert town.core(OBSERVED) == [
        ("disaster_event", "e1", "own", True),
        ("disaster_report", "e1", "same_day", False),
        ("disaster_report", "e1", "same_day", False),
    ]


@pytest.mark.parametrize(
    "report", [{"when": "2021-09-15"}, {"when": "2021-09-14", "hazard": "TANAH_LONGSOR"}], ids=["day", "family"]
)
def test_another_day_or_another_family_is_no_match(town: Town, report: dict[str, str]):
    town.flood("2021-09-14", "e1")
    town.report(**report)

    assert ("disaster_report", None, "none", True) in town.core(OBSERVED)


def test_an_event_only_in_an_older_export_is_visible_and_in_no_total(town: Town):
    town.flood("2021-09-14", "e1", affected_displaced=10)
    town.report("2021-03-20", affected_displaced=90)

    assert town.cell("CTX-02", "2021")["value"] == 10
    assert town.core("SELECT event_id FROM core.disaster_event") == [("e1",)]
    assert town.core("SELECT count(*) FROM core.disaster_observation WHERE match_rule = 'none'") == [(1,)]


def test_of_two_older_exports_the_declared_precedence_decides(town: Town):
    town.report("2021-03-20", "1", generation="perka8")
    town.report("2021-03-20", "1", generation="dibi_2022")

    assert town.core("SELECT source, is_deciding FROM core.disaster_observation ORDER BY ALL") == [
        ("bpbd.dibi_2022", True),
        ("bpbd.perka8", False),
    ]


def test_several_reports_on_one_day_are_paired_by_their_place_and_say_so(town: Town):
    town.flood("2021-02-03", "small", houses_flooded=189)
    town.flood("2021-02-03", "large", houses_flooded=250)
    town.report("2021-02-03", "1", houses_flooded=190)
    town.report("2021-02-03", "2", houses_flooded=260)
    town.report("2021-02-03", "3", houses_flooded=5)

    found = town.core(
        "SELECT houses_flooded, event_id, match_rule FROM core.disaster_observation WHERE record = 'disaster_report'"
        " ORDER BY houses_flooded"
    )
    assert found == [(5, None, "none"), (190, "small", "same_day_several"), (260, "large", "same_day_several")]


def test_damage_by_class_is_summed_and_an_export_without_it_stays_null(town: Town):
    town.flood("2021-02-03", "e1", houses_heavy=1, houses_moderate=2, houses_light=3)
    town.flood("2021-02-04", "e2")
    town.report("2021-02-05", "1", houses_damaged=None)

    assert town.core("SELECT houses_damaged FROM core.disaster_observation ORDER BY event_date") == [
        (6,),
        (None,),
        (None,),
    ]


def test_reports_of_other_districts_are_no_observations(town: Town):
    town.report("2021-02-03", scope="outside", district="36.04")

    assert town.core("SELECT count(*) FROM core.disaster_observation") == [(0,)]


def test_a_damage_class_left_empty_in_an_older_export_takes_nothing_from_the_others(town: Town):
    town.report("2021-02-03", "1", houses_damaged=None, houses_heavy=2, houses_light=3)
    town.report("2021-02-04", "2", houses_damaged=9, houses_heavy=2)

    found = town.core("SELECT houses_damaged FROM core.disaster_observation ORDER BY event_date")
    assert found == [(5,), (9,)]
