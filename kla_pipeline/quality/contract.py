"""The language contracts are written in: one pandera DataFrameModel per record type, one function per column kind.

Everything a contract file needs is imported from here. `@rule` adds the code of a cross-column rule, `@contract`
registers the model. Not here: what rules say (rule_texts.py), the column functions themselves (columns.py), evaluation
(evaluate.py) and the normalisers that make values out of text (normalise.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
from kla_pipeline.quality.rule_texts import RuleSheet, RuleText

__all__ = [
    "TYPED_KINDS", "Column", "Contract", "Date", "Decimal", "Flag", "Int", "Level", "Privacy", "RecordType",
    "RuleText", "Severity", "Text", "Timestamp", "area", "code", "contract", "day", "decimal", "district", "flag",
    "integer", "kecamatan", "kelurahan", "mentions", "moment", "money", "multi", "nik", "registry", "rule", "series",
    "start_over", "text", "time_of_day",
]  # fmt: skip


Judge = Callable[[pd.DataFrame], pd.Series]


def rule(name: str) -> Callable[[Judge], Any]:
    """A cross-column rule of scope row; the function gets the frame and says per row whether it holds.

    Everything that is said about it stands under its name in `rules/<record>.yaml` (rule_texts.py). An unknown verdict
    (NA) counts as held: a missing value is the business of the `required` rule, not of this one.
    """

    def decorate(function: Judge) -> Any:
        def holds(_cls: type, frame: pd.DataFrame) -> pd.Series:
            return function(frame).astype("boolean").fillna(True).astype(bool)

        holds.__name__ = f"rule_{name}"
        holds.__doc__ = function.__doc__
        _declared[name] = function
        return pa.dataframe_check(name=name, error=name, ignore_na=False)(holds)

    return decorate


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
    `warn_near_duplicates` flags rows that differ in nothing but their key. `code` holds the functions of the written
    rules by name, `sheet` everything said about them.
    """

    record: str
    model: type[Contract]
    title_id: str
    title_en: str
    sheet: RuleSheet
    code: Mapping[str, Judge]
    scope_column: str
    warn_near_duplicates: bool

    @property
    def rules(self) -> tuple[RuleText, ...]:
        """Written rules of scope row, in the order of their file; ids are names."""
        return tuple(self.sheet.of_scope("row").values())

    @property
    def history(self) -> tuple[RuleText, ...]:
        """Rules of scope history, judged at build by `history/<record>.<name>.sql` (rows that break it)."""
        return tuple(self.sheet.of_scope("history").values())

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


_declared: dict[str, Judge] = {}
_sheets: dict[str, RuleSheet] = {}
registry: dict[str, RecordType] = {}


def start_over(sheets: Mapping[str, RuleSheet]) -> None:
    """Forget all contracts, and the rules that a contract left behind whose import failed. `sheets`: by record."""
    registry.clear()
    _declared.clear()
    _sheets.clear()
    _sheets.update(sheets)


def contract(
    record: str,
    *,
    title: tuple[str, str],
    scope_column: str = "",
    warn_near_duplicates: bool = False,
) -> Callable[[type[Contract]], type[Contract]]:
    """Register a model as the contract of `record`; the rules declared in its body become the record's rules.

    Raises DeclarationError when its rules and those of its rules file are not the same.
    """

    def decorate(model: type[Contract]) -> type[Contract]:
        code = dict(_declared)
        _declared.clear()
        if record in registry:
            raise DeclarationError(f"The record type {record} has two contracts.", "Give the second another name.")
        sheet = _sheets.get(record, RuleSheet(record))
        _check_rules(record, set(code), set(sheet.of_scope("row")))
        registry[record] = RecordType(record, model, *title, sheet, code, scope_column, warn_near_duplicates)
        return model

    return decorate


def _check_rules(record: str, coded: set[str], said: set[str]) -> None:
    if silent := sorted(coded - said):
        raise DeclarationError(
            f"The rule {record}.{silent[0]} says nothing.", f"Write its texts in rules/{record}.yaml."
        )
    if idle := sorted(said - coded):
        raise DeclarationError(
            f"The rule {record}.{idle[0]} has no code.", f"Write a @rule({idle[0]!r}) in the contract, or take it out."
        )
