"""What calamine does not tell of a sheet: hidden rows, texts of errors, and formulas nobody has calculated.

Here: a look through the XML of XLSX and ODS sheets as bytes, without building a tree. Not here: values of cells.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO, NamedTuple

_PIECE = 1 << 18
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\bhidden="(?:1|true)"[^>]*>')
_NUMBER = re.compile(rb'\br="(\d+)"')
_NO_VALUE = (b"</f></c>", b"</f><v></v>", b"</f><v/>", b"</f><v />")
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bt="e"[^>]*>(?:(?!</(?:\w+:)?c>).){0,9000}?'
    rb"<(?:\w+:)?v>([^<]{1,20})</",
    re.DOTALL,
)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_MOST_ODS_BYTES = 60_000_000
_ODS_TABLE = re.compile(rb'<table:table [^>]*?table:name="([^"]*)"|<table:table-row\b([^>]*)>')
_MANY = re.compile(rb'number-(?:rows|columns)-repeated="\d{5,}"')
_REPEATED = re.compile(rb'number-rows-repeated="(\d+)"')


class Extras(NamedTuple):
    """Of one sheet: numbers of hidden rows from 1, how many formulas have no value, and errors (#N/A …) by row from 1
    and column from 0."""

    hidden_rows: list[int]
    formulas_without_value: int
    errors: dict[int, dict[int, str]]


def xlsx_extras(stream: IO[bytes]) -> dict[str, Extras]:
    """Extras by the name of the sheet, only of sheets that have any."""
    with zipfile.ZipFile(stream) as archive:
        parts = [name for name in archive.namelist() if re.search(r"(?i)worksheets/[^/]+\.xml$", name)]
        found = {name: _scan(archive, name) for name in parts}
        found = {name: extras for name, extras in found.items() if any(extras)}
        if not found:
            return {}
        return {sheet: found[part] for sheet, part in _names(archive) if part in found}


def _scan(archive: zipfile.ZipFile, name: str) -> Extras:
    hidden: list[int] = []
    errors: dict[int, dict[int, str]] = {}
    without_value = 0
    for piece in _pieces(archive, name):
        if b'hidden="' in piece:
            tags = (_NUMBER.search(tag) for tag in _HIDDEN_ROW.findall(piece))
            hidden += [int(number[1]) for number in tags if number]
        if b"</f>" in piece:
            without_value += sum(piece.count(mark) for mark in _NO_VALUE)
        if b't="e"' in piece:
            for letters, row, text in _ERROR.findall(piece):
                errors.setdefault(int(row), {})[_column(letters)] = text.decode("utf-8", "replace")
    return Extras(hidden, without_value, errors)


def _column(letters: bytes) -> int:
    """Column from 0 for A, B, …, XFD."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The part in pieces that end at a row, so that no tag is cut."""
    rest = b""
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            rest += piece
            cut = rest.rfind(b"<row")
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _names(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(name of a sheet, its part). Sheets whose part is not found are left out."""
    book = next(name for name in archive.namelist() if name.lower().endswith("workbook.xml"))
    folder, file = posixpath.split(book)
    try:
        relations = archive.read(f"{folder}/_rels/{file}.rels")
    except KeyError:
        return
    parts = {_attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in _RELATION.findall(relations)}
    for tag in _SHEET.findall(archive.read(book)):
        target = parts.get(_attribute(tag, rb"\w+:id"), "")
        if target:
            yield _attribute(tag, b"name"), posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")


def _attribute(tag: bytes, name: bytes) -> str:
    from html import unescape

    found = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


def ods_extras(stream: IO[bytes]) -> dict[str, Extras]:
    """As `xlsx_extras`, of an OpenDocument sheet; nothing of one too large to hold."""
    with zipfile.ZipFile(stream) as archive:
        if archive.getinfo("content.xml").file_size > _MOST_ODS_BYTES:
            return {}
        content = archive.read("content.xml")
    if b"table:visibility=" not in content:
        return {}
    from html import unescape

    found: dict[str, Extras] = {}
    row, hidden = 0, []
    for name, attributes in _ODS_TABLE.findall(content):
        if name:
            row, hidden = 0, []
            found[unescape(name.decode("utf-8", "replace"))] = Extras(hidden, 0, {})
            continue
        repeated = _REPEATED.search(attributes)
        count = int(repeated[1]) if repeated else 1
        if b"table:visibility=" in attributes and count < 1_048_576:
            hidden += range(row + 1, row + count + 1)
        row += count
    return {name: extras for name, extras in found.items() if any(extras)}


def repeats_beyond_reason(stream: IO[bytes]) -> bool:
    """Whether an OpenDocument sheet that could not be opened says of a cell that it stands there a thousand times over.

    Calamine refuses such sheets without saying why, and a spreadsheet program writes it for formatted empty cells only.
    """
    with zipfile.ZipFile(stream) as archive, archive.open("content.xml") as part:
        return bool(_MANY.search(part.read(_MOST_ODS_BYTES)))
