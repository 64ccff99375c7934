"""Which months a table speaks for, when it was exported, and on what ground we believe it.

The period is what the file says of itself (title, file name, a column of the year), because a register without a row
for June may be a quiet June or a missing one. Only where a layout names a fallback column is the last date of the rows
taken, and the basis `last_row` says so. `basis` is where the period was found; `unknown` loads the rows and asks, and
`partial_month` is an export made before its month had ended: its rows load, the month stays due.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from kla_pipeline.intake.dates import FIRST_YEAR, month_of, parse_date
from kla_pipeline.intake.layouts import Layout, Pattern
from kla_pipeline.intake.tables import Table


@dataclass(frozen=True, slots=True)
class Coverage:
    """First and last month (first days) a table covers, the ground, the export date, and whether it has no rows."""

    start: date | None
    end: date | None
    basis: str
    export_date: date | None
    is_nil: bool
    has_request_ref: bool = False

    def months(self) -> list[date]:
        """All covered months as their first day."""
        if self.start is None or self.end is None:
            return []
        count = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        first = self.start.year * 12 + self.start.month - 1
        return [date(n // 12, n % 12 + 1, 1) for n in range(first, first + max(count, 0))]


def coverage(layout: Layout, table: Table, frame: pd.DataFrame, file_name: str, received_on: date) -> Coverage:
    """Period and export date by the layout's declaration; `frame` holds the table's typed rows.

    A date after the delivery was received is a slip of the pen and tells nothing.
    """
    export_date = _first_date(layout.export_date, table, file_name, received_on)
    start, end, basis = _period(layout, table, frame, file_name, received_on)
    if layout.period and layout.period.covers == "month" and end and (export_date or received_on) < _last_day(end):
        start, end, basis = None, None, "partial_month"
    has_ref = any(_search(pattern, table, file_name) for pattern in layout.data_request_ref)
    return Coverage(start, end, basis, export_date, len(table.row_numbers) == 0, has_ref)


def _period(
    layout: Layout, table: Table, frame: pd.DataFrame, file_name: str, received_on: date
) -> tuple[date | None, date | None, str]:
    period = layout.period
    if period is None:
        return None, None, "unknown"
    for pattern in period.found_in:
        if pattern.source == "column" and period.covers == "years":
            start, end = _years(frame, pattern.pattern, received_on)
            if start:
                return start, end, pattern.source
            continue
        if pattern.source == "column":
            found = _from_column(frame, pattern.pattern)
        else:
            match = _search(pattern, table, file_name)
            found = _date(match) if match else None
        if found and found <= received_on:
            start, end = _span(period.covers, period.since, found)
            return start, end, pattern.source
    column = period.fallback_column
    known = [day.date() for day in frame[column].dropna()] if column else []
    last = max((day for day in known if day <= received_on), default=None)
    if last:
        start, end = _span(period.covers, period.since, last)
        return start, end, "last_row"
    return None, None, "unknown"


def _span(covers: str, since: str, found: date) -> tuple[date, date]:
    month = found.replace(day=1)
    if covers == "month":
        return month, month
    if covers in ("year", "years"):
        return date(found.year, 1, 1), date(found.year, 12, 1)
    # a cumulative export speaks for months that had ended on its day: the running one is not delivered yet
    day_after = found + timedelta(days=1)
    last = found if day_after.day == 1 else month - timedelta(days=1)
    return parse_date(since), last.replace(day=1)


def _last_day(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _years(frame: pd.DataFrame, column: str, received_on: date) -> tuple[date | None, date | None]:
    """January of the first and December of the last year of a column; years that cannot be tell nothing."""
    years = [int(year) for year in frame[column].dropna().unique()]
    known = [year for year in years if FIRST_YEAR <= year <= received_on.year]
    return (date(min(known), 1, 1), date(max(known), 12, 1)) if known else (None, None)


def _from_column(frame: pd.DataFrame, column: str) -> date | None:
    """The one year that a year column holds; several years mean that the column does not tell the period."""
    years = frame[column].dropna().unique()
    if len(years) != 1 or not FIRST_YEAR <= int(years[0]) <= date.max.year:
        return None
    return date(int(years[0]), 1, 1)


def _search(pattern: Pattern, table: Table, file_name: str) -> re.Match[str] | None:
    for text in table.around(file_name).texts(pattern.source, table.match.header):
        match = re.search(pattern.pattern, text, re.IGNORECASE)
        if match:
            return match
    return None


def _date(match: re.Match[str]) -> date | None:
    """A date from named groups: `date`; `y`, `m`, `d`; `year` and `month`; or `year` alone (its first day)."""
    groups = match.groupdict()
    try:
        if "date" in groups:
            return parse_date(groups["date"])
        if "d" in groups:
            return date(int(groups["y"]), int(groups["m"]), int(groups["d"]))
        if "month" in groups:
            return month_of(groups)
        return date(int(groups["year"]), 1, 1)
    except (ValueError, TypeError):  # not a date; or an optional group that found nothing
        return None


def _first_date(patterns: tuple[Pattern, ...], table: Table, file_name: str, received_on: date) -> date | None:
    matches = (_search(pattern, table, file_name) for pattern in patterns)
    found = (_date(match) for match in matches if match)
    return next((day for day in found if day and day <= received_on), None)
