"""The hash chain of events: the one function that appends, and the one that checks.

Here: how an event is hashed and linked. Not here: which events there are. The chain has no key: it proves that nothing
before a head known elsewhere (each release carries one) was changed, not who wrote what came after it.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from kla_pipeline.ledger.records import Event, Head, Verdict, canonical_json, utc_text
from kla_pipeline.ledger.tables import event_table

GENESIS = "0" * 64

Entry = tuple[str, Mapping[str, Any]]
"""Kind and payload of an event to be written."""


_LOGIN_UID = Path("/proc/self/loginuid")
_NO_LOGIN = 2**32 - 1  # what the kernel writes for a process that no login began: services, containers


@cache
def os_actor() -> str:
    """Login under which the session of this process began, which stays the same through `sudo` and `su`.

    Where the kernel keeps none (a service, a container) it is the user of the process. The environment is not asked,
    since anybody can set it.
    """
    return user_name(_login_uid())


def user_name(uid: int) -> str:
    """Login name of a user number, or `uid:<number>` for one that has no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid:{uid}"


def _login_uid() -> int:
    try:
        uid = int(_LOGIN_UID.read_text(encoding="ascii"))
    except (OSError, ValueError):
        uid = _NO_LOGIN
    return os.geteuid() if uid == _NO_LOGIN else uid


def event_hash(prev_hash: str, body: Mapping[str, Any]) -> str:
    """sha256 over the hash before and the canonical body (seq, at, jurisdiction, kind, actor, payload)."""
    return hashlib.sha256(f"{prev_hash}\n{canonical_json(body)}".encode()).hexdigest()


def append(
    connection: Connection, jurisdiction: str, kind: str, payload: Mapping[str, Any], actor: str | None = None
) -> Event:
    """Write the next event. `connection` is a writing one: it alone holds the lock until its transaction ends."""
    (written,) = append_many(connection, jurisdiction, [(kind, payload)], actor)
    return written


def append_many(
    connection: Connection, jurisdiction: str, entries: Sequence[Entry], actor: str | None = None
) -> list[Event]:
    """Write the next events, (kind, payload) each, in this order and of one actor; `connection` as for `append`."""
    last = connection.execute(
        select(event_table.c.seq, event_table.c.hash).order_by(event_table.c.seq.desc()).limit(1)
    ).one_or_none()
    seq, prev_hash = (last.seq, last.hash) if last else (0, GENESIS)
    written: list[Event] = []
    for kind, payload in entries:
        seq += 1
        body: dict[str, Any] = {
            "seq": seq,
            "at": utc_text(),
            "jurisdiction": jurisdiction,
            "kind": kind,
            "actor": actor or os_actor(),
            # through its text and back: what is hashed is what a later reader gets
            "payload": json.loads(canonical_json(payload)),
        }
        written.append(Event(**body, prev_hash=prev_hash, hash=event_hash(prev_hash, body)))
        prev_hash = written[-1].hash
    if written:
        connection.execute(event_table.insert(), [_event_row(event) for event in written])
    return written


def _event_row(event: Event) -> dict[str, Any]:
    row = {name: getattr(event, name) for name in Event.__dataclass_fields__}
    return {**row, "payload": canonical_json(event.payload)}


def to_event(row: Row[Any]) -> Event:
    return Event(
        row.seq, row.at, row.jurisdiction, row.kind, row.actor, json.loads(row.payload), row.prev_hash, row.hash
    )


def check(rows: Iterable[Row[Any]], known: Head | None = None) -> Verdict:
    """Follow the chain from its first event; the first thing wrong ends it. Rows come in order of seq."""
    count, head = 0, GENESIS
    seen_known = known is None or known.count == 0
    for row in rows:
        reason = _wrong(row, count + 1, head)
        if not reason and known and row.seq == known.count:
            seen_known = True
            reason = "" if row.hash == known.hash else "other_chain"
        if reason:
            # of a gap the bad one is the event that is missing, not the one after it
            return Verdict(count, head, count + 1 if reason == "gap" else row.seq, reason)
        count, head = row.seq, row.hash
    return Verdict(count, head, None, "") if seen_known else Verdict(count, head, count + 1, "tail_cut")


def _wrong(row: Row[Any], expected_seq: int, prev_hash: str) -> str:
    if row.seq != expected_seq:
        return "gap"
    if row.prev_hash != prev_hash:
        return "broken_link"
    try:
        payload = json.loads(row.payload)
        is_canonical = canonical_json(payload) == row.payload
    except ValueError:
        return "not_canonical"
    if not is_canonical:
        return "not_canonical"
    body = {name: getattr(row, name) for name in ("seq", "at", "jurisdiction", "kind", "actor")}
    return "" if event_hash(prev_hash, {**body, "payload": payload}) == row.hash else "changed"
