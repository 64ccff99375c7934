"""The job as Dagster runs it: what is defined, what a failed check stops, and what is kept of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import dagster as dg
import pytest

from kla_pipeline.errors import ConfigurationError
from kla_pipeline.orchestration import assets
from kla_pipeline.orchestration.assemble import JOB, definitions
from kla_pipeline.orchestration.instance import prepare_home
from kla_pipeline.orchestration.run import JobRun, run_job
from kla_pipeline.warehouse import checks
from kla_pipeline.warehouse.checks import ChecksFailed
from kla_pipeline_tests.faults.cities import counts
from kla_pipeline_tests.faults.exports import NOBODY, case, cases, person, roster
from kla_pipeline_tests.support import CITY, City, city_in


@pytest.fixture(scope="module")
def defined(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return definitions(city_in(tmp_path_factory.mktemp("defined") / "data").settings)


def test_the_definitions_can_be_loaded(defined: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(defined)


def test_loading_the_definitions_reads_no_data_and_writes_none(tmp_path: Path) -> None:
    definitions(city_in(tmp_path / "data").settings)
    assert not (tmp_path / "data").exists()


def test_every_asset_says_who_owns_it_where_it_belongs_and_what_it_is(defined: dg.Definitions) -> None:
    specs = list(defined.resolve_all_asset_specs())
    assert len(specs) > 30
    for spec in specs:
        assert spec.owners, spec.key
        assert spec.group_name not in (None, "default"), spec.key
        assert spec.kinds, spec.key
        assert spec.description, spec.key
    paths = {"/".join(spec.key.path) for spec in specs}
    assert {"raw/dp3a", "archive/deliveries", "staged/polres", "core/need", "mart/measure", "release"} <= paths


def test_every_check_of_the_warehouse_is_a_check_of_dagster(defined: dg.Definitions) -> None:
    job = defined.resolve_job_def(JOB)
    keys = {key.name for key in job.asset_layer.asset_graph.asset_check_keys}
    assert keys == {*checks.check_ids(), checks.MARTS_AGREE}
    assert "conservation_staging" in keys


def test_the_job_runs_all_in_one_process_and_one_writer_at_a_time(defined: dg.Definitions) -> None:
    job = defined.resolve_job_def(JOB)
    assert job.executor_def is dg.in_process_executor
    assert {getattr(node.definition, "pool", None) for node in job.nodes} == {assets.POOL}


# DAGSTER_HOME


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with mock.patch.dict("os.environ"):
        yield prepare_home(city_in(tmp_path / "data").settings)


def test_telemetry_is_off_in_the_file_and_in_the_instance(home: Path) -> None:
    assert "telemetry:\n  enabled: false" in (home / "dagster.yaml").read_text(encoding="utf-8")
    with dg.DagsterInstance.get() as instance:
        assert instance.root_directory == str(home)
        assert instance.get_settings("telemetry") == {"enabled": False}
        assert instance.telemetry_enabled is False


def test_the_home_lies_in_the_data_folder_and_is_closed_to_others(home: Path, tmp_path: Path) -> None:
    assert home == (tmp_path / "data" / "dagster").resolve()
    assert home.stat().st_mode & 0o077 == 0


def test_edits_of_the_operator_are_kept_as_long_as_telemetry_stays_off(home: Path, tmp_path: Path) -> None:
    config = home / "dagster.yaml"
    edited = config.read_text(encoding="utf-8") + "# edited\n"
    settings = city_in(tmp_path / "data").settings
    with mock.patch.dict("os.environ"):
        config.write_text(edited, encoding="utf-8")
        prepare_home(settings)
        assert config.read_text(encoding="utf-8") == edited
        config.write_text(edited.replace("enabled: false", "enabled: true", 1), encoding="utf-8")
        prepare_home(settings)
        assert "telemetry:\n  enabled: false" in config.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "spelling",
    ["telemetry: {enabled: false}", "telemetry:\n    enabled: no  # ours\n", 'telemetry: {"enabled": off}'],
)
def test_an_operators_file_with_telemetry_off_in_another_spelling_is_kept(
    home: Path, tmp_path: Path, spelling: str
) -> None:
    config = home / "dagster.yaml"
    config.write_text(spelling, encoding="utf-8")
    with mock.patch.dict("os.environ"):
        prepare_home(city_in(tmp_path / "data").settings)
    assert config.read_text(encoding="utf-8") == spelling


@pytest.mark.parametrize("text", ["telemetry: [", "- telemetry"])
def test_a_file_that_cannot_be_read_is_told_and_not_replaced(home: Path, tmp_path: Path, text: str) -> None:
    config = home / "dagster.yaml"
    config.write_text(text, encoding="utf-8")
    settings = city_in(tmp_path / "data").settings
    with mock.patch.dict("os.environ"), pytest.raises(ConfigurationError, match=r"dagster\.yaml"):
        prepare_home(settings)
    assert config.read_text(encoding="utf-8") == text


def test_one_run_at_a_time_for_each_jurisdiction_and_no_dead_one_for_ever(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        limits = instance.get_concurrency_config().run_queue_config
        assert limits is not None
        assert limits.tag_concurrency_limits == [
            {"key": "dagster/partition", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}
        ]
        assert 0 < instance.run_monitoring_max_runtime_seconds <= 6 * 3600


# a night through Dagster, then one that a check stops


class Nights:
    """Runs of a small city, and its Dagster instance."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.good: JobRun
        self.failure: Exception
        self.before: dict[str, int]
        self.current: Path

    def evaluations(self, status: dg.DagsterRunStatus) -> dict[str, tuple[bool, dg.AssetCheckSeverity]]:
        with dg.DagsterInstance.get() as instance:
            (run,) = instance.get_runs(dg.RunsFilter(statuses=[status]))
            logs = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        found = [log.dagster_event.asset_check_evaluation_data for log in logs if log.dagster_event]
        return {each.check_name: (each.passed, each.severity) for each in found}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder = tmp_path_factory.mktemp("nights")
    city = city_in(folder / "data")
    own = folder / "checks"
    shutil.copytree(checks._FOLDER, own)
    (own / "nobody_registered.sql").write_text(
        "-- Nobody stands in the police register (a check made to fail).\nSELECT row_id FROM staged.juvenile_case\n"
    )
    (own / "nobody_on_the_roster.sql").write_text(
        "-- Nobody is on the roster (made to fail, only to advise).\n-- advisory\nSELECT row_id FROM staged.ppks\n"
    )
    told = Nights(city)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_FOLDER", own)
        patch.setenv("DAGSTER_HOME", "")
        city.write("dinsos", "ppks.csv", roster(person(1)))
        told.good = run_job(city.settings, CITY)
        told.before, told.current = counts(city), city.paths.current.readlink()
        city.write("polres", "abh.csv", cases("05/2025", case(1)))
        with pytest.raises(ChecksFailed) as failed:
            run_job(city.settings, CITY)
        told.failure = failed.value
        yield told


def test_a_good_night_makes_every_asset_and_tells_counts_only(nights: Nights) -> None:
    assert nights.good.facts["release"]["outcome"] == "published"
    assert nights.good.facts["archive/deliveries"]["new"] == 1
    assert nights.good.facts["staged/dinsos"]["rows_accepted"] == 1
    assert {"core/need", "mart/measure", "quality/reconciliation"} <= set(nights.good.facts)


def test_an_advisory_check_that_fails_is_shown_and_stops_nothing(nights: Nights) -> None:
    told = nights.evaluations(dg.DagsterRunStatus.SUCCESS)
    assert told["nobody_on_the_roster"] == (False, dg.AssetCheckSeverity.WARN)
    assert told["nobody_registered"] == (True, dg.AssetCheckSeverity.ERROR)


def test_a_blocking_check_that_fails_is_a_failed_check_of_a_failed_run(nights: Nights) -> None:
    told = nights.evaluations(dg.DagsterRunStatus.FAILURE)
    assert told["nobody_registered"] == (False, dg.AssetCheckSeverity.ERROR)
    assert told["conservation_build"] == (True, dg.AssetCheckSeverity.ERROR)
    assert set(told) == {*checks.check_ids(), checks.MARTS_AGREE}, (
        "all checks tell their result, not only the failed one"
    )


def test_a_failed_check_leaves_the_release_and_the_ledger_without_one(nights: Nights) -> None:
    assert nights.city.paths.current.readlink() == nights.current
    after = counts(nights.city)
    assert after["release"] == nights.before["release"] == 1
    assert after["delivery"] == 2
    assert nights.city.rows("SELECT count(*) FROM staged.juvenile_case") == [(0,)], "the old warehouse stays"


def test_the_error_names_the_check_and_carries_no_other_exception(nights: Nights) -> None:
    assert "nobody_registered (1)" in str(nights.failure)
    assert nights.failure.__cause__ is nights.failure.__context__ is None


def test_nothing_that_dagster_keeps_names_a_person(nights: Nights) -> None:
    kept = [path for path in nights.city.paths.dagster_home.rglob("*") if path.is_file()]
    assert len(kept) > 3
    assert [path.name for path in kept if NOBODY.encode() in path.read_bytes()] == []
