"""Telling a returned workbook from an export, before any layout is asked.

Here: the marks that our workbook of rejected rows carries in its cells, and looking for them. They stand in the header
of every data sheet, so that a sheet saved as CSV, copied into another workbook or stripped of its hidden parts is still
known for what it is. They stand on a hidden sheet too, so that the workbook is known whatever was done to its data
sheets: a return replaces nothing and counts for no period. Not here: the form (returns/form.py) and what becomes of its
rows (returns/answers.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a night without news asks for the kind of a delivery only and needs no reader
    from kla_pipeline.intake.grid import Sheet

HEADER_ROWS = 20
"""Rows from the top in which the header of a data sheet is looked for where no hidden sheet tells: people put lines
above it."""
MARK_SHEET = "_kla"
"""Hidden sheet that says what the workbook is: a name and a value in each row."""
MARK_EXPORT = "kla_export"
KIND = "return"
"""Kind under which the rows of a return are set aside."""
ROW_ID = "kla-baris"
"""Head of the hidden column of row ids; the id of the export follows it after a blank."""
OWN_PREFIX = "KLA:"
"""Begins the heads of our visible columns: no column of an agency is called so."""
_ROW_ID_HEAD = re.compile(rf"{ROW_ID}(?:\s+(?P<export>[\w.-]+))?", re.IGNORECASE)
_ENOUGH_OWN = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a returned data sheet has its header (row from 1), and the export it says it comes from ('' = unknown)."""

    sheet_number: int
    header_row: int
    export_id: str


def is_return(sheets: Sequence[Sheet]) -> bool:
    """Whether a file is our workbook, or a sheet of it."""
    return book_export(sheets) is not None or bool(marks(sheets))


def book_export(sheets: Sequence[Sheet]) -> str | None:
    """The export that the hidden sheet of our workbook names; None of a file that has no such sheet."""
    for sheet in sheets:
        if sheet.name == MARK_SHEET:
            for _, cells in sheet.grid.rows(1, min(HEADER_ROWS, sheet.grid.height)):
                if len(cells) > 1 and cells[0].strip() == MARK_EXPORT:
                    return cells[1].strip()
    return None


def marks(sheets: Sequence[Sheet]) -> list[Mark]:
    """The data sheets of a returned workbook, in order; none for any other file."""
    is_whole = book_export(sheets) is not None
    found = (_mark(sheet, sheet.grid.height if is_whole else HEADER_ROWS) for sheet in sheets)
    return [mark for mark in found if mark is not None]


def export_of(head: str) -> str | None:
    """The export that the head of a row id column names ('' when it names none); None for any other head."""
    match = _ROW_ID_HEAD.fullmatch(head.strip())
    return None if match is None else match["export"] or ""


def _mark(sheet: Sheet, rows: int) -> Mark | None:
    for number, cells in sheet.grid.rows(1, min(rows, sheet.grid.height)):
        exports = [export for cell in cells if (export := export_of(cell)) is not None]
        own = sum(cell.strip().upper().startswith(OWN_PREFIX) for cell in cells)
        if exports or own >= _ENOUGH_OWN:
            return Mark(sheet.number, number, exports[0] if exports else "")
    return None
