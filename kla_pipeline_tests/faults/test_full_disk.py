"""A disk that takes no more is one clear line; readers keep the last release and the next night needs no repair."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kla_pipeline.errors import StorageProblem
from kla_pipeline.nightly import build as build_step
from kla_pipeline.nightly import load, release
from kla_pipeline_tests.faults.cities import copy_city, counts, kla, python
from kla_pipeline_tests.faults.exports import case, cases, person, roster
from kla_pipeline_tests.support import CITY, City, city_in

MB = 1024 * 1024
LIMITED = """
    import resource, sys
    resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
    sys.argv = ["kla", "run"]
    from kla_pipeline.cli import main
    main()
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = city_in(tmp_path_factory.mktemp("disk") / "data")
    city.write("dinsos", "ppks_1.csv", roster(person(1), position="30-06-2025"))
    city.night()
    return city


@pytest.fixture
def small_disk(loaded: City, tmp_path: Path) -> Iterator[City]:
    """The city on a disk of its own of 40 MB, with a new file of half a MB in a folder."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let tests mount a disk")
    try:
        city = copy_city(loaded, disk)
        city.night()
        city.write("polres", "abh.csv", cases("05/2025", *map(case, range(2000))))
        yield city
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(city: City, leave: int) -> Path:
    """Fill the city's disk but for `leave` bytes."""
    folder = city.settings.data_dir.parent
    free = os.statvfs(folder)
    filler = folder / "filler"
    filler.write_bytes(b"\0" * max(free.f_bavail * free.f_bsize - leave, 0))
    return filler


@pytest.mark.parametrize("full", ["before files are taken", "before the build", "before the release"])
def test_a_full_disk_leaves_readers_what_they_have_and_the_next_night_succeeds(small_disk: City, full: str) -> None:
    city = small_disk
    current, releases = city.paths.current.readlink(), counts(city)["release"]
    steps = [load.receive, load.stage, build_step.build, release.publish]
    before = {"before files are taken": 0, "before the build": 2, "before the release": 3}[full]
    for step in steps[:before]:
        step(city.settings, CITY)
    filler = fill(city, leave=MB // 4 if before == 0 else MB)

    with pytest.raises(StorageProblem) as failed:
        steps[before](city.settings, CITY)

    assert list(city.settings.data_dir.rglob("*.next*")) == [], "what could not be finished gives its space back"
    assert "\n" not in str(failed.value)
    assert failed.value.__cause__ is failed.value.__context__ is None
    assert city.paths.current.readlink() == current
    with city.released() as connection:
        assert connection.execute("SELECT count(*) FROM quality.delivery").fetchone() == (1,)
    filler.unlink()
    assert counts(city)["release"] == releases
    assert city.night().published.outcome == "published"
    with city.released() as connection:
        assert connection.execute("SELECT count(*) FROM quality.delivery").fetchone() == (2,)


def test_the_command_says_in_one_line_that_the_disk_is_full(small_disk: City) -> None:
    fill(small_disk, 0)
    said = kla(small_disk, "run")
    assert said.code == 1
    assert len(said.err.splitlines()) == 1, said.err
    assert "disk" in said.err
    assert "Free space" in said.err


def test_a_file_that_may_not_grow_fails_the_run_the_same_way(loaded: City, tmp_path: Path) -> None:
    city = copy_city(loaded, tmp_path)
    city.write("polres", "abh.csv", cases("05/2025", case(1)))
    current = city.paths.current.readlink()
    ended = python(city, LIMITED.format(size=MB))
    assert ended.returncode == 1, ended.stderr
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert "disk" in ended.stderr
    assert city.paths.current.readlink() == current
    assert counts(city)["release"] == 1
    assert city.night().published.outcome == "published"
