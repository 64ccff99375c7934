"""Writes the files of the bundle, byte for byte the same on every machine.

Here: XLSX (xlsxwriter, fixed properties, members stored without compression so that no zlib decides the bytes) and CSV.
Not here: what stands in the cells. Dates in a workbook may be text or true date cells; both occur in practice.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from kla_pipeline_tests.bundle.tables import Cell, File, Table

CREATED = datetime(2026, 1, 1)
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_file(file: File, folder: Path) -> Path:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(workbook_bytes(file.tables) if file.is_workbook else csv_bytes(file))
    return path


def csv_bytes(file: File) -> bytes:
    """The file's one table; title lines are padded with delimiters where the office's tool does so."""
    (table,) = file.tables
    width = len(table.columns)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=file.delimiter, lineterminator=file.line_end)
    for kind, cells in table.lines():
        texts = ["" if cell is None else str(cell) for cell in cells]
        is_padded = kind == "total" or file.pad_titles
        writer.writerow(texts + [""] * (width - len(texts)) if is_padded else texts)
    return out.getvalue().encode(file.encoding)


def workbook_bytes(tables: list[Table]) -> bytes:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties(
            {"title": "Data sintetis", "comments": "DATA SINTETIS - bukan data nyata", "created": CREATED}
        )
        formats = {
            "title": book.add_format({"bold": True}),
            "header": book.add_format({"bold": True, "border": 1}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
        }
        for table in tables:
            _write_sheet(book.add_worksheet(table.sheet), table, formats)
    return _stored(raw.getvalue())


def _write_sheet(sheet: Worksheet, table: Table, formats: dict) -> None:
    sheet.set_column(0, len(table.columns) - 1, 18)
    for number, (kind, cells) in enumerate(table.lines()):
        for index, cell in enumerate(cells):
            _write_cell(sheet, number, index, cell, formats, kind)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, formats: dict, kind: str) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), formats["date"])
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, cell, formats.get(kind))


def _stored(data: bytes) -> bytes:
    """The same archive with its members stored: no compression library has a say in the bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.create_system = 3  # not the system it happens to run on
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(name))
    return out.getvalue()
