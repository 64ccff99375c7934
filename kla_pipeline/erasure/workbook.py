"""Sheets to the bytes of a plain workbook that every reader reads back cell by cell.

Here: the XML of a workbook that holds texts, names of sheets, merged ranges and what is hidden, and nothing else: no
formula, comment, property or cached value could keep a trace. A library for pretty workbooks does not do: it refuses
names of sheets, overlapping ranges and control characters that strangers' workbooks hold. Equal sheets, equal bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from kla_pipeline.intake.grid import Sheet

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# what XML cannot hold, and what looks like the way in which a workbook writes it
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_BLOCK = 2_000


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """An .xlsx file of these sheets, every cell a text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _frame(sheets).items():
            archive.writestr(_entry(name), _PROLOG + text)
        for number, sheet in enumerate(sheets, 1):
            with archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as part:
                for piece in _worksheet(sheet):
                    part.write(piece.encode())
    return stream.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _frame(sheets: Sequence[Sheet]) -> dict[str, str]:
    """The parts that say which sheets there are."""
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KINDS}.worksheet+xml"/>' for n in numbers
    )
    listed = "".join(
        f"<sheet name={quoteattr(_writable(sheet.name))} sheetId={quoteattr(str(n))}"
        f'{" state=" + quoteattr("hidden") if sheet.hidden else ""} r:id="rId{n}"/>'
        for n, sheet in zip(numbers, sheets, strict=True)
    )
    related = "".join(_relation(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    return {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">'
        f"{_relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{related}</Relationships>',
    }


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _worksheet(sheet: Sheet) -> Iterator[str]:
    grid = sheet.grid
    yield f'{_PROLOG}<worksheet xmlns="{_MAIN}"><sheetData>'
    lines: list[str] = []
    for number, cells in grid.rows():
        if number == grid.height and grid.width:
            # an empty text in the last corner keeps the size of the sheet, whatever was blanked
            cells = [*cells, *[""] * (grid.width - len(cells))]
            line = "".join(_cell(number, n, text) for n, text in enumerate(cells) if text or n == grid.width - 1)
        else:
            line = "".join(_cell(number, n, text) for n, text in enumerate(cells) if text)
        hidden = ' hidden="1"' if number in sheet.hidden_rows else ""
        if line or hidden:
            lines.append(f'<row r="{number}"{hidden}>{line}</row>')
        if len(lines) >= _BLOCK:
            yield "".join(lines)
            lines = []
    yield "".join(lines)
    yield "</sheetData>"
    if sheet.merges:
        ranges = "".join(
            f'<mergeCell ref="{_name(m.first_row, m.first_column)}:{_name(m.last_row, m.last_column)}"/>'
            for m in sheet.merges
        )
        yield f'<mergeCells count="{len(sheet.merges)}">{ranges}</mergeCells>'
    yield "</worksheet>"


def _cell(row: int, column: int, text: str) -> str:
    return (
        f'<c r="{_name(row, column)}" t="inlineStr"><is><t xml:space="preserve">{escape(_writable(text))}</t></is></c>'
    )


def _writable(text: str) -> str:
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _name(row: int, column: int) -> str:
    """Row from 1 and column from 0 as A1, B1, …"""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"
