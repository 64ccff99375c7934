"""Only the bundled exports can enter git from data/; asked of git itself in a folder that holds nothing else."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from .checkout import ROOT, git

RAW = "data/raw/36.73"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new repository with our .gitignore and no file."""
    folder = tmp_path_factory.mktemp("sandbox")
    git("init", "--quiet", cwd=folder)
    shutil.copy(ROOT / ".gitignore", folder)
    return folder


def is_ignored(sandbox: Path, name: str) -> bool:
    """Whether git would leave out a file of this name."""
    path = sandbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    shown = git("--literal-pathspecs", "status", "--porcelain", "-z", "--untracked-files=all", "--", name, cwd=sandbox)
    path.unlink()
    return shown == ""


def listed() -> list[str]:
    """The bundle's files as .gitignore names them, without the escapes."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    names = [line.removeprefix("!/") for line in lines if line.startswith(f"!/{RAW}/") and not line.endswith("/")]
    return [re.sub(r"\\(.)", r"\1", name) for name in names]


def bundle() -> list[str]:
    """The bundle's files as its generator wrote them down."""
    truth = ROOT / "kla_pipeline_tests" / "bundle" / "truth" / "files.csv"
    with truth.open(encoding="utf-8", newline="") as lines:
        return sorted({f"{RAW}/{row['file']}" for row in csv.DictReader(lines)})


def test_the_list_names_the_bundle_and_nothing_else() -> None:
    assert sorted(listed()) == bundle()
    assert all((ROOT / name).is_file() for name in listed())


@pytest.mark.parametrize("name", listed())
def test_a_bundled_export_is_not_ignored(sandbox: Path, name: str) -> None:
    assert not is_ignored(sandbox, name)


@pytest.mark.parametrize("agency", ["dp3a", "dinsos", "polres", "bpbd", "reference", "disnaker"])
@pytest.mark.parametrize("name", ["Data Korban Januari 2026.xlsx", "korban_sintetis.csv", "new/inner.csv"])
def test_a_dropped_export_is_ignored(sandbox: Path, agency: str, name: str) -> None:
    assert is_ignored(sandbox, f"{RAW}/{agency}/{name}")


@pytest.mark.parametrize(
    "name",
    [
        "data/ledger.sqlite",
        "data/ledger.sqlite-wal",
        "data/archive/36.73/dp3a/a.xlsx",
        "data/staged/jurisdiction=36.73/agency=dp3a/delivery=a/manifest.json",
        "data/warehouse/36.73.duckdb",
        "data/published/36.73/current/public/published.duckdb",
        "data/dagster/dagster.yaml",
        "data/raw/36.73/loose.csv",
        "data/raw/36.04/dp3a/a.csv",
        "data/notes.txt",
    ],
)
def test_everything_the_pipeline_writes_is_ignored(sandbox: Path, name: str) -> None:
    assert is_ignored(sandbox, name)


def test_a_file_of_the_project_is_not_ignored(sandbox: Path) -> None:
    assert not is_ignored(sandbox, "kla_pipeline/sources/dp3a/layouts/new.yaml")
