"""Trees of files that are published: their modes, their way to disk, their removal.

Here: helpers over folders, without knowing what they hold. Not here: which release is current (publish) and single
files (ledger/durable). Errors of the disk go up as they are; nothing is asked twice.
"""

from __future__ import annotations

import errno
import grp
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from kla_pipeline.errors import ConfigurationError
from kla_pipeline.ledger.durable import fsync_path

_NO_LINKS = {errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EMLINK}


def group_id(name: str) -> int:
    """Number of a group; -1 (leave it) for ''. Raises ConfigurationError for one the system does not know."""
    if not name:
        return -1
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        pass
    raise ConfigurationError(f"The group {name} does not exist on this machine.", "Create it or correct the setting.")


def walk_up(folder: Path) -> Iterator[Path]:
    """Everything below a folder and the folder itself, what it holds before it. Links are not followed."""
    for parent, folders, files in os.walk(folder, topdown=False, onerror=_raise):
        yield from (Path(parent, name) for name in files)
        yield from (path for name in folders if (path := Path(parent, name)).is_symlink())
        yield Path(parent)


def _raise(error: OSError) -> None:
    raise error


def set_modes(folder: Path, file_mode: int, folder_mode: int, group: int = -1) -> None:
    """Give every file and folder below its mode and group (-1: as it is). Raises OSError, also for a link in it."""
    for path in walk_up(folder):
        if path.is_symlink():
            raise OSError(errno.ELOOP, "a published folder holds no links")
        if group != -1:
            os.chown(path, -1, group)
        path.chmod(folder_mode if path.is_dir() else file_mode)


def fsync_tree(folder: Path) -> None:
    """Force every file, then the folder that names it, to disk."""
    for path in walk_up(folder):
        fsync_path(path)


def remove_tree(folder: Path) -> None:
    """Delete a tree whose folders may be read-only."""
    for parent, _, _ in os.walk(folder):
        os.chmod(parent, 0o700)
    shutil.rmtree(folder)


def link_tree(source: Path, target: Path) -> None:
    """The same files under a second folder: real folders, hard-linked files (copies where the disk has no links)."""
    target.mkdir(exist_ok=True)
    for entry in sorted(source.iterdir()):
        if entry.is_dir():
            link_tree(entry, target / entry.name)
        else:
            _link(entry, target / entry.name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError as exc:
        if exc.errno not in _NO_LINKS:
            raise
        shutil.copyfile(source, target)
