"""Publishing: events lost by a kill are made up for, and a damaged release is no release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kla_pipeline.errors import StorageProblem
from kla_pipeline.ledger import open_ledger
from kla_pipeline.nightly import release
from kla_pipeline.warehouse import publish as files
from kla_pipeline_tests.faults.cities import copy_city, counts, kla
from kla_pipeline_tests.faults.exports import case, cases, person, roster
from kla_pipeline_tests.nightly.stops import Stopped, stopped_before_event
from kla_pipeline_tests.support import CITY, City, city_in


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = city_in(tmp_path_factory.mktemp("release") / "data")
    city.write("dinsos", "ppks.csv", roster(person(1)))
    city.night()
    return city


@pytest.fixture
def again(loaded: City, tmp_path: Path) -> City:
    return copy_city(loaded, tmp_path)


def payloads(city: City, kind: str) -> list[dict[str, object]]:
    with open_ledger(city.settings) as ledger:
        return [event.payload for event in ledger.events(CITY, kind)]


def damage(file: Path, how: str) -> None:
    for folder in (file.parent, file):
        folder.chmod(0o700)
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(b"")


def test_an_edition_whose_event_was_lost_is_told_by_the_next_run(city: City, loaded: City) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    with stopped_before_event("edition_cut"):
        city.night()
    assert files.list_editions(city.paths) != []

    tomorrow = city.on("2026-07-01")
    assert tomorrow.night().published.outcome == "published"

    (told,) = payloads(city, "edition_cut")
    assert told["as_of"] == "2026-06-30", "the day it was cut, not the day it is told"
    assert told.keys() == payloads(loaded, "edition_cut")[0].keys()


@pytest.mark.parametrize("how", ["missing", "empty"])
@pytest.mark.parametrize("part", [part for part in release.PARTS if not part.startswith("public")])
def test_a_damaged_release_is_published_again_under_a_new_id(again: City, part: str, how: str) -> None:
    current = again.paths.current.resolve()
    damage(current / part, how)
    assert not release.is_current(again.settings, CITY)

    published = again.night().published

    assert (published.outcome, published.release_id != current.name) == ("published", True)
    assert again.paths.current.resolve() == published.folder
    assert release.is_whole(published.folder)
    assert again.night().published.outcome == "unchanged"


def test_a_damaged_release_is_not_settled_by_a_check_on_another_date(again: City) -> None:
    damage(again.paths.current.resolve() / "internal/index.html", "missing")
    assert again.on("2026-07-01").night().published.outcome == "published"


def test_a_lost_public_file_comes_back_from_its_edition_and_a_damaged_edition_is_told(again: City) -> None:
    damage(again.paths.current.resolve() / "public/published.duckdb", "missing")
    assert again.night().published.outcome == "published"
    damage(again.paths.current.resolve() / "public/published.duckdb", "empty")
    damage(files.list_editions(again.paths)[-1] / "published.duckdb", "empty")
    current = again.paths.current.readlink()
    with pytest.raises(StorageProblem, match="edition"):
        again.night()
    assert again.paths.current.readlink() == current


def test_a_release_that_was_never_swapped_in_is_not_called_published(
    again: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise Stopped

    first = again.paths.current.readlink().name
    again.write("polres", "abh.csv", cases("05/2025", case(1)))
    with monkeypatch.context() as patch:
        patch.setattr(files, "make_current", stop)
        with pytest.raises(Stopped):
            again.night()
    last = again.on("2026-07-01").night().published.release_id

    with open_ledger(again.settings) as ledger:
        (never,) = {r.release_id for r in ledger.releases(CITY)} - {first, last}
        assert release.swapped_ids(ledger, CITY) == {first, last}
    rows = json.loads(kla(again, "release", "list", "--json").out)["releases"]
    assert [row["release_id"] for row in rows if not row["was_current"]] == [never]
    assert kla(again, "release", "list", COLUMNS="200").out.count("never current") == 1


def test_a_swap_whose_event_was_lost_is_told_by_the_next_run(city: City) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    with stopped_before_event("release_swapped"):
        city.night()
    assert city.night().published.outcome == "unchanged"
    assert [told["release_id"] for told in payloads(city, "release_swapped")] == [city.paths.current.readlink().name]
    before = counts(city)
    city.night()
    assert counts(city) == before
