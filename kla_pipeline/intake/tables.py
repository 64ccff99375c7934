"""Finding the table inside a sheet: the header by the layouts' names, the rows that are data, and the rows set aside.

Every row of a sheet ends in exactly one place: data, or set aside under one kind (title, blank, header, column_number,
total, footer, unknown_sheet). Nothing is dropped: `rows read = data + set aside` holds by construction and is tested.
Which kind a row is of is rows.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.layouts import Layout, Match, match_header
from kla_pipeline.intake.rows import RowKinds

HEADER_WINDOW = 60
RequiredOf = Callable[[Layout], Sequence[str]]


@dataclass(slots=True)
class SetAside:
    """A row that is not data: row number, kind, and its cells (restricted: a footer may name a person)."""

    row: int
    kind: str
    cells: list[str]


@dataclass(slots=True)
class Table:
    """One recognised table: data rows as (row number, cells), and what was set aside around it."""

    sheet: Sheet
    match: Match
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        """Non-empty cells above the header, in reading order."""
        return [cell.strip() for item in self.set_aside if item.kind == "title" for cell in item.cells if cell.strip()]

    @property
    def title_lines(self) -> list[str]:
        """Title rows as one text each: a label and its value often stand in two cells."""
        lines = (" ".join(" ".join(item.cells).split()) for item in self.set_aside if item.kind == "title")
        return [line for line in lines if line]


@dataclass(slots=True)
class Found:
    """All tables of a file, and the sheets without one (their rows are set aside as `unknown_sheet`)."""

    tables: list[Table]
    other: list[tuple[Sheet, list[SetAside]]]


def find_tables(sheets: list[Sheet], layouts: Sequence[Layout], required_of: RequiredOf) -> Found:
    """Tables by layout.

    Raises DeliveryRefused: `no_table` (nothing that looks like one), `unknown_layout`, `missing_required_column`,
    `ambiguous_layout`.
    """
    tables: list[Table] = []
    other: list[tuple[Sheet, list[SetAside]]] = []
    near: list[Match] = []
    for sheet in sheets:
        matches = _best_matches(sheet, layouts, required_of)
        fitting = [match for match in matches if not match.missing_required]
        if fitting:
            match = _choose(fitting)
            tables.append(_split(sheet, match, required_of(match.layout)))
        else:
            near += [match for match in matches if _is_near(match, required_of)]
            other.append((sheet, [SetAside(n, "unknown_sheet", row) for n, row in sheet.grid.rows()]))
    unmatched_near = [match for match in near if match.layout.record not in {t.match.layout.record for t in tables}]
    if unmatched_near:
        _refuse_missing(unmatched_near)
    if not tables:
        _refuse_unknown(sheets)
    return Found(tables, other)


def _best_matches(sheet: Sheet, layouts: Sequence[Layout], required_of: RequiredOf) -> list[Match]:
    """For each layout the row near the top that fits it best (most columns, then the highest row)."""
    best = []
    window = [(n, row) for n, row in sheet.grid.rows(last=HEADER_WINDOW) if sum(bool(c.strip()) for c in row) >= 2]
    for layout in layouts:
        required = required_of(layout)
        candidates = [match_header(row, n, layout, required) for n, row in window]
        candidates = [match for match in candidates if len(match.positions) >= 2]
        if candidates:
            best.append(max(candidates, key=lambda m: (-len(m.missing_required), len(m.positions), -m.header_row)))
    return best


def _is_near(match: Match, required_of: RequiredOf) -> bool:
    """Clearly meant to be this layout: most of its columns and of its required ones are there."""
    required = required_of(match.layout)
    present = len(required) - len(match.missing_required)
    return present * 2 >= len(required) and len(match.positions) * 2 > len(match.layout.columns)


def _choose(fitting: list[Match]) -> Match:
    """The layout that explains most headers; two that explain them equally well are ambiguous, no silent choice."""
    fitting = sorted(fitting, key=lambda m: (len(m.unknown), len(m.missing), -len(m.positions), m.layout.id))
    if len(fitting) > 1:
        first, second = fitting[0], fitting[1]
        if (len(first.unknown), len(first.missing)) == (len(second.unknown), len(second.missing)):
            raise DeliveryRefused(
                "ambiguous_layout",
                f"The header fits the layouts {first.layout.id} and {second.layout.id} equally well.",
                "Make one of the layouts more specific.",
            )
    return fitting[0]


def _refuse_missing(near: list[Match]) -> None:
    match = min(near, key=lambda m: (len(m.missing_required), m.layout.id))
    names = ", ".join(f"“{(match.layout.columns[c] or (c,))[0]}”" for c in match.missing_required)
    raise DeliveryRefused(
        "missing_required_column",
        f"The table looks like {match.layout.id} but lacks {names}.",
        "Export it with this column, or add the column's new name to the layout.",
        {
            "layout": match.layout.id,
            "missing": list(match.missing_required),
            "unknown": list(match.unknown),
            "header_row": match.header_row,
        },
    )


def _refuse_unknown(sheets: list[Sheet]) -> None:
    if any(_looks_like_table(sheet) for sheet in sheets):
        raise DeliveryRefused(
            "unknown_layout",
            "There is a table, but its header fits no layout of this agency.",
            "Check that the file lies in the right agency's folder, or add a layout for it.",
        )
    raise DeliveryRefused(
        "no_table", "No sheet holds a recognisable table.", "Export the register as a table with a header row."
    )


def _looks_like_table(sheet: Sheet) -> bool:
    widths = [sum(bool(cell.strip()) for cell in row) for _, row in sheet.grid.rows(last=HEADER_WINDOW)]
    return sum(width >= 2 for width in widths) >= 2


def _split(sheet: Sheet, match: Match, required: Sequence[str]) -> Table:
    table = Table(sheet, match)
    rows = [cells for _, cells in sheet.grid.rows()]
    kinds = RowKinds(rows, match, required)
    for number, cells in enumerate(rows, 1):
        kind = kinds.of(number, cells)
        if kind:
            table.set_aside.append(SetAside(number, kind, cells))
        else:
            table.rows.append((number, cells))
    return table
