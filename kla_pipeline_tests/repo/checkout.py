"""Where the checkout is and which files belong to it, for the tests of this folder."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def git(*words: str, cwd: Path = ROOT) -> str:
    """Output of a git command that ignores the settings of whoever runs it. Skips the test where git is missing."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    try:
        run = subprocess.run(
            ["git", "-c", "safe.directory=*", *words],
            cwd=cwd,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        pytest.skip("git is not installed, and what it ignores cannot be asked of anything else")
    assert run.returncode in (0, 1), run.stderr
    return run.stdout


def project_files() -> list[Path]:
    """Files that are in git or would be with `git add .`; in an unpacked archive without .git, the test is skipped."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what belongs to the project is unknown")
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]
