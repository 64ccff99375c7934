"""What may be entered, by whom, and what the chain keeps of it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import SQLAlchemyError

from kla_pipeline.decisions import force, propose
from kla_pipeline.decisions.lifecycle import IllegalMove
from kla_pipeline.decisions.records import Proposal
from kla_pipeline.decisions.roles import NotAllowed
from kla_pipeline.errors import WrongUse
from kla_pipeline.identity.keys import Key
from kla_pipeline.ledger import Ledger
from kla_pipeline.ledger.engine import writing
from kla_pipeline.quality.overlay import CellEdit
from kla_pipeline.settings import Settings
from kla_pipeline_tests.decisions.people import (
    CITY,
    DELIVERY,
    ROW,
    correction,
    person,
    release,
    reopening,
    withdrawal,
)

TODAY = date(2026, 6, 30)
BUDI, RINA = person("uji-budi"), person("uji-rina")
OTHER_ROW = f"{DELIVERY[:16]}/1/8"


def status_of(ledger: Ledger, decision_id: str) -> str:
    return propose.find(ledger, CITY, decision_id).status


def test_a_correction_is_in_force_at_once_with_who_when_why_until_and_what_it_expects(ledger: Ledger, key: Key) -> None:
    given = correction(until=date(2026, 12, 31), note="telepon ke petugas")

    (taken,) = propose.propose(ledger, key, BUDI, [given])

    (read,) = force.load(ledger, CITY, TODAY)
    assert read == taken
    assert (read.status, read.proposed_by, read.why, read.until) == (
        "in_force",
        "uji-budi",
        "typing_error",
        date(2026, 12, 31),
    )
    assert read.cells == given.cells
    assert read.columns == ("Nama", "Umur")
    assert read.note == "telepon ke petugas"
    assert read.proposed_at.endswith("Z")
    assert ledger.verify().is_valid


@pytest.mark.parametrize("given", [release(), withdrawal(is_counted=True)])
def test_a_release_and_a_withdrawal_of_a_counted_row_wait_for_a_second_person(
    ledger: Ledger, key: Key, given: Proposal
) -> None:
    (proposed,) = propose.propose(ledger, key, BUDI, [given])
    assert proposed.status == "proposed"
    assert not force.overlays(force.load(ledger, CITY, TODAY))

    approved = propose.approve(ledger, RINA, proposed.decision_id)

    assert (approved.status, approved.proposed_by, approved.approved_by) == ("in_force", "uji-budi", "uji-rina")
    assert [e.kind for e in ledger.decision_events(CITY)] == ["decision_proposed", "decision_approved"]
    assert force.overlays(force.load(ledger, CITY, TODAY))[DELIVERY].rows[ROW]


def test_who_proposed_cannot_be_the_second_person_and_the_attempt_is_an_event(ledger: Ledger, key: Key) -> None:
    (proposed,) = propose.propose(ledger, key, RINA, [release()])

    with pytest.raises(NotAllowed, match="cannot be its second person"):
        propose.approve(ledger, RINA, proposed.decision_id)

    assert status_of(ledger, proposed.decision_id) == "proposed"
    (event,) = ledger.events(CITY, "call_refused")
    assert (event.actor, event.payload["reason"]) == ("uji-rina", "same_person")


def test_a_refused_proposal_stays_without_effect_and_is_not_decided_twice(ledger: Ledger, key: Key) -> None:
    (proposed,) = propose.propose(ledger, key, BUDI, [release()])

    refused = propose.refuse(ledger, RINA, proposed.decision_id, "not_ours")

    assert (refused.status, refused.ended_by) == ("refused", "uji-rina")
    with pytest.raises(IllegalMove, match="refused"):
        propose.approve(ledger, RINA, proposed.decision_id)
    with pytest.raises(WrongUse, match="no decision"):
        propose.approve(ledger, RINA, "0" * 12)


def test_the_chain_holds_neither_cells_nor_notes_nor_columns(ledger: Ledger, key: Key) -> None:
    propose.propose(ledger, key, BUDI, [correction(note="catatan rahasia")])

    text = json.dumps([event.payload for event in ledger.events()])

    for value in ("Anak Uji", "Nama", "170", "catatan"):
        assert value not in text


def test_equal_texts_of_two_decisions_have_different_hashes(ledger: Ledger, key: Key) -> None:
    propose.propose(ledger, key, BUDI, [correction(), correction(OTHER_ROW)])

    first, second = (event.payload["values"] for event in ledger.decision_events(CITY))

    assert not set(first) & set(second)


def test_a_changed_text_is_found_by_the_holder_of_the_key(ledger: Ledger, key: Key, settings: Settings) -> None:
    propose.propose(ledger, key, BUDI, [correction(), correction(OTHER_ROW)])
    assert propose.changed_texts(ledger, key, CITY) == []
    raw = sqlite3.connect(settings.paths().ledger)
    raw.execute("DROP TRIGGER decision_value_no_rewriting")
    raw.execute("UPDATE decision_value SET value = '71' WHERE value = '17' AND event_seq = 2")
    raw.commit()
    raw.close()

    assert ledger.verify().is_valid
    assert propose.changed_texts(ledger, key, CITY) == [2]


def test_texts_can_be_blanked_and_nothing_else(ledger: Ledger, key: Key) -> None:
    propose.propose(ledger, key, BUDI, [correction()])
    for statement in (
        "UPDATE decision_value SET value = '71'",
        "UPDATE decision_value SET value = ''",
        "UPDATE decision_value SET position = 9",
        "DELETE FROM decision_value",
        "DELETE FROM sent_row",
    ):
        if statement.endswith("sent_row"):
            propose.note_sent(ledger, BUDI, CITY, "x1", "dp3a", [(ROW, "v1")])
        with pytest.raises(SQLAlchemyError, match="append-only"), writing(ledger._engine) as connection:
            connection.exec_driver_sql(statement)


def test_erased_texts_are_gone_from_the_file_and_the_chain_still_verifies(
    ledger: Ledger, key: Key, settings: Settings
) -> None:
    kept, erased = propose.propose(ledger, key, BUDI, [correction(OTHER_ROW), correction(note="catatan rahasia")])
    other = correction(f"{DELIVERY[:16]}/1/9", cells=(CellEdit("Nama", "Anak Uji Tiga", "Anak Uji Empat"),))
    (unique,) = propose.propose(ledger, key, BUDI, [other])

    assert ledger.erase_values(CITY, [erased.decision_id, unique.decision_id]) == sorted(
        [erased.decision_id, unique.decision_id]
    )
    assert ledger.erase_values(CITY, [erased.decision_id]) == []

    bytes_on_disk = b"".join(file.read_bytes() for file in settings.data_dir.glob("ledger.sqlite*"))
    for text in (b"Anak Uji Tiga", b"Anak Uji Empat", b"catatan rahasia"):
        assert text not in bytes_on_disk
    assert ledger.verify().is_valid
    assert propose.changed_texts(ledger, key, CITY) == []
    found = {d.decision_id: d for d in force.load(ledger, CITY, TODAY)}
    assert found[erased.decision_id].is_erased
    assert found[erased.decision_id].cells == ()
    assert set(force.overlays(found.values())[DELIVERY].rows) == {OTHER_ROW}
    assert found[kept.decision_id].cells == kept.cells


def test_many_proposals_are_entered_all_or_none(ledger: Ledger, key: Key) -> None:
    with pytest.raises(WrongUse):
        propose.propose(ledger, key, BUDI, [correction(), correction(OTHER_ROW, cells=())])
    with pytest.raises(IllegalMove):
        propose.propose(ledger, key, BUDI, [correction(OTHER_ROW), reopening()], [("closing", {})])

    assert ledger.counts()["event"] == 0


def test_a_closing_event_stands_in_the_same_transaction_after_its_decisions(ledger: Ledger, key: Key) -> None:
    propose.propose(ledger, key, BUDI, [correction(), correction(OTHER_ROW)], [("return_applied", {"rows": 2})])

    assert [event.kind for event in ledger.events()] == ["decision_proposed"] * 2 + ["return_applied"]


@pytest.mark.parametrize(
    "given",
    [
        correction(action="abolish"),
        correction(why="because"),
        correction(cells=()),
        correction(cells=(CellEdit("Umur", "1", "2"), CellEdit("Umur", "1", "3"))),
        correction(rules=("dp3a.age_range",)),
        correction(row_version=""),
        correction(subject="7"),
        correction(subject=f"{'b' * 16}/1/7"),
        release(rules=()),
        withdrawal(cells=(CellEdit("Umur", "1", "2"),)),
        correction(note="x" * 3_000),
    ],
)
def test_an_ill_formed_proposal_is_refused_and_quotes_no_cell(ledger: Ledger, key: Key, given: Proposal) -> None:
    with pytest.raises(WrongUse) as refused:
        propose.propose(ledger, key, BUDI, [given])

    assert "Anak Uji" not in str(refused.value)
    assert ledger.counts()["event"] == 0


def test_what_the_state_of_a_row_does_not_allow_is_refused(ledger: Ledger, key: Key) -> None:
    with pytest.raises(IllegalMove, match="corrected"):
        propose.propose(ledger, key, BUDI, [correction(state="corrected", seen_seq=0)])

    assert propose.propose(ledger, key, BUDI, [correction(state="sent", seen_seq=0)])


def test_a_row_decided_about_since_the_last_build_can_only_be_reopened(ledger: Ledger, key: Key) -> None:
    seen = ledger.head().count
    propose.propose(ledger, key, BUDI, [correction(state="open", seen_seq=seen)])

    with pytest.raises(IllegalMove, match="only be reopened"):
        propose.propose(ledger, key, RINA, [withdrawal(state="open", seen_seq=seen)])
    propose.propose(ledger, key, RINA, [reopening()])

    first, reopened = force.load(ledger, CITY, TODAY)
    assert (first.status, first.ended_by, reopened.action) == ("ended", "uji-rina", "reopen")
    assert not force.overlays([first, reopened])
    assert propose.propose(ledger, key, RINA, [withdrawal(state="open", seen_seq=seen)])


def test_a_row_with_a_waiting_proposal_takes_no_other_decision(ledger: Ledger, key: Key) -> None:
    propose.propose(ledger, key, BUDI, [release()])

    with pytest.raises(IllegalMove, match="waits"):
        propose.propose(ledger, key, RINA, [correction()])


def test_one_row_is_not_decided_about_twice_in_one_go(ledger: Ledger, key: Key) -> None:
    with pytest.raises(IllegalMove, match="twice"):
        propose.propose(ledger, key, BUDI, [correction(), withdrawal()])


def test_nothing_can_be_reopened_that_nobody_decided_about(ledger: Ledger, key: Key) -> None:
    with pytest.raises(IllegalMove, match="Nothing is decided"):
        propose.propose(ledger, key, BUDI, [reopening()])


def test_an_expired_decision_can_be_reopened(ledger: Ledger, key: Key) -> None:
    (taken,) = propose.propose(ledger, key, BUDI, [correction(until=date(2026, 1, 1))])
    assert force.load(ledger, CITY, TODAY)[0].status == "expired"

    propose.propose(ledger, key, BUDI, [reopening()])

    assert status_of(ledger, taken.decision_id) == "ended"


def test_until_is_the_last_day_in_force(ledger: Ledger, key: Key) -> None:
    propose.propose(ledger, key, BUDI, [correction(until=TODAY)])

    assert force.load(ledger, CITY, TODAY)[0].status == "in_force"
    assert force.load(ledger, CITY, date(2026, 7, 1))[0].status == "expired"


def test_decisions_about_one_row_add_up_in_their_order(ledger: Ledger, key: Key) -> None:
    (first,) = propose.propose(ledger, key, BUDI, [correction(cells=(CellEdit("Umur", "170", "71"),))])
    again = correction(cells=(CellEdit("Umur", "71", "17"),), row_version="v2", seen_seq=first.seq, state="open")
    (second,) = propose.propose(ledger, key, BUDI, [again])

    row = force.overlays(force.load(ledger, CITY, TODAY))[DELIVERY].rows[ROW]

    assert row.row_version == "v1"
    assert [edit.value for edit in row.edits] == ["71", "17"]
    assert row.decision_ids == (first.decision_id, second.decision_id)


def test_the_hash_of_decisions_moves_with_each_event_with_expiry_and_with_erasure(ledger: Ledger, key: Key) -> None:
    seen = [force.decisions_hash(ledger, CITY, TODAY)]

    def moved(on: date = TODAY) -> bool:
        seen.append(force.decisions_hash(ledger, CITY, on))
        return seen[-1] not in seen[:-1]

    (taken,) = propose.propose(ledger, key, BUDI, [correction(until=TODAY, note="x"), release(OTHER_ROW)])[:1]
    assert moved()
    assert moved(date(2026, 7, 1))
    assert not moved(date(2026, 8, 1))
    ledger.append(CITY, "call_refused", {})
    ledger.append("32", "decision_ended", {"decision_id": "x"})
    assert not moved()
    propose.note_sent(ledger, BUDI, CITY, "x1", "dp3a", [(ROW, "v1")])
    assert moved()
    ledger.erase_values(CITY, [taken.decision_id])
    assert moved()


def test_decisions_can_be_read_as_they_stood_before_an_event(ledger: Ledger, key: Key) -> None:
    (proposed,) = propose.propose(ledger, key, BUDI, [release()])
    approval = ledger.head().count + 1
    propose.approve(ledger, RINA, proposed.decision_id)

    assert force.load(ledger, CITY, TODAY, before_seq=approval)[0].status == "proposed"
    assert force.load(ledger, CITY, TODAY, before_seq=approval + 1)[0].status == "in_force"


def test_rows_sent_are_kept_with_their_version_under_one_event(ledger: Ledger) -> None:
    rows = [(f"{DELIVERY[:16]}/1/{n}", f"v{n}") for n in range(1, 1_001)]

    event = propose.note_sent(ledger, BUDI, CITY, "x1", "dp3a", rows)

    sent = ledger.sent_rows(CITY)
    assert sorted((row.row_id, row.row_version) for row in sent) == sorted(rows)
    assert {(row.export_id, row.agency, row.event_seq, row.actor) for row in sent} == {
        ("x1", "dp3a", event.seq, "uji-budi")
    }
    assert event.payload["rows"] == 1_000
    assert ROW not in json.dumps(event.payload)
    assert ledger.verify().is_valid


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("DELETE FROM sent_row WHERE row_id LIKE '%/8'", 3),
        ("UPDATE sent_row SET row_version = 'w' WHERE row_id LIKE '%/8'", 3),
        ("UPDATE sent_row SET agency = 'dinsos'", 3),
        ("INSERT INTO sent_row VALUES ('36.73', 'x1', 'r', 'v', 'dp3a', 3)", 3),
        ("INSERT INTO sent_row VALUES ('36.73', 'x2', 'r', 'v', 'dp3a', 1)", 1),
        ("DELETE FROM decision_value WHERE position = 1", 1),
        ("UPDATE decision_value SET is_erased = 1, value = '', expected = '', column_name = '', note = ''", 1),
    ],
)
def test_rows_beside_the_chain_that_are_not_what_their_event_recorded_are_found(
    ledger: Ledger, key: Key, settings: Settings, statement: str, seq: int
) -> None:
    propose.propose(ledger, key, BUDI, [correction(), release(OTHER_ROW)])
    propose.note_sent(ledger, BUDI, CITY, "x1", "dp3a", [(ROW, "v1"), (OTHER_ROW, "v2")])
    raw = sqlite3.connect(settings.paths().ledger)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute(statement)
    raw.commit()
    raw.close()

    assert ledger.verify().first_bad_seq == seq


def test_a_held_delivery_counts_once_two_people_say_so(ledger: Ledger, key: Key) -> None:
    given = Proposal("reinstate", DELIVERY, DELIVERY, "dp3a", "", why="source_checked")
    (proposed,) = propose.propose(ledger, key, BUDI, [given])
    assert force.reinstated(force.load(ledger, CITY, TODAY)) == set()

    propose.approve(ledger, RINA, proposed.decision_id)

    assert force.reinstated(force.load(ledger, CITY, TODAY)) == {DELIVERY}


def test_ten_thousand_corrections_of_a_return_are_entered_in_one_transaction(ledger: Ledger, key: Key) -> None:
    given = [replace(correction(), subject=f"{DELIVERY[:16]}/1/{n}") for n in range(10_000)]

    taken = propose.propose(ledger, key, BUDI, given)

    assert len(taken) == ledger.head().count == 10_000
    assert len(force.overlays(force.load(ledger, CITY, TODAY))[DELIVERY].rows) == 10_000
