"""Where on a sheet the tables of known layouts stand, and which rows and columns are each one's.

The finder's tables and every row near the top are tried against the layouts. One table is chosen first; others are
those beside it, and those below it that fit a layout of their own. A table that fits none is left to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from kla_pipeline.intake.finding.finder import FoundTable, find
from kla_pipeline.intake.finding.headers import header_of
from kla_pipeline.intake.finding.rows import Extent
from kla_pipeline.intake.finding.shapes import SAMPLE, filled, shape
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.layouts import Layout, header_key
from kla_pipeline.intake.matching.candidates import Candidate, candidate_at, candidates
from kla_pipeline.intake.matching.matching import Around, Match, choose, is_near, match_header

RequiredOf = Callable[[Layout], Sequence[str]]
# rows looked at for the kind of rows that a table has
_LOOKED_AT = 1_000


@dataclass(slots=True)
class Placed:
    """A match and the rows its table accounts for; `place` counts tables that stand on the same rows from the left."""

    match: Match
    extent: Extent
    place: int = 1


@dataclass(slots=True)
class OnSheet:
    """What a sheet holds: tables of layouts, tables that fit none; without a table, layouts that it nearly fits."""

    tables: list[Placed] = field(default_factory=list)
    others: list[FoundTable] = field(default_factory=list)
    near: list[Match] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Search:
    """Layouts that a file's sheets are tried against."""

    layouts: Sequence[Layout]
    required_of: RequiredOf
    file_name: str

    def place(self, sheet: Sheet) -> OnSheet:
        """Tables of a sheet. Raises DeliveryRefused (`ambiguous_layout`)."""
        regions = find(sheet)
        places = candidates(sheet)
        places += [candidate_at(sheet, t.header, t.columns, t.extent.first) for t in regions if t.header.rows]
        matches = self._best(sheet, places)
        fitting = [match for match in matches if _fits(match)]
        if not fitting:
            return OnSheet(near=[m for m in matches if is_near(m, self.required_of(m.layout))])
        first = _choose_first(fitting)
        if meant := [match for match in matches if self._is_rather(match, first)]:
            return OnSheet(near=meant)
        found = OnSheet()
        side = sorted([first, *self._beside(sheet, places, first)], key=lambda match: match.columns)
        for place, match in enumerate(side, 1):
            self._place_column(sheet, found, match, [t for t in regions if _overlap(t.columns, match.columns)], place)
        used = [match.columns for match in side]
        found.others += [t for t in regions if not any(_overlap(t.columns, columns) for columns in used)]
        return found

    def _is_rather(self, match: Match, chosen: Match) -> bool:
        """Whether the same header is clearly meant to be another record, which it does not fit.

        A small layout fits what is left of a large one, and would read a register as something else.
        """
        same_place = match.header_row == chosen.header_row and _overlap(match.columns, chosen.columns)
        is_other = not _fits(match) and match.layout.record != chosen.layout.record
        explains_more = len(match.unknown) < len(chosen.unknown)
        return is_other and same_place and explains_more and is_near(match, self.required_of(match.layout))

    def _best(self, sheet: Sheet, places: Sequence[Candidate]) -> list[Match]:
        """For each layout the place that fits it best: most columns, fewest headers left over, then the highest row."""
        best = []
        for layout in self.layouts:
            required = self.required_of(layout)
            fits = [
                match_header(p.header, layout, required, Around(p.titles, sheet.name, self.file_name), p.columns)
                for p in places
                if p.may_fit(layout)
            ]
            fits = [match for match in fits if _is_table(match) and not _is_half_a_header(sheet, match)]
            if fits:
                best.append(max((_with_twins(sheet, match) for match in fits), key=_fit))
        return best

    def _beside(self, sheet: Sheet, places: Sequence[Candidate], chosen: Match) -> list[Match]:
        """Further tables that stand to the left or right of the chosen one."""
        rest = [place for place in places if not _overlap(place.columns, chosen.columns)]
        fitting = [match for match in self._best(sheet, rest) if _fits(match)]
        if not fitting:
            return []
        match = _choose_first(fitting)
        return [match, *self._beside(sheet, rest, match)]

    def _place_column(
        self, sheet: Sheet, found: OnSheet, first: Match, regions: Sequence[FoundTable], place: int
    ) -> None:
        """The chosen table and those above and below it, each with its rows."""
        tables: list[tuple[Match, int]] = [(first, 1)]
        others: list[tuple[int, int]] = []
        for table in regions:
            is_above = table.extent.last < first.header_rows[0]
            if is_above and table.header.rows and table.rows:
                others.append(self._set_other(found, table))
            if not table.header.rows or table.header.rows[0] <= first.header_row:
                continue
            match, before = self._fit_of(sheet, table), tables[-1][0]
            if table.extent.first <= first.header_row:
                # where the finder takes the layout's header for something else, the layout knows better, but for its
                # own names once more in another order
                if match and match.layout.id == first.layout.id and match.positions != first.positions:
                    tables.append((match, table.header.rows[0]))
            elif match and _is_new(match, before, table):
                tables.append((match, table.extent.first))
            elif match is None and _is_strange(sheet, table, before):
                others.append(self._set_other(found, table))
        starts = [start for _, start in tables]
        ends = [start - 1 for start in starts[1:]] + [sheet.grid.height]
        for (match, start), end in zip(tables, ends, strict=True):
            mine = tuple(stretch for stretch in others if start <= stretch[0] <= end)
            found.tables.append(Placed(match, Extent(start, end, mine), place))

    @staticmethod
    def _set_other(found: OnSheet, table: FoundTable) -> tuple[int, int]:
        found.others.append(table)
        return table.extent.first, table.extent.last

    def _fit_of(self, sheet: Sheet, table: FoundTable) -> Match | None:
        place = candidate_at(sheet, table.header, table.columns, table.extent.first)
        fitting = [match for match in self._best(sheet, [place]) if _fits(match)]
        return choose(fitting) if fitting else None


def _fit(match: Match) -> tuple[int, ...]:
    """Order of the places of one layout."""
    labels = sum(len(items) for items in match.series.values())
    depth = len(match.header_rows)
    lacks = len(match.missing_required)
    return -lacks, -bool(match.confused), match.names, labels, -depth, -len(match.unknown), -match.header_row


def _fits(match: Match) -> bool:
    return not match.missing_required and not match.confused


def _with_twins(sheet: Sheet, match: Match) -> Match:
    """The match, with headers named that only the row above tells from one that is read: another sex, another year."""
    first, last = match.columns
    keys = {n: header_key(text) for n, text in enumerate(match.header) if first <= n <= last and text}
    place_of = {keys[n]: n for n in reversed(match.read) if n in keys}
    twins = [n for n, key in keys.items() if n not in match.read and key in place_of]
    above = match.header_rows[0] - 1
    if not twins or not above or not sheet.grid.row(above):
        return match
    parts = header_of(sheet, (above, *match.header_rows)).parts
    parted = [n for n in twins if len(parts[n]) > len(match.header_rows) and parts[n][0] != parts[place_of[keys[n]]][0]]
    return replace(match, confused=(*match.confused, *(" ".join(parts[n]) for n in parted))) if parted else match


def _is_table(match: Match) -> bool:
    return match.names >= 2 or any(len(labels) >= 2 for labels in match.series.values())


def _is_half_a_header(sheet: Sheet, match: Match) -> bool:
    """Whether a name that is read stands over several columns that only the next row names.

    The first of them would be read for all: one sex for a month, children for the displaced. That row is no data: its
    first named column is empty, as below a header cell that reaches over two rows.
    """
    below = sheet.grid.row(match.header_row + 1) if match.header_row < sheet.grid.height else []
    first, last = match.columns
    named = next((n for n in range(first, last + 1) if match.header[n]), last)
    if _cell(below, named):
        return False
    unnamed = {n + 1 for n in match.read if n < last and not match.header[n + 1]}
    return any(_cell(below, n) and _cell(below, n - 1) for n in unnamed)


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position].strip() if position < len(cells) else ""


def _choose_first(fitting: Sequence[Match]) -> Match:
    """The best layout of the uppermost header that one fits. Layouts that fit other headers are no rivals."""
    top = min(fitting, key=lambda match: (match.header_rows[0], match.columns))
    rivals = [m for m in fitting if set(m.header_rows) & set(top.header_rows) and _overlap(m.columns, top.columns)]
    return choose(rivals)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _is_new(match: Match, before: Match, table: FoundTable) -> bool:
    """Another table than the one above; the same header without a title of its own only begins the next page."""
    same = match.layout.id == before.layout.id and match.positions == before.positions
    return not same or table.has_titles


def _is_strange(sheet: Sheet, table: FoundTable, before: Match) -> bool:
    """It shares less than half of its names with the table above, and its rows are of another kind than those there.

    Else it is a page of it whose header was spoilt, or rows below a gap: in doubt data.
    """
    keys = {header_key(name) for name in table.names if name}
    if 2 * len(keys & {header_key(name) for name in before.header if name}) >= len(keys):
        return False
    first, last = before.columns
    end = min(table.extent.first - 1, before.header_row + _LOOKED_AT)
    above = (cells[first : last + 1] for _, cells in sheet.grid.rows(before.header_row + 1, end))
    mine = [[shape(cell) for cell in cells] for cells in islice((cells for cells in above if filled(cells)), SAMPLE)]
    others = [sheet.grid.row(int(row))[first : last + 1] for row in table.kinds.data[:SAMPLE]]
    return not any(_is_alike(cells, shapes) for cells in others for shapes in mine)


def _is_alike(cells: Sequence[str], other: Sequence[str]) -> bool:
    """Whether most cells of a row have the shapes of another one's."""
    shapes = [(shape(cell), kind) for cell, kind in zip(cells, other, strict=False) if cell.strip()]
    return 2 * sum(own == kind for own, kind in shapes) > len(shapes)
