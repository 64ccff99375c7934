"""Build the warehouse: staged deliveries → staged, quality, identity, core, mart and meta tables, then the checks.

All or nothing: everything is written to `<jurisdiction>.duckdb.next` and renamed at the end. A build whose blocking
checks fail is kept as `.failed` for a look and changes nothing else.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kla_pipeline import __version__, progress
from kla_pipeline.errors import DeclarationError, boundary
from kla_pipeline.identity.keys import Key, load_key
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger import Delivery, Head, Ledger, open_ledger
from kla_pipeline.nightly.decided import Decided, read_decided
from kla_pipeline.nightly.inputs import Inputs, current_inputs
from kla_pipeline.nightly.known import known_deliveries
from kla_pipeline.nightly.raw_cells import add_raw_cells
from kla_pipeline.nightly.record import BuildRecord, forget_record, read_record, table_facts, write_record
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.settings import Paths, Settings

if TYPE_CHECKING:
    import duckdb

    from kla_pipeline.quality.rule_texts import RuleText
    from kla_pipeline.warehouse.checks import CheckResult
    from kla_pipeline.warehouse.deliveries import KnownDelivery
    from kla_pipeline.warehouse.staged import HistoryQuery, StagedFile


@dataclass(slots=True)
class Built:
    """What a build did. `built` is False when the warehouse already rests on the same inputs."""

    inputs: Inputs
    built: bool
    record: BuildRecord


@boundary("Building the warehouse")
def build(settings: Settings, jurisdiction: str) -> Built:
    """Build the warehouse of today's inputs unless it is there already.

    Raises CheckFailed, DeclarationError, KeyProblem, Locked, StorageProblem; in each case the old warehouse stays.
    """
    paths = settings.paths(jurisdiction)
    with jurisdiction_lock(paths), open_ledger(settings) as ledger:
        key = load_key(settings, ledger)
        inputs = current_inputs(settings, ledger, jurisdiction, key.key_id)
        record = read_record(paths)
        if record and is_built(paths, inputs):
            return Built(inputs, False, record)
        catalogue = load_catalogue(settings.source_folders())
        deliveries = ledger.deliveries(jurisdiction)
        inputs, decided = _settled_inputs(settings, ledger, deliveries, inputs)
        return Built(inputs, True, _write(settings, paths, catalogue, ledger, deliveries, inputs, decided, key))


def _settled_inputs(
    settings: Settings, ledger: Ledger, deliveries: Sequence[Delivery], inputs: Inputs
) -> tuple[Inputs, Decided]:
    """Inputs and decisions that belong together: people decide while a night runs, and the lock does not stop them."""
    while True:
        decided = read_decided(ledger, inputs.jurisdiction, inputs.as_of, deliveries)
        now = current_inputs(settings, ledger, inputs.jurisdiction, inputs.key_id)
        if now == inputs:
            return inputs, decided
        inputs = now


def is_built(paths: Paths, inputs: Inputs) -> bool:
    """Whether the warehouse rests on these inputs."""
    record = read_record(paths)
    return record is not None and record.input_key == inputs.key and paths.warehouse.is_file()


def _write(
    settings: Settings,
    paths: Paths,
    catalogue: Catalogue,
    ledger: Ledger,
    deliveries: Sequence[Delivery],
    inputs: Inputs,
    decided: Decided,
    key: Key,
) -> BuildRecord:
    from kla_pipeline.warehouse.checks import refuse_failures
    from kla_pipeline.warehouse.sql import open_new

    target = paths.warehouse
    building = target.with_name(target.name + ".next")
    known = known_deliveries(paths, catalogue, deliveries, ledger.data_kind(paths.jurisdiction), decided, key)
    _restrict(target.parent)
    try:
        with open_new(building, settings.memory_limit) as connection:
            checks = _fill(connection, paths, catalogue, ledger, known, inputs, decided, key)
            record = BuildRecord(inputs.key, decided.head.count, checks, table_facts(connection))
    except BaseException:
        _discard(building)
        raise
    building.chmod(0o600)
    try:
        refuse_failures(checks)
    except Exception:
        os.replace(building, target.with_name(target.name + ".failed"))
        raise
    forget_record(paths)
    # left by a program that opened the old file for writing: DuckDB would refuse to open the new one beside it
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    os.replace(building, target)
    write_record(paths, record)
    return record


def _restrict(folder: Path) -> None:
    """For the owner only: an unfinished database and what DuckDB spills beside it take their modes from the umask."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _discard(building: Path) -> None:
    """Half a warehouse is of no use to anybody and full of identities; on a full disk its space is needed."""
    for file in (building, building.with_name(building.name + ".wal")):
        file.unlink(missing_ok=True)


def _fill(
    connection: duckdb.DuckDBPyConnection,
    paths: Paths,
    catalogue: Catalogue,
    ledger: Ledger,
    known: list[KnownDelivery],
    inputs: Inputs,
    decided: Decided,
    key: Key,
) -> list[CheckResult]:
    from kla_pipeline.measures import engine, registry
    from kla_pipeline.measures.disclosure import PUBLIC_ROWS_SQL
    from kla_pipeline.warehouse import deliveries as tables
    from kla_pipeline.warehouse import lifecycle, masked, quality_tables, recorded
    from kla_pipeline.warehouse.checks import run_checks
    from kla_pipeline.warehouse.comparisons import compare
    from kla_pipeline.warehouse.core_models import build_core
    from kla_pipeline.warehouse.sql import FOLDER, copy_comments, run_file

    steps = 6
    for path in (FOLDER / "meta" / "release.sql", FOLDER / "models" / "identity.sql"):
        run_file(connection, path)
    quality_tables.declare(connection)
    _write_release(connection, catalogue, inputs, decided.head)
    tables.write_declarations(connection, catalogue)
    tables.write_areas(connection, catalogue, inputs.jurisdiction)
    tables.write_rules(connection, catalogue)
    tables.write_deliveries(connection, known)
    tables.write_amended(connection, known)
    tables.write_repeats(connection, decided.repeats)
    lifecycle.write_facts(connection, decided.decisions, decided.sent, decided.reinstated)
    progress.report("build", 1, steps)
    files = tables.staged_files(known)
    _load_records(connection, catalogue, files, key)
    add_raw_cells(connection, paths, catalogue, ledger.deliveries(paths.jurisdiction), known, decided, key)
    tables.write_set_aside(connection, known, files)
    masked.write_masked_cells(connection, catalogue, known)
    recorded.write_events(connection, recorded.events_of(ledger, inputs.jurisdiction, decided.head))
    recorded.write_decisions(connection, catalogue, known, decided.decisions)
    run_file(connection, FOLDER / "quality" / "held_coverage.sql")
    run_file(connection, FOLDER / "quality" / "expected.sql")
    progress.report("build", 2, steps)
    build_core(connection, catalogue)
    compare(connection, catalogue)
    progress.report("build", 3, steps)
    measures = registry.load_measures()
    registry.write(connection, measures)
    engine.build(connection, measures)
    connection.execute(f"CREATE TABLE mart.public_measure AS {PUBLIC_ROWS_SQL}")
    copy_comments(connection, ("mart", "measure"), ("mart", "public_measure"))
    progress.report("build", 4, steps)
    quality_tables.derive(connection)
    checks = run_checks(connection, engine.reconcile(connection))
    progress.report("build", 5, steps)
    return checks


def _load_records(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, files: Sequence[StagedFile], key: Key
) -> None:
    """Staged rows of every record type, then the history rules, then persons and the second conservation equation."""
    from kla_pipeline.identity.persons import add_persons
    from kla_pipeline.warehouse.staged import close_record, judge_history, load_record

    contracts = catalogue.contracts()
    for name, record in sorted(contracts.items()):
        load_record(connection, record, [file for file in files if file.record == name], _scope(catalogue, name))
    for name, record in sorted(contracts.items()):
        if record.history:
            judge_history(connection, name, [_history_query(catalogue, name, rule) for rule in record.history])
    for name, record in sorted(contracts.items()):
        add_persons(connection, record, key)
        close_record(connection, name)


def _scope(catalogue: Catalogue, record: str) -> tuple[str, ...]:
    """Columns that say what a snapshot of this record type speaks for: the same in all its layouts."""
    layouts = [layout for agency in catalogue.agencies.values() for layout in agency.layouts if layout.record == record]
    scopes = {layout.scope for layout in layouts if layout.mode == "snapshot"} or {()}
    if len(scopes) > 1:
        raise DeclarationError(
            f"Layouts of {record} disagree about the scope of a snapshot.", "Give them the same scope."
        )
    return scopes.pop()


def _history_query(catalogue: Catalogue, record: str, rule: RuleText) -> HistoryQuery:
    from kla_pipeline.quality.amend import releasable_rules
    from kla_pipeline.warehouse.staged import HistoryQuery

    rule_id = f"{record}.{rule.name}"
    found = catalogue.files(f"history/{rule_id}.sql")
    if len(found) != 1:
        raise DeclarationError(f"The history rule {rule_id} has {len(found)} SQL files.", f"One history/{rule_id}.sql.")
    query = found[0].read_text(encoding="utf-8").rstrip().rstrip(";")
    is_releasable = rule_id in releasable_rules(catalogue.contracts()[record])
    return HistoryQuery(rule_id, rule.severity, ", ".join(rule.columns), query, is_releasable)


def _write_release(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, inputs: Inputs, head: Head) -> None:
    area = catalogue.areas.by_code.get(inputs.jurisdiction)
    connection.execute(
        "INSERT INTO meta.release VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            inputs.jurisdiction,
            area.name if area else inputs.jurisdiction,
            inputs.as_of,
            inputs.data_kind == "synthetic",
            inputs.key_id,
            __version__,
            inputs.code,
            inputs.deliveries,
            inputs.decisions,
            inputs.linkage_model,
            inputs.key,
        ],
    )
    import duckdb

    connection.execute(
        "INSERT INTO meta.run VALUES (NULL, ?, ?, ?, ?, ?)",
        [datetime.now(UTC).replace(tzinfo=None), duckdb.__version__, platform.python_version(), head.count, head.hash],
    )
