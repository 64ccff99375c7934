"""What forbids an erasure: holds that a person set, and rows of legal cases that still run.

Here: both, as reasons. A hold that is set is an event and ends by another one; it names a row, a delivery, or a person
by a keyed hash of his pseudonym, so that the chain keeps no pseudonym after an erasure. Which rows belong to a running
case is declared by the agency's `sources/<agency>/holds/<record>.sql` (row_id; it may read the warehouse and the views
of persons.staged_rows). Not here: who may set one (decisions/roles.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from kla_pipeline.decisions.roles import Actor
from kla_pipeline.errors import KlaError, StorageProblem, WrongUse
from kla_pipeline.identity.keys import Key
from kla_pipeline.ledger import Event, Ledger
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.settings import Paths
from kla_pipeline.warehouse.sql import quote

HOLD_SET, HOLD_LIFTED = "hold_set", "hold_lifted"
MARK = "subject"
"""Kind of the keyed hash that stands for a person in the chain."""
WHY_CODES = ("court_order", "investigation", "audit", "dispute", "other")
"""Reasons for a hold; their sentences stand in i18n under `hold.why.<code>`."""
On = Literal["person", "row", "delivery"]


class UnderHold(KlaError):
    """Something forbids the erasure."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold. `subject`: a row id, a delivery id, or the mark of a person. `until` is the last day."""

    hold_id: str
    on: On
    subject: str
    why: str
    set_by: str
    set_at: str
    until: date | None = None
    lifted_by: str | None = None
    lifted_at: str | None = None

    def is_active(self, day: date) -> bool:
        """Whether it forbids on that day."""
        return self.lifted_by is None and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an erasure is refused: a hold by its id, or the record type whose running case the rows belong to."""

    kind: Literal["hold", "running_case"]
    name: str
    rows: int = 0


def mark(key: Key, child_id: str) -> str:
    """What the chain knows a person by: it leads back to nobody without the key and the pseudonym."""
    return key.pseudonym(MARK, child_id)


def holds(ledger: Ledger, jurisdiction: str) -> list[Hold]:
    """All holds in the order they were set."""
    ended = {event.payload["hold_id"]: event for event in ledger.events(jurisdiction, HOLD_LIFTED)}
    return [_hold(event, ended.get(event.payload["hold_id"])) for event in ledger.events(jurisdiction, HOLD_SET)]


def set_hold(ledger: Ledger, actor: Actor, on: On, subject: str, why: str, until: date | None = None) -> Hold:
    """Set a hold. Raises WrongUse for a reason that does not exist."""
    if why not in WHY_CODES:
        raise WrongUse(f"There is no reason {why!r}.", f"Reasons are {', '.join(WHY_CODES)}.")
    payload = {
        "hold_id": secrets.token_hex(4),
        "on": on,
        "subject": subject,
        "why": why,
        "until": until.isoformat() if until else None,
    }
    return _hold(ledger.append(actor.jurisdiction, HOLD_SET, payload, actor.login), None)


def lift_hold(ledger: Ledger, actor: Actor, hold_id: str) -> Hold:
    """End a hold. Raises WrongUse for one that is not there or ended already."""
    known = {hold.hold_id: hold for hold in holds(ledger, actor.jurisdiction)}
    if hold_id not in known or known[hold_id].lifted_by is not None:
        raise WrongUse(f"There is no hold {hold_id!r} to lift.", "`kla hold list` shows them.")
    ledger.append(actor.jurisdiction, HOLD_LIFTED, {"hold_id": hold_id}, actor.login)
    return next(hold for hold in holds(ledger, actor.jurisdiction) if hold.hold_id == hold_id)


def _hold(event: Event, lifted: Event | None) -> Hold:
    said = event.payload
    until = date.fromisoformat(said["until"]) if said["until"] else None
    hold = (said["hold_id"], said["on"], said["subject"], said["why"], event.actor, event.at, until)
    return Hold(*hold, *((lifted.actor, lifted.at) if lifted else ()))


def reasons(
    known: Collection[Hold], day: date, subjects: Collection[str], rows: Collection[str], deliveries: Collection[str]
) -> list[Reason]:
    """Holds that forbid on a day to erase the person of these marks, when that changes these rows and deliveries."""
    meant = {"person": set(subjects), "row": set(rows), "delivery": set(deliveries)}
    return [Reason("hold", h.hold_id) for h in known if h.is_active(day) and h.subject in meant[h.on]]


def running_cases(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, rows: Collection[str]
) -> Iterator[Reason]:
    """Running cases that rows belong to; the connection is that of `staged_rows`, with the warehouse attached."""
    for path in catalogue.files("holds/*.sql"):
        query = path.read_text(encoding="utf-8").rstrip().rstrip(";")
        (count,) = connection.execute(
            f"SELECT count(DISTINCT row_id) FROM ({query}) WHERE row_id IN (SELECT unnest(?))", [sorted(rows)]
        ).fetchall()[0]
        if count:
            yield Reason("running_case", path.stem, count)


def attach_warehouse(connection: duckdb.DuckDBPyConnection, paths: Paths, delivery_set: str) -> None:
    """Make the warehouse's tables readable by their own names.

    Raises StorageProblem when there is none or it rests on other deliveries (their hash as `Inputs.deliveries`): a case
    that it does not know yet may be running.
    """
    found = None
    if paths.warehouse.is_file():
        connection.execute(f"ATTACH {quote(str(paths.warehouse))} AS warehouse (READ_ONLY)")
        connection.execute("USE warehouse")
        found = connection.execute("SELECT delivery_set_hash FROM meta.release").fetchone()
    if found != (delivery_set,):
        raise StorageProblem(
            "The warehouse does not hold today's deliveries, so that running cases cannot be seen.",
            "Run `kla run` first.",
        )
