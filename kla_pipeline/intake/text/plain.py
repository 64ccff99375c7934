"""Texts without a fault straight into columns: the fast reading of large files.

Here: the proof that a text can only be read in one way, and that reading. Not here: anything that needs judgement
(records.py); whoever gets None takes that way. Both give the same grid, which a property test holds them to.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from kla_pipeline.intake.grid import Grid
from kla_pipeline.intake.text.dialect import Dialect
from kla_pipeline.intake.text.records import hides_records

_PIECE = 1 << 23
_ROWS = 1 << 14
_NEW_LINE, _RETURN = 10, 13


def read_plain(body: bytes, spoken: Dialect) -> Grid | None:
    """The grid of a text in UTF-8 without a mark, or None when its bytes do not prove that there is one reading only.

    Proven: one kind of line end, no NUL, every record as wide as the others, quotation marks at borders of cells or
    doubled within marked cells only.
    """
    if spoken.width < 2 or not spoken.is_plain or b"\x00" in body or not _one_line_end(body):
        return None
    body, blank_rows = _without_blank_end(body)
    found = _proven_marks(body, spoken)
    if found is None:
        return None
    columns = _columns(body, spoken, found)
    if columns is None or (found and not _cells_of_lines_are_cells(columns, spoken)):
        return None
    if found and b"\r" in body:
        options = pc.ReplaceSubstringOptions("\r\n", "\n")
        columns = [pc.call_function("replace_substring", [column], options) for column in columns]
    return _with_blank_rows(columns, blank_rows)


def _one_line_end(body: bytes) -> bool:
    returns = body.count(b"\r")
    return not returns or returns == body.count(b"\r\n") == body.count(b"\n")


def _without_blank_end(body: bytes) -> tuple[bytes, int]:
    """The text up to its last record, and how many blank lines follow; one line end belongs to the record."""
    if not body.endswith((b"\n\n", b"\n\r\n")):
        return body, 0
    short = body.rstrip(b"\r\n")
    return short + b"\n" if b"\r" not in short else short + b"\r\n", body.count(b"\n", len(short)) - 1


def _proven_marks(body: bytes, spoken: Dialect) -> bool | None:
    """Whether cells hold line ends; None when a mark stands where only a person could say what it means."""
    mark, border = ord(spoken.quote), ord(spoken.delimiter)
    if body.find(spoken.quote.encode()) < 0:
        return False
    letters = np.frombuffer(body, np.uint8)
    places = _places(letters, mark)
    if len(places) % 2:
        return None
    opening, closing = places[0::2], places[1::2]
    before = np.where(opening > 0, letters[opening - 1], _NEW_LINE)
    after = np.where(closing + 1 < len(letters), letters[np.minimum(closing + 1, len(letters) - 1)], _NEW_LINE)
    borders = np.array([border, _NEW_LINE, mark], np.uint8)
    if not np.isin(before, borders).all() or not np.isin(after, [*borders, _RETURN]).all():
        return None
    ends = _places(letters, _NEW_LINE)
    return bool((np.searchsorted(places, ends) & 1).any())


def _places(letters: np.ndarray, letter: int) -> np.ndarray:
    pieces = [
        np.flatnonzero(letters[start : start + _PIECE] == letter) + start for start in range(0, len(letters), _PIECE)
    ]
    return np.concatenate(pieces) if pieces else np.empty(0, np.int64)


def _columns(body: bytes, spoken: Dialect, has_line_ends: bool) -> list[pa.ChunkedArray] | None:
    names = [str(number) for number in range(spoken.width)]
    try:
        table = csv.read_csv(
            pa.BufferReader(body),
            read_options=csv.ReadOptions(column_names=names, block_size=_PIECE),
            parse_options=csv.ParseOptions(
                delimiter=spoken.delimiter,
                quote_char=spoken.quote,
                newlines_in_values=has_line_ends,
                ignore_empty_lines=False,
            ),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:  # not UTF-8, or a record of another width
        return None
    return table.columns


def _cells_of_lines_are_cells(columns: list[pa.ChunkedArray], spoken: Dialect) -> bool:
    """Whether no cell of several lines looks as if a mark left open had swallowed records."""
    options = pc.MatchSubstringOptions("\n")
    has_lines = np.zeros(len(columns[0]), bool)
    for column in columns:
        has_lines |= pc.call_function("match_substring", [column], options).to_numpy(zero_copy_only=False)
    rows = pa.array(np.flatnonzero(has_lines))
    for start in range(0, len(rows), _ROWS):
        texts = [column.take(rows.slice(start, _ROWS)).to_pylist() for column in columns]
        if any(hides_records(row, spoken) for row in zip(*texts, strict=True)):
            return False
    return True


def _with_blank_rows(columns: list[pa.ChunkedArray], count: int) -> Grid:
    height = len(columns[0])
    if count:
        blank = pa.repeat(pa.scalar("", pa.string()), count)
        columns = [pa.chunked_array([*column.chunks, blank], pa.string()) for column in columns]
    return Grid(columns, height + count)
