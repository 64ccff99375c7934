"""The region reference: areas by Kemendagri code with their validity, and the names each of them goes by.

`sources/reference/regions.csv` has one row per area: code, name, level, parent, valid_from, valid_to, absent_in,
bps_code. The names are those of edition 2025 of the ministry's list. Editions are known by year only: `absent_in` is
the year of the last edition that did not have the area yet, `valid_from` the first day of the year of the first one
that had it; between the two nothing is known. Empty means: in every edition that was seen. All provinces, districts
and kecamatan are there, kelurahan and desa of Banten only, so "no such kelurahan" can be said of Banten alone.

Names are indexed on first use: commands that only look up a code must not pay for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from kla_pipeline.errors import DeclarationError
from kla_pipeline.places.names import LEVELS, Level, Written, district_kind, key, plain
from kla_pipeline.places.variants import NO_VARIANTS, Variants

Validity = Literal["valid", "not_valid", "unclear"]
_COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to", "absent_in", "bps_code")


class Area(NamedTuple):
    """One area; `parent` is a code or empty, dates are ISO texts or empty, `absent_in` a year or empty."""

    code: str
    name: str
    level: str
    parent: str
    valid_from: str = ""
    valid_to: str = ""
    absent_in: str = ""
    bps_code: str = ""

    def validity(self, on: date | None) -> Validity:
        """Whether the code stood on that day; `unclear` between the editions that decide it, `valid` without a day."""
        if on is None:
            return "valid"
        if self.valid_to and on > date.fromisoformat(self.valid_to):
            return "not_valid"
        if self.valid_from and on < date.fromisoformat(self.valid_from):
            return "unclear" if self.absent_in and on.year > int(self.absent_in) else "not_valid"
        return "valid"

    def lies_in(self, code: str) -> bool:
        """Whether this is the area of that code or a part of it."""
        return self.code == code or self.code.startswith(f"{code}.")


class Match(NamedTuple):
    """An area that bears a name, and whether the name is written as in the reference or in another known way."""

    area: Area
    how: Literal["exact", "variant"]


class Areas:
    """The reference with the reviewed spellings. `reviewed` are districts whose spellings a person has gone through."""

    def __init__(self, areas: Iterable[Area], variants: Variants = NO_VARIANTS) -> None:
        self.by_code: dict[str, Area] = {area.code: area for area in areas}
        self.variants = variants
        for code in (*variants.spellings, *variants.reviewed):
            if code not in self.by_code:
                raise DeclarationError(
                    f"The spellings of places name the code {code}, which the region reference lacks.",
                    "Correct the code in region_variants.yaml.",
                )

    @property
    def reviewed(self) -> frozenset[str]:
        return self.variants.reviewed

    def within(self, code: str, level: str) -> tuple[Area, ...]:
        """All areas of a level that lie in an area; an empty code means the whole reference."""
        return self._below.get((code, level), ())

    def of_edition(self, code: str, level: str, on: date) -> tuple[Area, ...]:
        """The areas of a level within an area that stood on that day for certain."""
        return tuple(area for area in self.within(code, level) if area.validity(on) == "valid")

    def keys_of(self, area: Area) -> Iterator[str]:
        """The keys an area goes by: its name (a district also without Kabupaten or Kota) and its reviewed spellings."""
        yield key(area.name)
        if area.level == "district":
            yield key(district_kind(area.name)[1])
        for spelling in self.variants.spellings.get(area.code, ()):
            yield key(spelling)

    @cached_property
    def _below(self) -> Mapping[tuple[str, str], tuple[Area, ...]]:
        """Areas by a code they lie in and their level: texts name places in hundreds of districts."""
        index: dict[tuple[str, str], list[Area]] = {}
        for area in self.by_code.values():
            parts = area.code.split(".")
            for length in range(len(parts)):
                index.setdefault((".".join(parts[:length]), area.level), []).append(area)
        return {asked: tuple(areas) for asked, areas in index.items()}

    @cached_property
    def _named(self) -> Mapping[str, tuple[Area, ...]]:
        index: dict[str, tuple[Area, ...]] = {}
        for area in self.by_code.values():
            for name in set(self.keys_of(area)):
                index[name] = (*index.get(name, ()), area)
        for code, texts in self.variants.spellings.items():
            for text in texts:
                _refuse_second(code, index[key(text)])
        return index

    @cached_property
    def _by_bps_code(self) -> Mapping[str, Area]:
        return {area.bps_code: area for area in self.by_code.values() if area.bps_code}

    def named(self, name: Written) -> list[Match]:
        """Areas of any level that bear a name as written, or without the word before it if that word allows them."""
        found = {area.code: Match(area, _how(name.text, area)) for area in self._named.get(key(name.text), ())}
        if name.kind:
            for area in self._named.get(key(name.bare), ()):
                if area.level == name.level and kind_fits(name.kind, area):
                    found.setdefault(area.code, Match(area, _how(name.bare, area)))
        return list(found.values())

    @cached_property
    def _districts_by_word(self) -> Mapping[str, tuple[Area, ...]]:
        index: dict[str, tuple[Area, ...]] = {}
        for area in self.within("", "district"):
            words = district_kind(area.name)[1].split()
            for number in range(1, len(words)):
                text = " ".join(words[:number])
                index[text] = (*index.get(text, ()), area)
        return index

    def districts_beginning(self, text: str) -> tuple[Area, ...]:
        """Districts whose name, without Kabupaten or Kota, goes on behind these whole words, by code."""
        return self._districts_by_word.get(plain(text), ())

    def bears_name(self, text: str, level: Level) -> bool:
        """Whether some area of the level goes by this name, however many share it."""
        return any(area.level == level for area in self._named.get(key(text), ()))

    def by_bps(self, code: str) -> Area | None:
        """The area that Statistics Indonesia gives this code, where the reference knows it."""
        return self._by_bps_code.get(code)


def _refuse_second(code: str, areas: Iterable[Area]) -> None:
    """A reviewed spelling that is the name of a neighbour in the same parent would decide between the two."""
    parent = code.rpartition(".")[0]
    if other := next((area.code for area in areas if area.parent == parent and area.code != code), None):
        raise DeclarationError(
            f"region_variants.yaml: a spelling of {code} is the name of {other}.", "Leave the spelling out."
        )


def _how(text: str, area: Area) -> Literal["exact", "variant"]:
    names = (plain(area.name), district_kind(area.name)[1] if area.level == "district" else "")
    return "exact" if plain(text) in names else "variant"


def kind_fits(kind: str, area: Area) -> bool:
    """A district written with Kabupaten is no city, and the other way round."""
    return kind not in ("kabupaten", "kota") or district_kind(area.name)[0] in (kind, "")


def load_areas(path: Path, variants: Variants = NO_VARIANTS) -> Areas:
    """Region reference from its CSV. Raises DeclarationError for other columns or a level that does not exist."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        if tuple(next(rows, ())) != _COLUMNS:
            raise DeclarationError(f"{path.name} has other columns.", f"They are {', '.join(_COLUMNS)}.")
        areas = [Area._make(row) for row in rows]
    if wrong := next((area for area in areas if area.level not in LEVELS), None):
        raise DeclarationError(f"{path.name}: the level of {wrong.code} is none.", f"Write one of {', '.join(LEVELS)}.")
    return Areas(areas, variants)
