"""The child's frames to sheets, while it still writes.

Here: the reading of what wire.py describes; nothing in it is trusted, and no more is taken than the limit. Not here:
the process (readers.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from kla_pipeline.intake.containers.wire import BLOCK, CELL, ESCAPES, FRAME, LETTERS
from kla_pipeline.intake.grid import Grid, Merge, Sheet
from kla_pipeline.intake.limits import MOST_COLUMNS

_PARSE = csv.ParseOptions(
    delimiter=CELL, quote_char=False, double_quote=False, escape_char=False, ignore_empty_lines=False
)
_MOST_FRAME = 1 << 30


class TooMuchError(Exception):
    """The child wrote more than it may."""


class GarbledError(Exception):
    """The child did not write frames to the end, or not ours."""


def read_answer(stream: IO[bytes], limit: int) -> list[Sheet]:
    """Sheets from the child's frames. Raises TooMuchError and GarbledError."""
    sheets: list[Sheet] = []
    head: dict[str, Any] | None = None
    blocks: list[pa.Table] = []
    for letter, body in _frames(stream, limit):
        if letter == b"S" and head is None:
            head, blocks = _object(body), []
        elif letter == b"B" and head is not None:
            blocks.append(_block(body))
        elif letter == b"E" and head is not None:
            sheets.append(_sheet(len(sheets) + 1, head, blocks, _object(body)))
            head = None
        else:
            raise GarbledError
    if head is not None:
        raise GarbledError
    return sheets


def _frames(stream: IO[bytes], limit: int) -> Iterator[tuple[bytes, bytes]]:
    seen = 0
    while head := _exactly(stream, FRAME.size):
        if len(head) < FRAME.size:
            raise GarbledError
        letter, length = FRAME.unpack(head)
        if letter not in LETTERS:
            raise GarbledError
        seen += FRAME.size + length
        if seen > limit or length > _MOST_FRAME:
            raise TooMuchError
        body = _exactly(stream, length)
        if len(body) < length:
            raise GarbledError
        yield letter, body


def _exactly(stream: IO[bytes], length: int) -> bytes:
    pieces = []
    while length and (piece := stream.read(length)):
        pieces.append(piece)
        length -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise GarbledError
    return found


def _block(body: bytes) -> pa.Table:
    width, height, is_escaped = BLOCK.unpack_from(body) if len(body) >= BLOCK.size else (0, 0, False)
    if not 0 < width <= MOST_COLUMNS:
        raise GarbledError
    names = [str(number) for number in range(width)]
    try:
        table = csv.read_csv(
            pa.BufferReader(pa.py_buffer(body).slice(BLOCK.size)),
            read_options=csv.ReadOptions(column_names=names, block_size=max(len(body), 1), use_threads=False),
            parse_options=_PARSE,
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:
        table = None
    if table is None or table.num_rows != height:
        raise GarbledError
    return pa.table([_lifted(column) for column in table.columns], names=names) if is_escaped else table


def _lifted(column: pa.ChunkedArray) -> pa.ChunkedArray:
    for letter, stands_for in reversed(ESCAPES):
        if stands_for:
            options = pc.ReplaceSubstringOptions(stands_for, letter)
            column = pc.call_function("replace_substring", [column], options)
    return column


def _sheet(number: int, head: dict[str, Any], blocks: list[pa.Table], tail: dict[str, Any]) -> Sheet:
    try:
        table = pa.concat_tables(blocks) if blocks else None
        grid = Grid(table.columns, table.num_rows) if table is not None else Grid([], 0)
        merges = tuple(Merge(*map(int, merge)) for merge in tail["merges"])
        hidden_rows = frozenset(map(int, tail["hidden_rows"]))
        how = {str(key): str(value) for key, value in tail["how"].items()}
        return Sheet(
            number, str(head["name"]), grid, bool(head["hidden"]), merges=merges, hidden_rows=hidden_rows, how=how
        )
    except (KeyError, TypeError, ValueError, pa.ArrowInvalid):
        pass
    raise GarbledError
