"""Readers see complete releases only, each part is open to those it is for, and a kill changes nothing for them."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from kla_pipeline.errors import CheckFailed, ConfigurationError, Locked, StorageProblem, WrongUse
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.settings import Paths, load_settings
from kla_pipeline.warehouse import publish as module
from kla_pipeline.warehouse.publish import (
    Groups,
    clean_leftovers,
    current_release,
    cut_edition,
    link_public,
    list_editions,
    list_releases,
    make_current,
    publish,
)
from kla_pipeline_tests.ledger.kill import DIED, every_step, exit_code, in_child, run_until

NOBODY = 65534


@pytest.fixture
def paths() -> Iterator[Paths]:
    """A data folder that other users can reach: pytest's own temporary folder is closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="kla-publish-"))
    folder.chmod(0o755)
    yield Paths(folder, "36.73")
    for parent, _, _ in os.walk(folder):
        os.chmod(parent, 0o700)
    shutil.rmtree(folder)


def a_release(text: str) -> Callable[[Path], None]:
    """A build function: one file in each part, `public/` with a folder in it."""

    def build(folder: Path) -> None:
        for name in ("internal/internal.txt", "audit/audit.txt", "public/csv/measure.csv", "public/index.html"):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    return build


def not_built(folder: Path) -> None:
    raise AssertionError(f"{folder.name} was to be left as it is, not built")


def said(paths: Paths) -> str:
    return (paths.current / "internal" / "internal.txt").read_text()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def leftovers(paths: Paths) -> list[str]:
    return [path.name for path in paths.published.rglob("*.next")]


def test_a_release_becomes_current_as_a_whole(paths: Paths) -> None:
    release = publish(paths, a_release("one"), "r1")

    assert release == paths.releases / "r1" == current_release(paths)
    assert os.readlink(paths.current) == "releases/r1"
    assert said(paths) == "one"
    assert leftovers(paths) == []


def test_the_next_release_replaces_the_link_and_keeps_the_old_folder(paths: Paths) -> None:
    publish(paths, a_release("one"), "r1")
    publish(paths, a_release("two"), "r2")

    assert said(paths) == "two"
    assert [path.name for path in list_releases(paths)] == ["r1", "r2"]
    assert (paths.releases / "r1" / "audit" / "audit.txt").read_text() == "one"


def test_before_the_first_release_there_is_none(paths: Paths) -> None:
    assert current_release(paths) is None
    assert list_releases(paths) == []
    assert list_editions(paths) == []


def test_public_files_are_for_all_the_rest_for_owner_and_group_and_nothing_is_writable(paths: Paths) -> None:
    before = os.umask(0o077)
    try:
        release = publish(paths, a_release("one"), "r1")
    finally:
        os.umask(before)

    assert {name: oct(mode(release / name)) for name in sorted(os.listdir(release))} == {
        "audit": "0o550",
        "internal": "0o550",
        "public": "0o555",
    }
    assert mode(release) == mode(release / "public" / "csv") == 0o555
    assert mode(release / "public" / "csv" / "measure.csv") == 0o444
    assert mode(release / "internal" / "internal.txt") == mode(release / "audit" / "audit.txt") == 0o440
    assert mode(paths.published) == mode(paths.releases) == 0o755


def test_a_part_nobody_declared_public_is_restricted(paths: Paths) -> None:
    def build(folder: Path) -> None:
        (folder / "other" / "deep").mkdir(parents=True)
        (folder / "other" / "deep" / "x.txt").write_text("x")
        (folder / "note.txt").write_text("x")

    release = publish(paths, build, "r1")

    assert mode(release / "other") == mode(release / "other" / "deep") == 0o550
    assert mode(release / "other" / "deep" / "x.txt") == mode(release / "note.txt") == 0o440


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_an_unprivileged_user_reads_public_and_only_public(paths: Paths) -> None:
    publish(paths, a_release("one"), "r1")

    def read(name: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["cat", paths.current / name], user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True
        )

    assert read("public/csv/measure.csv").stdout == b"one"
    for name in ("internal/internal.txt", "audit/audit.txt"):
        refused = read(name)
        assert refused.returncode != 0
        assert refused.stdout == b""
        assert b"Permission denied" in refused.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user and give files to groups")
def test_each_group_reads_its_own_part(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {"readers": 61001, "auditors": 61002}
    monkeypatch.setattr(module, "group_id", lambda name: numbers.get(name, -1))
    publish(paths, a_release("one"), "r1", groups=Groups("readers", "auditors"))

    def can_read(group: int, name: str) -> bool:
        command = ["cat", paths.current / name]
        run = subprocess.run(command, user=NOBODY, group=NOBODY, extra_groups=[group], capture_output=True)
        return run.stdout == b"one"

    assert can_read(61001, "internal/internal.txt")
    assert not can_read(61001, "audit/audit.txt")
    assert can_read(61002, "audit/audit.txt")
    assert not can_read(61002, "internal/internal.txt")


def test_an_unknown_group_is_told_before_anything_is_built(paths: Paths) -> None:
    settings = load_settings(data_dir=paths.data, readers_group="no-such-group-here")

    with pytest.raises(ConfigurationError, match="no-such-group-here"):
        publish(paths, not_built, "r1", groups=Groups.of(settings))


@pytest.mark.skipif(os.geteuid() != 0, reason="root is not stopped by modes, so the owner must be somebody else")
def test_an_owner_without_privileges_publishes_and_cleans_up_read_only_folders(paths: Paths) -> None:
    paths.data.chmod(0o777)

    def as_nobody() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        publish(paths, a_release("one"), "r1")
        publish(paths, a_release("two"), "r2")
        os.rename(paths.releases / "r1", paths.releases / "r1.next")
        publish(paths, a_release("three"), "r3")

    assert exit_code(in_child(as_nobody)) == 0
    assert said(paths) == "three"
    assert leftovers(paths) == []


def test_a_failed_check_leaves_readers_what_they_have_and_no_trace(paths: Paths) -> None:
    publish(paths, a_release("one"), "r1")

    def failing(folder: Path) -> None:
        a_release("two")(folder)
        raise CheckFailed("a blocking check failed")

    with pytest.raises(CheckFailed):
        publish(paths, failing, "r2")

    assert said(paths) == "one"
    assert [path.name for path in paths.releases.iterdir()] == ["r1"]


def test_the_ledger_entry_is_made_when_the_release_is_complete_and_before_readers_see_it(paths: Paths) -> None:
    publish(paths, a_release("one"), "r1")
    seen = []

    def record(folder: Path) -> None:
        seen.append((folder, (folder / "internal" / "internal.txt").read_text(), said(paths)))

    publish(paths, a_release("two"), "r2", before_swap=record)

    assert seen == [(paths.releases / "r2", "two", "one")]


def test_a_release_whose_entry_failed_is_not_shown(paths: Paths) -> None:
    publish(paths, a_release("one"), "r1")

    def refuse(_folder: Path) -> None:
        raise StorageProblem("the ledger did not answer")

    with pytest.raises(StorageProblem):
        publish(paths, a_release("two"), "r2", before_swap=refuse)
    assert said(paths) == "one"

    publish(paths, a_release("three"), "r2")
    assert said(paths) == "three"


def test_a_release_the_ledger_knows_is_swapped_in_without_a_build(paths: Paths) -> None:
    publish(paths, a_release("one"), "r1")
    publish(paths, a_release("two"), "r2")

    publish(paths, not_built, "r1", recorded=["r1", "r2"])

    assert said(paths) == "one"


def test_the_current_release_is_never_built_over(paths: Paths) -> None:
    publish(paths, a_release("one"), "r1")

    publish(paths, not_built, "r1")

    assert said(paths) == "one"


def test_current_can_be_pointed_back_to_a_complete_release_only(paths: Paths) -> None:
    publish(paths, a_release("one"), "r1")
    publish(paths, a_release("two"), "r2")

    make_current(paths, "r1")
    assert said(paths) == "one"
    with pytest.raises(StorageProblem, match="r9"):
        make_current(paths, "r9")
    assert said(paths) == "one"


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "/a", "r1.next"])
def test_a_name_that_leads_elsewhere_is_wrong_use(paths: Paths, name: str) -> None:
    for call in (
        lambda: publish(paths, not_built, name),
        lambda: cut_edition(paths, name, not_built),
        lambda: make_current(paths, name),
    ):
        with pytest.raises(WrongUse):
            call()


def test_a_link_in_a_release_is_refused(paths: Paths) -> None:
    def build(folder: Path) -> None:
        a_release("one")(folder)
        (folder / "public" / "passwords").symlink_to("/etc/passwd")

    with pytest.raises(OSError, match="no links"):
        publish(paths, build, "r1")

    assert current_release(paths) is None


@pytest.mark.parametrize("by_error", [False, True], ids=["kill", "full disk"])
def test_a_run_stopped_at_any_step_leaves_a_whole_release_and_the_next_run_succeeds(
    paths: Paths, by_error: bool
) -> None:
    publish(paths, a_release("old"), "r1")

    for _ in every_step(lambda: publish(paths, a_release("new"), "r2"), by_error=by_error):
        assert said(paths) in ("old", "new")
        assert len(list((current_release(paths) or paths.data).rglob("*.*"))) == 4
        publish(paths, a_release("new"), "r2")
        assert said(paths) == "new"
        assert leftovers(paths) == []
        make_current(paths, "r1")
        clean_release(paths, "r2")

    assert said(paths) == "new"


def clean_release(paths: Paths, name: str) -> None:
    os.rename(paths.releases / name, paths.releases / f"{name}.next")
    clean_leftovers(paths)


def test_a_kill_in_the_middle_of_the_build_changes_nothing_for_readers(paths: Paths) -> None:
    publish(paths, a_release("old"), "r1")

    def killed(folder: Path) -> None:
        a_release("new")(folder)
        os.kill(os.getpid(), signal.SIGKILL)

    assert exit_code(in_child(lambda: publish(paths, killed, "r2"))) == -signal.SIGKILL

    assert said(paths) == "old"
    assert [path.name for path in list_releases(paths)] == ["r1"]
    publish(paths, a_release("next"), "r3")
    assert said(paths) == "next"
    assert leftovers(paths) == []


def test_a_kill_between_rename_and_swap_changes_nothing_for_readers(paths: Paths) -> None:
    publish(paths, a_release("old"), "r1")

    def killed(_folder: Path) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    pid = in_child(lambda: publish(paths, a_release("new"), "r2", before_swap=killed))
    assert exit_code(pid) == -signal.SIGKILL

    assert (paths.releases / "r2").is_dir()
    assert said(paths) == "old"
    publish(paths, a_release("newer"), "r2")
    assert said(paths) == "newer"


def test_a_failed_fsync_is_not_asked_again_and_nothing_is_published(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(paths, a_release("old"), "r1")
    asked = []

    def broken(handle: int) -> None:
        asked.append(handle)
        raise OSError(errno.EIO, "invented")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="invented"):
        publish(paths, a_release("new"), "r2")

    assert len(asked) == 1
    assert said(paths) == "old"
    assert [path.name for path in list_releases(paths)] == ["r1"]


def test_every_file_and_folder_is_on_disk_before_the_release_gets_its_name(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    log: list[str] = []
    real_fsync, real_rename, real_replace = os.fsync, os.rename, os.replace

    def fsync(handle: int) -> None:
        log.append("fsync " + os.path.relpath(os.readlink(f"/proc/self/fd/{handle}"), paths.published))
        real_fsync(handle)

    def rename(source: Path, target: Path) -> None:
        log.append("rename")
        real_rename(source, target)

    def replace(source: Path, target: Path) -> None:
        log.append("swap")
        real_replace(source, target)

    publish(paths, a_release("old"), "r1")
    for name, function in (("fsync", fsync), ("rename", rename), ("replace", replace)):
        monkeypatch.setattr(os, name, function)
    publish(paths, a_release("new"), "r2")

    inside = log[: log.index("rename")]
    expected = {"", "/internal", "/internal/internal.txt", "/audit", "/audit/audit.txt"}
    expected |= {"/public", "/public/csv", "/public/csv/measure.csv", "/public/index.html"}
    assert sorted(inside) == sorted(f"fsync releases/r2.next{name}" for name in expected)
    assert inside[-1] == "fsync releases/r2.next"
    assert log[len(inside) :] == ["rename", "fsync releases", "swap", "fsync ."]


def test_readers_with_an_open_database_keep_working_while_a_release_is_swapped(paths: Paths) -> None:
    def build(value: int) -> Callable[[Path], None]:
        def with_database(folder: Path) -> None:
            (folder / "internal").mkdir()
            with duckdb.connect(folder / "internal" / "internal.duckdb") as connection:
                connection.execute("CREATE TABLE measure AS SELECT ? AS value, range AS n FROM range(100000)", [value])

        return with_database

    def ask(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
        return connection.execute("SELECT min(value), count(*) FROM measure").fetchone()  # type: ignore[return-value]

    file = paths.current / "internal" / "internal.duckdb"
    publish(paths, build(1), "r1")
    with duckdb.connect(file, read_only=True) as reader:
        assert ask(reader) == (1, 100000)
        publish(paths, build(2), "r2")
        assert ask(reader) == (1, 100000)
    with duckdb.connect(file, read_only=True) as reader:
        assert ask(reader) == (2, 100000)


def test_only_one_process_publishes_at_a_time(paths: Paths) -> None:
    def try_it() -> None:
        with pytest.raises(Locked):
            publish(paths, not_built, "r1")

    with jurisdiction_lock(paths):
        assert exit_code(in_child(try_it)) == 0


def an_edition(text: str) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        (folder / "csv").mkdir()
        (folder / "csv" / "measure.csv").write_text(text)
        (folder / "index.html").write_text(text)

    return build


def test_an_edition_is_cut_once_and_is_open_to_all(paths: Paths) -> None:
    edition = cut_edition(paths, "2025", an_edition("first"))

    assert cut_edition(paths, "2025", not_built) == edition == paths.editions / "2025"
    assert mode(edition) == mode(edition / "csv") == 0o555
    assert mode(edition / "csv" / "measure.csv") == 0o444
    assert list_editions(paths) == [edition]


def test_a_release_carries_its_edition_unchanged_and_without_a_second_copy(paths: Paths) -> None:
    edition = cut_edition(paths, "2025", an_edition("first"))

    release = publish(paths, lambda folder: link_public(edition, folder), "r1")

    assert (release / "public" / "csv" / "measure.csv").samefile(edition / "csv" / "measure.csv")
    assert not (release / "public" / "csv").is_symlink()
    assert mode(edition / "index.html") == 0o444


def test_where_the_disk_has_no_hard_links_the_edition_is_copied(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = cut_edition(paths, "2025", an_edition("first"))

    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "invented")

    monkeypatch.setattr(os, "link", no_links)
    release = publish(paths, lambda folder: link_public(edition, folder), "r1")

    assert (release / "public" / "csv" / "measure.csv").read_text() == "first"
    assert mode(release / "public" / "csv" / "measure.csv") == 0o444


def test_a_half_cut_edition_of_a_killed_run_is_cut_anew(paths: Paths) -> None:
    assert run_until(3, lambda: cut_edition(paths, "2025", an_edition("half"))) == DIED

    cut_edition(paths, "2025", an_edition("whole"))

    assert (paths.editions / "2025" / "index.html").read_text() == "whole"
    assert leftovers(paths) == []


def test_removing_a_killed_release_leaves_the_edition_it_linked(paths: Paths) -> None:
    edition = cut_edition(paths, "2025", an_edition("first"))

    def killed(folder: Path) -> None:
        link_public(edition, folder)
        os.kill(os.getpid(), signal.SIGKILL)

    exit_code(in_child(lambda: publish(paths, killed, "r1")))
    clean_leftovers(paths)

    assert (edition / "csv" / "measure.csv").read_text() == "first"
    assert mode(edition / "csv" / "measure.csv") == 0o444
