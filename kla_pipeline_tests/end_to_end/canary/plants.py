"""Invented values that occur nowhere else: words that begin like no word of any language here, NIKs of no region.

Here: making the values and remembering what each is (a name, a file's name, a title …). Not here: where they are put
(exports.py) and how they are looked for (search.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

MARK = "xq"
NO_REGION = "990199"
_SYLLABLES = [consonant + vowel for consonant in "bdfgjklmnprstvwyz" for vowel in "aiuo"]
_STEP = 104_729  # a prime: neighbouring numbers give words that share no syllable at the same place


@dataclass(slots=True)
class Plants:
    """All planted values by kind, in the order they were made."""

    values: dict[str, list[str]] = field(default_factory=dict)
    _count: int = 0

    def word(self, kind: str) -> str:
        """A new word of eight letters; every seventh has an accent, so that its bytes differ from code to code."""
        self._count += 1
        rest = self._count * _STEP % len(_SYLLABLES) ** 3
        parts = []
        for _ in range(3):
            rest, which = divmod(rest, len(_SYLLABLES))
            parts.append(_SYLLABLES[which])
        accent = "é" if self._count % 7 == 0 else ""
        return self._plant(kind, MARK + parts[0] + accent + parts[1] + parts[2])

    def name(self, kind: str = "name") -> str:
        """A person's name of two new words."""
        return f"{self.word(kind).capitalize()} {self.word(kind).capitalize()}"

    def nik(self, born: date, is_girl: bool) -> str:
        """A NIK whose structure is possible and whose region does not exist."""
        serial = len(self.values.get("nik", [])) + 1
        day = born.day + 40 * is_girl
        return self._plant("nik", f"{NO_REGION}{day:02d}{born:%m%y}{serial:04d}")

    def of(self, *kinds: str) -> set[str]:
        """The values of some kinds, of all without any."""
        return {value for kind, values in self.values.items() if not kinds or kind in kinds for value in values}

    def _plant(self, kind: str, value: str) -> str:
        self.values.setdefault(kind, []).append(value)
        return value
