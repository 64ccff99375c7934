"""What lies in the drop folders, and which of it may be touched at all.

Here: the walk over raw/, the refusals that need no reading, waiting until a file is no longer written, opening one
safely. Not here: copying and the ledger. Whoever can write to a drop folder must not be able to make us read another
file, so links are never followed, also when one is put in place of a file between the look and the reading.
"""

from __future__ import annotations

import os
import stat
import time
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

IGNORED_ENDINGS = (".tmp", ".part", ".partial", ".crdownload")
IGNORED_NAMES = {"thumbs.db", "desktop.ini"}
_ARCHIVE_HEADS = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
_ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


@dataclass(frozen=True, slots=True)
class Drop:
    """A regular file that may become a delivery."""

    agency: str
    path: Path = field(repr=False)
    relative: str = field(repr=False)
    stat: os.stat_result = field(repr=False)

    def is_unchanged(self, stream: BinaryIO) -> bool:
        """Whether the open file still has the size and time it had when it was found stable."""
        return _version(os.fstat(stream.fileno())) == _version(self.stat)


@dataclass(frozen=True, slots=True)
class Refused:
    """`reason`: `unknown_folder` (no source of that name), `outside_agency_folder`, `link`, `special_file` (device,
    pipe, socket), `too_large`, `nested_archive` (unpack it first), `unreadable` (permissions), `erased` (the bytes hold
    cells of a person who was erased)."""

    agency: str
    reason: str
    relative: str = field(repr=False)
    size_bytes: int | None = None


def find_drops(raw: Path, agencies: Collection[str], max_bytes: int) -> tuple[list[Drop], list[Refused]]:
    """Files and refusals below raw/<jurisdiction>/ in order of their paths; hidden and temporary names are passed
    over.
    """
    drops: list[Drop] = []
    refused: list[Refused] = []
    for entry in _entries(raw):
        if _is_plain_folder(entry) and entry.name in agencies:
            for found in _below(Path(entry.path), entry.name, entry.name, max_bytes):
                (drops if isinstance(found, Drop) else refused).append(found)  # type: ignore[arg-type]
        else:
            refused.append(_refused_at_top(entry, agencies))
    return drops, refused


def _refused_at_top(entry: os.DirEntry[str], agencies: Collection[str]) -> Refused:
    agency = entry.name if entry.name in agencies else ""
    if entry.is_symlink():
        return Refused(agency, "link", entry.name)
    if entry.is_dir(follow_symlinks=False):
        return Refused("", "unknown_folder", entry.name)
    return Refused("", "outside_agency_folder", entry.name, entry.stat(follow_symlinks=False).st_size)


def _below(folder: Path, relative: str, agency: str, max_bytes: int) -> Iterator[Drop | Refused]:
    for entry in _entries(folder):
        inner = f"{relative}/{entry.name}"
        if _is_plain_folder(entry):
            yield from _below(Path(entry.path), inner, agency, max_bytes)
            continue
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        if stat.S_ISLNK(found.st_mode):
            yield Refused(agency, "link", inner)
        elif not stat.S_ISREG(found.st_mode):
            yield Refused(agency, "special_file", inner)
        elif found.st_size > max_bytes:
            yield Refused(agency, "too_large", inner, found.st_size)
        else:
            yield Drop(agency, Path(entry.path), inner, found)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted((e for e in found if not is_ignored(e.name)), key=lambda e: e.name)
    except FileNotFoundError:
        return []


def is_ignored(name: str) -> bool:
    """Hidden files, lock files of office programs and downloads under way are nobody's delivery."""
    low = name.lower()
    return low.startswith((".", "~$")) or low.endswith(IGNORED_ENDINGS) or low in IGNORED_NAMES


def _is_plain_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def settle(drops: list[Drop], stable_seconds: float) -> tuple[list[Drop], list[Drop]]:
    """(stable, still changing). A file younger than `stable_seconds` is watched until size and time stay equal that
    long, all such files together and at most three times as long; one taken away meanwhile is in neither list."""
    now = time.time()
    stable = [drop for drop in drops if now - drop.stat.st_mtime >= stable_seconds]
    begun = time.monotonic()
    young = {drop.path: (drop, begun) for drop in drops if now - drop.stat.st_mtime < stable_seconds}
    while young:
        moment = time.monotonic()
        for path, (drop, since) in list(young.items()):
            fresh = _look_again(drop)
            if fresh is None:
                del young[path]
            elif _version(fresh.stat) != _version(drop.stat):
                young[path] = fresh, moment
            elif moment - since >= stable_seconds:
                stable.append(fresh)
                del young[path]
        if moment - begun >= 3 * stable_seconds:
            break
        if young:
            time.sleep(min(0.2, stable_seconds / 4))
    by_path = {drop.relative: n for n, drop in enumerate(drops)}
    return sorted(stable, key=lambda drop: by_path[drop.relative]), [drop for drop, _ in young.values()]


def _look_again(drop: Drop) -> Drop | None:
    try:
        return replace(drop, stat=drop.path.lstat())
    except FileNotFoundError:
        return None


def _version(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ino


@contextmanager
def open_drop(drop: Drop) -> Iterator[BinaryIO]:
    """The file for reading, at its beginning. A link or device put in its place since counts as taken away.

    Raises FileNotFoundError and PermissionError.
    """
    try:
        # O_NONBLOCK: opening a pipe that nobody writes to must not hang the night
        handle = os.open(drop.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError:
        raise
    except OSError:
        raise FileNotFoundError from None
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or (found.st_dev, found.st_ino) != (drop.stat.st_dev, drop.stat.st_ino):
            raise FileNotFoundError
        yield stream


def is_foreign_archive(stream: BinaryIO) -> bool:
    """Whether the bytes are a packed archive and no workbook; leaves the stream at its beginning.

    One file packed with gzip is no archive: staging looks inside. A damaged zip is not called one: it may be a workbook
    that was cut off, and staging says so with a better reason.
    """
    head = stream.read(512)
    stream.seek(0)
    if head.startswith(_ZIP_HEADS):
        return not _is_workbook(stream)
    is_bzip2 = head.startswith(b"BZh") and head[4:10] == b"1AY&SY"
    return head.startswith(_ARCHIVE_HEADS) or is_bzip2 or head[257:262] == b"ustar"


def _is_workbook(stream: BinaryIO) -> bool:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return True
    finally:
        stream.seek(0)
    return "content.xml" in names or any(name.startswith("xl/") for name in names)
