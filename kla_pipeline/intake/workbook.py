"""The child process that opens workbooks: cells as text, one JSON line per row, under limits set before the first byte.

Run as `python -m kla_pipeline.intake.workbook FILE MEMORY_BYTES CPU_SECONDS`. It imports nothing of the project but
this module, so it starts quickly; a crafted workbook can exhaust or crash this process and nothing else. Its message
holds the error's class only, because a reader's own message may quote a cell. How much it may write is its reader's
business (readers.py counts), since a process cannot be trusted to stop itself.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

# a full sheet of a million rows and fifteen columns takes 1.5 GB; what needs more than two is no register
MEMORY_BYTES = 2_000_000_000
CPU_SECONDS = 120
EXIT_UNREADABLE = 3
EXIT_ENCRYPTED = 4
EXIT_LIMIT = 5
# Excel keeps 15 significant digits: a longer number in a numeric cell has lost digits and must not look like text.
_EXACT_LIMIT = 1e15


def cell_text(value: object) -> str:
    """Text of a cell as a person reads it: ISO dates, integers without `.0`, long numbers in scientific notation."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(float(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _number_text(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= _EXACT_LIMIT:
        return f"{value:.14e}"
    shown = float(f"{value:.15g}")  # 0.1 + 0.2 is shown as 0.3, and that is what was meant
    return str(int(shown)) if shown == int(shown) else repr(shown)


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _rows(sheet: object) -> Iterator[list[str]]:
    """Rows from the first one of the sheet, without the empty cells at their end (a formatted column has a million)."""
    start = sheet.start  # type: ignore[attr-defined]
    left = [""] * (start[1] if start else 0)
    for row in sheet.iter_rows():  # type: ignore[attr-defined]
        cells = [cell_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield left + cells if cells else cells


def _emit(path: str) -> None:
    from python_calamine import CalamineWorkbook

    # by content: from_path() would believe the ending of the name, and an .xlsx often ends in .xls
    with open(path, "rb") as stream:
        _write_rows(CalamineWorkbook.from_filelike(stream))


def _write_rows(book: CalamineWorkbook) -> None:
    write = sys.stdout.write
    for meta in book.sheets_metadata:
        write(json.dumps({"sheet": meta.name, "hidden": not str(meta.visible).endswith(".Visible")}) + "\n")
        if not str(meta.typ).endswith(".WorkSheet"):
            continue
        for cells in _rows(book.get_sheet_by_name(meta.name)):
            write(json.dumps(cells, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def main(argv: list[str]) -> int:
    """Exit codes: 0 all rows written, 3 not readable as a workbook, 4 encrypted, 5 out of memory.

    Nothing on stderr but a class name. A limit may also end the process by a signal; that is the same to its reader.
    """
    _limit(int(argv[2]), int(argv[3]))
    try:
        _emit(argv[1])
    except BaseException as exc:
        name = type(exc).__name__
        if isinstance(exc, MemoryError) or "MemError" in str(exc):  # the unpacker panics instead
            return EXIT_LIMIT
        encrypted = "password" in name.lower() or "password" in str(exc).lower()
        sys.stderr.write(name)
        return EXIT_ENCRYPTED if encrypted else EXIT_UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
