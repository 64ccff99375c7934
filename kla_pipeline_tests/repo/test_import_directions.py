"""What `lint-imports` cannot see: what a process really loads, and what the source folders import.

The directions between the rooms of the package are contracts in pyproject.toml, checked by `make test`.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from .checkout import ROOT

SOURCE_MODULES = sorted((ROOT / "kla_pipeline" / "sources").rglob("*.py"))
MAY_BE_USED_BY_SOURCES = ("kla_pipeline.quality", "kla_pipeline.errors")

PROGRAM = """
import sys
import kla_pipeline.cli
print(*sorted(name for name in sys.modules if name.startswith("dagster")))
"""


def test_loading_the_command_line_does_not_load_dagster() -> None:
    loaded = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True).stdout
    assert loaded.split() == []


def imported(path: Path) -> set[str]:
    """Modules that a file imports, at its head or anywhere inside; a relative import keeps its dots."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


@pytest.mark.parametrize("path", SOURCE_MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_source_uses_the_language_of_contracts_only(path: Path) -> None:
    ours = {name for name in imported(path) if name.startswith((".", "kla_pipeline"))}
    assert {name for name in ours if not name.startswith(MAY_BE_USED_BY_SOURCES)} == set()


def test_every_agency_has_contracts_that_are_checked_here() -> None:
    agencies = {path.parent for path in (ROOT / "kla_pipeline" / "sources").glob("*/agency.yaml")}
    assert len(agencies) >= 5
    assert agencies == {path.parent for path in SOURCE_MODULES if path.name == "contracts.py"}


def test_no_engine_imports_an_agency() -> None:
    modules = [path for path in (ROOT / "kla_pipeline").rglob("*.py") if path not in SOURCE_MODULES]
    named = {
        path.relative_to(ROOT).as_posix()
        for path in modules
        if any(name.startswith("kla_pipeline.sources") for name in imported(path))
    }
    assert named == set()
