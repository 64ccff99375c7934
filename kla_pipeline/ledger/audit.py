"""Compare the ledger's plain rows with the events that recorded them.

Here: the second half of `Ledger.verify`; the chain itself is followed first (chain.check). Not here: whether the
archive holds the bytes that the rows name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from kla_pipeline.ledger import rows
from kla_pipeline.ledger.records import Verdict
from kla_pipeline.ledger.tables import delivery_table, meta, release_table

Body = Callable[[Mapping[str, Any]], dict[str, Any]]


def check_rows(connection: Connection, events: Iterable[Row[Any]], verdict: Verdict) -> Verdict:
    """`verdict` unchanged when every row is what its event says and none is missing, else the first difference."""
    recorded: dict[str, dict[int, dict[str, Any]]] = {}
    renditions: dict[tuple[str, str], tuple[int, str]] = {}
    for event in events:
        payload = json.loads(event.payload)
        recorded.setdefault(event.kind, {})[event.seq] = {**payload, "jurisdiction": event.jurisdiction}
        if event.kind == rows.RENDITION_REPLACED:
            renditions[event.jurisdiction, payload["delivery_id"]] = event.seq, payload["to_sha256"]

    deliveries = [dict(row._mapping) for row in connection.execute(select(delivery_table))]
    releases = [dict(row._mapping) for row in connection.execute(select(release_table))]
    found = [
        *_differences(deliveries, recorded.get(rows.DELIVERY_RECEIVED, {}), rows.delivery_body),
        *_differences(releases, recorded.get(rows.RELEASE_RECORDED, {}), rows.release_body),
        *_moved(deliveries, renditions),
        *_facts(connection, recorded),
    ]
    if not found:
        return verdict
    seq, reason = min(found)
    return Verdict(verdict.count, verdict.head, seq, reason)


def _differences(table: list[dict[str, Any]], recorded: dict[int, dict[str, Any]], body: Body) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for row in table:
        event = recorded.get(row["event_seq"])
        if event is None:
            found.append((row["event_seq"], "row_without_event"))
            continue
        said = {**body(row), "jurisdiction": row["jurisdiction"]}
        if any(name not in event or event[name] != value for name, value in said.items()):
            found.append((row["event_seq"], "row_differs"))
    missing = recorded.keys() - {row["event_seq"] for row in table}
    return found + [(seq, "event_without_row") for seq in missing]


def _moved(
    deliveries: list[dict[str, Any]], renditions: dict[tuple[str, str], tuple[int, str]]
) -> list[tuple[int, str]]:
    """The bytes in the archive are the first ones, or those of the last erasure."""
    found = []
    for row in deliveries:
        first = row["event_seq"], row["delivery_id"]
        seq, sha256 = renditions.get((row["jurisdiction"], row["delivery_id"]), first)
        is_named_by_id = row["delivery_no"] == row["delivery_id"][:16]
        if row["current_sha256"] != sha256 or not is_named_by_id:
            found.append((seq, "row_differs"))
    return found


def _facts(connection: Connection, recorded: dict[str, dict[int, dict[str, Any]]]) -> list[tuple[int, str]]:
    """Facts that are set once stand in `meta` with the value of their only event."""
    said: dict[str, tuple[int, str]] = {}
    for seq, event in recorded.get(rows.KEY_REGISTERED, {}).items():
        said["key_id"] = seq, event["key_id"]
    for seq, event in recorded.get(rows.DATA_KIND_SET, {}).items():
        said[f"data_kind:{event['jurisdiction']}"] = seq, event["data_kind"]
    stored = {row.name: row.value for row in connection.execute(select(meta).where(meta.c.name != "schema_version"))}
    found = [(seq, "event_without_row") for name, (seq, _) in said.items() if name not in stored]
    found += [(seq, "row_differs") for name, (seq, value) in said.items() if stored.get(name, value) != value]
    # a fact nobody recorded belongs to no event: number 0
    return found + [(0, "row_without_event") for name in stored if name not in said]
