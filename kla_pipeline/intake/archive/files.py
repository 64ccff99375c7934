"""The archive's files: bytes under their hash, and beside them what the agency called them.

Here: writing both durably, finding them, checking them, and putting a redacted rendition in place of the bytes. Not
here: which delivery they belong to (ledger) and what a rendition holds (erasure/).
archive/<jurisdiction>/<agency>/<sha256><suffix>, read-only; <sha256>.json beside it, for the owner only.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from kla_pipeline.errors import StorageProblem
from kla_pipeline.intake.archive.drops import Drop
from kla_pipeline.ledger import Delivery, utc_text
from kla_pipeline.ledger.durable import fsync_path, make_folder, remove_temporary, temporary_in, write_private
from kla_pipeline.settings import Paths

_CHUNK = 1 << 20
_SUFFIXES = {
    *(".csv", ".tsv", ".txt", ".dat", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods"),
    *(".html", ".htm", ".xml", ".pdf", ".doc", ".docx"),
}


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What the drop was called. Restricted: a file name may hold a person's name."""

    file_name: str = field(repr=False)
    modified_at: str
    first_path: str = field(repr=False)

    @classmethod
    def of(cls, drop: Drop) -> Sidecar:
        modified = datetime.fromtimestamp(drop.stat.st_mtime, UTC)
        return cls(PurePosixPath(drop.relative).name, utc_text(modified), drop.relative)


def archive_folder(paths: Paths, agency: str) -> Path:
    return paths.archive / agency


def file_of(paths: Paths, delivery: Delivery) -> Path:
    """The delivery's bytes as they are now (after an erasure: the redacted ones)."""
    return archive_folder(paths, delivery.archived_under) / f"{delivery.current_sha256}{delivery.suffix}"


def original_name(paths: Paths, delivery: Delivery) -> str:
    """The file's name when it was dropped. Restricted. Raises StorageProblem when the sidecar is gone or damaged."""
    return original_names(paths, delivery)[0]


def original_names(paths: Paths, delivery: Delivery) -> tuple[str, str]:
    """The file's name and its first path, folders below the agency's too. Restricted. Raises as `original_name`."""
    file = _sidecar_file(archive_folder(paths, delivery.archived_under), delivery.delivery_id)
    try:
        said = json.loads(file.read_bytes())
        return str(said["file_name"]), str(said.get("first_path", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise StorageProblem(
        f"The archive has no readable sidecar for delivery {delivery.delivery_no} of {delivery.agency}.",
        "Restore archive/ from the backup.",
    )


def keep_rendition(paths: Paths, delivery: Delivery, content: bytes) -> str:
    """Archive other bytes of a delivery beside those it has, durably; returns their sha256. The ledger moves later."""
    sha256 = hashlib.sha256(content).hexdigest()
    write_private(archive_folder(paths, delivery.archived_under) / f"{sha256}{delivery.suffix}", content, 0o440)
    return sha256


def require_rendition(paths: Paths, delivery: Delivery, sha256: str) -> None:
    """Raises StorageProblem unless bytes that were kept beside a delivery's are there: the old ones are to go."""
    if not _has_hash(archive_folder(paths, delivery.archived_under) / f"{sha256}{delivery.suffix}", sha256):
        raise StorageProblem(
            f"The redacted file of delivery {delivery.delivery_no} is not in the archive.",
            "Nothing was deleted. Restore archive/ from the backup, or erase the person anew.",
        )


def drop_bytes(paths: Paths, delivery: Delivery, sha256: str) -> None:
    """Delete bytes of a delivery that the ledger has moved away from; nothing when they are gone."""
    if sha256 == delivery.current_sha256:
        raise StorageProblem(
            f"The archive needs the bytes of delivery {delivery.delivery_no}.", "Move the ledger's entry first."
        )
    folder = archive_folder(paths, delivery.archived_under)
    (folder / f"{sha256}{delivery.suffix}").unlink(missing_ok=True)
    fsync_path(folder)


def strays(paths: Paths, wanted: Collection[str]) -> Iterator[Path]:
    """Files of the archive's agency folders that belong to no delivery: what runs that were killed left there.

    `wanted`: sha256 of bytes that are needed and of deliveries (their sidecars). Copies under way are removed first.
    """
    for folder in sorted(path for path in paths.archive.glob("*") if path.is_dir()):
        remove_temporary(folder)
        yield from (file for file in sorted(folder.iterdir()) if file.name.partition(".")[0] not in wanted)


def rename_original(paths: Paths, delivery: Delivery, change: Callable[[str], str]) -> None:
    """Change what the sidecar says of the file's name and first path. Raises StorageProblem as `original_name`."""
    name, path = original_names(paths, delivery)
    file = _sidecar_file(archive_folder(paths, delivery.archived_under), delivery.delivery_id)
    content = json.loads(file.read_bytes())
    renamed = content | {"file_name": change(name), "first_path": change(path)}
    if renamed != content:
        write_private(file, json.dumps(renamed, sort_keys=True).encode())


def is_intact(paths: Paths, delivery: Delivery) -> bool:
    """Whether the archived bytes are there and have the hash that the ledger names."""
    return _has_hash(file_of(paths, delivery), delivery.current_sha256)


def suffix_of(name: str) -> str:
    """The known ending in lower case, else '': an unknown one may be part of a name (`daftar.budi`)."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix in _SUFFIXES else ""


def sha256_of(stream: BinaryIO) -> str:
    """Hash of the rest of a stream, in chunks."""
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def keep(paths: Paths, agency: str, stream: BinaryIO, sha256: str, suffix: str, sidecar: Sidecar) -> bool:
    """Archive the bytes and their sidecar, durably; repeatable after a kill at any point.

    False when the stream no longer gives the bytes hashed before: the file was written to meanwhile.
    """
    folder = archive_folder(paths, agency)
    make_folder(folder, 0o750)
    final = folder / f"{sha256}{suffix}"
    if not _has_hash(final, sha256) and not _copy(stream, final, sha256):
        return False
    fsync_path(folder)
    text = json.dumps(asdict(sidecar), sort_keys=True)
    write_private(_sidecar_file(folder, sha256), text.encode())
    return True


def _copy(stream: BinaryIO, final: Path, sha256: str) -> bool:
    temporary = temporary_in(final.parent)
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as copy:
            shutil.copyfileobj(stream, copy, _CHUNK)
            copy.flush()
            os.fsync(handle)
        if not _has_hash(temporary, sha256):  # read back from the copy, not from what was meant to be written
            return False
        temporary.chmod(0o440)
        fsync_path(temporary)
        os.replace(temporary, final)
        return True
    finally:
        temporary.unlink(missing_ok=True)


def _has_hash(file: Path, sha256: str) -> bool:
    try:
        with file.open("rb") as stream:
            return sha256_of(stream) == sha256
    except FileNotFoundError:
        return False


def _sidecar_file(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.json"
