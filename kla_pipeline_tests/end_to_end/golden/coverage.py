"""Which months of which feed were delivered, and when, from the list of delivered files.

Here: the reach of each export (one month, a year, or everything since a start) and the state of a period. Not here:
what the delivered rows say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from kla_pipeline_tests.end_to_end.golden.facts import Fact, read
from kla_pipeline_tests.end_to_end.golden.periods import AS_OF, Period, add_months, last_day

SINCE = {
    "ppks": date(2024, 1, 1),
    "ppks_service": date(2024, 1, 1),
    "child_labour": date(2024, 1, 1),
    "disaster_event": date(2008, 1, 1),
}
LEAST_OF_YEAR = 11  # of its twelve months

Feed = str  # agency/record


@dataclass(frozen=True)
class Arrival:
    """One month of one feed, delivered."""

    exported: date
    is_nil: bool


@dataclass(frozen=True)
class Feeds:
    """The feeds a measure cannot do without: all of them, or (`any_of`) one of them."""

    required: tuple[Feed, ...]
    any_of: bool = False
    is_yearly: bool = False

    def state(self, period: Period) -> str:
        """complete, insufficient (some months lack) or not_reported (nothing of a required feed came)."""
        states = [self._state(feed, period) for feed in self.required]
        order = ["complete", "insufficient", "not_reported"]
        return (min if self.any_of else max)(states, key=order.index)

    def is_nil(self, period: Period) -> bool:
        """Every month of every required feed came as a file without rows."""
        arrived = [deliveries().get(feed, {}).get(month) for feed in self.required for month in period.ended_months]
        return bool(arrived) and all(arrival is not None and arrival.is_nil for arrival in arrived)

    def _state(self, feed: Feed, period: Period) -> str:
        months = period.ended_months
        came = sum(month in deliveries().get(feed, {}) for month in months)
        if not came:
            return "not_reported"
        lacking = len(months) - came
        allowed = len(period.months) if self.is_yearly else 12 - LEAST_OF_YEAR if period.kind == "year" else 0
        return "complete" if lacking <= allowed else "insufficient"


@cache
def deliveries() -> dict[Feed, dict[date, Arrival]]:
    """By feed and month the first arrival."""
    found: dict[Feed, dict[date, Arrival]] = {}
    for line in sorted(read("files"), key=lambda line: line["exported"]):
        months = found.setdefault(f"{line['agency']}/{line['record']}", {})
        for month in reach(line):
            months.setdefault(month, Arrival(line["exported"], line["rows_data"] == "0"))
    return found


def reach(line: Fact) -> list[date]:
    """The months a file speaks of: the one in its name, the year in its name, or all since the register's start."""
    since = SINCE.get(line["record"])
    if since:
        return _span(since, line["exported"])
    year, month = re.search(r"(20\d\d)(?:_(\d\d))?\.", line["file"]).groups()  # type: ignore[union-attr]
    if month:
        return [date(int(year), int(month), 1)]
    return _span(date(int(year), 1, 1), date(int(year), 12, 31)) if line["agency"] != "reference" else []


def _span(first: date, last: date) -> list[date]:
    """Months from first to last that had ended on the last day."""
    months, month = [], first
    while last_day(month) <= min(last, AS_OF):
        months.append(month)
        month = add_months(month, 1)
    return months
