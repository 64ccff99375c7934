"""Bytes of an older delivery that were dropped again after newer ones: held until somebody says that they count.

Here: which such drops there were and which of them a decision reinstates, from plain values. A returned workbook
replaces nothing: it is neither something newer nor held when it comes again. Not here: snapshots that would withdraw
too much (warehouse/models/hold.sql) and noticing the drop (intake/archive).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kla_pipeline.decisions.records import Decision
from kla_pipeline.intake.archive import REPEAT
from kla_pipeline.ledger import Delivery, Ledger
from kla_pipeline.quality import returned


@dataclass(frozen=True, slots=True)
class Repeat:
    """One drop of known bytes after something newer; `at` is UTC text. `decision_id` reinstates it, if one does."""

    delivery_id: str
    agency: str
    at: str
    seq: int
    decision_id: str | None = None


def exports(ledger: Ledger, jurisdiction: str, deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Those of a jurisdiction's deliveries that are no returned workbooks."""
    staged = ledger.events(jurisdiction, "delivery_staged")
    verdicts = {event.payload["delivery_id"]: event.payload["verdict"] for event in staged}
    return [d for d in deliveries if verdicts.get(d.delivery_id) != returned.KIND]


def repeats(ledger: Ledger, jurisdiction: str, deliveries: Iterable[Delivery]) -> list[Repeat]:
    """All such drops of these `exports` in their order, before any decision."""
    known = {delivery.delivery_id: delivery for delivery in deliveries}
    return [
        Repeat(
            known[event.payload["delivery_id"]].delivery_id,
            known[event.payload["delivery_id"]].agency,
            event.at,
            event.seq,
        )
        for event in ledger.events(jurisdiction, REPEAT)
        if event.payload["newer_exists"] and event.payload["delivery_id"] in known
    ]


def decided_repeats(
    found: Sequence[Repeat], deliveries: Iterable[Delivery], decisions: Iterable[Decision]
) -> list[Repeat]:
    """The drops that wait, and those that a later decision reinstates.

    After a reinstated one, the same bytes again are news only once something newer than that has come.
    """
    reinstating = [d for d in decisions if d.action == "reinstate" and d.status == "in_force"]
    received = [(d.agency, d.delivery_id, d.received_at) for d in deliveries]
    counts_from = {delivery_id: at for _, delivery_id, at in received}
    kept = []
    for repeat in found:
        since = counts_from[repeat.delivery_id]
        newer = any(
            agency == repeat.agency and other != repeat.delivery_id and since < at <= repeat.at
            for agency, other, at in received
        )
        if not newer:
            continue
        decision = next((d for d in reinstating if d.delivery_id == repeat.delivery_id and d.seq > repeat.seq), None)
        if decision:
            counts_from[repeat.delivery_id] = repeat.at
        kept.append(Repeat(repeat.delivery_id, repeat.agency, repeat.at, repeat.seq, decision and decision.decision_id))
    return kept


def reinstated_at(kept: Iterable[Repeat]) -> dict[str, str]:
    """Delivery id → when its bytes came again and count (UTC text); the last time, where there are several."""
    return {repeat.delivery_id: repeat.at for repeat in kept if repeat.decision_id}
