"""A contract turned into one verdict per row and rule, by calling pandera's own `Check` objects.

`schema.validate(lazy=True)` with `drop_invalid_rows` is not used for the split: it is slow on bad files, reports one
record per column of a frame check and names no row for a check that raises. Calling the checks costs the same on a
terrible file as on a good one and gives a matrix of rows and rules. The property test holds both to the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import pandera.pandas as pa

from kla_pipeline.errors import DeclarationError, DeliveryRefused
from kla_pipeline.quality.contract import Column, RecordType, Severity
from kla_pipeline.quality.kinds import PLACE_KINDS

# how a built-in check's name appears in a rule id
ENDINGS = {
    "isin": "code",
    "str_matches": "pattern",
    "greater_than_or_equal_to": "min",
    "greater_than": "min",
    "less_than_or_equal_to": "max",
    "less_than": "max",
}
_CODE_KINDS = {"multi", *PLACE_KINDS}
# raw text of the cells of a row that could not be read as their kind
UNREAD = "_unread"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Verdict of one rule over a frame: `failed` is one boolean per row."""

    rule: str
    severity: Severity
    scope: str
    columns: tuple[str, ...]
    failed: np.ndarray


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule of scope row, ready to run: `verdict(frame)` gives one boolean per row that breaks it."""

    rule: str
    severity: Severity
    scope: str
    columns: tuple[str, ...]
    verdict: Callable[[pd.DataFrame], np.ndarray]


def row_rules(record: RecordType) -> list[RowRule]:
    """All rules of scope row: null, range, pattern, code list per column, then the cross-column rules."""
    schema = record.model.to_schema()
    _refuse_unsupported(schema)
    runs: list[RowRule] = []
    for name, column in schema.columns.items():
        meta: Column = (column.metadata or {})["kla"]
        if not column.nullable:
            runs.append(RowRule(f"{record.record}.{name}.required", "reject", "row", (name,), _is_null(name)))
        for check in column.checks or ():
            ending = "code" if meta.kind in _CODE_KINDS else ENDINGS[check.name]
            runs.append(
                RowRule(
                    f"{record.record}.{name}.{ending}",
                    meta.severity(ending),
                    "row",
                    (name,),
                    _column_verdict(check, name),
                )
            )
    texts = {text.id: text for text in record.rules}
    for check in schema.checks or ():
        text = texts[check.name]
        runs.append(RowRule(f"{record.record}.{check.name}", text.severity, "row", text.columns, _frame_verdict(check)))
    return runs + _generic_rules(record)


def judge_rows(record: RecordType, frame: pd.DataFrame, runs: list[RowRule]) -> list[Outcome]:
    """Verdicts of the row rules over a frame of typed columns plus `_received_on`.

    Raises DeliveryRefused (`rule_did_not_run`) when a rule raises: a rule that did not run judged nobody.
    """
    if not isinstance(frame.index, pd.RangeIndex):
        raise DeclarationError("A frame to judge needs a plain index.", "Reset it first.")
    outcomes = []
    for run in runs:
        try:
            failed = run.verdict(frame)
        except Exception as exc:  # the rule is ours, the message may quote the agency's value
            kind = type(exc).__name__
            failed = None
        if failed is None:
            raise DeliveryRefused(
                "rule_did_not_run",
                f"The rule {run.rule} could not be judged ({kind}).",
                "This is an error of the rule, not of the file: report it; the file loads once the rule is mended.",
                {"rule": run.rule},
            )
        outcomes.append(Outcome(run.rule, run.severity, run.scope, run.columns, failed))
    return outcomes


def judge_delivery(record: RecordType, frame: pd.DataFrame) -> list[Outcome]:
    """Rules over all rows of a table: identical rows, one key with several contents, near duplicates.

    All copies of a conflicting key are rejected, also when one of them breaks another rule: which one is true would be
    a guess. Rows without a complete key are left to the `required` rules. A column `_unread` of `frame`, where there
    is one, tells apart rows that look alike only because a cell could not be read.
    """
    columns = list(record.columns)
    key = record.key
    body: pd.DataFrame = frame[[*columns, *(name for name in (UNREAD,) if name in frame.columns)]]
    same = _repeats(body)
    complete = ~_any_null(frame[key]) if key else np.zeros(len(frame), bool)
    distinct: pd.DataFrame = body[complete & ~same]
    conflicting_keys: pd.DataFrame = distinct[_repeats(distinct, key, keep=False)][key]
    conflict = _is_member(frame[key], conflicting_keys) & complete & ~same
    outcomes = [
        Outcome(f"{record.record}.duplicate_of_row", "reject", "delivery", tuple(key), same),
        Outcome(f"{record.record}.conflicting_key", "reject", "delivery", tuple(key), conflict),
    ]
    if record.warn_near_duplicates:
        rest = [name for name in columns if name not in key]
        near = _repeats(body, rest) & ~same
        outcomes.append(Outcome(f"{record.record}.possible_duplicate", "warn", "delivery", tuple(rest), near))
    return outcomes


def _repeats(frame: pd.DataFrame, by: list[str] | None = None, keep: Literal["first", False] = "first") -> np.ndarray:
    """Rows that repeat an earlier one (`first`) or any other one (`False`) in the columns `by`."""
    return np.asarray(frame.duplicated(by, keep=keep), dtype=bool)


def _any_null(frame: pd.DataFrame) -> np.ndarray:
    return np.logical_or.reduce(np.asarray(frame.isna(), dtype=bool), axis=1)


def _is_member(rows: pd.DataFrame, members: pd.DataFrame) -> np.ndarray:
    if members.empty:
        return np.zeros(len(rows), bool)
    return pd.MultiIndex.from_frame(rows).isin(pd.MultiIndex.from_frame(members.drop_duplicates()))


def _refuse_unsupported(schema: Any) -> None:
    """The engine covers a part of pandera; a contract that uses more would silently not be judged by it."""
    for name, column in schema.columns.items():
        if column.unique or column.parsers or any(check.groupby is not None for check in column.checks):
            raise DeclarationError(f"Column {name} uses unique, parsers or groupby, which are not judged here.", "")
        unknown = [check.name for check in column.checks if check.name not in ENDINGS]
        if unknown:
            raise DeclarationError(f"Column {name} uses the checks {unknown}, which have no rule id.", "Use @rule.")
    if schema.unique or schema.parsers or schema.strict:
        raise DeclarationError("A contract uses unique, parsers or strict, which are not judged here.", "")


def _is_null(name: str) -> Callable[[pd.DataFrame], np.ndarray]:
    return lambda frame: frame[name].isna().to_numpy(dtype=bool)


def _column_verdict(check: pa.Check, name: str) -> Callable[[pd.DataFrame], np.ndarray]:
    # pandera drops nulls before a column check, so its output may be shorter than the frame
    return lambda frame: _verdict(check(frame[name]).check_output, frame.index)


def _frame_verdict(check: pa.Check) -> Callable[[pd.DataFrame], np.ndarray]:
    return lambda frame: _verdict(check(frame).check_output, frame.index)


def _verdict(output: Any, index: pd.Index) -> np.ndarray:
    if isinstance(output, bool | np.bool_):
        return np.full(len(index), not output)
    held = output.reindex(index, fill_value=True).astype("boolean")
    return ~held.fillna(False).to_numpy(dtype=bool)  # an unknown verdict is a failure, never a pass


def _generic_rules(record: RecordType) -> list[RowRule]:
    """Rules that follow from the kinds of a contract's columns: no date in the future, NIK against date and sex."""
    columns = record.columns
    dates = tuple(name for name, column in columns.items() if column.kind in ("date", "timestamp"))
    dates = tuple(name for name in dates if not name.startswith("valid_"))
    runs = []
    if dates:
        runs.append(RowRule(f"{record.record}.future_date", "reject", "row", dates, _future(dates)))
    if "nik" in columns and "birth_date" in columns:
        runs.append(
            RowRule(f"{record.record}.nik_birth_mismatch", "warn", "row", ("nik", "birth_date"), _nik_birth_mismatch)
        )
    if "nik" in columns and "sex" in columns:
        runs.append(RowRule(f"{record.record}.nik_sex_mismatch", "warn", "row", ("nik", "sex"), _nik_sex_mismatch))
    return runs


def _future(dates: tuple[str, ...]) -> Callable[[pd.DataFrame], np.ndarray]:
    def verdict(frame: pd.DataFrame) -> np.ndarray:
        limit = frame["_received_on"] + pd.Timedelta(days=1)  # the day itself is not the future
        late = [(frame[name] >= limit).fillna(False).to_numpy(dtype=bool) for name in dates]
        return np.logical_or.reduce(late)

    return verdict


def _nik_part(frame: pd.DataFrame, start: int) -> np.ndarray:
    """Two digits of the NIK as numbers, NaN where there is no NIK."""
    digits = frame["nik"].str.slice(start, start + 2)
    return pd.to_numeric(digits, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)  # type: ignore[union-attr]


def _nik_birth_mismatch(frame: pd.DataFrame) -> np.ndarray:
    day, month, year = (_nik_part(frame, start) for start in (6, 8, 10))
    born = frame["birth_date"]
    same = ((day - 1) % 40 + 1 == born.dt.day) & (month == born.dt.month) & (year == born.dt.year % 100)
    comparable = frame["nik"].notna() & born.notna()
    return comparable.to_numpy(dtype=bool) & ~same.to_numpy(dtype=bool)


def _nik_sex_mismatch(frame: pd.DataFrame) -> np.ndarray:
    is_girl = _nik_part(frame, 6) > 40
    comparable = frame["nik"].notna() & frame["sex"].isin(["L", "P"])
    says_girl = (frame["sex"] == "P").fillna(False).to_numpy(dtype=bool)
    return comparable.to_numpy(dtype=bool) & (is_girl != says_girl)
