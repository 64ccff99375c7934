"""What lies in a ZIP container, and whether it may be opened.

Here: the directory of the archive and the beginnings of its parts. Not here: cells. Nothing is unpacked to disk.
"""

from __future__ import annotations

import re
import zipfile
from typing import IO

from kla_pipeline.intake.containers.outcome import RefusedError

_MOST_ENTRIES = 5_000
_FREE_BYTES = 50_000_000
_MOST_RATIO = 150
_MOST_BYTES = 4_000_000_000
_PROLOG = 4_096
_ENTITIES = re.compile(rb"<!(?:doctype|entity)\b", re.IGNORECASE)
_OTHERS = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}


def check_zip(stream: IO[bytes]) -> str:
    """`xlsx`, `xlsb` or `ods`. Raises RefusedError."""
    archive = _opened(stream)
    names = archive.namelist()
    _check_size(archive)
    kind = _kind(archive, set(names))
    lowered = [name.lower() for name in names]
    if any(name.startswith("/") or ".." in name.replace("\\", "/").split("/") for name in names):
        raise RefusedError("unreadable_workbook")
    if any("vbaproject" in name or name.startswith(("basic/", "scripts/")) for name in lowered):
        raise RefusedError("macro_workbook")
    if any("/externallinks/" in name for name in lowered):
        raise RefusedError("external_links")
    _check_prologs(archive)
    return kind


def _opened(stream: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except Exception:  # the directory of a damaged archive fails in many ways
        damaged = True
    if damaged:
        raise RefusedError("unreadable_workbook")
    raise AssertionError


def _check_size(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if len(entries) > _MOST_ENTRIES or unpacked > _MOST_BYTES:
        raise RefusedError("unpacking_limit")
    if unpacked > _FREE_BYTES and unpacked / packed > _MOST_RATIO:
        raise RefusedError("unpacking_limit")


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    for part, kind in _OTHERS.items():
        if part in names:
            raise RefusedError(kind)
    if any(name.lower().endswith("xl/workbook.bin") for name in names):
        return "xlsb"
    if "content.xml" in names:
        return _kind_of_open_document(archive, names)
    if any(name.lower().endswith("workbook.xml") for name in names):
        return "xlsx"
    raise RefusedError("nested_archive")


def _kind_of_open_document(archive: zipfile.ZipFile, names: set[str]) -> str:
    described = archive.read("mimetype")[:200] if "mimetype" in names else b""
    if b"opendocument.text" in described:
        raise RefusedError("an OpenDocument text")
    if b"opendocument.presentation" in described:
        raise RefusedError("a presentation")
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise RefusedError("encrypted_workbook")
    return "ods"


def _check_prologs(archive: zipfile.ZipFile) -> None:
    """A document type can only stand before the first element."""
    for entry in archive.infolist():
        if entry.filename.lower().endswith((".xml", ".rels")) and entry.file_size:
            if entry.flag_bits & 1:
                raise RefusedError("encrypted_workbook")
            with archive.open(entry) as part:
                if _ENTITIES.search(part.read(_PROLOG).replace(b"\x00", b"")):
                    raise RefusedError("xml_entities")
