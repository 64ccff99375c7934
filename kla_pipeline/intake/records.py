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

    A width that only one record has proves nothing (a narrative full of commas), but decides where a header is all
    there is. Under the wrong delimiter the quotation marks of a cell do not pair, so records with broken ones count
    only where there are no others. The line `sep=;` that Excel understands is believed.
    """
    lines = list(_first_lines(text))
    declared = _SEP_LINE.match(text)
    candidates = (declared.group(1),) if declared else DELIMITERS
    scores = {delimiter: _score(lines, delimiter) for delimiter in candidates}
    best = max(candidates, key=lambda delimiter: scores[delimiter])
    return best, scores[best][-1]


def _score(lines: Sequence[str], delimiter: str) -> tuple[int, int, int]:
    rows, broken = _line_by_line(lines, delimiter, width=0, most_lines=20)
    sample = rows[:_SAMPLE_RECORDS]
    whole = Counter(len(row) for number, row in enumerate(sample, 1) if len(row) > 1 and number not in broken)
    every = Counter(len(row) for row in sample if len(row) > 1)
    best, width = _most_regular(whole)
    others, other_width = _most_regular(every)
    return best, others, width if best else other_width


def _most_regular(widths: Counter[int]) -> tuple[int, int]:
    return max((((width - 1) * (count - 1), width) for width, count in widths.items()), default=(0, 1))


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
