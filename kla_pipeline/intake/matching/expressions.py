"""Expressions of a layout: where a text stands, what finds it, and which named groups it must have.

Here: reading them from a declaration, so that a wrong one is told when it is loaded and not when a file is judged. Not
here: the other fields of a layout (layouts.py) and the searching (matching.py, quality/periods.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

Source = Literal["title", "sheet", "file_name", "header", "column"]
SOURCES = ("title", "sheet", "file_name", "header", "column")
# the sets of named groups that say a date; (year, month) with a month by number or name
DATE_GROUPS = (("date",), ("y", "m", "d"), ("year", "month"), ("year",))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where a date or word stands, and the expression that finds it; for `column` the name of a contract column."""

    source: Source
    pattern: str


def check_expression(field: str, pattern: Any, allowed: Sequence[Sequence[str]] = ()) -> str:
    """The expression itself, when it can be compiled and its named groups are one of the `allowed` sets (empty: any).

    Raises ValueError naming the field.
    """
    if not isinstance(pattern, str):
        raise ValueError(f"{field}: an expression is a text")
    try:
        groups = set(re.compile(pattern).groupindex)
    except re.error as exc:
        problem = str(exc)
    else:
        if allowed and not any(groups == set(names) for names in allowed):
            raise ValueError(f"{field}: {_named(groups)}; an expression here names {_any_of(allowed)}")
        return pattern
    raise ValueError(f"{field}: the expression {pattern!r} is wrong ({problem})")


def read_patterns(
    field: str, raw: Any, allowed: Sequence[Sequence[str]] = (), sources: Sequence[str] = SOURCES
) -> tuple[Pattern, ...]:
    """A list of `{in, pattern}`. Raises ValueError naming the field."""
    if not isinstance(raw or [], list):
        raise ValueError(f"{field}: it is a list of {{in, pattern}}")
    return tuple(_pattern(field, item, allowed, sources) for item in raw or ())


def _pattern(field: str, item: Any, allowed: Sequence[Sequence[str]], sources: Sequence[str]) -> Pattern:
    if not isinstance(item, dict) or set(item) != {"in", "pattern"}:
        raise ValueError(f"{field}: each item has `in` and `pattern` and nothing else")
    source, pattern = item["in"], item["pattern"]
    if source not in sources:
        raise ValueError(f"{field}: in: it is one of {', '.join(sources)}")
    if source != "column":
        check_expression(field, pattern, allowed)
    return Pattern(cast(Source, source), pattern)


def _named(groups: set[str]) -> str:
    return f"the group {_written(sorted(groups))} is not known here" if groups else "the expression names no group"


def _written(names: Sequence[str]) -> str:
    return "".join(f"(?P<{name}>…)" for name in names)


def _any_of(allowed: Sequence[Sequence[str]]) -> str:
    *others, last = [_written(names) for names in allowed]
    return f"{', '.join(others)} or {last}" if others else last
