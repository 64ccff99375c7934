"""Which rows at the end of a table are its footer: notes, sources, places and dates of signing, signatures.

In doubt a row is data. A row is no footer when a required column holds a value of its kind, or when it fills several
columns that are read and no note, date of signing or staff number says what the block is. Not here: totals (rows.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from kla_pipeline.intake.layouts import header_key
from kla_pipeline.intake.matching.matching import Match

_TWO_WORDS = re.compile(r"[^\W\d_]{2,}.*\s.*[^\W\d_]{2,}")
# "Serang, 5 Januari 2025"
_SIGNED = re.compile(r"[^\W\d_][^\d,]*,\s*(?:tanggal\s+)?\d{1,2}[\s\-/.]+\w+.*", re.IGNORECASE)
_STAFF_NUMBER = re.compile(r"nip\b.*", re.IGNORECASE)
# notes, place and date, "Mengetahui", two offices, two names, two staff numbers: no block of signatures is longer
_MOST_ROWS = 20
# rows looked at from below for the beginning of the footer
_SEARCH = 1_000
_WIDE = 10


class Footers:
    """Finds the footer of one table.

    `required` are positions of required columns; `told` those of them whose texts can be told from others, with the
    test; `is_total` asks whether a row (number, first text, cells) is a total.
    """

    def __init__(
        self,
        match: Match,
        required: Sequence[int],
        told: Sequence[tuple[int, Callable[[str], bool]]],
        is_total: Callable[[int, str, Sequence[str]], bool],
    ) -> None:
        self._first = match.columns[0]
        self._words = tuple(match.layout.footer_words)
        self._read = match.read
        self._required = required
        self._told = told
        self._is_total = is_total

    def find(self, rows: np.ndarray, cells_of: Callable[[int], list[str]]) -> np.ndarray:
        """Those of a table's filled rows (ascending) that are its footer.

        Upwards to the last row that could be data; from there down to the first row that reads like a note.
        """
        run: list[tuple[int, list[str]]] = []
        for row in rows[::-1]:
            cells = cells_of(int(row))
            if not self._may_be_footer(int(row), cells) or len(run) > _SEARCH:
                break
            run.insert(0, (int(row), cells))
        run = self._without_doubtful(run, int(rows[len(rows) - len(run) - 1]) if len(run) < len(rows) else 0)
        start = next((n for n, (row, cells) in enumerate(run) if self._begins(row, cells)), len(run))
        found = [row for row, _ in run[start:]]
        return np.array(found if len(found) <= _MOST_ROWS else [], "int64")

    def _may_be_footer(self, row: int, cells: Sequence[str]) -> bool:
        filled = _filled(cells)
        columns = len(self._read)
        if self._is_total(row, filled[0], cells):
            return True
        is_note = self._is_note(filled)
        if self._holds_value(cells) and not (is_note and len(filled) == 1):
            return False
        if is_note:
            return True
        # wide tables leave room for two or three signatures side by side
        return len(filled) <= (3 if columns >= _WIDE else 2) and columns > 3

    def _holds_value(self, cells: Sequence[str]) -> bool:
        return any(text and reads(text) for position, reads in self._told if (text := self._text(cells, position)))

    def _without_doubtful(self, run: list[tuple[int, list[str]]], before: int) -> list[tuple[int, list[str]]]:
        """The rows below the last one that may as well be data; `before` is the row of data above them."""
        start = 0
        is_marked = False
        for n, (row, cells) in enumerate(run):
            has_gap = bool(before) and row > before + 1
            is_marked = is_marked or self._is_marked(cells) or (has_gap and _has_staff_number(run[n:]))
            if (
                not is_marked
                and not self._is_total(row, _filled(cells)[0], cells)
                and self._may_be_data(cells, has_gap)
            ):
                start = n + 1
            before = row
        return run[start:]

    def _may_be_data(self, cells: Sequence[str], has_gap: bool) -> bool:
        texts = [self._text(cells, position) for position in self._required]
        if self._required and all(texts):
            return True
        if sum(bool(self._text(cells, position)) for position in self._read) >= 2:
            return True
        return any(texts) and not has_gap

    def _is_marked(self, cells: Sequence[str]) -> bool:
        """A note, a place and date of signing, or a staff number."""
        filled = _filled(cells)
        is_sign = (
            cell.endswith((",", ":")) or _SIGNED.fullmatch(cell) or _STAFF_NUMBER.fullmatch(cell) for cell in filled
        )
        return self._is_note(filled) or any(is_sign)

    def _begins(self, row: int, cells: Sequence[str]) -> bool:
        filled = _filled(cells)
        if self._is_total(row, filled[0], cells):
            return False
        if self._is_note(filled):
            return True
        is_number = " " not in filled[0] and any(letter.isdigit() for letter in filled[0])
        return not is_number and any(_TWO_WORDS.search(cell) or cell.endswith((",", ":")) for cell in filled)

    def _is_note(self, filled: Sequence[str]) -> bool:
        return len(filled) <= 2 and any(begins_with(header_key(filled[0]), word) for word in self._words)

    def _text(self, cells: Sequence[str], position: int) -> str:
        n = position - self._first
        return cells[n].strip() if n < len(cells) else ""


def _has_staff_number(run: Iterable[tuple[int, Sequence[str]]]) -> bool:
    return any(_STAFF_NUMBER.fullmatch(cell) for _, cells in run for cell in _filled(cells))


def _filled(cells: Iterable[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell and not cell.isspace()]


def begins_with(key: str, word: str) -> bool:
    """Whether a header key begins with a whole word."""
    return key.startswith(word) and not key[len(word) : len(word) + 1].isalnum()
