"""When the job runs: every night, and when new files lie still in the folders."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from kla_pipeline.nightly import load
from kla_pipeline.settings import Settings

ATTEMPTS = 3
PENDING_TAG = "kla/pending"
PARTITION_TAG = "dagster/partition"
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.MANAGED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def nightly_schedule(job: object, settings: Settings) -> dg.ScheduleDefinition:
    """01:00 in Asia/Jakarta, one run per jurisdiction; running from the first start on."""

    @dg.schedule(
        job=job,  # type: ignore[arg-type]
        name="nightly",
        cron_schedule="0 1 * * *",
        execution_timezone="Asia/Jakarta",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="The nightly load of every jurisdiction.",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        for code in settings.jurisdiction_codes():
            yield dg.RunRequest(run_key=f"{code}:{context.scheduled_execution_time:%Y-%m-%d}", partition_key=code)

    return nightly


def drop_sensor(job: object, settings: Settings) -> dg.SensorDefinition:
    """Ask for one run per jurisdiction whose folders hold stable files that the ledger does not know.

    The run key names the pending set and the attempt; after three attempts the same set is left alone and logged.
    """

    @dg.sensor(
        job=job,  # type: ignore[arg-type]
        name="new_files",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts the load when agencies have dropped new files.",
    )
    def new_files(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        asked = False
        for code in settings.jurisdiction_codes():
            pending = load.pending_key(settings, code)
            if not pending:
                continue
            pending = f"{code}:{pending}"  # two cities may be given the same file
            if _is_running(context.instance, code):
                continue
            attempt = _attempts(context.instance, pending) + 1
            if attempt > ATTEMPTS:
                context.log.error(f"Files of {code} are still pending after {ATTEMPTS} runs: look at the last run.")
                continue
            asked = True
            yield dg.RunRequest(run_key=f"{pending}:{attempt}", partition_key=code, tags={PENDING_TAG: pending})
        if not asked:
            yield dg.SkipReason("Nothing new in the folders.")

    return new_files


def _is_running(instance: dg.DagsterInstance, jurisdiction: str) -> bool:
    """Whether any run of the jurisdiction has not ended yet: what it takes need not be asked for."""
    return instance.get_runs_count(dg.RunsFilter(tags={PARTITION_TAG: jurisdiction}, statuses=UNFINISHED)) > 0


def _attempts(instance: dg.DagsterInstance, pending: str) -> int:
    return instance.get_runs_count(dg.RunsFilter(tags={PENDING_TAG: pending}))
