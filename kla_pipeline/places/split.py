"""A free text about places cut into pieces, each with the word written before it.

Cut at the words of a level ("Kec.", "Kel.", "Ds.", "Kp." …), at commas, bullets and line breaks, and at "dan". What
may be part of a name (blanks, a dash, a slash, "Kota", "Kampung") is decided by asking whether a place is called so.
The pieces hold every letter and digit of the text but the joining words: nothing is dropped here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from kla_pipeline.places.names import BELOW, PREFIX, kind_of

IsName = Callable[[str, str], bool]
_BETWEEN = re.compile(
    r"[,;|\n\r\t\u2022\u25cf\u25aa\u00b7*]+|&|\b(?:dan|serta)\b|(?:^|(?<=[\s,;]))[-\u2013\u2014](?=\s*\w+\.)", re.I
)
_PERHAPS = re.compile(r"\s+[-\u2013\u2014]\s*|\s*[-\u2013\u2014]\s+|/|\s{2,}|\.(?=\s|\Z)")
_TRIM = " \t\n\r\u00a0.,:;-\u2013\u2014\u2022\u25cf\u25aa\u00b7*|/&"
_BRACKETS = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"[^\s,;.]+")
# how many words a name with "Kota" or "Kampung" in it may have
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """`raw` as written with its word, `kind` of the word (empty when the piece goes on a list), `name` without it."""

    raw: str
    kind: str
    name: str


def split(text: str, is_name: IsName) -> list[Piece]:
    """The pieces of a text in their order. `is_name(kind, name)` says whether some place of that kind is called so."""
    pieces: list[Piece] = []
    start, kind, name_at = 0, "", 0
    for found in _words(text, is_name):
        pieces.extend(_cut(text[start : found.start()], kind, name_at - start, _BETWEEN))
        start, kind, name_at = found.start(), kind_of(found["word"]), found.end()
    pieces.extend(_cut(text[start:], kind, name_at - start, _BETWEEN))
    return pieces


def parts(piece: Piece) -> list[Piece]:
    """The piece cut where it may be two names after all: at double blanks, dashes, slashes and full stops."""
    return list(_cut(piece.raw, piece.kind, piece.raw.rfind(piece.name) if piece.name else 0, _PERHAPS))


def without_brackets(name: str) -> str:
    """The name without a remark in brackets ("Bungur Mekar (2 kp)")."""
    return _BRACKETS.sub(" ", name).strip(_TRIM)


def _words(text: str, is_name: IsName) -> Iterator[re.Match[str]]:
    """Words of a level that begin a piece: not within brackets, not part of the name before them or behind them."""
    open_text = _BRACKETS.sub(lambda found: f"({' ' * (len(found[0]) - 2)})", text)
    before: re.Match[str] | None = None
    for found in PREFIX.finditer(open_text):
        if _begins(text, found, before, is_name):
            before = found
            yield found


def _begins(text: str, found: re.Match[str], before: re.Match[str] | None, is_name: IsName) -> bool:
    kind = kind_of(found["word"])
    if before is not None and kind_of(before["word"]) == BELOW and not text[before.end() : found.start()]:
        return kind == BELOW  # "Kp. Desa Gede" is a hamlet, "RT. RW. 02" two words without names
    if kind == "kota" and not any(is_name(kind, name) for name in _readings(text, found.start())):
        return False
    if before is None:
        return True
    if kind not in (BELOW, "kota"):
        # "Ds. Desa Parigi": the same word twice
        return kind != kind_of(before["word"]) or bool(text[before.end() : found.start()])
    gap = text[before.end() : found.start()]
    if _BETWEEN.search(gap):
        return True
    if kind == BELOW and not gap.strip(_TRIM):
        # "Ds. Kampung Kelor", "Kp. Desa Gede": the first word counts, the second begins the name
        return False
    return not any(is_name(kind_of(before["word"]), name) for name in _readings(text, before.end(), found.end()))


def _readings(text: str, start: int, beyond: int = 0) -> Iterator[str]:
    """The text from a place on, cut behind each of its first words (behind `beyond` only)."""
    for word in islice(_WORD.finditer(text, start), _MOST_WORDS):
        if word.end() > beyond:
            yield text[start : word.end()]


def _cut(text: str, kind: str, name_at: int, where: re.Pattern[str]) -> Iterator[Piece]:
    """One stretch of text behind a word: the first name has the word, the names listed behind it go on with it."""
    start, first = 0, True
    ends = [found.span() for found in where.finditer(text, name_at)]
    for end, after in [*ends, (len(text), len(text))]:
        raw = text[start:end].strip().strip(_TRIM)
        if not any(map(str.isalnum, raw)):
            raw = ""
        name = text[max(start, name_at) : end].strip(_TRIM)
        if raw and not (first and not name and after < len(text)):
            yield Piece(raw, kind if first else "", name)
            first = False
            start = after
        elif not raw:
            start = after
        # a word and its name may be parted by a comma ("Ds, Muara"): the word waits for the name
