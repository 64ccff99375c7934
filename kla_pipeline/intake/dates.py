"""Dates as Indonesian offices write them. Used for title cells and file names here and for values in quality/.

The day stands before the month, as Indonesia writes; a column whose decisive cells say otherwise is not read by guess.
A two-digit year is read only within the window that a layout declares, a spreadsheet's day number only by the epoch it
declares. A year before 1800 is none ("0024" is one of two digits). Repairs are told by kind, so that they can be
counted. Not here: times of day (clock.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kla_pipeline.intake.clock import read_time, time_of_fraction

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb", "pebruari", "peb"),
            ("maret", "march", "mar", "mrt"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("agustus", "august", "agust", "agu", "ags", "agt", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov", "nopember", "nop"),
            ("desember", "december", "des", "dec"),
        ),
        start=1,
    )
    for name in names
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            ("senin", "sen", "monday", "mon"),
            ("selasa", "sel", "tuesday", "tue"),
            ("rabu", "rab", "wednesday", "wed"),
            ("kamis", "kam", "thursday", "thu"),
            ("jumat", "jum'at", "jum\u2019at", "jum", "friday", "fri"),
            ("sabtu", "sab", "saturday", "sat"),
            ("minggu", "ahad", "min", "sunday", "sun"),
        )
    )
    for name in names
}
FIRST_YEAR = 1800
_YMD = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DMY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_DMONY = re.compile(r"(\d{1,2})[-/. ]\s?([A-Za-z]{3,})\.?,?[-/. ]\s?(\d{4}|\d{2})")
_MONDY = re.compile(r"([A-Za-z]{3,})\.?[-/. ](\d{1,2})(?:, ?|[-/. ])(\d{4})")
_WEEKDAY = re.compile(r"([A-Za-z'\u2019]{3,9})(?:, ?|\s)\s*(?=\d|[A-Za-z])(.+)")
_WITH_TIME = re.compile(
    r"(.*?\d.{3,}?)(?:[T ]|, )\s?((?:pukul |pkl\.? |jam )?\d{1,2}[:.]\d{2}.*)", re.IGNORECASE | re.DOTALL
)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)
_LONGEST = 60
_OFFSET = re.compile(r"(.*?)\s?(Z|[+-]\d{2}:?\d{2})")
_SERIAL = re.compile(r"([1-9]\d{4})(\.\d+)?")
_EPOCHS = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}
_SERIAL_SPAN = (date(1930, 1, 1), date(2100, 1, 1))
_LOCAL = timedelta(hours=7)
# a time of day alone, as a spreadsheet dates it
_NO_DAY = {date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1904, 1, 1)}
MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a column writes dates: epoch of its day numbers (1900, 1904, none), first year of the window of two-digit
    years, and whether its own cells contradict the order day, month.
    """

    epoch: str = "none"
    window: int | None = None
    is_month_first: bool = False


_PLAIN = DateStyle()


def style_of(texts: Iterable[str], epoch: str, window: int | None) -> DateStyle:
    """The style of a column: month first when more different cells can only be read so than only the other way."""
    balance = 0
    for text in texts:
        found = _DMY.match(text)
        if found:
            first, second = int(found.group(1)), int(found.group(2))
            balance += (second > 12 >= first > 0) - (first > 12 >= second > 0)
    return DateStyle(epoch, window, balance > 0)


def parse_date(text: str) -> date:
    """A calendar date: yyyy-mm-dd, d/m/yyyy (day first), `3 Maret 2024`; midnight may follow.

    For titles and names, where no layout says how years and numbers are meant. Raises ValueError without the text.
    """
    value, repairs = read_date(text.strip(), _PLAIN)
    if "time_dropped" in repairs:
        raise ValueError("not a date")
    return value


def parse_timestamp(text: str) -> datetime:
    """A date with an optional time of day, seconds and fraction optional. Raises ValueError without the text."""
    return read_timestamp(text.strip(), _PLAIN)[0]


def read_date(text: str, style: DateStyle) -> tuple[date, tuple[str, ...]]:
    """A calendar date and the repairs it needed. A time of day behind it is dropped and told, unless it is midnight.

    With an offset the day must be the same as written and in western Indonesian time. Raises ValueError.
    """
    if _ISO_DAY.fullmatch(text):
        return _day_of(text, style)  # most cells
    moment, repairs = _moment(text, style, is_day_only=True)
    return moment.date(), repairs if moment.time() == time(0) else (*repairs, "time_dropped")


def read_timestamp(text: str, style: DateStyle) -> tuple[datetime, tuple[str, ...]]:
    """Date and time of day as written, and the repairs. An offset other than the local one is no such time."""
    return _moment(text, style, is_day_only=False)


def read_clock(text: str) -> tuple[time, tuple[str, ...]]:
    """A time of day, also one that a spreadsheet or an export put behind a date."""
    if len(text) > _LONGEST or not _WITH_TIME.fullmatch(text):
        return read_time(text)
    moment, repairs = _moment(text, _PLAIN, is_day_only=False)
    return moment.time(), repairs if moment.date() in _NO_DAY else (*repairs, "date_dropped")


def _moment(text: str, style: DateStyle, *, is_day_only: bool) -> tuple[datetime, tuple[str, ...]]:
    if _ISO_MOMENT.fullmatch(text):
        return _iso_moment(text), ()  # most cells
    if len(text) > _LONGEST:
        raise ValueError("not a date")
    if found := _SERIAL.fullmatch(text):
        return _from_serial(int(found.group(1)), float(found.group(2) or 0), style.epoch)
    found = _WITH_TIME.fullmatch(text)
    if found is None:
        day, repairs = _day_of(text, style)
        return datetime.combine(day, time(0)), repairs
    day, repairs = _day_of(found.group(1).strip(), style)
    body, offset = _without_offset(found.group(2).strip())
    clock, more = read_time(body)
    moment = datetime.combine(day, clock)
    if offset is not None:
        _refuse_other_zone(moment, offset, is_day_only)
        more = (*more, "offset")
    return moment, repairs + more


def _iso_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.year >= FIRST_YEAR:
            return moment
    except ValueError:
        pass
    raise ValueError("not a calendar date")


def _without_offset(text: str) -> tuple[str, timedelta | None]:
    found = _OFFSET.fullmatch(text)
    if found is None:
        return text, None
    zone = found.group(2)
    if zone == "Z":
        return found.group(1), timedelta(0)
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return found.group(1), -offset if zone[0] == "-" else offset


def _refuse_other_zone(moment: datetime, offset: timedelta, is_day_only: bool) -> None:
    """A moment of another zone is another time here; its day may still be the same."""
    try:
        is_same_day = (moment - offset + _LOCAL).date() == moment.date()
    except OverflowError:
        is_same_day = False
    if offset != _LOCAL and not (is_day_only and is_same_day):
        raise ValueError("not a local time")


def _from_serial(number: int, fraction: float, epoch: str) -> tuple[datetime, tuple[str, ...]]:
    if epoch not in _EPOCHS:
        raise ValueError("not a date")
    day = _EPOCHS[epoch] + timedelta(days=number)
    if not _SERIAL_SPAN[0] <= day <= _SERIAL_SPAN[1]:
        raise ValueError("not a date")
    return datetime.combine(day, time_of_fraction(fraction)), ("excel_serial",)


def _day_of(text: str, style: DateStyle) -> tuple[date, tuple[str, ...]]:
    if found := _YMD.fullmatch(text):
        return _build(int(found.group(1)), int(found.group(2)), int(found.group(3))), ()
    if found := _DMY.fullmatch(text):
        return _by_numbers(found.group(1), found.group(2), found.group(3), style)
    if found := _DMONY.fullmatch(text):
        return _by_name(found.group(1), found.group(2), found.group(3), style)
    if (found := _MONDY.fullmatch(text)) and found.group(1).lower() in MONTHS:
        return _by_name(found.group(2), found.group(1), found.group(3), style)
    if (found := _WEEKDAY.fullmatch(text)) and found.group(1).lower() in _WEEKDAYS:
        day, repairs = _day_of(found.group(2).strip(), style)
        is_same = day.weekday() == _WEEKDAYS[found.group(1).lower()]
        return day, (*repairs, "day_name" if is_same else "day_name_differs")
    raise ValueError("not a date")


def _by_numbers(first: str, second: str, year: str, style: DateStyle) -> tuple[date, tuple[str, ...]]:
    full_year, repairs = _year(year, style)
    day, month = int(first), int(second)
    could_be_either = 0 < day <= 12 and 0 < month <= 12 and day != month
    if could_be_either:
        if style.is_month_first:
            raise ValueError(MONTH_FIRST)
        repairs += ("day_first",)
    return _build(full_year, month, day), repairs


def _by_name(day: str, month: str, year: str, style: DateStyle) -> tuple[date, tuple[str, ...]]:
    full_year, repairs = _year(year, style)
    return _build(full_year, MONTHS.get(month.lower(), 0), int(day)), (*repairs, "month_name")


def _year(text: str, style: DateStyle) -> tuple[int, tuple[str, ...]]:
    if len(text) == 4:
        return int(text), ()
    if style.window is None:
        raise ValueError("not a date")
    year = style.window - style.window % 100 + int(text)
    return (year if year >= style.window else year + 100), ("two_digit_year",)


def _build(year: int, month: int, day: int) -> date:
    try:
        if year >= FIRST_YEAR:
            return date(year, month, day)
    except ValueError:
        pass
    raise ValueError("not a calendar date")


def month_of(groups: dict[str, str]) -> date:
    """First of a month from named groups `year` and `month` (number or name). Raises ValueError."""
    word = groups["month"]
    number = int(word) if word.isdigit() else MONTHS.get(word.lower(), 0)
    return date(int(groups["year"]), number, 1)
