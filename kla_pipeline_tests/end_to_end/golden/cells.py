"""One figure with its numerator, denominator and status, and the rules by which a status is given.

Here: the order of the statuses and what each of them leaves standing. Not here: where numerators come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kla_pipeline_tests.end_to_end.golden.coverage import Feeds
from kla_pipeline_tests.end_to_end.golden.facts import CITY
from kla_pipeline_tests.end_to_end.golden.periods import Period

Key = tuple[str, str]  # area, period


@dataclass(frozen=True)
class Cell:
    """What a measure says of one area and period."""

    status: str
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None


Cells = Mapping[Key, Cell]


def share(n: float, of: float, feeds: Feeds, period: Period, factor: float = 100, known: float = 1.0) -> Cell:
    """A share (or ratio) of the denominator. Below 80 % `known` no value is given, both numbers are."""
    state = feeds.state(period)
    if state == "not_reported":
        return Cell(state)
    if of == 0:
        empty = "zero_reported" if feeds.is_nil(period) else "not_applicable"
        return Cell("insufficient" if state == "insufficient" else empty, n, of)
    if state == "insufficient" or known < 0.8:
        return Cell("insufficient", n, of)
    return Cell("value", n, of, factor * n / of)


def count(n: float, feeds: Feeds, period: Period) -> Cell:
    """An absolute figure; zero is a figure once the feeds came."""
    state = feeds.state(period)
    if state == "not_reported":
        return Cell(state)
    if state == "insufficient":
        return Cell(state, n)
    return Cell("value" if n else "zero_reported", n, None, n)


def valued(cell: Cell, value: float) -> Cell:
    """The same cell with another value, where it has one."""
    return replace(cell, value=value) if cell.status == "value" else cell


def of_city(cells: Mapping[Period, Cell]) -> dict[Key, Cell]:
    """Cells of the city by period label."""
    return {(CITY, period.label): cell for period, cell in cells.items()}
