"""Text with delimiters to records: which delimiter, and where one record ends and the next begins.

Here: the delimiter and quotation marks. Not here: encodings (sniff.py), files (readers.py), headers (tables.py).
Python's CSV reader does the work; what stands here is what it cannot know: a quotation mark that nobody closes makes
any CSV reader take the rows that follow for the contents of one cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

DELIMITERS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r'"?sep=(.)"?\n', re.IGNORECASE)
_SAMPLE_LINES = 400
_SAMPLE_RECORDS = 200
# a cell may hold a narrative of many lines; one of more is a quotation mark left open
_MOST_LINES = 1_000
csv.field_size_limit(2**31 - 1)  # the text is in memory anyway; the default would stop at a long narrative


def split_records(text: str) -> tuple[list[list[str]], set[int]]:
    """(records, numbers of the records whose quotation marks are broken). Blank lines are records without cells.

    A record that strict reading refuses, or that hides whole records inside a cell, is read as the one line it starts
    on, so that the rows below it are rows again.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        text = text.replace("\x00", "")
    delimiter, width = dialect(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        return _line_by_line(_lines(text), delimiter, width)
    if reader.line_num > len(rows) and any(_hides_records(row, delimiter, width) for row in rows):
        return _line_by_line(_lines(text), delimiter, width)
    return rows, set()


def dialect(text: str) -> tuple[str, int]:
    """Delimiter and usual width: the delimiter under which most records share the largest number of cells.

    A width that only one record has proves nothing (a narrative full of commas), unless no other delimiter occurs in
    that record: then it is the header, perhaps all there is. Under the wrong delimiter the quotation marks of a cell do
    not pair, so records with broken ones count only where there are no others. Excel's line `sep=;` is believed.
    """
    lines = list(_first_lines(text))
    declared = _SEP_LINE.match(text)
    candidates = (declared.group(1),) if declared else DELIMITERS
    scores = {delimiter: _score(lines, delimiter) for delimiter in candidates}
    best = max(candidates, key=lambda delimiter: scores[delimiter])
    return best, scores[best][-1]


def _score(lines: Sequence[str], delimiter: str) -> tuple[int, int, int]:
    """(score over whole records, score over all records, usual width)."""
    rows, broken = _line_by_line(lines, delimiter, width=0, most_lines=20)
    sample = [(number in broken, row) for number, row in enumerate(rows[:_SAMPLE_RECORDS], 1) if len(row) > 1]
    others = [other for other in DELIMITERS if other != delimiter]
    score, width = _regularity([row for is_broken, row in sample if not is_broken], others)
    score_of_all, width_of_all = _regularity([row for _, row in sample], others)
    return score, score_of_all, width if score else width_of_all


def _regularity(rows: Sequence[Sequence[str]], others: Sequence[str]) -> tuple[int, int]:
    counts = Counter(len(row) for row in rows)
    repeated, width = max((((width - 1) * (count - 1), width) for width, count in counts.items()), default=(0, 1))
    pure = max((len(row) - 1 for row in rows if not any(mark in cell for cell in row for mark in others)), default=0)
    return repeated + 3 * pure, max(width, pure + 1) if not repeated else width


def _first_lines(text: str) -> Iterator[str]:
    stream = io.StringIO(text[: _SAMPLE_LINES * 100_000], newline="")
    for _, line in zip(range(_SAMPLE_LINES), stream, strict=False):
        yield line.removesuffix("\n")


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _line_by_line(
    lines: Sequence[str], delimiter: str, width: int, most_lines: int = _MOST_LINES
) -> tuple[list[list[str]], set[int]]:
    rows: list[list[str]] = []
    broken: set[int] = set()
    at = 0
    while at < len(lines):
        row, used = _record_at(lines, at, delimiter, most_lines)
        if not used or (width and used > 1 and _hides_records(row, delimiter, width)):
            row, used = _one_line(lines[at], delimiter), 1
            broken.add(len(rows) + 1)
        rows.append(row)
        at += used
    return rows, broken


def _record_at(lines: Sequence[str], at: int, delimiter: str, most_lines: int) -> tuple[list[str], int]:
    """The record that starts on a line, and how many lines it takes; 0 when its quotation marks do not pair."""
    line = lines[at]
    if '"' not in line:
        return (line.split(delimiter) if line else []), 1
    reader = csv.reader((item + "\n" for item in lines[at : at + most_lines]), delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return [], 0


def _one_line(line: str, delimiter: str) -> list[str]:
    """Best reading of a line with broken marks: leniently if that stays on the line, else the marks are letters."""
    lenient = list(csv.reader([line + "\n", "end"], delimiter=delimiter))
    if len(lenient) == 2:
        return lenient[0]
    return next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE))


def _hides_records(row: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a line inside a cell has as many delimiters as a record: then it was one, before a mark swallowed it."""
    wanted = max(width - 1, 2)
    return any("\n" in cell and any(part.count(delimiter) >= wanted for part in cell.split("\n")) for cell in row)
