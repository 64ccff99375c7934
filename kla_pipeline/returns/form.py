"""The workbook of rejected rows as plain values: what it says and which words it uses, before it is a file.

Here: values, the heads of our own columns, the words of the action column, and how a cell is shown and compared. Not
here: where rows come from (export.py), how the file looks (workbook.py) and reading it again (parse.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Literal, get_args

from kla_pipeline.i18n import Speaker, load
from kla_pipeline.i18n.formats import LANGS
from kla_pipeline.quality import returned
from kla_pipeline.quality.cells import clean
from kla_pipeline.quality.codes import code_key

Own = Literal["action", "reason", "file", "place"]
OWN: tuple[Own, ...] = get_args(Own)
"""Our visible columns, left of the agency's own."""
VERSION, STAMP = "kla-versi", "kla-isi"
"""Heads of the hidden columns beside the row id: version of the row, and keyed hash of the cells as they were sent."""
Asked = Literal["correct", "withdraw", "release"]
ASKED: tuple[Asked, ...] = get_args(Asked)
HashText = Callable[[str, str], str]
LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""
_NO_CHARACTERS = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
_STAMP_KIND = "sent_cells"


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column of the agency: its head as the agency writes it, and what may stand below it.

    `labels` are the contract's words for what it feeds (none: it is not read), `words` the dropdown's, `kind` that of
    the contract's column.
    """

    header: str
    labels: tuple[str, ...] = ()
    kind: str = ""
    is_required: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormRow:
    """One rejected row. `marked`: head of a cell → sentences about it; `reasons`: all sentences, in order."""

    row_id: str
    version: str
    file_name: str = field(repr=False)
    place: str
    cells: Mapping[str, str] = field(repr=False)
    reasons: tuple[str, ...] = ()
    marked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormSheet:
    """The rejected rows of one layout. `counts`: sentence of a rule and how to mend it → rows that break it."""

    title: str
    columns: Sequence[FormColumn]
    rows: Sequence[FormRow]
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that a workbook says."""

    export_id: str
    agency: str
    agency_name: str
    jurisdiction: str
    city: str
    as_of: date
    is_synthetic: bool
    sheets: Sequence[FormSheet]

    @property
    def rows(self) -> int:
        return sum(len(sheet.rows) for sheet in self.sheets)


def own_head(column: Own, speaker: Speaker) -> str:
    """Head of one of our visible columns."""
    return f"{returned.OWN_PREFIX} {speaker.t(f'form.head.{column}')}"


def own_column(head: str) -> Own | None:
    """Which of our visible columns a head names, in whatever language the workbook was written."""
    key = code_key(head)
    for column in OWN:
        if any(key == code_key(own_head(column, Speaker(load(), lang))) for lang in LANGS):
            return column
    return None


def action_words(speaker: Speaker) -> dict[Asked, str]:
    """What the action column offers, in its order."""
    return {asked: speaker.t(f"form.action.{asked}") for asked in ASKED}


def asked_by(text: str) -> Asked | None:
    """What a text in the action column asks for; an empty one asks for the corrections in the row.

    None for words that mean nothing here: nobody guesses what was meant.
    """
    key = code_key(text)
    return _asked_words().get(key) if key else "correct"


@cache
def _asked_words() -> dict[str, Asked]:
    """The words of the action column in every language."""
    return {code_key(word): asked for lang in LANGS for asked, word in action_words(Speaker(load(), lang)).items()}


def shown(text: str) -> str:
    """A raw text as the workbook shows it: whole, but for what no cell can hold."""
    return text[:LONGEST].translate(_NO_CHARACTERS)


def is_same(raw: str, returned_text: str) -> bool:
    """Whether a returned cell says what was sent: stray blanks and line breaks do not count."""
    return raw == returned_text or clean(shown(raw)) == clean(returned_text)


def stamp(hash_text: HashText, row_id: str, version: str, cells: Mapping[str, str]) -> str:
    """Keyed hash of a row as the workbook shows it: tells an unedited row when the row itself has changed since."""
    plain = {header: text for header, raw in cells.items() if (text := clean(shown(raw)))}
    return hash_text(_STAMP_KIND, json.dumps([row_id, version, plain], ensure_ascii=False, sort_keys=True))
