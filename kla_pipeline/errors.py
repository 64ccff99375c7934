"""The one exception tree of the project and the boundary that foreign exceptions do not cross.

Here: classes whose message names what, where and what to do, and `boundary`, which every asset, command and child
process passes through. Not here: reasons for single rows (quality/) and texts for people in two languages (i18n/).

Why a boundary: messages of pandas, DuckDB, SQLAlchemy and file readers quote the value they failed on. Such a value may
be a child's NIK, and Dagster stores exceptions with their whole chain. So a foreign exception is replaced by
`InternalFault`, raised outside of the `except` block: it has no cause, no context and no traceback of the library.
Warnings quote values too and would land in a compute log; inside a boundary only their class and place are shown.
"""

from __future__ import annotations

import errno
import functools
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class KlaError(Exception):
    """Base of all our errors. `message` says what and where, `hint` what to do next; neither holds a cell's value."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message if not hint else f"{message} {hint}")
        self.message = message
        self.hint = hint


class WrongUse(KlaError):
    """The command or setting cannot mean anything: exit code 2."""

    exit_code = 2


class ConfigurationError(KlaError):
    """A setting, declaration or key file is missing or contradicts another."""


class KeyProblem(ConfigurationError):
    """The pseudonym key is missing or is not the one the ledger knows."""


class Locked(KlaError):
    """Another process is loading this jurisdiction, or holds its warehouse open for writing."""


class StorageProblem(KlaError):
    """The disk is full, read only or failed: nothing was published."""


class DeclarationError(KlaError):
    """A layout, contract, rule or measure file is wrong: our mistake, not the agency's."""


class CheckFailed(KlaError):
    """A blocking check failed: the release was not swapped in."""


class DeliveryRefused(KlaError):
    """A whole file cannot be read as an export of its agency. `code` is the reason code of `quality.delivery`."""

    def __init__(self, code: str, message: str, hint: str = "", detail: dict | None = None) -> None:
        super().__init__(message, hint)
        self.code = code
        self.detail = detail or {}


class InternalFault(KlaError):
    """A foreign exception, without its message. `kind` is the library's class name, `where` our step."""

    def __init__(self, kind: str, where: str) -> None:
        super().__init__(
            f"{where} failed ({kind}).",
            "The library's own message is withheld because it may quote a person's record; nothing was published.",
        )
        self.kind = kind
        self.where = where


_STORAGE_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG}
_DISK_WORDS = ("no space left", "disk is full", "database or disk is full", "could not write", "out of disk")
_LOCK_WORDS = ("could not set lock", "conflicting lock", "database is locked")


def translate(exc: BaseException, where: str) -> KlaError:
    """One of our errors for a foreign one; looks at the class and at fixed phrases of it, never passes its text on."""
    if isinstance(exc, OSError) and exc.errno in _STORAGE_ERRNOS:
        return StorageProblem(
            f"{where}: the disk refused to write ({errno.errorcode.get(exc.errno or 0, 'OSError')}).",
            "Free space or make the data folder writable and run again; the current release is unchanged.",
        )
    text = _text(exc).lower()
    if any(word in text for word in _DISK_WORDS):
        return StorageProblem(
            f"{where}: the disk is full.", "Free space and run again; the current release is unchanged."
        )
    if any(word in text for word in _LOCK_WORDS):
        return Locked(
            f"{where}: a database file is held open by another process.",
            "Close the program that opened it for writing (readers should use read_only) and run again.",
        )
    if isinstance(exc, PermissionError):
        return StorageProblem(f"{where}: permission denied.", "Check who owns the data folder and run again.")
    return InternalFault(type(exc).__name__, where)


def _text(exc: BaseException) -> str:
    # an exception whose text cannot be made must not replace ours on its way out
    try:
        return str(exc)
    except Exception:
        return ""


def _show_place_only(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    print(f"{category.__name__} in {PurePath(filename).name}, line {lineno} (text withheld)", file=sys.stderr)


@contextmanager
def _withheld_warnings() -> Iterator[None]:
    """Show of a warning its class and place; a stack of boundaries changes nothing twice."""
    shown = warnings.showwarning
    warnings.showwarning = _show_place_only
    try:
        yield
    finally:
        warnings.showwarning = shown


def _leaving(exc: BaseException, where: str) -> BaseException:
    """What goes on instead of `exc`. An interrupt stays what it is; a panic of a Rust library is no Exception."""
    if isinstance(exc, KlaError):
        return exc
    if isinstance(exc, Exception) or type(exc).__name__ == "PanicException":
        return translate(exc, where)
    return exc


def boundary(where: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function at the edge (asset, command, child process): only `KlaError` without a chain leaves it.

    Interrupts go on as they are, but without what was being handled when they came.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                with _withheld_warnings():
                    return function(*args, **kwargs)
            except BaseException as exc:
                failure = _leaving(exc, where)
            # outside of the except block: no __context__; the old traceback and chain are dropped on purpose
            failure.__cause__ = None
            failure.__context__ = None
            failure.__suppress_context__ = True
            raise failure.with_traceback(None)

        return guarded

    return decorate
