"""Files are whole or absent, and have the mode they were given whatever the umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kla_pipeline.ledger.durable import (
    TEMPORARY,
    create_private,
    make_folder,
    remove_temporary,
    temporary_in,
    write_private,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o077], ids=["open umask", "closed umask"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_a_file_that_exists_is_not_created_again(tmp_path: Path) -> None:
    file = tmp_path / "key"

    assert create_private(file, b"first")
    assert not create_private(file, b"second")

    assert file.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "index.json"
    write_private(file, b"a long first version")
    with file.open("rb") as reader:
        write_private(file, b"second")

        assert reader.read() == b"a long first version"
    assert file.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.usefixtures("umask")
def test_modes_are_those_asked_for(tmp_path: Path) -> None:
    write_private(tmp_path / "a", b"")
    create_private(tmp_path / "b", b"", 0o640)
    make_folder(tmp_path / "c" / "d", 0o750)

    assert [mode(tmp_path / name) for name in ("a", "b", "c", "c/d")] == [0o600, 0o640, 0o750, 0o750]


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir(mode=0o700)

    make_folder(tmp_path / "own", 0o755)

    assert mode(tmp_path / "own") == 0o700


def test_only_unfinished_files_are_removed(tmp_path: Path) -> None:
    temporary_in(tmp_path).write_bytes(b"half")
    (tmp_path / "whole").write_bytes(b"whole")

    remove_temporary(tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["whole"]
    assert temporary_in(tmp_path).name.startswith(TEMPORARY)
    assert temporary_in(tmp_path) != temporary_in(tmp_path)
