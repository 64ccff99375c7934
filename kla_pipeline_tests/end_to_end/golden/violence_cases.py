"""Case load, ageing and reporting delay of the registers of cases.

Here: a case is one register number with all its victims, adult ones included. Readings: open on the month's last day
when it began before that day and is not closed by its end; the delay is taken between the earliest incident and the
earliest report; estimated and missing incident dates have no delay.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from kla_pipeline_tests.end_to_end.golden.cells import Cell, Key, of_city, share, valued
from kla_pipeline_tests.end_to_end.golden.coverage import Feeds
from kla_pipeline_tests.end_to_end.golden.facts import KECAMATAN, Fact, valid
from kla_pipeline_tests.end_to_end.golden.periods import Period, periods

REGISTER = Feeds(("dp3a/violence_victim",))
LOAD = Feeds(("dp3a/violence_victim", "dp3a/staff"))
DELAY = Feeds(("dp3a/violence_victim", "polres/juvenile_case"))
OLD = 90  # days; exactly as many is not more


@dataclass(frozen=True)
class Case:
    began: date
    reported: date
    closed: date | None


def load() -> dict[Key, Cell]:
    """City and month; open cases by full-time post of a case worker."""
    found = {}
    for period in periods("month"):
        found[period] = share(len(_open(period)), _posts(period), LOAD, period, factor=1)
    return of_city(found)


def ageing() -> dict[Key, Cell]:
    """City and month; percent of open cases reported more than 90 days before."""
    found = {}
    for period in periods("month"):
        cases = _open(period)
        old = sum((period.end - case.reported).days > OLD for case in cases)
        found[period] = share(old, len(cases), REGISTER, period)
    return of_city(found)


def delay(quantile: float) -> dict[Key, Cell]:
    """City and quarter; days from incident to report: their sum, their number, their quantile."""
    found = {}
    for period in periods("quarter"):
        days = sorted((report - incident).days for incident, report in _delays() if period.holds(report))
        cell = share(sum(days), len(days), DELAY, period)
        found[period] = valued(cell, _quantile(days, quantile)) if days else cell
    return of_city(found)


def _cases() -> list[Case]:
    found = []
    for victims in _grouped([fact for fact in valid("victims") if fact["case_status"] != "cancelled"]):
        closings = [victim["closed_date"] for victim in victims]
        found.append(
            Case(
                min(victim["period_date"] for victim in victims),
                min(victim["report_date"] for victim in victims),
                max(closings) if all(closings) else None,
            )
        )
    return found


def _open(period: Period) -> list[Case]:
    day = period.end
    return [case for case in _cases() if case.began < day and (case.closed is None or case.closed > day)]


def _posts(period: Period) -> float:
    return sum(
        float(person["fte"])
        for person in valid("staff")
        if person["role"] == "PEKERJA_KASUS"
        and person["start_date"] <= period.end
        and (person["end_date"] is None or person["end_date"] >= period.end)
    )


def _delays() -> list[tuple[date, date]]:
    """Earliest incident and earliest report of each case: violence register, and police cases of the city."""
    victims = [fact for fact in valid("victims") if fact["case_status"] != "cancelled"]
    children = [fact for fact in valid("juvenile") if fact["area_code"] in KECAMATAN]
    found = []
    for group in [*_grouped(victims), *_grouped(children)]:
        incidents = [fact["event_date"] for fact in group if fact["event_date"] and fact["period_basis"] != "estimated"]
        if incidents:
            found.append((min(incidents), min(fact["report_date"] for fact in group)))
    return found


def _grouped(facts: list[Fact]) -> list[list[Fact]]:
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact["register_no"]].append(fact)
    return list(groups.values())


def _quantile(ordered: list[int], share_below: float) -> float:
    """Linear between order statistics."""
    place = (len(ordered) - 1) * share_below
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
