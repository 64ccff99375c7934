"""Compare the ledger's plain rows with the events that recorded them.

Here: the second half of `Ledger.verify`; the chain itself is followed first (chain.check). Not here: whether the
archive holds the bytes that the rows name, and whether a decision's texts are those that were hashed, which only the
holder of the key can tell (decisions/propose.changed_texts).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from kla_pipeline.ledger import decided, rows
from kla_pipeline.ledger.records import Verdict
from kla_pipeline.ledger.tables import decision_value_table, delivery_table, meta, release_table, sent_row_table

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
        *_sent(connection, recorded.get(decided.ROWS_SENT, {})),
        *_texts(connection, recorded),
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


def _sent(connection: Connection, recorded: dict[int, dict[str, Any]]) -> list[tuple[int, str]]:
    """Of an export its event keeps how many rows it had and one hash over them."""
    table = sent_row_table
    stored: dict[int, list[tuple[str, str]]] = {}
    named: dict[int, set[tuple[str, str, str]]] = {}
    for row in connection.execute(select(table)):
        stored.setdefault(row.event_seq, []).append((row.row_id, row.row_version))
        named.setdefault(row.event_seq, set()).add((row.jurisdiction, row.export_id, row.agency))
    found = [(seq, "row_without_event") for seq in stored if seq not in recorded]
    for seq, event in recorded.items():
        pairs = stored.get(seq, [])
        names = {(event["jurisdiction"], event["export_id"], event["agency"])}
        if len(pairs) != event["rows"]:
            found.append((seq, "event_without_row" if len(pairs) < event["rows"] else "row_without_event"))
        elif decided.sent_hash(pairs) != event["rows_sha256"] or (pairs and named[seq] != names):
            found.append((seq, "row_differs"))
    return found


def _texts(connection: Connection, recorded: dict[str, dict[int, dict[str, Any]]]) -> list[tuple[int, str]]:
    """Each text of a decision has its place; only those that an event names are erased, and those are."""
    table = decision_value_table
    columns = (table.c.event_seq, table.c.decision_id, table.c.jurisdiction, table.c.position, table.c.is_erased)
    stored: dict[int, set[tuple[str, str, int, bool]]] = {}
    for row in connection.execute(select(*columns)):
        stored.setdefault(row.event_seq, set()).add((row.decision_id, row.jurisdiction, row.position, row.is_erased))
    erasures = recorded.get(decided.VALUES_ERASED, {}).values()
    erased = {decision_id for event in erasures for decision_id in event["decision_ids"]}
    proposed = recorded.get(decided.PROPOSED, {})
    found = [(seq, "row_without_event") for seq in stored if seq not in proposed]
    for seq, event in proposed.items():
        name, place = event["decision_id"], event["jurisdiction"]
        positions = [*([0] if event["note"] else []), *range(1, len(event["values"]) + 1)]
        if stored.get(seq, set()) != {(name, place, position, name in erased) for position in positions}:
            found.append((seq, "row_differs"))
    return found
