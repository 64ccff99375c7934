"""All declarations of all agencies: agency files, code lists, layouts and contracts, found in the source folders.

A source folder holds one folder per agency. A later source folder adds agencies, and to an agency that is known
layouts, spellings and codes of its lists, contracts, feeds and SQL: its folder of the agency's name holds what is new,
nothing is replaced, a contradiction is an error. Loading reads declarations and imports `contracts.py`; nothing else.
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
from kla_pipeline.places.reference import Areas, load_areas
from kla_pipeline.places.variants import load_variants
from kla_pipeline.quality.codes import CodeList, load_code_list
from kla_pipeline.quality.rule_texts import load_sheets

if TYPE_CHECKING:
    from kla_pipeline.quality.contract import RecordType

DECLARATIONS = (".yaml", ".csv", ".py", ".sql")
CADENCES = ("monthly", "yearly")
_AGENCY_PARTS = (
    *("agency.yaml", "codes", "layouts", "contracts.py", "rules"),
    *("conform", "history", "compare", "persons", "holds"),
)


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
    """One agency: names, feeds it owes us, layouts of its exports, and the folders that declare all this, in order."""

    id: str
    name_id: str
    name_en: str
    folders: tuple[Path, ...]
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
        """Files of all agency folders by glob, ordered by agency, folder and name."""
        return [
            path for agency in self._ordered() for folder in agency.folders for path in sorted(folder.glob(pattern))
        ]

    def _ordered(self) -> list[Agency]:
        return [self.agencies[name] for name in sorted(self.agencies)]


_active_code_lists: dict[str, CodeList] = {}


def codes_of(name: str) -> tuple[str, ...]:
    """Codes of a list, for contracts while they are imported. Raises DeclarationError for an unknown list."""
    return code_list_of(name).codes


def code_list_of(name: str) -> CodeList:
    """A list of the contracts that are loaded. Raises DeclarationError for an unknown list."""
    if name not in _active_code_lists:
        raise DeclarationError(
            f"A contract uses the code list {name!r}, which no agency declares.", "Add its YAML file."
        )
    return _active_code_lists[name]


def attributes_of(name: str) -> Mapping[str, Mapping[str, Any]]:
    """What a list knows about each of its codes, for rules of contracts while they are imported."""
    codes_of(name)
    return _active_code_lists[name].attributes


def load_catalogue(folders: Iterable[Path]) -> Catalogue:
    """Read all declarations of the source folders, in order; a later folder adds and replaces nothing.

    Raises DeclarationError when a declaration is wrong or contradicts an earlier one.
    """
    return _load(tuple(Path(folder).resolve() for folder in folders))


@lru_cache(maxsize=8)
def _load(folders: tuple[Path, ...]) -> Catalogue:
    of_agency = _agency_folders(folders)
    agencies = {name: _agency(name, parts) for name, parts in of_agency.items()}
    return Catalogue(folders, agencies, _code_lists(of_agency), _areas(folders))


def _areas(folders: tuple[Path, ...]) -> Areas:
    """The region reference of the first source folder, with the spellings of all of them."""
    spellings = [path for folder in folders if (path := folder / "reference" / "region_variants.yaml").is_file()]
    return load_areas(folders[0] / "reference" / "regions.csv", load_variants(spellings))


def _agency_folders(sources: Iterable[Path]) -> dict[str, tuple[Path, ...]]:
    """Folders by agency: the first holds its `agency.yaml`, those of later source folders what they add to it."""
    found: dict[str, tuple[Path, ...]] = {}
    for source in sources:
        for folder in sorted(source.iterdir()):
            if not any((folder / part).exists() for part in _AGENCY_PARTS):
                continue
            if folder.name not in found and not (folder / "agency.yaml").is_file():
                raise DeclarationError(
                    f"{folder.name}/agency.yaml is missing, and no earlier source folder has it.",
                    "Write it, or give the folder the name of the agency it adds to.",
                )
            found[folder.name] = (*found.get(folder.name, ()), folder)
    return found


def _code_lists(of_agency: Mapping[str, Sequence[Path]]) -> dict[str, CodeList]:
    """All lists. A file adds to a list of the same id only in a further folder of the agency that declares it."""
    lists: dict[str, CodeList] = {}
    for folders in of_agency.values():
        own: dict[str, CodeList] = {}
        for folder in folders:
            here: dict[str, CodeList] = {}
            for path in sorted((folder / "codes").glob("*.yaml")):
                code_list = load_code_list(path, own)
                if code_list.id in lists or code_list.id in here:
                    raise DeclarationError(
                        f"The code list {code_list.id} is declared twice.", f"Rename the one in {path.name}."
                    )
                here[code_list.id] = code_list
            own |= here
        lists |= own
    return lists


def _agency(name: str, folders: tuple[Path, ...]) -> Agency:
    names: dict[str, str] = {}
    feeds: dict[str, Feed] = {}
    layouts: dict[str, Layout] = {}
    for folder in folders:
        raw = _agency_file(folder)
        for language, text in (raw.get("name") or {}).items():
            if names.setdefault(language, text) != text:
                raise DeclarationError(f"{name}/agency.yaml: name.{language} has two values.", "Leave one out.")
        for record, item in (raw.get("feeds") or {}).items():
            feed = _feed(name, record, item)
            if feeds.setdefault(record, feed) != feed:
                raise DeclarationError(f"{name}/agency.yaml: feeds.{record} has two values.", "Leave one out.")
        for path in sorted((folder / "layouts").glob("*.yaml")):
            layout = load_layout(path, name)
            if layouts.setdefault(layout.id, layout) is not layout:
                raise DeclarationError(f"{name}/layouts/{path.name}: the id {layout.id} is taken.", "Give it another.")
    if missing := [language for language in ("id", "en") if not names.get(language)]:
        raise DeclarationError(f"{name}/agency.yaml: name.{missing[0]} is missing.", "Give both names.")
    return Agency(name, names["id"], names["en"], folders, tuple(feeds.values()), tuple(layouts.values()))


def _agency_file(folder: Path) -> dict[str, Any]:
    """What an agency file says; a folder that adds to an agency may do without."""
    path = folder / "agency.yaml"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}


def _feed(agency: str, record: str, item: Any) -> Feed:
    where = f"{agency}/agency.yaml: feeds.{record}"
    if not isinstance(item, dict) or set(item) != {"cadence", "due_day"}:
        raise DeclarationError(f"{where} does not hold cadence and due_day.", "Write these two and nothing else.")
    cadence, due_day = item["cadence"], item["due_day"]
    if cadence not in CADENCES:
        raise DeclarationError(f"{where}.cadence is none of {', '.join(CADENCES)}.", "Write one of them.")
    if type(due_day) is not int or not 1 <= due_day <= 31:
        raise DeclarationError(f"{where}.due_day is no day from 1 to 31.", "Write the day of the month.")
    return Feed(agency, record, cadence, due_day)


@lru_cache(maxsize=8)
def _import_contracts(folders: tuple[Path, ...]) -> dict[str, RecordType]:
    from kla_pipeline.quality import contract

    catalogue = _load(folders)
    _active_code_lists.clear()
    _active_code_lists.update(catalogue.code_lists)
    sheets = load_sheets(catalogue.files("rules/*.yaml"))
    contract.start_over(sheets)
    for number, path in enumerate(catalogue.files("contracts.py")):
        # an agency may have one file in each source folder
        spec = importlib.util.spec_from_file_location(f"kla_contracts_{number}_{path.parent.name}", path)
        if spec is None or spec.loader is None:
            raise DeclarationError(f"{path.parent.name}/contracts.py cannot be imported.", "Check the file.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # pandera resolves annotations through it
        spec.loader.exec_module(module)
    known = dict(contract.registry)
    if idle := sorted(set(sheets) - set(known)):
        raise DeclarationError(f"rules/{idle[0]}.yaml belongs to no contract.", "Name it as the record it is about.")
    for agency in catalogue.agencies.values():
        _check_layouts(agency, known)
        _check_feeds(agency, known)
    return known


def _check_feeds(agency: Agency, known: Mapping[str, RecordType]) -> None:
    for feed in agency.feeds:
        if feed.record not in known:
            raise DeclarationError(
                f"{agency.id}/agency.yaml: feeds.{feed.record} names a record that has no contract.",
                "Correct the name, or write its contract.",
            )


def _check_layouts(agency: Agency, known: Mapping[str, RecordType]) -> None:
    for layout in agency.layouts:
        if problem := layout_problem(layout, known):
            raise DeclarationError(problem, "Correct the layout, or the contract.")


def layout_problem(layout: Layout, known: Mapping[str, RecordType]) -> str:
    """What of a layout its contract contradicts, as a sentence; empty when nothing does."""
    where = f"Layout {layout.id} ({layout.file})" if layout.file else f"Layout {layout.id}"
    if layout.record not in known:
        return f"{where} names the record {layout.record}, which has no contract."
    record = known[layout.record]
    wrong = [name for name in _named_columns(layout) if name not in record.columns]
    if wrong:
        return f"{where} names columns its contract lacks: {', '.join(wrong)}."
    many = [name for name in layout.series if record.columns[name].kind != "series"]
    if many:
        return f"{where}: {many[0]} is no series in its contract."
    if never := [name for name in record.required if name not in layout.supplied]:
        return f"{where} gives the required columns {', '.join(never)} no text: every row would be rejected."
    return ""


def _named_columns(layout: Layout) -> list[str]:
    period = layout.period
    names = [*layout.supplied, *layout.scope]
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
