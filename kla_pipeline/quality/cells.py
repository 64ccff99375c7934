"""The text of a cell made comparable, and the texts that say "nothing here".

Here: what holds for cells of every kind. Not here: what a kind makes of the text (normalise.py and its neighbours).
A repair is told by its kind, so that it can be counted: `blanks`, `apostrophe`, `empty_mark` here.
"""

from __future__ import annotations

import re

# a value and the kinds of repair that its spelling needed
Read = tuple[object, tuple[str, ...]]

_BLANKS = re.compile(r"\s+")
# soft hyphen, zero-width marks and the byte order mark come with copied text
_INVISIBLE = {0xA0: " ", 0xAD: None, 0x200B: None, 0x200C: None, 0x200D: None, 0x2060: None, 0xFEFF: None, 0: None}
# most cells are tidy, and looking costs less than rewriting
_UNTIDY = re.compile(r"^[\s'`\u2019]|\s$|\s\s|[^\S ]|[\x00\u00ad\u200b-\u200d\u2060\ufeff]")
DASHES = {"-", "--", "---", "\u2013", "\u2014"}
EMPTY = {"", *DASHES}
# words of programs and of tables of statistics; `Na` is a name
_MARKS = {
    "NA",
    "N/A",
    "n/a",
    "null",
    "NULL",
    "Null",
    "NaN",
    "nan",
    "None",
    "..",
    "...",
    "\u2026",
    "(kosong)",
    "(blank)",
}


def tidy(text: str) -> tuple[str, tuple[str, ...]]:
    """Blanks and line breaks to one blank, quotes that spreadsheets put before numbers removed; and what was done."""
    if not _UNTIDY.search(text):
        return text, ()
    plain = _BLANKS.sub(" ", text.translate(_INVISIBLE)).strip()
    bare = plain.lstrip("'`\u2019 ")
    repairs = ("blanks",) if plain != text else ()
    return bare, repairs if bare == plain else (*repairs, "apostrophe")


def clean(text: str) -> str:
    """The text of a cell without stray blanks, invisible marks and leading apostrophes."""
    return tidy(text)[0]


def says_nothing(text: str) -> bool:
    """Whether a tidy text stands for an empty cell, where the column has no better use for it."""
    return text in EMPTY or text in _MARKS
