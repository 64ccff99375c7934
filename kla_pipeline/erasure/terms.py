"""What a person is looked for by: NIK, full names, ids of own rows; and finding them in cells, names and bytes.

Here: patterns and what stands in place of a hit. Not here: which rows are the person's (persons.py) and what becomes of
a hit (plan.py). A name of one word is no term: it is a word in too many other persons' cells. Terms are restricted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from kla_pipeline.intake.grid import Sheet, compute

ERASED = "[dihapus]"
"""Stands in place of a term inside of a cell that is not the person's own: the rest of the cell stays."""
# what the reader of numbers passes over (quality/nik.py), and what people write between the parts of one
_BETWEEN_DIGITS = r"[\s.,'`\u2019\-\u2010-\u2015_/\u00ad\u200b-\u200d\u2060\ufeff]{0,4}"
_BETWEEN_WORDS = r"[\W_]{1,4}"
_QUOTES = "'`\u2018\u2019\u02bc\u00b4"
_WORD = rf"\w+(?:[{_QUOTES}]\w+)*"
_LETTER = r"[^\W\d_]"
_MOST_PART = 1 << 28
# where workbooks keep their cells
_CELLS = re.compile(r"xl/(?:worksheets/[^/]+|sharedStrings)\.(?:xml|bin)|content\.xml")


@dataclass(frozen=True)
class Terms:
    """Restricted: none of it in a `repr`."""

    niks: frozenset[str] = field(default=frozenset(), repr=False)
    names: frozenset[str] = field(default=frozenset(), repr=False)
    rows: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, niks: Collection[str], names: Collection[str], rows: Collection[str] = ()) -> Terms:
        """Terms of these texts; names are kept that have two words of letters or more."""
        spelled = {_spelled(name) for name in names}
        full = {name for name in spelled if len(re.findall(rf"{_LETTER}{{2,}}", name)) >= 2}
        return cls(frozenset(niks), frozenset(full), frozenset(rows))

    @property
    def is_empty(self) -> bool:
        return not (self.niks or self.names)

    @cached_property
    def certain(self) -> re.Pattern[str] | None:
        """NIK and ids of own rows: a row of an unknown table that holds one is about the person."""
        own = [rf"(?<![\w/]){re.escape(row)}(?![\w/])" for row in self.rows]
        return _pattern([*map(_nik_pattern, self.niks), *own])

    @cached_property
    def any(self) -> re.Pattern[str] | None:
        """NIK and names, as people write them."""
        return _pattern([*map(_nik_pattern, self.niks), *map(_name_pattern, self.names)])

    @cached_property
    def numbers(self) -> re.Pattern[str] | None:
        """NIK only."""
        return _pattern([*map(_nik_pattern, self.niks)])

    def without(self, text: str) -> str:
        """The text with a mark in place of each term."""
        return self.any.sub(ERASED, text) if self.any else text

    def without_numbers(self, text: str) -> str:
        """The text with a mark in place of each NIK; names stay."""
        return self.numbers.sub(ERASED, text) if self.numbers else text

    def in_name(self, name: str) -> str:
        """A file name or path with `_` in place of each term: brackets do not belong into one."""
        return self.any.sub("_", name) if self.any else name


def hits(sheet: Sheet, pattern: re.Pattern[str] | None) -> Iterator[tuple[int, int, str]]:
    """(row from 1, column from 0, text) of the cells in which a pattern is found."""
    if pattern is None:
        return
    for position, column in enumerate(sheet.grid.columns):
        # most columns have few different texts: each is looked at once
        wanted = [text for text in compute.unique(column).to_pylist() if text and pattern.search(text)]
        if not wanted:
            continue
        known = set(wanted)
        for row, text in enumerate(column.to_pylist(), 1):
            if text in known:
                yield row, position, text


def in_bytes(data: bytes, terms: Terms) -> bool:
    """Whether a file that no reader opens holds a term: in its bytes, as UTF-8 or UTF-16, or in its packed parts."""
    return any(_in_part(part, terms) for part in _parts(data))


def beside_cells(data: bytes, terms: Terms, has_namesake: bool) -> bool:
    """Whether a workbook whose cells hold none of the person's terms holds one beside them: in comments or properties.

    With `has_namesake` some cells hold the name of somebody else: then names are looked for in the other parts only.
    """
    if not has_namesake:
        return in_bytes(data, terms)
    if in_bytes(data, replace(terms, names=frozenset())):
        return True
    return data.startswith(b"PK") and any(_in_part(part, terms) for part in _zipped(data, _CELLS))


def _in_part(data: bytes, terms: Terms) -> bool:
    if terms.any is None:
        return False
    texts = (
        data.decode("utf-8", "replace"),
        data.decode("utf-16-le", "ignore"),
        data[1:].decode("utf-16-le", "ignore"),
    )
    return any(terms.any.search(text) for text in texts)


def _parts(data: bytes) -> Iterator[bytes]:
    yield data
    if data.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(31)
        try:
            yield unpacker.decompress(data, _MOST_PART)
        except zlib.error:
            return
    if data.startswith(b"PK"):
        yield from _zipped(data)


def _zipped(data: bytes, skipped: re.Pattern[str] | None = None) -> Iterator[bytes]:
    """Parts of an archive, and of archives in it, save those of these names; one that cannot be unpacked is left
    out.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in archive.infolist() if entry.file_size < _MOST_PART and not entry.flag_bits & 1]
        names = "\n".join(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return
    yield names.encode("utf-8", "surrogateescape")
    for entry in entries:
        if skipped and skipped.fullmatch(entry.filename):
            continue
        try:
            part = archive.read(entry)
        except Exception:  # a damaged part fails in many ways
            continue
        yield from _parts(part)


def _pattern(parts: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(sorted(parts, key=len, reverse=True)), re.IGNORECASE) if parts else None


def _nik_pattern(nik: str) -> str:
    return rf"(?<!\d){_BETWEEN_DIGITS.join(nik)}(?!\d)"


def _spelled(name: str) -> str:
    """A name as its words with one blank between them; a mark inside of a word (Nur'aini) belongs to it."""
    return " ".join(re.findall(_WORD, name))


def _name_pattern(name: str) -> str:
    words = _BETWEEN_WORDS.join(re.sub(f"[{_QUOTES}]", f"[{_QUOTES} ]?", re.escape(word)) for word in name.split())
    return rf"(?<!{_LETTER}){words}(?!{_LETTER})"
