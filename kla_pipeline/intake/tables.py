"""Finding the tables of a file that fit a layout: their header, their data rows, and the rows set aside.

Every row that a table accounts for ends in exactly one place: data, or set aside under one kind (rows.py names them).
Nothing is dropped: `rows read = data + set aside` holds by construction and is tested. A sheet without a table is set
aside whole. Several tables of a sheet share its rows: stacked ones each have theirs, of two side by side both count
the rows they stand on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.finding.merged import fills
from kla_pipeline.intake.finding.rows import Reads, RowKinds
from kla_pipeline.intake.grid import Sheet, empty
from kla_pipeline.intake.layouts import Layout
from kla_pipeline.intake.matching.candidates import HEADER_WINDOW
from kla_pipeline.intake.matching.matching import Around, Match, refuse_missing
from kla_pipeline.intake.matching.placing import Placed, RequiredOf, Search


@dataclass(slots=True)
class SetAside:
    """A row that is not data: row number, kind, and its cells (restricted: a footer may name a person)."""

    row: int
    kind: str
    cells: list[str]


@dataclass(slots=True)
class Table:
    """One recognised table: numbers of its data rows (ascending, from 1) and what was set aside around them.

    `first_row` and `last_row` are the rows of the sheet it accounts for; `section_rows` those that qualify the rows
    below them; `place` counts from the left the tables that stand on the same rows.
    """

    sheet: Sheet
    match: Match
    row_numbers: np.ndarray
    set_aside: list[SetAside] = field(default_factory=list)
    section_rows: np.ndarray = field(default_factory=lambda: np.zeros(0, "int32"))
    first_row: int = 1
    last_row: int = 0
    place: int = 1

    @property
    def titles(self) -> list[str]:
        """Non-empty cells above the header, in reading order."""
        return [cell.strip() for item in self.set_aside if item.kind == "title" for cell in item.cells if cell.strip()]

    @property
    def title_lines(self) -> list[str]:
        """Title rows as one text each: a label and its value often stand in two cells."""
        lines = (" ".join(" ".join(item.cells).split()) for item in self.set_aside if item.kind == "title")
        return [line for line in lines if line]

    def around(self, file_name: str) -> Around:
        """Texts around the table that a layout may look at."""
        return Around((*self.titles, *self.title_lines), self.sheet.name, file_name)

    def cells(self, row: int) -> list[str]:
        """Cells of a row in the table's own columns, without the empty ones at its end."""
        first, last = self.match.columns
        return self.sheet.grid.row(row)[first : last + 1]

    def has(self, column: str) -> bool:
        """Whether the table says anything of a contract column, be it in a header, around it, or by its layout."""
        match = self.match
        places = (match.positions, match.series, match.composed, match.found)
        return column == match.layout.sections or any(column in place for place in places)

    def texts(self, column: str) -> pa.Array | pa.ChunkedArray:
        """Texts of a contract column for all data rows, however the layout gets them; empty ones where it does not."""
        rows, match = self.row_numbers, self.match
        if column in match.positions:
            return self._filled(match.positions[column], rows)
        if column in match.series:
            return self._series(match.series[column], rows)
        if column in match.composed:
            names = match.composed[column]
            parts = [[text.strip() for text in self._filled(place, rows).to_pylist()] for place in names.values()]
            compose = match.layout.compose_text
            rows_of_parts = zip(*parts, strict=True)
            return pa.array([compose(column, dict(zip(names, row, strict=True))) for row in rows_of_parts], pa.string())
        if column == match.layout.sections:
            return self._sections(rows)
        return pa.repeat(pa.scalar(match.found.get(column, ""), pa.string()), len(rows))

    def column(self, position: int, rows: np.ndarray) -> pa.Array | pa.ChunkedArray:
        """Texts of one column of the sheet in the given rows (ascending)."""
        if not len(rows):
            return empty(0)
        first, length = int(rows[0]) - 1, int(rows[-1] - rows[0]) + 1
        piece = self.sheet.grid.column(position).slice(first, length)
        if length == len(rows):
            return piece
        return piece.combine_chunks().take(pa.array(rows - rows[0]))

    def merged(self, column: str) -> int:
        """Number of data rows that get their text of a contract column from a cell merged downwards."""
        return len(self._fills(self.match.positions[column], self.row_numbers)) if column in self.match.positions else 0

    def _filled(self, position: int, rows: np.ndarray) -> pa.Array | pa.ChunkedArray:
        """Texts of one column; a cell merged downwards stands in each of its rows."""
        texts, found = self.column(position, rows), self._fills(position, rows)
        if not found:
            return texts
        return pa.array(
            [found.get(int(row), text) for row, text in zip(rows, texts.to_pylist(), strict=True)], pa.string()
        )

    def _fills(self, position: int, rows: np.ndarray) -> dict[int, str]:
        return fills(self.sheet, self.match.header_row, position, rows)

    def _series(self, labels: Sequence[tuple[str, int]], rows: np.ndarray) -> pa.Array:
        """A JSON object of label and text per row; empty cells are left out, a row of empty cells is an empty text."""
        columns = [(label, self.column(position, rows).to_pylist()) for label, position in labels]
        objects = ({label: texts[n] for label, texts in columns if texts[n].strip()} for n in range(len(rows)))
        return pa.array([json.dumps(item, ensure_ascii=False) if item else "" for item in objects], pa.string())

    def _sections(self, rows: np.ndarray) -> pa.Array:
        """Text of the section that each row stands in; above the first one what else the layout says."""
        grid, first = self.sheet.grid, self.match.columns[0]
        above = self.match.found.get(self.match.layout.sections, "")
        names = [above, *(grid.row(int(row))[first].strip() for row in self.section_rows)]
        return pa.array(names, pa.string()).take(pa.array(np.searchsorted(self.section_rows, rows)))


@dataclass(frozen=True, slots=True)
class OtherTable:
    """A table that fits no layout beside one that does: where it stands (columns from 0, both ends included)."""

    sheet: Sheet
    header_row: int
    rows: int
    columns: tuple[int, int]


@dataclass(slots=True)
class Found:
    """All tables of a file, the sheets without one (set aside whole), and the tables beside them that fit no layout."""

    tables: list[Table]
    other: list[Sheet]
    other_tables: list[OtherTable] = field(default_factory=list)


def find_tables(
    sheets: Sequence[Sheet],
    layouts: Sequence[Layout],
    required_of: RequiredOf,
    file_name: str = "",
    worded_of: RequiredOf = lambda layout: (),
    reads_of: Callable[[Layout], Reads] = lambda layout: {},
) -> Found:
    """Tables by layout; `worded_of` names required columns in which a total's word can be no value.

    `reads_of` says of contract columns which texts are values of them: it tells data from footers and sections.

    Raises DeliveryRefused: `no_table` (nothing that looks like one), `unknown_layout`, `missing_required_column`,
    `ambiguous_layout`.
    """
    found = Found([], [])
    near: list[Match] = []
    search = Search(layouts, required_of, file_name)
    for sheet in sheets:
        placed = search.place(sheet)
        if placed.tables:
            for item in placed.tables:
                layout = item.match.layout
                kinds_of = (required_of(layout), worded_of(layout), reads_of(layout))
                found.tables.append(_split(sheet, item, *kinds_of))
            found.other_tables += [OtherTable(sheet, t.header.last_row, t.rows, t.columns) for t in placed.others]
        else:
            near += placed.near
            found.other.append(sheet)
    known = {table.match.layout.record for table in found.tables}
    if unmatched := [match for match in near if match.layout.record not in known]:
        raise refuse_missing(unmatched)
    if not found.tables:
        raise _refuse_unknown(sheets)
    return found


def _refuse_unknown(sheets: Sequence[Sheet]) -> DeliveryRefused:
    if any(_looks_like_table(sheet) for sheet in sheets):
        return DeliveryRefused(
            "unknown_layout",
            "There is a table, but its header fits no layout of this agency.",
            "Check that the file lies in the right agency's folder; `kla read FILE` shows its tables and headers, and "
            "`kla layout new FILE` proposes a layout for a new export.",
        )
    return DeliveryRefused(
        "no_table", "No sheet holds a recognisable table.", "Export the register as a table with a header row."
    )


def _looks_like_table(sheet: Sheet) -> bool:
    return int((sheet.grid.filled[:HEADER_WINDOW] >= 2).sum()) >= 2


def _split(sheet: Sheet, placed: Placed, required: Sequence[str], worded: Sequence[str], reads: Reads) -> Table:
    match, extent = placed.match, placed.extent
    kinds = RowKinds(sheet, match, required, extent, worded, reads)
    aside = [SetAside(int(row), kinds.of(row), sheet.grid.row(int(row))) for row in kinds.aside]
    return Table(sheet, match, kinds.data, aside, kinds.rows_of("section"), extent.first, extent.last, placed.place)
