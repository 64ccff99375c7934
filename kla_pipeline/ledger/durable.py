"""Files that must be whole or absent after a power cut.

Here: temp file, fsync, rename, fsync of the folder; for single files. Not here: trees (warehouse/files) and the
database, which does this by itself. A failed fsync is never asked again: the kernel may have dropped the pages and
would then report success, so the error goes up and the file is not used.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

TEMPORARY = ".incoming-"
"""Beginning of the name of a file that is not finished; one that a killed run left may be deleted under the lock."""


def fsync_path(path: Path) -> None:
    """Force a file or folder to disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path, mode: int = 0o755) -> None:
    """Make a folder and those above it that miss, each with `mode` whatever the umask, each entry forced to disk."""
    if path.is_dir():
        return
    make_folder(path.parent, mode)
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        return
    path.chmod(mode)
    fsync_path(path.parent)


def temporary_in(folder: Path) -> Path:
    """A name in `folder` that nothing has yet."""
    return folder / f"{TEMPORARY}{secrets.token_hex(8)}"


def write_private(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Replace `path` by a file of these bytes and mode, atomically and durably."""
    temporary = temporary_in(path.parent)
    try:
        _write_new(temporary, data, mode)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fsync_path(path.parent)


def create_private(path: Path, data: bytes, mode: int = 0o600) -> bool:
    """Like `write_private`, but False and nothing changed when `path` exists: of two processes one wins."""
    temporary = temporary_in(path.parent)
    try:
        _write_new(temporary, data, mode)
        # a link never replaces: it is O_EXCL for a file that is already complete
        os.link(temporary, path)
        is_created = True
    except FileExistsError:
        is_created = False
    finally:
        temporary.unlink(missing_ok=True)
    fsync_path(path.parent)
    return is_created


def _write_new(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)
        file.write(data)
        file.flush()
        os.fsync(handle)


def remove_temporary(folder: Path) -> None:
    """Delete what killed runs left unfinished in `folder`; the caller holds the lock of its jurisdiction."""
    for path in folder.glob(f"{TEMPORARY}*"):
        path.unlink(missing_ok=True)
