"""A text with delimiters without some of its records, every other byte as it was.

Here: which lines a record stands on, and what stands there instead. Not here: whether the result reads as it should
(renditions.py looks) and which records go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kla_pipeline.intake.grid import Grid
from kla_pipeline.intake.text.dialect import Dialect
from kla_pipeline.intake.text.encodings import decode, two_byte_order
from kla_pipeline.intake.text.records import dialect

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_END = re.compile(r"(?:\r\n|\r|\n)?\Z")
_SAMPLE = 65_536


def rewritten(data: bytes, grid: Grid, records: Mapping[int, list[str]]) -> bytes | None:
    """The bytes with other cells in some records (by number from 1); None when lines and records do not fit together.

    `grid` is what the bytes read as. A record stands on one line more than its cells hold line ends.
    """
    try:
        text, encoding = _letters(data)
    except UnicodeDecodeError:  # half a letter at the end of a cut text
        return None
    lines = _LINE.findall(text)
    starts = _starts(grid)
    if starts[-1] != len(lines):
        return None
    spoken = dialect(decode(data)[0])
    for number, cells in sorted(records.items(), reverse=True):
        first, stop = starts[number - 1], starts[number]
        end = _END.search(lines[stop - 1])
        lines[first:stop] = [_record(cells, spoken, encoding) + (end[0] if end else "")]
    return "".join(lines).encode(encoding)


def _letters(data: bytes) -> tuple[str, str]:
    """The bytes as text one to one, and the codec that gives them back: UTF-16 as itself, all else byte by byte."""
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data.decode(name, "surrogatepass"), name
    name = two_byte_order(data[:_SAMPLE])
    return (data.decode(name, "surrogatepass"), name) if name else (data.decode("latin-1"), "latin-1")


def _starts(grid: Grid) -> list[int]:
    """Index of the line on which each record starts, and after the last one the number of lines."""
    starts, line = [0], 0
    for _, cells in grid.rows():
        line += 1 + sum(cell.count("\n") for cell in cells)
        starts.append(line)
    return starts


def _record(cells: list[str], spoken: Dialect, encoding: str) -> str:
    width = max(spoken.width, len(cells), 1)
    padded = cells + [""] * (width - len(cells))
    written = spoken.delimiter.join(_quoted(cell, spoken) for cell in padded)
    return written.encode("utf-8").decode("latin-1") if encoding == "latin-1" else written


def _quoted(cell: str, spoken: Dialect) -> str:
    mark = spoken.quote
    if not any(letter in cell for letter in (mark, spoken.delimiter, "\n", "\r")) and cell == cell.strip():
        return cell
    doubled = cell.replace(mark, ("\\" if spoken.escape == "\\" else mark) + mark)
    return f"{mark}{doubled}{mark}"
