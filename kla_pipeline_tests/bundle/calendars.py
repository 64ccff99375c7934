"""Dates of the bundle: months, ages, and the ways Indonesian offices write a date.

Here: pure functions of dates. Not here: which day something happens (the register modules) and how a cell is messed up
(mess.py). Ages follow the project's reading: a child born on 29 February completes a year on 1 March in a common year.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator
from datetime import date, timedelta

MONTH_NAMES = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
FIRST_YEAR, LAST_YEAR = 2024, 2025
DAY = timedelta(days=1)


def months() -> Iterator[date]:
    """First days of the 24 months the bundle covers."""
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for month in range(1, 13):
            yield date(year, month, 1)


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, count: int) -> date:
    """The same day `count` months later; the month's last day where that day does not exist."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def birthday(born: date, years: int) -> date:
    """The day on which `years` are completed (29 February: 1 March in a common year)."""
    if (born.month, born.day) == (2, 29) and not calendar.isleap(born.year + years):
        return date(born.year + years, 3, 1)
    return born.replace(year=born.year + years)


def age_on(born: date, day: date) -> int:
    """Completed years on `day`; -1 before birth."""
    years = day.year - born.year
    return years if day >= birthday(born, years) else years - 1


def any_day(rng: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def born_with_age(rng: random.Random, event: date, years: int) -> date:
    """A birth date that makes somebody `years` old on `event`, away from the birthday itself."""
    latest = add_months(event, -12 * years) - 5 * DAY
    return any_day(rng, latest - timedelta(days=350), latest)


def write_date(day: date, style: str) -> str:
    """`iso` 2024-03-05 · `slash` 05/03/2024 · `dash` 05-03-2024 · `words` 5 Maret 2024."""
    if style == "iso":
        return day.isoformat()
    if style == "words":
        return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
    return day.strftime("%d/%m/%Y" if style == "slash" else "%d-%m-%Y")
