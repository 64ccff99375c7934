"""The column functions of contracts: one per kind, giving pandera what it can judge and keeping the rest as metadata.

Contract files take them from contract.py. What pandera judges is null, range, pattern and code list; kind, labels,
privacy class and severities stand beside it. What a kind accepts as text is its normaliser's (normalise.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import pandera.pandas as pa

from kla_pipeline.quality.catalogue import codes_of
from kla_pipeline.quality.rule_texts import Severity

Privacy = Literal["none", "general", "specific_child", "specific_health", "specific_crime"]

Level = Literal["province", "district", "kecamatan", "kelurahan"]

# pandas types of the kinds; annotations of contracts use these names (times, series and places are Text)
Text = pd.StringDtype
Int = pd.Int64Dtype
Decimal = pd.Float64Dtype
Flag = pd.BooleanDtype
Date = pa.DateTime
Timestamp = pa.DateTime
_AREA_CODE = {
    "province": r"^(\d{2})$",
    "district": r"^(\d{2}\.\d{2})$",
    "kecamatan": r"^(\d{2}\.\d{2}\.\d{2})$",
    "kelurahan": r"^(\d{2}\.\d{2}\.\d{2}\.\d{4})$",
}


@dataclass(frozen=True, slots=True)
class Column:
    """What pandera does not hold about a column. `severities` maps a rule's ending (code, type …) to a severity.

    Numbers: `units`, words that may follow the number. Places: `within`, the column of the place it lies in;
    `named_by`, the column with the name that goes with a code; `level`. Series: `values` (int or decimal) and `labels`
    (year, month, or nothing when `code_list` or the sheet itself gives them).
    """

    kind: str
    label_id: str
    label_en: str
    privacy: Privacy = "none"
    is_key: bool = False
    code_list: str = ""
    within: str = ""
    severities: tuple[tuple[str, Severity], ...] = ()
    units: tuple[str, ...] = ()
    named_by: str = ""
    level: str = ""
    values: str = ""
    labels: str = ""

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
    units: tuple[str, ...] = (),
) -> Any:
    """A whole number; one of `units` ("orang", "jiwa") may follow it."""
    return _field(Column("int", label_id, label_en, is_key=key, units=units), required or key, ge=ge, le=le)


def decimal(
    label_id: str,
    label_en: str,
    *,
    required: bool = False,
    ge: float | None = None,
    le: float | None = None,
    gt: float | None = None,
    units: tuple[str, ...] = (),
) -> Any:
    """A number with a fraction; one of `units` ("cm", "%") may follow it."""
    return _field(Column("decimal", label_id, label_en, units=units), required, ge=ge, le=le, gt=gt)


def money(label_id: str, label_en: str, *, required: bool = False, ge: float | None = 0) -> Any:
    """An amount in rupiah, two decimals at most."""
    return _field(Column("money", label_id, label_en), required, ge=ge)


def series(
    label_id: str,
    label_en: str,
    *,
    values: Literal["int", "decimal"] = "int",
    labels: str = "",
    required: bool = False,
) -> Any:
    """Columns that a wide table puts side by side, as one JSON object {label: number} with numbers of at least 0.

    `labels`: a code list, "year" (four digits), "month" (1 to 12), or nothing for labels as the sheet has them. A cell
    that cannot be read, a label that the list lacks and two columns for one label make the whole series unreadable;
    empty cells have no entry. Labels keep the order of the sheet.
    """
    fixed = labels in ("year", "month")
    if labels and not fixed:
        codes_of(labels)
    column = Column(
        "series",
        label_id,
        label_en,
        code_list="" if fixed else labels,
        labels=labels if fixed else "",
        values=values,
    )
    return _field(column, required)


def day(label_id: str, label_en: str, *, required: bool = False, key: bool = False, privacy: Privacy = "none") -> Any:
    """A calendar date."""
    return _field(Column("date", label_id, label_en, privacy, key), required or key)


def moment(label_id: str, label_en: str, *, required: bool = False) -> Any:
    """A date with a time of day, local time as written."""
    return _field(Column("timestamp", label_id, label_en), required)


def time_of_day(label_id: str, label_en: str, *, required: bool = False) -> Any:
    """A time of day as text HH:MM:SS, local time as written; TIME in the warehouse."""
    return _field(Column("time", label_id, label_en), required)


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


def kelurahan(label_id: str, label_en: str, *, within: str, required: bool = False) -> Any:
    """A kelurahan or desa by name or code, resolved inside the kecamatan of column `within`; a Kemendagri code."""
    column = Column("kelurahan", label_id, label_en, within=within)
    return _field(column, required, str_matches=r"^(\d{2}\.\d{2}\.\d{2}\.\d{4})$")


def area(
    label_id: str,
    label_en: str,
    *,
    level: Level = "district",
    named_by: str = "",
    within: str = "",
    required: bool = False,
    key: bool = False,
) -> Any:
    """An area of one level by code of any edition or by name: a Kemendagri code as text.

    `named_by`: the column with the name beside a code, so that the two can be held against each other; `within`: the
    column of the area it lies in. Unlike `district` it knows no "luar kota".
    """
    column = Column("area", label_id, label_en, is_key=key, within=within, named_by=named_by, level=level)
    return _field(column, required or key, str_matches=_AREA_CODE[level])


def mentions(label_id: str, label_en: str, *, within: str) -> Any:
    """Places that a free text names, resolved inside the district of column `within`.

    A JSON list of objects `raw`, `level`, `code`, `how`, `problem` in the order of the text; null for an empty cell.
    What could not be resolved stands in the list with its problem, so the column has no rule of its own.
    """
    return _field(Column("mentions", label_id, label_en, within=within), False)
