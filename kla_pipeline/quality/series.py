"""A series: the columns that a wide table puts side by side, as one JSON object {label: number}.

The layout hands over {label: text of the cell}; here labels become what the contract declares (codes of a list, years,
months) and texts become numbers of at least 0. One cell or label that cannot be read makes the series unreadable: a sum
over the rest would be a wrong number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from kla_pipeline.intake.dates import MONTHS
from kla_pipeline.quality.cells import DASHES, Read, clean, says_nothing, tidy
from kla_pipeline.quality.codes import CodeList, code_key
from kla_pipeline.quality.numbers import NumberKind, Style, read_number, style_of

_YEAR = re.compile(r"(?:19|20)\d{2}", re.ASCII)
Label = Callable[[str], str]


def labels_of(kind: str, code_list: CodeList | None) -> Label:
    """How the labels of a column are read. The result raises ValueError for a label that is none."""
    if kind == "year":
        return _year
    if kind == "month":
        return _month
    return (lambda text: _code(text, code_list)) if code_list else _as_written


def style_of_series(texts: Iterable[str], decimal_comma: bool) -> Style:
    """What all cells of all series of a column prove about their numbers."""
    cells: list[str] = []
    for text in texts:
        try:
            cells += [clean(cell) for cell in _cells(text).values()]
        except ValueError:
            continue
    return style_of(cells, decimal_comma)


def read_series(text: str, label_of: Label, style: Style, kind: NumberKind, dash_is_zero: bool) -> Read:
    """The series in canonical form, or None when all its cells are empty. Raises ValueError without the text."""
    values: dict[str, object] = {}
    repairs: dict[str, None] = {}
    for name, cell in _cells(text).items():
        body, done = tidy(cell)
        number, more = _number(body, style, kind, dash_is_zero)
        repairs |= dict.fromkeys((*done, *more) if body else ())
        if number is None:
            continue
        label = label_of(clean(name))
        if label in values:
            raise ValueError("two columns for one label")
        values[label] = number
    return (json.dumps(values, ensure_ascii=False) if values else None), tuple(repairs)


def _cells(text: str) -> dict[str, str]:
    """Texts by label. A cell of one JSON text is no table, so duplicates and nesting are refused."""
    try:
        raw = json.loads(text, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise ValueError("not a series")
    if any(isinstance(value, bool | list | dict) for value in raw.values()):
        raise ValueError("not a series")
    return {name: "" if value is None else str(value) for name, value in raw.items()}


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("two columns for one label")
    return dict(pairs)


def _number(text: str, style: Style, kind: NumberKind, dash_is_zero: bool) -> Read:
    if text in DASHES and dash_is_zero:
        return 0, ("dash_zero",)
    if says_nothing(text):
        return None, ("empty_mark",)
    number, repairs = read_number(text, style, kind)
    if number < 0:  # type: ignore[operator]
        raise ValueError("below zero")
    return number, repairs


def _year(text: str) -> str:
    label = text.removesuffix(".0")
    if not _YEAR.fullmatch(label):
        raise ValueError("not a year")
    return label


def _month(text: str) -> str:
    number = int(text) if text.isascii() and text.isdigit() else MONTHS.get(text.lower(), 0)
    if not 1 <= number <= 12:
        raise ValueError("not a month")
    return str(number)


def _code(text: str, code_list: CodeList | None) -> str:
    if code_list is None or code_key(text) not in code_list.lookup:
        raise ValueError("not a label of the list")
    return code_list.lookup[code_key(text)]


def _as_written(text: str) -> str:
    if not text:
        raise ValueError("no label")
    return text
