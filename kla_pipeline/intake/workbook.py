"""The child process that opens containers: cells as text in frames, under limits set before the first byte.

Run as `python -m kla_pipeline.intake.workbook MEMORY_BYTES CPU_SECONDS`, the file on its standard input. It imports
nothing of the project but the modules of containers/, so it starts quickly; a crafted file can exhaust or crash this
process and nothing else. It says nothing on stderr but an error's class, because a reader's own message may quote a
cell. How much it may write is its reader's business (answers.py counts), since a process cannot be trusted to stop
itself.
"""

from __future__ import annotations

import gc
import io
import resource
import sys
from collections.abc import Iterator
from typing import IO, Any

from kla_pipeline.intake.containers.cells import row_texts
from kla_pipeline.intake.containers.ole import check_ole
from kla_pipeline.intake.containers.outcome import EXITS, RefusedError
from kla_pipeline.intake.containers.wire import Writer

_MOST_CELLS = 60_000_000
_MOST_COLUMNS = 16_384


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write_sheets(stream: IO[bytes], writer: Writer) -> None:
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(b"PK"):
        _write_zip(stream, writer)
    elif head == b"\xd0\xcf\x11\xe0":
        data = stream.read()
        _write_book(io.BytesIO(data), writer, check_ole(data), {})
    else:
        _write_markup(stream.read(), writer)


def _write_zip(stream: IO[bytes], writer: Writer) -> None:
    from kla_pipeline.intake.containers.parts import ods_extras, repeats_beyond_reason, xlsx_extras
    from kla_pipeline.intake.containers.zips import check_zip

    kind = check_zip(stream)
    readers = {"xlsx": xlsx_extras, "ods": ods_extras}
    extras = readers[kind](stream) if kind in readers else {}
    stream.seek(0)
    try:
        _write_book(stream, writer, kind, extras)
    except Exception:
        if kind == "ods" and repeats_beyond_reason(stream):
            raise RefusedError("reader_limit") from None
        raise


def _write_markup(data: bytes, writer: Writer) -> None:
    """A page when it says so or holds a table; else XML, which is a workbook of Excel 2003 or nothing for us."""
    from kla_pipeline.intake.text.encodings import decode

    text, _ = decode(data)
    begins = text[:4_000].lower()
    if "<?xml" in begins and "<html" not in begins and "<!doctype html" not in begins:
        from kla_pipeline.intake.containers.spreadsheetml import write_spreadsheet

        write_spreadsheet(data, writer)
    else:
        from kla_pipeline.intake.containers.webpages import write_page

        write_page(text, writer)


def _write_book(stream: IO[bytes], writer: Writer, kind: str, extras: dict[str, Any]) -> None:
    # by content: from_path() would believe the ending of the name, and an .xlsx often ends in .xls
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(stream)
    for meta in book.sheets_metadata:
        writer.begin(meta.name, hidden=not str(meta.visible).endswith(".Visible"))
        hidden_rows, without_value, errors = extras.get(meta.name, ((), 0, {}))
        how = {"format": kind.upper()}
        if without_value:
            how["formulas without a value"] = str(without_value)
        merges = []
        if str(meta.typ).endswith(".WorkSheet"):
            sheet = book.get_sheet_by_name(meta.name)
            merges = [(a + 1, b, c + 1, d) for (a, b), (c, d) in sheet.merged_cell_ranges or ()]
            _write_rows(sheet, writer, errors)
        writer.end(merges=merges, hidden_rows=hidden_rows, how=how)


def _write_rows(sheet: Any, writer: Writer, errors: dict[int, dict[int, str]]) -> None:
    """Rows from the first one of the sheet, each as wide as the sheet."""
    left = sheet.start[1] if sheet.start else 0
    width = left + sheet.width
    if width > _MOST_COLUMNS:
        raise RefusedError("too_many_columns")
    if width * sheet.total_height > _MOST_CELLS:
        raise RefusedError("reader_limit")
    rows = _rows(sheet, left)
    writer.rows(_with_errors(rows, errors) if errors else rows, width)


def _with_errors(rows: Iterator[list[str]], errors: dict[int, dict[int, str]]) -> Iterator[list[str]]:
    """Rows with the texts of errors, for which calamine has an empty cell."""
    for number, row in enumerate(rows, 1):
        for column, text in errors.get(number, {}).items():
            if column < len(row) and not row[column]:
                row[column] = text
        yield row


def _rows(sheet: Any, left: int) -> Iterator[list[str]]:
    if not left:
        return map(row_texts, sheet.iter_rows())
    pad = [""] * left
    return (pad + row_texts(row) for row in sheet.iter_rows())


def main(argv: list[str]) -> int:
    """Exit codes: 0 all sheets written, else see containers/outcome.py.

    A limit may also end the process by a signal; that is the same to its reader.
    """
    _limit(int(argv[1]), int(argv[2]))
    gc.disable()  # lists of texts form no cycles, and looking for some takes a quarter of the time
    try:
        _write_sheets(sys.stdin.buffer, Writer(sys.stdout.buffer))
        sys.stdout.flush()
    except RefusedError as refused:
        return refused.code
    except BaseException as exc:
        name = type(exc).__name__
        if isinstance(exc, MemoryError) or "MemError" in str(exc):  # the unpacker panics instead
            return EXITS["reader_limit"]
        encrypted = "password" in name.lower() or "password" in str(exc).lower()
        sys.stderr.write(name)
        return EXITS["encrypted_workbook" if encrypted else "unreadable_workbook"]
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
