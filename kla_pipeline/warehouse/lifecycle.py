"""What people decided and what was sent, as the temporary tables that the states of rejected rows rest on.

Here: dates of decisions and exports by row. Not here: the states (models/lifecycle.sql.j2) and what decisions did to
rows (quality.amended_row, from the manifests of amended deliveries).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from kla_pipeline.decisions.records import Decision
from kla_pipeline.ledger.decided import SentRow
from kla_pipeline.settings import TIME_ZONE
from kla_pipeline.warehouse.sql import insert_rows

ABOUT_ROWS = ("correct", "release", "withdraw")
_TABLES = """
CREATE OR REPLACE TEMP TABLE decided_row (
    row_id VARCHAR, delivery_id VARCHAR, decision_id VARCHAR, decided_on DATE, expired_on DATE, reopened_on DATE,
    reopened_at TIMESTAMP
);
CREATE OR REPLACE TEMP TABLE sent_row (row_id VARCHAR, sent_on DATE, sent_at TIMESTAMP);
CREATE OR REPLACE TEMP TABLE reinstated (delivery_id VARCHAR);
CREATE OR REPLACE TEMP TABLE quarantined_key (row_id VARCHAR, agency VARCHAR, _key VARCHAR, sort_no INTEGER);
"""


def write_facts(
    connection: duckdb.DuckDBPyConnection,
    decisions: Iterable[Decision],
    sent: Iterable[SentRow],
    reinstated: Iterable[str],
) -> None:
    """Create and fill `decided_row`, `sent_row` and `reinstated`; `quarantined_key` is filled with the records."""
    connection.execute(_TABLES)
    by_row: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.action in ABOUT_ROWS:
            by_row.setdefault(decision.subject, []).append(decision)
    insert_rows(connection, "decided_row", [_decided(row_id, items) for row_id, items in sorted(by_row.items())])
    insert_rows(connection, "reinstated", [(delivery_id,) for delivery_id in sorted(reinstated)])
    last = {row.row_id: row.at for row in sorted(sent, key=lambda row: row.event_seq)}
    insert_rows(connection, "sent_row", [(row_id, _day(at), _moment(at)) for row_id, at in sorted(last.items())])


def _decided(row_id: str, decisions: Sequence[Decision]) -> tuple[Any, ...]:
    """The last decision in force, or else the end of the last one that is over."""
    in_force = [d for d in decisions if d.status == "in_force"]
    expired = [d for d in decisions if d.status == "expired" and not in_force]
    ended = max((d.ended_at for d in decisions if d.status == "ended" and d.ended_at), default=None)
    last = max(in_force or expired, key=lambda d: d.seq, default=None)
    return (
        row_id,
        decisions[0].delivery_id,
        last.decision_id if last else None,
        max((_day(d.approved_at or d.proposed_at) for d in in_force), default=None),
        max((_day_after(d.until) for d in expired if d.until), default=None),
        _day(ended) if ended else None,
        _moment(ended) if ended else None,
    )


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def _day(at: str) -> date:
    """Day in Asia/Jakarta of the ledger's UTC text."""
    return datetime.fromisoformat(at).astimezone(TIME_ZONE).date()


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=None)
