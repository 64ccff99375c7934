"""What a row of a recognised sheet is: data, or one of the kinds that are set aside.

In doubt a row is data: the contract then rejects it with a reason that somebody can act on, whereas a row set aside is
only counted. So a total lacks most required cells, and a footer stands below the last row that could be data.
Only rows that looks.py names become lists of cells here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.layouts import header_key
from kla_pipeline.intake.looks import Looks, like_header, like_words
from kla_pipeline.intake.matching import Match
from kla_pipeline.intake.sums import find_totals

_BRACKETED = re.compile(r"\(\d{1,3}\)")
_NUMBERING = re.compile(r"\d{1,6}[.)]?")
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}.*\s.*[^\W\d_]{2,}")
# notes, place and date, "Mengetahui", two offices, two names, two staff numbers: no block of signatures is longer
_FOOTER_ROWS = 20
# rows looked at from below for the beginning of the footer
_FOOTER_SEARCH = 1_000
# a table of more rows than this is a register, and no row of it is judged by its sums
_MOST_SUMMED = 50_000
KINDS = (
    "", "blank", "title", "header", "column_number", "total", "subtotal", "section", "footer", "side_table",
    "other_table",
)  # fmt: skip
_CODE = {kind: n for n, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Extent:
    """The rows of a sheet that a table accounts for, both ends included, and stretches of them that are another's."""

    first: int
    last: int
    others: tuple[tuple[int, int], ...] = ()


class RowKinds:
    """Kinds of the rows of one table; `worded` are required columns in which a total's word can be no value."""

    def __init__(
        self, sheet: Sheet, match: Match, required: Iterable[str], extent: Extent, worded: Iterable[str] = ()
    ) -> None:
        self._grid = sheet.grid
        self._match = match
        self._extent = extent
        self._required = [match.positions[name] for name in required if name in match.positions]
        self._worded = [match.positions[name] for name in worded if name in match.positions]
        self._totals = tuple(match.layout.total_words)
        self._footers = tuple(match.layout.footer_words)
        self._read = match.read
        self._headers = [keys for row in match.header_rows if (keys := _keys(self._cells(row)))]
        starts = [first for first, _ in extent.others if first > match.header_row]
        self._body_last = min([extent.last, *(first - 1 for first in starts)])
        self._looks = Looks(sheet.grid, match.columns, self._read, self._totals)
        self._codes = np.zeros(sheet.grid.height, "int8")
        below = np.flatnonzero(self._looks.filled[match.header_row : self._body_last])
        self._first_row = match.header_row + 1 + int(below[0]) if len(below) else 0
        self._footer_from = self._find_footer()
        self._find_kinds()

    def of(self, row: int) -> str:
        """The kind of a row, empty for data."""
        return KINDS[self._codes[row - 1]]

    @property
    def header_row(self) -> int:
        """The row below which data may stand."""
        return self._match.header_row

    @property
    def data(self) -> np.ndarray:
        """Numbers of the data rows (int32)."""
        inside = self._codes[self._extent.first - 1 : self._extent.last]
        return (np.flatnonzero(inside == 0) + self._extent.first).astype("int32")

    @property
    def aside(self) -> np.ndarray:
        """Numbers of the other rows (int32)."""
        inside = self._codes[self._extent.first - 1 : self._extent.last]
        return (np.flatnonzero(inside != 0) + self._extent.first).astype("int32")

    def rows_of(self, kind: str) -> np.ndarray:
        """Numbers of the rows of one kind (int32)."""
        return (np.flatnonzero(self._codes == _CODE[kind]) + 1).astype("int32")

    def _cells(self, row: int) -> list[str]:
        first, last = self._match.columns
        return self._grid.row(row)[first : last + 1]

    def _find_kinds(self) -> None:
        looks, header_row, extent = self._looks, self._match.header_row, self._extent
        blank = looks.filled == 0
        self._codes[blank] = _CODE["blank"]
        self._codes[blank & (self._grid.filled > 0)] = _CODE["side_table"]
        above = np.arange(self._grid.height) < header_row
        self._codes[above & (self._grid.filled > 0)] = _CODE["title"]
        for row in self._match.header_rows:
            self._codes[row - 1] = _CODE["header"]
        for first, last in extent.others:
            self._codes[first - 1 : last][looks.filled[first - 1 : last] > 0] = _CODE["other_table"]
        for row in self._candidates():
            self._codes[row - 1] = _CODE[self._kind(row, self._cells(row))]
        if self._match.layout.totals_by_sum:
            self._find_sums()

    def _candidates(self) -> Iterator[int]:
        """Rows below the header that may be something else than data."""
        looks = self._looks
        doubtful = looks.begins | looks.bracketed | (looks.filled_read == 0)
        if self._match.layout.sections:
            doubtful = doubtful | looks.only_first
        for keys in self._headers:
            position = next(n for n, key in enumerate(keys) if key)
            doubtful = doubtful | like_header(self._grid, self._match.columns[0] + position, keys[position])
        for position in self._worded:
            doubtful = doubtful | like_words(self._grid, position, self._totals)
        doubtful = doubtful & (looks.filled > 0)
        doubtful[self._footer_from - 1 :] = looks.filled[self._footer_from - 1 :] > 0
        if self._first_row:
            doubtful[self._first_row - 1] = True
        for index in np.flatnonzero(doubtful[self._match.header_row : self._body_last]):
            yield self._match.header_row + 1 + int(index)

    def _kind(self, row: int, cells: list[str]) -> str:
        """The kind of a row below the header that holds text."""
        first = next(cell for cell in cells if cell and not cell.isspace()).strip()
        if _keys(cells) in self._headers:
            return "header"
        if self._is_total(row, first, cells):
            return "total"
        if self._is_column_numbers(row, first, cells):
            return "column_number"
        if row >= self._footer_from:
            return "footer"
        if self._match.layout.sections and self._looks.only_first[row - 1]:
            return "section"
        return "blank" if self._is_numbered_blank(row, cells) else ""

    def _is_total(self, row: int, first: str, cells: Sequence[str]) -> bool:
        """It begins with a total's word, and most of the required cells beside that word are empty.

        Or the word is all that a required column holds, where it can be no value ("Total" as a thirteenth month).
        """
        start = self._match.columns[0]
        key = header_key(first)
        if any(begins_with(key, word) for word in self._totals):
            texts = [_text(cells, position - start) for position in self._required]
            filled = sum(bool(text) for text in texts)
            others = sum(bool(text) and text != first for text in texts)
            if filled < len(texts) and 2 * others < len(texts):
                return True
        return any(header_key(_text(cells, position - start)) in self._totals for position in self._worded)

    def _is_column_numbers(self, row: int, first: str, cells: Sequence[str]) -> bool:
        """(1) (2) (3) anywhere, or 1 2 3 … directly below the header."""
        if first.startswith("("):
            filled = _filled(cells)
            return len(filled) >= 2 and all(_BRACKETED.fullmatch(cell) for cell in filled)
        if row == self._first_row and first == "1":
            filled = _filled(cells)
            return len(filled) >= 3 and filled == [str(n) for n in range(1, len(filled) + 1)]
        return False

    def _is_numbered_blank(self, row: int, cells: Sequence[str]) -> bool:
        """A line of a form that nobody filled in: only its running number, in a column the layout does not read."""
        return not self._looks.filled_read[row - 1] and all(_NUMBERING.fullmatch(cell) for cell in _filled(cells))

    def _find_footer(self) -> int:
        """Number of the first footer row; one beyond the end when there is none.

        Upwards to the last row that could be data; from there down to the first row that reads like a note.
        """
        end = self._body_last + 1
        below: list[int] = []
        for index in np.flatnonzero(self._looks.filled[self._match.header_row : self._body_last])[::-1]:
            row = self._match.header_row + 1 + int(index)
            if not self._may_be_footer(row) or len(below) > _FOOTER_SEARCH:
                break
            below.append(row)
        start = next((row for row in reversed(below) if self._begins_footer(row)), end)
        return start if sum(row >= start for row in below) <= _FOOTER_ROWS else end

    def _may_be_footer(self, row: int) -> bool:
        cells = self._cells(row)
        filled = _filled(cells)
        columns = len(self._read)
        if len(filled) <= 1 and columns > 3:
            return True
        if self._is_total(row, filled[0], cells) or self._is_note(filled):
            return True
        # wide tables leave room for two or three signatures side by side
        return len(filled) <= (3 if columns >= 10 else 2) and columns > 3

    def _begins_footer(self, row: int) -> bool:
        cells = self._cells(row)
        filled = _filled(cells)
        if self._is_total(row, filled[0], cells):
            return False
        if self._is_note(filled):
            return True
        is_number = " " not in filled[0] and any(letter.isdigit() for letter in filled[0])
        return not is_number and any(_TWO_WORDS.search(cell) or cell.endswith((",", ":")) for cell in filled)

    def _is_note(self, filled: Sequence[str]) -> bool:
        return len(filled) <= 2 and any(begins_with(header_key(filled[0]), word) for word in self._footers)

    def _find_sums(self) -> None:
        data = [int(row) for row in self.data]
        if not data or len(data) > _MOST_SUMMED:
            return
        sections = [int(row) for row in self.rows_of("section")]
        comma = self._match.layout.decimal_comma
        found = find_totals(data, sections, lambda rows: [self._cells(row) for row in rows], comma)
        for row, kind in found.items():
            self.set_kind(row, kind)

    def set_kind(self, row: int, kind: str) -> None:
        """Say what a row is."""
        self._codes[row - 1] = _CODE[kind]


def _text(cells: Sequence[str], position: int) -> str:
    return cells[position].strip() if position < len(cells) else ""


def _filled(cells: Iterable[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell and not cell.isspace()]


def _keys(cells: Iterable[str]) -> list[str]:
    keys = [header_key(cell) for cell in cells]
    while keys and not keys[-1]:
        keys.pop()
    return keys


def begins_with(key: str, word: str) -> bool:
    """Whether a header key begins with a whole word."""
    return key.startswith(word) and not key[len(word) : len(word) + 1].isalnum()
