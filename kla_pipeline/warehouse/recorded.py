"""What the ledger recorded, as tables: `quality.event`, `quality.decision` and the cells that decisions changed.

Here: plain values of the ledger and of the decisions, written as they are told. Not here: which decisions are in force
(decisions/), what they did to rows (`quality.amended_row`), and any value of a cell: those stay in the ledger, where
they can be erased.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kla_pipeline.decisions.records import Decision
from kla_pipeline.ledger import Event, Head, Ledger
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.warehouse.deliveries import KnownDelivery
from kla_pipeline.warehouse.masked import column_of, layouts_of
from kla_pipeline.warehouse.sql import insert_rows

if TYPE_CHECKING:
    import duckdb

APPLIED = "applied"
CORRECTED = "corrected"
# about a person and not about a row: the person's pseudonym must not stay behind in a table
_ABOUT_PERSONS = "erase"
_OTHER_COLUMN = "other column"


def events_of(ledger: Ledger, jurisdiction: str, head: Head) -> list[Event]:
    """Events about a jurisdiction and about the whole ledger, in order, up to the head that the build has noted."""
    found = [*ledger.events(jurisdiction), *ledger.events("")]
    return sorted((event for event in found if event.seq <= head.count), key=lambda event: event.seq)


def write_events(connection: duckdb.DuckDBPyConnection, events: Sequence[Event]) -> None:
    """Fill `quality.event`."""
    rows = [
        (e.seq, _moment(e.at), e.kind, e.actor, json.dumps(e.payload, ensure_ascii=False, sort_keys=True), e.hash)
        for e in events
    ]
    insert_rows(connection, "quality.event", rows)


def write_decisions(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    ordered: Sequence[KnownDelivery],
    decisions: Sequence[Decision],
) -> None:
    """Fill `quality.decision`, and `quality.change` with the columns of corrections that were applied.

    What a decision did to its row is read from `quality.amended_row`, which must be filled.
    """
    layouts = layouts_of(catalogue, ordered)
    outcomes = dict(connection.execute("SELECT unnest(decision_ids), outcome FROM quality.amended_row").fetchall())

    def named(decision: Decision) -> list[str]:
        fed = layouts.get((decision.delivery_id, decision.record), ())
        return [next(filter(None, (column_of(x, c) for x in fed)), _OTHER_COLUMN) for c in decision.columns]

    rows = [(d, named(d), outcomes.get(d.decision_id)) for d in sorted(decisions, key=lambda d: d.seq)]
    insert_rows(connection, "quality.decision", [_decision_row(*row) for row in rows])
    insert_rows(
        connection,
        "quality.change",
        [
            ("decision", d.delivery_id, d.agency, d.record, None, column, CORRECTED, 1, d.decision_id)
            for d, columns, outcome in rows
            if d.action == "correct" and outcome == APPLIED
            for column in columns
        ],
    )


def _decision_row(d: Decision, columns: list[str], outcome: str | None) -> tuple[Any, ...]:
    subject = None if d.action == _ABOUT_PERSONS else d.subject
    place = (subject, d.delivery_id or None, d.agency or None, d.record or None)
    said = (list(d.rules), columns, d.why, d.until, d.status, outcome)
    second = (d.approved_by, _moment(d.approved_at), d.ended_by, _moment(d.ended_at))
    people = (d.proposed_by, _moment(d.proposed_at), *second)
    return (d.decision_id, d.seq, d.action, *place, *said, *people, d.origin, d.return_delivery_id, d.is_erased)


def _moment(text: str | None) -> datetime | None:
    """The ledger's UTC text as a time without zone, as all times of the warehouse are kept."""
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
