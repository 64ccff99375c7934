"""How the numbers of the audit report are written, and the geometry of its small drawings.

Here: shares with n/N, points, sentences of changes, bars as numbers for the SVG templates. Not here: colours and markup
(style.css, templates/), and any judgement: a bar says how much, never whether that is good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kla_pipeline.i18n import Speaker
from kla_pipeline.reports.audit_view import BANDS, kinds_of
from kla_pipeline.reports.figures import count
from kla_pipeline.reports.reader import Row

BAND_WIDTH = 120
# columns of a kind of change that are named; the rest are summed up
NAMED_COLUMNS = 6
_SPARK_STEP, _SPARK_BAR, _SPARK_HEIGHT = 16, 11, 30
# percent that a full bar stands for at least, so that one row in a hundred does not look like all
_SPARK_CEILING = 10.0


def share(part: int, whole: int, percent: float | None, speaker: Speaker) -> str:
    """`3/89 (3,4 %)`; the word for a nil report where there are no rows."""
    if not whole or percent is None:
        return speaker.t("report.trend.nil")
    written = speaker.t("unit.%", value=speaker.number(percent, 1))
    return f"{count(part, speaker)}/{count(whole, speaker)} ({written})"


def rejected_share(row: Row, speaker: Speaker) -> str:
    """Rejected rows of a delivery, of its data rows."""
    return share(row["rejected"], row["data_rows"], row["rejected_pct"], speaker)


def share_before(row: Row, speaker: Speaker) -> str:
    """The same of the deliveries before it together."""
    return share(row["before_rejected"], row["before_rows"], row["before_rejected_pct"], speaker)


def points(value: float, speaker: Speaker) -> str:
    """Percentage points with their sign."""
    written = speaker.number(value, 1)
    return f"+{written}" if value > 0 and not written.startswith("+") else written


def when(row: Row, speaker: Speaker) -> str:
    """The last month that a delivery covers; the day it came where no month is known."""
    month: date | None = row["last_month"]
    return speaker.month(month) if month else speaker.short_day(row["delivered_on"])


def changed(item: Row, speaker: Speaker) -> str:
    """The sentence of one kind of change."""
    cells = count(item["cells"], speaker)
    if speaker.knows("changed", item["kind"]):
        return speaker.t(f"changed.{item['kind']}", cells=cells)
    return speaker.t("report.changed.other", cells=cells, kind=speaker.word("change", item["kind"]))


def columns_of(item: Row, speaker: Speaker) -> str:
    """The columns of a change with their cells, the busiest by name."""
    columns: list[Row] = item["columns"]
    words = [
        speaker.t("report.changes.column", column=speaker.pick(c, "label"), cells=count(c["cells"], speaker))
        for c in columns[:NAMED_COLUMNS]
    ]
    if rest := columns[NAMED_COLUMNS:]:
        cells = count(sum(c["cells"] for c in rest), speaker)
        words.append(speaker.t("report.changes.more", columns=len(rest), cells=cells))
    return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Part:
    """One band of an age bar."""

    name: str
    x: float
    width: float


def band_parts(row: Row) -> list[Part]:
    """Bands of an age bar as parts of its width, those without rows left out."""
    parts, x = [], 0.0
    for name in BANDS:
        width = round(BAND_WIDTH * row[name] / row["unresolved"], 1)
        if width:
            parts.append(Part(name, round(x, 1), width))
        x += width
    return parts


@dataclass(frozen=True, slots=True)
class SparkBar:
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Spark:
    """Bars of a line's deliveries, oldest first, in the units of its viewBox."""

    bars: tuple[SparkBar, ...]
    width: int
    height: int
    base: int
    bar_width: int


def spark(rows: Sequence[Row]) -> Spark:
    """Shares rejected by delivery; the axis begins at 0 and ends at the greatest of them, at least 10 %."""
    shares = [row["rejected_pct"] or 0.0 for row in rows]
    ceiling, base = max([*shares, _SPARK_CEILING]), _SPARK_HEIGHT - 2
    bars = []
    for place, percent in enumerate(shares):
        tall = round(percent / ceiling * (base - 2), 1)
        bars.append(SparkBar(place * _SPARK_STEP + 2, round(base - tall, 1), tall))
    return Spark(tuple(bars), len(shares) * _SPARK_STEP + 2, _SPARK_HEIGHT, base, _SPARK_BAR)


def sentence(text: str) -> str:
    """A word of a command as it stands at the head of a cell: its first letter large."""
    return text[:1].upper() + text[1:]


FILTERS = {
    "sentence": sentence,
    "rejected_share": rejected_share,
    "share_before": share_before,
    "points": points,
    "when": when,
    "changed": changed,
    "columns_of": columns_of,
    "kinds_of": kinds_of,
    "band_parts": band_parts,
    "spark": spark,
}
