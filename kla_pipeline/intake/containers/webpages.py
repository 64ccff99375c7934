"""Tables of a web page, which many applications send under the name of a workbook.

Here: HTML by the standard library's parser, which knows no entities but characters. Not here: what the tables mean.
Each table that holds cells is a sheet; the words between it and the table before stand above it, a line each, as they
do when a spreadsheet program opens the page.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from kla_pipeline.intake.containers.outcome import RefusedError
from kla_pipeline.intake.containers.spans import SpannedRows
from kla_pipeline.intake.containers.wire import Writer

_MOST_SPAN_COLUMNS, _MOST_SPAN_ROWS = 1_000, 65_534
_UNSEEN = ("script", "style", "title", "head", "noscript", "template")
_BREAKS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "caption")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")


class _Table:
    def __init__(self) -> None:
        self.rows = SpannedRows()
        self.cell: list[str] | None = None
        self.span: tuple[int, int] = (1, 1)
        self.has_cells = False


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._begin_table()
        elif tag in _UNSEEN:
            self._unseen += tag != "head"
        elif tag == "br" or tag in _BREAKS:
            self.handle_data("\x00")
        elif self._open and tag == "tr":
            self._end_cell()
            self._open[-1].rows.begin_row(hidden=bool(_HIDDEN.search(given.get("style") or "")))
        elif self._open and tag in ("td", "th"):
            self._begin_cell(given)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - (tag != "head"), 0)
        elif tag in _BREAKS:
            self.handle_data("\x00")
        elif self._open and tag in ("td", "th", "tr"):
            self._end_cell()
        elif self._open and tag == "table":
            self._end_cell()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if not self._open:
            self._words.append(data)
        elif (cell := self._open[-1].cell) is not None:
            cell.append(data)

    def handle_decl(self, decl: str) -> None:
        if "<!entity" in decl.lower() or "[" in decl:
            raise RefusedError("xml_entities")

    def unknown_decl(self, data: str) -> None:
        """Conditional comments of Office (`<![if …]>`) mean nothing here."""

    def close(self) -> None:
        super().close()
        while self._open:
            self.handle_endtag("table")

    def _begin_table(self) -> None:
        table = _Table()
        for line in _lines("".join(self._words)):
            table.rows.begin_row()
            table.rows.add(line)
        self._words = []
        self._open.append(table)
        self.tables.append(table)

    def _begin_cell(self, given: dict[str, str | None]) -> None:
        self._end_cell()
        table = self._open[-1]
        if not table.rows.rows or not table.has_cells:
            table.has_cells = True
            if not table.rows.rows:
                table.rows.begin_row()
        table.cell = []
        table.span = (
            _count(given.get("colspan"), _MOST_SPAN_COLUMNS),
            _count(given.get("rowspan"), _MOST_SPAN_ROWS),
        )

    def _end_cell(self) -> None:
        table = self._open[-1]
        if table.cell is not None:
            table.rows.add("\n".join(_lines("".join(table.cell))), *table.span)
            table.cell = None


def _count(text: str | None, most: int) -> int:
    found = re.match(r"\s*(\d{1,9})", text or "")
    return min(max(int(found[1]), 1), most) if found else 1


def _lines(text: str) -> list[str]:
    """Words as shown: runs of blanks are one, and only breaks break lines."""
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\x00"))
    return [line for line in lines if line]


def write_page(text: str, writer: Writer) -> None:
    """Raises RefusedError when no table holds a cell."""
    page = _Page()
    page.feed(text.replace("\x00", ""))
    page.close()
    tables = [table.rows for table in page.tables if table.has_cells]
    if not tables:
        raise RefusedError("a web page without a table")
    for number, rows in enumerate(tables, 1):
        rows.finish()
        writer.begin("" if len(tables) == 1 else f"Table {number}")
        writer.rows(rows.rows, rows.width)
        writer.end(merges=rows.merges, hidden_rows=rows.hidden_rows, how={"format": "HTML"})
