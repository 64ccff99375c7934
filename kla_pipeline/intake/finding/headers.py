"""A header of one or several rows as one text per column.

Here: how the rows of a header become one. Not here: which rows are a header (finder.py, tables.py) and which column
its texts stand for (matching.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kla_pipeline.intake.grid import Merge, Sheet
from kla_pipeline.intake.layouts import header_key


@dataclass(frozen=True)
class Header:
    """`rows` are row numbers from above; `parts` holds per column of the sheet the texts of these rows, none empty."""

    rows: tuple[int, ...]
    parts: tuple[tuple[str, ...], ...]

    @property
    def last_row(self) -> int:
        """The row below which data begin; 0 for a table without a header."""
        return self.rows[-1] if self.rows else 0

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """One text per column: parts from above, joined by a blank, a part that only repeats the one above it once."""
        return tuple(
            " ".join(part for n, part in enumerate(parts) if n == 0 or header_key(part) != header_key(parts[n - 1]))
            for parts in self.parts
        )

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The texts as they are compared."""
        return tuple(header_key(text) for text in self.texts)

    @cached_property
    def lowest_keys(self) -> tuple[str, ...]:
        """The lowest parts as they are compared."""
        return tuple(header_key(text) for text in self.lowest)

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """One text per column with all its parts, as a person reads them downwards."""
        return tuple(" ".join(parts) for parts in self.parts)

    @cached_property
    def lowest(self) -> tuple[str, ...]:
        """The lowest part of each column."""
        return tuple(parts[-1] if parts else "" for parts in self.parts)


def header_of_cells(cells: Sequence[str], row: int) -> Header:
    """A header of one row."""
    return Header((row,), tuple((cell.strip(),) if cell.strip() else () for cell in cells))


def header_of(sheet: Sheet, rows: Sequence[int]) -> Header:
    """A header of the given rows, one below the other.

    The text of a merged cell, or of a cell followed by empty ones, also stands above its neighbours to the right: a
    merged one as far as it reaches, another one as far as the cells below are filled.
    """
    lines = [_padded(sheet, row) for row in rows]
    below_filled = [
        [any(line[column] for line in lines[n + 1 :]) for column in range(sheet.grid.width)] for n in range(len(rows))
    ]
    spread = [_spread(*item, sheet.merges) for item in zip(lines, rows, below_filled, strict=True)]
    parts = [tuple(part for part in column if part) for column in zip(*spread, strict=True)]
    return Header(tuple(rows), tuple(parts))


def _padded(sheet: Sheet, row: int) -> list[str]:
    cells = [cell.strip() for cell in sheet.grid.row(row)]
    return cells + [""] * (sheet.grid.width - len(cells))


def _spread(line: list[str], row: int, below_filled: list[bool], merges: Sequence[Merge]) -> list[str]:
    if not any(below_filled):
        return line
    reach = {m.first_column: m.last_column for m in merges if m.first_row <= row <= m.last_row}
    spread = list(line)
    text, until = "", -1
    for column, cell in enumerate(line):
        if cell:
            text, until = cell, reach.get(column, len(line))
        elif text and column <= until and below_filled[column]:
            spread[column] = text
        else:
            text = ""
    return spread
