"""The registry: measures declared in YAML, checked when they are read, written to `meta.measure`.

Here: the shape of a declaration and every error it can have. Not here: computing (engine.py). A declaration's SQL is
the file of the same name beside it, or the one it names under `sql`, so that variants of one indicator share their SQL
and differ by `parameters`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from kla_pipeline.errors import DeclarationError

HERE = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PACKAGE_FOLDERS: tuple[Path, ...] = (HERE / "indicators", HERE / "factors", HERE / "context")

AreaLevel = Literal["province", "district", "kecamatan"]
PeriodType = Literal["year", "quarter", "month"]
FULL_PERIOD: dict[str, int] = {"year": 12, "quarter": 3, "month": 1}


class Feeds(BaseModel):
    """Feeds of a measure, each written `agency/record`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    expected_absent: tuple[str, ...] = ()

    @field_validator("required", "optional", "expected_absent")
    @classmethod
    def _is_agency_and_record(cls, feeds: tuple[str, ...]) -> tuple[str, ...]:
        for feed in feeds:
            agency, slash, record = feed.partition("/")
            if not (agency and slash and record) or "/" in record:
                raise ValueError(f"{feed!r} is not written agency/record")
        return feeds


class Measure(BaseModel):
    """One declared measure. Fields that end in `_id` and `_en` are the same sentence in Indonesian and English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Z0-9]+-\d{2}(\.[A-Za-z0-9]+)?$")
    version: str = Field(min_length=1)
    family: str = ""
    name_id: str = Field(min_length=1)
    name_en: str = Field(min_length=1)
    legal_source: str = Field(min_length=1)
    kodref_code: str | None = None
    kind: Literal["share", "ratio", "existence", "count", "duration"]
    unit: str = Field(min_length=1)
    unit_id: str = Field(min_length=1)
    unit_en: str = Field(min_length=1)
    numerator_id: str = Field(min_length=1)
    numerator_en: str = Field(min_length=1)
    denominator_id: str = Field(min_length=1)
    denominator_en: str = Field(min_length=1)
    area_levels: tuple[AreaLevel, ...] = Field(min_length=1)
    period_types: tuple[PeriodType, ...] = Field(min_length=1)
    breakdowns: tuple[str, ...] = ()
    multi_breakdowns: tuple[str, ...] = ()
    feeds: Feeds
    feed_mode: Literal["all", "any"] = "all"
    min_months: dict[PeriodType, int] = Field(default_factory=dict)
    min_known: float | None = Field(None, gt=0, le=1)
    aggregate: Literal["ratio", "count", "quantile", "all"]
    quantile: float | None = Field(None, ge=0, le=1)
    factor: float = 1.0
    linkage: Literal["nik"] | None = None
    may_exceed: bool = False
    direction: Literal["up", "down", "none"]
    official_target: float | None = None
    norm: float | None = None
    exclusions_id: str = Field(min_length=1)
    exclusions_en: str = Field(min_length=1)
    null_rules_id: str = Field(min_length=1)
    null_rules_en: str = Field(min_length=1)
    interpretation_id: str = Field(min_length=1)
    interpretation_en: str = Field(min_length=1)
    readings_id: tuple[str, ...] = ()
    readings_en: tuple[str, ...] = ()
    disclosure_class: Literal["persons", "none", "internal"]
    parameters: dict[str, str] = Field(default_factory=dict)
    sql: str = ""
    source_file: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Measure:
        """Rules over several fields; each message names the field to mend."""
        if len(self.readings_id) != len(self.readings_en):
            raise ValueError("readings_id and readings_en do not have the same number of sentences")
        if unknown := set(self.multi_breakdowns) - set(self.breakdowns):
            raise ValueError(f"multi_breakdowns names {sorted(unknown)}, which breakdowns does not")
        if {"", "bucket"} & set(self.breakdowns):
            raise ValueError("breakdowns must not use the engine's own name 'bucket'")
        if "district" not in self.area_levels:
            raise ValueError("area_levels must hold district, the jurisdiction's own row")
        if self.may_exceed and self.aggregate != "ratio":
            raise ValueError("may_exceed belongs to aggregate: ratio, and only to it")
        if (self.aggregate == "quantile") != (self.quantile is not None):
            raise ValueError("quantile belongs to aggregate: quantile, and only to it")
        if (self.unit == "%") != (self.kind == "share" and self.factor == 100):
            raise ValueError("unit % means kind: share with factor: 100, and the other way round")
        for period_type, months in self.min_months.items():
            if not 0 <= months <= FULL_PERIOD[period_type]:
                raise ValueError(f"min_months of a {period_type} must lie between 0 and {FULL_PERIOD[period_type]}")
        return self

    def months_needed(self, period_type: str) -> int:
        """Months of a period that every required feed must cover: docs/readings.md unless the declaration differs."""
        usual = {"year": 11, "quarter": 3, "month": 1}
        return self.min_months.get(period_type, usual[period_type])  # type: ignore[call-overload]

    @property
    def declaration_hash(self) -> str:
        """SHA-256 over the declaration and its SQL; where the files lie does not matter."""
        content = json.dumps(self.model_dump(mode="json", exclude={"source_file"}), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def load_measures(folders: Sequence[Path] | None = None) -> list[Measure]:
    """All measures of the folders (the package's own when none are given), by id.

    Raises DeclarationError naming file and field for an unreadable, incomplete or contradictory declaration, a missing
    SQL file, or two measures of one id.
    """
    measures: dict[str, Measure] = {}
    for folder in PACKAGE_FOLDERS if folders is None else folders:
        for path in sorted(folder.glob("*.yaml")):
            measure = load_measure(path)
            if measure.id in measures:
                first = measures[measure.id].source_file
                raise DeclarationError(
                    f"{measure.source_file}: id {measure.id} is already declared in {first}.", "Give one another id."
                )
            measures[measure.id] = measure
    return [measures[key] for key in sorted(measures)]


def load_measure(path: Path) -> Measure:
    """One declaration with the text of its SQL in `sql`. Raises DeclarationError (see `load_measures`)."""
    where = f"{path.parent.name}/{path.name}"
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        line = f" near line {mark.line + 1}" if mark else ""
        raise DeclarationError(f"{where}: not valid YAML{line}.", "Texts with a colon need quotes.") from None
    if not isinstance(raw, dict):
        raise DeclarationError(f"{where}: holds no declaration.", "Write the fields of a measure, or remove the file.")
    sql_path = path.parent / raw.get("sql", f"{path.stem}.sql")
    if not sql_path.is_file():
        raise DeclarationError(
            f"{where}: field sql: {sql_path.name} does not exist.", "Write it, or name the right file."
        )
    sql = sql_path.read_text(encoding="utf-8").rstrip().rstrip(";")
    try:
        return Measure(**{"family": str(raw.get("id", "")).partition(".")[0], **raw, "sql": sql, "source_file": where})
    except ValidationError as exc:
        first = exc.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "(several fields)"
        raise DeclarationError(f"{where}: field {field}: {first['msg']}.", "Mend the declaration.") from None


def write(con: duckdb.DuckDBPyConnection, measures: Iterable[Measure]) -> None:
    """Create `meta.measure` anew and fill it, one row per measure by id. The schema must exist."""
    con.execute("DROP TABLE IF EXISTS meta.measure")
    con.execute((HERE / "sql" / "registry.sql").read_text(encoding="utf-8"))
    rows = [_registry_row(measure) for measure in sorted(measures, key=lambda item: item.id)]
    if rows:
        names, marks = ", ".join(rows[0]), ", ".join("?" for _ in rows[0])
        con.executemany(f"INSERT INTO meta.measure ({names}) VALUES ({marks})", [list(row.values()) for row in rows])


def _registry_row(measure: Measure) -> dict[str, object]:
    same = measure.model_dump(
        exclude={"id", "version", "feeds", "min_months", "parameters", "sql", "source_file"}, mode="python"
    )
    return {
        "measure_id": measure.id,
        "measure_version": measure.version,
        **{key: list(value) if isinstance(value, tuple) else value for key, value in same.items()},
        "feeds_required": list(measure.feeds.required),
        "feeds_optional": list(measure.feeds.optional),
        "feeds_expected_absent": list(measure.feeds.expected_absent),
        "min_months": {kind: measure.months_needed(kind) for kind in measure.period_types},
        "declaration_hash": measure.declaration_hash,
    }
