"""What a row of a recognised sheet is: data, or one of the kinds that are set aside.

In doubt a row is data: the contract then rejects it with a reason that somebody can act on, whereas a row set aside is
only counted. So a total lacks most required cells, and a footer stands below the last row that could be data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kla_pipeline.intake.layouts import Match, header_key

_BRACKETED = re.compile(r"\(\d{1,3}\)")
_NUMBERING = re.compile(r"\d{1,6}[.)]?")
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}.*\s.*[^\W\d_]{2,}")
# notes, place and date, "Mengetahui", two offices, two names, two staff numbers: no block of signatures is longer
_FOOTER_ROWS = 20


class RowKinds:
    """Kinds of the rows of one sheet under its header."""

    def __init__(self, rows: Sequence[list[str]], match: Match, required: Iterable[str]) -> None:
        self._header_row = match.header_row
        self._header = _keys(match.header)
        self._positions = sorted(match.positions.values())
        self._required = [match.positions[name] for name in required if name in match.positions]
        self._totals = tuple(match.layout.total_words)
        self._footers = tuple(match.layout.footer_words)
        # only a row that begins with one of these letters can be a total or the header once more
        self._initials = {word[:1] for word in (*self._totals, next(filter(None, self._header), ""))}
        self._first_row = next((n for n in range(self._header_row + 1, len(rows) + 1) if _filled(rows[n - 1])), 0)
        self._footer_from = self._find_footer(rows)

    def of(self, number: int, cells: list[str]) -> str | None:
        """The kind of a row, None for data."""
        first = next((cell for cell in cells if cell and not cell.isspace()), None)
        if first is None:
            return "blank"
        if number <= self._header_row:
            return "header" if number == self._header_row else "title"
        first = first.strip()
        if first.lstrip(" .:*")[:1].lower() in self._initials:
            if _keys(cells) == self._header:
                return "header"
            if self._is_total(first, cells):
                return "total"
        if self._is_column_numbers(number, first, cells):
            return "column_number"
        if number >= self._footer_from:
            return "footer"
        return "blank" if self._is_numbered_blank(cells) else None

    def _is_total(self, first: str, cells: Sequence[str]) -> bool:
        """It begins with a total's word, and most of the required cells beside that word are empty."""
        key = header_key(first)
        if not any(_begins_with(key, word) for word in self._totals):
            return False
        texts = [cells[n].strip() if n < len(cells) else "" for n in self._required]
        filled = sum(bool(text) for text in texts)
        others = sum(bool(text) and text != first for text in texts)
        return filled < len(texts) and 2 * others < len(texts)

    def _is_column_numbers(self, number: int, first: str, cells: Sequence[str]) -> bool:
        """(1) (2) (3) anywhere, or 1 2 3 … directly below the header."""
        if first.startswith("("):
            filled = _filled(cells)
            return len(filled) >= 2 and all(_BRACKETED.fullmatch(cell) for cell in filled)
        if number == self._first_row and first == "1":
            filled = _filled(cells)
            return len(filled) >= 3 and filled == [str(n) for n in range(1, len(filled) + 1)]
        return False

    def _is_numbered_blank(self, cells: Sequence[str]) -> bool:
        """A line of a form that nobody filled in: only its running number, in a column the layout does not read."""
        if any(n < len(cells) and cells[n] and not cells[n].isspace() for n in self._positions):
            return False
        return all(_NUMBERING.fullmatch(cell) for cell in _filled(cells))

    def _find_footer(self, rows: Sequence[list[str]]) -> int:
        """Number of the first footer row; one beyond the end when there is none.

        Upwards to the last row that could be data; from there down to the first row that reads like a note.
        """
        last = len(rows)
        while last > self._header_row and self._may_be_footer(rows[last - 1]):
            last -= 1
        below = [n for n in range(last + 1, len(rows) + 1) if _filled(rows[n - 1])]
        start = next((n for n in below if self._begins_footer(rows[n - 1])), len(rows) + 1)
        return start if sum(n >= start for n in below) <= _FOOTER_ROWS else len(rows) + 1

    def _may_be_footer(self, cells: Sequence[str]) -> bool:
        filled = _filled(cells)
        if len(filled) <= 1 and len(self._positions) > 3:
            return True
        if not filled or self._is_total(filled[0], cells):
            return True
        if self._is_note(filled):
            return True
        # wide tables leave room for two or three signatures side by side
        return len(filled) <= (3 if len(self._positions) >= 10 else 2) and len(self._positions) > 3

    def _begins_footer(self, cells: Sequence[str]) -> bool:
        filled = _filled(cells)
        if self._is_total(filled[0], cells):
            return False
        if self._is_note(filled):
            return True
        is_number = " " not in filled[0] and any(letter.isdigit() for letter in filled[0])
        return not is_number and any(_TWO_WORDS.search(cell) or cell.endswith((",", ":")) for cell in filled)

    def _is_note(self, filled: Sequence[str]) -> bool:
        return len(filled) <= 2 and any(_begins_with(header_key(filled[0]), word) for word in self._footers)


def _filled(cells: Iterable[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell and not cell.isspace()]


def _keys(cells: Iterable[str]) -> list[str]:
    keys = [header_key(cell) for cell in cells]
    while keys and not keys[-1]:
        keys.pop()
    return keys


def _begins_with(key: str, word: str) -> bool:
    return key.startswith(word) and not key[len(word) : len(word) + 1].isalnum()
