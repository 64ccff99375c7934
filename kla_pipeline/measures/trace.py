"""Both ways between a published number and the rows it rests on: `explain` a cell, or what a row `touches`.

Here: questions to a warehouse, in sets: one query answers for one cell or for all of them. Not here: which file and
sheet a row stands in (nightly/trail.py). Rows are named `<delivery>/<sheet>/<row>[/<place>]`; a delivery that counts as
a whole (its punctuality, its share of rejected rows) by its first part alone.

A connection of any kind will do, read-only ones too: the view and the asked cells are temporary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import duckdb

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Which number: a measure in an area and period, in total or at one value of a breakdown."""

    measure_id: str
    period: str
    area_code: str
    breakdown: str = ""
    breakdown_value: str = ""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary view `contribution_cell`. Needs the tables mart.contribution, meta.measure, meta.release."""
    con.execute(_sql("trail"))


def all_cells(con: duckdb.DuckDBPyConnection) -> list[Cell]:
    """Every cell of mart.measure."""
    names = "measure_id, period, area_code, breakdown, breakdown_value"
    return [Cell(*row) for row in con.execute(f"SELECT {names} FROM mart.measure ORDER BY ALL").fetchall()]


def figures(con: duckdb.DuckDBPyConnection, cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """The rows of mart.measure for these cells, with `start_date` and `end_date`; none for unknown ones."""
    _ask_cells(con, cells)
    return _rows(con.execute(_sql("cell")))


def explain(con: duckdb.DuckDBPyConnection, cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """The units behind each cell, those that add most first.

    Columns: the cell's, unit_type, unit_id (a pseudonym or key), unit_area, breakdowns, numerator, denominator,
    unknown, is_counted, bucket and row_ids. Amounts of a cell's units add up to its numerator and denominator.
    """
    prepare(con)
    _ask_cells(con, cells)
    return _rows(con.execute(_sql("explain")))


def touched(con: duckdb.DuckDBPyConnection, row_ids: Iterable[str]) -> list[dict[str, Any]]:
    """The cells behind which each row stands, with their figures.

    `is_whole_file`: the number counts the delivery, not this row. `unit_numerator` and `unit_denominator`: what the
    units that rest on the row add to the cell.
    """
    prepare(con)
    con.execute("CREATE OR REPLACE TEMP TABLE asked_row (row_id VARCHAR)")
    _fill(con, "asked_row", [(row_id,) for row_id in sorted(set(row_ids))])
    return _rows(con.execute(_sql("touched")))


def _ask_cells(con: duckdb.DuckDBPyConnection, cells: Iterable[Cell]) -> None:
    con.execute(
        "CREATE OR REPLACE TEMP TABLE asked_cell"
        " (measure_id VARCHAR, period VARCHAR, area_code VARCHAR, breakdown VARCHAR, breakdown_value VARCHAR)"
    )
    _fill(con, "asked_cell", [astuple(cell) for cell in sorted(set(cells))])


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[str, ...]]) -> None:
    """All rows by one statement and its columns as lists: one statement per row is a hundred times slower."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        con.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)


def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _rows(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
