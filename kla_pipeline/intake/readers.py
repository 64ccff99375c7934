"""Files to sheets of text rows that keep the row number a person sees.

Here: one function per container. Everything arrives as text; typing is the contract's business (quality/). How the
records of a CSV are told apart is records.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake import workbook
from kla_pipeline.intake.grid import Grid, Sheet
from kla_pipeline.intake.records import split_records
from kla_pipeline.intake.sniff import decode, sniff

WALL_SECONDS = 180
# what a workbook may unfold to; a sheet of a million rows and twenty columns stays below it
OUTPUT_BYTES = 500_000_000
_PIECE_BYTES = 1 << 20


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a file, by its content; hidden sheets and those without cells too.

    Raises DeliveryRefused: see `sniff`; also `reader_limit` when the workbook is too large to open safely.
    """
    return [_read_csv(path)] if sniff(path) == "csv" else _read_workbook(path)


def _read_csv(path: Path) -> Sheet:
    text, _ = decode(path.read_bytes())
    rows, broken = split_records(text)
    return Sheet(1, "", Grid.from_rows(rows), broken_quotes=frozenset(broken))


def _read_workbook(path: Path) -> list[Sheet]:
    """Sheets from the child process; it is stopped when it takes too long or writes too much."""
    with _child(path) as (process, stopped):
        assert process.stdout is not None
        sheets, is_whole = _parse(process.stdout, OUTPUT_BYTES)
        if not is_whole:
            process.kill()
    code = process.returncode
    if stopped.is_set() or not is_whole or code < 0 or code == workbook.EXIT_LIMIT:
        raise DeliveryRefused(
            "reader_limit",
            "The workbook needs more time or memory than a table of this kind may.",
            "Save only the table's sheet as a new .xlsx or as .csv and drop that.",
        )
    if code == workbook.EXIT_ENCRYPTED:
        raise DeliveryRefused(
            "encrypted_workbook",
            "The workbook is protected with a password to open it.",
            "Remove the password and drop it again.",
        )
    if code != 0:
        raise DeliveryRefused(
            "unreadable_workbook", "The workbook is damaged.", "Open it in Excel, save it as .xlsx and drop that."
        )
    return sheets


@contextmanager
def _child(path: Path) -> Iterator[tuple[subprocess.Popen[bytes], threading.Event]]:
    """The child process and whether its time ran out; however the block ends, the process does not outlive it."""
    command = [sys.executable, "-m", "kla_pipeline.intake.workbook", str(path)]
    command += [str(workbook.MEMORY_BYTES), str(workbook.CPU_SECONDS)]
    stopped = threading.Event()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_child_env()) as process:
        timer = threading.Timer(WALL_SECONDS, lambda: (stopped.set(), process.kill()))
        timer.start()
        try:
            yield process, stopped
            process.stdout.close()  # type: ignore[union-attr]  # a child that still writes is told by the closed pipe
            process.wait()
        finally:
            timer.cancel()
            process.kill()


def _child_env() -> dict[str, str]:
    # the child finds this package wherever it was started from, and inherits nothing else; without the safe path it
    # would first import what lies in the current folder, which may be one that files are dropped into
    return {
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }


def _parse(stream: IO[bytes], limit: int) -> tuple[list[Sheet], bool]:
    """Sheets from the child's lines, and whether they all came in before the limit of bytes was reached."""
    heads: list[dict[str, Any]] = []
    rows: list[list[list[str]]] = []
    rest = b""
    seen = 0
    while piece := stream.read(_PIECE_BYTES):
        seen += len(piece)
        if seen > limit:
            return [], False
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            item = json.loads(line)
            if isinstance(item, dict):
                heads.append(item)
                rows.append([])
            else:
                rows[-1].append(item)
    pairs = enumerate(zip(heads, rows, strict=True), 1)
    return [Sheet(n, head["sheet"], Grid.from_rows(cells), hidden=head["hidden"]) for n, (head, cells) in pairs], True


def reader_works() -> bool:
    """Whether the child process that opens workbooks starts and says "not a workbook" of a file that is none."""
    with _child(Path(__file__)) as (process, _):
        process.communicate()
    return process.returncode == workbook.EXIT_UNREADABLE
