"""All declarations of all agencies: agency files, code lists, layouts and contracts, found in the source folders.

A source folder holds one folder per agency. Loading reads declarations and imports `contracts.py` files; nothing else.
The fingerprint of what was loaded is part of every cache key, so it is computed from bytes, without importing anything.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from kla_pipeline.errors import DeclarationError
from kla_pipeline.intake.layouts import Layout, load_layout
from kla_pipeline.quality.codes import Areas, CodeList, load_areas, load_code_list

if TYPE_CHECKING:
    from kla_pipeline.quality.contract import RecordType

DECLARATIONS = (".yaml", ".csv", ".py", ".sql")


@dataclass(frozen=True, slots=True)
class Feed:
    """A record type that an agency is expected to deliver. Cadence belongs to the feed, whatever the layout."""

    agency: str
    record: str
    cadence: str
    due_day: int

    @property
    def id(self) -> str:
        return f"{self.agency}/{self.record}"


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency: names, feeds it owes us, feeds that are expected of others and absent."""

    id: str
    name_id: str
    name_en: str
    folder: Path
    feeds: tuple[Feed, ...]
    layouts: tuple[Layout, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything declared. Contracts are imported on first use, because pandera is slow to import."""

    folders: tuple[Path, ...]
    agencies: Mapping[str, Agency]
    code_lists: Mapping[str, CodeList]
    areas: Areas = field(repr=False)

    def contracts(self) -> dict[str, RecordType]:
        """Record types by name."""
        return _import_contracts(self.folders)

    def agency(self, name: str) -> Agency:
        """An agency by id. Raises DeclarationError listing the known ones."""
        if name not in self.agencies:
            raise DeclarationError(f"There is no agency {name!r}.", f"Known: {', '.join(sorted(self.agencies))}.")
        return self.agencies[name]

    def feeds(self) -> list[Feed]:
        """All feeds, ordered."""
        return sorted((f for a in self.agencies.values() for f in a.feeds), key=lambda f: f.id)

    def files(self, pattern: str) -> list[Path]:
        """Files of all agency folders by glob, ordered by agency and name."""
        return [path for agency in self._ordered() for path in sorted(agency.folder.glob(pattern))]

    def _ordered(self) -> list[Agency]:
        return [self.agencies[name] for name in sorted(self.agencies)]


_active_code_lists: dict[str, CodeList] = {}


def codes_of(name: str) -> tuple[str, ...]:
    """Codes of a list, for contracts while they are imported. Raises DeclarationError for an unknown list."""
    if name not in _active_code_lists:
        raise DeclarationError(
            f"A contract uses the code list {name!r}, which no agency declares.", "Add its YAML file."
        )
    return _active_code_lists[name].codes


def attributes_of(name: str) -> Mapping[str, Mapping[str, Any]]:
    """What a list knows about each of its codes, for rules of contracts while they are imported."""
    codes_of(name)
    return _active_code_lists[name].attributes


def load_catalogue(folders: Iterable[Path]) -> Catalogue:
    """Read all declarations of the source folders, in order; a later folder may add agencies, layouts and lists."""
    return _load(tuple(Path(folder).resolve() for folder in folders))


@lru_cache(maxsize=8)
def _load(folders: tuple[Path, ...]) -> Catalogue:
    agency_folders = [
        path for folder in folders for path in sorted(folder.iterdir()) if (path / "agency.yaml").is_file()
    ]
    lists: dict[str, CodeList] = {}
    for folder in agency_folders:
        for path in sorted((folder / "codes").glob("*.yaml")):
            code_list = load_code_list(path)
            if code_list.id in lists:
                raise DeclarationError(
                    f"The code list {code_list.id} is declared twice.", f"Rename the one in {path.name}."
                )
            lists[code_list.id] = code_list
    agencies = {folder.name: _agency(folder) for folder in agency_folders}
    return Catalogue(folders, agencies, lists, load_areas(folders[0] / "reference" / "regions.csv"))


def _agency(folder: Path) -> Agency:
    with (folder / "agency.yaml").open(encoding="utf-8") as stream:
        raw: dict[str, Any] = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    feeds = tuple(
        Feed(folder.name, record, item["cadence"], int(item["due_day"]))
        for record, item in (raw.get("feeds") or {}).items()
    )
    layouts = tuple(load_layout(path, folder.name) for path in sorted((folder / "layouts").glob("*.yaml")))
    return Agency(folder.name, raw["name"]["id"], raw["name"]["en"], folder, feeds, layouts)


@lru_cache(maxsize=8)
def _import_contracts(folders: tuple[Path, ...]) -> dict[str, RecordType]:
    from kla_pipeline.quality import contract

    catalogue = _load(folders)
    _active_code_lists.clear()
    _active_code_lists.update(catalogue.code_lists)
    contract.start_over()
    for path in catalogue.files("contracts.py"):
        spec = importlib.util.spec_from_file_location(f"kla_contracts_{path.parent.name}", path)
        if spec is None or spec.loader is None:
            raise DeclarationError(f"{path.parent.name}/contracts.py cannot be imported.", "Check the file.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # pandera resolves annotations through it
        spec.loader.exec_module(module)
    known = dict(contract.registry)
    for agency in catalogue.agencies.values():
        _check_layouts(agency, known)
    return known


def _check_layouts(agency: Agency, known: Mapping[str, RecordType]) -> None:
    for layout in agency.layouts:
        if layout.record not in known:
            raise DeclarationError(f"Layout {layout.id} names the record {layout.record}, which has no contract.", "")
        columns = known[layout.record].columns
        wrong = [name for name in _named_columns(layout) if name not in columns]
        if wrong:
            raise DeclarationError(f"Layout {layout.id} names columns its contract lacks: {', '.join(wrong)}.", "")


def _named_columns(layout: Layout) -> list[str]:
    period = layout.period
    names = [*layout.columns, *layout.scope]
    if period:
        names += [item.pattern for item in period.found_in if item.source == "column"]
        names += [period.fallback_column] if period.fallback_column else []
    return names


def fingerprint(paths: Sequence[Path]) -> str:
    """Hash over the bytes and relative names of declaration files below folders (or of single files)."""
    digest = hashlib.sha256()
    for root in paths:
        files = (
            [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.suffix in DECLARATIONS and p.is_file())
        )
        for path in files:
            digest.update(str(path.relative_to(root.parent)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
