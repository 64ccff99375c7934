"""The commands a newcomer types: what they start, what they say when the machine lacks something."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .checkout import ROOT


def program(path: Path, body: str) -> Path:
    """An executable shell script at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def set_up(checkout: Path, python: Path) -> subprocess.CompletedProcess[str]:
    """Run a copy of deploy/setup-venv in the empty folder `checkout` with `python` as the interpreter asked for."""
    (checkout / "deploy").mkdir(exist_ok=True)
    shutil.copy(ROOT / "deploy" / "setup-venv", checkout / "deploy")
    environment = {**os.environ, "PYTHON": str(python)}
    command = [str(checkout / "deploy" / "setup-venv"), "requirements.lock"]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("exit_code", [0, 2])
def test_continuous_integration_runs_make_test_and_keeps_its_exit_code(tmp_path: Path, exit_code: int) -> None:
    program(tmp_path / "make", f'echo "$PWD $* CI=$CI"; cat; exit {exit_code}')
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    run = subprocess.run(
        [str(ROOT / ".ci" / "run")],
        env=environment,
        cwd=tmp_path,
        stdin=None,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == exit_code
    assert run.stdout == f"{ROOT} test CI=true\n"


def test_a_python_that_is_too_old_is_named_with_what_to_do(tmp_path: Path) -> None:
    python = program(tmp_path / "python3.9", '[ "$1" = --version ] && echo "Python 3.9.2"; exit 1')
    run = set_up(tmp_path, python)
    assert run.returncode == 1
    assert "Python 3.11, 3.12 or 3.13" in run.stderr
    assert "make run PYTHON=" in run.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_venv_is_named_with_what_to_install(tmp_path: Path) -> None:
    python = program(tmp_path / "python3.11", 'case "$2" in *ensurepip*) exit 1;; esac')
    run = set_up(tmp_path, python)
    assert run.returncode == 1
    assert "apt install python3-venv" in run.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_folder_that_is_no_virtual_environment_is_never_removed(tmp_path: Path) -> None:
    python = program(tmp_path / "python3.11", "exit 0")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "notes.txt").write_text("mine", encoding="utf-8")
    run = set_up(tmp_path, python)
    assert run.returncode == 1
    assert (tmp_path / ".venv" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_make_alone_lists_every_command() -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for target in ("run", "test", "dev", "install", "lock", "bundle", "bench", "clean"):
        assert f"make {target} " in listed


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_readme_names_the_two_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
