"""What a row of a table is when no layout says what its columns mean: the rules of rows.py with other evidence.

A row is a total by its name when all it has beside the name are numbers, by its place and sum when it ends or begins
the table; a section when it has one text in the first column, above data. In doubt it is data.
"""

from __future__ import annotations

from collections.abc import Sequence

from kla_pipeline.intake.finding.footers import begins_with
from kla_pipeline.intake.finding.headers import Header
from kla_pipeline.intake.finding.rows import Extent, RowKinds
from kla_pipeline.intake.finding.shapes import filled, is_column_numbers, shape
from kla_pipeline.intake.finding.sums import is_telling_sum
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.layouts import TOTAL_WORDS, Layout, header_key
from kla_pipeline.intake.matching.matching import Match

_ANY = Layout("", "", "", "snapshot", {}, sections="section", totals_by_sum=True)
_MOST_SUMMED = 5_000


class FreeRowKinds(RowKinds):
    """Kinds of the rows of a table that no layout describes."""

    def __init__(self, sheet: Sheet, header: Header, columns: tuple[int, int], extent: Extent) -> None:
        first, last = columns
        header_row = header.last_row or self._row_above(sheet, columns, extent)
        positions = {str(n): n for n in range(first, last + 1)}
        match = Match(_ANY, header_row, positions, header=header.spelled, header_rows=header.rows, columns=columns)
        super().__init__(sheet, match, (), extent)

    @staticmethod
    def _row_above(sheet: Sheet, columns: tuple[int, int], extent: Extent) -> int:
        """The last row above the data of a table without a header."""
        needed = min(2, columns[1] - columns[0] + 1)
        for row in range(extent.first, extent.last + 1):
            if len(filled(sheet.grid.row(row)[columns[0] : columns[1] + 1])) >= needed:
                return row - 1
        return extent.last

    def _is_total(self, row: int, first: str, cells: Sequence[str]) -> bool:
        key = header_key(first)
        if not any(begins_with(key, word) for word in TOTAL_WORDS):
            return False
        others = [(n, cell.strip()) for n, cell in enumerate(cells) if cell.strip() and cell.strip() != first]
        words = [(n, text) for n, text in others if shape(text) in ("word", "code", "date")]
        if not words:
            return key in TOTAL_WORDS or self._is_rare()
        return key in TOTAL_WORDS and self._repeats_row_above(row, words)

    def _is_rare(self) -> bool:
        """Few rows begin like a total: where many do, it is what the table is about."""
        return int(self._looks.begins.sum()) <= 1 + len(self._looks.begins) // 20

    def _repeats_row_above(self, row: int, words: Sequence[tuple[int, str]]) -> bool:
        """The words beside the total's name are those of the row above: it sums that group."""
        above = self._cells(row - 1)
        return all(n < len(above) and above[n].strip() == text for n, text in words)

    def _kind(self, row: int, cells: list[str]) -> str:
        kind = super()._kind(row, cells)
        if kind == "" and is_column_numbers(cells, row == self._first_row):
            return "column_number"
        return kind

    def _is_section(self, row: int, cells: Sequence[str]) -> bool:
        """A word alone in the first cell, in a table of three columns or more, and a fuller row follows."""
        wide = self._match.columns[1] - self._match.columns[0] >= 2
        follows = self._looks.filled[row : row + 3]
        return wide and shape(filled(cells)[0]) == "word" and any(count >= 2 for count in follows)

    def _find_sums(self) -> None:
        data = [int(row) for row in self._rows_of("")]
        if not 4 <= len(data) <= _MOST_SUMMED:
            return
        cells = {row: self._cells(row) for row in data}
        for row, others in ((data[-1], data[:-1]), (data[0], data[1:])):
            if is_telling_sum(cells[row], [cells[other] for other in others]):
                self._set_kind(row, "total")
                return
