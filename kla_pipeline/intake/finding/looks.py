"""Cheap tests over whole columns: which rows of a table may be something else than data.

Each test is generous: it may name a data row, never pass over a total or a header that comes again. What a named row
really is, rows.py says after a look at its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from kla_pipeline.intake.grid import Grid, compute

# what header_key leaves out at the ends of a text, and what it takes for one blank inside, for Arrow's expressions
_ENDS = r"[\pZ\s_.:*\x{200b}\x{feff}]*"
_GAP = r"[\pZ\s_\x{200b}\x{feff}]+"
_LETTER_OR_DIGIT = r"[\pL\pN]"


class Looks:
    """Per row of a sheet, within the columns `first` to `last`, index 0 being row 1.

    `filled`: cells with text; `filled_read`: those among the columns that are read; `only_first`: the first cell alone
    has text; `begins`: the first text begins like one of the words; `bracketed`: like "(1)".
    """

    def __init__(self, grid: Grid, columns: tuple[int, int], read: Iterable[int], words: Sequence[str]) -> None:
        first, last = columns
        is_read = set(read)
        self.filled = np.zeros(grid.height, "int32")
        self.filled_read = np.zeros(grid.height, "int32")
        self.begins = np.zeros(grid.height, bool)
        self.bracketed = np.zeros(grid.height, bool)
        self.only_first = np.zeros(grid.height, bool)
        unseen = np.ones(grid.height, bool)
        beginning = rf"^{_ENDS}(?:{'|'.join(_spelled(word) for word in words)})" if words else ""
        for position in range(first, last + 1):
            column = grid.column(position)
            texts = grid.texts_at[position]
            self.filled += texts
            if position in is_read:
                self.filled_read += texts
            if unseen.any():
                self.begins |= unseen & matches(column, beginning)
                self.bracketed |= unseen & matches(column, r"^[\pZ\s]*\(\d")
                unseen &= ~texts
            if position == first:
                self.only_first = texts
        self.only_first = self.only_first & (self.filled == 1)


def window(grid: Grid, first: int, last: int) -> Grid:
    """The rows `first` to `last` of a grid, counted from 1 again; a grid that has no others is returned as it is."""
    if first <= 1 and last >= grid.height:
        return grid
    part = Grid([column.slice(first - 1, last - first + 1) for column in grid.columns], last - first + 1)
    part.texts_at = [mask[first - 1 : last] for mask in grid.texts_at]
    return part


def like_header(grid: Grid, position: int, text: str) -> np.ndarray:
    """Rows whose cell in this column may be the header's text once more (bool)."""
    return matches(grid.column(position), rf"^{_ENDS}{_spelled(text)}{_ENDS}$")


def spellings(text: str) -> tuple[str, ...]:
    """The usual ways to write a header."""
    return (text, text.lower(), text.upper(), text.title(), text.capitalize())


def holding(grid: Grid, columns: tuple[int, int], texts: Sequence[str]) -> np.ndarray:
    """Per row the number of cells, within the columns, that are exactly one of the texts (int32)."""
    counts = np.zeros(grid.height, "int32")
    wanted = pa.array(list(dict.fromkeys(texts)), pa.string())
    for position in range(columns[0], columns[1] + 1):
        counts += compute.is_in(grid.column(position), value_set=wanted).to_numpy(zero_copy_only=False)
    return counts


def like_words(grid: Grid, position: int, words: Sequence[str]) -> np.ndarray:
    """Rows whose whole cell in this column is one of the words (bool)."""
    return matches(grid.column(position), rf"^{_ENDS}(?:{'|'.join(_spelled(word) for word in words)}){_ENDS}$")


def matches(column: pa.ChunkedArray, pattern: str) -> np.ndarray:
    """Per cell whether the expression is found, whatever the case (bool); an empty expression is found nowhere."""
    if not pattern:
        return np.zeros(len(column), bool)
    return compute.match_substring_regex(column, pattern, ignore_case=True).to_numpy(zero_copy_only=False)


def _spelled(words: str) -> str:
    return _GAP.join(re.escape(word) for word in re.split(r"[\s_\u200b\ufeff]+", words.strip(" .:*")) if word)
