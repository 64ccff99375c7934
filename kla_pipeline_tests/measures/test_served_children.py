"""K5-28: children who need special protection and receive services, from staged rows to cells."""

from __future__ import annotations

import pytest

from kla_pipeline_tests.measures.town import CITY, KASEMEN, SERANG, Town, served_town

A, B = "K5-28.a", "K5-28.b"


@pytest.fixture
def town() -> Town:
    return served_town()


def test_a_child_with_a_service_after_the_event_is_served(town: Town):
    town.victim()
    town.service("2025-02-20")
    assert town.figures(A, "2025") == (1, 1, "value")
    assert town.cell(A, "2025")["value"] == 100.0


def test_a_child_without_service_is_a_value_of_zero(town: Town):
    town.victim()
    assert town.figures(A, "2025") == (0, 1, "value")
    assert town.cell(A, "2025")["value"] == 0.0


def test_intake_alone_counts_in_a_and_not_in_b(town: Town):
    town.victim()
    town.service("2025-02-12", "PENGADUAN")
    assert town.build(A, B)
    assert (town.figures(A, "2025"), town.figures(B, "2025")) == ((1, 1, "value"), (0, 1, "value"))


def test_a_service_before_the_need_is_kept_flagged_and_not_counted(town: Town):
    town.victim()
    town.service("2025-02-09")
    assert town.figures(A, "2025") == (0, 1, "value")
    assert town.bucket(A, "2025", "before_need") == 1


def test_a_service_on_the_day_of_the_need_counts(town: Town):
    town.victim()
    town.service("2025-02-10")
    assert town.figures(A, "2025") == (1, 1, "value")


def test_a_service_in_the_next_quarter_counts_there_while_the_case_is_open(town: Town):
    town.victim()
    town.service("2025-04-02")
    assert town.figures(A, "2025-Q1") == (0, 1, "value")
    assert town.figures(A, "2025-Q2") == (1, 1, "value")
    assert town.figures(A, "2025") == (1, 1, "value")


def test_a_service_after_closing_counts_within_the_period_and_is_flagged(town: Town):
    town.victim(case_status="closed", closed_date="2025-03-01")
    town.service("2025-03-20")
    assert town.figures(A, "2025-Q1") == (1, 1, "value")
    assert town.bucket(A, "2025-Q1", "after_closing") == 1
    assert town.figures(A, "2025-Q2") == (0, 0, "not_applicable")


def test_a_case_closed_on_the_first_day_of_a_period_is_open_at_its_start(town: Town):
    town.victim(case_status="closed", closed_date="2025-04-01")
    assert town.figures(A, "2025-Q2") == (0, 1, "value")


def test_a_case_closed_on_the_last_day_before_a_period_is_not_open_at_its_start(town: Town):
    town.victim(case_status="closed", closed_date="2025-03-31")
    assert town.figures(A, "2025-Q2") == (0, 0, "not_applicable")


def test_a_case_called_closed_without_a_date_stays_open(town: Town):
    town.victim(case_status="closed")
    assert town.figures(A, "2025-Q4") == (0, 1, "value")


def test_a_child_known_to_two_agencies_counts_once_and_bounds_agree(town: Town):
    town.victim("A")
    town.ppks("A")
    town.ppks_service("2025-03-10")
    cell = town.cell(A, "2025")
    assert (cell["numerator"], cell["denominator"]) == (1, 1)
    assert (cell["denominator_min"], cell["denominator_max"], cell["linkage"]) == (1, 1, "nik")
    assert town.cell(A, "2025", breakdown="agency", value="dp3a")["denominator"] == 1
    assert town.cell(A, "2025", breakdown="agency", value="dinsos")["denominator"] == 1


def test_a_service_of_one_agency_serves_the_child_of_the_other(town: Town):
    town.victim("A")
    town.ppks("A")
    town.service("2025-03-10")
    assert town.cell(A, "2025", breakdown="agency", value="dinsos")["numerator"] == 1


def test_a_service_counts_from_the_earliest_need_not_the_second(town: Town):
    town.victim("A")
    town.ppks("A", report_date="2025-03-05")
    town.service("2025-02-20")
    assert town.figures(A, "2025") == (1, 1, "value")


def test_a_row_that_cannot_be_linked_is_a_child_of_its_own_and_the_lower_bound_says_so(town: Town):
    town.victim("A")
    town.victim("B", "R2")
    town.ppks("?", linked=False)
    cell = town.cell(A, "2025")
    assert (cell["denominator"], cell["denominator_min"], cell["denominator_max"]) == (3, 2, 3)


def test_the_lower_bound_is_never_below_the_largest_register(town: Town):
    for number in range(3):
        town.victim("?", f"R{number}", linked=False)
    town.ppks("A")
    assert town.cell(A, "2025")["denominator_min"] == 3


def test_two_categories_count_one_child_in_total_and_one_in_each(town: Town):
    town.victim(violence_forms="FISIK|SEKSUAL")
    town.service("2025-02-20")
    assert town.figures(A, "2025") == (1, 1, "value")
    for category in ("09", "10"):
        assert town.cell(A, "2025", breakdown="category", value=category)["numerator"] == 1


def test_disability_adds_its_own_category(town: Town):
    town.victim(has_disability=True)
    found = town.core("SELECT category FROM core.need ORDER BY category")
    assert found == [("09",), ("12",)]


def test_a_victim_of_other_violence_counts_in_no_category(town: Town):
    town.victim(violence_forms="LAINNYA")
    assert town.figures(A, "2025") == (0, 1, "value")
    assert town.cell(A, "2025", breakdown="category", value="none")["denominator"] == 1


def test_seventeen_years_and_364_days_is_a_child(town: Town):
    town.victim(birth_date="2007-02-11", incident_date="2025-02-10")
    assert town.figures(A, "2025") == (0, 1, "value")


def test_the_eighteenth_birthday_is_not_a_child(town: Town):
    town.victim(birth_date="2007-02-10", incident_date="2025-02-10")
    assert town.figures(A, "2025") == (0, 0, "not_applicable")
    assert town.bucket(A, "2025", "adult") == 1


@pytest.mark.parametrize(("incident", "counted"), [("2026-02-28", 1), ("2026-03-01", 0)])
def test_a_child_of_29_february_turns_18_on_1_march_of_a_common_year(incident: str, counted: int):
    town = Town(as_of="2027-02-01").covers(("dp3a/violence_victim",), "2026-01", "2026-12")
    town.covers(("dp3a/victim_service", "dinsos/ppks", "dinsos/ppks_service"), "2026-01", "2026-12")
    town.victim(birth_date="2008-02-29", incident_date=incident, report_date="2026-03-02")
    assert town.figures(A, "2026")[1] == counted


def test_a_child_who_turns_18_later_stays(town: Town):
    town.victim(birth_date="2007-03-01")
    assert town.figures(A, "2025-Q4") == (0, 1, "value")


def test_an_unborn_child_counts_and_is_flagged(town: Town):
    town.victim(birth_date="2025-06-01", sex=None)
    assert town.figures(A, "2025") == (0, 1, "value")
    assert town.bucket(A, "2025", "unborn") == 1
    assert town.cell(A, "2025", breakdown="age_group", value="0-5")["denominator"] == 1
    assert town.cell(A, "2025", breakdown="sex", value="unknown")["denominator"] == 1


def test_a_cancelled_report_is_left_out(town: Town):
    town.victim(case_status="cancelled")
    assert town.figures(A, "2025") == (0, 0, "not_applicable")
    assert town.bucket(A, "2025", "cancelled") == 1


def test_an_unknown_age_goes_to_its_bucket(town: Town):
    town.victim(birth_date=None)
    town.service("2025-02-20")
    assert town.figures(A, "2025") == (0, 0, "not_applicable")
    assert town.bucket(A, "2025", "age_unknown") == 1


def test_a_birth_date_of_another_register_makes_the_age_known(town: Town):
    town.victim("A", birth_date=None)
    town.ppks("A", report_date="2025-03-05")
    assert town.figures(A, "2025-Q1") == (0, 1, "value")
    assert town.bucket(A, "2025-Q1", "age_unknown") is None


def test_a_child_who_died_before_the_report_unserved_is_left_out(town: Town):
    town.victim(death_date="2025-02-12")
    assert town.figures(A, "2025") == (0, 0, "not_applicable")
    assert town.bucket(A, "2025", "deceased") == 1


def test_a_child_served_before_its_death_stays(town: Town):
    town.victim(death_date="2025-02-12")
    town.service("2025-02-11")
    assert town.figures(A, "2025") == (1, 1, "value")


def test_a_child_who_died_after_the_report_stays(town: Town):
    town.victim(death_date="2025-02-13")
    assert town.figures(A, "2025") == (0, 1, "value")


def test_a_case_without_entries_for_over_a_year_is_stale_and_still_counted(town: Town):
    town.victim(incident_date="2024-06-01", report_date="2024-06-30")
    assert town.bucket(A, "2025-Q1", "stale_open") is None
    assert town.figures(A, "2025-Q3") == (0, 1, "value")
    assert town.bucket(A, "2025-Q3", "stale_open") == 1


def test_exactly_twelve_months_without_entries_is_not_stale(town: Town):
    town.victim(incident_date="2024-06-01", report_date="2024-06-30")
    assert town.bucket(A, "2025-Q2", "stale_open") is None


def test_a_service_keeps_a_case_from_going_stale(town: Town):
    town.victim(incident_date="2024-06-01", report_date="2024-06-30")
    town.service("2025-01-05")
    assert town.bucket(A, "2025-Q3", "stale_open") is None


def test_the_report_date_decides_when_the_event_date_is_missing(town: Town):
    town.victim(incident_date=None, report_date="2025-04-02")
    assert town.figures(A, "2025-Q1") == (0, 0, "not_applicable")
    assert town.figures(A, "2025-Q2") == (0, 1, "value")
    assert town.core("SELECT period_basis FROM core.need") == [("reported",)]


def test_kecamatan_outside_and_unknown_add_up_to_the_city(town: Town):
    town.victim("A", "R1")
    town.victim("B", "R2", kecamatan=KASEMEN)
    town.victim("C", "R3", district="outside", kecamatan=None)
    town.victim("D", "R4", district=None, kecamatan=None)
    town.victim("E", "R5", kecamatan=None)
    found = {area: town.figures(A, "2025", area)[1] for area in (CITY, SERANG, KASEMEN, "outside", "unknown")}
    assert found == {CITY: 5, SERANG: 1, KASEMEN: 1, "outside": 1, "unknown": 2}


def test_the_latest_record_decides_where_a_linked_child_lives(town: Town):
    town.victim("A", kecamatan=SERANG)
    town.ppks("A", kecamatan=KASEMEN, report_date="2025-03-05")
    assert town.figures(A, "2025", KASEMEN)[1] == 1
    assert town.figures(A, "2025", SERANG)[1] == 0


def test_on_one_report_date_dp3a_goes_before_dinsos(town: Town):
    town.victim("A", kecamatan=SERANG, report_date="2025-03-05")
    town.ppks("A", kecamatan=KASEMEN, report_date="2025-03-05")
    assert town.figures(A, "2025", SERANG)[1] == 1


def test_an_empty_domicile_does_not_replace_an_older_one(town: Town):
    town.victim("A", kecamatan=SERANG)
    town.ppks("A", district=None, kecamatan=None, report_date="2025-03-05")
    assert town.figures(A, "2025", SERANG)[1] == 1


@pytest.mark.parametrize(("code", "served"), [("TERAPI", 1), ("LKSA", 1), ("PENDATAAN", 0), ("RAZIA", 0)])
def test_data_entry_and_raids_are_no_service(town: Town, code: str, served: int):
    town.ppks()
    town.ppks_service("2025-03-10", code)
    assert town.figures(A, "2025") == (served, 1, "value")


def test_adult_categories_of_the_roster_are_no_need(town: Town):
    town.ppks(category="PMKS-12")
    assert town.figures(A, "2025") == (0, 0, "not_applicable")


@pytest.mark.parametrize(("placement", "served"), [("LKSA", 1), ("KELUARGA", 1), ("SEKOLAH", 0)])
def test_placement_in_family_or_institution_serves_a_working_child(town: Town, placement: str, served: int):
    town.labour(withdrawn_date="2025-04-10", placed_date="2025-04-20", placement=placement)
    assert town.figures(A, "2025") == (served, 1, "value")
    assert town.cell(A, "2025", breakdown="category", value="04")["denominator"] == 1


def test_a_working_child_without_the_worst_form_flag_is_no_need(town: Town):
    town.labour(is_worst_form=False)
    assert town.figures(A, "2025") == (0, 0, "not_applicable")


def test_a_roster_row_without_dates_is_new_in_the_first_month_and_open_until_a_roster_drops_it():
    town = Town().covers(("dp3a/violence_victim", "dp3a/victim_service", "dinsos/ppks_service"), "2024-01", "2025-12")
    for delivery, last in (("jan", "2025-01"), ("apr", "2025-04"), ("aug", "2025-08")):
        town.covers(("dinsos/ppks",), "2024-01", last)
        town.coverage = [(*c[:3], delivery, *c[4:]) if c[1] == "ppks" and c[3] == "d" else c for c in town.coverage]
    town.ppks(report_date=None, delivery_id="jan", state="superseded")
    town.ppks(report_date=None, delivery_id="apr", state="withdrawn")
    town.people = town.people[1:]
    assert town.core("SELECT period_date::VARCHAR, closed_date::VARCHAR, period_basis FROM core.need") == [
        ("2025-01-01", "2025-08-01", "reported")
    ]


def test_the_first_need_in_a_period_gives_the_age_group(town: Town):
    town.victim("A", birth_date="2012-03-01", incident_date="2025-02-10")
    town.ppks("A", birth_date="2012-03-01", report_date="2025-03-05")
    assert town.cell(A, "2025", breakdown="age_group", value="6-12")["denominator"] == 1
    assert town.cell(A, "2025", breakdown="age_group", value="13-17") == {}
