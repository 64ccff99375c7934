"""Typed settings and the paths that follow from them: environment, then `kla.toml`, then defaults.

Here: the only place that reads the environment, the clock for the as-of date and the user's home. Not here: what the
paths hold (intake, warehouse) and declarations of agencies (sources/).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kla_pipeline.errors import ConfigurationError

TIME_ZONE = ZoneInfo("Asia/Jakarta")


def _home() -> Path:
    """The checkout the package runs from, so that `kla` means the same data from anywhere; else the current folder."""
    checkout = Path(__file__).resolve().parents[1]
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


def _default_data_dir() -> Path:
    return _home() / "data"


def _default_key_file() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "kla_pipeline" / "pseudonym.key"


class Settings(BaseSettings):
    """All settings of a process. Read one with `load_settings()`, so that a wrong value is one clear line."""

    model_config = SettingsConfigDict(env_prefix="KLA_", extra="forbid")

    data_dir: Path = Field(
        default_factory=_default_data_dir, description="folder with raw/, archive/, ledger, warehouse/ and published/"
    )
    ledger_url: str = Field("", description="SQLAlchemy URL; empty = SQLite file in the data folder")
    key_file: Path = Field(default_factory=_default_key_file, description="pseudonym key, outside the data folder")
    lang: Literal["id", "en"] = Field("id", description="language of summaries and pages")
    jurisdiction: str = Field("36.73", description="Kemendagri code that commands use when none is given")
    jurisdictions: str = Field("36.73", description="comma-separated codes that the orchestrator loads")
    as_of: date | None = Field(None, description="business date; empty = today in Asia/Jakarta")
    sources: str = Field("", description="further source folders, separated by the path separator of the system")
    memory_limit: str = Field("2GB", description="memory limit of DuckDB")
    stable_seconds: float = Field(2.0, ge=0, description="a file younger than this is watched before it is taken")
    max_file_mb: int = Field(512, gt=0, description="larger files are refused")
    roles_file: Path = Field(
        Path("/etc/kla/roles.toml"),
        description="who may decide; only root or the owner of the data may be able to write it",
    )
    readers_group: str = Field("", description="group that may read internal/ (empty: the owner's own group)")
    auditors_group: str = Field("", description="group that may read audit/ (empty: the owner's own group)")
    strict_releases: bool = Field(False, description="readers get a release only when two approvers have signed it")

    @field_validator("as_of", mode="before")
    @classmethod
    def _empty_is_today(cls, value: object) -> object:
        return None if value == "" else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=_home() / "kla.toml")

    @cached_property
    def as_of_date(self) -> date:
        """The business date of this process: taken once, so that one run never sees two days."""
        today = datetime.now(TIME_ZONE).date()
        if self.as_of and self.as_of > today:
            raise ConfigurationError(
                f"KLA_AS_OF is {self.as_of}, which lies in the future (today is {today}).", "Correct or unset it."
            )
        return self.as_of or today

    def paths(self, jurisdiction: str | None = None) -> Paths:
        """Paths of one jurisdiction."""
        return Paths(self.data_dir.expanduser().resolve(), jurisdiction or self.jurisdiction)

    def source_folders(self) -> list[Path]:
        """Folders that hold one folder per agency: the package's own first, then those of `KLA_SOURCES`."""
        extra = [Path(part).expanduser() for part in self.sources.split(os.pathsep) if part]
        for folder in extra:
            if not folder.is_dir():
                raise ConfigurationError(f"KLA_SOURCES names {folder}, which is not a folder.", "Correct the setting.")
        return [Path(__file__).parent / "sources", *extra]

    def jurisdiction_codes(self) -> list[str]:
        """Jurisdictions of the orchestrator, in order, without repetition."""
        return list(dict.fromkeys(code.strip() for code in self.jurisdictions.split(",") if code.strip()))


@dataclass(frozen=True, slots=True)
class Paths:
    """Where everything of one jurisdiction lies."""

    data: Path
    jurisdiction: str

    @property
    def raw(self) -> Path:
        return self.data / "raw" / self.jurisdiction

    @property
    def archive(self) -> Path:
        return self.data / "archive" / self.jurisdiction

    @property
    def staged(self) -> Path:
        return self.data / "staged" / f"jurisdiction={self.jurisdiction}"

    @property
    def warehouse(self) -> Path:
        return self.data / "warehouse" / f"{self.jurisdiction}.duckdb"

    @property
    def published(self) -> Path:
        return self.data / "published" / self.jurisdiction

    @property
    def releases(self) -> Path:
        return self.published / "releases"

    @property
    def editions(self) -> Path:
        return self.published / "editions"

    @property
    def current(self) -> Path:
        return self.published / "current"

    @property
    def lock(self) -> Path:
        return self.data / "locks" / f"{self.jurisdiction}.lock"

    @property
    def ledger(self) -> Path:
        return self.data / "ledger.sqlite"

    @property
    def dagster_home(self) -> Path:
        return self.data / "dagster"

    def staged_delivery(self, agency: str, delivery_id: str) -> Path:
        return self.staged / f"agency={agency}" / f"delivery={delivery_id}"


def load_settings(**overrides: object) -> Settings:
    """Settings of this process; a wrong value becomes one line that names the setting.

    Raises ConfigurationError.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as exc:
        problems = "; ".join(f"KLA_{'.'.join(str(p) for p in e['loc']).upper()}: {e['msg']}" for e in exc.errors())
    raise ConfigurationError(f"A setting is wrong ({problems}).", "Correct the environment or kla.toml.")
