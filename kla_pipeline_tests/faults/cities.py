"""Cities to break: a copy of one that is loaded, and what of it must not change.

Here: copies and looks that several test modules share. Not here: what is right (each test says so) and exports.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import textwrap
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from kla_pipeline import cli
from kla_pipeline.ledger import open_ledger
from kla_pipeline_tests.support import AS_OF, ROOT, City, city_in


def copy_city(city: City, folder: Path, as_of: str = AS_OF) -> City:
    """The same data and key under another folder, to be changed at will."""
    shutil.copytree(city.settings.data_dir, folder / "data", symlinks=True)
    copied = city_in(folder / "data", as_of=as_of)
    shutil.copyfile(city.settings.key_file, copied.settings.key_file)
    copied.settings.key_file.chmod(0o600)
    return copied


def tree(*folders: Path) -> dict[str, tuple[int, int]]:
    """Path → (size, time of change) of everything below, links as links."""
    return {
        str(path): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for folder in folders
        for path in sorted([folder, *folder.rglob("*")])
    }


def counts(city: City) -> dict[str, int]:
    """Rows of each table of the ledger."""
    with open_ledger(city.settings) as ledger:
        return ledger.counts()


def events(city: City, kind: str) -> int:
    """Chained events of a kind."""
    with open_ledger(city.settings) as ledger:
        return len(ledger.events(city.paths.jurisdiction, kind))


def state(city: City) -> dict[str, object]:
    """All that a night without a reason must leave as it is."""
    paths = city.paths
    return {"counts": counts(city)} | tree(paths.staged, paths.warehouse.parent, paths.published)


def environment(city: City, **more: str) -> dict[str, str]:
    """Environment of a process of its own that works on this city; no other setting of the developer's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KLA_", "DAGSTER_"))}
    settings = {
        "KLA_DATA_DIR": str(city.settings.data_dir),
        "KLA_KEY_FILE": str(city.settings.key_file),
        "KLA_AS_OF": city.settings.as_of_date.isoformat(),
        "KLA_STABLE_SECONDS": "0",
        "KLA_LANG": "en",
        "PYTHONPATH": str(ROOT),
    }
    return kept | settings | more


def python(city: City, program: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a small program in a process of its own, with the settings of this city."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=environment(city, **more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a command came to: exit code, what it printed and what it complained about."""

    code: int
    out: str
    err: str


def kla(city: City, *words: str, **more: str) -> Spoken:
    """The command `kla` with these words, in this process, with the settings of this city."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        mock.patch.dict(os.environ, environment(city, **more), clear=True),
        mock.patch.object(sys, "argv", ["kla", *words]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Spoken(code, out.getvalue(), err.getvalue())
