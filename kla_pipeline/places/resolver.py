"""From a name to one area of a jurisdiction, or to the reason why there is none.

Order: exact, then known spelling, first inside the parent that is given, then in the jurisdiction, then in the whole
reference. A code comes from these only, and only when one area bears the name. A name that is merely near one is a
`suggestion`: shown, never taken. A name that several areas bear is `ambiguous` until a level or a parent decides.
Not here: how a text falls into names (split.py, mentions.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kla_pipeline.places.names import BELOW, LEVELS, Written, written
from kla_pipeline.places.near import nearest
from kla_pipeline.places.reference import Area, Areas, Match, kind_fits

How = Literal["exact", "variant", "suggestion", "ambiguous", "unknown"]
Problem = Literal[
    "wrong_parent",  # the place exists, but not in the parent that is given
    "not_in_jurisdiction",  # the place exists, but lies elsewhere
    "no_such_place",  # the reference knows all places of this level here, and none of this name
    "not_in_reference",  # the reference does not hold the places of this level here
    "not_valid_then",  # the code did not stand on the day asked for
    "validity_unclear",  # the editions do not say whether it stood on that day
    "wrong_level",  # the word before the name means another level than the one asked for
    "below_kelurahan",  # a hamlet, street or estate: the reference ends above it
    "parent_unknown",  # the place is known by name, the kecamatan written before it is not
]
_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
_DIGITS = re.compile(r"\d{4}|\d{6,7}|\d{10}")


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a name. `area` is set for exact and variant alone; `candidates` are what a person may choose."""

    how: How
    area: Area | None = None
    problem: Problem | None = None
    candidates: tuple[Area, ...] = ()

    @property
    def code(self) -> str | None:
        return self.area.code if self.area else None

    @property
    def is_certain(self) -> bool:
        """Whether a code came of it that nothing speaks against."""
        return self.area is not None and self.problem is None


class Resolver:
    """Names in one jurisdiction on one day. Without a jurisdiction nothing is outside, and names need a parent more."""

    def __init__(self, areas: Areas, jurisdiction: str = "", on: date | None = None) -> None:
        self.areas = areas
        self.jurisdiction = jurisdiction
        self.on = on
        self._known: dict[tuple[str, str | None, str], Found] = {}

    def resolve(self, text: str, level: str | None = None, within: str = "") -> Found:
        """One name, with or without the word of its level before it, or one code; `within` is the parent's code."""
        asked = (text, level, within)
        if asked not in self._known:
            self._known[asked] = self._valid(self._resolve(written(text), level, within))
        return self._known[asked]

    def coded(self, digits: str, name: str = "") -> Found:
        """A code written without points: that of Statistics Indonesia, or the ministry's.

        With a name the area must bear it, and with two readings the name decides. Without one both readings must mean
        the same area.
        """
        readings = [self.areas.by_bps(digits), self.areas.by_code.get(_dotted(digits))]
        found = list({area.code: area for area in readings if area}.values())
        if name.strip():
            named = {match.area.code for match in self.areas.named(written(name))}
            agreeing = tuple(area for area in found if area.code in named)
            if len(agreeing) == 1:
                return self._valid(Found("exact", agreeing[0], self._outside(agreeing[0])))
            return Found("unknown", None, "no_such_place", tuple(found))
        if len(found) == 1 and all(readings):
            return self._valid(Found("exact", found[0], self._outside(found[0])))
        return Found("suggestion" if len(found) == 1 else "unknown", None, "no_such_place", tuple(found))

    def _resolve(self, name: Written, level: str | None, within: str) -> Found:
        if name.kind != BELOW and _CODE.fullmatch(name.bare) and (len(name.bare) > 2 or level == "province"):
            return self._code(name.bare, level or name.level, within)
        if name.kind != BELOW and _DIGITS.fullmatch(name.bare):
            return self.coded(name.bare)
        matches = self._matches(name, level)
        if name.kind in ("kota", BELOW) and level not in (None, "district"):
            name = Written(name.text, "", name.text)  # "Kec. Kota Bahagia", "Kel. Kampung Baru": part of the name
        if level and name.level and name.level != level and not matches:
            return Found("unknown", None, "wrong_level")
        level = level or name.level
        if within:
            return self._in_parent(name, level, within, matches)
        if name.kind == BELOW and not matches:
            return Found("unknown", None, "below_kelurahan")
        here = _best(match for match in matches if self._is_near(match.area))
        return self._one(here) if here else self._nowhere(name, level, matches)

    def _code(self, code: str, level: str | None, within: str) -> Found:
        area = self.areas.by_code.get(code)
        if area is None:
            return Found("unknown", None, "no_such_place" if self._covers(code) else "not_in_reference")
        if level and area.level != level:
            return Found("unknown", None, "wrong_level", (area,))
        if within and not area.lies_in(within):
            return Found("exact", area, "wrong_parent")
        return Found("exact", area, self._outside(area))

    def _matches(self, name: Written, level: str | None) -> list[Match]:
        found = [match for match in self.areas.named(name) if level is None or match.area.level == level]
        valid = [match for match in found if match.area.validity(self.on) != "not_valid"]
        return valid or found

    def _in_parent(self, name: Written, level: str | None, within: str, matches: Sequence[Match]) -> Found:
        inside = _best(match for match in matches if match.area.lies_in(within) and match.area.code != within)
        if inside:
            return self._one(inside)
        pool = self._pool(name, level, within)
        near = nearest(name.bare, self.areas, pool)
        elsewhere = [m for m in matches if not m.area.lies_in(within) and (self._is_near(m.area) or _kin(m, within))]
        if found := _best(elsewhere):
            return replace(self._one(found, near), problem="wrong_parent")
        if len(near) == 1:
            return Found("suggestion", None, "no_such_place", near)
        if found := _best(match for match in matches if match.area.level == "kecamatan"):
            return replace(self._one(found), problem="not_in_jurisdiction")
        around = nearest(name.bare, self.areas, self._pool(name, level, self.jurisdiction)) if pool and not near else ()
        if len(around) == 1:
            return Found("suggestion", None, "wrong_parent", around)
        return Found("unknown", None, "no_such_place" if pool else "not_in_reference", near)

    def _nowhere(self, name: Written, level: str | None, matches: Sequence[Match]) -> Found:
        """A name that no area of the jurisdiction bears: near one, elsewhere, or none."""
        pool = self._pool(name, level, self.jurisdiction)
        near = nearest(name.bare, self.areas, pool)
        found = _best(matches)
        # districts are few and all known: one of this name elsewhere is meant; kecamatan share names by the dozen.
        # a bare name that stands in the reference letter by letter is no slip of the pen
        is_elsewhere = level in ("province", "district") or (level is None and any(m.how == "exact" for m in found))
        if len(near) == 1 and not (found and is_elsewhere):
            return Found("suggestion", None, "no_such_place", near)
        if len(found) == 1 and (
            found[0].area.level == "kelurahan" or (level is None and found[0].area.level == "kecamatan")
        ):
            # the reference holds the kelurahan of one province, and a bare name may be one it does not hold: to be the
            # only one means little
            return Found("suggestion", None, "not_in_jurisdiction", (found[0].area,))
        if found:
            return replace(self._one(found), problem="not_in_jurisdiction")
        if level is None and not near and (parts := self._quarters(name.bare)):
            return Found("ambiguous", None, "not_in_jurisdiction", parts)
        return Found("unknown", None, "no_such_place" if pool else "not_in_reference", near)

    def _quarters(self, text: str) -> tuple[Area, ...]:
        """Districts of one other province that are called by this name and one word more each ("Jakarta", "Lombok")."""
        found = self.areas.districts_beginning(text)
        provinces = {area.parent for area in found}
        return found if len(found) > 1 and len(provinces) == 1 and self.jurisdiction[:2] not in provinces else ()

    def _pool(self, name: Written, level: str | None, within: str) -> tuple[Area, ...]:
        """The areas among which a name is looked for when none bears it."""
        if level in ("province", "district"):
            areas = self.areas.within("" if level == "province" else within[:2], level)
            return tuple(area for area in areas if kind_fits(name.kind, area))
        levels = (level,) if level else LEVELS[2:]
        return tuple(area for one in levels for area in self.areas.within(within, one))

    def _is_near(self, area: Area) -> bool:
        """Inside the jurisdiction, around it, or a district of its province: what a text of its offices may mean."""
        if not self.jurisdiction or area.level == "province" or area.lies_in(self.jurisdiction):
            return True
        return area.level == "district" and area.lies_in(self.jurisdiction[:2])

    def _covers(self, code: str) -> bool:
        """Whether the reference holds the areas beside this code, so that its absence says something."""
        parent = code.rpartition(".")[0]
        return any(area.parent == parent for area in self.areas.within(parent, LEVELS[code.count(".")]))

    def _one(self, matches: Sequence[Match], others: tuple[Area, ...] = ()) -> Found:
        if len(matches) == 1:
            area, how = matches[0]
            return Found(how, area, self._outside(area), others)
        return Found("ambiguous", None, None, tuple(match.area for match in matches))

    def _outside(self, area: Area) -> Problem | None:
        inside = area.lies_in(self.jurisdiction) or self.jurisdiction.startswith(f"{area.code}.")
        return None if inside or not self.jurisdiction else "not_in_jurisdiction"

    def _valid(self, found: Found) -> Found:
        if found.area is None or found.problem is not None:
            return found
        validity = found.area.validity(self.on)
        if validity == "valid":
            return found
        return replace(found, problem="not_valid_then" if validity == "not_valid" else "validity_unclear")


def _best(matches: Iterable[Match]) -> list[Match]:
    """The exact ones, or the known spellings when there is no exact one, by code."""
    found = sorted(matches)
    return [match for match in found if match.how == "exact"] or found


def _kin(match: Match, within: str) -> bool:
    """In the same district as the parent that was given."""
    return match.area.lies_in(within[:5])


def _dotted(digits: str) -> str:
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)
