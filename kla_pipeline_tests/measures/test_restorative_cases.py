"""K5-29: cases of child offenders closed with a restorative outcome."""

from __future__ import annotations

from typing import Any

import pytest

from kla_pipeline_tests.measures.town import POLRES, Town

A, LOW = "K5-29.a", "K5-29.low"


@pytest.fixture
def town() -> Town:
    return Town().covers(POLRES, "2024-01", "2025-12")


def test_a_diverted_case_with_its_document_counts_in_the_period_of_closing(town: Town):
    town.case()
    assert town.figures(A, "2025-Q2") == (1, 1, "value")
    assert town.figures(A, "2025-Q1") == (0, 0, "not_applicable")


def test_a_diverted_case_without_document_stays_in_the_denominator(town: Town):
    town.case(outcome_doc_no=None)
    assert town.figures(A, "2025") == (0, 1, "value")


@pytest.mark.parametrize(
    ("columns", "counts"),
    [
        ({"outcome": "RJ_POLRI", "rights_doc_no": "H-1"}, 1),
        ({"outcome": "RJ_POLRI"}, 0),
        ({"outcome": "RJ_POLRI", "outcome_doc_no": None, "rights_doc_no": "H-1"}, 0),
        ({"outcome": "RJ_POLRI", "is_narcotics": True}, 1),
        ({"outcome": "RJ_POLRI", "is_narcotics": True, "outcome_doc_no": None, "rights_doc_no": "H-1"}, 1),
        ({"outcome": "RJ_POLRI", "is_narcotics": True, "outcome_doc_no": None}, 0),
        ({"outcome": "SP3_BUKTI", "outcome_doc_no": None}, 0),
        ({"outcome": "SP3_BUKTI", "rights_doc_no": "H-1"}, 1),
        ({"outcome": "SP3_BUKTI"}, 0),
        ({"outcome": "SP3_BUKTI", "is_narcotics": True}, 0),
        ({"outcome": "DIV_PENGADILAN"}, 1),
        ({"outcome": "PUTUSAN_TINDAKAN"}, 0),
        ({"outcome": "CABUT"}, 0),
        ({"outcome": "BEBAS"}, 0),
    ],
)
def test_each_outcome_counts_only_with_the_documents_it_needs(town: Town, columns: dict[str, Any], counts: int):
    town.case(**columns)
    assert town.figures(A, "2025") == (counts, 1, "value")


@pytest.mark.parametrize("outcome", ["PROSES", "LIMPAH_P21"])
def test_an_open_case_is_in_no_period(town: Town, outcome: str):
    town.case(outcome=outcome)
    assert town.figures(A, "2025") == (0, 0, "not_applicable")


def test_a_failed_agreement_removes_the_closing(town: Town):
    town.case(failed_date="2025-08-01")
    assert town.figures(A, "2025") == (0, 0, "not_applicable")


def test_a_closing_after_the_failure_counts_in_its_own_period(town: Town):
    town.case(outcome="PUTUSAN_TINDAKAN", failed_date="2025-06-01", closed_date="2025-08-20")
    assert town.figures(A, "2025-Q2") == (0, 0, "not_applicable")
    assert town.figures(A, "2025-Q3") == (0, 1, "value")


@pytest.mark.parametrize(
    ("birth", "bucket"), [("2013-04-09", "under_12"), ("2007-04-08", "adult"), (None, "age_unknown")]
)
def test_ages_outside_12_to_17_at_the_incident_stand_apart(town: Town, birth: str | None, bucket: str):
    town.case(birth_date=birth)
    assert town.figures(A, "2025") == (0, 0, "not_applicable")
    assert town.bucket(A, "2025", bucket) == 1


@pytest.mark.parametrize("birth", ["2013-04-08", "2007-04-09"])
def test_twelve_and_almost_eighteen_count(town: Town, birth: str):
    town.case(birth_date=birth)
    assert town.figures(A, "2025") == (1, 1, "value")


def test_the_police_report_gives_the_age_when_the_incident_has_no_date(town: Town):
    town.case(incident_date=None, birth_date="2013-04-10")
    assert town.figures(A, "2025") == (1, 1, "value")


def test_places_outside_and_unknown_stand_apart(town: Town):
    town.case("A", "C1", tkp_district="36.04", tkp_kecamatan=None)
    town.case("B", "C2", tkp_district=None, tkp_kecamatan=None)
    town.case("C", "C3", tkp_kecamatan=None)
    assert town.figures(A, "2025") == (1, 1, "value")
    assert (town.bucket(A, "2025", "outside"), town.bucket(A, "2025", "unknown_place")) == (1, 1)


def test_victims_and_witnesses_are_no_offenders(town: Town):
    town.case("A", role="victim")
    town.case("B", "C2", role="witness")
    assert town.figures(A, "2025") == (0, 0, "not_applicable")


def test_a_transferred_case_is_left_out_and_shown(town: Town):
    town.case(outcome="LIMPAH_LUAR")
    assert town.figures(A, "2025") == (0, 0, "not_applicable")
    assert town.bucket(A, "2025", "transferred_out") == 1


def test_a_case_of_two_is_one_case_closed_with_the_later_child(town: Town):
    town.case("A", no=1)
    town.case("B", no=2, closed_date="2025-07-02")
    assert town.figures(A, "2025-Q2") == (0, 0, "not_applicable")
    assert town.figures(A, "2025-Q3") == (1, 1, "value")


def test_a_case_of_two_is_open_while_one_child_is(town: Town):
    town.case("A", no=1)
    town.case("B", no=2, outcome="PROSES", closed_date=None)
    assert town.figures(A, "2025") == (0, 0, "not_applicable")


def test_a_case_of_two_is_restorative_only_when_both_are(town: Town):
    town.case("A", no=1)
    town.case("B", no=2, outcome="PUTUSAN_PIDANA")
    assert town.figures(A, "2025") == (0, 1, "value")


def test_a_child_under_12_does_not_hold_its_older_companion(town: Town):
    town.case("A", no=1)
    town.case("B", no=2, birth_date="2014-01-01", outcome="PROSES", closed_date=None)
    assert town.figures(A, "2025") == (1, 1, "value")


def _four_known_and(town: Town, unknown: int) -> None:
    for number in range(4):
        town.case(f"K{number}", f"C{number}")
    for number in range(unknown):
        town.case(f"U{number}", f"D{number}", outcome="UNKNOWN")


def test_eighty_percent_known_is_enough(town: Town):
    _four_known_and(town, unknown=1)
    town.build(A, LOW)
    assert town.figures(A, "2025") == (4, 4, "value")
    assert town.cell(A, "2025")["unknown_count"] == 1
    assert town.figures(LOW, "2025") == (4, 5, "value")


def test_below_eighty_percent_known_a_is_insufficient_and_low_keeps_its_value(town: Town):
    _four_known_and(town, unknown=2)
    town.build(A, LOW)
    assert town.figures(A, "2025") == (4, 4, "insufficient")
    assert town.cell(A, "2025")["value"] is None
    assert town.figures(LOW, "2025") == (4, 6, "value")


def test_prosecution_and_court_are_missing_so_coverage_is_partial(town: Town):
    town.case()
    assert town.cell(A, "2025")["coverage_note"] == "partial"
