"""One writer per jurisdiction, whatever becomes of it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kla_pipeline.errors import Locked
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.settings import Paths
from kla_pipeline_tests.ledger.kill import exit_code, in_child


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, "36.73")


def holder_of(paths: Paths) -> tuple[int, Callable[[], None]]:
    """A child that holds the lock until it is told to go on; returns once it holds it."""
    ready_read, ready_write = os.pipe()
    go_read, go_write = os.pipe()

    def hold() -> None:
        os.close(go_write)
        with jurisdiction_lock(paths):
            os.write(ready_write, b"x")
            os.read(go_read, 1)

    pid = in_child(hold)
    os.close(ready_write)
    os.close(go_read)
    assert os.read(ready_read, 1) == b"x"
    os.close(ready_read)
    return pid, lambda: os.close(go_write)


def can_lock_elsewhere(paths: Paths) -> bool:
    """Whether another process gets the lock now."""

    def take() -> None:
        with jurisdiction_lock(paths):
            pass

    pid = os.fork()
    if pid == 0:
        try:
            take()
        except Locked:
            os._exit(9)
        except BaseException:
            os._exit(3)
        os._exit(0)
    code = exit_code(pid)
    assert code in (0, 9)
    return code == 0


def test_a_second_process_is_told_at_once_who_holds_the_lock(paths: Paths) -> None:
    pid, let_go = holder_of(paths)

    with pytest.raises(Locked, match=rf"36\.73 .*pid {pid}\)") as caught, jurisdiction_lock(paths):
        pass
    let_go()

    assert exit_code(pid) == 0
    assert caught.value.__context__ is None
    with jurisdiction_lock(paths):
        pass


def test_a_killed_holder_leaves_no_lock_behind(paths: Paths) -> None:
    pid, let_go = holder_of(paths)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    with jurisdiction_lock(paths):
        assert paths.lock.read_text() == f"{os.getpid()}\n"
    let_go()


def test_the_lock_ends_with_its_block_also_after_an_error(paths: Paths) -> None:
    def fail_inside() -> None:
        with jurisdiction_lock(paths):
            assert not can_lock_elsewhere(paths)
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        fail_inside()

    assert can_lock_elsewhere(paths)
    assert paths.lock.read_text() == ""


def test_the_holder_may_enter_again_and_keeps_the_lock_until_the_outermost_block_ends(paths: Paths) -> None:
    with jurisdiction_lock(paths):
        with jurisdiction_lock(paths):
            pass
        assert not can_lock_elsewhere(paths)

    assert can_lock_elsewhere(paths)


def test_threads_of_the_holder_share_the_lock(paths: Paths) -> None:
    entered, may_end = threading.Event(), threading.Event()

    def stay_longer() -> None:
        with jurisdiction_lock(paths):
            entered.set()
            may_end.wait(5)

    with jurisdiction_lock(paths):
        thread = threading.Thread(target=stay_longer)
        thread.start()
        assert entered.wait(5)
    assert not can_lock_elsewhere(paths)
    may_end.set()
    thread.join()

    assert can_lock_elsewhere(paths)


def test_jurisdictions_do_not_wait_for_each_other(paths: Paths) -> None:
    _, let_go = holder_of(paths)

    with jurisdiction_lock(Paths(paths.data, "32")):
        pass
    let_go()
    os.wait()


def test_a_forked_child_neither_holds_its_parents_lock_nor_gives_it_back(paths: Paths) -> None:
    with jurisdiction_lock(paths):
        assert not can_lock_elsewhere(paths)  # the fork inside is such a child
        assert not can_lock_elsewhere(paths)


def test_a_forked_child_does_not_keep_the_lock_of_a_parent_that_died(paths: Paths) -> None:
    alive_read, alive_write = os.pipe()
    child_read, child_write = os.pipe()
    never_read, never_write = os.pipe()

    def parent() -> None:
        with jurisdiction_lock(paths):
            child = os.fork()
            if child == 0:
                os.close(child_write)
                os.write(alive_write, b"x")
                os.read(child_read, 1)  # outlives its parent
                os._exit(0)
            os.read(never_read, 1)

    pid = in_child(parent)
    assert os.read(alive_read, 1) == b"x"
    assert not can_lock_elsewhere(paths)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    assert can_lock_elsewhere(paths)
    os.close(child_write)
    os.close(never_write)
