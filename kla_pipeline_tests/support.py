"""What many tests share: a data folder of their own, the night as plain calls, and the bundle loaded once.

People in all test data are invented. Settings are given, never read from the developer's environment.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kla_pipeline.nightly import build as build_step
from kla_pipeline.nightly import load, release
from kla_pipeline.nightly.build import Built
from kla_pipeline.nightly.load import Staged
from kla_pipeline.nightly.release import Published
from kla_pipeline.settings import Paths, Settings

ROOT = Path(__file__).resolve().parents[1]
BUNDLE = ROOT / "data" / "raw" / "36.73"
TRUTH = ROOT / "kla_pipeline_tests" / "bundle" / "truth"
SHARED = ROOT.parent / "shared"
CITY = "36.73"
AS_OF = "2026-06-30"


@dataclass(slots=True)
class Night:
    """What one night did, step by step."""

    received: object
    staged: Staged
    built: Built
    published: Published


@dataclass(slots=True)
class City:
    """A data folder with its settings."""

    settings: Settings

    @property
    def jurisdiction(self) -> str:
        return self.settings.jurisdiction

    @property
    def paths(self) -> Paths:
        return self.settings.paths()

    def drop(self, agency: str, *files: Path, name: str | None = None) -> None:
        """Copy files into an agency's folder."""
        folder = self.paths.raw / agency
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copyfile(file, folder / (name or file.name))

    def write(self, agency: str, name: str, content: bytes | str) -> Path:
        """Write a file into an agency's folder."""
        path = self.paths.raw / agency / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def night(self) -> Night:
        """Receive, stage, build and publish, as the job does."""
        return Night(
            load.receive(self.settings, self.jurisdiction),
            load.stage(self.settings, self.jurisdiction),
            build_step.build(self.settings, self.jurisdiction),
            release.publish(self.settings, self.jurisdiction),
        )

    def on(self, as_of: str) -> City:
        """The same folder on another business date."""
        return city_in(self.settings.data_dir, as_of=as_of, jurisdiction=self.jurisdiction)

    @contextmanager
    def warehouse(self):
        """Read-only connection to the warehouse."""
        with duckdb.connect(str(self.paths.warehouse), read_only=True) as connection:
            yield connection

    @contextmanager
    def released(self, tier: str = "internal"):
        """Read-only connection to a file of the current release."""
        name = {"internal": "internal.duckdb", "audit": "audit.duckdb", "public": "published.duckdb"}[tier]
        with duckdb.connect(str(self.paths.current / tier / name), read_only=True) as connection:
            yield connection

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple]:
        """Rows of a query over the warehouse."""
        with self.warehouse() as connection:
            return connection.execute(query, list(parameters)).fetchall()


def city_in(folder: Path, as_of: str = AS_OF, **overrides: object) -> City:
    """A city whose data and key lie in `folder` (the key beside the data, never inside)."""
    values: dict[str, object] = {
        "data_dir": folder,
        "key_file": folder.with_name(folder.name + ".key"),
        "as_of": as_of,
        "stable_seconds": 0,
        "jurisdiction": CITY,
    }
    return City(Settings(**(values | overrides)))  # type: ignore[arg-type]


def copy_bundle(city: City, *agencies: str) -> None:
    """The bundled exports (of the agencies named, else all) into a city's folder."""
    for folder in sorted(BUNDLE.iterdir()):
        if not agencies or folder.name in agencies:
            shutil.copytree(folder, city.paths.raw / folder.name)


def let_others_through(folder: Path) -> None:
    """Let other users reach what lies in a test's temporary folder (needs its owner): pytest closes its own folders."""
    for step in (folder, *folder.parents):
        if step == Path(tempfile.gettempdir()):
            return
        step.chmod(step.stat().st_mode | 0o711)
