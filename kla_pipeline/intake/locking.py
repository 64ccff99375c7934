"""One writer per jurisdiction, enforced by the operating system.

Here: the lock that every function takes which writes archive, staged files, warehouse or releases. Not here: locks of
the database files themselves. Standard library only. The lock dies with its process, so a killed run never leaves it
behind; the file stays and holds the number of the last holder.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kla_pipeline.errors import Locked
from kla_pipeline.settings import Paths


@dataclass(slots=True)
class _Held:
    handle: int
    depth: int


_held: dict[Path, _Held] = {}
_guard = threading.Lock()


@contextmanager
def jurisdiction_lock(paths: Paths) -> Iterator[None]:
    """Hold the jurisdiction for writing; a process that holds it may enter again, from any of its threads.

    Raises Locked at once when another process holds it.
    """
    _enter(paths)
    try:
        yield
    finally:
        _leave(paths.lock)


def _enter(paths: Paths) -> None:
    with _guard:
        held = _held.get(paths.lock)
        if held:
            held.depth += 1
            return
        _held[paths.lock] = _Held(_take(paths), 1)


def _take(paths: Paths) -> int:
    paths.lock.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(paths.lock, os.O_RDWR | os.O_CREAT, 0o664)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
    except BaseException:
        os.close(handle)
        raise
    else:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        return handle
    os.close(handle)
    raise Locked(
        f"Jurisdiction {paths.jurisdiction} is being loaded by another process (pid {holder}); wait until it ends."
    )


def _leave(lock: Path) -> None:
    with _guard:
        held = _held.get(lock)
        if held is None:  # a forked child leaves a block that its parent entered: the lock was never the child's
            return
        held.depth -= 1
        if held.depth == 0:
            del _held[lock]
            os.ftruncate(held.handle, 0)
            os.close(held.handle)  # the only descriptor: closing it gives the lock back


def _forget_in_child() -> None:
    """A forked child shares the parent's descriptors: it must neither believe that it holds the lock nor keep it
    alive.
    """
    global _guard
    _guard = threading.Lock()
    for held in _held.values():
        os.close(held.handle)
    _held.clear()


os.register_at_fork(after_in_child=_forget_in_child)
