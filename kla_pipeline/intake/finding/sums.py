"""Totals that no word tells: rows whose numbers are the sums of the rows above them.

Only where a layout asks for it (`totals: {by_sum: true}`), and only where totals stand: at the end of the table or of a
section, or directly below the header. Elsewhere a row that happens to be a sum is data, and so is one whose numbers are
so few and small that the agreement may be chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kla_pipeline.intake.finding.numbers import NIL, number

FEWEST_ROWS = 3
# a sum that is no chance: of two columns, or at least this large and of three parts
_LARGE = 100
Cells = Sequence[str]


def find_totals(
    rows: Sequence[int], sections: Sequence[int], cells_of: Callable[[Sequence[int]], list[list[str]]], comma: bool
) -> dict[int, str]:
    """Row number → `total` or `subtotal` among the data rows `rows` (ascending), given the rows that are sections."""
    cells = dict(zip(rows, cells_of(rows), strict=True))
    found: dict[int, str] = {}

    def rest(group: Sequence[int]) -> list[int]:
        return [row for row in group if row not in found]

    def is_sum(row: int, group: Sequence[int]) -> bool:
        return is_telling_sum(cells[row], [cells[other] for other in group], comma)

    groups = _groups(rows, sections)
    if rows and is_sum(rows[-1], rest(rows[:-1])):
        found[rows[-1]] = "total"
    for group in groups if len(groups) > 1 else []:
        left = rest(group)
        if left and is_sum(left[-1], left[:-1]):
            found[left[-1]] = "subtotal"
    left = rest(rows)
    if not any(kind == "total" for kind in found.values()) and left:
        # with the subtotals known, the last row may be the sum of what remains; or the first one is
        if is_sum(left[-1], left[:-1]):
            found[left[-1]] = "total"
        elif is_sum(left[0], left[1:]):
            found[left[0]] = "total"
    return found


def _groups(rows: Sequence[int], sections: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = [[]]
    starts = [*sections]
    for row in rows:
        while starts and row > starts[0]:
            starts.pop(0)
            groups.append([])
        groups[-1].append(row)
    return [group for group in groups if group]


def is_telling_sum(cells: Cells, rows: Sequence[Cells], decimal_comma: bool = False) -> bool:
    """Whether a row's number in every column of numbers is the sum of at least three other rows, and by no chance.

    Two columns agree, each with two parts or more and not one a copy of the other, or one large sum has three parts.
    """
    sums = _sums(cells, rows, decimal_comma)
    if len({tuple(parts) for _, parts in sums if sum(map(bool, parts)) >= 2}) >= 2:
        return True
    return any(math.fabs(value) >= _LARGE and sum(map(bool, parts)) >= 3 for value, parts in sums)


def _sums(cells: Cells, rows: Sequence[Cells], decimal_comma: bool) -> list[tuple[float, list[float]]]:
    """(sum, its parts) of the columns whose sum is not zero; none where a column disagrees or the rows are too few."""
    found: list[tuple[float, list[float]]] = []
    for position, cell in enumerate(cells if len(rows) >= FEWEST_ROWS else ()):
        value = number(cell, decimal_comma)
        parts = _numbers(rows, position, decimal_comma) if value is not None else None
        if value is None or parts is None or set(parts) == {value}:
            continue  # a column of other things than numbers; or a year that stands in every row
        if not math.isclose(value, math.fsum(parts), rel_tol=1e-9):
            return []
        if value:
            found.append((value, parts))
    return found


def _numbers(rows: Sequence[Cells], position: int, decimal_comma: bool) -> list[float] | None:
    """The numbers of a column, nil as 0; None where a cell is neither."""
    found = []
    for cells in rows:
        text = cells[position].strip() if position < len(cells) else ""
        value = 0.0 if text in NIL else number(text, decimal_comma)
        if value is None:
            return None
        found.append(value)
    return found
