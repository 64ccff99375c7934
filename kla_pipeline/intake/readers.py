"""Files to sheets of text cells that keep the row number a person sees.

Here: the way from a path to sheets, and the child process on it. Everything arrives as text; typing is the contract's
business (quality/). How the records of a text are told apart is records.py, what the child does is workbook.py.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kla_pipeline.intake.answers import GarbledError, TooMuchError, read_answer
from kla_pipeline.intake.containers.outcome import KINDS, REASONS
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.limits import Limits
from kla_pipeline.intake.refusals import refusal
from kla_pipeline.intake.sniff import sniff
from kla_pipeline.intake.text.delimited import read_delimited
from kla_pipeline.intake.text.gunzip import unpack

_PACKAGES = Path(__file__).resolve().parents[2]


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a file, by its content; hidden sheets and those without cells too.

    Raises DeliveryRefused with a code of refusals.py.
    """
    data = path.read_bytes()
    kind = sniff(data)
    if kind == "gzip":
        return _read_packed(data)
    if kind == "text":
        given = [data]
        del data  # only the reader holds the bytes, so that it can let go of them once they are decoded
        return [read_delimited(given.pop())]
    with path.open("rb") as stream:
        return _read_container(stream, len(data))


def _read_packed(data: bytes) -> list[Sheet]:
    """What gzip holds, read like a file; a container goes to the child by a file without a name."""
    inner = unpack(data)
    kind = sniff(inner)
    if kind == "gzip":
        raise refusal("nested_archive")
    if kind == "text":
        sheets = [read_delimited(inner, len(data))]
    else:
        with tempfile.TemporaryFile() as stream:
            stream.write(inner)
            stream.seek(0)
            sheets = _read_container(stream, len(data))
    for sheet in sheets:
        sheet.how = {**sheet.how, "packed": "gzip"}
    return sheets


def _read_container(stream: IO[bytes], size: int) -> list[Sheet]:
    """Sheets from the child process; it is stopped when it takes too long or writes too much."""
    limits = Limits.of(size)
    sheets, is_garbled, is_stopped = None, False, False
    with _child(stream, limits) as (process, stopped):
        assert process.stdout is not None
        try:
            sheets = read_answer(process.stdout, limits.output_bytes)
        except TooMuchError:
            process.kill()
            is_stopped = True
        except GarbledError:
            is_garbled = True
    code = process.returncode
    if stopped.is_set() or is_stopped or code < 0:
        raise refusal("reader_limit")
    if code in KINDS:
        raise refusal("other_kind", KINDS[code])
    if code or is_garbled or sheets is None:
        raise refusal(REASONS.get(code, "unreadable_workbook"))
    return sheets


@contextmanager
def _child(stream: IO[bytes], limits: Limits) -> Iterator[tuple[subprocess.Popen[bytes], threading.Event]]:
    """The child process and whether its time ran out; however the block ends, the process does not outlive it."""
    command = [sys.executable, "-m", "kla_pipeline.intake.workbook", str(limits.memory_bytes), str(limits.cpu_seconds)]
    stopped = threading.Event()
    with subprocess.Popen(
        command, stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_child_env()
    ) as process:
        timer = threading.Timer(limits.wall_seconds, lambda: (stopped.set(), process.kill()))
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
        "PYTHONPATH": str(_PACKAGES),
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }


def reader_works() -> bool:
    """Whether the child process that opens workbooks starts and says of a page without a table that it is one."""
    with tempfile.TemporaryFile() as stream:
        stream.write(b"<html></html>")
        stream.seek(0)
        with _child(stream, Limits.of(0)) as (process, _):
            process.communicate()
    return KINDS.get(process.returncode) == "a web page without a table"
