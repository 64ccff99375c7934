"""Snapshots of one register over several deliveries: sheets that share a register, keys that go and come, held files.

Each test is a city of its own with the roster of Dinas Sosial or a yearly form, and builds without publishing.
"""

from __future__ import annotations

from kla_pipeline.nightly import build as build_step
from kla_pipeline.nightly import load
from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.tables import SYNTHETIC
from kla_pipeline_tests.faults.exports import person, post, roster, service, services, staff, xlsx_bytes
from kla_pipeline_tests.support import CITY, City


def built(city: City) -> City:
    """Receive, judge and build what was dropped."""
    load.receive(city.settings, CITY)
    load.stage(city.settings, CITY)
    build_step.build(city.settings, CITY)
    return city


def workbook(position: str, *sheets: list[dict[str, object]]) -> bytes:
    """A roster on several sheets of one day."""
    titles = (SYNTHETIC, f"Posisi: {position}")
    return xlsx_bytes(*((f"Lembar {n}", layouts.PPKS, rows, titles) for n, rows in enumerate(sheets, 1)))


def states(city: City, record: str, key: str) -> list[tuple]:
    """(key, state, held by reject) of every accepted version, older deliveries first."""
    return city.rows(
        f"SELECT r.{key}, r._state, r._held_by_reject FROM staged.{record} AS r "
        "INNER JOIN quality.delivery AS d USING (delivery_id) ORDER BY d.sort_no, r._sheet, r._row"
    )


def test_sheets_of_one_workbook_speak_together_for_their_register(city: City) -> None:
    first, second = [person(n) for n in range(1, 6)], [person(n) for n in range(6, 11)]
    city.write("dinsos", "ppks_1.xlsx", workbook("30-06-2025", first, second))
    city.write("dinsos", "ppks_2.xlsx", workbook("31-12-2025", first, [*second, person(11)]))
    built(city)
    assert city.rows("SELECT * FROM quality.hold") == []
    assert [state for _, state, _ in states(city, "ppks", "ppks_no")] == ["superseded"] * 10 + ["current"] * 11


def test_a_workbook_of_two_sheets_that_loses_too_much_is_held_once_and_whole(city: City) -> None:
    city.write("dinsos", "ppks_1.xlsx", workbook("30-06-2025", [person(n) for n in range(1, 11)]))
    city.write("dinsos", "ppks_2.xlsx", workbook("31-12-2025", [person(1)], [person(2)]))
    built(city)
    assert city.rows("SELECT keys_before, keys_withdrawn FROM quality.hold") == [(10, 8)]
    assert [state for _, state, _ in states(city, "ppks", "ppks_no")] == ["current"] * 10 + ["held"] * 2


def test_a_rejected_row_does_not_bring_back_what_a_snapshot_withdrew(city: City) -> None:
    people = [person(n) for n in range(1, 11)]
    city.write("dinsos", "ppks_1.csv", roster(*people, position="30-06-2025"))
    city.write("dinsos", "ppks_2.csv", roster(*people[:9], position="30-09-2025"))
    city.write("dinsos", "ppks_3.csv", roster(*people[:9], person(10, category="Rekaan"), position="31-12-2025"))
    built(city)
    assert [row[1:] for row in states(city, "ppks", "ppks_no") if row[0] == "P10"] == [("withdrawn", False)]


def test_a_key_rejected_in_every_snapshot_since_keeps_its_last_accepted_version(city: City) -> None:
    people = [person(n) for n in range(1, 11)]
    broken = person(10, category="Rekaan")
    city.write("dinsos", "ppks_1.csv", roster(*people, position="30-06-2025"))
    city.write("dinsos", "ppks_2.csv", roster(*people[:9], broken, position="30-09-2025"))
    city.write("dinsos", "ppks_3.csv", roster(*people[:9], broken, position="31-12-2025"))
    built(city)
    assert [row[1:] for row in states(city, "ppks", "ppks_no") if row[0] == "P10"] == [("current", True)]


def test_no_figure_rests_on_the_months_of_a_held_delivery_but_it_was_sent_in_time(city: City) -> None:
    city.write("dinsos", "ppks_1.csv", roster(*(person(n) for n in range(1, 11)), position="31-12-2024"))
    city.write("dinsos", "ppks_2.csv", roster(person(1), position="31-12-2025"))
    built(city)
    assert city.rows("SELECT CAST(max(month) AS VARCHAR) FROM quality.coverage WHERE record = 'ppks'") == [
        ("2024-12-01",)
    ]
    due = "SELECT is_on_time, is_overdue FROM quality.expected WHERE record = 'ppks' AND year(month) = 2025"
    assert city.rows(due) == [(True, False)]


def test_a_yearly_form_is_owed_for_the_year_before_its_first_delivery_came(city: City) -> None:
    city.write("dp3a", "petugas_2024.xlsx", staff(2024, post(1), exported="20-02-2026"))
    built(city)
    owed = "SELECT year(month), is_overdue FROM quality.expected WHERE record = 'staff' ORDER BY month"
    assert city.rows(owed) == [(2025, True)]


def test_a_service_without_its_person_is_rejected_at_build_with_its_reason_once(city: City) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    city.write("dinsos", "layanan.csv", services(service(1), service(99)))
    built(city)
    query = "SELECT rule_id, stage, count(*) FROM quality.reason WHERE record = 'ppks_service' GROUP BY ALL"
    assert city.rows(query) == [("ppks_service.unknown_ppks", "build", 1)]
    assert [row[1] for row in states(city, "ppks_service", "ppks_no")] == ["current", "rejected_at_build"]
