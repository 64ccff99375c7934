"""The hash chain of events: the one function that appends, and the one that checks.

Here: how an event is hashed and linked. Not here: which events there are. The chain has no key: it proves that nothing
before a head known elsewhere (each release carries one) was changed, not who wrote what came after it.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, select

from kla_pipeline.ledger.records import Event, Head, Verdict, canonical_json, utc_text
from kla_pipeline.ledger.tables import event_table

GENESIS = "0" * 64


@cache
def os_actor() -> str:
    """Login name of the user this process runs as; the environment is not asked, since anybody can set it."""
    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid:{uid}"


def event_hash(prev_hash: str, body: Mapping[str, Any]) -> str:
    """sha256 over the hash before and the canonical body (seq, at, jurisdiction, kind, actor, payload)."""
    return hashlib.sha256(f"{prev_hash}\n{canonical_json(body)}".encode()).hexdigest()


def append(
    connection: Connection, jurisdiction: str, kind: str, payload: Mapping[str, Any], actor: str | None = None
) -> Event:
    """Write the next event. `connection` is a writing one: it alone holds the lock until its transaction ends."""
    last = connection.execute(
        select(event_table.c.seq, event_table.c.hash).order_by(event_table.c.seq.desc()).limit(1)
    ).one_or_none()
    seq, prev_hash = (last.seq + 1, last.hash) if last else (1, GENESIS)
    body: dict[str, Any] = {
        "seq": seq,
        "at": utc_text(),
        "jurisdiction": jurisdiction,
        "kind": kind,
        "actor": actor or os_actor(),
        # through its text and back: what is hashed is what a later reader gets
        "payload": json.loads(canonical_json(payload)),
    }
    written = Event(**body, prev_hash=prev_hash, hash=event_hash(prev_hash, body))
    row = {**body, "payload": canonical_json(body["payload"]), "prev_hash": prev_hash, "hash": written.hash}
    connection.execute(event_table.insert().values(row))
    return written


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
            return Verdict(count, head, row.seq, reason)
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
