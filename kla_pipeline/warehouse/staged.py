"""Staged rows of all deliveries into `staged.<record>`: which are in force, superseded, withdrawn or held.

Latest wins, history stays: deliveries of one agency and record type replace each other in the order (day delivered,
time received, hash). An increment replaces the keys it carries; a snapshot also withdraws the keys of its scope that it
no longer has; a key that is present but rejected keeps its last accepted version; a snapshot that would withdraw over a
fifth of the keys in force is held for a decision. Of the sheets of one file, one per month,
the later month wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kla_pipeline.quality.kinds import TYPES
from kla_pipeline.warehouse.sql import FOLDER, identifier, quote, render, run_file

if TYPE_CHECKING:
    from kla_pipeline.quality.contract import RecordType

_PROVENANCE = [("_sheet", "INTEGER"), ("_row", "INTEGER"), ("row_id", "VARCHAR"), ("_hash", "VARCHAR")]
_EXTRA = {
    "accepted": [("_flags", "VARCHAR[]")],
    "rejected": [("_flags", "VARCHAR[]"), ("_reasons", "VARCHAR[]"), ("_hints", "VARCHAR[]"), ("_raw", "VARCHAR")],
}


# which rows of the files a view shows; m is what decisions made of a row, f its file
_VIEWS = {
    "incoming_accepted": ("accepted", "f.is_amended OR NOT coalesce(m.is_taken OR m.effect = 'withdrawn', FALSE)"),
    "incoming_rejected": ("rejected", "f.is_amended OR NOT coalesce(m.is_taken OR m.effect = 'withdrawn', FALSE)"),
    # accepted rows that a decision took out
    "incoming_withdrawn": ("accepted", "NOT f.is_amended AND m.effect = 'withdrawn'"),
    # every row that was ever rejected, resolved or not
    "incoming_quarantined": ("rejected", "f.is_amended OR NOT coalesce(m.is_taken AND m.effect = '', FALSE)"),
}


@dataclass(frozen=True, slots=True)
class StagedFile:
    """The folder of one table of a delivery; `set_aside.parquet` lies there too, unless it holds amended rows only."""

    delivery_id: str
    table_no: int
    record: str
    folder: Path
    is_amended: bool = False


def load_record(
    connection: duckdb.DuckDBPyConnection, record: RecordType, files: Sequence[StagedFile], scope: Sequence[str]
) -> None:
    """Create `staged.<record>` and its view of rows in force, fill `quality.hold`, `rejected_row`, `reason`, `flag`.

    Expects `quality.delivery_table`, `amended_row`, `meta.release` and the tables of lifecycle.py filled, and the table
    `reinstated` (delivery_id); leaves temporary views `incoming_*` of this record.
    """
    columns = [(identifier(name), TYPES[column.kind]) for name, column in record.columns.items()]
    _note_files(connection, files)
    for view, (part, keep) in _VIEWS.items():
        statement = render(
            "models/incoming.sql.j2",
            view=view,
            keep=keep,
            columns=_PROVENANCE + _EXTRA[part] + columns,
            key=record.key,
            scope=list(scope),
            files=[quote(str(file.folder / f"{part}.parquet")) for file in files],
        )
        connection.execute(statement)
    _hold_snapshots(connection, record.record)
    run_file(connection, FOLDER / "models" / "row_state.sql", {"record": record.record})
    connection.execute(
        render(
            "models/staged_record.sql.j2",
            record=identifier(record.record),
            title=quote(
                f"{record.title_en}: one row per accepted row of every delivery; _state tells which are in force"
            ),
            scope_column=record.scope_column,
            columns=[(name, quote(column.label_en)) for name, column in record.columns.items()],
        )
    )
    connection.execute(render("models/quarantine.sql.j2", record=identifier(record.record)))


def close_record(connection: duckdb.DuckDBPyConnection, record: str) -> None:
    """States of the rejected rows and second equation of conservation, once the history rules have had their say."""
    connection.execute(render("models/lifecycle.sql.j2", record=identifier(record)))
    connection.execute(render("models/staged_build.sql.j2", record=identifier(record)))


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """A history rule with the text of its SQL: one row (`row_id`) per row in force that breaks it."""

    rule_id: str
    severity: str
    columns: str
    query: str
    is_releasable: bool = False


def judge_history(connection: duckdb.DuckDBPyConnection, record: str, rules: Sequence[HistoryQuery]) -> None:
    """Judge the rows in force of a record type by all its history rules, then reject or flag those that break any.

    A rule that a decision released for a row does not count for it.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE broken "
        "(row_id VARCHAR, rule_id VARCHAR, severity VARCHAR, column_name VARCHAR, is_released BOOLEAN)"
    )
    for rule in rules:
        connection.execute(
            "INSERT INTO broken SELECT DISTINCT q.row_id, $rule, $severity, $columns, "
            "$releasable AND coalesce(m.is_taken AND list_contains(m.released, $rule), FALSE) "
            f"FROM ({rule.query}) AS q LEFT JOIN quality.amended_row AS m USING (row_id)",
            {
                "rule": rule.rule_id,
                "severity": rule.severity,
                "columns": rule.columns,
                "releasable": rule.is_releasable,
            },
        )
        run = render("models/history_run.sql.j2", record=identifier(record))
        connection.execute(run, {"rule_id": rule.rule_id})
    connection.execute(render("models/reject_at_build.sql.j2", record=identifier(record)))


def _note_files(connection: duckdb.DuckDBPyConnection, files: Sequence[StagedFile]) -> None:
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE staged_file "
        "(path VARCHAR, delivery_id VARCHAR, table_no INTEGER, is_amended BOOLEAN)"
    )
    rows = [
        (str(file.folder / f"{part}.parquet"), file.delivery_id, file.table_no, file.is_amended)
        for file in files
        for part in _EXTRA
    ]
    if rows:
        connection.executemany("INSERT INTO staged_file VALUES (?, ?, ?, ?)", rows)


def _hold_snapshots(connection: duckdb.DuckDBPyConnection, record: str) -> None:
    snapshots = connection.execute(
        "SELECT DISTINCT delivery_id, sort_no FROM quality.delivery_table "
        "WHERE record = ? AND mode = 'snapshot' ORDER BY sort_no",
        [record],
    ).fetchall()
    for delivery_id, _ in snapshots:
        run_file(connection, FOLDER / "models" / "hold.sql", {"delivery_id": delivery_id, "record": record})
