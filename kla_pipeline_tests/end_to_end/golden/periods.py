"""Years, quarters and months as spans of days.

Here: the calendar of the measures. Not here: which months were delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

AS_OF = date(2026, 6, 30)
FIRST_YEAR = 2024


@dataclass(frozen=True)
class Period:
    """A span of whole months, both days included."""

    kind: str
    label: str
    start: date
    end: date

    def holds(self, day: date | None) -> bool:
        return day is not None and self.start <= day <= self.end

    @property
    def months(self) -> list[date]:
        """First days of its months."""
        count = {"year": 12, "quarter": 3, "month": 1}[self.kind]
        return [add_months(self.start, number) for number in range(count)]

    @property
    def ended_months(self) -> list[date]:
        """Those of its months that are over; a running period is judged on them."""
        return [month for month in self.months if last_day(month) < AS_OF]


def add_months(day: date, count: int) -> date:
    """The same day `count` months later, or the last day of that month if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, last_day(first).day))


def last_day(day: date) -> date:
    """The last day of the day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def periods(kind: str, first_year: int = FIRST_YEAR) -> list[Period]:
    """All periods of a kind from the first year up to the one that the as-of date lies in."""
    size = {"year": 12, "quarter": 3, "month": 1}[kind]
    found, start = [], date(first_year, 1, 1)
    while start <= AS_OF:
        end = add_months(start, size) - timedelta(days=1)
        found.append(Period(kind, _label(kind, start), start, end))
        start = add_months(start, size)
    return found


def _label(kind: str, start: date) -> str:
    if kind == "year":
        return f"{start.year}"
    return f"{start.year}-Q{(start.month + 2) // 3}" if kind == "quarter" else f"{start:%Y-%m}"
