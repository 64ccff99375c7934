"""The disaster mechanism that heeds children (indicator 30) and the events behind it.

Here: the yearly checklist with the freshness of its evidence, and the sums of the event list. Readings: an expired yes
or partial gives no credit but was checked; an item without a row is unchecked; the item on child counts is computed
from the events with displaced people; the event list has no child counts.
"""

from __future__ import annotations

from datetime import date

from kla_pipeline_tests.end_to_end.golden.cells import Cell, Key, count, of_city, share, valued
from kla_pipeline_tests.end_to_end.golden.coverage import Feeds
from kla_pipeline_tests.end_to_end.golden.facts import CITY, Fact, floods, read, valid
from kla_pipeline_tests.end_to_end.golden.periods import AS_OF, Period, periods

CHECKLIST = Feeds(("bpbd/mechanism_check", "dp3a/mechanism_check"), is_yearly=True)
EVENTS = Feeds(("bpbd/disaster_event",))
CHILD_COUNTS = "CD06"
CREDIT = {"yes": 1.0, "partial": 0.5}
FIRST_EVENTS = 2008


# -------------------------------------------------------------------------------------------------------- the checklist
def exists() -> dict[Key, Cell]:
    """City and year; 1 or 0. No as soon as one mandatory item fails, open while one is unchecked."""
    found = {}
    for period in periods("year"):
        items = [answer for item, answer in answers(period).items() if item in mandatory()]
        items = [answer for answer in items if answer != "not_applicable"]
        good = items.count("yes")
        is_open = "unchecked" in items and not set(items) & {"no", "partial", "expired"}
        cell = share(good, len(items), CHECKLIST, period, known=0 if is_open else 1)
        found[period] = valued(cell, float(good == len(items)))
    return of_city(found)


def score() -> dict[Key, Cell]:
    """City and year; percent of the weight of checked items. Not given below 80 % checked."""
    found = {}
    for period in periods("year"):
        judged = {item: a for item, a in answers(period).items() if a != "not_applicable"}
        checked = {item: a for item, a in judged.items() if a != "unchecked"}
        weights = weights_of(period)
        credit = sum(weights.get(item, 1.0) * CREDIT.get(answer, 0.0) for item, answer in checked.items())
        weight = sum(weights.get(item, 1.0) for item in checked)
        found[period] = share(credit, weight, CHECKLIST, period, known=len(checked) / len(judged))
    return of_city(found)


def coverage() -> dict[Key, Cell]:
    """City and year; percent of applicable items that were checked."""
    found = {}
    for period in periods("year"):
        judged = [answer for answer in answers(period).values() if answer != "not_applicable"]
        checked = len(judged) - judged.count("unchecked")
        found[period] = share(checked, len(judged), CHECKLIST, period)
    return of_city(found)


def answers(period: Period) -> dict[str, str]:
    """By item: yes, partial, no, expired, unchecked or not_applicable, as of the period's last day."""
    day = min(period.end, AS_OF)
    found = dict.fromkeys(_items(), "unchecked")
    rows = [fact for fact in valid("mechanism") if fact["reference_year"] == period.label]
    for fact in sorted(rows, key=lambda fact: fact["checked_on"] or date.min):
        if fact["verdict"] != "unchecked":
            found[fact["item_id"]] = _answer(fact, day)
    if EVENTS.state(period) != "not_reported":
        found[CHILD_COUNTS] = _child_counts(period)
    return found


def _answer(fact: Fact, day: date) -> str:
    is_fresh = fact["doc_no"] and fact["doc_date"] and day <= fact["valid_until"]
    return "expired" if fact["verdict"] in CREDIT and not is_fresh else fact["verdict"]


def _child_counts(period: Period) -> str:
    """None of the events with displaced people has child counts: the export has no such column."""
    return "no" if any(int(event["menderita_mengungsi"] or 0) > 0 for event in events(period)) else "not_applicable"


def _items() -> list[str]:
    return [f"CD{number:02}" for number in range(1, 21)]


def mandatory() -> set[str]:
    """Items that the indicator cannot do without."""
    return {fact["item_id"] for fact in read("mechanism") if fact["is_mandatory"]}


def weights_of(period: Period) -> dict[str, float]:
    """Weights the city set; every other item weighs one."""
    rows = [fact for fact in valid("mechanism") if fact["reference_year"] == period.label and fact["weight"]]
    return {fact["item_id"]: float(fact["weight"]) for fact in rows}


# ----------------------------------------------------------------------------------------------------------- the events
def reports() -> dict[Key, Cell]:
    """City and year; rows of the event list."""
    return _sums(None)


def weighted() -> dict[Key, Cell]:
    """City and year; the city's shares of the events."""
    return _sums("Jumlah Kejadian")


def people() -> dict[Key, Cell]:
    """City and year; people affected or displaced, summed over events."""
    return _sums("menderita_mengungsi")


def _sums(column: str | None) -> dict[Key, Cell]:
    found = {}
    for period in periods("year", FIRST_EVENTS):
        rows = events(period)
        found[period] = count(sum(float(row[column] or 0) if column else 1 for row in rows), EVENTS, period)
    return of_city(found)


def events(period: Period) -> list[dict[str, str]]:
    """Events of the city in the period."""
    return [
        event
        for event in floods()
        if event["Kode Kabupaten"] == CITY and period.holds(date.fromisoformat(event["Tanggal / Waktu Kejadian"][:10]))
    ]
