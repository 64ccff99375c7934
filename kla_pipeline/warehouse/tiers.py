"""The DuckDB files of a release, one per tier of readers: internal, audit, public.

Each table of a tier is a file `tiers/<tier>/<schema>.<table>.sql`: a SELECT over the attached `warehouse`; tables of
`quality` that a tier shows as built say so where they are declared (quality_tables.py) and need no file. Comments are
copied from the warehouse, where every column has one; what is made here has its own in `tiers/comments.<name>.sql`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from kla_pipeline.errors import DeclarationError
from kla_pipeline.warehouse.quality_tables import shown_as_built
from kla_pipeline.warehouse.sql import (
    FOLDER,
    NOT_CONTENT,
    copy_comments,
    identifier,
    open_new,
    quote,
    run_file,
    table_hashes,
)

TIERS = {"internal": "internal.duckdb", "audit": "audit.duckdb", "public": "published.duckdb"}
# facts of the run and of the date: left out when two releases are compared
NOT_COMPARED = NOT_CONTENT | {"meta.release"}


def write_tier(warehouse: Path, tier: str, target: Path, memory_limit: str, release_id: str) -> dict[str, str]:
    """Write the file of one tier; returns the content hash of each table but those of `NOT_CONTENT`."""
    queries = tier_queries(tier)
    schemas = tuple(sorted({name.split(".")[0] for name in queries}))
    with open_new(target, memory_limit, schemas) as connection:
        connection.execute(f"ATTACH {quote(str(warehouse))} AS warehouse (READ_ONLY)")
        for name, query in sorted(queries.items()):
            schema, table = (identifier(part) for part in name.split("."))
            body = query.rstrip().rstrip(";")
            connection.execute(f"CREATE TABLE {schema}.{table} AS SELECT * FROM ({body}\n) ORDER BY ALL")
            _comment(connection, schema, table)
        if "meta.run" in queries:
            connection.execute("UPDATE meta.run SET release_id = ?", [release_id])
        _refuse_uncommented(connection, tier)
        hashes = table_hashes(connection)
        connection.execute("DETACH warehouse")
    return hashes


def tier_queries(tier: str) -> dict[str, str]:
    """`schema.table` → SELECT over the attached `warehouse`, of all tables of a tier."""
    whole = {f"quality.{name}": f"SELECT * FROM warehouse.quality.{name}" for name in shown_as_built(tier)}
    files = (FOLDER / "tiers" / tier).glob("*.sql")
    return whole | {path.stem: path.read_text(encoding="utf-8") for path in files}


def content_hashes(hashes: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """`tier.schema.table` → hash of all tables that are compared between releases."""
    return {
        f"{tier}.{table}": value
        for tier, tables in sorted(hashes.items())
        for table, value in sorted(tables.items())
        if table not in NOT_COMPARED
    }


def _comment(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """Comments of the warehouse's table of this name, then of `comments.<schema>.<table>.sql` for what is made here."""
    copy_comments(connection, (schema, table), (schema, table), "warehouse")
    own = FOLDER / "tiers" / f"comments.{schema}.{table}.sql"
    if own.is_file():
        run_file(connection, own)


def _refuse_uncommented(connection: duckdb.DuckDBPyConnection, tier: str) -> None:
    rows = connection.execute((FOLDER / "checks" / "comments_complete.sql").read_text(encoding="utf-8")).fetchall()
    if rows:
        schema, table, column = rows[0]
        raise DeclarationError(
            f"{schema}.{table} {column} of the {tier} file has no comment ({len(rows)} in all).",
            "Add COMMENT ON to the SQL file that creates it.",
        )
