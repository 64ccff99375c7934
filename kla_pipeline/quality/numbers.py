"""Numbers and money as offices write them: groups of thousands, decimal commas, currency, units.

The layout declares the decimal mark; a numeric cell of a workbook comes with a point whatever the layout says. Which
mark groups thousands is proved by the column: `1.234.567` and `1.234,5` prove a grouping point, `0.5` and `12.75` a
decimal one. A text that can be both (`1.125`) is read when the declaration and the column leave one reading, else not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kla_pipeline.quality.cells import Read

NumberKind = Literal["int", "decimal", "money"]

_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_BY_BLANK = re.compile(r"([+-]?[1-9]\d{0,2}(?: \d{3})+)([.,]\d+)?")
_MANY_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:(\.)\d{3}(?:\.\d{3})+|(,)\d{3}(?:,\d{3})+)")
_GROUPS_AND_FRACTION = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:\.\d{3})+(,)\d+|(?:,\d{3})+(\.)\d+)")
_ONE_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")
_FRACTION = re.compile(r"[+-]?\d+([.,])\d+")
_CURRENCY = re.compile(r"([+-]?)(?:rp\.?|idr)\s*([+-]?\d.*)", re.IGNORECASE)
_NO_SEN = re.compile(r"[,.]\s?[-\u2013\u2014]{1,2}$")
# beyond this a spreadsheet has rounded, and so would a float
_EXACT_LIMIT = 10**15
_SEN_LIMIT = 9 * 10**13
AMBIGUOUS = "ambiguous_separator"
_OTHER = {".": ",", ",": "."}


@dataclass(frozen=True, slots=True)
class Style:
    """How a column writes its numbers: the declared mark, and which marks its cells prove to group or to be decimal."""

    decimal_comma: bool = False
    groups: frozenset[str] = frozenset()
    decimals: frozenset[str] = frozenset()
    units: tuple[str, ...] = ()


def style_of(texts: Iterable[str], decimal_comma: bool, units: tuple[str, ...] = ()) -> Style:
    """What the texts of a column prove. Only texts with one reading prove anything."""
    groups: set[str] = set()
    decimals: set[str] = set()
    for text in texts:
        if "." not in text and "," not in text:
            continue
        body = _bare(text, units)
        if found := _MANY_GROUPS.fullmatch(body):
            groups.add(found.group(1) or found.group(2))
        elif found := _GROUPS_AND_FRACTION.fullmatch(body):
            mark = found.group(1) or found.group(2)
            decimals.add(mark)
            groups.add(_OTHER[mark])
        elif found := _ONE_GROUP.fullmatch(body):
            # a numeric cell ends in no zero after its point, so a person typed it
            if decimal_comma and found.group(1) == "." and body.endswith("0"):
                groups.add(".")
        elif found := _FRACTION.fullmatch(body):
            decimals.add(found.group(1))
    return Style(decimal_comma, frozenset(groups), frozenset(decimals), units)


def read_number(text: str, style: Style, kind: NumberKind) -> Read:
    """An int, or a finite float for `decimal` and `money`. Raises ValueError without the text.

    Whole numbers below 10^15; `2014.0` is one, `2014.5` is not, nor is a rounded one (`3.7E+11`). `2.000` is one only
    where the layout or the column says what its point means.
    """
    body, repairs = _without_unit(text, style.units)
    is_rupiah = False
    if kind == "money":
        body, is_rupiah = _without_currency(body)
        repairs += ("currency",) if is_rupiah else ()
    if "e" in body.lower() and kind != "decimal":
        raise ValueError("rounded")
    plain, more = _to_plain(body, style, kind, is_rupiah)
    if not _PLAIN.fullmatch(plain) or not plain.isascii():
        raise ValueError("not a number")
    if kind == "int":
        number, whole = _whole(plain)
        return number, repairs + more + whole
    return (_amount(plain) if kind == "money" else _finite(plain)), repairs + more


def _bare(text: str, units: tuple[str, ...]) -> str:
    return _without_currency(_without_unit(text, units)[0])[0]


def _without_unit(text: str, units: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The number before a unit that the column declares."""
    for unit in units:
        if text.lower().endswith(unit.lower()):
            return text[: -len(unit)].strip(), ("unit",)
    return text, ()


def _without_currency(text: str) -> tuple[str, bool]:
    """The amount behind `Rp`, without the `,-` that says "no sen"."""
    found = _CURRENCY.fullmatch(text)
    body = found.group(1) + found.group(2) if found else text
    amount = _NO_SEN.sub("", body)
    return amount, found is not None or amount != body


def _to_plain(text: str, style: Style, kind: NumberKind, is_rupiah: bool) -> tuple[str, tuple[str, ...]]:
    """The number with a decimal point and without groups, and what that took."""
    comma = style.decimal_comma or is_rupiah
    if found := _BY_BLANK.fullmatch(text):
        fraction = found.group(2) or ""
        if fraction.startswith(",") and not comma:
            raise ValueError("not a number")
        plain = found.group(1).replace(" ", "") + fraction.replace(",", ".")
        return plain, ("thousands", "decimal_comma") if "," in fraction else ("thousands",)
    if found := _MANY_GROUPS.fullmatch(text):
        return text.replace(found.group(1) or found.group(2), ""), ("thousands",)
    if found := _GROUPS_AND_FRACTION.fullmatch(text):
        if found.group(2):
            return text.replace(",", ""), ("thousands",)
        return (text.replace(".", "").replace(",", "."), ("thousands", "decimal_comma")) if comma else (text, ())
    if found := _ONE_GROUP.fullmatch(text):
        mark = found.group(1)
        if _is_group(text, mark, style, kind, is_rupiah):
            return text.replace(mark, ""), ("thousands",)
    if comma and "," in text:
        return text.replace(",", ".", 1), ("decimal_comma",)
    return text, ()


def _is_group(text: str, mark: str, style: Style, kind: NumberKind, is_rupiah: bool) -> bool:
    """Whether the mark of `1.125` or `1,125` groups thousands; False when it is decimal. Raises ValueError."""
    proves_both = mark in style.groups and mark in style.decimals
    if proves_both:
        raise ValueError(AMBIGUOUS)
    if mark in style.groups:
        if style.decimal_comma and mark == ",":
            raise ValueError(AMBIGUOUS)
        return True
    if kind == "money" and mark == ",":
        raise ValueError(AMBIGUOUS)  # three digits of sen do not exist, a comma for thousands is not ours
    if mark == "," or not (style.decimal_comma or is_rupiah):
        # three digits behind the mark of a count are never noise of `.0`: 10.000 may be ten thousand
        if kind == "money" or (kind == "int" and mark not in style.decimals):
            raise ValueError(AMBIGUOUS)
        return False
    if "." in style.decimals:
        raise ValueError(AMBIGUOUS)
    if kind == "decimal" and "," not in style.decimals and not text.endswith("0"):
        raise ValueError(AMBIGUOUS)  # a numeric cell of a workbook may say 1.125 and mean it
    return True


def _whole(plain: str) -> tuple[int, tuple[str, ...]]:
    whole, _, fraction = plain.partition(".")
    if fraction.strip("0"):
        raise ValueError("not whole")
    number = int(whole) if len(whole.lstrip("+-0")) <= 15 else _EXACT_LIMIT
    if abs(number) >= _EXACT_LIMIT:
        raise ValueError("not whole")
    return number, ("whole_number",) if fraction else ()


def _finite(plain: str) -> float:
    number = float(plain)
    # beyond this a double no longer tells neighbours apart, and sums of the figures would overflow
    if not math.isfinite(number) or abs(number) >= _EXACT_LIMIT:
        raise ValueError("not a number")
    return number


def _amount(plain: str) -> float:
    """Rupiah with at most two decimals, small enough to be exact."""
    whole, _, fraction = plain.partition(".")
    if len(fraction.rstrip("0")) > 2 or len(whole.lstrip("+-0")) > 15:
        raise ValueError("not an amount")
    number = float(plain)
    if abs(number) >= (_SEN_LIMIT if fraction.strip("0") else _EXACT_LIMIT):
        raise ValueError("not an amount")
    return number
