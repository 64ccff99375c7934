"""The declared tables of `quality`, filled row by row: a test names the columns it is about, the rest is dull.

Here: an empty audit file and `put`. Not here: expectations. No row is about a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb

from kla_pipeline.warehouse import quality_tables
from kla_pipeline.warehouse.sql import FOLDER, run_file

AS_OF = date(2026, 6, 30)
RELEASE = "20260630-0001-4be19c07"
_DULL = {"VARCHAR": "", "DATE": AS_OF, "BOOLEAN": False, "TIMESTAMP": "2026-06-01 03:00:00", "JSON": "{}"}


@contextmanager
def tables(path: Path | str = ":memory:") -> Iterator[duckdb.DuckDBPyConnection]:
    """A file with all declared tables and the release's facts; call `quality_tables.derive` when the rows are in."""
    with duckdb.connect(str(path)) as db:
        db.execute("CREATE SCHEMA meta; CREATE SCHEMA quality")
        run_file(db, FOLDER / "meta" / "release.sql")
        quality_tables.declare(db)
        put(db, "meta.release", jurisdiction="36.73", jurisdiction_name="Kota Serang", input_key="4be19c07" * 8)
        put(db, "meta.run", release_id=RELEASE, event_count=7, head_hash="ab" * 32)
        yield db


def put(db: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    """One row; columns that must hold something and are not named get a dull value of their type."""
    columns = db.execute(f"DESCRIBE {table}").fetchall()
    for name, kind, null, *_ in columns:
        if null == "NO" and name not in values:
            values[name] = [] if kind.endswith("[]") else _DULL.get(kind, 0)
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))


def delivered(db: duckdb.DuckDBPyConnection, agency: str, number: int, rows: tuple[int, int], days_ago: int = 0) -> str:
    """A delivery of `ppks` with (accepted, rejected) rows, received so many days before the as-of date."""
    delivery_id, received = f"{number:064x}", AS_OF - timedelta(days=days_ago)
    accepted, rejected = rows
    put(db, "quality.delivery", delivery_id=delivery_id, delivery_label=f"{agency}-{number:08x}", agency=agency,
        received_on=received, delivered_on=received, sort_no=number, verdict="partly" if rejected else "accepted",
        rows_read=accepted + rejected, rows_accepted=accepted, rows_rejected=rejected)  # fmt: skip
    put(db, "quality.delivery_table", delivery_id=delivery_id, table_no=1, agency=agency, record="ppks", layout="ppks",
        mode="increment", sort_no=number, last_month=received.replace(day=1))  # fmt: skip
    put(db, "quality.reconciliation", stage="staging", delivery_id=delivery_id, agency=agency, record="ppks", sheet=1,
        sheet_rows=accepted + rejected, rows_read=accepted + rejected, above_header=0, accepted=accepted,
        rejected=rejected, set_aside=0)  # fmt: skip
    return delivery_id


def rejected(
    db: duckdb.DuckDBPyConnection,
    delivery_id: str,
    row_no: int,
    *rules: str,
    state: str = "open",
    agency: str = "dinsos",
) -> str:
    """A rejected row of `ppks` that breaks these rules; returns its row id."""
    row_id = f"{delivery_id[-16:]}/1/{row_no}"
    place = {"row_id": row_id, "delivery_id": delivery_id, "agency": agency, "record": "ppks", "stage": "staging"}
    put(db, "quality.rejected_row", **place, sheet=1, row_no=row_no, state=state)
    for rule in rules:
        put(db, "quality.reason", **place, rule_id=rule)
    return row_id
