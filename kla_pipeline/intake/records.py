"""Text with delimiters to records, carefully: where one record ends and the next begins.

Here: quotation marks and line ends. Not here: encodings (encodings.py), the dialect (dialect.py), the fast reading of
faultless files (plain.py), headers (tables.py). Python's CSV reader does the work; what stands here is what it cannot
know: a quotation mark that nobody closes makes any CSV reader take the rows that follow for the contents of one cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from kla_pipeline.intake.dialect import Dialect
from kla_pipeline.intake.dialect import dialect as find_dialect
from kla_pipeline.intake.repair import best_reading, exact_reading, under_another_delimiter

# a cell may hold a narrative of many lines; one of more is a quotation mark left open
_MOST_LINES = 1_000
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
    spoken = spoken or dialect(text)
    shield = _Shield(text, spoken)
    rows, broken = _split(shield.text, spoken)
    return [shield.lifted(row) for row in rows] if shield.covers else rows, broken


def _split(text: str, spoken: Dialect) -> tuple[list[list[str]], set[int]]:
    reader = _reader(io.StringIO(text, newline=""), spoken)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        return _line_by_line(_lines(text), spoken)
    if reader.line_num > len(rows) and any(hides_records(row, spoken) for row in rows):
        return _line_by_line(_lines(text), spoken)
    if any(_is_suspicious(row, spoken) for row in rows if len(row) != spoken.width):
        return _line_by_line(_lines(text), spoken)
    return rows, set()


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
        lines = _lines(_Shield("\n".join(lines), candidate).text)
    return _line_by_line(lines, candidate, most_lines=20)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _line_by_line(
    lines: Sequence[str], spoken: Dialect, most_lines: int = _MOST_LINES
) -> tuple[list[list[str]], set[int]]:
    rows: list[list[str]] = []
    broken: set[int] = set()
    at = 0
    while at < len(lines):
        row, used = _record_at(lines, at, spoken, most_lines)
        if not used or (spoken.width and used > 1 and hides_records(row, spoken)):
            row, used = best_reading(lines[at], spoken.delimiter, spoken.quote, spoken.width), 1
            broken.add(len(rows) + 1)
        elif used == 1 and spoken.width and len(row) != spoken.width:
            mended = _mended(lines[at], row, spoken)
            if mended is not None:
                row = mended
                broken.add(len(rows) + 1)
        rows.append(row)
        at += used
    return rows, broken


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
    """Whether a line inside a cell has as many delimiters as a record: then it was one, before a mark swallowed it."""
    wanted = max(spoken.width - 1, 2)
    return any(
        "\n" in cell and any(part.count(spoken.delimiter) >= wanted for part in cell.split("\n")) for cell in row
    )


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

    def lifted(self, row: list[str]) -> list[str]:
        for cover, meant in self.covers.items():
            row = [cell.replace(cover, meant) for cell in row]
        return row


def _doubles_backslashes(text: str, spoken: Dialect) -> bool:
    rest = text.replace("\\\\", "")
    for letter in (spoken.quote, spoken.delimiter):
        rest = rest.replace("\\" + letter, "")
    return "\\" not in rest
