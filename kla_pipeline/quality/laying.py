"""Decided cells laid over the tables of a file, and which decisions fit the rows they were made about.

Cells are laid after the tables were found: a decision changes what a row says, never which rows there are. Not here:
what becomes of the rows then (amend.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow as pa

from kla_pipeline.intake.finding.merged import fills
from kla_pipeline.intake.grid import Grid, Merge, Sheet
from kla_pipeline.intake.tables import Table
from kla_pipeline.quality.overlay import Overlay, RowDecision
from kla_pipeline.quality.raw_rows import HashRow, RawTable, raw_table, row_version

Fit = Literal["fits", "stale", "no_such_row", "no_such_column"]
"""stale: the row, or a text that the decision expects, is no longer what the person saw."""


@dataclass(slots=True)
class _Cell:
    """A text for one cell of a sheet; row from 1, column from 0."""

    row: int
    column: int
    text: str


def lay(tables: Sequence[Table], delivery_id: str, overlay: Overlay, hash_row: HashRow | None = None) -> dict[str, Fit]:
    """Lay the cells of all decisions that fit over the tables' sheets, and say of each decided row whether it fits.

    Of a row whose decisions do not fit no cell is laid. Tables of one sheet keep sharing it.
    """
    raw = [raw_table(number, table, delivery_id) for number, table in enumerate(tables, 1)]
    fit: dict[str, Fit] = dict.fromkeys(overlay.rows, "no_such_row")
    laid: dict[int, list[_Cell]] = {}
    for table in raw:
        here = [overlay.rows[row_id] for row_id in table.row_ids if row_id in overlay.rows]
        cells = table.cells_of(row.row_id for row in here)
        for decision in here:
            fit[decision.row_id], edits = _fitting(table, decision, cells[decision.row_id], hash_row)
            laid.setdefault(table.sheet_number, []).extend(edits)
    for number, edits in laid.items():
        if edits:
            _replace_sheet([table for table in tables if table.sheet.number == number], edits)
    return fit


def _fitting(
    table: RawTable, decision: RowDecision, cells: Mapping[str, str], hash_row: HashRow | None
) -> tuple[Fit, list[_Cell]]:
    """Whether a decision fits its row, and the cells it lays there. Edits of one cell follow each other."""
    places = {column.header: column.position for column in table.columns}
    if any(edit.column not in places for edit in decision.edits):
        return "no_such_column", []
    now = dict(cells)
    seen = [dict(now)]
    for edit in decision.edits:
        if now.get(edit.column, "") != edit.expected:
            return "stale", []
        now[edit.column] = edit.value
        seen.append(dict(now))
    # of several decisions each was made about the row as the earlier ones had left it
    if hash_row and not any(row_version(hash_row, decision.row_id, state) == decision.row_version for state in seen):
        return "stale", []
    number = table.number_of(decision.row_id)
    changed = {edit.column for edit in decision.edits}
    return "fits", [_Cell(number, places[header], now[header]) for header in changed]


def _replace_sheet(tables: Sequence[Table], cells: Sequence[_Cell]) -> None:
    """One new sheet with these cells for all tables that stand on it."""
    sheet = tables[0].sheet
    parted, filled = _parted(sheet, tables, cells)
    sheet = replace(
        sheet,
        grid=_grid_with(sheet.grid, [*filled, *cells]),
        merges=tuple(merge for merge in sheet.merges if merge not in parted),
    )
    for table in tables:
        table.sheet = sheet


def _parted(sheet: Sheet, tables: Sequence[Table], cells: Sequence[_Cell]) -> tuple[set[Merge], list[_Cell]]:
    """Merged cells that a decided cell lies in, and the text that they gave to the other rows they cover.

    A decision is about one row: its neighbours under the same merged cell keep what they had.
    """
    parted = {
        merge
        for merge in sheet.merges
        for cell in cells
        if merge.first_column == cell.column and merge.first_row <= cell.row <= merge.last_row
    }
    filled: list[_Cell] = []
    for merge in parted:
        rows = np.arange(merge.first_row, merge.last_row + 1)
        for header_row in {table.match.header_row for table in tables}:
            found = fills(replace(sheet, merges=(merge,)), header_row, merge.first_column, rows)
            filled += [_Cell(row, merge.first_column, text) for row, text in found.items()]
    return parted, filled


def _grid_with(grid: Grid, cells: Iterable[_Cell]) -> Grid:
    """The grid with other texts in these cells; of two texts for one cell the later counts."""
    by_column: dict[int, dict[int, str]] = {}
    for cell in cells:
        by_column.setdefault(cell.column, {})[cell.row - 1] = cell.text
    columns = list(grid.columns)
    while len(columns) <= max(by_column, default=0):
        columns.append(grid.column(len(columns)))  # a header may stand beyond the last filled cell
    for position, texts in by_column.items():
        columns[position] = _column_with(columns[position], texts)
    return Grid(columns, grid.height)


def _column_with(column: pa.ChunkedArray, texts: Mapping[int, str]) -> pa.ChunkedArray:
    chunks, start = [], 0
    for chunk in column.chunks:
        inside = {row - start: text for row, text in texts.items() if start <= row < start + len(chunk)}
        if inside:
            values = chunk.to_pylist()
            for row, text in inside.items():
                values[row] = text
            chunk = pa.array(values, pa.string())
        chunks.append(chunk)
        start += len(column.chunks[len(chunks) - 1])
    return pa.chunked_array(chunks, pa.string())
