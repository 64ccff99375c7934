"""Cases of child offenders closed with a restorative outcome (indicator 29).

Here: the case with its child offenders (12 to under 18 at the incident, place of occurrence in the city), its last
closing and its answer. Readings: victims, witnesses, adults, children under 12, unknown ages and transfers stand apart;
a failed agreement is no closing; an outcome without the document numbers it needs is not restorative.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache

from kla_pipeline_tests.end_to_end.golden.cells import Cell, Key, of_city, share
from kla_pipeline_tests.end_to_end.golden.coverage import Feeds
from kla_pipeline_tests.end_to_end.golden.facts import KECAMATAN, Fact, valid
from kla_pipeline_tests.end_to_end.golden.periods import periods

FEEDS = Feeds(("polres/juvenile_case",))
DIVERSION = ("DIV_PENYIDIKAN", "DIV_PENUNTUTAN", "DIV_PENGADILAN")
OPEN = ("PROSES", "LIMPAH_P21")


@dataclass(frozen=True)
class Case:
    """A closed case. `restorative` is None when the outcome of one offender is unknown and of none known as no."""

    closed: date
    restorative: bool | None


def cells(unknown_is_no: bool) -> dict[Key, Cell]:
    """City; years and quarters. `unknown_is_no`: unknown outcomes stay in the denominator as not restorative."""
    found = {}
    for period in [*periods("year"), *periods("quarter")]:
        closed = [case for case in cases() if period.holds(case.closed)]
        known = [case for case in closed if case.restorative is not None]
        counted = closed if unknown_is_no else known
        enough = 1.0 if unknown_is_no or not closed else len(known) / len(closed)
        restorative = sum(case.restorative is True for case in counted)
        found[period] = share(restorative, len(counted), FEEDS, period, known=enough)
    return of_city(found)


@cache
def cases() -> list[Case]:
    """Closed cases, each at its last closing."""
    by_number: dict[str, list[Fact]] = defaultdict(list)
    for fact in valid("juvenile"):
        if _is_counted(fact):
            by_number[fact["register_no"]].append(fact)
    return [case for offenders in by_number.values() if (case := _case(offenders))]


def _is_counted(fact: Fact) -> bool:
    is_offender = fact["role"] == "offender" and fact["age_known"] and 12 <= fact["age_years"] < 18
    return is_offender and fact["area_code"] in KECAMATAN and fact["outcome"] != "LIMPAH_LUAR"


def _case(offenders: list[Fact]) -> Case | None:
    closings = [_closing(fact) for fact in offenders]
    if not all(closings):
        return None
    answers = [None if fact["outcome"] == "UNKNOWN" else _is_restorative(fact) for fact in offenders]
    answer = False if False in answers else None if None in answers else True
    return Case(max(day for day in closings if day), answer)


def _closing(fact: Fact) -> date | None:
    """Nothing while the case runs (also at the prosecutor) or after the agreement failed."""
    closed, failed = fact["closed_date"], fact["failed_date"]
    has_failed = closed is not None and failed is not None and failed >= closed
    return None if has_failed or fact["outcome"] in OPEN else closed


def _is_restorative(fact: Fact) -> bool:
    """Diversion: the agreement's or decree's number. Police settlement: two numbers, in a narcotics case any one."""
    papers = [fact["outcome_doc_no"], fact["rights_doc_no"]]
    if fact["outcome"] in DIVERSION:
        return papers[0] is not None
    if fact["outcome"] == "RJ_POLRI" and fact["is_narcotics"]:
        return any(papers)
    return fact["outcome"] in ("RJ_POLRI", "SP3_BUKTI") and all(papers)
