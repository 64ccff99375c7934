"""Deliveries in time, rows rejected and facilities of the service units.

Here: what the list of files and the checklists of facilities say. Readings: a feed owes its file from the month before
its first delivery on (a cumulative file that reaches back is not late for the past), by the due day of the month after
the one reported on; a file's rows belong to the last ended month it covers. Not here: reference lists, which nobody
owes and which speak of no month.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from kla_pipeline_tests.end_to_end.golden.cells import Cell, Key, of_city, share
from kla_pipeline_tests.end_to_end.golden.coverage import Feed, Feeds, deliveries, reach
from kla_pipeline_tests.end_to_end.golden.facts import Fact, read, valid
from kla_pipeline_tests.end_to_end.golden.periods import AS_OF, Period, add_months, last_day, periods

FACILITIES = Feeds(("dp3a/facility_item", "polres/facility_item"), any_of=True, is_yearly=True)
MONTHLY = {"dp3a/violence_victim": 10, "dp3a/victim_service": 10, "polres/juvenile_case": 10, "bpbd/disaster_event": 15}
# Due at the end of January.
YEARLY = (
    "dp3a/staff",
    "dp3a/mechanism_check",
    "dp3a/facility_item",
    "bpbd/mechanism_check",
    "polres/facility_item",
    "dinsos/ppks",
    "dinsos/ppks_service",
    "dinsos/child_labour",
)
AGENCIES = ("bpbd", "dinsos", "dp3a", "polres")


# ----------------------------------------------------------------------------------------------------------- deliveries
def timeliness(agency: str | None = None) -> dict[Key, Cell]:
    """City and month; percent of the files due that came by their due day. Of one agency or all."""
    found = {}
    for period in periods("month"):
        due = [(feed, day) for feed, day in _due(period) if agency in (None, feed.split("/")[0])]
        in_time = sum(_came_by(feed, period.start, day) for feed, day in due)
        found[period] = _share(in_time, len(due))
    return of_city(found)


def _due(period: Period) -> list[tuple[Feed, date]]:
    """Feeds whose file for the month is there or has fallen due, with the due day."""
    next_month = add_months(period.start, 1)
    due = [(feed, next_month.replace(day=day)) for feed, day in MONTHLY.items() if period.start >= _owed_from(feed)]
    if period.start.month == 12:
        due += [(feed, last_day(next_month)) for feed in YEARLY if period.start >= _owed_from(feed)]
    return [(feed, day) for feed, day in due if day < AS_OF or period.start in deliveries()[feed]]


def _owed_from(feed: Feed) -> date:
    """The month (yearly forms: the year) before the first delivery, or the first month covered if that is later."""
    months = deliveries()[feed]
    first = min(arrival.exported for arrival in months.values())
    return max(min(months), add_months(first.replace(day=1), -12 if feed in YEARLY else -1))


def _came_by(feed: Feed, month: date, day: date) -> bool:
    arrival = deliveries()[feed].get(month)
    return arrival is not None and arrival.exported <= day


def rejects(agency: str | None = None) -> dict[Key, Cell]:
    """City and month; percent of the rows read that were rejected on arrival. Of one agency or all."""
    bad: Counter[date] = Counter()
    rows: Counter[date] = Counter()
    for line in read("files"):
        if line["agency"] in ((agency,) if agency else AGENCIES):
            month = max(reach(line))
            rows[month] += _rows_read(line)
            bad[month] += _rows_rejected(line)
    return of_city({period: _share(bad[period.start], rows[period.start]) for period in periods("month")})


def _rows_read(line: Fact) -> int:
    """Rows of the register; its totals, footers and blank lines are no rows that could be rejected."""
    return int(line["rows_data"])


def _rows_rejected(line: Fact) -> int:
    rejected = [d for d in read("defects") if d["expected"] == "rejected" and d["stage"] == "staging"]
    return len({d["row"] for d in rejected if (d["file"], d["sheet"]) == (line["file"], line["sheet"])})


def _share(n: int, of: int) -> Cell:
    """Always known: the record of deliveries is the pipeline's own."""
    return Cell("value", n, of, 100 * n / of) if of else Cell("not_applicable", n, of)


# ----------------------------------------------------------------------------------------------------------- facilities
def facilities() -> dict[Key, Cell]:
    """City and year; percent of the required and checked items that are present and work."""
    found = {}
    for period in periods("year"):
        items = [f for f in valid("facility") if f["reference_year"] == period.label and f["is_required"]]
        checked = [f for f in items if f["is_present"] is False or None not in (f["is_present"], f["is_working"])]
        good = sum(bool(f["is_present"] and f["is_working"]) for f in checked)
        found[period] = share(good, len(checked), FACILITIES, period)
    return of_city(found)
