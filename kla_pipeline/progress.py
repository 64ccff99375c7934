"""Progress of long work, told to whoever listens: the terminal in `kla run`, nobody in a service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, int, int], None]
_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


def report(step: str, done: int, total: int) -> None:
    """Say that `done` of `total` units of a step are through."""
    listener = _listener.get()
    if listener:
        listener(step, done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send progress to `listener(step, done, total)` while the block runs."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
