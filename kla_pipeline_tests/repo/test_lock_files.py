"""The lock files pin everything by name, version and hash, and name nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .checkout import ROOT

RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
PINNED = re.compile(
    r"(?P<pin>[a-z0-9][a-z0-9.-]*(\[[a-z0-9,-]+\])?==[^\s;]+( ; [^\\]+?)?)(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)"
)
SUPPORTED = [{"python_version": version, "python_full_version": f"{version}.0"} for version in ("3.11", "3.12", "3.13")]


def lines_of(lock: Path) -> list[str]:
    """One line per package: continued lines joined, single blanks."""
    joined = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines() if line.strip()]


def pins_of(lock: Path) -> list[Requirement]:
    return [Requirement(line.split(" --hash")[0]) for line in lines_of(lock)]


def declared() -> dict[str, list[str]]:
    """Requirements in pyproject.toml per group, included groups resolved; `project` is what running needs."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"project": content["project"]["dependencies"]}
    for name, entries in content["dependency-groups"].items():
        groups[name] = [
            word
            for entry in entries
            for word in ([entry] if isinstance(entry, str) else groups[entry["include-group"]])
        ]
    return groups


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT], ids=lambda lock: lock.name)
def test_every_line_is_a_pin_with_hashes_and_nothing_else(lock: Path) -> None:
    assert len(lines_of(lock)) > 50
    assert [line for line in lines_of(lock) if not PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT], ids=lambda lock: lock.name)
@pytest.mark.parametrize("word", ["://", "index-url", "find-links", "pypi.org", "pythonhosted", " @ ", "file:"])
def test_no_registry_host_and_no_path_is_named(lock: Path, word: str) -> None:
    assert word not in lock.read_text(encoding="utf-8")


@pytest.mark.parametrize("python", SUPPORTED, ids=lambda python: python["python_version"])
@pytest.mark.parametrize(
    ("lock", "groups"),
    [(RUNTIME, ["project", "install"]), (DEVELOPMENT, ["project", "install", "dev"])],
    ids=["requirements.lock", "requirements-dev.lock"],
)
def test_every_declared_range_is_met_by_exactly_one_pin(lock: Path, groups: list[str], python: dict[str, str]) -> None:
    pins = [pin for pin in pins_of(lock) if pin.marker is None or pin.marker.evaluate(dict(python))]
    for requirement in (Requirement(word) for group in groups for word in declared()[group]):
        named = [pin for pin in pins if canonicalize_name(pin.name) == canonicalize_name(requirement.name)]
        assert len(named) == 1, f"{requirement.name} is pinned {len(named)} times; run: make lock"
        version = str(named[0].specifier).removeprefix("==")
        assert requirement.specifier.contains(version, prereleases=True), (
            f"{named[0]} is outside {requirement}; run: make lock"
        )


def test_the_development_lock_holds_every_pin_of_the_runtime_lock() -> None:
    assert set(lines_of(RUNTIME)) <= set(lines_of(DEVELOPMENT))
