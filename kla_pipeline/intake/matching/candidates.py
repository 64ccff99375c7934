"""Places of a sheet where a header may stand: every row near the top, alone or with the rows above, whole or in part.

A layout's names decide which of them is one (tables.py); finding tables without a layout is finder.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kla_pipeline.intake.finding.headers import Header, header_of
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.layouts import Layout, header_key

HEADER_WINDOW = 60
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A header that may be one, the columns of its table (from 0, both ends) and the texts that stand above it."""

    header: Header
    columns: tuple[int, int]
    titles: tuple[str, ...]

    def may_fit(self, layout: Layout) -> bool:
        """Whether a look at the names is worth while: as many of them as a table needs may be there."""
        aliases = layout.aliases
        keys = {*self.header.keys, *self.header.lowest_keys}
        names = {aliases[key] for key in keys if key in aliases}
        if len(names) >= 2:
            return True
        labels = sum(_is_label(layout, key) for key in self.header.keys) if layout.series else 0
        known = keys | {header_key(name) for name in names}
        composed = sum(all(part in known for part in layout.composed_of(column)) for column in layout.compose)
        return labels >= 2 or len(names) + min(labels, 1) + composed >= 2


def _is_label(layout: Layout, key: str) -> bool:
    return any(expression.fullmatch(key) for expression in layout.series_expressions.values())


def candidates(sheet: Sheet, window: int = HEADER_WINDOW) -> list[Candidate]:
    """All places within the first `window` rows."""
    lines = [(row, cells) for row, cells in sheet.grid.rows(last=window)]
    texts = title_texts([cells for _, cells in lines])
    lasts = last_filled(sheet)
    found = []
    for row, cells in lines:
        if sum(bool(cell.strip()) for cell in cells) < 2:
            continue
        for depth in range(1, min(DEEPEST, row) + 1):
            first = row - depth + 1
            if not any(cell.strip() for cell in lines[first - 1][1]):
                break
            header = header_of(sheet, range(first, row + 1))
            titles = tuple(text for line in texts[: first - 1] for text in line)
            found += [Candidate(header, columns, titles) for columns in blocks(header, lasts)]
    return found


def candidate_at(sheet: Sheet, header: Header, columns: tuple[int, int], first_row: int) -> Candidate:
    """The place of a header that is known; its titles stand from `first_row` on."""
    lines = [cells for _, cells in sheet.grid.rows(first_row, header.rows[0] - 1)]
    return Candidate(header, columns, tuple(text for line in title_texts(lines) for text in line))


def title_texts(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """Per row its texts, and all of them as one: a label and its value often stand in two cells."""
    found = []
    for cells in lines:
        filled = [cell.strip() for cell in cells if cell.strip()]
        found.append([*filled, " ".join(" ".join(cells).split())] if filled else [])
    return found


def last_filled(sheet: Sheet) -> list[int]:
    """Per column the number of its last row with text; 0 for an empty column."""
    rows = (np.flatnonzero(mask) for mask in sheet.grid.texts_at)
    return [int(filled[-1]) + 1 if len(filled) else 0 for filled in rows]


def blocks(header: Header, lasts: Sequence[int]) -> list[tuple[int, int]]:
    """The whole width, and where an empty column parts several headers on both sides, each part as well."""
    width = len(header.parts)
    is_empty = [not header.parts[n] and lasts[n] <= header.last_row for n in range(width)]
    parts: list[tuple[int, int]] = []
    start = 0
    for n in range(width + 1):
        if n == width or is_empty[n]:
            if sum(bool(header.parts[m]) for m in range(start, n)) >= 2:
                parts.append((start, n - 1))
            start = n + 1
    whole = (0, width - 1)
    if len(parts) < 2:
        return [whole]
    # what lies left of the first part and right of the last one belongs to them: a note, a stray cell
    parts[0] = (0, parts[0][1])
    return [whole, *parts]
