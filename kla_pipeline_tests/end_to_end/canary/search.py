"""Looks for planted values in every byte of a folder, and in what the bytes mean when a format packs or splits them.

A file is searched as it lies on the disk. Besides, the rows of SQLite, DuckDB and Parquet files are read and searched
(compressed cells unpacked), and the members of archives. Each value is looked for in the forms it takes in UTF-8,
UTF-16, Latin-1, JSON (once and twice escaped), `repr` of bytes, URLs and HTML, in any case.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow.parquet as pq

from kla_pipeline_tests.end_to_end.canary.plants import Plants


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a planted value was found. It says which one by kind and number, as a test's output shows no value."""

    place: str
    kind: str
    number: int


class Search:
    """Looks for all values of some plants."""

    def __init__(self, plants: Plants) -> None:
        self._known: dict[bytes, tuple[str, int]] = {}
        by_start: dict[tuple[str, str], list[bytes]] = {}
        for kind, values in plants.values.items():
            for number, value in enumerate(values):
                for form, data in _forms(value):
                    self._known[data.lower()] = (kind, number)
                    by_start.setdefault((form, value[:2]), []).append(data.lower())
        # one pattern per form, so that its values have a beginning in common: a quick search skips from one to the next
        self._patterns = [_any_of(group) for group in by_start.values()]

    def in_bytes(self, data: bytes, place: str) -> set[Hit]:
        """Hits in some bytes."""
        lower = data.lower()
        found = {match for pattern in self._patterns for match in pattern.findall(lower)}
        return {Hit(place, *self._known[match]) for match in found}

    def in_text(self, text: str, place: str) -> set[Hit]:
        """Hits in what a process printed."""
        return self.in_bytes(text.encode("utf-8", "surrogateescape"), place)

    def in_tree(self, root: Path, skip: Collection[Path] = ()) -> set[Hit]:
        """Hits in the files below a folder and in the names of files and folders; `skip`: what is not looked at."""
        hits: set[Hit] = set()
        for path in _walk(root, set(skip)):
            place = str(path.relative_to(root))
            hits |= self.in_text(place, f"path {place}")
            if path.is_symlink():
                hits |= self.in_text(os.readlink(path), f"link {place}")
            elif path.is_file():
                hits |= self.in_file(path, place)
        return hits

    def in_file(self, path: Path, place: str) -> set[Hit]:
        """Hits in one file, as bytes and as what they mean."""
        data = path.read_bytes()
        hits = self.in_bytes(data, place)
        for part, content in _unpacked(path, data):
            hits |= self.in_bytes(content, f"{place} › {part}")  # noqa: RUF001
        return hits

    def in_tables(self, path: Path, schemas: Collection[str]) -> set[Hit]:
        """Hits in the rows, names and comments of some schemas of a DuckDB file."""
        return {hit for part, content in _duckdb_parts(path, schemas) for hit in self.in_bytes(content, part)}


def _forms(value: str) -> Iterator[tuple[str, bytes]]:
    once = json.dumps(value)[1:-1]
    yield "utf-8", value.encode()
    yield "utf-16-le", value.encode("utf-16-le")
    yield "utf-16-be", value.encode("utf-16-be")
    if not value.isascii():
        yield "latin-1", value.encode("latin-1")
        yield "json", once.encode()
        yield "json twice", json.dumps(once)[1:-1].encode()
        yield "json thrice", json.dumps(json.dumps(once)[1:-1])[1:-1].encode()
        yield "repr", repr(value.encode())[2:-1].encode()
        yield "repr in json", json.dumps(repr(value.encode())[2:-1])[1:-1].encode()
        yield "url", quote(value).encode()
        yield "html", value.encode("ascii", "xmlcharrefreplace")


def _any_of(values: list[bytes]) -> re.Pattern[bytes]:
    start = _common_start(min(values), max(values))
    rest = b"|".join(sorted({re.escape(value[len(start) :]) for value in values}))
    return re.compile(re.escape(start) + b"(?:" + rest + b")")


def _common_start(first: bytes, last: bytes) -> bytes:
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:length]


def _walk(root: Path, skip: set[Path]) -> Iterator[Path]:
    for entry in sorted(root.iterdir()):
        if entry in skip:
            continue
        yield entry
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry, skip)


def _unpacked(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"SQLite format 3\0"):
        yield from _sqlite_parts(path)
    elif data[8:12] == b"DUCK":
        yield from _duckdb_parts(path)
    elif data.startswith(b"PAR1"):
        yield from _parquet_parts(path)
    elif data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    elif data.startswith(b"\x1f\x8b"):
        yield "gzip", gzip.decompress(data)


def _sqlite_parts(path: Path) -> Iterator[tuple[str, bytes]]:
    """Rows of every table; a long cell lies in pieces on the disk, a compressed one is unreadable there."""
    with tempfile.TemporaryDirectory() as folder:
        for file in path.parent.glob(f"{path.name}*"):  # with its -wal, and never opened where it lies
            shutil.copyfile(file, Path(folder, file.name))
        connection = sqlite3.connect(Path(folder, path.name))
        connection.text_factory = bytes
        tables = [
            name.decode() for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield table, b"\n".join(_cell(cell) for cell in row)
        connection.close()


def _cell(cell: object) -> bytes:
    data = cell if isinstance(cell, bytes) else str(cell).encode()
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data


def _duckdb_parts(path: Path, schemas: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        for catalog in ("duckdb_tables", "duckdb_columns", "duckdb_views"):
            rows = connection.execute(f"SELECT * FROM {catalog}() WHERE NOT internal").fetchall()
            wanted = [row for row in rows if not schemas or set(schemas).intersection(map(str, row))]
            yield catalog, _texts(wanted)
        tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
        for schema, table in tables:
            if not schemas or schema in schemas:
                yield f"{schema}.{table}", _texts(connection.execute(f'FROM "{schema}"."{table}"').fetchall())


def _parquet_parts(path: Path) -> Iterator[tuple[str, bytes]]:
    table = pq.read_table(path)
    yield "schema", str(table.schema).encode()
    yield "metadata", repr(table.schema.metadata).encode()
    yield "rows", _texts([table.to_pylist()])


def _texts(rows: Iterable[object]) -> bytes:
    return "\n".join(map(repr, rows)).encode("utf-8", "surrogateescape")
