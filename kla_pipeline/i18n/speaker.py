"""One language, bound once: what a template or a command summary asks for words, numbers and dates.

Here: a thin pairing of texts and formats with a language. Not here: HTML, and any text of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kla_pipeline.i18n import formats
from kla_pipeline.i18n.formats import Lang
from kla_pipeline.i18n.texts import Texts


@dataclass(frozen=True, slots=True)
class Speaker:
    """Texts and formats of one language. Methods raise DeclarationError for an unknown key."""

    texts: Texts
    lang: Lang

    def t(self, key: str, **values: object) -> str:
        """The text of a key, its placeholders filled."""
        return self.texts.say(key, self.lang, **values)

    def word(self, prefix: str, code: str) -> str:
        """The word for a code from data (`word('agency', 'dp3a')`), or the code itself when nobody named it."""
        return self.texts.find(f"{prefix}.{code}", self.lang, code)

    def knows(self, prefix: str, code: str) -> bool:
        """Whether a code from data has a word."""
        return f"{prefix}.{code}" in self.texts.entries

    def pick(self, row: Mapping[str, Any], name: str) -> Any:
        """The column of a declaration in this language: `pick(row, 'name')` is `name_id` or `name_en`, '' for null.

        Columns that hold several sentences (`readings`) come as the list they are.
        """
        return row[f"{name}_{self.lang}"] or ""

    def variant(self, info: Mapping[str, Any]) -> str:
        """Short name of a measure under the heading of its indicator; its full name where nobody gave a short one."""
        return self.texts.find(f"variant.{info['measure_id']}", self.lang, self.pick(info, "name"))

    def number(self, value: float, decimals: int = 0) -> str:
        return formats.number(value, self.lang, decimals)

    def day(self, value: date) -> str:
        return formats.day(value, self.lang)

    def short_day(self, value: date) -> str:
        return formats.short_day(value, self.lang)

    def month(self, value: date) -> str:
        return formats.month(value, self.lang)

    def short_month(self, number: int) -> str:
        """Abbreviation of month 1-12."""
        return formats.SHORT_MONTHS[self.lang][number - 1]

    def period(self, value: str) -> str:
        return formats.period(value, self.lang)
