"""The cells of a sheet as text, by column, with the row numbers a person sees.

Here: the shape every reader gives and every finder takes. Not here: how bytes become cells (readers.py) and what a row
is (tables.py). Columns are Arrow arrays because a register of a million rows has few different texts to a column: read,
counted and typed a column at a time it needs a quarter of the memory and a fifth of the time of lists of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, zip_longest
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_CHUNK = 65_536
# Arrow makes these functions when it is imported, which type checkers do not see
compute: Any = pc


class Merge(NamedTuple):
    """A merged range: rows from 1, columns from 0, both ends included. Its text stands in the upper left cell."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Grid:
    """Text cells of one sheet, none of them null. Rows are numbered from 1 as a spreadsheet does, columns from 0."""

    def __init__(self, columns: Sequence[pa.ChunkedArray], height: int) -> None:
        self.columns = list(columns)
        self.height = height

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[str]]) -> Grid:
        """Rows of any lengths; missing cells are empty."""
        iterator = iter(rows)
        pieces: list[list[pa.Array]] = []
        heights: list[int] = []
        while block := list(islice(iterator, _CHUNK)):
            pieces.append([pa.array(column, pa.string()) for column in zip_longest(*block, fillvalue="")])
            heights.append(len(block))
        width = max((len(piece) for piece in pieces), default=0)
        columns = [
            pa.chunked_array(
                [piece[n] if n < len(piece) else empty(height) for piece, height in zip(pieces, heights, strict=True)],
                pa.string(),
            )
            for n in range(width)
        ]
        return cls(columns, sum(heights))

    @property
    def width(self) -> int:
        return len(self.columns)

    def column(self, position: int) -> pa.ChunkedArray:
        """Texts of one column, `height` long; a column the sheet does not have is empty."""
        if 0 <= position < self.width:
            return self.columns[position]
        return pa.chunked_array([empty(self.height)], pa.string())

    def row(self, number: int) -> list[str]:
        """Cells of one row without the empty ones at its end; a row the sheet does not have has none."""
        if not 1 <= number <= self.height:
            return []
        return _trimmed([column[number - 1].as_py() for column in self.columns])

    def rows(self, first: int = 1, last: int | None = None) -> Iterator[tuple[int, list[str]]]:
        """(number, cells) of the rows `first` to `last`, both included, without the empty cells at their ends."""
        stop = self.height if last is None else min(last, self.height)
        for start in range(max(first, 1) - 1, stop, _CHUNK):
            length = min(_CHUNK, stop - start)
            if not self.columns:
                yield from ((start + n, []) for n in range(1, length + 1))
                continue
            block = [column.slice(start, length).to_pylist() for column in self.columns]
            for number, cells in enumerate(zip(*block, strict=True), start + 1):
                yield number, _trimmed(list(cells))

    @cached_property
    def filled(self) -> np.ndarray:
        """Per row the number of cells that hold more than blanks (int32)."""
        counts = np.zeros(self.height, "int32")
        for mask in self.texts_at:
            counts += mask
        return counts

    @cached_property
    def texts_at(self) -> list[np.ndarray]:
        """Per column and row whether the cell holds more than blanks (bool)."""
        return [has_text(column) for column in self.columns]


def empty(length: int) -> pa.Array:
    """A column of empty texts."""
    return pa.repeat(pa.scalar("", pa.string()), length)


def has_text(column: Any) -> np.ndarray:
    """Per cell whether it holds more than blanks (bool)."""
    return compute.not_equal(compute.utf8_trim_whitespace(column), "").to_numpy(zero_copy_only=False)


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


@dataclass(slots=True)
class Sheet:
    """One sheet of a file; a text file is one sheet without a name.

    `broken_quotes` holds the numbers of text records whose quotation marks do not pair: their cells are a best reading.
    `how` says how the bytes were read (format, encoding, delimiter …), for people.
    """

    number: int
    name: str
    grid: Grid
    hidden: bool = False
    broken_quotes: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    how: Mapping[str, str] = field(default_factory=dict)
