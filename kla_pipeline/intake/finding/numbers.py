"""Numbers as they stand in cells, read only to tell rows apart: is this row the sum of those above it?

Values of staged rows are read by the normalisers, which say what they could not read; here a doubt is no number.
"""

from __future__ import annotations

import re

_CURRENCY = re.compile(r"^(?:rp|idr)\s*\.?\s*", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_POINTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")
_COMMAS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_BLANKS = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?")
NIL = {"", "-", "--", "\u2013", "\u2014"}


def number(text: str, decimal_comma: bool = False) -> float | None:
    """A number with thousands grouped by blank, point or comma, perhaps after "Rp"; None where it is none."""
    plain = text.strip()
    bare = _CURRENCY.sub("", plain)
    if _BLANKS.fullmatch(bare):
        return float(re.sub(r"[ \u00a0\u202f]", "", bare).replace(",", "."))
    is_grouped = decimal_comma or bare != plain or bare.count(".") > 1
    if (is_grouped and _POINTS.fullmatch(bare.split(",")[0])) or decimal_comma:
        bare = bare.replace(".", "") if _POINTS.fullmatch(bare.split(",")[0]) else bare
        bare = bare.replace(",", ".")
    elif _COMMAS.fullmatch(bare):
        bare = bare.replace(",", "")
    return float(bare) if _PLAIN.fullmatch(bare) else None
