"""Rows of a table whose cells may span several columns and rows, put where they stand.

Here: the placing. Not here: the markup the spans come from (webpages.py, spreadsheetml.py).
"""

from __future__ import annotations

from kla_pipeline.intake.containers.outcome import RefusedError

_MOST_COLUMNS = 16_384
_MOST_ROWS = 1_048_576
_MOST_CELLS = 20_000_000


class SpannedRows:
    """Rows from 1, columns from 0. The text of a spanned range stands in its upper left cell; the others are empty."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden_rows: list[int] = []
        self._covered: dict[int, int] = {}  # column → last row that a cell from above covers
        self._cells = 0

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def begin_row(self, number: int | None = None, *, hidden: bool = False) -> None:
        """The next row, or the row of this number; those between are empty."""
        number = max(number or 0, len(self.rows) + 1)
        if number > _MOST_ROWS:
            raise RefusedError("reader_limit")
        self.rows.extend([] for _ in range(number - len(self.rows)))
        if hidden:
            self.hidden_rows.append(number)

    def add(self, text: str, columns: int = 1, rows: int = 1, at: int | None = None) -> None:
        """A cell of the current row at the next free column, or at column `at`."""
        row, number = self.rows[-1], len(self.rows)
        column = len(row) if at is None else at
        if at is None:
            while self._covered.get(column, 0) >= number:
                column += 1
        if column + columns > _MOST_COLUMNS:
            raise RefusedError("too_many_columns")
        row.extend([""] * (column + columns - len(row)))
        row[column] = text
        self._cells += columns
        if self._cells > _MOST_CELLS:
            raise RefusedError("reader_limit")
        if columns > 1 or rows > 1:
            self.merges.append((number, column, number + rows - 1, column + columns - 1))
        if rows > 1:
            self._covered.update(dict.fromkeys(range(column, column + columns), number + rows - 1))

    def finish(self) -> None:
        """Equal widths, and no range below the last row."""
        width, height = self.width, len(self.rows)
        if width * height > 5 * _MOST_CELLS:
            raise RefusedError("reader_limit")
        for row in self.rows:
            row.extend([""] * (width - len(row)))
        self.merges = [(first, left, min(last, height), right) for first, left, last, right in self.merges]
