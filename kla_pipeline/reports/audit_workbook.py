"""The figures of the audit report as a workbook: one sheet per section, the rows of the same queries.

Here: which columns a sheet has and how a workbook is written so that the same release gives the same bytes. Not here:
what the rows mean (audit_view.py). Text is always written as text, never as a formula or a link. Headings are in both
languages, codes stay as they stand in SQL, so that a filter in the workbook and one in SQL find the same rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kla_pipeline.i18n import Lang, Speaker, load
from kla_pipeline.reports.audit_view import BANDS, RESOLVED, WAITING, AuditBook
from kla_pipeline.reports.reader import Row

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_WIDEST, _NARROWEST = 60, 9
_CONSERVATION = (
    "stage", "agency", "checks", "rows_read", "accepted", "rejected", "set_aside", "corrected", "released",
    "current_rows", "superseded", "withdrawn", "rejected_at_build", "held", "difference",
)  # fmt: skip
_TREND = (
    "agency", "record", "delivery_label", "delivered_on", "last_month", "is_latest", "data_rows", "rejected",
    "rejected_pct", "before_deliveries", "before_rows", "before_rejected", "before_rejected_pct", "difference_points",
    "rejected_place", "rows_place",
)  # fmt: skip
_DELIVERIES = (
    "agency", "delivery_label", "received_on", "verdict", "reason_code", "layouts", "period_start", "period_end",
    "rows_read", "rows_accepted", "rows_rejected", "rows_set_aside", "difference",
)  # fmt: skip
_DECISIONS = (
    "decision_id", "action", "agency", "record", "delivery_label", "sheet", "row_no", "rules", "column_names", "why",
    "proposed_by", "proposed_at", "approved_by", "approved_at", "ended_by", "ended_at",
    "until", "status", "outcome", "origin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its section of the page, the table its rows come from, its columns (names as in SQL) and rows."""

    name: str
    section: str
    table: str
    columns: tuple[str, ...]
    rows: Callable[[AuditBook], Sequence[Row]]


SHEETS = (
    Sheet("conservation", "conservation", "quality.reconciliation", _CONSERVATION, lambda b: b.staging + b.build),
    Sheet("states", "waiting", "quality.rejected_row", ("agency", *WAITING, *RESOLVED, "rows"), lambda b: b.states),
    Sheet(
        "ageing",
        "waiting",
        "quality.ageing",
        ("agency", "rule_id", "what_id", "what_en", "unresolved", "sent", *BANDS, "oldest_on"),
        lambda b: b.ageing,
    ),
    Sheet("trend", "trend", "quality.trend", _TREND, lambda b: b.trend),
    Sheet(
        "rules",
        "rules",
        "quality.reason, quality.flag, quality.rule",
        (
            "agency",
            "rule_id",
            "effect",
            "rows",
            "waiting",
            "dimension",
            "responsible",
            "what_id",
            "what_en",
            "mend_id",
            "mend_en",
        ),
        lambda b: b.rules,
    ),
    Sheet(
        "deliveries",
        "deliveries",
        "quality.delivery",
        _DELIVERIES,
        lambda b: [row for files in b.deliveries.files.values() for row in files],
    ),
    Sheet(
        "overdue",
        "overdue",
        "quality.expected",
        ("agency", "record", "cadence", "month", "due_date"),
        lambda b: [row for item in b.deliveries.overdue for row in item.rows],
    ),
    Sheet(
        "changes",
        "changes",
        "quality.change",
        ("source", "agency", "record", "kind", "column_name", "label_id", "label_en", "cells", "deliveries"),
        lambda b: b.changes,
    ),
    Sheet("decisions", "decisions", "quality.decision", _DECISIONS, lambda b: b.decisions),
)


def write_workbook(book: AuditBook, release: Row, path: Path, lang: Lang) -> Path:
    """Write the workbook whole or not at all; `lang` names its sheets. The same book gives the same bytes."""
    import xlsxwriter

    part = path.with_name(f".{path.name}.part")
    # in memory: a half-written part of it would lie in the folder for temporary files of everybody
    with xlsxwriter.Workbook(str(part), {"in_memory": True}) as out:
        title = f"{release['jurisdiction_name']} {release['release_id']}"
        out.set_properties({"title": title, "created": _midnight(release["as_of_date"])})
        formats = _formats(out)
        speaker = Speaker(load(), lang)
        for sheet in SHEETS:
            _write_sheet(out.add_worksheet(speaker.t(f"report.sheet.{sheet.name}")), sheet, sheet.rows(book), formats)
    os.replace(part, path)
    return path


def _formats(out: Workbook) -> dict[str, Any]:
    return {
        "head": out.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "day": out.add_format({"num_format": "yyyy-mm-dd"}),
        "time": out.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "share": out.add_format({"num_format": "0.0"}),
    }


def _write_sheet(target: Worksheet, sheet: Sheet, rows: Sequence[Row], formats: dict[str, Any]) -> None:
    target.freeze_panes(1, 0)
    widths = [len(name) for name in sheet.columns]
    for place, name in enumerate(sheet.columns):
        target.write_string(0, place, name, formats["head"])
    for number, row in enumerate(rows, 1):
        for place, name in enumerate(sheet.columns):
            widths[place] = max(widths[place], _write_cell(target, number, place, row[name], formats))
    for place, width in enumerate(widths):
        target.set_column(place, place, min(max(width + 1, _NARROWEST), _WIDEST))
    if rows:
        target.autofilter(0, 0, len(rows), len(sheet.columns) - 1)


def _write_cell(target: Worksheet, row: int, place: int, value: Any, formats: dict[str, Any]) -> int:
    """Write one value by its type; returns how many characters it takes."""
    if value is None:
        return 0
    if isinstance(value, bool):
        target.write_boolean(row, place, value)
    elif isinstance(value, datetime):
        target.write_datetime(row, place, value, formats["time"])
    elif isinstance(value, date):
        target.write_datetime(row, place, _midnight(value), formats["day"])
    elif isinstance(value, int):
        target.write_number(row, place, value)
    elif isinstance(value, float):
        target.write_number(row, place, value, formats["share"])
    else:
        text = ", ".join(value) if isinstance(value, list) else str(value)
        target.write_string(row, place, text)
        return len(text)
    return 12


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
