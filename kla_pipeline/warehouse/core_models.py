"""The core models: tables about children, needs, services, cases and events, from what the agencies' files say.

A core table's DDL and comments stand in `core/<table>.sql`; each agency contributes rows by `conform/<table>.sql` (or
`<table>.<record>.sql`) in its folder, one SELECT each. Adding an agency adds files there and edits nothing here.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from kla_pipeline.errors import DeclarationError
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.warehouse.sql import FOLDER, run_file
from kla_pipeline.warehouse.tables import CORE_ORDER

_SCHEMA = {"appearance": "identity"}


def build_core(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Create and fill all core tables.

    Raises DeclarationError naming the conform file that does not run; DuckDB's own message stays behind.
    """
    run_file(connection, FOLDER / "core" / "_functions.sql")
    found = [*sorted((FOLDER / "core" / "conform").glob("*.sql")), *catalogue.files("conform/*.sql")]
    unknown = [path for path in found if _table(path) not in CORE_ORDER]
    if unknown:
        raise DeclarationError(
            f"{_name(unknown[0])} conforms to a core table that does not exist.",
            f"Core tables: {', '.join(CORE_ORDER)}.",
        )
    for table in CORE_ORDER:
        run_file(connection, FOLDER / "core" / f"{table}.sql")
        for path in found:
            if _table(path) == table:
                _conform(connection, path, f"{_SCHEMA.get(table, 'core')}.{table}")


def _table(path: Path) -> str:
    return path.name.split(".")[0]


def _name(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.parent.name}/{path.name}"


def _conform(connection: duckdb.DuckDBPyConnection, path: Path, table: str) -> None:
    query = path.read_text(encoding="utf-8").rstrip().rstrip(";")
    failure = ""
    try:
        connection.execute(f"INSERT INTO {table} BY NAME {query}")
    except (duckdb.ProgrammingError, duckdb.DataError, duckdb.IntegrityError, duckdb.NotSupportedError) as exc:
        failure = type(exc).__name__
    if failure:
        raise DeclarationError(
            f"{_name(path)} does not run ({failure}).", f"Compare its columns with {table} and with the staged tables."
        )
