"""What the child process writes: frames of a letter, a length and a body.

Here: the frames and the writing of cells. Not here: their reading (answers.py), which does not trust them. Cells go as
text with separators that no table holds, because that is written and read ten times as fast as JSON. Frames:
`S` sheet begins (JSON: name, hidden), `B` block of rows, `E` sheet ends (JSON: merges, hidden_rows, how).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

CELL, ROW, ESCAPE = "\x1f", "\n", "\x1e"
# what a cell may hold that would end it, and what stands for it
ESCAPES = (("\x1e", "\x1e0"), ("\x1f", "\x1e1"), ("\n", "\x1e2"), ("\r", "\x1e3"), ("\x00", ""))
FRAME = struct.Struct("<cI")
LETTERS = (b"S", b"B", b"E")
BLOCK = struct.Struct("<II?")  # cells of a row, rows, whether cells were escaped
_ROWS_OF_BLOCK = 4_096
_CELLS_OF_BLOCK = 200_000


class Writer:
    """Sheets to a stream."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def begin(self, name: str, *, hidden: bool = False) -> None:
        self._frame(b"S", _json({"name": name, "hidden": hidden}))

    def end(self, *, merges: Iterable = (), hidden_rows: Iterable[int] = (), how: dict[str, str] | None = None) -> None:
        """`merges`: (first row from 1, first column from 0, last row, last column) each."""
        self._frame(b"E", _json({"merges": list(merges), "hidden_rows": list(hidden_rows), "how": how or {}}))

    def rows(self, rows: Iterable[list[str]], width: int) -> None:
        """Rows of `width` cells each."""
        if not width:
            return
        iterator = iter(rows)
        size = max(1, min(_ROWS_OF_BLOCK, _CELLS_OF_BLOCK // width))
        while block := list(islice(iterator, size)):
            self._block(block, width)

    def _block(self, block: list[list[str]], width: int) -> None:
        text = ROW.join(map(CELL.join, block))
        tame = (
            text.count(CELL) == (width - 1) * len(block)
            and text.count(ROW) == len(block) - 1
            and not any(letter in text for letter in "\r\x00\x1e")
        )
        if not tame:
            text = ROW.join(CELL.join(map(_escaped, row)) for row in block)
        body = text.encode("utf-8", "replace") + b"\n"
        self._frame(b"B", BLOCK.pack(width, len(block), not tame) + body)

    def _frame(self, letter: bytes, body: bytes) -> None:
        self._stream.write(FRAME.pack(letter, len(body)) + body)


def _escaped(cell: str) -> str:
    for letter, stands_for in ESCAPES:
        if letter in cell:
            cell = cell.replace(letter, stands_for)
    return cell


def _json(item: Any) -> bytes:
    return json.dumps(item, ensure_ascii=True).encode()
