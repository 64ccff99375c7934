"""Times of day as offices write them: `14:30`, `14.30`, `14:30 WIB`, `pukul 08.05`, `2:30 PM`, a part of a day.

Here: the time alone. Not here: dates, with or without a time behind them (dates.py).
"""

from __future__ import annotations

import re
from datetime import time

_WORDS = re.compile(r"^(?:pukul|pkl\.?|jam)\s*", re.IGNORECASE)
_ZONE = re.compile(r"\s*(?:wib|wita|wit)\.?$", re.IGNORECASE)
# a point needs two digits behind it: a numeric cell turns 14.30 into 14.3, and that could be 14.03
_CLOCK = re.compile(
    r"(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d{0,3})?)?|\.(\d{2})(?:\.(\d{2}))?)(?:\s?([ap])\.?m\.?)?",
    re.IGNORECASE,
)
_DAY_FRACTION = re.compile(r"0\.\d{3,}")
_MILLISECONDS_OF_DAY = 86_400_000


def read_time(text: str) -> tuple[time, tuple[str, ...]]:
    """A time of day and the repairs its spelling needed: `clock_word`, `clock_point`, `half_day`, `excel_serial`.

    Raises ValueError without the text. The zone that may be named is the office's own, so the time stays as written.
    """
    if _DAY_FRACTION.fullmatch(text):
        return time_of_fraction(float(text)), ("excel_serial",)
    body = _ZONE.sub("", _WORDS.sub("", text))
    found = _CLOCK.fullmatch(body)
    if found is None:
        raise ValueError("not a time of day")
    hour, minute, second, fraction, by_point, point_second, half = found.groups()
    value = _build(int(hour), int(minute or by_point or 0), int(second or point_second or 0), fraction or "", half)
    repairs = ("clock_word",) if body != text else ()
    repairs += ("clock_point",) if by_point else ()
    return value, repairs + (("half_day",) if half else ())


def time_of_fraction(fraction: float) -> time:
    """Time of a part of a day, to the millisecond, as a spreadsheet keeps it. Raises ValueError for a whole day."""
    rest = round(fraction * _MILLISECONDS_OF_DAY)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return _build(hours, minutes, rest // 1000, f"{rest % 1000:03d}", None)


def _build(hour: int, minute: int, second: int, fraction: str, half: str | None) -> time:
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("not a time of day")
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("not a time of day")
    return time(hour, minute, second, int(fraction.ljust(6, "0")))
