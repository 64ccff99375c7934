"""Mentions: which places a free text names, each resolved under the kecamatan that was named before it.

"Kec. Kasemen Kel. Terumbu, Banten Kec. Serang" names two kecamatan and two kelurahan. Where a text goes from small to
large ("Desa Kalierang Kec. Bumiayu"), the kecamatan behind decides. What cannot be resolved is a mention too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kla_pipeline.places.names import BELOW, Level, district_kind, key, written
from kla_pipeline.places.resolver import Found, Resolver
from kla_pipeline.places.split import Piece, parts, split, without_brackets

_LEVEL: dict[str, Level] = {
    "province": "province",
    "kabupaten": "district",
    "kota": "district",
    "kecamatan": "kecamatan",
    "kelurahan": "kelurahan",
}
_DISTRICTS = ("kabupaten", "kota")
# a run of words without commas is tried as a list of names up to this many words, of this many words each
_MOST_WORDS = 30
_MOST_IN_NAME = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that a text names. `level` is that of the area found, else what the text means; None = not said."""

    raw: str
    level: str | None
    found: Found

    def as_dict(self, candidates: bool = True) -> dict[str, object]:
        """As printed and stored: raw, level, code, name, how, problem (and candidates). A suggestion shows its name."""
        found = self.found
        shown = found.area or (found.candidates[0] if found.how == "suggestion" and found.candidates else None)
        facts: dict[str, object] = {
            "raw": self.raw,
            "level": self.level,
            "code": found.code,
            "name": shown.name if shown else None,
            "how": found.how,
            "problem": found.problem,
        }
        if candidates:
            facts["candidates"] = [
                {"code": area.code, "name": area.name, "level": area.level} for area in found.candidates
            ]
        return facts


def read_mentions(text: str, resolver: Resolver, district: str = "") -> list[Mention]:
    """All places a text names, in its order. `district` is the code of the one its row belongs to, if known."""
    reader = _Reader(resolver, district)
    pieces = split(text, reader.is_name)
    return list(reader.read(pieces))


@dataclass(slots=True)
class _Reader:
    """What the words read so far mean for the next one."""

    resolver: Resolver
    district: str
    kecamatan: str = ""
    # a kecamatan was written that is not known: what follows lies in it, wherever that is
    is_lost: bool = False
    kind: str = ""

    def is_name(self, kind: str, name: str) -> bool:
        """Whether some area of the level that the word means bears the name."""
        level = _LEVEL.get(kind)
        if level is None:
            return False
        found = self.resolver.areas.named(written(name) if kind == "kota" else written(f"{kind} {name}"))
        return any(m.area.level == level and (kind != "kota" or district_kind(m.area.name)[0] == "kota") for m in found)

    def read(self, pieces: Sequence[Piece]) -> Iterator[Mention]:
        kinds = [piece.kind for piece in pieces if piece.kind in ("kecamatan", "kelurahan")]
        if "kecamatan" in kinds and kinds[0] == "kelurahan":
            yield from self._small_to_large(pieces)
            return
        for piece in pieces:
            yield from self._piece(piece)

    def _small_to_large(self, pieces: Sequence[Piece]) -> Iterator[Mention]:
        """Each stretch up to a kecamatan is read under that kecamatan; what follows the last one as usual.

        A district written behind all of them is the one they lie in.
        """
        districts = [piece for piece in pieces if piece.kind in _DISTRICTS]
        if len(districts) == 1:
            self._note(districts[0], self._mention(districts[0]))
        start = 0
        for number, piece in enumerate(pieces):
            if piece.kind != "kecamatan":
                continue
            (ahead,) = list(self._piece(piece, may_split=False))
            for before in pieces[start:number]:
                yield from self._piece(before)
            self.kind = "kecamatan"
            yield ahead
            start = number + 1
        for piece in pieces[start:]:
            yield from self._piece(piece)

    def _piece(self, piece: Piece, may_split: bool = True) -> Iterator[Mention]:
        mention = self._mention(piece)
        smaller = self._smaller(piece) if may_split and mention.found.area is None else []
        if not smaller:
            yield self._note(piece, mention)
            return
        for part in smaller:
            yield self._note(part, self._mention(part))

    def _note(self, piece: Piece, mention: Mention) -> Mention:
        """Remember what the mention means for those behind it."""
        found = mention.found
        self.kind = piece.kind or self.kind
        if mention.level == "district" and piece.kind in _DISTRICTS:
            self.district, self.kecamatan, self.is_lost = found.code or "", "", found.area is None
        if mention.level == "kecamatan" and (found.area or piece.kind == "kecamatan"):
            self.kecamatan, self.is_lost = found.code or "", found.area is None
            self.kind = "kecamatan"
        return mention

    def _smaller(self, piece: Piece) -> list[Piece]:
        """The piece as several, if that makes places of it: at weak signs, or every word part of a known name."""
        cut = parts(piece)
        if len(cut) > 1 and any(self._mention(part).found.is_certain for part in cut):
            return [smaller for part in cut for smaller in (self._run(part) or [part])]
        return self._run(piece)

    def _run(self, piece: Piece) -> list[Piece]:
        """Names in a row without commas ("Kel. Kagungan Kota Baru"), when one way of parting them is all names."""
        words = piece.name.split()
        if not 2 <= len(words) <= _MOST_WORDS or piece.kind == BELOW or not self.kecamatan:
            return []
        ways = list(islice(_ways(words, self._is_inside), 2))
        if len(ways) != 1:
            return []
        name, *others = ways[0]
        first = piece.raw[: piece.raw.rfind(piece.name)] + name
        return [Piece(first, piece.kind, name), *(Piece(other, "", other) for other in others)]

    def _is_inside(self, name: str) -> bool:
        return self.resolver.resolve(name, "kelurahan", self.kecamatan).is_certain

    def _mention(self, piece: Piece) -> Mention:
        found = self._found(piece, piece.name)
        if found.area is None and (name := without_brackets(piece.name)) not in ("", piece.name):
            found = self._found(piece, name)
        levels = {area.level for area in ([found.area] if found.area else found.candidates)}
        # what the areas are that the name may mean says more than the word before it, where they agree
        level = levels.pop() if len(levels) == 1 else _LEVEL.get(piece.kind)
        return Mention(piece.raw, level, found)

    def _found(self, piece: Piece, name: str) -> Found:
        if piece.kind == BELOW:
            return Found("unknown", None, "below_kelurahan")
        if not key(name):
            return Found("unknown", None, "no_such_place")
        if piece.kind in _DISTRICTS:
            return self.resolver.resolve(piece.raw, "district")
        if piece.kind == "province":
            return self.resolver.resolve(name, "province")
        if piece.kind == "kecamatan":
            return self.resolver.resolve(name, "kecamatan", self.district)
        if piece.kind == "kelurahan":
            return self._kelurahan(name)
        return self._bare(piece.raw)

    def _kelurahan(self, name: str) -> Found:
        return self._lost(self.resolver.resolve(name, "kelurahan", self.kecamatan or self.district))

    def _lost(self, found: Found) -> Found:
        """A kelurahan behind a kecamatan that is not known may be another of its name."""
        if self.is_lost and found.is_certain and found.area and found.area.level == "kelurahan":
            return replace(found, problem="parent_unknown")
        return found

    def _bare(self, name: str) -> Found:
        """A name without a word: a kelurahan of the last kecamatan, else the next of the list, else any area."""
        if self.kecamatan:
            inside = self.resolver.resolve(name, "kelurahan", self.kecamatan)
            if inside.is_certain:
                return inside
        if self.kind == BELOW:
            return Found("unknown", None, "below_kelurahan")
        if self.kind == "kecamatan" and not self._is_shared(name):
            listed = self.resolver.resolve(name, "kecamatan", self.district)
            if listed.is_certain:
                return listed
        anywhere = self.resolver.resolve(name)
        meant = [anywhere.area] if anywhere.area else anywhere.candidates
        if self.kecamatan and all(area.level == "kelurahan" for area in meant):
            return self._kelurahan(name)
        return self._lost(anywhere)

    def _is_shared(self, name: str) -> bool:
        """Whether a district bears the name too: behind a kecamatan it may be the place all of them lie in."""
        return self.resolver.areas.bears_name(name, "district")


def _ways(words: Sequence[str], is_name: Callable[[str], bool]) -> Iterator[list[str]]:
    """All ways to part words into names, in their order."""
    if not words:
        yield []
    for number in range(1, min(len(words), _MOST_IN_NAME) + 1):
        name = " ".join(words[:number])
        if is_name(name):
            yield from ([name, *others] for others in _ways(words[number:], is_name))
