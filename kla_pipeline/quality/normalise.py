"""Text of a cell to a typed value, one normaliser per column kind.

A normaliser repairs spelling (blanks, apostrophes, the order of day and month by Indonesian habit), never meaning. What
it cannot read stays text in code columns, so that the contract's code list rejects it, and becomes null plus a `type`
problem in typed columns. Text itself is unreadable only where a spreadsheet put its own message or a rounded number.
Work is done once per distinct text, because columns repeat themselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kla_pipeline.intake.dates import parse_date, parse_timestamp
from kla_pipeline.quality.codes import Areas, CodeList, code_key

EMPTY = {"", "-", "--", "\u2013", "\u2014"}
_UNKNOWN_PLACE = {"tidak diketahui", "tdk diketahui", "tidak tahu"}
_OUTSIDE = ("luar kota", "luar daerah", "luar wilayah")
_BLANKS = re.compile(r"\s+")
# no-break blank, soft hyphen, zero-width marks and the byte order mark come with copied text
_INVISIBLE = {0xA0: " ", 0xAD: None, 0x200B: None, 0x200C: None, 0x200D: None, 0x2060: None, 0xFEFF: None, 0: None}
_NUMBER = re.compile(r"[+-]?(\d+)(\.\d+)?([eE][+-]?\d+)?")
_GROUPED_POINT = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
_GROUPED_BLANK = re.compile(r"[+-]?[1-9]\d{0,2}( \d{3})+([.,]\d+)?")
# 3,67304E+15: a long number shown short; the digits are gone. #N/A, ####: a formula's or a column's complaint
_SPREADSHEET_DAMAGE = re.compile(
    r"\d([.,]\d+)?E\+\d{1,3}|#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)|#{2,}", re.IGNORECASE
)
_LOOKS_LIKE_CODE = re.compile(r"\d{2}(\.\d{2,4})*")
# beyond this a spreadsheet has rounded, and so would a float
_EXACT_LIMIT = 10**15
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
# most cells are tidy, and looking costs less than rewriting
_UNTIDY = re.compile(r"^[\s'`\u2019]|\s$|\s\s|[^\S ]|[\x00\u00ad\u200b-\u200d\u2060\ufeff]")


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
    if not _UNTIDY.search(text):
        return text
    return _BLANKS.sub(" ", text.translate(_INVISIBLE)).strip().lstrip("'`\u2019").strip()


def to_text(text: str) -> str:
    """Text as written, unless a spreadsheet replaced it by a rounded number or an error message."""
    if _SPREADSHEET_DAMAGE.fullmatch(text):
        raise ValueError("damaged by a spreadsheet")
    return text


def to_int(text: str, decimal_comma: bool) -> int:
    """A whole number below 10^15; `2014.0` is one, `2014.5` is not, nor is a rounded one (`3.7E+11`)."""
    if "e" in text.lower():
        raise ValueError("rounded")
    number = to_decimal(text, decimal_comma)
    if number != int(number) or abs(number) >= _EXACT_LIMIT:
        raise ValueError("not whole")
    return int(number)


def to_decimal(text: str, decimal_comma: bool) -> float:
    """A finite number. A blank between groups of three is accepted.

    With `decimal_comma` a point groups thousands where it can (`1.234`); where it cannot (`0.5`, `0.125`, numeric cells
    of a workbook) it is the decimal point.
    """
    plain = text.replace(" ", "") if _GROUPED_BLANK.fullmatch(text) else text
    if decimal_comma:
        if _GROUPED_POINT.fullmatch(plain):
            plain = plain.replace(".", "")
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise ValueError("not a number")
    number = float(plain)
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number


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
    if digits.endswith("0000"):
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
    """Canonical codes, sorted, joined by `|`.

    Separators are comma, semicolon, slash, bar, plus and line break; in a part that is no spelling also "dan" and `&`,
    then blanks, when every word stands for a code. What remains unknown stays as it is for the contract to reject.
    """
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    codes = {to_code(piece, code_list) for part in parts for piece in _pieces(part, code_list)}
    return "|".join(sorted(codes)) or text


_SEPARATORS = re.compile(r"[,;/|+\n]")
_AND = re.compile(r"\bdan\b|&", re.IGNORECASE)


def _pieces(part: str, code_list: CodeList) -> list[str]:
    if code_key(part) in code_list.lookup:
        return [part]
    pieces = [piece.strip() for piece in _AND.split(part) if piece.strip()]
    words = [word for piece in pieces for word in ([piece] if code_key(piece) in code_list.lookup else piece.split())]
    return words if all(code_key(word) in code_list.lookup for word in words) else pieces


def to_district(text: str, areas: Areas) -> str | None:
    """Kemendagri code of a city or regency, `outside`, or null for "unknown"; an unresolved name stays as it is."""
    key = code_key(text)
    if key in _UNKNOWN_PLACE:
        return None
    if _is_outside(key, areas):
        return "outside"
    return areas.district(text) or _unresolved(text)


def _is_outside(key: str, areas: Areas) -> bool:
    """ "Luar kota", alone or with the name of a district behind it ("luar kota Serang")."""
    words = next((words for words in _OUTSIDE if f"{key} ".startswith(f"{words} ")), None)
    return words is not None and (key == words or areas.is_district_name(key.removeprefix(words)))


def _unresolved(text: str) -> str:
    """A place that is not known, as text the contract rejects: a code that nobody bears must not look like one."""
    return f"{text} ?" if _LOOKS_LIKE_CODE.fullmatch(text) else text


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
        "text": to_text,
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
    """Kecamatan by code or name within their row's district; null where the reference knows no kecamatan of it."""
    resolved: dict[tuple[object, str], str | None] = {}
    values: list[str | None] = []
    for pair in zip(districts.astype("object"), texts, strict=True):
        if pair not in resolved:
            resolved[pair] = _kecamatan(*pair, areas)
        values.append(resolved[pair])
    return Typed(pd.Series(values, index=texts.index, dtype="string"), np.zeros(len(texts), bool))


def _kecamatan(district: object, raw: str, areas: Areas) -> str | None:
    text = clean(raw)
    if not isinstance(district, str) or not areas.has_kecamatan(district):
        return None
    if text in EMPTY or code_key(text) in _UNKNOWN_PLACE:
        return None
    return areas.kecamatan(district, text) or _unresolved(text)
