"""A returned workbook read again: sheets of text to answers, one per row, with what its columns have become.

Here: finding heads and rows whatever was sorted, deleted, added or renamed. Nothing is believed yet: whether a row was
sent, and what its answer comes to, is judged in answers.py. Cells stay texts, and a formula is what its cell shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kla_pipeline.intake.grid import Sheet
from kla_pipeline.quality import returned
from kla_pipeline.quality.raw_rows import header_names
from kla_pipeline.quality.returned import Mark
from kla_pipeline.returns.form import STAMP, VERSION, Own, own_column

_UNCALCULATED = "formulas without a value"  # as the reader of workbooks says it of a sheet


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of a returned workbook. `row` is the number a person sees in the returned file.

    `file` and `place` are None where their columns are gone; `cells` holds the agency's columns that are still there.
    `has_uncalculated`: its sheet holds formulas that no program calculated, whose cells read as empty.
    """

    return_id: str
    sheet: str
    row: int
    export_id: str
    row_id: str
    version: str
    stamp: str
    action: str
    file: str | None = field(repr=False)
    place: str | None
    cells: Mapping[str, str] = field(repr=False)
    has_uncalculated: bool = False


@dataclass(slots=True)
class Returned:
    """A whole returned workbook. `return_id` is the id of its delivery, `book_export` what its hidden sheet says."""

    return_id: str
    answers: list[Answer] = field(default_factory=list)
    book_export: str = ""

    @property
    def export_ids(self) -> list[str]:
        return sorted({name for name in (self.book_export, *(answer.export_id for answer in self.answers)) if name})


def parse(sheets: Sequence[Sheet], return_id: str) -> Returned:
    """The answers of all data sheets, in the order of the file; rows without any text are none."""
    by_number = {sheet.number: sheet for sheet in sheets}
    found = Returned(return_id, book_export=returned.book_export(sheets) or "")
    for mark in returned.marks(sheets):
        found.answers += _answers(by_number[mark.sheet_number], mark, return_id)
    return found


@dataclass(slots=True)
class _Heads:
    """Positions of our columns and of the agency's."""

    ours: dict[str, int] = field(default_factory=dict)
    agency: dict[str, int] = field(default_factory=dict)


def _answers(sheet: Sheet, mark: Mark, return_id: str) -> list[Answer]:
    heads = _heads(sheet.grid.row(mark.header_row))
    has_uncalculated = _UNCALCULATED in sheet.how
    found = []
    for number, cells in sheet.grid.rows(mark.header_row + 1):
        ours = {name: _cell(cells, position) for name, position in heads.ours.items()}
        agency = {name: _cell(cells, position) for name, position in heads.agency.items()}
        if not any(text.strip() for text in (*ours.values(), *agency.values())):
            continue
        found.append(
            Answer(
                return_id,
                sheet.name,
                number,
                mark.export_id,
                row_id=ours.get(returned.ROW_ID, "").strip().lower(),
                version=ours.get(VERSION, "").strip().lower(),
                stamp=ours.get(STAMP, "").strip().lower(),
                action=ours.get(_OWN["action"], "").strip(),
                file=ours.get(_OWN["file"]),
                place=ours.get(_OWN["place"]),
                cells=agency,
                has_uncalculated=has_uncalculated,
            )
        )
    return found


_OWN: Mapping[Own, str] = {"action": "own:action", "reason": "own:reason", "file": "own:file", "place": "own:place"}


def _heads(header: Sequence[str]) -> _Heads:
    """Heads by what they are; of a head that stands twice the first counts, the second has a name of its own."""
    heads = _Heads()
    for position, name in enumerate(header_names(header)):
        own = own_column(name)
        if own is not None:
            heads.ours.setdefault(_OWN[own], position)
        elif returned.export_of(name) is not None:
            heads.ours.setdefault(returned.ROW_ID, position)
        elif name.lower() in (VERSION, STAMP):
            heads.ours.setdefault(name.lower(), position)
        elif header[position].strip():
            heads.agency.setdefault(name, position)
    return heads


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""
