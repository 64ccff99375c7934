"""A killed night leaves readers what they have, and the next night brings what the killed one was to bring."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import pytest

from kla_pipeline_tests.faults.cities import counts, python
from kla_pipeline_tests.faults.exports import case, cases, person, roster
from kla_pipeline_tests.support import City, city_in

# where a night is killed: the function that never returns
POINTS = {
    "in the middle of the build": "kla_pipeline.warehouse.core_models.build_core",
    "in the middle of the release": "kla_pipeline.nightly.release.write_summary",
    "between the ledger's entry and the swap": "kla_pipeline.warehouse.publish.make_current",
}
NIGHT = """
    import importlib, os, signal, sys
    module, name = {point!r}.rsplit(".", 1)
    setattr(importlib.import_module(module), name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
    from kla_pipeline.nightly import build, load, release
    from kla_pipeline.settings import load_settings
    settings = load_settings()
    load.receive(settings, "36.73")
    load.stage(settings, "36.73")
    build.build(settings, "36.73")
    release.publish(settings, "36.73")
"""


@dataclass(slots=True)
class Look:
    """What was to be seen after a kill."""

    returncode: int
    current: str
    open_readers: list[int]
    new_reader: int
    releases: int
    warehouse: bool


@dataclass(slots=True)
class Story:
    """A first release, a night killed at each point in turn, and the night after."""

    city: City
    first: str
    looks: dict[str, Look] = field(default_factory=dict)
    last: str = ""
    readers: list[duckdb.DuckDBPyConnection] = field(default_factory=list)


def deliveries_seen(reader: duckdb.DuckDBPyConnection) -> int:
    return (reader.execute("SELECT count(*) FROM quality.delivery").fetchone() or (0,))[0]


def open_reader(city: City) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(city.paths.current.resolve() / "internal" / "internal.duckdb"), read_only=True)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    city = city_in(tmp_path_factory.mktemp("kills") / "data")
    city.write("dinsos", "ppks_1.csv", roster(person(1), position="30-06-2025"))
    city.night()
    told = Story(city, city.paths.current.readlink().name)
    told.readers = [open_reader(city) for _ in range(2)]
    before = city.paths.warehouse.read_bytes()
    city.write("polres", "abh.csv", cases("05/2025", case(1)))
    for name, point in POINTS.items():
        ended = python(city, NIGHT.format(point=point))
        with open_reader(city) as fresh:
            told.looks[name] = Look(
                ended.returncode,
                city.paths.current.readlink().name,
                [deliveries_seen(reader) for reader in told.readers],
                deliveries_seen(fresh),
                counts(city)["release"],
                city.paths.warehouse.read_bytes() == before,
            )
    assert city.night().published.outcome == "published"
    told.last = city.paths.current.readlink().name
    yield told
    for reader in told.readers:
        reader.close()


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_night_leaves_readers_what_they_have(story: Story, point: str) -> None:
    look = story.looks[point]
    assert look.returncode == -signal.SIGKILL
    assert look.current == story.first
    assert look.open_readers == [1, 1], "readers who had opened the release before keep reading"
    assert look.new_reader == 1, "a reader who opens it afterwards finds it whole"


def test_a_night_killed_while_it_builds_leaves_the_warehouse_as_it_was(story: Story) -> None:
    kept = {point: look.warehouse for point, look in story.looks.items()}
    assert list(kept.values()) == [True, False, False]


def test_a_release_is_in_the_ledger_only_when_it_is_complete_on_disk(story: Story) -> None:
    assert [look.releases for look in story.looks.values()] == [1, 1, 2]


def test_the_next_night_brings_what_the_killed_one_was_to_bring(story: Story) -> None:
    assert story.last != story.first
    with open_reader(story.city) as fresh:
        assert deliveries_seen(fresh) == 2
    assert [deliveries_seen(reader) for reader in story.readers] == [1, 1], "the old release stays for who reads it"


def test_a_complete_release_is_swapped_in_and_not_made_a_second_time(story: Story) -> None:
    assert counts(story.city)["release"] == 2
    names = sorted(folder.name for folder in story.city.paths.releases.iterdir())
    assert names == [story.first, story.last]


def test_nothing_half_made_is_left(story: Story) -> None:
    left = [p.name for p in story.city.settings.data_dir.rglob("*") if ".next" in p.name or p.suffix == ".wal"]
    assert left == []
