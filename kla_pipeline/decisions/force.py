"""Which decisions there are and which of them are in force: events and restricted texts folded into values.

Here: reading. Not here: taking decisions (propose.py) and what they do to rows (quality/amend.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kla_pipeline.decisions.records import Decision
from kla_pipeline.ledger import DecisionValue, Event, Ledger, decided
from kla_pipeline.quality.overlay import CellEdit, Overlay, RowDecision

ROW_ACTIONS = ("correct", "release", "withdraw")
"""Actions that change what staging makes of a row."""


def load(ledger: Ledger, jurisdiction: str, as_of: date, before_seq: int | None = None) -> list[Decision]:
    """All decisions of a jurisdiction by number, each with its status on `as_of`.

    `before_seq`: as the ledger stood before that event (texts erased since stay erased).
    """
    return fold(ledger.decision_events(jurisdiction, before_seq), ledger.decision_values(jurisdiction), as_of)


def fold(events: Iterable[Event], values: Iterable[DecisionValue], as_of: date) -> list[Decision]:
    """Decisions from their events in order and their texts."""
    texts: dict[str, list[DecisionValue]] = {}
    for value in values:
        texts.setdefault(value.decision_id, []).append(value)
    found: dict[str, Decision] = {}
    for event in events:
        if event.kind == decided.PROPOSED:
            decision = _proposed(event, texts.get(event.payload["decision_id"], ()))
            found[decision.decision_id] = decision
        elif event.kind in (decided.APPROVED, decided.REFUSED, decided.ENDED):
            decision_id = event.payload["decision_id"]
            found[decision_id] = _moved(found[decision_id], event)
    return [_on(decision, as_of) for decision in found.values()]


def overlays(decisions: Iterable[Decision]) -> dict[str, Overlay]:
    """What decisions in force say about rows, by delivery id: plain values for staging.

    A row that was decided about several times carries the edits in that order; its `row_version` is that of the first
    decision in force, since each later one saw the row as the earlier ones left it.
    """
    rows: dict[str, dict[str, RowDecision]] = {}
    for decision in decisions:
        if decision.status == "in_force" and decision.action in ROW_ACTIONS and not _is_empty(decision):
            of_delivery = rows.setdefault(decision.delivery_id, {})
            of_delivery[decision.subject] = _added(of_delivery.get(decision.subject), decision)
    return {delivery_id: Overlay(delivery_id, of_delivery) for delivery_id, of_delivery in rows.items()}


def reinstated(decisions: Iterable[Decision]) -> set[str]:
    """Ids of deliveries that count although they would be held."""
    return {d.delivery_id for d in decisions if d.status == "in_force" and d.action == "reinstate"}


def decisions_hash(ledger: Ledger, jurisdiction: str, as_of: date, before_seq: int | None = None) -> str:
    """Hash over all that decisions do to a release on a date: the events, what has expired by then, what was erased.

    `before_seq`: as the ledger stood before that event.
    """
    events = ledger.decision_events(jurisdiction, before_seq)
    expired = [d.decision_id for d in fold(events, (), as_of) if d.status == "expired"]
    # which texts were erased is told by events of their own
    content = [[[event.seq, event.hash] for event in events], sorted(expired)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _proposed(event: Event, texts: Sequence[DecisionValue]) -> Decision:
    said: Mapping = event.payload
    cells = tuple(CellEdit(t.column_name, t.expected, t.value) for t in texts if t.position and not t.is_erased)
    return Decision(
        decision_id=said["decision_id"],
        jurisdiction=event.jurisdiction,
        action=said["action"],
        subject=said["subject"],
        delivery_id=said["delivery_id"],
        agency=said["agency"],
        record=said["record"],
        row_version=said["row_version"],
        status="proposed" if said["needs_second_person"] else "in_force",
        proposed_by=event.actor,
        proposed_at=event.at,
        seq=event.seq,
        why=said["why"],
        until=date.fromisoformat(said["until"]) if said["until"] else None,
        rules=tuple(said["rules"]),
        columns=tuple(cell.column for cell in cells),
        origin=said["origin"],
        return_delivery_id=said["return_delivery_id"],
        cells=cells,
        note="".join(text.note for text in texts),
        is_erased=any(text.is_erased for text in texts),
    )


def _moved(decision: Decision, event: Event) -> Decision:
    if event.kind == decided.APPROVED:
        return replace(decision, status="in_force", approved_by=event.actor, approved_at=event.at)
    status = "refused" if event.kind == decided.REFUSED else "ended"
    return replace(decision, status=status, ended_by=event.actor, ended_at=event.at)


def _on(decision: Decision, as_of: date) -> Decision:
    """`until` is the last day in force."""
    is_over = decision.status == "in_force" and decision.until is not None and decision.until < as_of
    return replace(decision, status="expired") if is_over else decision


def _is_empty(decision: Decision) -> bool:
    """A correction whose texts were erased says nothing any more."""
    return decision.action == "correct" and not decision.cells


def _added(so_far: RowDecision | None, decision: Decision) -> RowDecision:
    row = so_far or RowDecision(decision.subject, decision.row_version, ())
    return replace(
        row,
        decision_ids=(*row.decision_ids, decision.decision_id),
        edits=row.edits + decision.cells,
        released=row.released | frozenset(decision.rules),
        withdrawn=row.withdrawn or decision.action == "withdraw",
    )
