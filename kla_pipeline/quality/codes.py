"""Code lists: canonical codes, their labels and the spellings agencies use for them.

Lists live as YAML in `sources/<agency>/codes/`; names are unique over all agencies. A spelling that is not in the list
is never guessed: the row is rejected, and the list (a reviewed file) is where a new spelling is added. A city adds its
own spellings and codes in a file of the same list id in its own source folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
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
