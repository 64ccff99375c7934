"""Workbooks in the XML of Excel 2003 (SpreadsheetML), which reporting servers still write.

Here: sheets, rows and cells of that one format. Not here: XLSX, which calamine reads.
"""

from __future__ import annotations

import io
from typing import Any

from kla_pipeline.intake.containers.cells import number_text
from kla_pipeline.intake.containers.outcome import RefusedError
from kla_pipeline.intake.containers.spans import SpannedRows
from kla_pipeline.intake.containers.wire import Writer

_SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MOST_SPAN = 16_384


def write_spreadsheet(data: bytes, writer: Writer) -> None:
    """Raises RefusedError for entities, damage, and XML of other kinds."""
    for event, element in _events(data):
        if event == "start" and element.tag == _SPACE + "Worksheet":
            _begin_sheet(element, writer)
            rows = SpannedRows()
        elif event == "end" and element.tag == _SPACE + "Row":
            _read_row(element, rows)
            element.clear()
        elif event == "end" and element.tag == _SPACE + "Worksheet":
            rows.finish()
            writer.rows(rows.rows, rows.width)
            writer.end(merges=rows.merges, hidden_rows=rows.hidden_rows, how={"format": "SpreadsheetML"})
            element.clear()


def _events(data: bytes) -> Any:
    """(event, element) pairs of a workbook; the parser's own exceptions do not leave."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    reason = ""
    try:
        events = iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True)
        _, root = next(iter(events))
        if root.tag != _SPACE + "Workbook":
            reason = "an XML file of another kind"
        else:
            yield from events
    except DefusedXmlException:
        reason = "xml_entities"
    except (ParseError, ValueError, LookupError):
        reason = "unreadable_workbook"
    if reason:
        raise RefusedError(reason)


def _begin_sheet(element: Any, writer: Writer) -> None:
    hidden = element.find(".//{urn:schemas-microsoft-com:office:excel}Visible")
    writer.begin(element.get(_SPACE + "Name", ""), hidden=hidden is not None)


def _read_row(element: Any, rows: SpannedRows) -> None:
    rows.begin_row(_number(element, "Index"), hidden=element.get(_SPACE + "Hidden") == "1")
    for cell in element.iter(_SPACE + "Cell"):
        place = _number(cell, "Index")
        columns = min((_number(cell, "MergeAcross") or 0) + 1, _MOST_SPAN)
        height = (_number(cell, "MergeDown") or 0) + 1
        rows.add(_text(cell), columns, height, at=place - 1 if place else None)
    for _ in range(min(_number(element, "Span") or 0, _MOST_SPAN)):
        rows.begin_row()


def _number(element: Any, name: str) -> int | None:
    text = element.get(_SPACE + name, "")
    return int(text) if text.isdigit() and len(text) < 10 else None


def _text(cell: Any) -> str:
    data = next(cell.iter(_SPACE + "Data"), None)
    if data is None:
        return ""
    text = "".join(data.itertext())
    kind = data.get(_SPACE + "Type", "String")
    if kind == "Number":
        return _shown_number(text)
    if kind == "DateTime":
        day, _, clock = text.partition("T")
        clock = clock.split(".")[0]
        return day if clock in ("", "00:00:00") else f"{day} {clock}"
    return {"1": "TRUE", "0": "FALSE"}.get(text, text) if kind == "Boolean" else text


def _shown_number(text: str) -> str:
    try:
        return number_text(float(text))
    except ValueError:
        return text
