"""What is known of a finished build without opening its database: input key, checks, and facts of each table.

One file beside the warehouse, replaced whole. It holds counts, hashes, column names and comments, never a cell.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kla_pipeline.settings import Paths
from kla_pipeline.warehouse.checks import CheckResult

if TYPE_CHECKING:
    import duckdb

_TABLES = """
SELECT c.schema_name || '.' || c.table_name, c.column_name, c.data_type, c.comment
FROM duckdb_columns() AS c
INNER JOIN duckdb_tables() AS t USING (database_name, schema_name, table_name)
WHERE c.database_name = current_database()
ORDER BY c.schema_name, c.table_name, c.column_index
"""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """Rows, content hash and columns (name, type, comment) of one table."""

    rows: int
    content_hash: str
    columns: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """Record of one build; `tables` by `schema.table`, `last_event` the number of the last event that it knew."""

    input_key: str
    last_event: int
    checks: list[CheckResult]
    tables: dict[str, TableFacts]


def table_facts(connection: duckdb.DuckDBPyConnection) -> dict[str, TableFacts]:
    """Facts of all tables of an open warehouse, also of those that are no content and are compared nowhere."""
    from kla_pipeline.warehouse.sql import table_hashes

    columns: dict[str, list[tuple[str, str, str]]] = {}
    for table, name, kind, comment in connection.execute(_TABLES).fetchall():
        columns.setdefault(table, []).append((name, kind, comment or ""))
    return {
        table: TableFacts(int(value.split(":")[0]), value, columns[table])
        for table, value in table_hashes(connection, skip=frozenset()).items()
    }


def write_record(paths: Paths, record: BuildRecord) -> None:
    """Put the record in place in one step."""
    path = record_path(paths)
    building = path.with_name(path.name + ".next")
    building.write_text(json.dumps(asdict(record), ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(building, path)


def read_record(paths: Paths) -> BuildRecord | None:
    """The record of the warehouse as it stands; None when there is none or it cannot be read."""
    try:
        content: dict[str, Any] = json.loads(record_path(paths).read_text(encoding="utf-8"))
        tables = {name: TableFacts(**facts) for name, facts in content["tables"].items()}
        checks = [CheckResult(**check) for check in content["checks"]]
        return BuildRecord(content["input_key"], content["last_event"], checks, tables)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_record(paths: Paths) -> None:
    """Before the warehouse is replaced: a record never speaks of another file than the one beside it."""
    record_path(paths).unlink(missing_ok=True)


def record_path(paths: Paths) -> Path:
    """`<jurisdiction>.built.json` beside the warehouse."""
    return paths.warehouse.with_name(f"{paths.jurisdiction}.built.json")
