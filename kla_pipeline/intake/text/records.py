"""Text with delimiters to records, carefully: where one record ends and the next begins.

Here: quotation marks and line ends. Not here: encodings (encodings.py), the dialect (dialect.py), the fast reading of
faultless files (plain.py), headers (tables.py). Python's CSV reader does the work; what stands here is what it cannot
know: a quotation mark that nobody closes makes any CSV reader take the rows that follow for the contents of one cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

import pyarrow as pa

from kla_pipeline.intake.grid import Grid
from kla_pipeline.intake.limits import TextLimits
from kla_pipeline.intake.refusals import refusal
from kla_pipeline.intake.text.dialect import Dialect
from kla_pipeline.intake.text.dialect import dialect as find_dialect
from kla_pipeline.intake.text.repair import best_reading, exact_reading, under_another_delimiter

# a cell may hold a narrative of many lines; one of more is a quotation mark left open
_MOST_LINES = 1_000
# so many lines that look like records in one cell are records, whatever its first and last line look like
_MANY_LINES = 10
_BLOCK = 1 << 20
Kept = TypeVar("Kept")
csv.field_size_limit(2**31 - 1)  # the text is in memory anyway; the default would stop at a long narrative


def dialect(text: str) -> Dialect:
    """How a text is written; see dialect.py."""
    return find_dialect(one_line_end(text), _split_sample)


def one_line_end(text: str) -> str:
    """The text with `\\n` for every line end and without NUL characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "") if "\x00" in text else text


def split_records(text: str, spoken: Dialect | None = None) -> tuple[list[list[str]], set[int]]:
    """(records, numbers of the records whose cells are a best reading). Blank lines are records without cells.

    A record that strict reading refuses, or that hides whole records inside a cell, is read as the one line it starts
    on, so that the rows below it are rows again.
    """
    text = one_line_end(text)
    return _read(text, spoken or dialect(text), list, TextLimits.of(len(text)))


def read_carefully(text: str, spoken: Dialect, limits: TextLimits) -> tuple[Grid, set[int]]:
    """As `split_records`, into columns, so that a few rows at a time are held as Python's objects.

    Raises DeliveryRefused with `reader_limit`.
    """
    return _read(one_line_end(text), spoken, Grid.from_rows, limits)


def _read(
    text: str, spoken: Dialect, keep: Callable[[Iterable[list[str]]], Kept], limits: TextLimits
) -> tuple[Kept, set[int]]:
    shield = _Shield(text, spoken)
    broken: set[int] = set()
    try:
        return keep(_counted(shield.lifted(_strictly(shield.text, spoken)), limits)), broken
    except _DoubtError:
        pa.default_memory_pool().release_unused()  # the columns of the attempt
    blocks = (piece.removesuffix("\n").split("\n") for piece in _pieces(shield.text))
    rows = _line_by_line(blocks, spoken, broken)
    return keep(_counted(shield.lifted(rows), limits, broken)), broken


class _DoubtError(Exception):
    """Strict reading does not do."""


def _counted(rows: Iterable[list[str]], limits: TextLimits, broken: Sequence[int] | set[int] = ()) -> Iterator:
    """The rows, as long as the sheet does not unfold to what no table of this size is."""
    widest = 0
    for number, row in enumerate(rows, 1):
        widest = max(widest, len(row))
        if number * widest > limits.cells or len(broken) > limits.mended_rows:
            raise refusal("reader_limit")
        yield row


def _strictly(text: str, spoken: Dialect) -> Iterator[list[str]]:
    pieces = (io.StringIO(piece, newline="\n") for piece in _pieces(text))
    reader = _reader(chain.from_iterable(pieces), spoken)
    line = 0
    try:
        for row in reader:
            is_long, line = reader.line_num > line + 1, reader.line_num
            if (is_long and hides_records(row, spoken)) or (len(row) != spoken.width and _is_suspicious(row, spoken)):
                raise _DoubtError
            yield row
    except csv.Error:
        raise _DoubtError from None


def _reader(lines, spoken: Dialect):
    return csv.reader(
        lines,
        delimiter=spoken.delimiter,
        quotechar=spoken.quote,
        skipinitialspace=spoken.skips_blank,
        strict=True,
    )


def _split_sample(lines: Sequence[str], candidate: Dialect) -> tuple[list[list[str]], set[int]]:
    """Records of a sample whose width is not known yet."""
    if candidate.escape:
        lines = _Shield("\n".join(lines), candidate).text.removesuffix("\n").split("\n")
    broken: set[int] = set()
    return list(_line_by_line([[*lines]], candidate, broken, most_lines=20)), broken


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces of whole lines: as a list of lines one of short lines takes ten times its own size."""
    start = 0
    while start < len(text):
        stop = text.find("\n", start + _BLOCK) + 1 or len(text)
        yield text[start:stop]
        start = stop


def _line_by_line(
    blocks: Iterable[list[str]], spoken: Dialect, broken: set[int], most_lines: int = _MOST_LINES
) -> Iterator[list[str]]:
    """Records; the numbers of those that are a best reading are added to `broken`."""
    blocks = iter(blocks)
    lines: list[str] = []
    at, number, is_all = 0, 0, False
    while True:
        while not is_all and at + most_lines > len(lines):
            block = next(blocks, None)
            is_all = block is None
            lines, at = lines[at:] + (block or []), 0
        if at >= len(lines):
            return
        number += 1
        row, used, is_broken = _best_record(lines, at, spoken, most_lines)
        if is_broken:
            broken.add(number)
        yield row
        at += used


def _best_record(lines: Sequence[str], at: int, spoken: Dialect, most_lines: int) -> tuple[list[str], int, bool]:
    """(record that starts on a line, lines it takes, whether it is a best reading)."""
    row, used = _record_at(lines, at, spoken, most_lines)
    if not used or (spoken.width and used > 1 and hides_records(row, spoken)):
        return best_reading(lines[at], spoken.delimiter, spoken.quote, spoken.width), 1, True
    if used == 1 and spoken.width and len(row) != spoken.width:
        mended = _mended(lines[at], row, spoken)
        if mended is not None:
            return mended, 1, True
    return row, used, False


def _record_at(lines: Sequence[str], at: int, spoken: Dialect, most_lines: int) -> tuple[list[str], int]:
    """The record that starts on a line, and how many lines it takes; 0 when its quotation marks do not pair."""
    line = lines[at]
    if spoken.quote not in line and not spoken.skips_blank:
        return (line.split(spoken.delimiter) if line else []), 1
    reader = _reader((item + "\n" for item in lines[at : at + most_lines]), spoken)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return [], 0


def _is_suspicious(row: list[str], spoken: Dialect) -> bool:
    """Whether a record of unusual length may be a usual one in other words: marks inside its cells, or few cells."""
    few = len(row) <= spoken.width // 2 and sum(map(len, row)) > spoken.width
    return few or any(spoken.quote in cell for cell in row)


def _mended(line: str, row: list[str], spoken: Dialect) -> list[str] | None:
    if not _is_suspicious(row, spoken):
        return None
    mended = exact_reading(line, spoken.delimiter, spoken.quote, spoken.width) if spoken.quote in line else None
    if mended is not None and mended != row:
        return mended
    return under_another_delimiter(line, row, spoken.delimiter, spoken.quote, spoken.width)


def hides_records(row: Sequence[str], spoken: Dialect) -> bool:
    """Whether lines inside a cell were records, before a mark left open swallowed them.

    A line with as many delimiters as a record is the first sign. A record of another than the usual width needs no
    other; in one of the usual width it may be a narrative (`a, b, c`), see `_are_records`.
    """
    wanted = max(spoken.width - 1, 2)
    has_sign = any(
        "\n" in cell and any(part.count(spoken.delimiter) >= wanted for part in cell.split("\n")) for cell in row
    )
    return has_sign and (len(row) != spoken.width or _are_records(spoken.delimiter.join(row).split("\n"), spoken))


def _are_records(lines: Sequence[str], spoken: Dialect) -> bool:
    """Whether most lines of one record could be records themselves: exactly the usual number of delimiters, and no
    blank behind one as in prose. A mark left open also leaves the first and the last line like that."""
    prose = spoken.delimiter + " "
    alike = [
        line.count(spoken.delimiter) == spoken.width - 1 and (spoken.skips_blank or prose not in line) for line in lines
    ]
    return sum(alike) * 2 > len(lines) and (len(lines) > _MANY_LINES or (alike[0] and alike[-1]))


class _Shield:
    """Escaped characters under private ones while the marks are paired, since no CSV reader knows all escapes."""

    def __init__(self, text: str, spoken: Dialect) -> None:
        self.covers: dict[str, str] = {}
        free = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
        if spoken.escape == '"':
            text = self._cover(text, '""', '"', next(free))
        elif spoken.escape:
            for letter in ("\\", spoken.quote, spoken.delimiter):
                # a lone backslash is a letter unless the file doubles its backslashes
                if letter != "\\" or _doubles_backslashes(text, spoken):
                    text = self._cover(text, "\\" + letter, letter, next(free))
        self.text = text

    def _cover(self, text: str, written: str, meant: str, cover: str) -> str:
        self.covers[cover] = meant
        return text.replace(written, cover)

    def lifted(self, rows: Iterable[list[str]]) -> Iterable[list[str]]:
        return map(self._uncovered, rows) if self.covers else rows

    def _uncovered(self, row: list[str]) -> list[str]:
        for cover, meant in self.covers.items():
            row = [cell.replace(cover, meant) for cell in row]
        return row


def _doubles_backslashes(text: str, spoken: Dialect) -> bool:
    rest = text.replace("\\\\", "")
    for letter in (spoken.quote, spoken.delimiter):
        rest = rest.replace("\\" + letter, "")
    return "\\" not in rest
