"""What each row of returned workbooks comes to: pure judgement of answers against what was sent and how rows stand now.

Here: the outcomes by name and the order in which they are looked for. Nothing is guessed and the last one never wins:
an answer counts only for a row that was sent to this agency, is still as it was sent, and got no other answer. Not
here: reading answers (parse.py), where rows and versions come from (known.py), and taking decisions (apply.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from kla_pipeline.ledger.decided import SentRow
from kla_pipeline.quality.cells import clean
from kla_pipeline.quality.overlay import CellEdit
from kla_pipeline.quality.words import to_text
from kla_pipeline.returns.form import Asked, HashText, asked_by, is_same, shown, stamp
from kla_pipeline.returns.parse import Answer, Returned

Outcome = Literal[
    "unchanged",
    "corrected",
    "still_rejected",
    "withdrawn",
    "release_proposed",
    "unknown_row",
    "wrong_version",
    "other_agency",
    "shifted",
    "conflict",
    "same_as_other",
    "already_resolved",
    "not_releasable",
    "unclear",
    "damaged_number",
    "missing_row",
    "added_row",
]
TAKEN: frozenset[Outcome] = frozenset({"corrected", "withdrawn", "release_proposed"})
"""Outcomes that become a decision. `still_rejected` is a correction that was taken and did not mend the row."""
_OF_ASKED: Mapping[Asked, Outcome] = {
    "correct": "corrected",
    "withdraw": "withdrawn",
    "release": "release_proposed",
}
_UNRESOLVED = (None, "open", "sent")
_LONG = 15  # digits that a spreadsheet keeps of a number
_DIGITS = re.compile(r"\d+", re.ASCII)
_AS_TEXT = ("text", "nik")


@dataclass(frozen=True, slots=True)
class Known:
    """A row as it stands now, under the decisions in force.

    `places`: where it stands, in every language of a workbook. `kinds`: head → kind of what it feeds ('' = not read).
    `state`: that of the last build; None before the first one.
    `rules`: those it breaks, `releasable` those of them that a decision may lift. `is_decided`: somebody decided about
    it since it was judged last, or a proposal waits.
    """

    row_id: str
    delivery_id: str
    agency: str
    record: str
    version: str
    file_name: str = field(repr=False)
    places: frozenset[str]
    cells: Mapping[str, str] = field(repr=False)
    kinds: Mapping[str, str]
    state: str | None = None
    rules: tuple[str, ...] = ()
    releasable: frozenset[str] = frozenset()
    is_decided: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What one answer comes to. `answer` is None for a row that was sent and did not come back."""

    outcome: Outcome
    row_id: str
    return_id: str
    answer: Answer | None = None
    asked: Asked | None = None
    edits: tuple[CellEdit, ...] = field(default=(), repr=False)
    damaged: tuple[str, ...] = ()
    """Heads of cells that a spreadsheet damaged: their texts were left as they are."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Heads of a returned sheet that are not the agency's (`ignored`), and heads that are gone (`missing`)."""

    ignored: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Judge:
    """Everything an answer is held against. `agencies`: return id → agency whose folder it lay in."""

    def __init__(
        self,
        agencies: Mapping[str, str],
        sent: Iterable[SentRow],
        known: Mapping[str, Known],
        hash_text: HashText,
    ) -> None:
        self.agencies, self.known, self.hash_text = agencies, known, hash_text
        self.sent: dict[str, list[SentRow]] = {}
        for row in sent:
            self.sent.setdefault(row.row_id, []).append(row)

    def results(self, returned: Sequence[Returned]) -> list[Result]:
        """A result per answer, and one per row that was sent and is missing, in the order of the files."""
        answers = [answer for item in returned for answer in item.answers]
        found = _together([self._one(answer) for answer in answers])
        return _shifted(found, self.known) + self._missing(returned)

    def columns(self, returned: Returned) -> Columns:
        """What has become of the columns of a workbook, over all its sheets."""
        ignored: dict[str, None] = {}
        missing: dict[str, None] = {}
        for answer in returned.answers:
            if row := self.known.get(answer.row_id):
                ignored |= dict.fromkeys(head for head in answer.cells if head not in row.kinds)
                missing |= dict.fromkeys(head for head, kind in row.kinds.items() if kind and head not in answer.cells)
        return Columns(tuple(ignored), tuple(missing))

    def _one(self, answer: Answer) -> Result:
        """The first thing that stands against an answer, else what it asks for."""
        if not answer.row_id:
            return Result("added_row", "", answer.return_id, answer)
        if against := self._not_ours(answer):
            return Result(against, answer.row_id, answer.return_id, answer)
        row, asked = self.known[answer.row_id], asked_by(answer.action)
        edits, damaged = _edits(row, answer)
        result = Result("unchanged", row.row_id, answer.return_id, answer, asked, edits, damaged)
        return replace(result, outcome=self._asked(result, row, answer))

    def _not_ours(self, answer: Answer) -> Outcome | None:
        """What says that this answer cannot be about the row whose id it bears."""
        sent = self.sent.get(answer.row_id, [])
        if not sent:
            return "unknown_row"
        if all(row.agency != self.agencies[answer.return_id] for row in sent):
            return "other_agency"
        if answer.version not in {row.row_version for row in sent}:
            return "wrong_version"
        row = self.known.get(answer.row_id)
        if row is None:
            return "unknown_row"
        is_elsewhere = answer.place is not None and answer.place.strip() not in row.places
        is_of_other = answer.file is not None and clean(answer.file) != clean(row.file_name)
        return "shifted" if is_elsewhere or is_of_other else None

    def _asked(self, result: Result, row: Known, answer: Answer) -> Outcome:
        """What an answer about its own row asks for, where the row can still take it."""
        if result.asked is None or (result.asked != "correct" and result.edits):
            return "unclear"
        if answer.has_uncalculated and any(not clean(edit.value) for edit in result.edits):
            return "unclear"  # emptied on purpose, or a formula whose result nobody sees
        if self._says_nothing(result, row, answer):
            return "damaged_number" if result.damaged else "unchanged"
        if answer.version != row.version:
            return "conflict" if result.edits or result.asked != "correct" else "already_resolved"
        if row.state not in _UNRESOLVED or row.is_decided:
            return "already_resolved"
        if result.asked == "release" and not (row.rules and row.releasable.issuperset(row.rules)):
            return "not_releasable"
        return _OF_ASKED[result.asked]

    def _says_nothing(self, result: Result, row: Known, answer: Answer) -> bool:
        """Whether nobody edited the row: its cells are those it has, or those that were sent."""
        if result.asked != "correct":
            return False
        if answer.version == row.version:
            return not result.edits
        own = {head: text for head, text in answer.cells.items() if head in row.kinds}
        return stamp(self.hash_text, row.row_id, answer.version, own) == answer.stamp

    def _missing(self, returned: Sequence[Returned]) -> list[Result]:
        """Rows of an export that came back without them: they keep waiting."""
        found = []
        for item in returned:
            there, exports = {answer.row_id for answer in item.answers}, set(item.export_ids)
            for row_id, rows in self.sent.items():
                if row_id not in there and any(row.export_id in exports for row in rows):
                    found.append(Result("missing_row", row_id, item.return_id))
        return found


def _edits(row: Known, answer: Answer) -> tuple[tuple[CellEdit, ...], tuple[str, ...]]:
    """Cells that say something else than the row does, and heads of those that only a spreadsheet changed."""
    edits, damaged = [], []
    for head, text in answer.cells.items():
        if head not in row.kinds or is_same(before := row.cells.get(head, ""), text):
            continue
        if is_damaged(before, text, row.kinds[head]):
            damaged.append(head)
        else:
            edits.append(CellEdit(head, before, text))
    return tuple(edits), tuple(damaged)


def is_damaged(before: str, after: str, kind: str) -> bool:
    """Whether a spreadsheet rather than a person changed a text: digits or zeros lost, an error in its place."""
    old, new = clean(shown(before)), clean(after)
    try:
        to_text(new)
    except ValueError:
        return True
    if kind not in _AS_TEXT or not _DIGITS.fullmatch(old) or not _DIGITS.fullmatch(new):
        return False
    if len(new) < len(old):
        return new == old.lstrip("0")
    is_rounded = len(old) == len(new) > _LONG and not new[_LONG:].strip("0")
    return is_rounded and old[: _LONG - 1] == new[: _LONG - 1]


def _together(results: Sequence[Result]) -> list[Result]:
    """Several answers to one row: the same twice counts once, different ones contradict each other and none counts."""
    by_row: dict[str, list[int]] = {}
    for number, result in enumerate(results):
        if result.outcome in TAKEN:
            by_row.setdefault(result.row_id, []).append(number)
    found = list(results)
    for numbers in by_row.values():
        first, *others = numbers
        if all(_content(results[number]) == _content(results[first]) for number in others):
            for number in others:
                found[number] = replace(results[number], outcome="same_as_other")
        else:
            for number in numbers:
                found[number] = replace(results[number], outcome="conflict")
    return found


def _content(result: Result) -> tuple[object, ...]:
    return (result.asked, sorted((edit.column, clean(edit.value)) for edit in result.edits))


def _shifted(results: Sequence[Result], known: Mapping[str, Known]) -> list[Result]:
    """Corrections that are another sent row's cells from end to end: somebody sorted the cells without their ids."""
    contents: dict[tuple[object, ...], set[str]] = {}
    for row in known.values():
        contents.setdefault(_filled(row.cells), set()).add(row.row_id)
    found = []
    for result in results:
        if result.outcome == "corrected" and result.answer is not None:
            row = known[result.row_id]
            own = {head: text for head, text in result.answer.cells.items() if head in row.kinds}
            if contents.get(_filled(own), set()) - {result.row_id}:
                result = replace(result, outcome="shifted")
        found.append(result)
    return found


def _filled(cells: Mapping[str, str]) -> tuple[object, ...]:
    return tuple(sorted((head, clean(shown(text))) for head, text in cells.items() if clean(text)))
