"""How the cells of a row look, and whether a row reads like the header of the rows below it.

Used by the finder, which has no layout to ask. A score is evidence: a word above numbers speaks for a header, a number
above numbers against one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kla_pipeline.intake.finding.numbers import NIL, number
from kla_pipeline.intake.layouts import header_key

_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}|\d{1,2}:\d{2}(?::\d{2})?"
)
_YEAR = re.compile(r"(?:19|20)\d{2}(?:\.0)?")
_BRACKETED = re.compile(r"\(\d{1,3}\)")
_LONGEST_NAME = 120
SAMPLE = 60


def shape(text: str) -> str:
    """empty · year · number · date · code (letters with digits) · word · mark (neither letter nor digit)."""
    plain = text.strip()
    if plain in NIL:
        return "empty"
    if _YEAR.fullmatch(plain):
        return "year"
    if _DATE.fullmatch(plain):
        return "date"
    if number(plain) is not None or number(plain, decimal_comma=True) is not None:
        return "number"
    if any(letter.isdigit() for letter in plain):
        return "code"
    return "word" if any(letter.isalpha() for letter in plain) else "mark"


def filled(cells: Sequence[str]) -> list[str]:
    """The texts of a row that hold more than blanks."""
    return [cell.strip() for cell in cells if cell and not cell.isspace()]


def usual_shapes(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Per column the shape that at least two thirds of its filled cells have; `mixed` or `empty` else."""
    found = []
    for n in range(width):
        shapes = Counter(s for cells in rows if (s := shape(cells[n]) if n < len(cells) else "empty") != "empty")
        if not shapes:
            found.append("empty")
            continue
        common, count = shapes.most_common(1)[0]
        if {"year", "number"} >= set(shapes) and len(shapes) == 2:
            common, count = "number", sum(shapes.values())
        found.append(common if 3 * count >= 2 * sum(shapes.values()) else "mixed")
    return found


def header_score(cells: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    """Evidence that a row is the header of the rows below: above 0 for, below 0 against, 0 where nothing speaks."""
    width = max([len(cells), *(len(row) for row in below)], default=0)
    usual = usual_shapes(below, width)
    score = 0.0
    for n, kind in enumerate(usual):
        text = cells[n].strip() if n < len(cells) else ""
        score += _evidence(text, shape(text), kind, below, n)
    texts = [header_key(text) for text in filled(cells)]
    if any(len(text) > _LONGEST_NAME for text in texts):
        score -= 1
    return score


def _evidence(text: str, own: str, usual: str, below: Sequence[Sequence[str]], position: int) -> float:
    if own == "empty" or usual == "empty":
        return 0.0
    if own == "word":
        if usual in ("number", "date", "year", "code"):
            return 1.0
        repeats = sum(position < len(row) and row[position].strip() == text for row in below)
        return -1.0 if repeats else 0.0
    if own == "year":
        # years are headers of wide tables; above years they are data
        return -1.0 if usual == "year" else 0.0
    if own == "code":
        return -0.5 if usual == "code" else 0.0
    return -1.0 if own == usual or usual in ("number", "year") else -0.5


def names_columns(cells: Sequence[str]) -> bool:
    """Whether all texts of a row could be names of columns: words, years, or numbered names."""
    texts = filled(cells)
    return len(texts) >= 1 and all(shape(text) in ("word", "year", "code") for text in texts)


def is_column_numbers(cells: Sequence[str], directly_below_header: bool) -> bool:
    """(1) (2) (3) anywhere, or 1 2 3 … directly below the header."""
    texts = filled(cells)
    if len(texts) >= 2 and all(_BRACKETED.fullmatch(text) for text in texts):
        return True
    return directly_below_header and len(texts) >= 3 and texts == [str(n) for n in range(1, len(texts) + 1)]
