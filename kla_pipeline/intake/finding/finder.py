"""Which tables stand on a sheet, found without a layout: header rows, columns, data rows, and what stands around them.

Here: where a table begins and ends. Which of several headers it is and how cells look: shapes.py; what a row inside a
table is: free_rows.py; which layout a table fits: tables.py. In doubt rows belong to one table and are data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kla_pipeline.intake.finding.bands import bands
from kla_pipeline.intake.finding.free_rows import FreeRowKinds
from kla_pipeline.intake.finding.headers import Header, header_of
from kla_pipeline.intake.finding.looks import holding, like_header, spellings, window
from kla_pipeline.intake.finding.rows import Extent
from kla_pipeline.intake.finding.shapes import SAMPLE, filled, header_score, names_columns, shape, usual_shapes
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.layouts import header_key

_TOP = 15
_LOOKED_AT = 200
_DEEPEST = 3
_MOST_GAPS = 2_000
_MOST_TITLES = 8
# a sheet of more tables is no sheet of tables: what stands below this many is one region
MOST_TABLES = 500
# rows looked through at once for the next header; then twice as many
_STRETCH = 4_096


@dataclass(frozen=True)
class FoundTable:
    """One table of a sheet. Rows from 1, columns from 0, both ends included; `extent` are the rows it accounts for."""

    sheet: Sheet
    header: Header
    columns: tuple[int, int]
    extent: Extent

    @cached_property
    def kinds(self) -> FreeRowKinds:
        """What each row of the extent is."""
        return FreeRowKinds(self.sheet, self.header, self.columns, self.extent)

    @property
    def names(self) -> list[str]:
        """Header texts of the table's columns; empty for a table without a header."""
        first, last = self.columns
        return list(self.header.spelled[first : last + 1]) if self.header.rows else []

    @property
    def rows(self) -> int:
        """Number of data rows."""
        return len(self.kinds.data)

    @property
    def has_titles(self) -> bool:
        """Whether text stands above the header."""
        return bool(self.header.rows) and any(
            cell.strip() for row in range(self.extent.first, self.header.rows[0]) for cell in self.cells(row)
        )

    def cells(self, row: int) -> list[str]:
        """Cells of a row in the table's columns, as many as there are columns."""
        first, last = self.columns
        texts = self.sheet.grid.row(row)[first : last + 1]
        return texts + [""] * (last - first + 1 - len(texts))

    def data_cells(self) -> Iterator[list[str]]:
        """Cells of the data rows, as many to a row as there are columns."""
        data = self.kinds.data
        first, last = self.columns
        for row, cells in self.sheet.grid.rows(int(data[0]), int(data[-1])) if len(data) else ():
            if not self.kinds.of(row):
                texts = cells[first : last + 1]
                yield texts + [""] * (last - first + 1 - len(texts))


def find(sheet: Sheet) -> list[FoundTable]:
    """All tables of a sheet, from above and from the left."""
    side_by_side = bands(sheet)
    found: list[FoundTable] = []
    for band in side_by_side:
        tables = list(_Band(sheet, band, len(side_by_side) == 1).tables())
        if len(tables) >= MOST_TABLES:
            sheet.how = {**sheet.how, "tables": f"the first {MOST_TABLES - 1}, the rest as one"}
        found += tables
    return sorted(found, key=lambda table: (table.extent.first, table.columns))


class _Band:
    """Neighbouring columns of a sheet, looked through from above."""

    def __init__(self, sheet: Sheet, columns: tuple[int, int], is_alone: bool) -> None:
        self._sheet = sheet
        self._columns = columns
        counts = np.zeros(sheet.grid.height, "int32")
        for position in range(columns[0], columns[1] + 1):
            counts += sheet.grid.texts_at[position]
        self._counts = counts
        self._filled_rows = np.flatnonzero(counts) + 1
        # where a table begins → the row of the header that comes again there
        self._known: dict[int, int] = {}
        self._needed = 1 if columns[0] == columns[1] else 2
        self._full_rows = np.flatnonzero(counts >= self._needed) + 1
        # places in the list of filled rows, of rows below an empty one
        self._after_gap = np.flatnonzero(np.diff(self._filled_rows) > 1) + 1
        # beside other tables the empty rows above and below are theirs
        self._first, self._last = 1, sheet.grid.height
        if not is_alone:
            self._first, self._last = int(self._filled_rows[0]), int(self._filled_rows[-1])

    def tables(self) -> Iterator[FoundTable]:
        """Tables one below the other; what stands above the first header belongs to it, what stands below, too."""
        start, number = self._first, 0
        while start <= self._last:
            number += 1
            top = self._top(start)
            if top is None:
                return
            header_rows, body = top
            end = self._end(header_rows, body) if number < MOST_TABLES else self._last
            header = header_of(self._sheet, header_rows) if header_rows else Header((), ())
            columns = self._used(header_rows[0] if header_rows else body, end)
            yield FoundTable(self._sheet, header, columns, Extent(start, end))
            start = end + 1

    def _used(self, first_row: int, last_row: int) -> tuple[int, int]:
        """The band's columns without empty ones at the sides: stacked tables are of different widths."""
        first, last = self._columns
        used = [n for n in range(first, last + 1) if self._sheet.grid.texts_at[n][first_row - 1 : last_row].any()]
        return used[0], used[-1]

    def _cells(self, row: int) -> list[str]:
        first, last = self._columns
        return self._sheet.grid.row(row)[first : last + 1]

    def _filled(self, row: int) -> int:
        return int(self._counts[row - 1]) if 1 <= row <= len(self._counts) else 0

    def _next_filled(self, start: int, most: int) -> list[int]:
        index = int(np.searchsorted(self._filled_rows, start))
        return [int(row) for row in self._filled_rows[index : index + most]]

    def _below(self, row: int) -> list[list[str]]:
        """Rows below, but not the same names once more in any order, up to a gap that follows at least two of them."""
        rows: list[list[str]] = []
        own = sorted(filled(self._cells(row)))
        before = row
        for other in self._next_filled(row + 1, SAMPLE):
            if other > before + 1 and len(rows) >= 2:
                break
            before = other
            if sorted(filled(cells := self._cells(other))) != own:
                rows.append(cells)
        return rows

    def _top(self, start: int) -> tuple[list[int], int] | None:
        """(header rows, first row of the body) of the next table; None when there is none."""
        if start in self._known:
            header = self._deepen([self._known[start]])
            return header, header[-1] + 1
        index = int(np.searchsorted(self._full_rows, start))
        rows = [int(row) for row in self._full_rows[index : index + _LOOKED_AT]]
        if not rows:
            return None
        usual = int(np.median([self._filled(row) for row in rows]))
        best, best_score = 0, 0.0
        for row in rows[:_TOP]:
            score = (header_score(self._cells(row), self._below(row)), self._filled(row))
            if score[0] > 0 and (best == 0 or score[0] > best_score):
                best, best_score = row, score[0]
            elif best and 2 * self._filled(row) >= usual and not names_columns(self._cells(row)):
                break
        if best == 0:
            best = next(row for row in rows if self._filled(row) >= min(usual, max(self._needed, 0.8 * usual)))
            cells = self._cells(best)
            keys = [header_key(text) for text in filled(cells)]
            score = header_score(cells, self._below(best))
            if score < 0 or not names_columns(cells) or len(set(keys)) < len(keys) or max(map(len, keys)) > 120:
                return [], best
        header = self._deepen([best])
        return header, header[-1] + 1

    def _deepen(self, header: list[int]) -> list[int]:
        """Further header rows directly below and above."""
        while len(header) < _DEEPEST and self._filled(header[-1] + 1) and self._is_below(header[-1], header[-1] + 1):
            header.append(header[-1] + 1)
        above = header[0] - 1
        while len(header) < _DEEPEST and self._filled(above) >= 2 and self._is_below(above, above + 1):
            header.insert(0, above)
            above -= 1
        return header

    def _is_below(self, upper: int, lower: int) -> bool:
        """The same names once more, or names that part those above."""
        keys = [[header_key(cell) for cell in self._cells(row)] for row in (upper, lower)]
        return keys[0] == keys[1] or self._is_parted(upper, lower)

    def _is_parted(self, upper: int, lower: int) -> bool:
        """Each name of the upper row stands alone, or is a heading over two or more names of the lower row."""
        names, parts = self._padded(upper), self._padded(lower)
        if not names_columns(parts) or not all(shape(text) in ("word", "code", "year") for text in filled(names)):
            return False
        has_heading = False
        starts = [n for n, text in enumerate(names) if text]
        for start, stop in zip(starts, [*starts[1:], len(names)], strict=True):
            under = [n for n in range(start, stop) if parts[n]]
            if len(under) >= 2:
                has_heading = True
            elif under and under[0] == start:
                return False
        return has_heading

    def _padded(self, row: int) -> list[str]:
        cells = [cell.strip() for cell in self._cells(row)]
        return cells + [""] * (self._columns[1] - self._columns[0] + 1 - len(cells))

    def _end(self, header_rows: Sequence[int], body: int) -> int:
        """The last row that belongs to the table: the next one begins with its header or the titles above that."""
        ends = [self._last]
        if header_rows:
            ends += [row - 1 for row in self._headers_again(header_rows, body)]
        ends += [row - 1 for row in self._new_tables(body, min(ends))]
        return min(ends)

    def _headers_again(self, header_rows: Sequence[int], body: int) -> Iterator[int]:
        """The first row below that names most of the columns once more, in whatever order."""
        texts = self._padded(header_rows[-1])
        keys = {header_key(text) for text in texts if text}
        named = [n for n, text in enumerate(texts) if text and shape(text) == "word"]
        if len(keys) < 2 or not named:
            return
        for row in self._alike(texts, named, body):
            here = {header_key(text) for text in filled(self._cells(row))}
            if len(here & keys) >= 2 and 2 * len(here & keys) > max(len(here), len(keys)):
                start = self._with_titles(row, body)
                self._known[start] = row
                yield start
                return

    def _alike(self, texts: Sequence[str], named: Sequence[int], body: int) -> Iterator[int]:
        """Rows from `body` on that hold one of the first two names in its place, or two of the names anywhere."""
        spelled = [way for n in named for way in spellings(texts[n])]
        first, size = body, _STRETCH
        while first <= self._last:
            part = window(self._sheet.grid, first, min(first + size - 1, self._last))
            again = np.zeros(part.height, bool)
            for n in named[:2]:
                again |= like_header(part, self._columns[0] + n, texts[n])
            again |= holding(part, self._columns, spelled) >= 2
            yield from (first + int(index) for index in np.flatnonzero(again))
            first, size = first + size, 2 * size

    def _with_titles(self, header: int, body: int) -> int:
        """The first of the title rows above a header: rows of one text, below a gap."""
        row = header
        while row - 1 > body and header - row < _MOST_TITLES and self._filled(row - 1) == 1:
            row -= 1
        return row if row == header or not self._filled(row - 1) else header

    def _new_tables(self, body: int, last: int) -> Iterator[int]:
        """The first row below a gap from which on another header stands, perhaps under titles."""
        first, stop = (int(n) for n in np.searchsorted(self._filled_rows, [body, last + 1]))
        begin = int(np.searchsorted(self._after_gap, first + 1))
        gaps = self._after_gap[begin : int(np.searchsorted(self._after_gap, stop))]
        if not len(gaps):
            return
        usual = self._usual(self._filled_rows[first : min(int(gaps[0]), first + SAMPLE)])
        for row in self._filled_rows[gaps[:_MOST_GAPS]]:
            header = int(row)
            while header - row < _MOST_TITLES and self._filled(header) == 1:
                header += 1
            if self._filled(header) >= 2 and self._begins_table(header, usual, has_title=header > row):
                yield int(row)
                return

    def _usual(self, inside: np.ndarray) -> list[str]:
        rows = [self._cells(int(row)) for row in inside[:SAMPLE]]
        return usual_shapes(rows, self._columns[1] - self._columns[0] + 1)

    def _begins_table(self, row: int, usual: Sequence[str], has_title: bool) -> bool:
        """A row of names, over other cells than names, where the table above has other cells than names."""
        cells = self._padded(row)
        if not names_columns(cells) or any(shape(text) != "word" for text in filled(cells)):
            return False
        strange = sum(
            bool(cell) and kind in ("number", "date", "year", "code", "empty")
            for cell, kind in zip(cells, usual, strict=True)
        )
        below = self._below(row)
        # two names above two staff numbers are signatures
        enough = has_title or len(below) >= 2
        keys = [header_key(text) for text in filled(cells)]
        if len(set(keys)) < len(keys) or any(len(filled(under)) > 2 * len(keys) for under in below[:1]):
            return False  # a header names most of the columns below it, each once
        return enough and strange >= 1 and header_score(cells, below) >= (1 if has_title else 2)
