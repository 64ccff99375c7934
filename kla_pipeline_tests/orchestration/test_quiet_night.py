"""A night without news, as Dagster runs it: it looks, and makes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from kla_pipeline.nightly import load
from kla_pipeline.orchestration import run
from kla_pipeline.orchestration.assets import POOL
from kla_pipeline.orchestration.run import run_job
from kla_pipeline_tests.faults.cities import counts
from kla_pipeline_tests.faults.exports import case, cases, person, roster
from kla_pipeline_tests.support import CITY, City, city_in


class Quiet:
    """A small city after its first night, and the nights after it."""

    def __init__(self, city: City) -> None:
        self.city = city

    def runs(self) -> list[set[str]]:
        """Assets made by each run so far, oldest first."""
        with dg.DagsterInstance.get() as instance:
            runs = sorted(instance.get_run_records(), key=lambda record: record.create_timestamp)
            made = [
                instance.all_logs(run.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
                for run in runs
            ]
        return [
            {key.to_user_string() for log in logs if log.dagster_event and (key := log.dagster_event.asset_key)}
            for logs in made
        ]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quiet]:
    city = city_in(tmp_path_factory.mktemp("quiet") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", "")
        city.write("dinsos", "ppks.csv", roster(person(1)))
        run_job(city.settings, CITY)
        yield Quiet(city)


def test_a_night_without_news_only_looks_and_leaves_everything_as_it_is(quiet: Quiet) -> None:
    before = counts(quiet.city)
    job = run_job(quiet.city.settings, CITY)
    assert set(job.facts) == {"archive/deliveries"} | {
        f"staged/{agency}" for agency in load.agencies(quiet.city.settings)
    }
    assert quiet.runs()[-1] == set(job.facts)
    assert counts(quiet.city) == before


def test_what_becomes_stable_while_a_night_only_looks_is_built_and_published_in_the_same_night(
    quiet: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet.city.write("polres", "abh.csv", cases("05/2025", case(1)))
    monkeypatch.setattr(run, "pending_key", lambda *_: "")  # as if the file had still been growing

    job = run_job(quiet.city.settings, CITY)

    assert (job.facts["archive/deliveries"]["new"], job.facts["release"]["outcome"]) == (1, "published")
    looked, made = quiet.runs()[-2:]
    assert not looked & made
    assert {"core/need", "quality/event", "release"} <= made


def test_a_night_does_not_wait_for_the_place_in_the_queue_that_a_killed_run_kept(quiet: Quiet) -> None:
    with dg.DagsterInstance.get() as instance:
        instance.event_log_storage.set_concurrency_slots(POOL, 1)
        claim = instance.event_log_storage.claim_concurrency_slot(POOL, "a-run-that-was-killed", "warehouse")
        assert claim.is_claimed, "the only place is taken, and nobody will give it back"

    run_job(quiet.city.settings, CITY)
