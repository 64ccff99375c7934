"""A row that breaks a rule and one that keeps it, made from the one good row of the record's rules file.

What a rule's entry gives as `bad` or `good` comes first; for rules that follow from a column's kind the example follows
from it too. An example shows the columns of its rule and those that were changed; laid over the good row it is whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from kla_pipeline.quality.catalogue import code_list_of
from kla_pipeline.quality.contract import Column, RecordType
from kla_pipeline.quality.rule_texts import Row, RuleText

_UNREADABLE = {
    "text": "#N/A",
    "int": "dua",
    "decimal": "banyak",
    "bool": "mungkin",
    "date": "31/02/2024",
    "timestamp": "kapan",
    "nik": "123",
    "money": "banyak",
    "time": "kapan",
}
_READABLE = {"text": "contoh", "int": "1", "decimal": "1", "money": "1000000", "bool": "Ya", "time": "13.45"}
_UNKNOWN = "bukan dari daftar"
_FAR = "2099"
_OTHER_SEX = {"L": "P", "P": "L"}
# more columns than this hide the one that matters
_MOST_SHOWN = 5

Changes = tuple[dict[str, str], ...]


def examples_of(record: RecordType, text: RuleText) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Rows that break the rule and rows that keep it; none where the record's rules file has no good row."""
    row = record.sheet.row
    if not row:
        return (), ()
    bad, good = _changes(record, text, row)
    bad, good = _given(text.bad) or bad, _given(text.good) or good
    changed = {name for change in (*bad, *good) for name in change}
    columns = [name for name in text.columns if len(text.columns) <= _MOST_SHOWN or name in changed]
    shown = [*columns, *sorted(changed - set(columns))]
    return tuple(_shown(row, change, shown) for change in bad), tuple(_shown(row, change, shown) for change in good)


def _given(rows: tuple[Row, ...]) -> Changes:
    return tuple(dict(row) for row in rows)


def _shown(row: Row, change: Row, columns: list[str]) -> Row:
    """A row of another record is shown as far as it says; the rest is that record's own good row."""
    if "_record" in change:
        return change
    return {name: change.get(name, row.get(name, "")) for name in columns if name[0] != "_" or name in change}


def _changes(record: RecordType, text: RuleText, row: Row) -> tuple[Changes, Changes]:
    if text.name in _OF_TABLE:
        return _OF_TABLE[text.name](record, row)
    if text.name in _OF_COLUMN and len(text.columns) == 1:
        name = text.columns[0]
        good = {} if row.get(name) else {name: _readable(record.columns[name], row)}
        return (_OF_COLUMN[text.name](record, name, row) | _emptied(record, name),), (good,)
    return (), ({},)


def _emptied(record: RecordType, name: str) -> dict[str, str]:
    """Places that lie within a changed one would break their own rules."""
    inside = [
        other for other, column in record.columns.items() if column.within == name and other not in record.required
    ]
    return {place: "" for other in inside for place in (other, *_emptied(record, other))}


def _readable(column: Column, row: Row) -> str:
    """Some text that a column takes. Dates are those of the row, so that they fit each other."""
    if column.kind in ("code", "multi"):
        known = code_list_of(column.code_list)
        return known.labels[known.codes[0]][0]
    if column.kind == "date":
        return max((text for text in row.values() if re.fullmatch(r"\d\d/\d\d/\d{4}", text)), key=_by_day, default="")
    return _READABLE.get(column.kind, "")


def _by_day(text: str) -> str:
    return text[6:] + text[3:5] + text[:2]


def _type(record: RecordType, name: str, row: Row) -> dict[str, str]:
    kind = record.columns[name].kind
    if kind == "series":
        return {name: json.dumps({next(iter(json.loads(row.get(name) or '{"1": ""}'))): "banyak"})}
    return {name: _UNREADABLE[kind]}


def _limit(step: int, statistic: str) -> Callable[[RecordType, str, Row], dict[str, str]]:
    def change(record: RecordType, name: str, _row: Row) -> dict[str, str]:
        for check in record.model.to_schema().columns[name].checks or ():
            if statistic in check.statistics:
                beyond = 0 if check.name in ("greater_than", "less_than") else step
                return {name: str(check.statistics[statistic] + beyond)}
        return {}

    return change


def _future_date(record: RecordType, row: Row) -> tuple[Changes, Changes]:
    dates = [name for name, column in record.columns.items() if column.kind in ("date", "timestamp") and row.get(name)]
    if not dates:
        return (), ()
    return ({dates[-1]: re.sub(r"\d{4}", _FAR, row[dates[-1]])},), ({dates[-1]: row[dates[-1]]},)


def _nik_birth_mismatch(_record: RecordType, row: Row) -> tuple[Changes, Changes]:
    day = int(row["birth_date"][:2])
    return ({"birth_date": f"{day + 1 if day < 28 else day - 1:02d}{row['birth_date'][2:]}"},), ({},)


def _nik_sex_mismatch(_record: RecordType, row: Row) -> tuple[Changes, Changes]:
    return ({"sex": _OTHER_SEX[row["sex"]]},), ({},)


def _uneven_row(_record: RecordType, _row: Row) -> tuple[Changes, Changes]:
    return ({"_beyond": "sel lebih"},), ({"_beyond": ""},)


def _another(record: RecordType, row: Row) -> dict[str, str]:
    """Another valid content in a column that is no key."""
    checks = record.model.to_schema().columns
    columns = [name for name in record.columns if name not in record.key and row.get(name)]
    free = [name for name in columns if record.columns[name].kind != "text" or not checks[name].checks]
    for kind, other in _OTHER.items():
        for name in free:
            if record.columns[name].kind == kind:
                return {name: other(row[name])}
    return {}


def _duplicate_of_row(record: RecordType, row: Row) -> tuple[Changes, Changes]:
    key = {record.key[0]: row[record.key[0]]}
    return (key, key), (key,)


def _conflicting_key(record: RecordType, row: Row) -> tuple[Changes, Changes]:
    other = _another(record, row)
    same = {name: row[name] for name in other}
    return (same, other), (same,)


def _possible_duplicate(record: RecordType, row: Row) -> tuple[Changes, Changes]:
    key = record.key[-1]
    return ({key: row[key]}, {key: row[key] + "7"}), ({key: row[key]},)


_OTHER: dict[str, Callable[[str], str]] = {
    "text": lambda text: f"{text} lain",
    "int": lambda text: str(int(text) + 1),
    "series": lambda text: json.dumps(dict.fromkeys(json.loads(text), "977")),
    "bool": lambda text: "Tidak" if text == "Ya" else "Ya",
}
_OF_COLUMN: dict[str, Callable[[RecordType, str, Row], dict[str, str]]] = {
    "required": lambda _record, name, _row: {name: ""},
    "type": _type,
    "code": lambda _record, name, _row: {name: _UNKNOWN},
    "pattern": lambda _record, name, _row: {name: _UNKNOWN},
    "min": _limit(-1, "min_value"),
    "max": _limit(1, "max_value"),
}
_OF_TABLE: dict[str, Callable[[RecordType, Row], tuple[Any, Any]]] = {
    "uneven_row": _uneven_row,
    "future_date": _future_date,
    "nik_birth_mismatch": _nik_birth_mismatch,
    "nik_sex_mismatch": _nik_sex_mismatch,
    "duplicate_of_row": _duplicate_of_row,
    "conflicting_key": _conflicting_key,
    "possible_duplicate": _possible_duplicate,
}
