"""From staged rows to core rows: what each agency's conform SQL keeps, names and leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from kla_pipeline_tests.measures.town import CITY, SERANG, Town


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.mark.parametrize(
    ("birth", "incident", "age", "group"),
    [
        ("2015-01-15", "2025-01-14", 9, "6-12"),
        ("2015-01-15", "2025-01-15", 10, "6-12"),
        ("2008-02-29", "2025-02-28", 16, "13-17"),
        ("2008-02-29", "2024-02-29", 16, "13-17"),
        ("2019-02-10", "2025-02-09", 5, "0-5"),
        ("2019-02-09", "2025-02-09", 6, "6-12"),
        ("2012-02-09", "2025-02-09", 13, "13-17"),
        ("1990-06-01", "2025-02-09", 34, "18+"),
        ("2025-06-01", "2025-02-09", 0, "0-5"),
        (None, "2025-02-09", None, "unknown"),
    ],
)
def test_age_is_completed_years_at_the_event(town: Town, birth: str, incident: str, age: int | None, group: str):
    town.victim(birth_date=birth, incident_date=incident, report_date=incident)
    assert town.core("SELECT age_years, age_group, age_known FROM core.need") == [(age, group, birth is not None)]


def test_register_keys_do_not_stand_in_core_and_join_needs_to_services(town: Town):
    town.victim("A", "REG-77/2025", 2)
    town.service("2025-03-01", register="REG-77/2025", no=2)
    found = town.core(
        "SELECT n.register_ref, n.need_id FROM core.need AS n JOIN core.service AS s USING (register_ref)"
    )
    assert len(found) == 1
    assert "REG-77" not in "".join(found[0])


def test_two_victims_of_a_case_share_the_case_and_not_the_register_row(town: Town):
    town.victim("A", "R1", 1)
    town.victim("B", "R1", 2)
    assert town.core("SELECT count(DISTINCT case_ref), count(DISTINCT register_ref) FROM core.need") == [(1, 2)]


def test_a_superseded_row_makes_no_need(town: Town):
    town.victim("A", "R1", state="superseded")
    assert town.core("SELECT count(*) FROM core.need") == [(0,)]


@pytest.mark.parametrize(("quality", "basis"), [(None, "event"), ("stated", "event"), ("estimated", "estimated")])
def test_the_quality_of_the_event_date_decides_the_basis(town: Town, quality: str | None, basis: str):
    town.victim(date_quality=quality)
    assert town.core("SELECT DISTINCT period_basis FROM core.need") == [(basis,)]


def test_intake_and_qualifying_come_from_the_code_lists(town: Town):
    town.victim()
    town.service("2025-03-01", "PENGADUAN")
    town.service("2025-03-02", "KESEHATAN")
    town.ppks("B")
    town.ppks_service("2025-03-10", "RAZIA")
    found = town.core("SELECT service_code, is_intake, is_qualifying FROM core.service ORDER BY service_code")
    assert found == [("KESEHATAN", False, True), ("PENGADUAN", True, True), ("RAZIA", False, False)]


def test_a_service_of_a_register_row_that_is_not_in_force_is_left_out(town: Town):
    town.victim(state="withdrawn")
    town.service("2025-03-01")
    assert town.core("SELECT count(*) FROM core.service") == [(0,)]


def test_a_child_takes_its_basis_and_agencies_from_all_its_rows(town: Town):
    town.victim("A")
    town.ppks("A")
    town.case("A")
    town.labour("?", linked=False)
    found = town.core("SELECT link_basis, agencies, is_linked FROM core.child ORDER BY link_basis")
    assert found == [("nik", ["dinsos", "dp3a", "polres"], True), ("record", ["dinsos"], False)]


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ({}, ("36.73.01", "city")),
        ({"tkp_kecamatan": None}, ("unknown", "city")),
        ({"tkp_district": "36.04", "tkp_kecamatan": None}, ("outside", "outside")),
        ({"tkp_district": "outside", "tkp_kecamatan": None}, ("outside", "outside")),
        ({"tkp_district": None}, ("36.73.01", "city")),
        ({"tkp_district": None, "tkp_kecamatan": None}, ("unknown", "unknown")),
    ],
)
def test_the_place_of_occurrence_is_kecamatan_outside_or_unknown(town: Town, columns: dict[str, Any], place: tuple):
    town.case(**columns)
    assert town.core("SELECT area_code, place_scope FROM core.juvenile_case") == [place]


def test_the_police_register_says_nothing_about_where_a_child_lives(town: Town):
    town.victim("A", kecamatan=SERANG, report_date="2025-03-01")
    town.case("A", lp_date="2025-06-01")
    assert town.core("SELECT area_code FROM core.child") == [(SERANG,)]


def test_events_of_other_districts_stay_out_of_core(town: Town):
    town.flood("2025-01-01", "E1")
    town.flood("2025-01-02", "E2", scope="outside", district_code="36.04")
    assert town.core("SELECT event_id, district_code, has_child_counts FROM core.disaster_event") == [
        ("E1", CITY, False)
    ]


def test_a_check_takes_phase_and_expiry_from_the_item_list(town: Town):
    town.check("CD01", doc_date="2020-08-31")
    town.check("CD04", doc_no=" ", agency="dp3a")
    query = (
        "SELECT item_id, phase, is_mandatory, valid_until::VARCHAR, agency FROM core.mechanism_check ORDER BY item_id"
    )
    assert town.core(query) == [
        ("CD01", "policy", True, "2025-08-31", "bpbd"),
        ("CD04", "coordination", False, None, "dp3a"),
    ]


def test_shared_record_types_are_not_read_twice(town: Town):
    town.facility("KENDARAAN", True, True)
    town.facility("KENDARAAN", True, True, agency="polres")
    town.check("CD01", agency="dp3a")
    assert town.core("SELECT agency FROM core.facility_item ORDER BY agency") == [("dp3a",), ("polres",)]
    assert town.core("SELECT count(*) FROM core.mechanism_check") == [(1,)]


@pytest.mark.parametrize(
    ("columns", "freed"),
    [
        ({"withdrawn_date": "2025-05-01", "placed_date": "2025-04-20"}, "2025-05-01"),
        ({"withdrawn_date": "2025-05-01", "placed_date": "2025-06-20"}, "2025-06-20"),
        ({"withdrawn_date": "2025-05-01"}, None),
        ({"placed_date": "2025-05-01"}, None),
    ],
)
def test_freed_is_the_later_of_withdrawal_and_placement(town: Town, columns: dict[str, str], freed: str | None):
    values: dict[str, Any] = dict(columns)
    town.labour(**values)
    assert town.core("SELECT freed_date::VARCHAR FROM core.child_labour") == [(freed,)]
    assert town.core("SELECT closed_date::VARCHAR FROM core.need") == [(freed,)]


def test_a_relapse_opens_a_second_need_on_its_date_and_leaves_the_first_closed(town: Town):
    town.labour(withdrawn_date="2025-05-01", placed_date="2025-05-02", relapse_date="2025-09-01")
    needs = town.core("SELECT period_date::VARCHAR, closed_date::VARCHAR FROM core.need ORDER BY period_date")
    assert needs[0][1] == "2025-05-02"
    assert needs[1] == ("2025-09-01", None)
