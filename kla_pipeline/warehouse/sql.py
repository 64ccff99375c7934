"""DuckDB connections and SQL files: how statements are found, rendered and run.

Here: opening files with the project's settings, running `.sql` files and the few templates whose identifiers come from
declarations. Not here: what the statements mean. Values always travel as parameters; only identifiers that a contract
or layout declares are rendered, after a check that they are identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kla_pipeline.errors import DeclarationError, Locked

FOLDER = Path(__file__).parent
STORAGE_VERSION = "v1.4.0"
SCHEMAS = ("staged", "quality", "identity", "core", "mart", "meta")
# facts of the run, no function of the inputs: `quality.event` grows by nights without news
NOT_CONTENT = frozenset({"meta.run", "quality.event"})
_BATCH = 500
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def identifier(name: str) -> str:
    """The name itself when it is a plain identifier. Raises DeclarationError."""
    if not _IDENTIFIER.fullmatch(name):
        raise DeclarationError(f"{name!r} cannot be the name of a table or column.", "Use lower case and underscores.")
    return name


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def render(template: str, **values: Any) -> str:
    """A template of this folder. Only identifiers and our own labels go in, never a cell's value."""
    return _environment().get_template(template).render(**values)


def run_file(connection: duckdb.DuckDBPyConnection, path: Path, parameters: Mapping[str, Any] | None = None) -> None:
    """Run all statements of a `.sql` file; parameters are given to a file with one statement only."""
    text = path.read_text(encoding="utf-8")
    if parameters:
        connection.execute(text, dict(parameters))
    else:
        connection.execute(text)


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Many rows per statement: one statement per row is a hundred times slower in DuckDB."""
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        marks = ", ".join(["(" + ", ".join("?" * len(batch[0])) + ")"] * len(batch))
        connection.execute(f"INSERT INTO {table} VALUES {marks}", [value for row in batch for value in row])


def quote(text: str) -> str:
    """A SQL string literal, for paths and labels of our own."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def open_new(path: Path, memory_limit: str, schemas: tuple[str, ...] = SCHEMAS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new database file in the published storage version, as the default catalog of the connection.

    Spilling goes beside the file, so that a full disk is found where the file is written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"SET memory_limit = {quote(memory_limit)}")
        connection.execute(f"SET temp_directory = {quote(str(path.parent / '.spill'))}")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        connection.execute(f"ATTACH {quote(str(path))} AS store (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE store")
        for schema in schemas:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}")
        connection.begin()
        yield connection
        connection.commit()
        connection.execute("USE memory")
        connection.execute("CHECKPOINT store")
        connection.execute("DETACH store")
    except BaseException:
        connection.close()
        for leftover in (path, path.with_name(path.name + ".wal")):  # a full disk gets its space back
            leftover.unlink(missing_ok=True)
        raise
    finally:
        connection.close()


@contextmanager
def open_read_only(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A finished file for reading. Raises Locked when another process has it open for writing."""
    problem = ""
    connection = None
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as exc:
        problem = "lock" if "lock" in str(exc).lower() else "open"
    if connection is None:
        raise Locked(
            "The warehouse is held open for writing by another process."
            if problem == "lock"
            else "The warehouse file cannot be opened.",
            "Close the program that holds it; readers should open files with read_only=True.",
        )
    try:
        yield connection
    finally:
        connection.close()


def table_names(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """(schema, table) of all tables of the default catalog, ordered."""
    return connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY ALL"
    ).fetchall()


def table_hashes(connection: duckdb.DuckDBPyConnection, skip: frozenset[str] = NOT_CONTENT) -> dict[str, str]:
    """Content hash per table, independent of row order: number of rows and the sum of the rows' hashes."""
    hashes = {}
    for schema, table in table_names(connection):
        name = f"{schema}.{table}"
        if name not in skip:
            count, total = connection.execute(
                f'SELECT count(*), coalesce(sum(CAST(hash(t) AS HUGEINT)), 0) FROM "{schema}"."{table}" AS t'
            ).fetchone() or (0, 0)
            hashes[name] = f"{count}:{total}"
    return hashes


def copy_comments(
    connection: duckdb.DuckDBPyConnection,
    source: tuple[str, str],
    target: tuple[str, str],
    catalog: str | None = None,
) -> bool:
    """Give a table the comments that columns of the same name have in another one (of `catalog`, else the same file).

    Returns False when there is no such table.
    """
    found = connection.execute(
        "SELECT comment FROM duckdb_tables() "
        "WHERE database_name = coalesce(?, current_database()) AND schema_name = ? AND table_name = ?",
        [catalog, *source],
    ).fetchone()
    if found is None:
        return False
    name = ".".join(identifier(part) for part in target)
    connection.execute(f"COMMENT ON TABLE {name} IS {quote(found[0] or '')}")
    columns = connection.execute(
        "SELECT t.column_name, s.comment FROM duckdb_columns() AS t INNER JOIN duckdb_columns() AS s "
        "ON s.column_name = t.column_name AND s.database_name = coalesce(?, current_database()) "
        "AND s.schema_name = ? AND s.table_name = ? "
        "WHERE t.database_name = current_database() AND t.schema_name = ? AND t.table_name = ? ORDER BY ALL",
        [catalog, *source, *target],
    ).fetchall()
    for column, comment in columns:
        connection.execute(f'COMMENT ON COLUMN {name}."{column}" IS {quote(comment or "")}')
    return True
