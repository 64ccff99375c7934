"""What a row of a recognised sheet is: data, or one of the kinds that are set aside.

In doubt a row is data: the contract then rejects it with a reason that somebody can act on, whereas a row set aside is
only counted. So a total lacks most required cells, and what a footer is footers.py says. Only rows that looks.py names
become lists of cells here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kla_pipeline.intake.finding.footers import Footers, begins_with
from kla_pipeline.intake.finding.looks import Looks, like_header, like_words, window
from kla_pipeline.intake.finding.sums import find_totals
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.layouts import header_key
from kla_pipeline.intake.matching.matching import Match

_BRACKETED = re.compile(r"\(\d{1,3}\)")
_NUMBERING = re.compile(r"\d{1,6}[.)]?")
# a table of more rows than this is a register, and no row of it is judged by its sums
_MOST_SUMMED = 50_000
KINDS = (
    "", "blank", "title", "header", "column_number", "total", "subtotal", "section", "footer", "side_table",
    "other_table",
)  # fmt: skip
_CODE = {kind: n for n, kind in enumerate(KINDS)}
# contract column → whether a text is a value of it; of columns that can hold any text there is none
Reads = Mapping[str, Callable[[str], bool]]


@dataclass(frozen=True, slots=True)
class Extent:
    """The rows of a sheet that a table accounts for, both ends included, and stretches of them that are another's."""

    first: int
    last: int
    others: tuple[tuple[int, int], ...] = ()


class RowKinds:
    """Kinds of the rows of one table.

    `worded` are required columns in which a total's word can be no value; `reads` says what a text is a value of.
    Inside, rows are counted from the first one of the extent: each of many tables looks at its own rows only.
    """

    def __init__(
        self,
        sheet: Sheet,
        match: Match,
        required: Iterable[str],
        extent: Extent,
        worded: Iterable[str] = (),
        reads: Reads | None = None,
    ) -> None:
        self._above = extent.first - 1
        self._grid = window(sheet.grid, extent.first, extent.last)
        self._match = match
        self._header_row = match.header_row - self._above
        self._others = [(first - self._above, last - self._above) for first, last in extent.others]
        self._required = [match.positions[name] for name in required if name in match.positions]
        self._worded = [match.positions[name] for name in worded if name in match.positions]
        self._reads = reads or {}
        self._told = [
            (match.positions[n], self._reads[n]) for n in required if n in match.positions and n in self._reads
        ]
        self._totals = tuple(match.layout.total_words)
        self._read = match.read
        self._header_rows = [row - self._above for row in match.header_rows]
        self._headers = [keys for row in self._header_rows if (keys := _keys(self._cells(row)))]
        self._looks = Looks(self._grid, match.columns, self._read, self._totals)
        self._codes = np.zeros(self._grid.height, "int8")
        self._is_mine = np.arange(self._grid.height) >= self._header_row
        for first, last in self._others:
            self._is_mine[first - 1 : last] = False
        below = np.flatnonzero(self._is_mine & (self._looks.filled > 0))
        self._first_row = int(below[0]) + 1 if len(below) else 0
        self._is_footer = self._find_footers()
        self._find_kinds()

    def of(self, row: int) -> str:
        """The kind of a row, empty for data."""
        return KINDS[self._codes[row - 1 - self._above]]

    @property
    def header_row(self) -> int:
        """The row below which data may stand."""
        return self._match.header_row

    @property
    def data(self) -> np.ndarray:
        """Numbers of the data rows (int32)."""
        return self.rows_of("")

    @property
    def aside(self) -> np.ndarray:
        """Numbers of the other rows (int32)."""
        return (np.flatnonzero(self._codes != 0) + 1 + self._above).astype("int32")

    def rows_of(self, kind: str) -> np.ndarray:
        """Numbers of the rows of one kind (int32)."""
        return (self._rows_of(kind) + self._above).astype("int32")

    def _rows_of(self, kind: str) -> np.ndarray:
        return np.flatnonzero(self._codes == _CODE[kind]) + 1

    def _cells(self, row: int) -> list[str]:
        first, last = self._match.columns
        return self._grid.row(row)[first : last + 1]

    def _find_kinds(self) -> None:
        looks = self._looks
        blank = looks.filled == 0
        self._codes[blank] = _CODE["blank"]
        self._codes[blank & (self._grid.filled > 0)] = _CODE["side_table"]
        above = np.arange(self._grid.height) < self._header_row
        self._codes[above & (self._grid.filled > 0)] = _CODE["title"]
        for row in self._header_rows:
            self._codes[row - 1] = _CODE["header"]
        for first, last in self._others:
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
        doubtful |= self._is_footer
        if self._first_row:
            doubtful[self._first_row - 1] = True
        for index in np.flatnonzero(doubtful & self._is_mine):
            yield int(index) + 1

    def _kind(self, row: int, cells: list[str]) -> str:
        """The kind of a row below the header that holds text."""
        first = next(cell for cell in cells if cell and not cell.isspace()).strip()
        if _keys(cells) in self._headers:
            return "header"
        if self._is_total(row, first, cells):
            return "total"
        if self._is_column_numbers(row, first, cells):
            return "column_number"
        if self._is_footer[row - 1]:
            return "footer"
        if self._match.layout.sections and self._looks.only_first[row - 1] and self._is_section(row, cells):
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

    def _is_section(self, row: int, cells: Sequence[str]) -> bool:
        """Its text is a value of the column that sections fill; of one for any text, when a fuller row is the next.

        Else it is a row of data whose other cells are missing.
        """
        if reads := self._reads.get(self._match.layout.sections):
            return reads(_filled(cells)[0])
        below = np.flatnonzero(self._looks.filled[row:])
        return bool(len(below)) and self._looks.filled[row + int(below[0])] > 1

    def _find_footers(self) -> np.ndarray:
        """Rows of the footer (bool); a table that others interrupt may have one before each of them."""
        found = np.zeros(self._grid.height, bool)
        footers = Footers(self._match, self._required, self._told, self._is_total)
        rows = np.flatnonzero(self._is_mine) + 1
        for part in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            below = part[self._looks.filled[part - 1] > 0]
            found[footers.find(below, self._cells) - 1] = True
        return found

    def _find_sums(self) -> None:
        data = [int(row) for row in self._rows_of("")]
        if not data or len(data) > _MOST_SUMMED:
            return
        sections = [int(row) for row in self._rows_of("section")]
        comma = self._match.layout.decimal_comma
        found = find_totals(data, sections, lambda rows: [self._cells(row) for row in rows], comma)
        for row, kind in found.items():
            self._set_kind(row, kind)

    def _set_kind(self, row: int, kind: str) -> None:
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
