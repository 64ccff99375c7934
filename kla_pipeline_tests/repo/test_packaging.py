"""The installed package holds every declaration, query and template, and declares what it imports."""

from __future__ import annotations

import ast
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from flit_core import buildapi
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .checkout import ROOT

PACKAGE = ROOT / "kla_pipeline"


def imported_distributions() -> set[str]:
    """Names of the distributions whose modules the package imports anywhere."""
    modules: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    owners = packages_distributions()
    foreign = modules - sys.stdlib_module_names - {"kla_pipeline"}
    return {canonicalize_name(owners[module][0]) for module in foreign}


def declared_distributions() -> set[str]:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {canonicalize_name(Requirement(word).name) for word in content["project"]["dependencies"]}


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    wheel = zipfile.ZipFile(tmp_path / buildapi.build_wheel(str(tmp_path)))
    files = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {Path(name).suffix for name in files} >= {".py", ".sql", ".yaml"}
    assert files <= set(wheel.namelist())


def test_every_imported_library_is_declared() -> None:
    assert imported_distributions() - declared_distributions() == set()


def test_every_declared_library_is_imported_or_named_here_with_its_reason() -> None:
    not_imported = {"dagster-webserver"}  # a program that `make dev` and the services start
    assert declared_distributions() - imported_distributions() == not_imported
