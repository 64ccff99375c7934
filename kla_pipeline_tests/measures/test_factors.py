"""Inhibiting factors and context figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kla_pipeline.measures import engine, registry
from kla_pipeline_tests.measures.town import POLRES, Town

REGISTER = ("dp3a/violence_victim",)
STAFFED = ("dp3a/violence_victim", "dp3a/staff")


@pytest.fixture
def town() -> Town:
    return Town().covers(("dp3a/violence_victim", "dp3a/staff", *POLRES), "2024-01", "2025-12")


def test_caseload_is_open_cases_over_case_worker_fte(town: Town):
    town.victim("A", "R1")
    town.victim("B", "R2")
    town.staff("S1", 0.5)
    town.staff("S2", 1.0, role="PSIKOLOG")
    assert town.figures("SDM-02", "2025-03") == (2, 0.5, "value")
    assert town.cell("SDM-02", "2025-03")["value"] == 4.0


def test_a_case_with_two_victims_is_one_case_even_when_one_is_adult(town: Town):
    town.victim("A", "R1", 1)
    town.victim("B", "R1", 2, birth_date="1990-01-01")
    town.staff()
    assert town.figures("SDM-02", "2025-03") == (1, 1, "value")


def test_a_case_closed_on_the_last_day_of_the_month_is_closed(town: Town):
    town.victim(case_status="closed", closed_date="2025-03-31")
    town.staff()
    assert town.figures("SDM-02", "2025-02") == (1, 1, "value")
    assert town.figures("SDM-02", "2025-03") == (0, 1, "value")


def test_a_case_that_begins_on_the_last_day_of_the_month_is_open_from_the_next(town: Town):
    town.victim(incident_date="2025-03-31", report_date="2025-03-31")
    town.staff()
    assert [town.figures("SDM-02", month)[0] for month in ("2025-03", "2025-04")] == [0, 1]


def test_a_case_worker_counts_up_to_the_last_day_of_service(town: Town):
    town.victim()
    town.staff(end_date="2025-03-31")
    assert town.figures("SDM-02", "2025-03") == (1, 1, "value")
    assert town.figures("SDM-02", "2025-04") == (1, 0, "not_applicable")


def test_open_cases_without_a_case_worker_raise_an_alert(town: Town):
    town.victim()
    con = town.build("SDM-02")
    assert town.figures("SDM-02", "2025-03") == (1, 0, "not_applicable")
    assert ("SDM-02", "2025-03") in {(row["measure_id"], row["period"]) for row in engine.alerts(con)}
    assert ("SDM-02", "2025-01") not in {(row["measure_id"], row["period"]) for row in engine.alerts(con)}


@pytest.mark.parametrize(("reported", "old"), [("2025-03-02", 0), ("2025-03-01", 1)])
def test_ageing_is_more_than_ninety_days_from_the_report(town: Town, reported: str, old: int):
    town.victim(incident_date="2025-02-01", report_date=reported)
    assert town.figures("LAP-04", "2025-05") == (old, 1, "value")


def test_reporting_delay_takes_the_median_and_the_ninetieth_percentile(town: Town):
    for number, delay in enumerate((1, 2, 3, 10)):
        town.victim(f"A{number}", f"R{number}", incident_date="2025-02-01", report_date=f"2025-02-{1 + delay:02d}")
    town.build("LAP-01")
    assert town.figures("LAP-01.median", "2025-Q1") == (16, 4, "value")
    assert town.cell("LAP-01.median", "2025-Q1")["value"] == 2.5
    assert town.cell("LAP-01.p90", "2025-Q1")["value"] == pytest.approx(7.9)


def test_interpolation_equals_quantile_cont(town: Town):
    delays = (0, 1, 1, 4, 9, 12, 27)
    for number, delay in enumerate(delays):
        town.victim(f"A{number}", f"R{number}", incident_date="2025-01-01", report_date=f"2025-01-{1 + delay:02d}")
    con = town.build("LAP-01")
    expected = con.execute(
        "SELECT quantile_cont(d, 0.5), quantile_cont(d, 0.9) FROM unnest(?) AS t(d)", [delays]
    ).fetchone()
    found = [town.cell(f"LAP-01.{name}", "2025-Q1")["value"] for name in ("median", "p90")]
    assert found == pytest.approx(list(expected or ()))


@pytest.mark.parametrize(
    "columns", [{"incident_date": None}, {"date_quality": "estimated"}, {"date_quality": "unknown"}]
)
def test_a_missing_or_estimated_date_has_no_delay_and_is_shown(town: Town, columns: dict[str, Any]):
    town.victim("A", "R1", **columns)
    town.victim("B", "R2")
    cell = town.cell("LAP-01.median", "2025-Q1")
    assert (cell["numerator"], cell["denominator"], cell["unknown_count"], cell["value"]) == (2, 1, 1, 2)


def test_police_cases_count_by_their_report_and_place(town: Town):
    town.case("A", "C1")
    town.case("B", "C2", tkp_district="36.04", tkp_kecamatan=None)
    assert town.figures("LAP-01.median", "2025-Q2") == (2, 1, "value")
    assert town.bucket("LAP-01.median", "2025-Q2", "outside") == 1


def test_the_delay_belongs_to_the_quarter_of_the_report(town: Town):
    town.victim(incident_date="2025-03-30", report_date="2025-04-02")
    assert town.figures("LAP-01.median", "2025-Q1") == (0, 0, "not_applicable")
    assert town.figures("LAP-01.median", "2025-Q2") == (3, 1, "value")


def test_timeliness_counts_files_due_by_agency_and_leaves_out_what_is_not_due_yet(town: Town):
    due = date(2025, 4, 10)
    town.expected = [
        ("dp3a", "violence_victim", date(2025, 3, 1), due, date(2025, 4, 9), True, False),
        ("dp3a", "victim_service", date(2025, 3, 1), due, date(2025, 4, 11), False, False),
        ("polres", "juvenile_case", date(2025, 3, 1), due, None, False, True),
        ("dinsos", "ppks", date(2025, 3, 1), date(2026, 7, 31), None, False, False),
    ]
    assert town.figures("LAP-08.a", "2025-03") == (1, 3, "value")
    assert town.cell("LAP-08.a", "2025-03", breakdown="agency", value="dp3a")["numerator"] == 1
    assert town.bucket("LAP-08.a", "2025-03", "overdue") == 1
    assert town.cell("LAP-08.a", "2025-03", breakdown="agency", value="dinsos") == {}
    assert town.figures("LAP-08.a", "2025-04") == (0, 0, "not_applicable")


def _delivery(name: str, agency: str, read: int, rejected: int, verdict: str = "partly") -> dict[str, Any]:
    return {
        "delivery_id": name, "delivery_label": name, "agency": agency, "received_on": date(2026, 1, 3),
        "delivered_on": date(2026, 1, 3), "sort_no": 1, "verdict": verdict, "rows_read": read,
        "rows_accepted": read - rejected, "rows_rejected": rejected, "rows_set_aside": 0, "is_synthetic": True,
        "is_request_ref_given": False,
    }  # fmt: skip


def test_rejected_rows_count_once_in_the_last_month_a_file_covers():
    town = Town().covers(POLRES, "2025-01", "2025-03")
    town.deliveries = [
        _delivery("d", "polres", 40, 3),
        _delivery("e", "dp3a", 10, 0),
        _delivery("f", "dp3a", 9, 0, "refused"),
    ]
    assert town.figures("LAP-08.b", "2025-03") == (3, 40, "value")
    assert town.cell("LAP-08.b", "2025-03")["value"] == 7.5
    assert town.figures("LAP-08.b", "2025-02") == (0, 0, "not_applicable")
    assert town.figures("LAP-08.b", "2026-01") == (0, 10, "value")


def test_facilities_leave_unchecked_items_out_and_show_them():
    town = Town().covers(("dp3a/facility_item",), "2025-01", "2025-12")
    town.facility("RUANG_KONSELING", True, True)
    town.facility("KENDARAAN", True, False)
    town.facility("RUMAH_AMAN", False, None)
    town.facility("KOMPUTER", None, None)
    town.facility("ARSIP_AMAN", True, None)
    town.facility("RUANG_PENGADUAN", False, None, is_required=False)
    cell = town.cell("SAR-03", "2025")
    assert (cell["numerator"], cell["denominator"], cell["unknown_count"], cell["status"]) == (1, 3, 2, "value")
    assert town.cell("SAR-03", "2025", breakdown="unit", value="dp3a/UPTD_PPA")["denominator"] == 3
    assert cell["coverage_note"] == "partial"


def test_facilities_of_two_agencies_stand_apart_and_together():
    town = Town().covers(("dp3a/facility_item", "polres/facility_item"), "2025-12", "2025-12")
    town.facility("KENDARAAN", True, True)
    town.facility("KENDARAAN", False, None, agency="polres")
    assert town.figures("SAR-03", "2025") == (1, 2, "value")
    assert town.cell("SAR-03", "2025", breakdown="unit", value="polres/UNIT_PPA_POLRES")["numerator"] == 0


def test_a_reporting_delay_stands_under_the_agency_of_its_row():
    town = Town().covers((*REGISTER, *POLRES), "2025-01", "2025-12")
    town.victim("A", "R1")
    town.case("B", "C1", lp_date="2025-02-20", incident_date="2025-02-10")
    town.core("UPDATE core.need SET agency = 'kantor_lain'")
    town.core("UPDATE core.juvenile_case SET agency = 'polsek'")
    assert town.con is not None
    engine.build(town.con, [measure for measure in registry.load_measures() if measure.id == "LAP-01.median"])
    for agency, days in (("kantor_lain", 2), ("polsek", 10)):
        assert town.cell("LAP-01.median", "2025-Q1", breakdown="agency", value=agency)["numerator"] == days


def test_disaster_events_count_reports_shares_and_people():
    town = Town().covers(("bpbd/disaster_event",), "2023-01", "2025-12")
    town.flood("2024-02-01", "E1", affected_displaced=120, event_share=0.5)
    town.flood("2024-03-01", "E2", affected_displaced=None)
    town.flood("2024-03-02", "E3", affected_displaced=999, scope="outside", district_code="36.04")
    town.build("CTX-01", "CTX-02")
    assert town.figures("CTX-01.a", "2024") == (2, None, "value")
    assert town.figures("CTX-01.b", "2024") == (1.5, None, "value")
    assert town.figures("CTX-02", "2024") == (120, None, "value")
    assert town.cell("CTX-02", "2024")["unknown_count"] == 1


def test_a_year_without_events_is_a_reported_zero_and_an_undelivered_one_is_not_reported():
    town = Town().covers(("bpbd/disaster_event",), "2023-01", "2024-12")
    town.flood("2024-02-01", "E1")
    assert town.figures("CTX-01.a", "2023") == (0, None, "zero_reported")
    assert town.cell("CTX-01.a", "2023")["value"] == 0
    assert town.figures("CTX-01.a", "2025") == (None, None, "not_reported")


def test_years_start_with_the_first_one_delivered():
    town = Town().covers(("bpbd/disaster_event",), "2023-05", "2025-12")
    town.build("CTX-01")
    assert town.cell("CTX-01.a", "2022") == {}
    assert town.figures("CTX-01.a", "2023")[2] == "insufficient"
