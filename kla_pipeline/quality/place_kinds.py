"""Columns that hold places: district, kecamatan, kelurahan, area, mentions; each cell read with the help of others.

A code comes out only where one area bears the name, in the parent its row gives. What is not resolved stays text, so
that the pattern of the contract rejects it, with what it may mean as a hint. Of kecamatan and kelurahan this holds in
districts whose spellings were reviewed; elsewhere they are null, because their rows are in no figure by kecamatan and
must not be lost over one. A table without a column of the district is read in the home district, in whose folder it
lies; a cell that is there and empty is not. Not here: how names are resolved (places/).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kla_pipeline.places.mentions import read_mentions
from kla_pipeline.places.names import written
from kla_pipeline.places.reference import Area, Areas
from kla_pipeline.places.resolver import Found, Resolver
from kla_pipeline.quality.cells import clean, says_nothing
from kla_pipeline.quality.codes import code_key
from kla_pipeline.quality.contract import Column, RecordType
from kla_pipeline.quality.normalise import Context, Texts, Typed

_UNKNOWN_PLACE = {"tidak diketahui", "tdk diketahui", "tidak tahu"}
_OUTSIDE = ("luar kota", "luar daerah", "luar wilayah")
_LOOKS_LIKE_CODE = re.compile(r"\d{2}(\.\d{2,4})*")
# without its points, or a number whose last zero a spreadsheet dropped (72.10 as 72.1)
_BARE_CODE = re.compile(r"\d{4}|\d{6,7}|\d{10}|\d{2}\.\d")
_CODE_AS_NUMBER = re.compile(r"(\d{2,10})\.0+")
_MOST_CANDIDATES = 3

_BELOW_DISTRICT = ("kecamatan", "kelurahan")

# kinds of change as counted: a known spelling became a code; a place outside reviewed districts was left out; the
# table does not say in which district its rows lie, and the home district stands in
SPELLING = "place_spelling"
LEFT_OUT = "place_left_out"
HOME = "home_district"


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a cell becomes, what was done to it, and what a person may be told."""

    value: str | None
    change: str = ""
    hint: str = ""


def at_home(context: Context, record: RecordType, has: Callable[[str], bool]) -> Context:
    """Context of one table: where the home district stands in. `has` says whether the table has a contract column.

    `absent` are columns that it lacks together with every column they lie within. Of these the scope column of a record
    with places below it is filled: an office does not write its own city beside each of its events, and places in the
    rows would contradict it. A table of mere counts may be about any area, and people live elsewhere too: their columns
    stay empty. Without a home that is a district nothing stands in.
    """
    home = context.areas.by_code.get(context.home)
    if home is None or home.level != "district":
        return replace(context, home="")
    columns, scope = record.columns, record.scope_column
    absent = frozenset(name for name in columns if not any(map(has, _lies_within(name, columns))))
    has_places = any(column.within == scope and column.kind in _BELOW_DISTRICT for column in columns.values())
    is_filled = scope in absent and has_places and columns[scope].kind == "district"
    return replace(context, absent=absent, filled=scope if is_filled else "")


def _lies_within(name: str, columns: Mapping[str, Column]) -> list[str]:
    """A column and the columns of the areas around it: kelurahan, kecamatan, district."""
    return [name, *_lies_within(columns[name].within, columns)] if name else []


def normalise_place(
    column: Column, texts_of: Callable[[str], Texts], typed: Mapping[str, pd.Series], context: Context, name: str = ""
) -> Typed:
    """One column of a place kind. `texts_of("")` are its own texts; `typed` holds the columns declared before it.

    `name` is its own name, by which the context tells that the home district fills it.
    """
    own = texts_of("")
    home = context.home if _reads_at_home(column, context) else ""
    parents: Iterable[str] | None = [home] * len(own) if home else None
    if column.within and not home:
        parents = typed[column.within].astype("object")
    if name and name == context.filled:
        read = Typed(pd.Series([context.home] * len(own), dtype="string"), np.zeros(len(own), bool))
        home = context.home
    else:
        read = _read(column, own, parents, texts_of, _Reader(context.areas, home))
    if home and (cells := int(read.values.notna().sum())):
        read.changes[HOME] = cells
    return read


def _reads_at_home(column: Column, context: Context) -> bool:
    """Whether the table says nothing of the district around a column; a filled parent speaks for itself."""
    is_open = column.within in context.absent and column.within != context.filled
    return is_open and (column.kind != "area" or column.level in _BELOW_DISTRICT)


def _read(
    column: Column, own: Texts, parents: Iterable[str] | None, texts_of: Callable[[str], Texts], reader: _Reader
) -> Typed:
    if column.kind == "district":
        return _spread(own, reader.district)
    if column.kind == "kecamatan":
        return _spread(own, reader.kecamatan, parents)
    if column.kind == "kelurahan":
        return _spread(own, reader.kelurahan, parents)
    if column.kind == "mentions":
        return _spread(own, reader.mentions, parents)
    names = texts_of(column.named_by) if column.named_by else None
    return _spread(own, lambda text, parent, name: reader.area(text, column.level, parent, name), parents, names)


def to_district(text: str, areas: Areas) -> str | None:
    """Kemendagri code of a city or regency, `outside`, or null for "unknown"; an unresolved name stays as it is."""
    return _Reader(areas).district(text).value


def _spread(own: Texts, read: Callable[..., _Cell], *beside: Iterable[Any] | None) -> Typed:
    """Read each different cell once, together with what stands beside it in its row."""
    texts, index = _listed(own)
    others = [[""] * len(texts) if other is None else _listed(other)[0] for other in beside]
    known: dict[tuple[str, ...], _Cell] = {}
    cells = []
    for row in zip(texts, *others, strict=True):
        if row not in known:
            known[row] = read(*row)
        cells.append(known[row])
    changes = Counter(cell.change for cell in cells if cell.change)
    values = pd.Series([cell.value for cell in cells], index=index, dtype="string")
    return Typed(values, np.zeros(len(texts), bool), dict(changes), _hints(known))


def _listed(texts: Any) -> tuple[list[str], pd.Index]:
    if isinstance(texts, pd.Series):
        return ["" if pd.isna(text) else str(text) for text in texts], texts.index
    if isinstance(texts, list):
        return texts, pd.RangeIndex(len(texts))
    return [text or "" for text in texts.to_pylist()], pd.RangeIndex(len(texts))


def _hints(known: Mapping[tuple[str, ...], _Cell]) -> dict[str, str]:
    """Hint per raw text; a text that may mean something else in another row has all of them."""
    found: dict[str, dict[str, None]] = {}
    for (raw, *_), cell in known.items():
        if cell.hint:
            found.setdefault(raw, {})[cell.hint] = None
    return {raw: "; ".join(hints) for raw, hints in found.items()}


class _Reader:
    """One reading function per kind; all take the raw text of the cell first.

    `home` is the district that no cell gives but the folder of the file. What it does not explain may lie elsewhere.
    """

    def __init__(self, areas: Areas, home: str = "") -> None:
        self.areas = areas
        self.home = home
        self.resolver = Resolver(areas)
        self._of_district: dict[str, Resolver] = {}

    def district(self, raw: str) -> _Cell:
        """A city or regency by code or name, `outside` for "luar kota"."""
        text = clean(raw)
        if _is_empty(text):
            return _Cell(None)
        if self._is_outside(code_key(text)):
            return _Cell("outside")
        if _BARE_CODE.fullmatch(text):
            return self._cell(text, self.resolver.coded(text), may_take=False)
        return self._cell(text, self.resolver.resolve(text, "district"))

    def kecamatan(self, raw: str, district: str) -> _Cell:
        """A kecamatan by code or name in a reviewed district; null in any other and where the district is not known."""
        return self._part(raw, "kecamatan", district, district)

    def kelurahan(self, raw: str, kecamatan: str) -> _Cell:
        """A kelurahan or desa by code or name in a kecamatan of a reviewed district; null in any other."""
        return self._part(raw, "kelurahan", kecamatan, kecamatan[:5])

    def area(self, raw: str, level: str, parent: str, name: str) -> _Cell:
        """An area of one level by code of the ministry or of Statistics Indonesia, checked by its name, or by name."""
        text = clean(raw)
        if _is_empty(text):
            return _Cell(None)
        if number := _CODE_AS_NUMBER.fullmatch(text):
            text = number[1]
        within = parent if parent in self.areas.by_code else ""
        called = "" if says_nothing(clean(name)) else clean(name)
        if _BARE_CODE.fullmatch(text):
            found = self._bare_code(text, called, within)
        else:
            found = self.resolver.resolve(text, level, within)
            if found.area and called and not self._may_be_called(found.area, called):
                return _Cell(_unresolved(text), hint=f"kode {_shown(found.area)} berbeda dengan nama di baris ini")
        if found.area and found.area.level != level:
            found = Found("unknown", None, "wrong_level")
        return self._cell(text, found)

    def mentions(self, raw: str, district: str) -> _Cell:
        """The places a free text names, as a JSON list; null for an empty cell."""
        if says_nothing(clean(raw)):
            return _Cell(None)
        known = district if district in self.areas.by_code else ""
        resolver = self._of_district.setdefault(known, Resolver(self.areas, known))
        found = read_mentions(raw, resolver, known)
        kept = ("raw", "level", "code", "how", "problem")
        facts = [{name: value for name, value in mention.as_dict().items() if name in kept} for mention in found]
        change = SPELLING if any(mention.found.how == "variant" for mention in found) else ""
        return _Cell(json.dumps(facts, ensure_ascii=False), change)

    def _part(self, raw: str, level: str, parent: str, district: str) -> _Cell:
        text = clean(raw)
        if _is_empty(text):
            return _Cell(None)
        if parent not in self.areas.by_code or district not in self.areas.reviewed:
            return _Cell(None, LEFT_OUT)
        return self._cell(text, self.resolver.resolve(text, level, parent))

    def _bare_code(self, text: str, name: str, within: str) -> Found:
        if "." not in text:
            found = self.resolver.coded(text, name)
        else:
            # a spreadsheet makes 72.1 of 72.10, but 72.1 may also be a slip: the name has to agree
            found = self.resolver.resolve(f"{text}0")
            if found.area and not (name and self._bears(found.area, name)):
                return Found("suggestion", None, "no_such_place", (found.area,))
        return (
            Found("unknown", None, "wrong_parent")
            if found.area and not found.area.lies_in(within or found.area.code)
            else found
        )

    def _bears(self, area: Area, name: str) -> bool:
        return any(match.area.code == area.code for match in self.areas.named(written(name)))

    def _may_be_called(self, area: Area, name: str) -> bool:
        """Whether the name in the row is one of the area's, or none the reference knows at this level."""
        named = [match for match in self.areas.named(written(name)) if match.area.level == area.level]
        return not named or any(match.area.code == area.code for match in named)

    def _is_outside(self, key: str) -> bool:
        """ "Luar kota", alone or with the name of a district behind it ("luar kota Serang")."""
        words = next((words for words in _OUTSIDE if f"{key} ".startswith(f"{words} ")), None)
        if words is None or key == words:
            return words is not None
        named = self.areas.named(written(key.removeprefix(words)))
        return any(match.area.level == "district" for match in named)

    def _cell(self, text: str, found: Found, *, may_take: bool = True) -> _Cell:
        if may_take and found.is_certain and found.area:
            return _Cell(found.area.code, SPELLING if found.how == "variant" else "")
        if self.home and not self._is_misspelt(found):
            return _Cell(None, LEFT_OUT)
        return _Cell(_unresolved(text), hint=self._hint(found))

    def _is_misspelt(self, found: Found) -> bool:
        """Whether a name can only be meant for a place of the home district."""
        return found.how == "suggestion" and all(area.lies_in(self.home) for area in found.candidates)

    def _hint(self, found: Found) -> str:
        """What the reference knows about a name it cannot take; names and codes of the reference only."""
        if found.area and found.problem == "wrong_parent":
            parent = self.areas.by_code.get(found.area.parent)
            return f"{_shown(found.area)} terletak di {parent.name if parent else found.area.parent}"
        choice = _several([found.area] if found.area else found.candidates)
        if not choice:
            return ""
        return f"bisa berarti {choice}" if found.how == "ambiguous" else f"mungkin maksudnya {choice}"


def _is_empty(text: str) -> bool:
    return says_nothing(text) or code_key(text) in _UNKNOWN_PLACE


def _unresolved(text: str) -> str:
    """A place that is not known, as text the contract rejects: a code that nobody bears must not look like one."""
    return f"{text} ?" if _LOOKS_LIKE_CODE.fullmatch(text) else text


def _shown(area: Area) -> str:
    return f"{area.name} ({area.code})"


def _several(areas: Sequence[Area]) -> str:
    return " atau ".join(_shown(area) for area in areas[:_MOST_CANDIDATES])
