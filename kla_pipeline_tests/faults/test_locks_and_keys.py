"""Another loader, another program with the warehouse open, a lost key: one clear line each, and nothing is touched."""

from __future__ import annotations

import secrets
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kla_pipeline.errors import Locked
from kla_pipeline.nightly import build as build_step
from kla_pipeline.nightly import load, release
from kla_pipeline_tests.faults.cities import Spoken, copy_city, environment, kla, state, tree
from kla_pipeline_tests.faults.exports import case, cases, person, roster
from kla_pipeline_tests.support import CITY, ROOT, City, city_in

HOLD_LOCK = """
    import sys
    from kla_pipeline.intake.locking import jurisdiction_lock
    from kla_pipeline.settings import load_settings
    with jurisdiction_lock(load_settings().paths("36.73")):
        print("held", flush=True)
        sys.stdin.read()
"""
HOLD_WAREHOUSE = """
    import sys
    import duckdb
    from kla_pipeline.settings import load_settings
    with duckdb.connect(str(load_settings().paths("36.73").warehouse)) as connection:
        connection.execute("CREATE TABLE mart.scribble AS SELECT 1 AS x")
        print("held", flush=True)
        sys.stdin.read()
"""


@contextmanager
def another_process(city: City, program: str) -> Iterator[subprocess.Popen[str]]:
    """A program of somebody else, from the moment it says that it holds something until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=environment(city),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = city_in(tmp_path_factory.mktemp("locks") / "data")
    city.write("dinsos", "ppks_1.csv", roster(person(1), position="30-06-2025"))
    city.night()
    return city


@pytest.fixture
def waiting(loaded: City, tmp_path: Path) -> City:
    """A released city with a new file in a folder."""
    city = copy_city(loaded, tmp_path)
    city.night()  # files have new numbers on disk: the index is written once
    city.write("polres", "abh.csv", cases("05/2025", case(1)))
    return city


def untouched(city: City) -> dict[str, object]:
    return state(city) | tree(city.paths.archive)


def assert_one_clear_line(said: Spoken, *words: str) -> None:
    assert said.code == 1
    lines = said.err.splitlines()
    assert len(lines) == 1, said.err
    assert lines[0].startswith("kla: ")
    assert all(word in lines[0] for word in words), lines[0]
    assert "Traceback" not in said.out + said.err


def test_a_second_loader_is_told_who_is_loading_and_reads_nothing(waiting: City) -> None:
    before = untouched(waiting)
    with another_process(waiting, HOLD_LOCK) as other:
        assert_one_clear_line(kla(waiting, "run"), "36.73", "being loaded by another process", f"pid {other.pid}")
    assert untouched(waiting) == before


def test_a_missing_key_stops_the_run_before_anything_is_read_and_none_is_made(waiting: City) -> None:
    before = untouched(waiting)
    waiting.settings.key_file.unlink()
    assert_one_clear_line(kla(waiting, "run"), "key", "Restore it")
    assert not waiting.settings.key_file.exists()
    assert untouched(waiting) == before


def test_another_key_stops_the_run_before_anything_is_read(waiting: City) -> None:
    before = untouched(waiting)
    another = secrets.token_hex(32)
    waiting.settings.key_file.write_text(another)
    waiting.settings.key_file.chmod(0o600)
    said = kla(waiting, "run")
    assert_one_clear_line(said, "key")
    assert another not in said.out + said.err
    assert untouched(waiting) == before


def test_a_program_with_the_old_warehouse_open_for_writing_does_not_hinder_the_night(waiting: City) -> None:
    with another_process(waiting, HOLD_WAREHOUSE):
        night = waiting.night()
        assert night.published.outcome == "published"
    # what it left behind does not reach the new warehouse either
    assert waiting.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'scribble'") == [(0,)]
    assert waiting.rows("SELECT count(*) FROM staged.juvenile_case_current") == [(1,)]


def test_a_program_with_the_new_warehouse_open_for_writing_stops_the_release_with_one_clear_line(waiting: City) -> None:
    load.receive(waiting.settings, CITY)
    load.stage(waiting.settings, CITY)
    build_step.build(waiting.settings, CITY)
    current = waiting.paths.current.readlink()
    with another_process(waiting, HOLD_WAREHOUSE):
        with pytest.raises(Locked, match="held open"):
            release.publish(waiting.settings, CITY)
        assert_one_clear_line(kla(waiting, "run"), "held open", "read_only")
        assert waiting.paths.current.readlink() == current


def test_what_a_killed_writer_left_beside_the_warehouse_does_not_stop_the_next_build(waiting: City) -> None:
    with another_process(waiting, HOLD_WAREHOUSE):
        pass
    assert waiting.paths.warehouse.with_name(waiting.paths.warehouse.name + ".wal").exists()
    load.receive(waiting.settings, CITY)
    load.stage(waiting.settings, CITY)
    build_step.build(waiting.settings, CITY)
    assert waiting.rows("SELECT count(*) FROM staged.juvenile_case_current") == [(1,)]
