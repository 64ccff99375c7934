"""What a night came to, as plain data: written beside the release, read by commands and services.

It holds counts, ids and reasons; no file name and no cell. A night without news reads it and opens no database.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

FILE = "summary.json"
QUERIES = Path(__file__).parent / "queries"


def summarise(connection: duckdb.DuckDBPyConnection, release_id: str) -> dict[str, Any]:
    """Facts of a build: release, agencies, refused, overdue, held, waiting, indicators, comparisons."""
    facts: dict[str, Any] = {
        name: _rows(connection, name)
        for name in ("agencies", "refused", "overdue", "held", "waiting", "indicators", "comparisons")
    }
    return {"release_id": release_id, **_rows(connection, "release")[0], **facts}


def write_summary(connection: duckdb.DuckDBPyConnection, release_id: str, folder: Path) -> None:
    """Write the summary of a release into its folder."""
    text = json.dumps(summarise(connection, release_id), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read_summary(release: Path) -> dict[str, Any]:
    """The summary of a release folder; empty for a release of an older version without one."""
    try:
        return json.loads((release / "internal" / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    cursor = connection.execute((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
