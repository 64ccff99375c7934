"""Who may open what of a release: anybody the public file, nobody else the restricted ones, many at once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from kla_pipeline_tests.support import City

NOBODY = 65534
REFUSED = 7


@dataclass(slots=True)
class Reader:
    """A process that opened a file and keeps it open until it is told to end."""

    pid: int
    said: int
    told: int

    def first_words(self) -> str:
        """How many measures it saw; empty when it could not open the file."""
        return os.read(self.said, 100).decode()

    def end(self) -> int:
        """Exit code: 0, or REFUSED when it could not open the file."""
        os.close(self.told)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.said)
        return code

    def is_running(self) -> bool:
        return os.waitpid(self.pid, os.WNOHANG) == (0, 0)


def reader(file: Path, *, read_only: bool = True) -> Reader:
    """Open a file in a process of its own, as an unprivileged user when tests run as root.

    A fork, because that user may not start the interpreter of a developer's folder.
    """
    said_in, said_out = os.pipe()
    told_in, told_out = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told_out)
        code = REFUSED
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            with duckdb.connect(str(file), read_only=read_only) as connection:
                seen = connection.execute("SELECT count(*) FROM mart.measure").fetchone() or (0,)
                os.write(said_out, str(seen[0]).encode())
                os.read(told_in, 1)
            code = 0
        finally:
            os._exit(code)
    os.close(said_out)
    os.close(told_in)
    return Reader(pid, said_in, told_out)


@pytest.fixture(scope="module")
def released(bundle: City) -> Iterator[Path]:
    """The bundle's release where other users can get to: pytest's own temporary folder is closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="kla-readers-"))
    folder.chmod(0o755)
    shutil.copytree(bundle.paths.published, folder / "published", symlinks=True)
    yield folder / "published" / "current"
    for parent, _, _ in os.walk(folder):
        os.chmod(parent, 0o700)
    shutil.rmtree(folder)


def test_anybody_can_open_the_public_file_read_only(released: Path) -> None:
    anybody = reader(released / "public" / "published.duckdb")
    assert int(anybody.first_words()) > 10
    assert anybody.end() == 0


def test_opening_the_public_file_for_writing_is_refused(released: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("the owner of a file may always change its mode; as root this runs as another user")
    writer = reader(released / "public" / "published.duckdb", read_only=False)
    assert writer.first_words() == ""
    assert writer.end() == REFUSED


def test_two_readers_at_once_do_not_hinder_each_other(released: Path) -> None:
    readers = [reader(released / "public" / "published.duckdb") for _ in range(2)]
    seen = [each.first_words() for each in readers]
    assert [each.is_running() for each in readers] == [True, True], "both hold it open now"
    assert [each.end() for each in reversed(readers)] == [0, 0]
    assert seen[0] == seen[1] != ""


@pytest.mark.parametrize(("tier", "name"), [("internal", "internal.duckdb"), ("audit", "audit.duckdb")])
def test_restricted_files_are_closed_to_all_others(released: Path, tier: str, name: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can act as another user")
    assert os.stat(released / tier).st_mode & 0o007 == 0
    other = reader(released / tier / name)
    assert other.first_words() == ""
    assert other.end() == REFUSED


def test_no_link_of_a_release_leads_out_of_its_folder(released: Path) -> None:
    assert os.readlink(released).startswith("releases/")
    assert [path.name for path in released.resolve().rglob("*") if path.is_symlink()] == []
