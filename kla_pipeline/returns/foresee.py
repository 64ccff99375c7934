"""What corrections of returns would come to: their files judged again with them, before anything is decided.

Here: decisions in force plus the answers, through the same amending as the night's. Not here: the answers themselves
(answers.py) and entering them (apply.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake import archive
from kla_pipeline.ledger import Delivery
from kla_pipeline.quality.amend import APPLIED, STILL_REJECTED, AmendedRow, amend, base_of
from kla_pipeline.quality.overlay import Overlay, RowDecision
from kla_pipeline.quality.store import read_manifest
from kla_pipeline.returns.answers import Known, Result
from kla_pipeline.returns.known import Office

_ANSWER = "return"  # stands for the decision that the answer would become


def foresee(
    office: Office, results: Sequence[Result], known: Mapping[str, Known], received_on: Mapping[str, date]
) -> list[Result]:
    """The results, with `still_rejected` for corrections that leave their row broken.

    `received_on`: delivery id → day of receipt. A row that cannot be judged with its correction is `unclear`: nothing
    is decided about it.
    """
    wanted: dict[str, list[Result]] = {}
    for result in results:
        if result.outcome in ("corrected", "withdrawn"):
            wanted.setdefault(known[result.row_id].delivery_id, []).append(result)
    outcomes: dict[str, str] = {}
    for delivery in office.ledger.deliveries(office.paths.jurisdiction):
        if here := wanted.get(delivery.delivery_id):
            outcomes |= {row.row_id: row.outcome for row in _amended(office, delivery, here, known, received_on)}
    return [_with_outcome(result, outcomes.get(result.row_id)) for result in results]


def _with_outcome(result: Result, outcome: str | None) -> Result:
    if result.outcome != "corrected" or outcome in (None, APPLIED):
        return result
    return replace(result, outcome="still_rejected" if outcome == STILL_REJECTED else "unclear")


def _amended(
    office: Office,
    delivery: Delivery,
    results: Sequence[Result],
    known: Mapping[str, Known],
    received_on: Mapping[str, date],
) -> list[AmendedRow]:
    paths = office.paths
    manifest = read_manifest(paths.staged_delivery(delivery.agency, delivery.delivery_id))
    if manifest is None:
        return []
    try:
        return amend(
            archive.file_of(paths, delivery),
            archive.original_name(paths, delivery),
            delivery.agency,
            office.catalogue,
            received_on[delivery.delivery_id],
            delivery.delivery_id,
            _overlay(office.overlays.get(delivery.delivery_id), delivery, results, known),
            base_of(manifest),
            office.key.pseudonym,
            home=delivery.jurisdiction,
        ).rows
    except DeliveryRefused:
        return []


def _overlay(
    so_far: Overlay | None, delivery: Delivery, results: Sequence[Result], known: Mapping[str, Known]
) -> Overlay:
    """The decisions in force with the answers after them."""
    rows = dict(so_far.rows) if so_far else {}
    for result in results:
        before = rows.get(result.row_id) or RowDecision(result.row_id, known[result.row_id].version, ())
        rows[result.row_id] = replace(
            before,
            decision_ids=(*before.decision_ids, _ANSWER),
            edits=before.edits + (result.edits if result.asked == "correct" else ()),
            withdrawn=before.withdrawn or result.asked == "withdraw",
        )
    return Overlay(delivery.delivery_id, rows)
