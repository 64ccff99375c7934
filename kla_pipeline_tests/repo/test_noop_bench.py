"""The benchmark of a run with nothing to do computes what it says and notices a run that did something."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from .checkout import ROOT


@pytest.fixture(scope="module")
def noop() -> ModuleType:
    spec = importlib.util.spec_from_file_location("noop", ROOT / "bench" / "noop.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    folder = tmp_path / "workshop"
    folder.mkdir()
    return folder


def stand_in(path: Path, *, is_idle: bool) -> Path:
    """A Python program in the place of `kla` that makes release 1, and another one at every call unless it is idle."""
    lines = [
        f"#!{sys.executable}",
        "import os",
        "from pathlib import Path",
        "folder = Path(os.environ['KLA_DATA_DIR']) / 'published' / '36.73'",
        "current = folder / 'current'",
        "number = int(os.readlink(current)) if current.is_symlink() else 0",
        f"if not (number and {is_idle}):",
        "    (folder / str(number + 1)).mkdir(parents=True)",
        "    current.unlink(missing_ok=True)",
        "    current.symlink_to(str(number + 1))",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o755)
    return path


def test_ratio_and_difference_are_of_the_medians(noop: ModuleType) -> None:
    found = noop.summary({"ten_assets": [2.0, 9.0, 1.0], "kla_run": [1.0, 0.5, 3.0]})
    assert found["ten_assets_seconds"] == 2.0
    assert found["kla_run_seconds"] == 1.0
    assert found["ratio"] == 0.5
    assert found["difference_seconds"] == -1.0


@pytest.mark.slow
def test_a_timed_run_that_makes_a_release_is_an_error(
    noop: ModuleType, workshop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noop, "KLA", stand_in(tmp_path / "kla", is_idle=False))
    with pytest.raises(noop.NotIdleError, match="new release"):
        noop.measure(tmp_path / "data", 1, workshop)


@pytest.mark.slow
def test_both_commands_are_timed_as_often_as_asked(
    noop: ModuleType, workshop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noop, "KLA", stand_in(tmp_path / "kla", is_idle=True))
    times = noop.measure(tmp_path / "data", 2, workshop)
    assert {name: len(values) for name, values in times.items()} == {"ten_assets": 2, "kla_run": 2}
