"""How one cell is written, and the geometry of the small bar charts.

Here: values, n/N and bounds as text, bars as numbers for the SVG template. Not here: colours and markup (style.css,
templates/), and any judgement: a bar says how much, never whether that is good.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kla_pipeline.i18n import Speaker
from kla_pipeline.reports.measure_view import Cell

DECIMALS = {"%": 1}
# room beside the first and last bar, because the word of a status is wider than its bar
SIDE = 24


def count(value: float, speaker: Speaker) -> str:
    """An amount: whole numbers without a decimal part, shares of posts or events with up to two."""
    decimals = next(d for d in (0, 1, 2) if d == 2 or abs(value - round(value, d)) < 1e-9)
    return speaker.number(value, decimals)


def value(cell: Cell, speaker: Speaker) -> str:
    """The value with its unit. Call it for cells with a value; other statuses are words, not numbers."""
    if cell.value is None:
        return speaker.t("figure.none")
    if cell.kind == "existence":
        return speaker.t("figure.yes" if cell.value else "figure.no")
    written = speaker.number(cell.value, DECIMALS[cell.unit]) if cell.unit in DECIMALS else amount(cell.value, speaker)
    if speaker.knows("unit", cell.unit):
        return speaker.t(f"unit.{cell.unit}", value=written)
    return f"{written} {cell.unit_id if speaker.lang == 'id' else cell.unit_en}".strip()


def amount(value: float, speaker: Speaker) -> str:
    """Values other than percentages: whole when whole, two decimals below 1, otherwise one."""
    decimals = 0 if float(value).is_integer() else 2 if abs(value) < 1 else 1
    return speaker.number(value, decimals)


def law(source: str, speaker: Speaker) -> str:
    """A measure's legal source with instrument keys (`PERMEN12_2011`) as people cite them."""
    return re.sub(r"\b[A-Z]+\d+_\d{4}\b|\bindicator\b|\bcategories\b", lambda k: speaker.word("law", k[0]), source)


def basis(cell: Cell) -> str:
    """What stands beside a value: `fraction` (n/N), `numerator` for counts, `denominator` for durations.

    The numerator of a duration is a sum of days, which says nothing to a reader; the number of cases does.
    """
    return {"count": "numerator", "duration": "denominator"}.get(cell.kind, "fraction")


def fraction(cell: Cell, speaker: Speaker) -> str:
    """`41/60` (or the one side that `basis` names); words where the counts are hidden or unknown."""
    if cell.status == "suppressed":
        return speaker.t("figure.hidden")
    sides = {
        "fraction": (cell.numerator, cell.denominator),
        "numerator": (cell.numerator,),
        "denominator": (cell.denominator,),
    }[basis(cell)]
    if all(side is None for side in sides):
        return speaker.t("figure.unknown")
    return "/".join(speaker.t("figure.none") if side is None else count(side, speaker) for side in sides)


def span(low: float | None, high: float | None, speaker: Speaker) -> str:
    """A lower and an upper bound with an en dash between them, or one number when they agree."""
    if low is None or high is None:
        return speaker.t("figure.none")
    return count(low, speaker) if low == high else f"{count(low, speaker)}\u2013{count(high, speaker)}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One period of a chart, in the units of its viewBox."""

    cell: Cell
    x: float
    y: float
    height: float

    @property
    def has_value(self) -> bool:
        return self.cell.status in ("value", "zero_reported") and self.cell.value is not None


@dataclass(frozen=True, slots=True)
class Chart:
    """Geometry of a bar chart; texts are the template's."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    bar_width: int
    base: int
    step: int


def chart(cells: Sequence[Cell], step: int = 84, height: int = 148) -> Chart:
    """Bars for cells in order of period, `step` apart, or further where the numbers above them need it.

    The axis starts at 0; a percentage's ends at 100, a count's at its maximum.
    """
    widest = max((len(f"{c.value:,.0f}") for c in cells if c.value is not None), default=0)
    step = max(step, 7 * widest + 6)
    top, base = 22, height - 40
    numbers = [c.value for c in cells if c.value is not None]
    ceiling = 100.0 if cells and cells[0].unit == "%" else max([*numbers, 1.0])
    bar_width = round(step * 0.62)
    bars = []
    for position, item in enumerate(cells):
        share = min((item.value or 0.0) / ceiling, 1.0)
        tall = round(share * (base - top), 1)
        bars.append(Bar(item, SIDE + position * step + (step - bar_width) / 2, base - tall, tall))
    return Chart(tuple(bars), max(len(cells), 1) * step + 2 * SIDE, height, bar_width, base, step)
