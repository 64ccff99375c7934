"""Which layout a header fits: contract column → where its text comes from, and the drift.

Here: one header against one layout, and the choice between layouts. Not here: where headers may stand (tables.py).
Recognition is by content: a renamed, moved or further column is drift, a missing required one no fit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.finding.headers import Header
from kla_pipeline.intake.layouts import Layout, Pattern, header_key


@dataclass(frozen=True, slots=True)
class Around:
    """Texts around a table that a layout may look at: rows above it, the sheet's and the file's name."""

    titles: tuple[str, ...] = ()
    sheet: str = ""
    file_name: str = ""

    def texts(self, source: str, header: Sequence[str]) -> Iterable[str]:
        """The texts of one kind of place."""
        places = {"title": self.titles, "sheet": (self.sheet,), "file_name": (self.file_name,), "header": header}
        return places.get(source, ())


NOTHING_AROUND = Around()
# (label, position) of the headers of a series
Labels = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """How a header fits a layout. `positions` are columns of the sheet from 0.

    `series` holds per contract column (label, position) of its many headers, `composed` per contract column header key
    → position, `found` the one text of a contract column (context, constant). `columns` are the table's first and last
    column. `renamed` says `column: header`. `confused` are headers that are not read although others of the same lowest
    part are ("Perempuan 0-12" beside "Laki-laki 0-12"): such a table would be counted by half, and does not fit.
    """

    layout: Layout
    header_row: int
    positions: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    missing_required: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    header: tuple[str, ...] = field(default=(), repr=False)
    header_rows: tuple[int, ...] = ()
    columns: tuple[int, int] = (0, 0)
    series: Mapping[str, Labels] = field(default_factory=dict)
    composed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    confused: tuple[str, ...] = ()

    @property
    def read(self) -> list[int]:
        """All columns of the sheet that this layout reads, in their order."""
        many = {position for columns in self.series.values() for _, position in columns}
        parts = {position for columns in self.composed.values() for position in columns.values()}
        return sorted({*self.positions.values(), *many, *parts})

    @property
    def names(self) -> int:
        """How many of the layout's names were found in the header."""
        return len(self.positions) + len(self.series) + len(self.composed)


def match_header(
    header: Header,
    layout: Layout,
    required: Iterable[str],
    around: Around = Around(),
    columns: tuple[int, int] = (0, -1),
) -> Match:
    """Fit of a header to a layout, within the sheet's columns `columns` (both ends; -1 means to the last).

    The first of two equal headers counts, the second is unknown.
    """
    first, last = columns[0], columns[1] if columns[1] >= 0 else len(header.parts) - 1
    inside = range(first, last + 1)
    keys = {position: header.keys[position] for position in inside}
    lowest = _unique_lowest(header, inside)
    positions = _positions(layout.aliases, keys, lowest)
    series = _series(layout, keys, set(positions.values()))
    composed = _composed(layout, keys, lowest, positions)
    known = {*positions.values(), *(p for items in series.values() for _, p in items)}
    known |= {position for items in composed.values() for position in items.values()}
    ignored = {header_key(name) for name in layout.ignored}
    unknown = [
        n
        for n in inside
        if keys[n] and n not in known and keys[n] not in ignored and header.lowest_keys[n] not in ignored
    ]
    has = {*positions, *series, *composed}
    found = _found(layout, header.texts[first : last + 1], around, has)
    missing = tuple(column for column in layout.supplied if column not in {*has, *found, layout.sections})
    required_set = set(required)
    return Match(
        layout=layout,
        header_row=header.last_row,
        positions=positions,
        unknown=tuple(header.texts[n] for n in unknown),
        missing=missing,
        missing_required=tuple(column for column in missing if column in required_set),
        renamed=_renamed(header, positions, layout),
        header=header.texts,
        header_rows=header.rows,
        columns=(first, last),
        series=series,
        composed=composed,
        found=found,
        confused=tuple(header.texts[n] for n in unknown if _is_part_of_series(header, n, layout)),
    )


def _is_part_of_series(header: Header, position: int, layout: Layout) -> bool:
    """Whether the lowest part of an unread header would by itself be a header of a series."""
    lowest = header.lowest_keys[position]
    is_parted = len(header.parts[position]) > 1
    return is_parted and any(pattern.fullmatch(lowest) for pattern in layout.series_expressions.values())


def _unique_lowest(header: Header, inside: range) -> dict[int, str]:
    """Keys of the lowest parts that no other column shares."""
    keys = {position: header.lowest_keys[position] for position in inside}
    count = Counter(keys.values())
    return {position: key for position, key in keys.items() if key and count[key] == 1}


def _positions(aliases: Mapping[str, str], keys: Mapping[int, str], lowest: Mapping[int, str]) -> dict[str, int]:
    """Contract column → position; the whole header text goes before its lowest part."""
    positions: dict[str, int] = {}
    for texts in (keys, lowest):
        taken = set(positions.values())
        for position, key in texts.items():
            column = aliases.get(key)
            if column and column not in positions and position not in taken:
                positions[column] = position
    return dict(sorted(positions.items(), key=lambda item: item[1]))


def _series(layout: Layout, keys: Mapping[int, str], taken: set[int]) -> dict[str, Labels]:
    """Per contract column the headers its expression matches in full; none where two have one label.

    Then something else tells them apart ("L", "P" below each month), and taking the first would be a wrong number.
    """
    series: dict[str, Labels] = {}
    for column, expression in layout.series_expressions.items():
        matches = {n: expression.fullmatch(key) for n, key in keys.items() if n not in taken}
        labels = [(match.group("label"), position) for position, match in matches.items() if match]
        if labels and len(dict(labels)) == len(labels):
            series[column] = tuple(labels)
    return series


def _composed(
    layout: Layout, keys: Mapping[int, str], lowest: Mapping[int, str], positions: Mapping[str, int]
) -> dict[str, dict[str, int]]:
    """Per composed column its parts; a part is a header, or a contract column under whatever name it was found."""
    places = {header_key(column): position for column, position in positions.items()}
    places |= {key: position for texts in (lowest, keys) for position, key in reversed(list(texts.items()))}
    composed: dict[str, dict[str, int]] = {}
    for column in layout.compose:
        names = layout.composed_of(column)
        if all(name in places for name in names):
            composed[column] = {name: places[name] for name in names}
    return composed


def _found(layout: Layout, texts: Sequence[str], around: Around, has: set[str]) -> dict[str, str]:
    """Context and constants of the columns that the header does not have; context goes before constants."""
    found: dict[str, str] = {}
    for column, patterns in layout.context.items():
        value = first_value(patterns, around, texts) if column not in has else ""
        if value:
            found[column] = value
    return found | {
        column: text for column, text in layout.constants.items() if column not in has and column not in found
    }


def first_value(patterns: Iterable[Pattern], around: Around, header: Sequence[str]) -> str:
    """What the first expression that matches anywhere in its place found as `value`."""
    for item in patterns:
        for text in around.texts(item.source, header):
            match = re.search(item.pattern, text, re.IGNORECASE)
            if match and (match.group("value") or "").strip():
                return match.group("value").strip()
    return ""


def _renamed(header: Header, positions: Mapping[str, int], layout: Layout) -> tuple[str, ...]:
    """Columns found under another name than the layout's first one, as `column: header`."""
    return tuple(
        f"{column}: {header.texts[position]}"
        for column, position in positions.items()
        if (names := layout.columns[column])
        and header_key(names[0]) not in (header.keys[position], header.lowest_keys[position])
    )


def is_near(match: Match, required: Sequence[str]) -> bool:
    """Clearly meant to be this layout: most of its columns and of its required ones are there."""
    present = len(required) - len(match.missing_required)
    wanted = len(match.layout.columns) + len(match.layout.series) + len(match.layout.compose)
    return present * 2 >= len(required) and match.names * 2 > wanted


def choose(fitting: Sequence[Match]) -> Match:
    """The layout that explains most headers; two that explain them equally well are ambiguous, no silent choice.

    Raises DeliveryRefused (`ambiguous_layout`).
    """

    def left_over(match: Match) -> tuple[int, int, int]:
        return len(match.unknown), len(match.missing), -len(match.read)

    ranked = sorted(fitting, key=lambda m: (*left_over(m), -m.names, m.layout.id))
    if len(ranked) > 1:
        first, second = ranked[0], ranked[1]
        if left_over(first) == left_over(second):
            raise DeliveryRefused(
                "ambiguous_layout",
                f"The header fits the layouts {first.layout.id} and {second.layout.id} equally well.",
                "Nothing in the file need be changed: pass it to whoever keeps the layouts, who tells them apart, for "
                "instance by a required column that only `context` can fill.",
                {"layouts": [first.layout.id, second.layout.id]},
            )
    return ranked[0]


def refuse_missing(near: Sequence[Match]) -> DeliveryRefused:
    """The refusal of a file that looks like a layout but lacks what it must have, or holds more than it knows."""
    match = min(near, key=lambda m: (len(m.missing_required), len(m.confused), m.layout.id))
    if not match.missing_required:
        return _refuse_confused(match)
    names = ", ".join(f"“{(match.layout.columns.get(c) or (c,))[0]}”" for c in match.missing_required)
    return DeliveryRefused(
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


def _refuse_confused(match: Match) -> DeliveryRefused:
    names = ", ".join(f"“{name}”" for name in match.confused)
    return DeliveryRefused(
        "unknown_layout",
        f"The table looks like {match.layout.id}, which does not tell {names} from the columns it reads.",
        "Add these headers to the layout, or to its `ignored`; or add a layout for tables of this kind.",
        {"layout": match.layout.id, "confused": list(match.confused), "header_row": match.header_row},
    )
