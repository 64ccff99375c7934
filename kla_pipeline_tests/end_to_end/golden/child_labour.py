"""Children freed from the worst forms of child labour (indicator 31).

Here: spells in worst forms and the day of being freed. Readings: freed on the later of withdrawal and placement; a
spell ends by being freed, by another stated reason or on the eighteenth birthday; a relapse opens it again on its date.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from kla_pipeline_tests.end_to_end.golden.cells import Cell, Key, of_city, share
from kla_pipeline_tests.end_to_end.golden.coverage import Feeds
from kla_pipeline_tests.end_to_end.golden.facts import Fact, valid
from kla_pipeline_tests.end_to_end.golden.periods import Period, periods
from kla_pipeline_tests.end_to_end.golden.special_protection import Spell

FEEDS = Feeds(("dinsos/child_labour", "dp3a/child_labour"), any_of=True)


def cells() -> dict[Key, Cell]:
    """City and year; one unit per child."""
    children: dict[str, list[Fact]] = defaultdict(list)
    for fact in valid("labour"):
        if fact["is_worst_form"] and fact["is_child"] == "yes":
            children[fact["linked_child"]].append(fact)
    found = {}
    for period in periods("year"):
        counted = [facts for facts in children.values() if any(s.is_in(period) for f in facts for s in _spells(f))]
        freed = sum(any(_is_freed_in(fact, period) for fact in facts) for facts in counted)
        found[period] = share(freed, len(counted), FEEDS, period)
    return of_city(found)


def _last_day(fact: Fact) -> date | None:
    """The day the register stops for another reason than being freed."""
    return min((day for day in (fact["closed_date"], fact["turns_18_on"]) if day), default=None)


def _spells(fact: Fact) -> list[Spell]:
    last = _last_day(fact)
    ends = [day for day in (fact["freed_date"], last) if day]
    found = [Spell(fact["linked_child"], fact["identified_date"], min(ends) if ends else None)]
    relapsed = fact["relapse_date"]
    if relapsed and (last is None or relapsed < last):
        found.append(Spell(fact["linked_child"], relapsed, last))
    return found


def _is_freed_in(fact: Fact, period: Period) -> bool:
    freed, last = fact["freed_date"], _last_day(fact)
    return period.holds(freed) and (last is None or freed <= last)
