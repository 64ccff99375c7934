"""Text of a cell to a typed value, one normaliser per column kind.

A normaliser repairs spelling (blanks, apostrophes, the order of day and month by Indonesian habit), never meaning. What
it cannot read stays text in code columns, so that the contract's code list rejects it, and becomes null plus a `type`
problem in typed columns. Work is done once per distinct text, because columns repeat themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kla_pipeline.intake.dates import parse_date, parse_timestamp
from kla_pipeline.quality.codes import Areas, CodeList, code_key

EMPTY = {"", "-", "--", "–", "—"}
_UNKNOWN_PLACE = {"tidak diketahui", "tdk diketahui", "tidak tahu"}
_OUTSIDE = {"luar kota", "luar kota serang", "luar daerah", "luar wilayah"}
_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(r"[+-]?(\d+)(\.\d+)?([eE][+-]?\d+)?")
_GROUPED_POINT = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_NIK_DAMAGE = re.compile(r"(\d)\1{15}")
YES = {"ya", "y", "yes", "true", "1", "benar", "ada"}
NO = {"tidak", "t", "no", "n", "false", "0", "salah", "tdk", "tidak ada"}

DTYPES = {
    "text": "string",
    "code": "string",
    "multi": "string",
    "nik": "string",
    "district": "string",
    "kecamatan": "string",
    "int": "Int64",
    "decimal": "Float64",
    "bool": "boolean",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us]",
}


@dataclass(frozen=True, slots=True)
class Context:
    """Reference data that normalisers may look at: code lists, areas and how the layout writes numbers."""

    code_lists: dict[str, CodeList]
    areas: Areas
    decimal_comma: bool = False


@dataclass(slots=True)
class Typed:
    """A typed column and, per row, whether a non-empty text could not be read as its kind."""

    values: pd.Series
    unreadable: np.ndarray


def clean(text: str) -> str:
    """Blanks and line breaks to one blank, quotes that spreadsheets put before numbers removed."""
    return _BLANKS.sub(" ", text.replace("\u00a0", " ")).strip().lstrip("'`\u2019").strip()


def to_int(text: str, decimal_comma: bool) -> int:
    """A whole number; `2014.0` is one, `2014.5` is not."""
    number = to_decimal(text, decimal_comma)
    if number != int(number):
        raise ValueError("not whole")
    return int(number)


def to_decimal(text: str, decimal_comma: bool) -> float:
    """A number. A blank between groups of three is accepted.

    With `decimal_comma` a point groups thousands where it can (`1.234`); where it cannot (`0.5`, a numeric cell of a
    workbook) it is the decimal point.
    """
    plain = text.replace(" ", "") if re.fullmatch(r"[+-]?\d{1,3}( \d{3})+", text) else text
    if decimal_comma:
        if _GROUPED_POINT.fullmatch(plain):
            plain = plain.replace(".", "")
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise ValueError("not a number")
    return float(plain)


def to_bool(text: str) -> bool:
    """Yes or no in Indonesian or English words, or 1 and 0."""
    word = text.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError("neither yes nor no")


def to_nik(text: str) -> str:
    """A NIK whose length, digits, date part and serial are possible; the region part is not judged.

    Structure: 16 digits = region of first registration 6, DDMMYY 6 (day + 40 for girls), serial 4 from 0001; runs of
    one digit and an empty serial are placeholders; scientific notation is a number that lost digits in a spreadsheet.
    """
    digits = text.replace(" ", "").replace(".", "")
    if len(digits) != 16 or not digits.isascii() or not digits.isdigit() or _NIK_DAMAGE.fullmatch(digits):
        raise ValueError("not a NIK")
    if digits.endswith("0000") or digits.endswith("000000"):
        raise ValueError("placeholder")
    day, month = int(digits[6:8]) % 40, int(digits[8:10])
    # the century is unknown: 29 February passes when either century has it
    years = (1900 + int(digits[10:12]), 2000 + int(digits[10:12]))
    if not (1 <= int(digits[6:8]) <= 31 or 41 <= int(digits[6:8]) <= 71) or not any(
        _is_day(y, month, day) for y in years
    ):
        raise ValueError("no such date")
    return digits


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        np.datetime64(f"{year:04d}-{month:02d}-{day:02d}")
    except ValueError:
        return False
    return True


def to_code(text: str, code_list: CodeList) -> str:
    """The canonical code of a spelling; an unknown spelling comes back unchanged for the contract to reject."""
    return code_list.lookup.get(code_key(text), text)


def to_multi(text: str, code_list: CodeList) -> str:
    """Canonical codes, sorted, joined by `|`; separators are comma, semicolon, slash, bar, plus and, if need be, "dan"."""
    parts = [part.strip() for part in re.split(r"[,;/|+\n]", text) if part.strip()]
    if len(parts) == 1 and code_key(text) not in code_list.lookup:
        parts = [part.strip() for part in re.split(r"\bdan\b|&", text) if part.strip()]
    return "|".join(sorted({to_code(part, code_list) for part in parts}))


def to_district(text: str, areas: Areas) -> str | None:
    """Kemendagri code of a city or regency, `outside`, or null for "unknown"; an unresolved name comes back unchanged."""
    key = code_key(text)
    if key in _UNKNOWN_PLACE:
        return None
    if key in _OUTSIDE:
        return "outside"
    return areas.district(text) or text


def _each(texts: pd.Series, dtype: str, function: Callable[[str], object]) -> Typed:
    """Apply to each distinct non-empty text; a ValueError marks the rows that bear it."""
    table: dict[str, object] = {}
    broken: set[str] = set()
    for raw in texts.unique():
        value = clean(raw)
        if value in EMPTY:
            table[raw] = None
            continue
        try:
            table[raw] = function(value)
        except (ValueError, OverflowError):
            table[raw] = None
            broken.add(raw)
    values = pd.Series([table[raw] for raw in texts], index=texts.index, dtype=dtype)
    unreadable = texts.isin(broken).to_numpy() if broken else np.zeros(len(texts), bool)
    return Typed(values, unreadable)


def normalise(texts: pd.Series, kind: str, code_list: str, context: Context) -> Typed:
    """One column. `texts` holds str without nulls; kinds are those of quality/contract.py except kecamatan."""
    comma = context.decimal_comma
    dtype = DTYPES[kind]
    simple: dict[str, Callable[[str], object]] = {
        "text": str,
        "int": lambda t: to_int(t, comma),
        "decimal": lambda t: to_decimal(t, comma),
        "bool": to_bool,
        "date": parse_date,
        "timestamp": parse_timestamp,
        "nik": to_nik,
        "code": lambda t: to_code(t, context.code_lists[code_list]),
        "multi": lambda t: to_multi(t, context.code_lists[code_list]),
        "district": lambda t: to_district(t, context.areas),
    }
    return _each(texts, dtype, simple[kind])


def normalise_kecamatan(texts: pd.Series, districts: pd.Series, areas: Areas) -> Typed:
    """Kecamatan names within their row's district. Null outside of the districts whose kecamatan the reference knows."""
    pairs = pd.DataFrame({"text": texts.map(clean), "district": districts.astype("object")})
    resolved: dict[tuple[str, str], str | None] = {}
    values: list[str | None] = []
    for text, area in zip(pairs["text"], pairs["district"], strict=True):
        known = isinstance(area, str) and areas.has_kecamatan(area)
        if text in EMPTY or code_key(text) in _UNKNOWN_PLACE or not known:
            values.append(None)
            continue
        pair = (area, text)
        if pair not in resolved:
            resolved[pair] = areas.kecamatan(area, text) or text
        values.append(resolved[pair])
    return Typed(pd.Series(values, index=texts.index, dtype="string"), np.zeros(len(texts), bool))
