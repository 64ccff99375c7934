"""What goes out of a delivery: rows that are blanked, cells that get another text; and the sheets as they are then.

Here: pure functions over sheets. Not here: which rows are a person's (persons.py) and bytes (renditions.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from kla_pipeline.intake.grid import Grid, Sheet, compute


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring cells of one row: sheet and row from 1, columns from 0, both ends included; None = to the end."""

    sheet: int
    row: int
    first: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Redaction:
    """`blanked` stretches become empty; `cells` (sheet, row, column) and `names` of sheets get the text given here."""

    blanked: frozenset[Stretch] = frozenset()
    cells: Mapping[tuple[int, int, int], str] = field(default_factory=dict, repr=False)
    names: Mapping[int, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.blanked or self.cells or self.names)

    @property
    def rows(self) -> int:
        """Number of rows of which cells are blanked."""
        return len({(item.sheet, item.row) for item in self.blanked})


def redacted(sheets: Sequence[Sheet], redaction: Redaction) -> list[Sheet]:
    """The sheets after a redaction: same rows, same columns, everything else as it was."""
    return [_redacted(sheet, redaction) for sheet in sheets]


def changed_rows(redaction: Redaction, sheet: int) -> set[int]:
    """Numbers of the rows of a sheet that a redaction touches."""
    rows = {item.row for item in redaction.blanked if item.sheet == sheet}
    return rows | {row for number, row, _ in redaction.cells if number == sheet}


def _redacted(sheet: Sheet, redaction: Redaction) -> Sheet:
    blanked = [item for item in redaction.blanked if item.sheet == sheet.number]
    cells = {(row, column): text for (n, row, column), text in redaction.cells.items() if n == sheet.number}
    columns = [_column(sheet.grid, n, blanked, cells) for n in range(sheet.grid.width)]
    whole = {item.row for item in blanked if item.first == 0 and item.last is None}
    return replace(
        sheet,
        name=redaction.names.get(sheet.number, sheet.name),
        grid=Grid(columns, sheet.grid.height),
        broken_quotes=sheet.broken_quotes - whole,
    )


def _column(
    grid: Grid, position: int, blanked: Sequence[Stretch], cells: Mapping[tuple[int, int], str]
) -> pa.ChunkedArray:
    column = grid.column(position)
    rows = [s.row - 1 for s in blanked if s.first <= position and (s.last is None or position <= s.last)]
    if rows:
        mask = np.zeros(grid.height, bool)
        mask[rows] = True
        column = compute.if_else(pa.array(mask), pa.scalar("", pa.string()), column)
    new = {row: text for (row, n), text in cells.items() if n == position}
    if new:
        texts = column.to_pylist()
        for row, text in new.items():
            texts[row - 1] = text
        column = pa.chunked_array([pa.array(texts, pa.string())], pa.string())
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column], pa.string())
