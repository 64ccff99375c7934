"""Opening published DuckDB files for a page, and running the SQL files beside this module.

Here: read-only attachment and rows as dictionaries. Not here: what the rows mean (measure_view.py, delivery_view.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from kla_pipeline.errors import ConfigurationError

Row = dict[str, Any]
QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True)
class Reader:
    """A connection with the files of one release attached under fixed names."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, name: str) -> list[Row]:
        """All rows of `queries/<name>.sql`, in the order of the query."""
        cursor = self.connection.execute((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))
        columns = [column[0] for column in cursor.description or []]
        return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]

    def row(self, name: str) -> Row:
        """The only row of a query. Raises ConfigurationError when there is none, or more than one."""
        found = self.rows(name)
        if len(found) != 1:
            raise ConfigurationError(
                f"queries/{name}.sql gave {len(found)} rows instead of one.", "Build the release again."
            )
        return found[0]


@contextmanager
def reading(**files: Path) -> Iterator[Reader]:
    """A reader over DuckDB files, each attached read-only under its keyword; everything is closed at the end.

    Raises ConfigurationError when a file is missing, in words that name it.
    """
    for path in files.values():
        if not path.is_file():
            raise ConfigurationError(f"{path.name} is missing in the release.", "Build the release again.")
    with duckdb.connect(":memory:") as connection:
        for name, path in files.items():
            quoted = str(path).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
        yield Reader(connection)
