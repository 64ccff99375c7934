"""Open formats of a public edition: Parquet and CSV of each table, and a data package that describes them.

The description (names, types, comments) is read from the DuckDB file, so the formats cannot disagree with it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kla_pipeline.warehouse.sql import identifier, open_read_only, quote, table_names

_FRICTIONLESS = {"DOUBLE": "number", "BIGINT": "integer", "INTEGER": "integer", "BOOLEAN": "boolean", "DATE": "date"}


def write_open_data(database: Path, folder: Path) -> None:
    """Write `parquet/`, `csv/` and `datapackage.json` for every table of a published file.

    Lists are written as JSON text in CSV. Empty and null differ: a null is an empty field, a text is always quoted.
    """
    resources = []
    for name in ("parquet", "csv"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with open_read_only(database) as connection:
        for schema, table in table_names(connection):
            source = f"{identifier(schema)}.{identifier(table)}"
            file = f"{schema}.{table}"
            columns = connection.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns() "
                "WHERE database_name = current_database() AND schema_name = ? AND table_name = ? ORDER BY column_index",
                [schema, table],
            ).fetchall()
            comment = connection.execute(
                "SELECT comment FROM duckdb_tables() "
                "WHERE database_name = current_database() AND schema_name = ? AND table_name = ?",
                [schema, table],
            ).fetchone()
            parquet = quote(str(folder / "parquet" / f"{file}.parquet"))
            connection.execute(f"COPY (SELECT * FROM {source} ORDER BY ALL) TO {parquet} (FORMAT parquet)")
            flat = ", ".join(
                f'CAST(to_json("{n}") AS VARCHAR) AS "{n}"' if "[]" in t or t.startswith("MAP") else f'"{n}"'
                for n, t, _ in columns
            )
            csv = quote(str(folder / "csv" / f"{file}.csv"))
            connection.execute(f"COPY (SELECT {flat} FROM {source} ORDER BY ALL) TO {csv} (FORMAT csv, HEADER)")
            resources.append(_resource(file, comment[0] if comment else "", columns))
    package = {"profile": "tabular-data-package", "name": "kla-special-protection", "resources": resources}
    path = folder / "datapackage.json"
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _resource(name: str, comment: str, columns: list[tuple[str, str, str]]) -> dict[str, Any]:
    fields = [{"name": n, "type": _FRICTIONLESS.get(t, "string"), "description": c} for n, t, c in columns]
    return {
        "name": name.replace(".", "-"),
        "path": f"csv/{name}.csv",
        "format": "csv",
        "encoding": "utf-8",
        "description": comment,
        "schema": {"fields": fields, "missingValues": [""]},
    }
