"""Layouts: what an agency's exports look like, as data, and which table of a file fits which layout.

Here: the YAML model and matching by header. Not here: finding rows inside a sheet (tables.py) and what a valid value
is (the contract). A layout file is one table of one export generation; generations live side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from kla_pipeline.errors import DeclarationError

Covers = Literal["month", "year", "since"]
_BLANKS = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where a date or word stands (`title`, `file_name` or `column`) and the expression that finds it."""

    source: Literal["title", "file_name", "column"]
    pattern: str


@dataclass(frozen=True, slots=True)
class Period:
    """How the period is known: first source that matches wins; `covers` says what the found date stands for."""

    covers: Covers
    found_in: tuple[Pattern, ...]
    since: str = ""
    fallback_column: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One table of one export generation."""

    id: str
    agency: str
    record: str
    mode: Literal["increment", "snapshot"]
    columns: Mapping[str, tuple[str, ...]]
    ignored: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    period: Period | None = None
    export_date: tuple[Pattern, ...] = ()
    data_request_ref: tuple[Pattern, ...] = ()
    total_words: tuple[str, ...] = ("jumlah", "total", "grand total")
    footer_words: tuple[str, ...] = ("sumber", "catatan", "keterangan:")
    decimal_comma: bool = False
    neutral: bool = False

    def aliases(self) -> dict[str, str]:
        """Normalised header text → contract column."""
        table = {header_key(alias): column for column, names in self.columns.items() for alias in names}
        for column in self.columns:
            table.setdefault(header_key(column), column)
        return table


@dataclass(frozen=True, slots=True)
class Match:
    """How a header row fits a layout: contract column → position, and the drift."""

    layout: Layout
    header_row: int
    positions: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    missing_required: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    header: tuple[str, ...] = field(default=(), repr=False)


def header_key(text: str) -> str:
    """Header text as compared: lower case, blanks and underscores as one blank, newlines too."""
    return _BLANKS.sub(" ", text.strip().lower()).strip(" .:")


def match_header(cells: list[str], row: int, layout: Layout, required: Iterable[str]) -> Match:
    """Fit of one row of cells to a layout. The first of two equal headers counts, the second is unknown."""
    aliases = layout.aliases()
    known_ignored = {header_key(name) for name in layout.ignored}
    positions: dict[str, int] = {}
    unknown: list[str] = []
    for position, cell in enumerate(cells):
        key = header_key(cell)
        column = aliases.get(key)
        if column and column not in positions:
            positions[column] = position
        elif key and key not in known_ignored:
            unknown.append(cell.strip())
    missing = tuple(column for column in layout.columns if column not in positions)
    required_set = set(required)
    return Match(
        layout,
        row,
        positions,
        tuple(unknown),
        missing,
        tuple(column for column in missing if column in required_set),
        _renamed(cells, positions, layout),
        tuple(cells),
    )


def _renamed(cells: list[str], positions: Mapping[str, int], layout: Layout) -> tuple[str, ...]:
    """Columns found under another name than the layout's first one, as `column: header`."""
    found = ((column, cells[position].strip()) for column, position in positions.items())
    return tuple(
        f"{column}: {name}"
        for column, name in found
        if layout.columns[column] and header_key(layout.columns[column][0]) != header_key(name)
    )


def load_layout(path: Path, agency: str) -> Layout:
    """One layout from YAML. Raises DeclarationError naming the file and the field."""
    raw = _mapping(path)
    try:
        return Layout(
            id=raw["id"],
            agency=agency,
            record=raw["record"],
            mode=raw["mode"],
            columns={column: tuple(names or ()) for column, names in raw["columns"].items()},
            ignored=tuple(raw.get("ignored", ())),
            scope=tuple(raw.get("scope", ())),
            period=_period(raw.get("period")),
            export_date=_patterns(raw.get("export_date")),
            data_request_ref=_patterns(raw.get("data_request_ref")),
            decimal_comma=raw.get("decimal_comma") == "true",
            neutral=raw.get("neutral") == "true",
        )
    except (KeyError, TypeError, AttributeError) as exc:
        problem = str(exc)
    raise DeclarationError(f"Layout {path.name} of {agency} lacks or misstates {problem}.", "Correct the file.")


def _mapping(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as stream:
        # every scalar is text: a column headed "No" must not become false
        raw = yaml.load(stream, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    if not isinstance(raw, dict):
        raise DeclarationError(f"{path.name} is not a mapping.", "A declaration starts with `id:`.")
    return raw


def _patterns(raw: list[dict[str, str]] | None) -> tuple[Pattern, ...]:
    return tuple(Pattern(item["in"], item.get("pattern", "")) for item in raw or ())  # type: ignore[arg-type]


def _period(raw: dict[str, Any] | None) -> Period | None:
    if raw is None:
        return None
    return Period(
        covers=raw["covers"],
        found_in=_patterns(raw["found_in"]),
        since=str(raw.get("since", "")),
        fallback_column=raw.get("fallback_column", ""),
    )
