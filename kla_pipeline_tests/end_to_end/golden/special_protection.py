"""Children who need special protection and receive services (indicator 28).

Here: needs as spells of days, the child's domicile, qualifying services. A child is one person as valid NIKs link the
registers. Readings: a need is a victim, a PPKS row of a category for children, or a child in a worst form of labour;
a spell is open on the period's first day when it began before and did not end before it; a service counts from the
child's earliest need of the period on; being freed ends the need of a working child, a relapse opens it again on its
date. Not here: the police register, which records neither domicile nor services.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache

from kla_pipeline_tests.end_to_end.golden.cells import Cell, Key, share
from kla_pipeline_tests.end_to_end.golden.coverage import Feeds
from kla_pipeline_tests.end_to_end.golden.facts import AREAS, CITY, Fact, valid
from kla_pipeline_tests.end_to_end.golden.periods import Period, periods

FEEDS = Feeds(("dp3a/violence_victim", "dp3a/victim_service", "dinsos/ppks", "dinsos/ppks_service"))
PLACEMENTS = ("LKSA", "KELUARGA")  # an institution, or home with hand-over; school and training are not named
AGENCY_ORDER = ("dinsos", "dp3a")  # of two records reported on one day, the later in this order speaks


@dataclass(frozen=True)
class Spell:
    """A need from its first day to its last; open while `until` is None."""

    child: str
    since: date
    until: date | None

    def is_in(self, period: Period) -> bool:
        """New in the period, or open at its start."""
        return period.holds(self.since) or (
            self.since < period.start and (self.until is None or self.until >= period.start)
        )


@dataclass(frozen=True)
class Service:
    child: str
    day: date
    is_intake: bool


def cells(beyond_intake: bool) -> dict[Key, Cell]:
    """City, kecamatan, outside and unknown; years and quarters. `beyond_intake`: taking a complaint is not enough."""
    domicile = domiciles()
    found: dict[Key, Cell] = {}
    for period in [*periods("year"), *periods("quarter")]:
        needing = in_need(period)
        served = {child for child, day in needing.items() if _is_served(child, day, period, beyond_intake)}
        for area in (CITY, *AREAS):
            inside = {child for child in needing if area in (CITY, domicile[child])}
            found[(area, period.label)] = share(len(served & inside), len(inside), FEEDS, period)
    return found


def in_need(period: Period) -> dict[str, date]:
    """The children of the denominator with the day of their earliest need in it."""
    needing: dict[str, date] = {}
    for spell in spells():
        if spell.is_in(period):
            needing[spell.child] = min(spell.since, needing.get(spell.child, spell.since))
    return needing


@cache
def spells() -> list[Spell]:
    """Every need of a child (under 18 at its event, age known), once per register row."""
    rows = {(need["record"], need["register_no"], need["person_no"]): need for need in valid("needs")}
    labour = {fact["labour_no"]: fact for fact in valid("labour")}
    found: list[Spell] = []
    for need in rows.values():
        if not _counts(need):
            continue
        if need["record"] == "child_labour":
            found += _labour_spells(need, labour[need["register_no"]])
        else:
            found.append(Spell(need["linked_child"], need["period_date"], need["closed_date"]))
    return found


def _counts(need: Fact) -> bool:
    is_need = need["record"] in ("violence_victim", "ppks") or need["basis"] == "worst_form"
    return is_need and need["is_child"] == "yes" and not need["is_cancelled"] and not _died_before_service(need)


def _died_before_service(need: Fact) -> bool:
    """Died on or before the report (else the event) and was not served before that."""
    died = need["death_date"]
    if died is None or died > (need["report_date"] or need["event_date"]):
        return False
    return not any(service.day < died for service in services()[need["linked_child"]])


def _labour_spells(need: Fact, fact: Fact) -> list[Spell]:
    """Being freed ends the need, a relapse begins it anew."""
    ends = [day for day in (fact["freed_date"], need["closed_date"]) if day]
    first = Spell(need["linked_child"], need["period_date"], min(ends) if ends else None)
    if not fact["relapse_date"]:
        return [first]
    return [first, Spell(need["linked_child"], fact["relapse_date"], need["closed_date"])]


@cache
def services() -> dict[str, list[Service]]:
    """Qualifying services by child: all kinds of DP3A, those of Dinsos but data entry and raids, and placements."""
    found: dict[str, list[Service]] = defaultdict(list)
    for fact in valid("services"):
        if fact["is_qualifying"]:
            found[fact["linked_child"]].append(Service(fact["linked_child"], fact["service_date"], fact["is_intake"]))
    for fact in valid("labour"):
        if fact["placement"] in PLACEMENTS:
            found[fact["linked_child"]].append(Service(fact["linked_child"], fact["placed_date"], False))
    return found


def _is_served(child: str, since: date, period: Period, beyond_intake: bool) -> bool:
    return any(
        period.holds(service.day) and service.day >= since and not (beyond_intake and service.is_intake)
        for service in services()[child]
    )


@cache
def domiciles() -> dict[str, str]:
    """By child the kecamatan, outside or unknown: of the latest report that names a district."""
    reports = [
        (fact["report_date"] or fact["period_date"], AGENCY_ORDER.index(agency), fact)
        for name, agency in (("victims", "dp3a"), ("ppks", "dinsos"), ("labour", "dinsos"))
        for fact in valid(name)
    ]
    found: dict[str, str] = defaultdict(lambda: "unknown")
    for _, _, fact in sorted(reports, key=lambda report: report[:2]):
        if fact["domicile_scope"] != "unknown":
            found[fact["linked_child"]] = fact["area_code"]
    return found
