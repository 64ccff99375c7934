"""The city of the canary: its folders, `kla` in processes of its own, and copies in which something breaks.

Everything a process could leave something in (home, temporary and current folder, data) lies under one folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from kla_pipeline.settings import Paths
from kla_pipeline_tests.end_to_end.canary.plants import Plants
from kla_pipeline_tests.end_to_end.canary.search import Hit, Search
from kla_pipeline_tests.support import AS_OF, CITY, ROOT

_KLA = ("-c", "from kla_pipeline.cli import main; main()")
_DRIVER = ("-m", "kla_pipeline_tests.end_to_end.canary.driver")
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Printed:
    """How a process ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


@dataclass(slots=True)
class Scene:
    """A data folder in a world of its own, the values planted in it, and what was printed by each command."""

    world: Path
    plants: Plants
    printed: dict[str, Printed] = field(default_factory=dict)

    @property
    def paths(self) -> Paths:
        return Paths(self.world / "data", CITY)

    @property
    def restricted(self) -> list[Path]:
        """The places that may hold identities and file names."""
        data = self.paths.data
        return [data / "raw", data / "archive", data / "staged", self.paths.warehouse, self.exports]

    @property
    def exports(self) -> Path:
        """Workbooks of rejected rows, a folder for each agency."""
        return self.paths.data / "exports"

    def kla(self, title: str, *words: str, **settings: str) -> Printed:
        """Run `kla` with these words; what it prints is kept under the title."""
        self.printed[title] = self._run((*_KLA, *words), settings)
        return self.printed[title]

    def export(self, title: str, agency: str, **settings: str) -> Printed:
        """Write the workbook of an agency's rejected rows, in a process of its own."""
        code = (
            "from kla_pipeline.cli.rejects_export import export_command\n"
            "from kla_pipeline.settings import load_settings\n"
            f"raise SystemExit(export_command(load_settings(), {agency!r}, None, None, None, False))"
        )
        self.printed[title] = self._run(("-c", code), settings)
        return self.printed[title]

    def broken(self, fault: str, *words: str, **settings: str) -> Printed:
        """Run the nightly load with something broken in it (driver.py)."""
        return self._run((*_DRIVER, fault, *words), settings)

    def copy(self, world: Path) -> Scene:
        """The same city in another world; what is planted there from now on is known to both."""
        world.mkdir()
        shutil.copytree(self.paths.data, world / "data", symlinks=True)
        shutil.copyfile(self.world / "key", world / "key")
        (world / "key").chmod(0o600)
        return Scene(world, self.plants)

    def drop_workbook_that(self, how: str) -> None:
        """A file that looks like a workbook and tells the crashing reader how to crash."""
        path = self.paths.raw / "dp3a" / f"{self.plants.word('file')}.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("xl/workbook.xml", how)

    def search(self) -> Search:
        """Looks for all values planted so far."""
        return Search(self.plants)

    def leaks(self, *places: Path) -> set[Hit]:
        """Planted values in these folders."""
        search = self.search()
        return {hit for place in places for hit in search.in_tree(place)}

    def _run(self, words: tuple[str, ...], settings: dict[str, str]) -> Printed:
        folders = {name: self.world / name for name in ("home", "tmp", "here")}
        for folder in folders.values():
            folder.mkdir(exist_ok=True)
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            "HOME": str(folders["home"]),
            "TMPDIR": str(folders["tmp"]),
            "KLA_DATA_DIR": str(self.paths.data),
            "KLA_KEY_FILE": str(self.world / "key"),
            "KLA_AS_OF": AS_OF,
            "KLA_STABLE_SECONDS": "0",
            "KLA_MAX_FILE_MB": "1",
            **settings,
        }
        done = subprocess.run(
            [sys.executable, *words], capture_output=True, env=env, cwd=folders["here"], timeout=_SECONDS, check=False
        )
        return Printed(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
