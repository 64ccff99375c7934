"""The child process that opens workbooks: cells as text, one JSON line per row, under limits set before the first byte.

Run as `python -m kla_pipeline.intake.workbook FILE`. It imports nothing of the project but this module, so it starts
quickly; a crafted workbook can exhaust or crash this process and nothing else. Its messages hold the error's class
only, because a reader's own message may quote a cell.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time, timedelta

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 120
EXIT_UNREADABLE = 3
EXIT_ENCRYPTED = 4
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
    if abs(value) >= _EXACT_LIMIT:
        return f"{value:.14e}"
    return str(int(value)) if value == int(value) else repr(value)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _emit(path: str) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    write = sys.stdout.write
    for meta in book.sheets_metadata:
        write(json.dumps({"sheet": meta.name, "hidden": not str(meta.visible).endswith("Visible")}) + "\n")
        if not str(meta.typ).endswith("WorkSheet"):
            continue
        sheet = book.get_sheet_by_name(meta.name)
        for row in sheet.to_python(skip_empty_area=False):
            write(json.dumps([cell_text(cell) for cell in row], ensure_ascii=True) + "\n")


def main(argv: list[str]) -> int:
    """Exit codes: 0 all rows written, 3 not readable as a workbook, 4 encrypted. Nothing on stderr but a class name."""
    _limit()
    try:
        _emit(argv[1])
    except BaseException as exc:
        name = type(exc).__name__
        encrypted = "password" in name.lower() or "password" in str(exc).lower()
        sys.stderr.write(name)
        return EXIT_ENCRYPTED if encrypted else EXIT_UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
