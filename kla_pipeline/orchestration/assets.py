"""Assets of one jurisdiction: raw/<agency> → archive → staged/<agency> → warehouse tables and checks → release."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from kla_pipeline.errors import KlaError
from kla_pipeline.nightly import build as build_step
from kla_pipeline.nightly import load, release
from kla_pipeline.nightly.record import TableFacts
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.settings import Settings
from kla_pipeline.warehouse.checks import MARTS_AGREE, CheckResult, ChecksFailed, check_ids
from kla_pipeline.warehouse.tables import CORE, MART, QUALITY

OWNER = "team:data-engineering"
POOL = "one_writer"
_GROUPS = {"core": CORE, "mart": MART, "quality": QUALITY}


def partitions(settings: Settings) -> dg.StaticPartitionsDefinition:
    """One partition per jurisdiction of the settings."""
    return dg.StaticPartitionsDefinition(settings.jurisdiction_codes())


def raw_specs(catalogue: Catalogue, parts: dg.PartitionsDefinition) -> list[dg.AssetSpec]:
    """What agencies drop; not made by us."""
    return [
        dg.AssetSpec(
            ["raw", agency.id],
            group_name="raw",
            owners=[OWNER],
            kinds={"file"},
            description=f"Exports as {agency.name_en} drops them (data/raw/<jurisdiction>/{agency.id}/).",
            partitions_def=parts,
        )
        for agency in catalogue.agencies.values()
    ]


def archive_asset(
    catalogue: Catalogue, settings: Settings, parts: dg.PartitionsDefinition, pool: str | None
) -> dg.AssetsDefinition:
    """New files become deliveries."""

    @dg.asset(
        key=["archive", "deliveries"],
        deps=[["raw", agency] for agency in catalogue.agencies],
        group_name="archive",
        owners=[OWNER],
        kinds={"file", "sqlite"},
        pool=pool,
        partitions_def=parts,
        description="Immutable copies of all exports by content, entered in the ledger.",
    )
    def archive_deliveries(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        received = load.receive(settings, context.partition_key)
        return dg.MaterializeResult(
            metadata={
                "new": len(received.new),
                "known": received.known,
                "refused": len(received.refused),
                "repeats": received.repeats,
                "waiting": len(received.waiting),
                "rehomed": received.rehomed,
            }
        )

    return archive_deliveries


def staged_asset(
    agency: str, description: str, settings: Settings, parts: dg.PartitionsDefinition, pool: str | None
) -> dg.AssetsDefinition:
    """Deliveries of one agency, judged row by row."""

    @dg.asset(
        key=["staged", agency],
        deps=[["archive", "deliveries"]],
        group_name="staged",
        owners=[OWNER],
        kinds={"parquet", "pandas"},
        pool=pool,
        partitions_def=parts,
        description=description,
    )
    def staged(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        result = load.stage(settings, context.partition_key, [agency])
        verdicts = {f"files_{name}": number for name, number in sorted(result.verdicts.items())}
        rows = {f"rows_{name}": number for name, number in sorted(result.rows.items())}
        return dg.MaterializeResult(
            metadata={"deliveries": result.deliveries, "judged_now": result.judged, **verdicts, **rows}
        )

    return staged


def warehouse_asset(
    catalogue: Catalogue, settings: Settings, parts: dg.PartitionsDefinition, pool: str | None
) -> dg.AssetsDefinition:
    """All tables at once, or none: a failed blocking check leaves the old warehouse."""
    specs = [
        dg.AssetSpec(
            [schema, table],
            deps=[["staged", agency] for agency in catalogue.agencies],
            group_name=schema,
            owners=[OWNER],
            kinds={"duckdb", "sql"},
            partitions_def=parts,
            description=f"Table {schema}.{table} of the warehouse; its comments say what it holds.",
            skippable=True,  # a night without news makes nothing and says so
        )
        for schema, tables in _GROUPS.items()
        for table in tables
    ]
    anchor = dg.AssetKey(["quality", "reconciliation"])
    checks = [dg.AssetCheckSpec(name, asset=anchor) for name in (*check_ids(), MARTS_AGREE)]

    @dg.multi_asset(name="warehouse", specs=specs, check_specs=checks, pool=pool)
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        failure: KlaError | None = None
        try:
            built = build_step.build(settings, context.partition_key)
            nothing_new = not built.built and release.is_current(settings, context.partition_key)
            results, tables = built.record.checks, built.record.tables
        except ChecksFailed as exc:
            failure, nothing_new, results, tables = exc, False, exc.results, {}
        yield from (_check_result(result, anchor) for result in results)
        if failure is not None:
            raise failure.with_traceback(None) from None
        for spec in () if nothing_new else specs:
            yield dg.MaterializeResult(asset_key=spec.key, metadata=_metadata(tables[".".join(spec.key.path)]))

    return warehouse


def release_asset(settings: Settings, parts: dg.PartitionsDefinition, pool: str | None) -> dg.AssetsDefinition:
    """The release that readers open."""

    @dg.asset(
        key=["release"],
        deps=[[schema, table] for schema, tables in _GROUPS.items() for table in tables],
        group_name="release",
        owners=[OWNER],
        kinds={"duckdb", "html"},
        pool=pool,
        partitions_def=parts,
        description="Immutable files for the task force, auditors and the public, swapped in at the end.",
    )
    def published(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        result = release.publish(settings, context.partition_key)
        return dg.MaterializeResult(metadata={"outcome": result.outcome, "release_id": result.release_id})

    return published


def _metadata(facts: TableFacts) -> dict[str, Any]:
    """Counts, hash and schema of a table; never a cell."""
    columns = [dg.TableColumn(name, kind, description=comment) for name, kind, comment in facts.columns]
    return {
        "dagster/row_count": facts.rows,
        "content_hash": facts.content_hash,
        "dagster/column_schema": dg.TableSchema(columns=columns),
    }


def _check_result(result: CheckResult, anchor: dg.AssetKey) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if result.is_blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        check_name=result.check_id,
        asset_key=anchor,
        passed=result.passed,
        severity=severity,
        description=result.description,
        metadata={"failures": result.failures},
    )
