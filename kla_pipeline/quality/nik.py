"""The national identity number (NIK): sixteen digits out of the ways offices write them.

Structure: region of first registration 6, DDMMYY 6 (day + 40 for girls), serial 4 from 0001. The region part is not
judged: a person may have moved. Whether the number fits the row's sex and birth date is a rule of the contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from kla_pipeline.quality.cells import Read

_LABEL = re.compile(r"(?:no\.?\s*)?nik\s*[:.=]?\s*", re.IGNORECASE)
_MARKS = str.maketrans("", "", " .-'`\u2019")
_ONE_DIGIT = re.compile(r"(\d)\1{15}")
_SIXTEEN = re.compile(r"\d{16}", re.ASCII)
# so many different numbers do not end in 0 by chance
_ENOUGH = 3
ROUNDED = "rounded_number"


def is_rounded(texts: Iterable[str]) -> bool:
    """Whether a column's numbers all end in 0: a spreadsheet keeps fifteen digits, and the sixteenth became 0."""
    niks = {digits for text in texts if _SIXTEEN.fullmatch(digits := _digits(text)[0])}
    return len(niks) >= _ENOUGH and all(digits.endswith("0") for digits in niks)


def read_nik(text: str, is_rounded_column: bool = False) -> Read:
    """A NIK whose length, digits, date part and serial are possible. Raises ValueError without the text.

    Runs of one digit and an empty serial are placeholders; scientific notation is a number that lost its digits.
    """
    digits, repairs = _digits(text)
    if not _SIXTEEN.fullmatch(digits) or _ONE_DIGIT.fullmatch(digits):
        raise ValueError("not a NIK")
    if digits.endswith("0000"):
        raise ValueError("placeholder")
    if is_rounded_column or (digits.endswith("0") and "whole_number" in repairs):
        raise ValueError(ROUNDED)
    _check_date(digits)
    return digits, repairs


def _digits(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without a label in front, without `.0` behind and without marks between the digits."""
    bare = _LABEL.sub("", text, count=1) if text[:1] in "nN" else text
    repairs = ("nik_label",) if bare != text else ()
    if len(bare) == 18 and bare.endswith(".0"):
        bare, repairs = bare[:16], (*repairs, "whole_number")
    digits = bare.translate(_MARKS)
    return digits, repairs if digits == bare else (*repairs, "nik_spacing")


def _check_date(digits: str) -> None:
    """The century is unknown: 29 February passes when either century has it."""
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    if not (1 <= day <= 31 or 41 <= day <= 71) or not any(
        _is_day(century + year, month, day % 40) for century in (1900, 2000)
    ):
        raise ValueError("no such date")


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
