"""Code lists: canonical codes, their labels and the spellings agencies use for them.

Lists live as YAML in `sources/<agency>/codes/`; names are unique over all agencies. A spelling that is not in the list
is never guessed: the row is rejected, and the list (a reviewed file) is where a new spelling is added. A city adds its
own spellings and codes in a file of the same list id in its own source folder.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kla_pipeline.errors import DeclarationError

_NOT_WORD = re.compile(r"[\W_]+")


def code_key(text: str) -> str:
    """A spelling as compared: lower case, punctuation and blanks as one blank."""
    return _NOT_WORD.sub(" ", text.lower()).strip()


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list. `lookup` maps a normalised spelling to its code; `attributes` holds what else is known of a code."""

    id: str
    codes: tuple[str, ...]
    labels: Mapping[str, tuple[str, str]]
    attributes: Mapping[str, Mapping[str, Any]]
    lookup: Mapping[str, str] = field(repr=False)

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """(list, code, Indonesian label, English label, attributes as JSON) for `meta.code`."""
        return [
            (self.id, code, *self.labels[code], json.dumps(self.attributes[code], sort_keys=True))
            for code in self.codes
        ]


def load_code_list(path: Path, known: Mapping[str, CodeList] | None = None) -> CodeList:
    """One list from YAML; when `known` has a list of this id, that list with the codes and spellings of the file added.

    Labels of a code that is known need not be repeated. Raises DeclarationError when a spelling means two codes, a
    label is missing, or the file says something else of a known code.
    """
    with path.open(encoding="utf-8") as stream:
        raw = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    base = (known or {}).get(raw["id"])
    lookup = dict(base.lookup) if base else {}
    labels = dict(base.labels) if base else {}
    attributes = {code: dict(facts) for code, facts in base.attributes.items()} if base else {}
    for code, item in raw["codes"].items():
        if not isinstance(code, str):
            raise DeclarationError(f"{path.name}: code {code!r} is not text.", "Put it in quotes.")
        before = dict(zip(("id", "en"), labels.get(code, ()), strict=False)) | attributes.get(code, {})
        facts = before | {name: value for name, value in item.items() if name != "variants"}
        if missing := [name for name in ("id", "en") if name not in facts]:
            raise DeclarationError(
                f"{path.name}: code {code} has no {missing[0]}.",
                "Give both; a file adds to a list in a folder of the list's agency only.",
            )
        if changed := sorted(name for name in before if facts[name] != before[name]):
            raise DeclarationError(
                f"{path.name}: {changed[0]} of code {code} contradicts the list {raw['id']}.", "Leave it out."
            )
        labels[code] = (facts.pop("id"), facts.pop("en"))
        attributes[code] = facts
        for spelling in (code, labels[code][0], *item.get("variants", ())):
            if not isinstance(spelling, str):
                raise DeclarationError(f"{path.name}: a variant of {code} is not text.", "Put it in quotes.")
            key = code_key(spelling)
            if lookup.setdefault(key, code) != code:
                raise DeclarationError(f"{path.name}: one spelling stands for {lookup[key]} and {code}.", "Remove one.")
    return CodeList(raw["id"], tuple(labels), labels, attributes, lookup)


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the region reference; `parent` is a code or empty."""

    code: str
    name: str
    level: str
    parent: str


_PREFIX = re.compile(r"^(kabupaten|kab|kota administrasi|kota|kecamatan|kec|kelurahan|kel)\s+")


class Areas:
    """Names to Kemendagri codes. A name is resolved only when exactly one area of the level bears it."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.by_code = {area.code: area for area in areas}
        self._districts: dict[str, set[str]] = {}
        self._kecamatan: dict[tuple[str, str], str] = {}
        self._with_kecamatan = {area.parent for area in self.by_code.values() if area.level == "kecamatan"}
        for area in self.by_code.values():
            if area.level == "district":
                key = code_key(area.name)
                self._districts.setdefault(key, set()).add(area.code)
                if key.startswith("kabupaten "):
                    self._districts.setdefault(key.replace("kabupaten", "kab", 1), set()).add(area.code)
                self._districts.setdefault(_PREFIX.sub("", key), set()).add(area.code)
            elif area.level == "kecamatan":
                self._kecamatan[(area.parent, code_key(area.name))] = area.code

    def district(self, text: str) -> str | None:
        """Code of a district by code or name; None when unknown or when two districts share the bare name."""
        clean = text.strip()
        if clean in self.by_code:
            return clean if self.by_code[clean].level == "district" else None
        found = self._districts.get(code_key(clean), set())
        return next(iter(found)) if len(found) == 1 else None

    def is_district_name(self, text: str) -> bool:
        """Whether at least one district bears this name, also a bare name that several share."""
        return code_key(text) in self._districts

    def kecamatan(self, district: str, text: str) -> str | None:
        """Code of a kecamatan by code or name within its district; None when it has no such kecamatan."""
        area = self.by_code.get(text.strip())
        if area is not None:
            return area.code if area.level == "kecamatan" and area.parent == district else None
        key = code_key(text)
        return self._kecamatan.get((district, _PREFIX.sub("", key))) or self._kecamatan.get((district, key))

    def has_kecamatan(self, district: str) -> bool:
        """Whether the reference knows this district's kecamatan at all."""
        return district in self._with_kecamatan


def load_areas(path: Path) -> Areas:
    """Region reference from CSV with columns code, name, level, parent."""
    with path.open(encoding="utf-8", newline="") as stream:
        return Areas(Area(r["code"], r["name"], r["level"], r["parent"]) for r in csv.DictReader(stream))
