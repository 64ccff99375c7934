"""The Definitions of this project, from settings and declarations alone."""

from __future__ import annotations

import dagster as dg

from kla_pipeline.orchestration import assets, triggers
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.settings import Settings

JOB = "nightly_load"
LOOKING = dg.AssetSelection.groups("archive", "staged")
"""What a night does in any case: take new files and judge them. The rest is left out when nothing changed."""


def definitions(settings: Settings, pool: str | None = assets.POOL) -> dg.Definitions:
    """Assets, job, schedule and sensor of all jurisdictions of the settings.

    `pool`: the queue of the orchestrator's own runs, None for a run that holds the jurisdiction's lock itself.
    """
    catalogue = load_catalogue(settings.source_folders())
    parts = assets.partitions(settings)
    materialized = [
        assets.archive_asset(catalogue, settings, parts, pool),
        *(
            assets.staged_asset(
                agency.id, f"Rows of {agency.name_en}, accepted or rejected with reasons.", settings, parts, pool
            )
            for agency in catalogue.agencies.values()
        ),
        assets.warehouse_asset(catalogue, settings, parts, pool),
        assets.release_asset(settings, parts, pool),
    ]
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.assets(*materialized),
        executor_def=dg.in_process_executor,
        description="The nightly load: receive, stage, build, check, publish.",
    )
    return dg.Definitions(
        assets=[*assets.raw_specs(catalogue, parts), *materialized],
        jobs=[job],
        schedules=[triggers.nightly_schedule(job, settings)],
        sensors=[triggers.drop_sensor(job, settings)],
        executor=dg.in_process_executor,
    )
