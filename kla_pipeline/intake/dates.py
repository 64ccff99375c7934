"""Dates as Indonesian offices write them. Used for title cells and file names here and for values in quality/.

A two-digit year is never read: the century would be a guess. Nor is a year before 1800 ("0024" is one of two digits).
"""

from __future__ import annotations

import re
from datetime import date, datetime

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb", "pebruari"),
            ("maret", "march", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("agustus", "august", "agu", "ags", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov", "nopember"),
            ("desember", "december", "des", "dec"),
        ),
        start=1,
    )
    for name in names
}
FIRST_YEAR = 1800
_YMD = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DMY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_DMONY = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,})[- ](\d{4})")
_TIME = re.compile(r"(.*?)[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?")


def parse_date(text: str) -> date:
    """A calendar date: yyyy-mm-dd, d/m/yyyy (day first, as Indonesia writes), `3 Maret 2024`; midnight may follow.

    Raises ValueError without the text.
    """
    clean = text.strip()
    with_time = _TIME.fullmatch(clean)
    if with_time and not any(int(part or 0) for part in with_time.groups()[1:]):
        clean = with_time.group(1).strip()
    for pattern, order in ((_YMD, "ymd"), (_DMY, "dmy"), (_DMONY, "dby")):
        found = pattern.fullmatch(clean)
        if found:
            return _build(found.groups(), order)
    raise ValueError("not a date")


def _build(parts: tuple[str, ...], order: str) -> date:
    year, middle, day = parts if order == "ymd" else reversed(parts)
    month = MONTHS.get(middle.lower(), 0) if order == "dby" else int(middle)
    try:
        if int(year) >= FIRST_YEAR:
            return date(int(year), month, int(day))
    except ValueError:
        pass
    raise ValueError("not a calendar date")


def parse_timestamp(text: str) -> datetime:
    """A date with an optional time of day, seconds and fraction optional. Raises ValueError without the text."""
    clean = text.strip()
    found = _TIME.fullmatch(clean)
    if not found:
        day = parse_date(clean)
        return datetime(day.year, day.month, day.day)
    day = parse_date(found.group(1))
    fraction = (found.group(5) or "").ljust(6, "0")
    try:
        return datetime(
            day.year,
            day.month,
            day.day,
            int(found.group(2)),
            int(found.group(3)),
            int(found.group(4) or 0),
            int(fraction),
        )
    except ValueError:
        pass
    raise ValueError("not a time of day")


def month_of(groups: dict[str, str]) -> date:
    """First of a month from named groups `year` and `month` (number or name). Raises ValueError."""
    word = groups["month"]
    number = int(word) if word.isdigit() else MONTHS.get(word.lower(), 0)
    return date(int(groups["year"]), number, 1)
