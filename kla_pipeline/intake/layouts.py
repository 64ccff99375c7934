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
from kla_pipeline.intake.dates import parse_date

Covers = Literal["month", "year", "since"]
_BLANKS = re.compile(r"[\s_\u200b\ufeff]+")
_FIELDS = {
    "id", "record", "mode", "columns", "ignored", "scope", "period", "export_date", "data_request_ref", "total_words",
    "footer_words", "decimal_comma", "neutral",
}  # fmt: skip
_PERIOD_FIELDS = {"covers", "found_in", "since", "fallback_column"}


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
    total_words: tuple[str, ...] = ("jumlah", "total", "grand total", "jml")
    footer_words: tuple[str, ...] = (
        "sumber", "catatan", "keterangan", "mengetahui", "nihil", "tidak ada", "dicetak", "ttd",
    )  # fmt: skip
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
    """Header text as compared: lower case; blanks, line breaks and underscores as one blank; no mark at the ends."""
    return _BLANKS.sub(" ", text.lower()).strip(" .:*")


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
        _refuse_unknown_fields(raw, _FIELDS)
        words = {name: tuple(raw[name]) for name in ("total_words", "footer_words") if name in raw}
        return Layout(
            id=raw["id"],
            agency=agency,
            record=raw["record"],
            mode=_one_of(raw["mode"], "mode", "increment", "snapshot"),  # type: ignore[arg-type]
            columns={column: tuple(names or ()) for column, names in raw["columns"].items()},
            ignored=tuple(raw.get("ignored", ())),
            scope=tuple(raw.get("scope", ())),
            period=_period(raw.get("period")),
            export_date=_patterns(raw.get("export_date")),
            data_request_ref=_patterns(raw.get("data_request_ref")),
            decimal_comma=_one_of(raw.get("decimal_comma", "false"), "decimal_comma", "true", "false") == "true",
            neutral=_one_of(raw.get("neutral", "false"), "neutral", "true", "false") == "true",
            **words,
        )
    except (KeyError, TypeError, AttributeError, ValueError, re.error) as exc:
        problem = str(exc)
    raise DeclarationError(f"Layout {path.name} of {agency} lacks or misstates {problem}.", "Correct the file.")


def _mapping(path: Path) -> dict[str, Any]:
    try:
        with path.open(encoding="utf-8") as stream:
            # every scalar is text: a column headed "No" must not become false
            raw = yaml.load(stream, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise DeclarationError(f"{path.name} is no YAML{where}.", "Correct the file.") from None
    if not isinstance(raw, dict):
        raise DeclarationError(f"{path.name} is not a mapping.", "A declaration starts with `id:`.")
    return raw


def _refuse_unknown_fields(raw: Mapping[str, Any], known: set[str]) -> None:
    """A misspelt field would be ignored silently."""
    unknown = sorted(set(raw) - known)
    if unknown:
        raise ValueError(f"fields that do not exist: {', '.join(unknown)}")


def _one_of(value: str, name: str, *allowed: str) -> str:
    if value not in allowed:
        raise ValueError(f"{name}: it is one of {', '.join(allowed)}")
    return value


def _patterns(raw: list[dict[str, str]] | None) -> tuple[Pattern, ...]:
    return tuple(_pattern(item) for item in raw or ())


def _pattern(item: dict[str, str]) -> Pattern:
    source = _one_of(item["in"], "in", "title", "file_name", "column")
    if source != "column":
        re.compile(item["pattern"])
    return Pattern(source, item["pattern"])  # type: ignore[arg-type]


def _period(raw: dict[str, Any] | None) -> Period | None:
    if raw is None:
        return None
    _refuse_unknown_fields(raw, _PERIOD_FIELDS)
    covers = _one_of(raw["covers"], "covers", "month", "year", "since")
    since = str(raw.get("since", ""))
    if covers == "since":
        parse_date(since)
    return Period(
        covers=covers,  # type: ignore[arg-type]
        found_in=_patterns(raw["found_in"]),
        since=since,
        fallback_column=raw.get("fallback_column", ""),
    )
