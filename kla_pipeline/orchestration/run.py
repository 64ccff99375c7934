"""Run the nightly job in this process, for `kla run`.

A night without news only looks: assets that receive and stage run, those that build and publish are left out, because
planning and skipping each of their tables is what such a night would mostly be busy with.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import dagster as dg

from kla_pipeline.errors import InternalFault, boundary
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.nightly import release
from kla_pipeline.nightly.load import pending_key
from kla_pipeline.orchestration.assemble import JOB, LOOKING, definitions
from kla_pipeline.orchestration.instance import prepare_home
from kla_pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class JobRun:
    """A finished run: its id in Dagster and the metadata of each asset (`archive/deliveries` → counts)."""

    run_id: str
    facts: dict[str, dict[str, Any]]


@boundary("The nightly job")
def run_job(settings: Settings, jurisdiction: str) -> JobRun:
    """Execute the nightly job for one jurisdiction.

    Holds the jurisdiction for the whole job, so that a second loader is told so before anything is read. Raises the
    KlaError of the step that failed.
    """
    with jurisdiction_lock(settings.paths(jurisdiction)):
        prepare_home(settings)
        logging.getLogger("dagster").setLevel(logging.CRITICAL)
        # without the pool: a killed run keeps its place in it until a daemon frees it, and there may be none
        job = definitions(settings, pool=None).resolve_job_def(JOB)
        with dg.DagsterInstance.get() as instance:
            if pending_key(settings, jurisdiction) or not release.is_settled(settings, jurisdiction):
                return _execute(job, instance, jurisdiction)
            looked = _execute(job, instance, jurisdiction, LOOKING)
            if release.is_settled(settings, jurisdiction):
                return looked
            # a file became stable meanwhile: what receiving it found is told together with what was made of it
            made = _execute(job, instance, jurisdiction, dg.AssetSelection.all() - LOOKING)
            return JobRun(made.run_id, looked.facts | made.facts)


def _execute(
    job: dg.JobDefinition, instance: dg.DagsterInstance, jurisdiction: str, only: dg.AssetSelection | None = None
) -> JobRun:
    result = job.execute_in_process(
        instance=instance,
        partition_key=jurisdiction,
        asset_selection=sorted(only.resolve(job.asset_layer.asset_graph)) if only else None,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    if not result.success:
        raise InternalFault("run failed", "The nightly job")
    facts = {
        "/".join(event.asset_key.path): {name: value.value for name, value in _metadata(event).items()}
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    return JobRun(result.run_id, facts)


def _metadata(event: dg.DagsterEvent) -> dict[str, Any]:
    return dict(event.step_materialization_data.materialization.metadata)
