"""Words: free text, yes and no, codes of a list. Spelling is repaired, meaning is not.

A word that a code list lacks stays as it is, so that the contract rejects it and the list can be added to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kla_pipeline.quality.cells import Read, says_nothing
from kla_pipeline.quality.codes import CodeList, code_key

# 3,67304E+15: a long number shown short; the digits are gone. #N/A, ####: a formula's or a column's complaint
_SPREADSHEET_DAMAGE = re.compile(
    r"\d([.,]\d+)?E\+\d{1,3}|#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)|#{2,}", re.IGNORECASE
)
YES = {"ya", "y", "yes", "true", "1", "benar", "ada", "\u221a", "\u2713", "\u2714"}
NO = {"tidak", "t", "no", "n", "false", "0", "salah", "tdk", "tidak ada"}
# no spelling of an office but the answer itself
_ANSWERS = {"ya", "tidak", "true", "false", "1", "0"}
_SEPARATORS = re.compile(r"[,;/|+\n]")
_AND = re.compile(r"\bdan\b|&", re.IGNORECASE)


def to_text(text: str) -> str:
    """Text as written, unless a spreadsheet replaced it by a rounded number or an error message."""
    if _SPREADSHEET_DAMAGE.fullmatch(text):
        raise ValueError("damaged by a spreadsheet")
    return text


def to_bool(text: str) -> bool:
    """Yes or no in Indonesian or English words, or 1 and 0."""
    word = text.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError("neither yes nor no")


def has_true_and_false(texts: Iterable[str]) -> bool:
    """Whether a column was written by a database that says `t` and `f`; a `t` alone is the office's "tidak"."""
    return any(text.lower() == "f" for text in texts)


def read_true_or_false(text: str) -> Read:
    """As `read_bool` in a column with `f`: `t` is true there. Raises ValueError."""
    letter = text.lower()
    return (letter == "t", ("yes_no",)) if letter in ("t", "f") else read_bool(text)


def read_bool(text: str) -> Read:
    """As `to_bool`; `1.0` is a one that passed through a numeric column. Raises ValueError."""
    if text in ("1.0", "0.0"):
        return text == "1.0", ("whole_number",)
    return to_bool(text), () if text.lower() in _ANSWERS else ("yes_no",)


def to_code(text: str, code_list: CodeList) -> str:
    """The canonical code of a spelling; an unknown spelling comes back unchanged for the contract to reject."""
    return code_list.lookup.get(code_key(text), text)


def read_code(text: str, code_list: CodeList) -> Read:
    """As `to_code`; a spelling that is neither the code nor its label counts as repaired."""
    code = to_code(text, code_list)
    return code, ("code_spelling",) if _is_variant(text, code, code_list) else ()


def to_multi(text: str, code_list: CodeList) -> str:
    """Canonical codes, sorted, joined by `|`.

    Separators are comma, semicolon, slash, bar, plus and line break; in a part that is no spelling also "dan" and `&`,
    then blanks, when every word stands for a code. What remains unknown stays as it is for the contract to reject.
    """
    codes = {to_code(piece, code_list) for piece in _all_pieces(text, code_list)}
    return "|".join(sorted(codes)) or text


def read_multi(text: str, code_list: CodeList) -> Read:
    """As `to_multi`; repaired when one of the parts was."""
    pieces = _all_pieces(text, code_list)
    is_repaired = any(_is_variant(piece, to_code(piece, code_list), code_list) for piece in pieces)
    return to_multi(text, code_list), ("code_spelling",) if is_repaired else ()


def _is_variant(text: str, code: str, code_list: CodeList) -> bool:
    return code in code_list.labels and code_key(text) not in (code_key(code), code_key(code_list.labels[code][0]))


def _all_pieces(text: str, code_list: CodeList) -> list[str]:
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    pieces = [piece for part in parts for piece in _pieces(part, code_list)]
    return [piece for piece in pieces if code_key(piece) in code_list.lookup or not says_nothing(piece)]


def _pieces(part: str, code_list: CodeList) -> list[str]:
    if code_key(part) in code_list.lookup:
        return [part]
    pieces = [piece.strip() for piece in _AND.split(part) if piece.strip()]
    words = [word for piece in pieces for word in ([piece] if code_key(piece) in code_list.lookup else piece.split())]
    return words if all(code_key(word) in code_list.lookup for word in words) else pieces
