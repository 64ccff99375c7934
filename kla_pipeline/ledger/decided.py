"""What the ledger keeps of decisions beside the chain: restricted texts, and the rows that were sent to an agency.

Here: one transaction in which decisions are looked at and entered, and reading both tables. Not here: what a decision
means and who may take one (decisions/). Texts can be erased, so the chain holds only keyed hashes of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from kla_pipeline.ledger import chain
from kla_pipeline.ledger.chain import Entry
from kla_pipeline.ledger.records import Event
from kla_pipeline.ledger.tables import decision_value_table, event_table, sent_row_table

PROPOSED = "decision_proposed"
APPROVED = "decision_approved"
REFUSED = "decision_refused"
ENDED = "decision_ended"
VALUES_ERASED = "decision_values_erased"
ROWS_SENT = "rows_sent"
DECISION_KINDS = (PROPOSED, APPROVED, REFUSED, ENDED, VALUES_ERASED, ROWS_SENT)
"""Events that decide what is in force; each of them changes the input key of the next release."""
CALL_REFUSED = "call_refused"

_CHUNK = 500  # a database takes so many parameters in one statement without complaint


@dataclass(frozen=True, slots=True)
class DecisionValue:
    """Restricted texts of a decision: position 0 is its note, 1, 2, … are its cells in order."""

    decision_id: str
    position: int
    column_name: str = field(repr=False)
    expected: str = field(repr=False)
    value: str = field(repr=False)
    note: str = field(repr=False)
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class SentRow:
    """One rejected row in one export to its agency, as it stood (`row_version`). `at` is UTC text."""

    export_id: str
    row_id: str
    row_version: str
    agency: str
    event_seq: int
    at: str
    actor: str


class Desk:
    """The ledger opened for one piece of work: nobody else writes until the block that gave it ends."""

    def __init__(self, connection: Connection, jurisdiction: str, actor: str) -> None:
        self._connection, self.jurisdiction, self.actor = connection, jurisdiction, actor

    def events(self) -> list[Event]:
        """Decision events of the jurisdiction so far, in order."""
        return decision_events(self._connection, self.jurisdiction)

    def values(self) -> list[DecisionValue]:
        """Restricted texts of the jurisdiction's decisions so far."""
        return decision_values(self._connection, self.jurisdiction)

    def append(self, entries: Sequence[Entry]) -> list[Event]:
        """Write events in this order."""
        return chain.append_many(self._connection, self.jurisdiction, entries, self.actor)

    def keep(self, values: Iterable[tuple[DecisionValue, int]]) -> None:
        """Store restricted texts, each with the number of the event that holds its hash."""
        rows = [
            {name: getattr(value, name) for name in DecisionValue.__dataclass_fields__}
            | {"jurisdiction": self.jurisdiction, "event_seq": seq}
            for value, seq in values
        ]
        if rows:
            self._connection.execute(decision_value_table.insert(), rows)

    def send(self, export_id: str, agency: str, rows: Sequence[tuple[str, str]]) -> Event:
        """Enter (row id, row version) pairs of an export with their one event."""
        payload = {"export_id": export_id, "agency": agency, "rows": len(rows), "rows_sha256": sent_hash(rows)}
        (event,) = self.append([(ROWS_SENT, payload)])
        shared = {"jurisdiction": self.jurisdiction, "export_id": export_id, "agency": agency, "event_seq": event.seq}
        if rows:
            stored = [{**shared, "row_id": row_id, "row_version": version} for row_id, version in rows]
            self._connection.execute(sent_row_table.insert(), stored)
        return event


def sent_hash(rows: Iterable[tuple[str, str]]) -> str:
    """Hash over the rows of an export whatever their order: what its event keeps of them."""
    lines = sorted(f"{row_id} {version}" for row_id, version in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def decision_events(connection: Connection, jurisdiction: str, before_seq: int | None = None) -> list[Event]:
    """Events of the kinds in DECISION_KINDS in order; with `before_seq` only those with a smaller number."""
    query = (
        select(event_table)
        .where(event_table.c.jurisdiction == jurisdiction, event_table.c.kind.in_(DECISION_KINDS))
        .order_by(event_table.c.seq)
    )
    if before_seq is not None:
        query = query.where(event_table.c.seq < before_seq)
    return [chain.to_event(row) for row in connection.execute(query)]


def decision_values(connection: Connection, jurisdiction: str) -> list[DecisionValue]:
    table = decision_value_table
    names = DecisionValue.__dataclass_fields__
    query = (
        select(*(table.c[name] for name in names))
        .where(table.c.jurisdiction == jurisdiction)
        .order_by(table.c.decision_id, table.c.position)
    )
    return [DecisionValue(**row._mapping) for row in connection.execute(query)]


def sent_rows(connection: Connection, jurisdiction: str) -> list[SentRow]:
    """Rows sent, in order of their exports, then row id."""
    table = sent_row_table
    query = (
        select(
            table.c.export_id,
            table.c.row_id,
            table.c.row_version,
            table.c.agency,
            table.c.event_seq,
            event_table.c.at,
            event_table.c.actor,
        )
        .join(event_table, event_table.c.seq == table.c.event_seq)
        .where(table.c.jurisdiction == jurisdiction)
        .order_by(table.c.event_seq, table.c.row_id)
    )
    return [SentRow(**row._mapping) for row in connection.execute(query)]


def blank_values(connection: Connection, jurisdiction: str, decision_ids: Collection[str]) -> list[str]:
    """Blank all texts of these decisions; returns those that had any left, in order."""
    table = decision_value_table
    nothing: dict[str, Any] = {"column_name": "", "expected": "", "value": "", "note": "", "is_erased": True}
    wanted, blanked = sorted(set(decision_ids)), set[str]()
    for start in range(0, len(wanted), _CHUNK):
        chosen = (
            table.c.decision_id.in_(wanted[start : start + _CHUNK]),
            table.c.jurisdiction == jurisdiction,
            table.c.is_erased.is_(False),
        )
        blanked |= set(connection.execute(select(table.c.decision_id).where(*chosen)).scalars())
        connection.execute(table.update().where(*chosen).values(**nothing))
    return sorted(blanked)
