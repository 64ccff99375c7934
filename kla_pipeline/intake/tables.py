"""Finding the table inside a sheet: the header by the layouts' names, the rows that are data, and the rows set aside.

Every row of a sheet ends in exactly one place: data, or set aside under one kind (title, blank, header, column_number,
total, footer, unknown_sheet). Nothing is dropped: `rows read = data + set aside` holds by construction and is tested.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.layouts import Layout, Match, header_key, match_header
from kla_pipeline.intake.readers import Sheet

HEADER_WINDOW = 60
_COLUMN_NUMBER = re.compile(r"\(?\d{1,3}\)?")
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
        near += [match for match in matches if match.missing_required and _is_near(match, required_of)]
        if fitting:
            tables.append(_split(sheet, _choose(fitting)))
        else:
            other.append((sheet, [SetAside(n, "unknown_sheet", row) for n, row in enumerate(sheet.rows, 1)]))
    unmatched_near = [match for match in near if match.layout.record not in {t.match.layout.record for t in tables}]
    if unmatched_near:
        _refuse_missing(unmatched_near)
    if not tables:
        _refuse_unknown(sheets)
    return Found(tables, other)


def _best_matches(sheet: Sheet, layouts: Sequence[Layout], required_of: RequiredOf) -> list[Match]:
    """For each layout the row near the top that fits it best (most columns, then the highest row)."""
    best = []
    window = [(n, row) for n, row in enumerate(sheet.rows[:HEADER_WINDOW], 1) if sum(bool(c.strip()) for c in row) >= 2]
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
    """The layout that explains most headers; two that explain them equally well are ambiguous, never a silent choice."""
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
    widths = [sum(bool(cell.strip()) for cell in row) for row in sheet.rows[:HEADER_WINDOW]]
    return sum(width >= 2 for width in widths) >= 2


def _split(sheet: Sheet, match: Match) -> Table:
    table = Table(sheet, match)
    header_keys = [header_key(cell) for cell in match.header]
    last_data = _last_data_row(sheet, match)
    for number, cells in enumerate(sheet.rows, 1):
        kind = _kind(number, cells, match, header_keys, last_data)
        if kind:
            table.set_aside.append(SetAside(number, kind, cells))
        else:
            table.rows.append((number, cells))
    return table


def _kind(number: int, cells: list[str], match: Match, header_keys: list[str], last_data: int) -> str | None:
    filled = [cell for cell in cells if cell.strip()]
    if not filled:
        return "blank"
    if number < match.header_row:
        return "title"
    if number == match.header_row or [header_key(c) for c in cells] == header_keys:
        return "header"
    if len(filled) >= 2 and all(_COLUMN_NUMBER.fullmatch(c.strip()) and c.strip().startswith("(") for c in filled):
        return "column_number"
    if _is_total(cells, match):
        return "total"
    if number > last_data:
        return "footer"
    return None


def _is_total(cells: list[str], match: Match) -> bool:
    """A row whose first filled cell is a total's word and that lacks the first column of the layout's own data."""
    first = next(cell for cell in cells if cell.strip())
    if header_key(first) not in match.layout.total_words:
        return False
    filled = sum(1 for position in match.positions.values() if position < len(cells) and cells[position].strip())
    return filled <= max(2, len(match.positions) // 2)


def _last_data_row(sheet: Sheet, match: Match) -> int:
    """Footers are notes below the data: from the end upwards, rows with one filled cell (or a footer's first word)."""
    last = match.header_row
    for number in range(len(sheet.rows), match.header_row, -1):
        filled = [cell.strip() for cell in sheet.rows[number - 1] if cell.strip()]
        if not filled or _is_total(sheet.rows[number - 1], match):
            continue
        word = header_key(filled[0])
        if any(word.startswith(mark) for mark in match.layout.footer_words) and len(filled) <= 2:
            continue
        if len(filled) == 1 and len(match.positions) > 3 and " " in filled[0]:
            continue
        last = number
        break
    return last
