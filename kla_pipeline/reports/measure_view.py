"""Cells of `mart.measure` arranged for a page: indicators with variants, factor families, context.

Here: grouping and choosing periods. Not here: computing or judging anything; a cell is shown with the status, coverage
and bounds that the measures engine gave it. What stands first on the page is declared in start_page.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from kla_pipeline.i18n import Lang
from kla_pipeline.reports.reader import Row

DECLARATION = Path(__file__).parent / "start_page.yaml"
PERIOD_TYPES = ("month", "quarter", "year")  # finest first


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of `mart.measure` with its measure's kind and unit in words.

    `value` is in the unit; counts may be fractions (FTE, shared events). `kind` is share, ratio, existence,
    count or duration.
    """

    measure_id: str
    area_code: str
    period_type: str
    period: str
    breakdown: str
    breakdown_value: str
    numerator: float | None
    denominator: float | None
    value: float | None
    unit: str
    status: str
    coverage: float | None
    coverage_note: str | None
    is_provisional: bool
    linkage: str | None
    numerator_min: float | None
    numerator_max: float | None
    denominator_min: float | None
    denominator_max: float | None
    unknown_count: float | None
    kind: str
    unit_id: str
    unit_en: str

    @property
    def is_total(self) -> bool:
        return self.breakdown == ""

    @property
    def has_bounds(self) -> bool:
        """Whether n or N could be another number because the same child may stand twice."""
        return (self.numerator_min, self.denominator_min) != (self.numerator_max, self.denominator_max)

    @property
    def is_excess(self) -> bool:
        """Whether the source counts more in n than in N, so that there is no value."""
        counts = self.numerator, self.denominator
        return self.status == "insufficient" and None not in counts and counts[0] > counts[1]  # type: ignore[operator]


_COLUMNS = tuple(item.name for item in fields(Cell))


def cell(row: Row) -> Cell:
    """A cell of one row of `city_cells.sql` or `area_cells.sql`; columns a page does not show are left out."""
    return Cell(**{name: row[name] for name in _COLUMNS})


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the registry with its cells of the city's own level."""

    info: Row
    cells: tuple[Cell, ...]

    @property
    def measure_id(self) -> str:
        return self.info["measure_id"]

    @property
    def base(self) -> str:
        """`K5-28` of `K5-28.a`."""
        return self.measure_id.partition(".")[0]

    @property
    def suffix(self) -> str:
        return self.measure_id.partition(".")[2]

    @property
    def family(self) -> str:
        """`SDM` of `SDM-01`."""
        return self.measure_id.partition("-")[0]

    def totals(self, period_type: str) -> list[Cell]:
        """Totals by period, without the years before anything was reported."""
        found = [c for c in self.cells if c.is_total and c.period_type == period_type]
        start = next((i for i, c in enumerate(found) if c.status != "not_reported"), 0)
        return found[start:]

    def of(self, period: str) -> Cell | None:
        """The total of a period."""
        return next((c for c in self.cells if c.is_total and c.period == period), None)

    def buckets(self, period: str) -> list[Cell]:
        """Units that the total leaves out or flags, in that period: outside, unknown place, age unknown …"""
        return [c for c in self.cells if c.breakdown == "bucket" and c.period == period]

    @property
    def natural_period_type(self) -> str | None:
        """The finest period type the measure is published at."""
        present = {c.period_type for c in self.cells}
        return next((kind for kind in PERIOD_TYPES if kind in present), None)


@dataclass(frozen=True, slots=True)
class Companion:
    """An internal measure beside an indicator: its own years, and its own areas as name → year → cell."""

    measure: Measure
    years: tuple[str, ...]
    areas: dict[str, dict[str, Cell]]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the four indicators: its variants, the year its card shows and the years of its table."""

    base: str
    headline: tuple[Measure, ...]
    others: tuple[Measure, ...]
    categories: tuple[Measure, ...]
    chart: Measure | None
    latest: str | None
    years: tuple[str, ...]
    areas: dict[str, dict[str, Cell]] = field(default_factory=dict)
    companions: tuple[Companion, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether even the year its card shows has not ended."""
        shown = [c for c in (m.of(self.latest or "") for m in self.headline) if c]
        return any(c.is_provisional for c in shown)

    def readings(self, lang: Lang) -> list[str]:
        """Choices made where the regulation leaves more than one reading, each once though variants share them."""
        every = (*self.headline, *self.others, *self.categories, *(c.measure for c in self.companions))
        return list(dict.fromkeys(sentence for m in every for sentence in m.info[f"readings_{lang}"] or ()))

    @property
    def buckets(self) -> list[Cell]:
        """Companion counts of the headline variants in the latest year, each bucket once (the first variant's)."""
        seen: dict[str, Cell] = {}
        for measure in self.headline:
            for item in measure.buckets(self.latest or ""):
                seen.setdefault(item.breakdown_value, item)
        return list(seen.values())


@dataclass(frozen=True, slots=True)
class FactorLine:
    """A factor, one line per part that is published (the city, or an agency or unit), at its latest ended period."""

    measure: Measure
    cell: Cell
    last_value: Cell | None


@dataclass(frozen=True, slots=True)
class MeasureBook:
    """Everything the page shows of `mart.measure`."""

    indicators: tuple[Indicator, ...]
    families: dict[str, list[FactorLine]]
    context: tuple[Measure, ...]

    @property
    def context_years(self) -> list[str]:
        """Years of the context table, oldest first."""
        return sorted({c.period for m in self.context for c in m.totals("year")})


def latest_ended(cells: Iterable[Cell]) -> str | None:
    """The greatest period that is over; the greatest of all while none is."""
    every = list(cells)
    ended = [c.period for c in every if not c.is_provisional] or [c.period for c in every]
    return max(ended, default=None)


def _companion(measure: Measure, area_rows: Sequence[Row]) -> Companion:
    years = tuple(c.period for c in measure.totals("year") if c.status != "not_reported")
    areas: dict[str, dict[str, Cell]] = {}
    for row in area_rows:
        if row["measure_id"] == measure.measure_id and row["period"] in years:
            name = row["area_name"] or row["area_code"]
            areas.setdefault(name, {})[row["period"]] = cell(row)
    return Companion(measure, years, areas)


def _indicator(declared: dict[str, Any], measures: dict[str, Measure], area_rows: Sequence[Row]) -> Indicator | None:
    base = declared["base"]
    family = [m for m in measures.values() if m.base == base and m.cells]
    internal = [m for m in family if m.info.get("disclosure_class") == "internal"]
    family = [m for m in family if m not in internal]
    if not family:
        return None
    headline = tuple(measures[i] for i in declared["headline"] if i in measures and measures[i].cells) or (family[0],)
    rest = [m for m in family if m not in headline]
    yearly = [c for m in headline for c in m.totals("year")]
    latest = latest_ended(yearly)
    areas: dict[str, dict[str, Cell]] = {}
    for item in map(cell, area_rows):
        if item.period == latest and item.measure_id in {m.measure_id for m in headline}:
            areas.setdefault(item.area_code, {})[item.measure_id] = item
    return Indicator(
        base=base,
        headline=headline,
        others=tuple(m for m in rest if not m.suffix.isdigit()),
        categories=tuple(m for m in rest if m.suffix.isdigit()),
        chart=next((m for m in headline if m.measure_id == declared["chart"]), headline[0]),
        latest=latest,
        years=tuple(sorted({c.period for c in yearly})),
        areas=areas,
        companions=tuple(_companion(m, area_rows) for m in internal),
    )


def factor_lines(measure: Measure) -> list[FactorLine]:
    """Lines of a factor at its latest ended period: its total, or its parts when it has no total."""
    kind = measure.natural_period_type
    cells = [c for c in measure.cells if c.period_type == kind and c.breakdown != "bucket"]
    if any(c.is_total for c in cells):
        cells = [c for c in cells if c.is_total]
    period = latest_ended(cells)
    lines = []
    for item in (c for c in cells if c.period == period):
        same = [c for c in cells if (c.breakdown, c.breakdown_value) == (item.breakdown, item.breakdown_value)]
        valued = [c for c in same if c.status == "value" and c.period < item.period]
        last = max(valued, key=lambda c: c.period, default=None) if item.status != "value" else None
        lines.append(FactorLine(measure, item, last))
    return lines


def book(registry: Sequence[Row], city_rows: Sequence[Row], area_rows: Sequence[Row]) -> MeasureBook:
    """The page's measures from the rows of measures.sql, city_cells.sql and area_cells.sql."""
    declared = yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))
    by_id: dict[str, list[Cell]] = {}
    for row in city_rows:
        by_id.setdefault(row["measure_id"], []).append(cell(row))
    measures = {r["measure_id"]: Measure(r, tuple(by_id.get(r["measure_id"], ()))) for r in registry}
    indicators = [_indicator(item, measures, area_rows) for item in declared["indicators"]]
    bases = {item["base"] for item in declared["indicators"]}
    families = {
        name: [line for m in measures.values() if m.family == name for line in factor_lines(m)]
        for name in declared["families"]
    }
    context = tuple(
        m for m in measures.values() if m.base not in bases and m.family not in families and m.totals("year")
    )
    return MeasureBook(tuple(item for item in indicators if item), families, context)
