"""The language contracts are written in: one pandera DataFrameModel per record type, one function per column kind.

A column function gives pandera what it can judge (null, range, pattern, code list) and keeps the rest as metadata:
kind, labels, privacy class, severities. `@rule` adds a cross-column rule with its texts. Not here: evaluation
(evaluate.py) and the normalisers that make values out of text (normalise.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import pandera.pandas as pa

from kla_pipeline.errors import DeclarationError
from kla_pipeline.quality.catalogue import codes_of

Severity = Literal["refuse", "reject", "warn"]
Privacy = Literal["none", "general", "specific_child", "specific_health", "specific_crime"]

# kinds whose cells may be unreadable; in the others an unknown word stays and the code list or pattern judges it
TYPED_KINDS = ("text", "int", "decimal", "bool", "date", "timestamp", "nik")

# pandas types of the kinds; annotations of contracts use these names
Text = pd.StringDtype
Int = pd.Int64Dtype
Decimal = pd.Float64Dtype
Flag = pd.BooleanDtype
Date = pa.DateTime
Timestamp = pa.DateTime


@dataclass(frozen=True, slots=True)
class Column:
    """What pandera does not hold about a column. `severities` maps a rule's ending (code, type …) to a severity."""

    kind: str
    label_id: str
    label_en: str
    privacy: Privacy = "none"
    is_key: bool = False
    code_list: str = ""
    within: str = ""
    severities: tuple[tuple[str, Severity], ...] = ()

    def severity(self, ending: str) -> Severity:
        """Severity of the column's rule with this ending; `reject` unless the column says otherwise."""
        return dict(self.severities).get(ending, "reject")


def _field(column: Column, required: bool, **checks: Any) -> Any:
    return pa.Field(
        nullable=not required, metadata={"kla": column}, **{k: v for k, v in checks.items() if v is not None}
    )


def text(
    label_id: str,
    label_en: str,
    *,
    required: bool = False,
    key: bool = False,
    pattern: str | None = None,
    privacy: Privacy = "none",
    pattern_severity: Severity = "reject",
) -> Any:
    """Free or formatted text; `pattern` is a full regular expression.

    A rounded number or an error message of a spreadsheet is no text: where one is needed the row is rejected.
    """
    type_severity: Severity = "reject" if required or key else "warn"
    severities: tuple[tuple[str, Severity], ...] = (("pattern", pattern_severity), ("type", type_severity))
    column = Column("text", label_id, label_en, privacy, key, severities=severities)
    return _field(column, required or key, str_matches=pattern)


def integer(
    label_id: str,
    label_en: str,
    *,
    required: bool = False,
    key: bool = False,
    ge: int | None = None,
    le: int | None = None,
) -> Any:
    """A whole number."""
    return _field(Column("int", label_id, label_en, is_key=key), required or key, ge=ge, le=le)


def decimal(
    label_id: str,
    label_en: str,
    *,
    required: bool = False,
    ge: float | None = None,
    le: float | None = None,
    gt: float | None = None,
) -> Any:
    """A number with a fraction."""
    return _field(Column("decimal", label_id, label_en), required, ge=ge, le=le, gt=gt)


def day(label_id: str, label_en: str, *, required: bool = False, key: bool = False, privacy: Privacy = "none") -> Any:
    """A calendar date."""
    return _field(Column("date", label_id, label_en, privacy, key), required or key)


def moment(label_id: str, label_en: str, *, required: bool = False) -> Any:
    """A date with a time of day, local time as written."""
    return _field(Column("timestamp", label_id, label_en), required)


def flag(label_id: str, label_en: str, *, required: bool = False) -> Any:
    """Yes or no."""
    return _field(Column("bool", label_id, label_en), required)


def code(name: str, label_id: str, label_en: str, *, required: bool = False, key: bool = False) -> Any:
    """One code of the list `name`."""
    return _field(
        Column("code", label_id, label_en, is_key=key, code_list=name), required or key, isin=list(codes_of(name))
    )


def multi(name: str, label_id: str, label_en: str, *, required: bool = False) -> Any:
    """Several codes of the list `name`, stored sorted and joined by `|`."""
    one = "(?:" + "|".join(codes_of(name)) + ")"
    return _field(Column("multi", label_id, label_en, code_list=name), required, str_matches=rf"^{one}(?:\|{one})*$")


def nik(label_id: str, label_en: str, *, privacy: Privacy = "specific_child") -> Any:
    """A national identity number. An unusable one is a warning: the row stays and its key is empty."""
    return _field(Column("nik", label_id, label_en, privacy, severities=(("type", "warn"),)), False)


def district(label_id: str, label_en: str, *, required: bool = False) -> Any:
    """A city or regency by name or Kemendagri code; `outside` for "luar kota"."""
    return _field(Column("district", label_id, label_en), required, str_matches=r"^(\d{2}\.\d{2}|outside)$")


def kecamatan(label_id: str, label_en: str, *, within: str) -> Any:
    """A kecamatan by name, resolved inside the district of column `within`."""
    return _field(Column("kecamatan", label_id, label_en, within=within), False, str_matches=r"^(\d{2}\.\d{2}\.\d{2})$")


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
