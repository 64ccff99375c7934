"""What is held is not erased: by a person's word for a while, by a running case for as long as it runs."""

from __future__ import annotations

from datetime import date

import pytest

from kla_pipeline.cli.hold import lift_command, list_command, set_command
from kla_pipeline.decisions.roles import Actor, NotAllowed
from kla_pipeline.erasure import erase
from kla_pipeline.erasure.erase import approve_erasure, preview, propose_erasure, resume_erasure
from kla_pipeline.erasure.holds import Hold, UnderHold, holds, mark, set_hold
from kla_pipeline.errors import WrongUse
from kla_pipeline.identity.keys import load_key
from kla_pipeline.ledger import chain, open_ledger
from kla_pipeline_tests.erasure.conftest import Killed
from kla_pipeline_tests.erasure.family import GONE, RUNNING
from kla_pipeline_tests.support import CITY, City


@pytest.fixture(autouse=True)
def _rina(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-rina")


def _child_id(city: City, nik: str = GONE.nik) -> str:
    with open_ledger(city.settings) as ledger:
        return load_key(city.settings, ledger).pseudonym("nik", nik)


def _holds(city: City) -> list[Hold]:
    with open_ledger(city.settings) as ledger:
        return holds(ledger, CITY)


def _own_row(city: City) -> str:
    return city.rows("SELECT row_id FROM identity.person WHERE child_id = ? LIMIT 1", [_child_id(city)])[0][0]


def _delivery(city: City) -> str:
    return city.rows("SELECT delivery_id FROM staged.juvenile_case LIMIT 1")[0][0]


def test_rows_of_a_running_case_are_held_and_those_of_a_closed_one_are_not(family: City) -> None:
    (reason,) = preview(family.settings, CITY, nik=RUNNING.nik).reasons
    assert (reason.kind, reason.name, reason.rows) == ("running_case", "juvenile_case", 1)
    assert preview(family.settings, CITY, nik=GONE.nik).reasons == []


def test_a_refused_erasure_is_an_event_and_no_proposal(copy: City) -> None:
    with pytest.raises(UnderHold, match="1 rows of a running case in juvenile_case"):
        propose_erasure(copy.settings, CITY, nik=RUNNING.nik)
    with open_ledger(copy.settings) as ledger:
        said = ledger.events(CITY, "call_refused")[-1]
        assert not ledger.events(CITY, "decision_proposed")
    assert (said.actor, said.payload["command"], said.payload["reason"]) == ("uji-rina", "erase", "under_hold")


def test_holds_on_the_person_a_row_and_a_delivery_forbid_until_they_are_lifted(
    copy: City, capsys: pytest.CaptureFixture[str]
) -> None:
    for subject in (_child_id(copy), _own_row(copy), _delivery(copy)):
        assert set_command(copy.settings, subject, False, "court_order", None, False) == 0
    held = _holds(copy)
    assert [hold.on for hold in held] == ["person", "row", "delivery"]
    assert _child_id(copy) not in capsys.readouterr().out + repr(held)
    found = preview(copy.settings, CITY, nik=GONE.nik)
    assert [reason.name for reason in found.reasons] == [hold.hold_id for hold in held]
    for hold in held:
        with pytest.raises(UnderHold, match=f"hold {hold.hold_id}"):
            propose_erasure(copy.settings, CITY, nik=GONE.nik)
        assert lift_command(copy.settings, hold.hold_id, False) == 0
    propose_erasure(copy.settings, CITY, nik=GONE.nik)


def test_a_hold_set_after_the_proposal_stops_the_approval(copy: City, monkeypatch: pytest.MonkeyPatch) -> None:
    decision, _ = propose_erasure(copy.settings, CITY, nik=GONE.nik)
    set_command(copy.settings, _child_id(copy), False, "dispute", None, True)
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-sari")
    with pytest.raises(UnderHold):
        approve_erasure(copy.settings, CITY, decision.decision_id)
    with open_ledger(copy.settings) as ledger:
        assert ledger.events(CITY, "decision_approved") == []


def test_a_held_row_of_somebody_else_is_not_changed_either(copy: City) -> None:
    (row,) = {row for plan in preview(copy.settings, CITY, nik=GONE.nik).plans for row in plan.mentioned}
    set_command(copy.settings, row, False, "court_order", None, False)
    (reason,) = preview(copy.settings, CITY, nik=GONE.nik).reasons
    assert reason.kind == "hold"


def test_a_hold_under_an_earlier_pseudonym_stays_when_the_nik_becomes_known(copy: City) -> None:
    with open_ledger(copy.settings) as ledger:
        key = load_key(copy.settings, ledger)
        earlier = mark(key, key.pseudonym("rec", "dinsos:ppks:PPKS-001"))
        set_hold(ledger, Actor("uji-rina", CITY, frozenset({"approver"})), "person", earlier, "court_order")
    assert len(preview(copy.settings, CITY, nik=GONE.nik).reasons) == 1


def test_a_hold_set_before_anything_changed_stops_an_erasure_that_was_interrupted(
    copy: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision, _ = propose_erasure(copy.settings, CITY, nik=GONE.nik)
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-sari")
    with monkeypatch.context() as patch:
        patch.setattr(erase, "_carry_out", _killed)
        with pytest.raises(Killed):
            approve_erasure(copy.settings, CITY, decision.decision_id)
    set_command(copy.settings, _child_id(copy), False, "dispute", None, True)
    with pytest.raises(UnderHold):
        resume_erasure(copy.settings, CITY, decision.decision_id)


def _killed(*_: object) -> None:
    raise Killed


def test_a_hold_ends_after_its_last_day() -> None:
    hold = Hold("h", "row", "x/1/1", "audit", "uji-rina", "2026-01-01T00:00:00Z", date(2026, 6, 30))
    assert hold.is_active(date(2026, 6, 30))
    assert not hold.is_active(date(2026, 7, 1))


def test_an_auditor_may_hold_and_not_lift(copy: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-tono")
    set_command(copy.settings, _delivery(copy), False, "audit", date(2026, 12, 31), False)
    with pytest.raises(NotAllowed):
        lift_command(copy.settings, _holds(copy)[0].hold_id, False)
    assert list_command(copy.settings, True) == 0


def test_a_hold_that_is_not_there_cannot_be_lifted_and_a_reason_must_be_known(copy: City) -> None:
    with pytest.raises(WrongUse, match="no hold"):
        lift_command(copy.settings, "nope", False)
    with pytest.raises(WrongUse, match="Reasons are"):
        set_command(copy.settings, _delivery(copy), False, "because", None, False)
