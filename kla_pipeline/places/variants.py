"""Spellings of places that a person has looked at: `region_variants.yaml` of the source folders.

A file holds `reviewed` (districts whose spellings were gone through: there an unknown name is refused, elsewhere it is
left out) and `spellings`, a list of groups, each with `by`, `date` and `source`, and under `of` the spellings by
Kemendagri code. Files of later source folders add to it. What is not in a list is never taken for a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kla_pipeline.errors import DeclarationError
from kla_pipeline.places.names import key

_GROUP = {"by", "date", "source", "of"}


@dataclass(frozen=True, slots=True)
class Variants:
    """Spellings by code, and the districts whose spellings were reviewed."""

    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    reviewed: frozenset[str] = frozenset()


NO_VARIANTS = Variants()


def load_variants(paths: Iterable[Path]) -> Variants:
    """Spellings of all files, in order. Raises DeclarationError when one says nothing, or one thing about two areas.

    One spelling may stand for areas in different parents ("Sukawana"), but not for two in the same one.
    """
    spellings: dict[str, tuple[str, ...]] = {}
    reviewed: set[str] = set()
    for path in paths:
        with path.open(encoding="utf-8") as stream:
            raw = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
        if not isinstance(raw, dict) or not set(raw) <= {"reviewed", "spellings"}:
            raise DeclarationError(f"{path.name} holds more than reviewed and spellings.", "Leave the rest out.")
        reviewed.update(_texts(path, raw.get("reviewed") or []))
        for group in raw.get("spellings") or []:
            for code, texts in _group(path, group).items():
                spellings[code] = tuple(dict.fromkeys((*spellings.get(code, ()), *texts)))
    _check(spellings)
    return Variants(spellings, frozenset(reviewed))


def _group(path: Path, group: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(group, dict) or set(group) != _GROUP or not all(group.values()):
        raise DeclarationError(
            f"{path.name}: a group of spellings lacks {', '.join(sorted(_GROUP - set(group or ())))}.",
            "Give by, date, source and of.",
        )
    return {code: tuple(_texts(path, texts)) for code, texts in group["of"].items()}


def _texts(path: Path, items: Any) -> list[str]:
    if not isinstance(items, list) or not all(isinstance(item, str) and item.strip() for item in items):
        raise DeclarationError(f"{path.name}: codes and spellings are lists of texts.", "Put each in quotes.")
    return items


def _check(spellings: Mapping[str, tuple[str, ...]]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for code, texts in spellings.items():
        if not isinstance(code, str):
            raise DeclarationError(f"region_variants.yaml: the code {code} is not text.", "Put it in quotes.")
        parent = code.rpartition(".")[0]
        for text in texts:
            if taken.setdefault((parent, key(text)), code) != code:
                raise DeclarationError(
                    f"region_variants.yaml: one spelling stands for {taken[parent, key(text)]} and {code}.",
                    "Leave it with one of them.",
                )
