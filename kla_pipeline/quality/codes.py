"""Code lists: canonical codes, their labels and the spellings agencies use for them.

Lists live as YAML in `sources/<agency>/codes/`; names are unique over all agencies. A spelling that is not in the list
is never guessed: the row is rejected, and the list (a reviewed file) is where a new spelling is added.
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


def load_code_list(path: Path) -> CodeList:
    """One list from YAML. Raises DeclarationError when a spelling means two codes or a label is missing."""
    with path.open(encoding="utf-8") as stream:
        raw = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    lookup: dict[str, str] = {}
    labels: dict[str, tuple[str, str]] = {}
    attributes: dict[str, dict[str, Any]] = {}
    for code, item in raw["codes"].items():
        if not isinstance(code, str):
            raise DeclarationError(f"{path.name}: code {code!r} is not text.", "Put it in quotes.")
        labels[code] = (item["id"], item["en"])
        attributes[code] = {k: v for k, v in item.items() if k not in ("id", "en", "variants")}
        for spelling in (code, item["id"], *item.get("variants", ())):
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
