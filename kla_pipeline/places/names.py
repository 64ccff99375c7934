"""Names of places as compared: what counts as the same spelling, and the words offices write before a name.

Two texts with one `plain` form are the same name. Two with one `key` differ in blanks, punctuation and numerals only:
that is spelling, and still the same name. Anything beyond it is a matter of the reviewed list or of a suggestion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Level = Literal["province", "district", "kecamatan", "kelurahan"]
LEVELS: tuple[Level, ...] = ("province", "district", "kecamatan", "kelurahan")
# what stands below the reference: hamlets, neighbourhoods, streets, estates
BELOW = "below"

# longest first where one begins another; all of them seen in exports of disaster agencies
WORDS: dict[str, tuple[str, ...]] = {
    "province": ("provinsi", "propinsi", "prov"),
    "kabupaten": ("kabupaten administrasi", "kabupaten adm", "kabupaten", "kab"),
    "kota": ("kota administrasi", "kota adm", "kota"),
    "kecamatan": ("kecamatan", "kec", "distrik"),
    "kelurahan": ("kelurahan", "kel", "desa", "ds", "gampong", "gamp", "gp", "nagari", "neg"),
    BELOW: (
        *("kampung", "kamp", "kp", "dusun", "dsn", "dukuh", "dkh", "dk", "lingkungan", "lingk", "link", "jorong"),
        *("rt", "rw", "jalan", "jln", "jl", "kompleks", "komplek", "komp", "perumahan", "perum", "kavling", "blok"),
    ),
}  # fmt: skip
_OF_WORD = {word: kind for kind, words in WORDS.items() for word in words}
_LEVEL_OF: dict[str, Level] = {
    "province": "province",
    "kabupaten": "district",
    "kota": "district",
    "kecamatan": "kecamatan",
    "kelurahan": "kelurahan",
}
_ANY_WORD = "|".join(sorted((w.replace(" ", r"\.?\s+") for w in _OF_WORD), key=len, reverse=True))
# a word stands alone: no letter before or after it, at most a full stop or a colon behind it
PREFIX = re.compile(rf"(?<![^\W_])(?P<word>{_ANY_WORD})(?![^\W\d_])(?P<mark>[.,:]?)(?:\s*:)?\s*", re.IGNORECASE)
_BREAKS = re.compile(r"[\s\-\u2010-\u2015/]+")
_NOT_WORD = re.compile(r"[\W_]+")
# a lone x is the sign of "2 x 11", not a ten
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_DISTRICT = re.compile(r"(?P<kind>kabupaten|kota)(?: administrasi)? ")


def plain(text: str) -> str:
    """A name without regard to case and surplus blanks."""
    return " ".join(text.casefold().split())


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """A name without regard to case, blanks, punctuation and kind of numerals: "Sumurpecung" is "Sumur Pecung"."""
    words = [_NOT_WORD.sub("", word) for word in _BREAKS.split(text.casefold())]
    return "".join([*words[:1], *(_ROMAN.get(word, word) for word in words[1:])])


@dataclass(frozen=True, slots=True)
class Written:
    """A name with the word written before it. `kind` is a key of WORDS or empty; `bare` lacks the word."""

    text: str
    kind: str
    bare: str

    @property
    def level(self) -> Level | None:
        """The level that the word means; None without one, and for what stands below the reference."""
        return _LEVEL_OF.get(self.kind)


def kind_of(word: str) -> str:
    """The kind of a word that `PREFIX` found."""
    return _OF_WORD[plain(word.replace(".", " "))]


def written(text: str) -> Written:
    """Take the word of a level off the beginning of a text: "Kec. Kasemen" is (kecamatan, Kasemen)."""
    text = text.strip()
    found = PREFIX.match(text)
    if found is None or not text[found.end() :].strip():
        return Written(text, "", text)
    return Written(text, kind_of(found["word"]), text[found.end() :].strip(" \t.:,;"))


def district_kind(name: str) -> tuple[str, str]:
    """(kabupaten or kota, bare name) of a district's name in the reference; the kind is empty when it has none."""
    folded = plain(name)
    found = _DISTRICT.match(folded)
    return (found["kind"], folded[found.end() :]) if found else ("", folded)
