"""When the job runs by itself: every night at one, and once for files that lie still in the folders."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from kla_pipeline.orchestration.assemble import JOB, definitions
from kla_pipeline.orchestration.triggers import ATTEMPTS, PENDING_TAG
from kla_pipeline_tests.faults.exports import case, cases, person, roster
from kla_pipeline_tests.support import City, city_in

FAILED, STARTED = dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.STARTED


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def ask(city: City, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """What the sensor asks for when it looks now."""
    repository = definitions(city.settings).get_repository_def()
    context = dg.build_sensor_context(instance=instance, repository_def=repository, sensor_name="new_files")
    data = repository.get_sensor_def("new_files").evaluate_tick(context)
    return list(data.run_requests or [])


def run_of(instance: dg.DagsterInstance, request: dg.RunRequest, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    """A run that Dagster made of a request, in a state."""
    return instance.add_run(
        dg.DagsterRun(job_name=JOB, run_id=str(uuid.uuid4()), tags=dict(request.tags), status=status)
    )


def test_the_nightly_schedule_runs_from_the_first_start_on_at_one_in_jakarta(city: City) -> None:
    schedule = definitions(city.settings).get_repository_def().get_schedule_def("nightly")
    assert schedule.cron_schedule == "0 1 * * *"
    assert schedule.execution_timezone == "Asia/Jakarta"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert schedule.job_name == JOB


def test_a_night_asks_for_one_run_per_jurisdiction(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    two = city_in(tmp_path / "data", jurisdictions="36.73,36.04")
    repository = definitions(two.settings).get_repository_def()
    night = datetime(2026, 6, 29, 18, tzinfo=UTC)  # one o'clock of the 30th in Jakarta
    context = dg.build_schedule_context(instance=instance, repository_def=repository, scheduled_execution_time=night)
    data = repository.get_schedule_def("nightly").evaluate_tick(context)
    assert [request.partition_key for request in data.run_requests or []] == ["36.73", "36.04"]
    assert len({request.run_key for request in data.run_requests or []}) == 2


def test_the_sensor_asks_for_nothing_while_nothing_is_new(city: City, instance: dg.DagsterInstance) -> None:
    assert ask(city, instance) == []


def test_the_sensor_asks_for_one_run_for_all_that_is_new(city: City, instance: dg.DagsterInstance) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    city.write("polres", "abh.csv", cases("05/2025", case(1)))
    (request,) = ask(city, instance)
    assert request.partition_key == "36.73"
    assert PENDING_TAG in request.tags


def test_a_set_of_files_is_asked_for_once_until_its_run_has_ended(city: City, instance: dg.DagsterInstance) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    (request,) = ask(city, instance)
    assert [again.run_key for again in ask(city, instance)] == [request.run_key], "Dagster takes a run key once"
    run_of(instance, request, STARTED)
    assert ask(city, instance) == []


def test_nothing_is_asked_for_while_any_run_of_the_jurisdiction_has_not_ended(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    two = city_in(tmp_path / "data", jurisdictions="36.73,36.04")
    for code in ("36.73", "36.04"):
        folder = two.settings.paths(code).raw / "dinsos"
        folder.mkdir(parents=True)
        (folder / "ppks.csv").write_text(roster(person(1)), encoding="utf-8")
    run_of(instance, dg.RunRequest(tags={"dagster/partition": "36.73"}), STARTED)
    assert [request.partition_key for request in ask(two, instance)] == ["36.04"]


def test_a_failed_run_is_asked_for_again_and_after_three_attempts_no_more(
    city: City, instance: dg.DagsterInstance
) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    keys = []
    for _ in range(ATTEMPTS):
        (request,) = ask(city, instance)
        keys.append(request.run_key)
        run_of(instance, request, FAILED)
    assert len(set(keys)) == ATTEMPTS == 3
    assert ask(city, instance) == []


def test_another_file_starts_the_count_anew(city: City, instance: dg.DagsterInstance) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    for _ in range(ATTEMPTS):
        run_of(instance, ask(city, instance)[0], FAILED)
    city.write("polres", "abh.csv", cases("05/2025", case(1)))
    assert len(ask(city, instance)) == 1


def test_the_same_file_given_to_two_cities_makes_a_run_for_each(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    two = city_in(tmp_path / "data", jurisdictions="36.73,36.04")
    for code in ("36.73", "36.04"):
        folder = two.settings.paths(code).raw / "dinsos"
        folder.mkdir(parents=True)
        (folder / "ppks.csv").write_text(roster(person(1)), encoding="utf-8")
    requests = ask(two, instance)
    assert [request.partition_key for request in requests] == ["36.73", "36.04"]
    assert len({request.run_key for request in requests}) == 2
    for _ in range(ATTEMPTS):
        run_of(instance, next(r for r in ask(two, instance) if r.partition_key == "36.73"), FAILED)
    assert [request.partition_key for request in ask(two, instance)] == ["36.04"]


def test_a_file_still_being_written_is_not_asked_for(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    slow = city_in(tmp_path / "data", stable_seconds=60)
    slow.write("dinsos", "ppks.csv", roster(person(1)))
    assert ask(slow, instance) == []
