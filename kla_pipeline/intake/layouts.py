"""Layouts: what an agency's exports look like, as data: the model and its YAML.

Not here: which table of a file fits a layout (matching.py), finding rows inside a sheet (tables.py), what an expression
may be (expressions.py), and what a valid value is (the contract). A layout file is one table of one export generation;
generations live side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml

from kla_pipeline.errors import DeclarationError
from kla_pipeline.intake.dates import FIRST_YEAR, parse_date
from kla_pipeline.intake.matching.expressions import DATE_GROUPS, SOURCES, Pattern, check_expression, read_patterns

Covers = Literal["month", "year", "years", "since"]
TOTAL_WORDS = ("jumlah", "total", "grand total", "jml")
FOOTER_WORDS = ("sumber", "catatan", "keterangan", "mengetahui", "nihil", "tidak ada", "dicetak", "ttd")
_BLANKS = re.compile(r"[\s_\u200b\ufeff]+")
_HEADER_NAME = re.compile(r"\{([^{}]+)\}")
_FIELDS = {
    "id", "record", "mode", "columns", "ignored", "scope", "period", "export_date", "data_request_ref", "total_words",
    "footer_words", "decimal_comma", "neutral", "sections", "series", "context", "constants", "compose", "totals",
    "two_digit_years", "serial_dates", "dash", "precedence", "repeat",
}  # fmt: skip
_PERIOD_FIELDS = {"covers", "found_in", "since", "fallback_column"}
_NEEDED = ("id", "record", "mode", "columns")


@dataclass(frozen=True, slots=True)
class Period:
    """How the period is known: first source that matches wins; `covers` says what the found date stands for.

    `years` is for a table with a column of years: it speaks for every year from the first to the last one in it.
    """

    covers: Covers
    found_in: tuple[Pattern, ...]
    since: str = ""
    fallback_column: str = ""


@dataclass(frozen=True)
class Layout:
    """One table of one export generation.

    A contract column gets its text from `columns` (headers by name), `series` (many headers by expression), `compose`
    (several headers put together), `sections` (rows that qualify those below), `context` (one text found around the
    table) or `constants`; of several the first in this order that the export has.
    """

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
    total_words: tuple[str, ...] = TOTAL_WORDS
    footer_words: tuple[str, ...] = FOOTER_WORDS
    decimal_comma: bool = False
    neutral: bool = False
    sections: str = ""
    series: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    compose: Mapping[str, str] = field(default_factory=dict)
    totals_by_sum: bool = False
    two_digit_years: int | None = None
    serial_dates: Literal["1900", "1904", "none"] = "1900"
    dash: Literal["zero", "empty"] = "empty"
    precedence: int = 0
    repeat_first: bool = False
    # where it was read from, as its source folder sees it: for people
    file: str = field(default="", compare=False)

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Normalised header text → contract column."""
        table = {header_key(alias): column for column, names in self.columns.items() for alias in names}
        for column in self.columns:
            table.setdefault(header_key(column), column)
        return table

    @cached_property
    def series_expressions(self) -> Mapping[str, re.Pattern[str]]:
        """Contract column → expression over the header key of one of its many headers."""
        return {column: re.compile(pattern, re.IGNORECASE) for column, pattern in self.series.items()}

    def composed_of(self, column: str) -> list[str]:
        """Keys of the headers that a composed column is made of."""
        return [header_key(name) for name in _HEADER_NAME.findall(self.compose[column])]

    def compose_text(self, column: str, cells: Mapping[str, str]) -> str:
        """The composed text from cells by header key; empty when all of them are."""
        if not any(cells.values()):
            return ""
        return _HEADER_NAME.sub(lambda name: cells[header_key(name.group(1))], self.compose[column])

    @property
    def supplied(self) -> tuple[str, ...]:
        """Contract columns that this layout can fill, each once, in the order of the fields."""
        names = [*self.columns, *self.series, *self.compose, *([self.sections] if self.sections else [])]
        return tuple(dict.fromkeys([*names, *self.context, *self.constants]))


def header_key(text: str) -> str:
    """Header text as compared: lower case; blanks, line breaks and underscores as one blank; no mark at the ends."""
    return _BLANKS.sub(" ", text.lower()).strip(" .:*")


def load_layout(path: Path, agency: str) -> Layout:
    """One layout from YAML. Raises DeclarationError naming the file and the field."""
    where = _place(path)
    raw = _mapping(path, where)
    try:
        return _layout(raw, agency, where)
    except KeyError as exc:
        problem = f"the field {exc} is missing"
    except ValueError as exc:
        problem = str(exc)
    raise DeclarationError(f"Layout {where}: {problem}.", "Correct the file.")


def _place(path: Path) -> str:
    """The path from the source folder on: agency/layouts/name.yaml."""
    return "/".join(path.parts[-3:]) if path.parent.name == "layouts" else path.name


def _layout(raw: Mapping[str, Any], agency: str, where: str) -> Layout:
    _refuse_unknown_fields(raw, _FIELDS)
    needed = {name: raw[name] for name in _NEEDED}
    return Layout(
        id=_text("id", needed["id"]),
        agency=agency,
        record=_text("record", needed["record"]),
        mode=_one_of("mode", needed["mode"], "increment", "snapshot"),  # type: ignore[arg-type]
        columns=_columns("columns", needed["columns"]),
        totals_by_sum=_totals(raw.get("totals")),
        repeat_first=_one_of("repeat", raw.get("repeat", "all"), "first", "all") == "first",
        file=where,
        **{name: _READERS[name](name, value) for name, value in raw.items() if name in _READERS},
    )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name}: it is one text")
    return value


def _words(name: str, value: Any) -> tuple[str, ...]:
    """A list of texts. A single text is refused: its letters would be taken for the list."""
    if not isinstance(value or [], list) or any(not isinstance(text, str) for text in value or ()):
        raise ValueError(f"{name}: it is a list of texts in [ ]")
    return tuple(value or ())


def _keyed(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value or {}, dict):
        raise ValueError(f"{name}: it says something of each column, as `column: …`")
    return value or {}


def _columns(name: str, value: Any) -> dict[str, tuple[str, ...]]:
    return {column: _words(f"{name}.{column}", names) for column, names in _keyed(name, value).items()}


def _texts(name: str, value: Any) -> dict[str, str]:
    if any(not isinstance(text, str) for text in _keyed(name, value).values()):
        raise ValueError(f"{name}: each column has one text")
    return dict(_keyed(name, value))


def _series(name: str, value: Any) -> dict[str, str]:
    return {c: check_expression(f"{name}.{c}", text, [("label",)]) for c, text in _texts(name, value).items()}


def _compose(name: str, value: Any) -> dict[str, str]:
    if any(not _HEADER_NAME.search(template) for template in _texts(name, value).values()):
        raise ValueError(f"{name}: a template holds headers in braces")
    return _texts(name, value)


def _context(name: str, value: Any) -> dict[str, tuple[Pattern, ...]]:
    around = [source for source in SOURCES if source != "column"]
    items = _keyed(name, value).items()
    return {column: read_patterns(f"{name}.{column}", raw, [("value",)], around) for column, raw in items}


def _totals(raw: Any) -> bool:
    if raw is None:
        return False
    _refuse_unknown_fields(_keyed("totals", raw), {"by_sum"}, "totals: ")
    return _flag("totals.by_sum", raw["by_sum"])


def _flag(name: str, value: str) -> bool:
    return _one_of(name, value, "true", "false") == "true"


def _year(name: str, value: str) -> int:
    if not re.fullmatch(r"\d{4}", str(value)) or int(value) < FIRST_YEAR:
        raise ValueError(f"{name}: the first year of the hundred")
    return int(value)


def _integer(name: str, value: str) -> int:
    if not re.fullmatch(r"-?\d+", str(value)):
        raise ValueError(f"{name}: a whole number")
    return int(value)


def _mapping(path: Path, name: str) -> dict[str, Any]:
    try:
        with path.open(encoding="utf-8") as stream:
            # every scalar is text: a column headed "No" must not become false
            raw = yaml.load(stream, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except UnicodeDecodeError:
        raise DeclarationError(f"Layout {name} is no UTF-8 text.", "Save it as UTF-8.") from None
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise DeclarationError(f"Layout {name} is no YAML{where}.", "Correct the file.") from None
    if not isinstance(raw, dict):
        raise DeclarationError(f"Layout {name} is not a mapping.", "A declaration starts with `id:`.")
    return raw


def _refuse_unknown_fields(raw: Mapping[str, Any], known: set[str], before: str = "") -> None:
    """A misspelt field would be ignored silently."""
    unknown = sorted(set(raw) - known)
    if unknown:
        raise ValueError(f"{before}it has fields that do not exist: {', '.join(unknown)}")


def _one_of(name: str, value: Any, *allowed: str) -> str:
    if value not in allowed:
        raise ValueError(f"{name}: it is one of {', '.join(allowed)}")
    return value


def _dates(name: str, raw: Any) -> tuple[Pattern, ...]:
    return read_patterns(name, raw, DATE_GROUPS)


def _period(name: str, raw: Any) -> Period:
    _refuse_unknown_fields(_keyed(name, raw), _PERIOD_FIELDS, f"{name}: ")
    if missing := [part for part in ("covers", "found_in") if part not in _keyed(name, raw)]:
        raise ValueError(f"{name}: the field {missing[0]} is missing")
    covers = _one_of(f"{name}.covers", raw["covers"], "month", "year", "years", "since")
    since = str(raw.get("since", ""))
    if covers == "since" and not _is_date(since):
        raise ValueError(f"{name}.since: it is not a date, which `covers: since` needs")
    return Period(
        covers=covers,  # type: ignore[arg-type]
        found_in=_dates(f"{name}.found_in", raw["found_in"]),
        since=since,
        fallback_column=raw.get("fallback_column", ""),
    )


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


# fields that may be left out; their defaults stand in the model
_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "ignored": _words,
    "scope": _words,
    "total_words": _words,
    "footer_words": _words,
    "period": _period,
    "export_date": _dates,
    "data_request_ref": read_patterns,
    "decimal_comma": _flag,
    "neutral": _flag,
    "sections": lambda name, value: _texts(name, {"": value})[""],
    "series": _series,
    "context": _context,
    "constants": _texts,
    "compose": _compose,
    "two_digit_years": _year,
    "serial_dates": lambda name, value: _one_of(name, value, "1900", "1904", "none"),
    "dash": lambda name, value: _one_of(name, value, "zero", "empty"),
    "precedence": _integer,
}
