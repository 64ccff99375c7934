"""Columns of a sheet that belong together: tables that stand side by side are parted by empty columns."""

from __future__ import annotations

import numpy as np

from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.layouts import header_key

_FEWEST_ROWS = 2


def bands(sheet: Sheet) -> list[tuple[int, int]]:
    """Column ranges (from 0, both ends included) of a sheet that has text, each with the columns of one or more tables.

    Empty columns part two tables only when both sides have rows of two texts or more, and the rows differ or the names
    repeat: a register may have an empty column too.
    """
    masks = sheet.grid.texts_at
    runs = _runs([bool(mask.any()) for mask in masks])
    if not runs:
        return []
    found = [runs[0]]
    for run in runs[1:]:
        left = found[-1]
        if _are_apart(sheet, masks, left, run):
            found.append(run)
        else:
            found[-1] = (left[0], run[1])
    return found


def _runs(is_used: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for n, used in enumerate(is_used):
        if used and n and is_used[n - 1]:
            runs[-1] = (runs[-1][0], n)
        elif used:
            runs.append((n, n))
    return runs


def _are_apart(sheet: Sheet, masks: list[np.ndarray], left: tuple[int, int], right: tuple[int, int]) -> bool:
    if right[0] == right[1]:
        return False
    counts = [np.sum(masks[first : last + 1], axis=0) for first, last in (left, right)]
    rows = [np.flatnonzero(count >= 2) for count in counts]
    if any(len(numbers) < _FEWEST_ROWS for numbers in rows):
        return False
    same = len(np.intersect1d(rows[0], rows[1])) >= 0.9 * max(len(numbers) for numbers in rows)
    return not same or _repeats_names(sheet, left, right, int(rows[0][0]) + 1)


def _repeats_names(sheet: Sheet, left: tuple[int, int], right: tuple[int, int], row: int) -> bool:
    cells = sheet.grid.row(row)
    names = [{header_key(cell) for cell in cells[first : last + 1] if cell.strip()} for first, last in (left, right)]
    return len(names[1]) >= 2 and names[1] <= names[0]
