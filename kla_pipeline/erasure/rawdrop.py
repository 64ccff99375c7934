"""The drop folders after an erasure: the redacted file in place of the one dropped, names without the person.

Here: changing raw/, which nobody else may do. Not here: whether a file may be changed (two persons approved the plan).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from kla_pipeline.erasure.plan import is_mentioned
from kla_pipeline.erasure.terms import Terms
from kla_pipeline.intake import archive
from kla_pipeline.ledger.durable import fsync_path, remove_temporary, write_private


def drops_to_delete(raw: Path, known: Collection[str], terms: Terms) -> list[str]:
    """Files below raw/ that hold the person and are no deliveries (`known`: sha256 of those), as paths below raw/."""
    return [
        str(path.relative_to(raw)) for path in _files(raw) if _sha256(path) not in known and is_mentioned(path, terms)
    ]


def put_renditions(raw: Path, renditions: Mapping[str, Path]) -> int:
    """Replace every file whose sha256 is a key by the bytes of the file given; returns how many."""
    replaced = 0
    for path in _files(raw):
        if rendition := renditions.get(_sha256(path)):
            write_private(path, rendition.read_bytes(), stat.S_IMODE(path.stat().st_mode))
            replaced += 1
    return replaced


def delete_drops(raw: Path, drops: Collection[str]) -> None:
    """Delete files below raw/ by their paths; those that are gone are done."""
    for path in (raw / drop for drop in drops):
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            fsync_path(path.parent)


def rename_all(raw: Path, terms: Terms) -> None:
    """Files and folders below raw/ whose names mention the person get names that do not."""
    for path in sorted(raw.rglob("*"), key=lambda item: -len(item.parts)):
        name = terms.in_name(path.name)
        if name != path.name:
            os.rename(path, _free(path.with_name(name)))
            fsync_path(path.parent)


def contents(raw: Path) -> Iterator[tuple[Path, str]]:
    """Every file below raw/ with its sha256."""
    return ((path, _sha256(path)) for path in _files(raw))


def _free(path: Path) -> Path:
    """The path itself, or the first one like it that nothing has."""
    number, found = 1, path
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.stem}_{number}{path.suffix}")
    return found


def _files(raw: Path) -> Iterator[Path]:
    """Plain files, hidden ones too, links never followed; leftovers of a killed replacement are removed first."""
    for folder, _, names in os.walk(raw):
        remove_temporary(Path(folder))
        for name in sorted(names):
            path = Path(folder, name)
            if path.exists() and stat.S_ISREG(path.lstat().st_mode):
                yield path


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return archive.sha256_of(stream)
