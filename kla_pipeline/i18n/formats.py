"""How numbers, dates and months are written in each language: the only place that knows.

Here: plain functions of a value and a language. Not here: words (the YAML files) and the choice of decimals for a
measure's unit (reports/). Indonesian writes 1.234,5 and 30 Juni 2026, English 1,234.5 and 30 June 2026.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, get_args

Lang = Literal["id", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

MONTHS: dict[Lang, list[str]] = {
    "id": [
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
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
SHORT_MONTHS: dict[Lang, list[str]] = {
    "id": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
_SWAP = str.maketrans(",.", ".,")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def number(value: float | int | Decimal, lang: Lang, decimals: int = 0) -> str:
    """A number rounded half up to `decimals`; a whole number stays without a decimal part when `decimals` is 0.

    Half up, because readers check by hand: Python's own rounding writes 0.125 as 0.12. Minus is the sign U+2212.
    """
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if exact == 0:
        exact = abs(exact)
    text = f"{exact:,f}".replace("-", "\u2212")
    return text.translate(_SWAP) if lang == "id" else text


def day(value: date, lang: Lang) -> str:
    """A date in words: 30 Juni 2026 · 30 June 2026."""
    return f"{value.day} {MONTHS[lang][value.month - 1]} {value.year}"


def short_day(value: date, lang: Lang) -> str:
    """A date for table cells: 30 Jun 2026 in both languages' abbreviations."""
    return f"{value.day} {SHORT_MONTHS[lang][value.month - 1]} {value.year}"


def month(value: date, lang: Lang) -> str:
    """A month in words: Juni 2026 · June 2026."""
    return f"{MONTHS[lang][value.month - 1]} {value.year}"


def period(value: str, lang: Lang) -> str:
    """A period id in words: '2025' · '2025-Q1' → Triwulan I 2025 · '2025-01' → Januari 2025; anything else as it is."""
    if found := _QUARTER.fullmatch(value):
        year, quarter = found.groups()
        return f"Triwulan {('I', 'II', 'III', 'IV')[int(quarter) - 1]} {year}" if lang == "id" else f"Q{quarter} {year}"
    if (found := _MONTH.fullmatch(value)) and 1 <= int(found[2]) <= 12:
        return f"{MONTHS[lang][int(found[2]) - 1]} {found[1]}"
    return value
