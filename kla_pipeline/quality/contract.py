"""The language contracts are written in: one pandera DataFrameModel per record type, one function per column kind.

Everything a contract file needs is imported from here. `@rule` adds a cross-column rule with its texts, `@contract`
registers the model. Not here: the column functions themselves (columns.py), evaluation (evaluate.py) and the
normalisers that make values out of text (normalise.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import pandera.pandas as pa

from kla_pipeline.errors import DeclarationError
from kla_pipeline.quality.columns import (
    Column,
    Date,
    Decimal,
    Flag,
    Int,
    Level,
    Privacy,
    Severity,
    Text,
    Timestamp,
    area,
    code,
    day,
    decimal,
    district,
    flag,
    integer,
    kecamatan,
    kelurahan,
    mentions,
    moment,
    money,
    multi,
    nik,
    series,
    text,
    time_of_day,
)
from kla_pipeline.quality.kinds import TYPED_KINDS

__all__ = [
    "TYPED_KINDS", "Column", "Contract", "Date", "Decimal", "Flag", "History", "Int", "Level", "Privacy", "RecordType",
    "RuleText", "Severity", "Text", "Timestamp", "area", "code", "contract", "day", "decimal", "district", "flag",
    "integer", "kecamatan", "kelurahan", "mentions", "moment", "money", "multi", "nik", "registry", "rule", "series",
    "start_over", "text", "time_of_day",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says to people and how it is used."""

    id: str
    severity: Severity
    scope: Literal["row", "delivery", "history"]
    dimension: str
    what_id: str
    what_en: str
    mend_id: str
    mend_en: str
    columns: tuple[str, ...] = ()
    source: str = ""


def rule(
    name: str,
    *,
    what: tuple[str, str],
    mend: tuple[str, str],
    columns: tuple[str, ...],
    severity: Severity = "reject",
    dimension: str = "consistency",
    source: str = "",
) -> Callable[[Callable[[pd.DataFrame], pd.Series]], Any]:
    """A cross-column rule of scope row; the function gets the frame and says per row whether it holds.

    An unknown verdict (NA) counts as held: a missing value is the business of the `required` rule, not of this one.
    """

    text_of = RuleText(name, severity, "row", dimension, *what, *mend, columns, source)

    def decorate(function: Callable[[pd.DataFrame], pd.Series]) -> Any:
        def holds(_cls: type, frame: pd.DataFrame) -> pd.Series:
            return function(frame).astype("boolean").fillna(True).astype(bool)

        holds.__name__ = f"rule_{name}"
        holds.__doc__ = what[1]
        _declared.append(text_of)
        return pa.dataframe_check(name=name, error=name, ignore_na=False)(holds)

    return decorate


@dataclass(frozen=True, slots=True)
class History:
    """A rule of scope history, judged at build by `sources/<agency>/history/<name>.sql` (rows that break it)."""

    name: str
    severity: Severity
    what: tuple[str, str]
    mend: tuple[str, str]
    columns: tuple[str, ...]


class Contract(pa.DataFrameModel):
    """Base of all contracts: subclasses declare columns and rules, `@contract` what else belongs to the record type."""

    class Config:
        """Columns beyond the contract never reach a frame, so strictness has nothing to do."""

        strict = False
        coerce = False


@dataclass(frozen=True, slots=True)
class RecordType:
    """A contract with what pandera has no place for.

    `scope_column` holds the district a row belongs to, where a file may cover more than the jurisdiction.
    `warn_near_duplicates` flags rows that differ in nothing but their key.
    """

    record: str
    model: type[Contract]
    title_id: str
    title_en: str
    rules: tuple[RuleText, ...]
    history: tuple[History, ...]
    scope_column: str
    warn_near_duplicates: bool

    @property
    def columns(self) -> dict[str, Column]:
        """Contract columns in their declared order."""
        return {name: (c.metadata or {})["kla"] for name, c in self.model.to_schema().columns.items()}

    @property
    def key(self) -> list[str]:
        """Columns that identify a row within its agency."""
        return [name for name, column in self.columns.items() if column.is_key]

    @property
    def required(self) -> list[str]:
        """Columns that a row cannot do without, and a header neither."""
        return [name for name, c in self.model.to_schema().columns.items() if not c.nullable]


_declared: list[RuleText] = []
registry: dict[str, RecordType] = {}


def start_over() -> None:
    """Forget all contracts, and the rules that a contract left behind whose import failed."""
    registry.clear()
    _declared.clear()


def contract(
    record: str,
    *,
    title: tuple[str, str],
    scope_column: str = "",
    warn_near_duplicates: bool = False,
    history: tuple[History, ...] = (),
) -> Callable[[type[Contract]], type[Contract]]:
    """Register a model as the contract of `record`; the rules declared in its body become the record's rules."""

    def decorate(model: type[Contract]) -> type[Contract]:
        rules, _declared[:] = tuple(_declared), []
        if record in registry:
            raise DeclarationError(f"The record type {record} has two contracts.", "Give the second another name.")
        registry[record] = RecordType(record, model, *title, rules, history, scope_column, warn_near_duplicates)
        return model

    return decorate
