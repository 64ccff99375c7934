"""What people decide about rows shows in the tables: each row in one state, and no row lost on the way.

One city with two nights: files with every kind of trouble, then decisions about them, then the second night.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.faults.exports import case, cases, person, roster, service, services
from kla_pipeline_tests.support import City, city_in
from kla_pipeline_tests.warehouse.decided import Deciding, built

NUMBER, CATEGORY = (
    next(column.header for column in layouts.PPKS if column.field == field) for field in ("ppks_no", "category")
)
SERVICE_NUMBER = next(column.header for column in layouts.PPKS_SERVICES if column.field == "ppks_no")
CASE_NUMBER = next(column.header for column in layouts.JUVENILE if column.field == "register_no")
BAD = {"category": "Rekaan"}
ENDED = date(2026, 1, 31)

PEOPLE = [
    *(person(n) for n in range(1, 11)),
    person("corrected", **BAD),
    person("wrong", **BAD),
    person("early", closed_date="01/01/2025", status="Selesai"),
    person("twice"),
    person("twice", birth_date="16/01/2015"),
    person("sent", **BAD),
    person("ended", **BAD),
    person("reopened", **BAD),
    person("sent_and_reopened", **BAD),
    person("still", **BAD),
    person("stale", **BAD),
]


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The second night of that city."""
    city = city_in(tmp_path_factory.mktemp("decided") / "data")
    city.write("dinsos", "ppks.csv", roster(*PEOPLE))
    city.write("dinsos", "layanan.csv", services(service(2), service("98"), service("99"), service(1)))
    city.write("polres", "abh_05.csv", cases("05/2025", case(1, sex="?"), case(2)))
    city.write("polres", "abh_06.csv", cases("06/2025", case(1)))
    built(city)
    with pytest.MonkeyPatch.context() as monkeypatch:
        _decide(Deciding(city, monkeypatch))
    return built(city)


def _decide(by: Deciding) -> None:
    def of(number: str, nth: int = 0) -> str:
        return by.row("ppks", NUMBER, f"P{number}", nth)

    good = {CATEGORY: "Anak terlantar"}
    by.send(of("sent"), of("sent_and_reopened"), of("corrected"))
    by.correct(of("corrected"), good)
    by.withdraw(of("wrong"))
    by.release(of("early"), "ppks.closed_before_report")
    by.withdraw(of("twice", 1))
    by.correct(of("ended"), good, until=ENDED)
    for number in ("reopened", "sent_and_reopened"):
        by.correct(of(number), good)
        by.reopen(of(number))
    by.correct(of("still"), {CATEGORY: "Juga rekaan"})
    by.withdraw_counted(by.row("ppks", NUMBER, "P1"))
    by.correct(by.row("ppks_service", SERVICE_NUMBER, "P98"), {SERVICE_NUMBER: "P3"})
    by.release(by.row("ppks_service", SERVICE_NUMBER, "P99"), "ppks_service.unknown_ppks")


def state_of(city: City, key: str, record: str = "ppks") -> list[tuple]:
    """(state, basis, stage) of the rejected rows whose raw cells name this number."""
    query = (
        "SELECT state, state_basis, stage FROM quality.rejected_row "
        "WHERE record = ? AND list_contains(json_extract_string(raw, '$.*'), ?) ORDER BY row_no"
    )
    return city.rows(query, [record, key])


@pytest.mark.parametrize(
    ("number", "states"),
    [
        ("corrected", [("corrected", "decision", "staging")]),
        ("wrong", [("confirmed_bad", "decision", "staging")]),
        ("early", [("released", "decision", "staging")]),
        ("twice", [("corrected", "other_row", "staging"), ("confirmed_bad", "decision", "staging")]),
        ("sent", [("sent", "export", "staging")]),
        ("ended", [("expired", "decision", "staging")]),
        ("reopened", [("open", None, "staging")]),
        ("sent_and_reopened", [("open", None, "staging")]),
        ("still", [("open", None, "staging")]),
        ("1", [("confirmed_bad", "decision", "decision")]),
        ("2", []),
    ],
)
def test_a_row_is_in_the_one_state_that_was_decided(decided: City, number: str, states: list[tuple]) -> None:
    assert state_of(decided, f"P{number}") == states


def test_a_row_whose_key_came_accepted_in_a_newer_delivery_is_corrected_by_it(decided: City) -> None:
    assert state_of(decided, "C1", "juvenile_case") == [("corrected", "newer_delivery", "staging")]


def test_rows_rejected_against_other_deliveries_can_be_corrected_and_released(decided: City) -> None:
    assert state_of(decided, "P98", "ppks_service") == [("corrected", "decision", "decision")]
    assert state_of(decided, "P99", "ppks_service") == [("released", "decision", "build")]
    # the person it was given to is withdrawn since
    assert state_of(decided, "P1", "ppks_service") == [("open", None, "build")]
    current = "SELECT ppks_no FROM staged.ppks_service_current ORDER BY ppks_no"
    assert decided.rows(current) == [("P2",), ("P3",), ("P99",)]


def test_rows_rejected_at_build_have_their_raw_cells(decided: City) -> None:
    ((raw,),) = decided.rows("SELECT raw FROM quality.rejected_row WHERE stage = 'build' AND state = 'open'")
    assert json.loads(raw)[SERVICE_NUMBER] == "P1"
    assert decided.rows("SELECT count(*) FROM quality.rejected_row WHERE raw IS NULL") == [(0,)]


def test_a_correction_that_breaks_a_rule_shows_the_cells_and_reasons_of_today(decided: City) -> None:
    ((raw, outcome),) = decided.rows(
        "SELECT raw, outcome FROM quality.rejected_row INNER JOIN quality.amended_row USING (row_id) "
        "WHERE outcome = 'still_rejected'"
    )
    assert json.loads(raw)[CATEGORY] == "Juga rekaan"
    assert outcome == "still_rejected"


def test_corrected_and_released_rows_count_and_withdrawn_ones_do_not(decided: City) -> None:
    current = {number for (number,) in decided.rows("SELECT ppks_no FROM staged.ppks_current")}
    assert {"Pcorrected", "Pearly", "Ptwice"} <= current
    assert not {"P1", "Pwrong", "Pended", "Pstill"} & current
    assert decided.rows("SELECT _state, _state_basis FROM staged.ppks WHERE ppks_no = 'P1'") == [
        ("withdrawn", "decision")
    ]


def test_accepted_corrected_and_released_rows_are_all_accounted_for(decided: City) -> None:
    query = (
        "SELECT accepted, corrected, released, current_rows, withdrawn, rejected_at_build, difference "
        "FROM quality.reconciliation WHERE stage = 'build' AND record IN ('ppks', 'ppks_service') ORDER BY record"
    )
    # the roster: ten persons, two corrected (one of them by the other row's withdrawal), one released, one taken out
    assert decided.rows(query) == [(10, 2, 1, 12, 1, 0, 0), (4, 0, 0, 3, 0, 1, 0)]
    assert decided.rows("SELECT check_id FROM quality.check_result WHERE is_blocking AND failures > 0") == []


def test_every_decision_in_force_has_an_outcome(decided: City) -> None:
    query = "SELECT outcome, effect, count(*) FROM quality.amended_row GROUP BY ALL ORDER BY ALL"
    assert decided.rows(query) == [
        ("applied", "corrected", 2),
        ("applied", "other_row", 1),
        ("applied", "released", 2),
        ("applied", "withdrawn", 3),
        ("still_rejected", "", 1),
    ]


def test_states_begin_on_the_day_of_what_they_rest_on(decided: City) -> None:
    query = "SELECT CAST(state_since AS VARCHAR) FROM quality.rejected_row WHERE state = 'expired'"
    assert decided.rows(query) == [("2026-02-01",)]
    assert decided.rows("SELECT count(*) FROM quality.rejected_row WHERE state_since IS NULL") == [(0,)]


def test_the_run_tells_how_long_the_chain_was_and_its_head(decided: City) -> None:
    ((count, head),) = decided.rows("SELECT event_count, head_hash FROM meta.run")
    assert count > 20
    assert len(head) == 64


def test_an_expired_decision_is_in_force_on_an_earlier_day(decided: City, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "data"
    shutil.copytree(decided.settings.data_dir, folder)
    shutil.copyfile(decided.settings.key_file, folder.with_name("data.key"))
    folder.with_name("data.key").chmod(0o600)

    earlier = built(city_in(folder, as_of="2026-01-31"))

    assert state_of(earlier, "Pended") == [("corrected", "decision", "staging")]
