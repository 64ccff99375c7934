"""Stop a piece of work at its n-th step towards the disk: by SIGKILL in a forked child, or by an error of the disk.

Here: the helper that fault tests of archive, keys and publishing share. A step is a call that changes a folder, a
file's mode or what is on disk, the middle of a copy, and the moments around each entry into the ledger.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from kla_pipeline.ledger import Ledger

STEPS = ("fsync", "replace", "rename", "link", "unlink", "chmod", "fchmod", "mkdir", "symlink", "rmdir")
LEDGER_STEPS = ("append", "record_delivery", "record_release", "set_key_id")
DIED, SURVIVED, DONE = "died", "survived", "done"
_EXIT_DIED, _EXIT_SURVIVED = 7, 8


def every_step(action: Callable[[], object], *, by_error: bool = False) -> Iterator[int]:
    """Run `action` in a child that ends at step 1, then in one that ends at step 2, … until one comes to its end.

    Yields the number of the step after each of them, for the caller to look at what is left. With `by_error` the step
    fails as on a full disk, and the work may go on where the step does not matter.
    """
    for step in range(1, 1000):
        outcome = run_until(step, action, by_error=by_error)
        if outcome == DONE:
            assert step > 5, "the work has hardly a step: nothing was tested"
            return
        yield step
    raise AssertionError("the work never came to its end")


def run_until(step: int, action: Callable[[], object], *, by_error: bool = False) -> str:
    """`died` (killed, or failed with our error), `survived` our error, or `done` before that step; all else fails."""
    pid = os.fork()
    if pid == 0:
        code = 0
        try:
            taken = _arm(step, by_error)
            action()
            code = _EXIT_SURVIVED if taken() >= step else 0
        except OSError as exc:
            code = _EXIT_DIED if exc.errno == errno.ENOSPC else _shown(3)
        except BaseException:
            code = _shown(3)
        os._exit(code)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return DIED
    code = os.waitstatus_to_exitcode(status)
    outcome = {0: DONE, _EXIT_DIED: DIED, _EXIT_SURVIVED: SURVIVED}.get(code)
    assert outcome, f"the child failed by itself (exit {code})"
    return outcome


def in_child(action: Callable[[], object]) -> int:
    """Pid of a forked child that runs `action` and exits 0, or 3 after an exception."""
    pid = os.fork()
    if pid == 0:
        code = 0
        try:
            action()
        except BaseException:
            code = _shown(3)
        os._exit(code)
    return pid


def exit_code(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _shown(code: int) -> int:
    traceback.print_exc()
    return code


def _arm(last: int, by_error: bool) -> Callable[[], int]:
    """Count the steps of this process and stop it at one; returns how many were taken so far."""
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1
        if taken == last:
            if by_error:
                raise OSError(errno.ENOSPC, "the test's disk is full")
            os.kill(os.getpid(), signal.SIGKILL)

    def before(real: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            step()
            return real(*args, **kwargs)

        return stepping

    def around(real: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            step()
            result = real(*args, **kwargs)
            step()
            return result

        return stepping

    def half_copied(source: Any, target: Any, length: int = 0) -> None:
        target.write(source.read(5))
        target.flush()
        step()
        while chunk := source.read(length or 65536):
            target.write(chunk)

    for name in STEPS:
        setattr(os, name, before(getattr(os, name)))
    for name in LEDGER_STEPS:
        setattr(Ledger, name, around(getattr(Ledger, name)))
    shutil.copyfileobj = half_copied
    return lambda: taken
