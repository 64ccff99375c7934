"""Rows that people decided about, judged again: the whole file once more with the decided cells laid over it.

The same code judges it as the first time, so a corrected row is read and judged as if the agency had sent it so. Taken
from that run are the rows that a decision names and rejected rows that now break no rule. An accepted row that nobody
decided about keeps its first verdict. Not here: which decisions are in force (decisions/) and the folders (store.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.intake.tables import Table
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.laying import lay
from kla_pipeline.quality.overlay import Overlay, RowDecision
from kla_pipeline.quality.raw_rows import HashRow, row_ids
from kla_pipeline.quality.recognise import recognise
from kla_pipeline.quality.rules import describe
from kla_pipeline.quality.staging import StagedDelivery, StagedTable, judge_tables, staged_tables, without_collector
from kla_pipeline.quality.store import Manifest
from kla_pipeline.quality.together import Judged, Standing, judge_together
from kla_pipeline.quality.typed import Delivery

APPLIED, STILL_REJECTED, NOT_JUDGED = "applied", "still_rejected", "not_judged"
CORRECTED, RELEASED, WITHDRAWN, OTHER_ROW = "corrected", "released", "withdrawn", "other_row"


@dataclass(frozen=True, slots=True)
class Base:
    """Verdicts of the first run, as row ids."""

    accepted: frozenset[str]
    rejected: frozenset[str]


@dataclass(frozen=True, slots=True)
class AmendedRow:
    """What decisions made of one row.

    `outcome`: applied, still_rejected (as decided it breaks a rule; an accepted row keeps its first version), stale,
    no_such_row, no_such_column, not_judged (a rule could not be run with it). `effect`: corrected, released, withdrawn,
    other_row (nobody decided about it, another row's decision resolved it), or empty when nothing came of it.
    `is_taken`: its version of this run counts. `released`: the rules lifted that may be.
    """

    row_id: str
    record: str
    table_no: int
    outcome: str
    effect: str
    decision_ids: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    was_accepted: bool = False
    is_taken: bool = False

    def content(self) -> dict[str, Any]:
        """Plain data for the manifest; no cell is in it."""
        return asdict(self) | {"decision_ids": list(self.decision_ids), "released": list(self.released)}


@dataclass(slots=True)
class Amended:
    """Rows taken from the second run, as a staged delivery of them only, and what became of each row."""

    staged: StagedDelivery
    rows: list[AmendedRow]


def base_of(manifest: Manifest) -> Base:
    """The first verdicts of a staged delivery, from its files."""
    import pyarrow.parquet as pq

    found: dict[str, set[str]] = {"accepted": set(), "rejected": set()}
    for table in manifest.tables:
        for part, ids in found.items():
            file = pq.read_table(manifest.table_folder(table) / f"{part}.parquet", columns=["row_id"])
            ids.update(file["row_id"].to_pylist())
    return Base(frozenset(found["accepted"]), frozenset(found["rejected"]))


def amend(
    path: Path,
    original_name: str,
    agency: str,
    catalogue: Catalogue,
    received_on: date,
    delivery_id: str,
    overlay: Overlay,
    base: Base,
    hash_row: HashRow | None,
    home: str = "",
) -> Amended:
    """Judge a file again under the decisions about its rows. A decision that does not fit is a result, not an error.

    `hash_row` tells whether a row still is what the person saw (`row_version`). Raises DeliveryRefused for a file that
    was refused without any decision.
    """
    delivery = Delivery(catalogue, original_name, received_on, delivery_id, home)
    with without_collector():
        tables = recognise(read_sheets(path), agency, catalogue, original_name).tables
        fit = lay([replace(table) for table in tables], delivery_id, overlay, hash_row)
        failed = {row_id: outcome for row_id, outcome in fit.items() if outcome != "fits"}
        run = _settled(tables, delivery, overlay, failed, base, hash_row)
    places = _places(tables, delivery_id)
    rows = _decided(overlay, run, failed, places, base) + _resolved_by_others(run, overlay, places, base)
    taken = {row.row_id for row in rows if row.is_taken}
    kept = [part for table in run.tables if len((part := _only(table, taken)).accepted) + len(part.rejected)]
    return Amended(StagedDelivery(agency, tables=kept), sorted(rows, key=lambda row: row.row_id))


@dataclass(slots=True)
class _Run:
    """One judging under decisions: its tables, which of its rows stand accepted, and the rules it lifted, by row."""

    tables: list[StagedTable] = field(default_factory=list)
    is_accepted: dict[str, bool] = field(default_factory=dict)
    lifted: dict[str, set[str]] = field(default_factory=dict)


def _settled(
    tables: Sequence[Table],
    delivery: Delivery,
    overlay: Overlay,
    failed: dict[str, str],
    base: Base,
    hash_row: HashRow | None,
) -> _Run:
    """The run in which no row falls that was accepted: a decision by which it would fall is left out of the next try.

    Adds to `failed` (row id → outcome) the decisions left out.
    """
    while True:
        rows = {row_id: row for row_id, row in overlay.rows.items() if row_id not in failed}
        try:
            run = _judge(tables, delivery, Overlay(delivery.delivery_id, rows), base, hash_row)
        except DeliveryRefused:
            failed |= dict.fromkeys(rows, NOT_JUDGED)
            return _Run()
        fallen = [row_id for row_id in rows if row_id in base.accepted and run.is_accepted.get(row_id) is False]
        if not fallen:
            return run
        failed |= dict.fromkeys(fallen, STILL_REJECTED)


def _judge(tables: Sequence[Table], delivery: Delivery, overlay: Overlay, base: Base, hash_row: HashRow | None) -> _Run:
    tables = [replace(table) for table in tables]
    lay(tables, delivery.delivery_id, overlay, hash_row)
    judged = judge_tables(tables, delivery)
    withdrawn = {row.row_id for row in overlay.rows.values() if row.withdrawn}
    judge_together(judged, Standing(withdrawn, base.accepted - overlay.rows.keys()))
    run = _Run()
    for item in judged:
        _lift(item, overlay, run.lifted)
    run.tables = staged_tables(judged)
    for table in run.tables:
        run.is_accepted |= dict.fromkeys(table.accepted["row_id"], True)
        run.is_accepted |= dict.fromkeys(table.rejected["row_id"], False)
    for row_id in withdrawn:
        run.is_accepted.pop(row_id, None)
    return run


def _lift(judged: Judged, overlay: Overlay, lifted: dict[str, set[str]]) -> None:
    """Take released rules from the rows they are released for, where the rule may be released at all."""
    released = {row.row_id: row.released for row in overlay.rows.values() if row.released}
    if not released:
        return
    releasable = releasable_rules(judged.record)
    ids = judged.frame["row_id"]
    places = [(int(n), ids.iloc[n]) for n in np.flatnonzero(ids.isin(list(released)))]
    for number, outcome in enumerate(judged.outcomes):
        wanted = [(n, row_id) for n, row_id in places if outcome.failed[n] and outcome.rule in released[row_id]]
        if wanted and outcome.rule in releasable:
            failed = outcome.failed.copy()
            failed[[n for n, _ in wanted]] = False
            judged.outcomes[number] = replace(outcome, failed=failed)
            for _, row_id in wanted:
                lifted.setdefault(row_id, set()).add(outcome.rule)


def releasable_rules(record: RecordType) -> set[str]:
    """Ids of the rules of a record type that a decision may lift from a row."""
    return {text.id for text in describe(record) if text.is_releasable}


def _places(tables: Sequence[Table], delivery_id: str) -> dict[str, tuple[str, int]]:
    """Row id → record type and number of its table."""
    return {
        row_id: (table.match.layout.record, number)
        for number, table in enumerate(tables, 1)
        for row_id in row_ids(table, delivery_id).to_pylist()
    }


def _decided(
    overlay: Overlay, run: _Run, failed: Mapping[str, str], places: Mapping[str, tuple[str, int]], base: Base
) -> list[AmendedRow]:
    """What became of the rows that decisions name."""
    found = []
    for row in overlay.rows.values():
        record, number = places.get(row.row_id, ("", 0))
        was_accepted = row.row_id in base.accepted
        known = AmendedRow(row.row_id, record, number, APPLIED, "", row.decision_ids, was_accepted=was_accepted)
        if row.row_id in failed:
            known = replace(known, outcome=failed[row.row_id])
        elif row.withdrawn:
            known = replace(known, effect=WITHDRAWN)
        elif run.is_accepted[row.row_id]:
            known = replace(known, effect=_effect(row, run), is_taken=True, released=tuple(sorted(row.released)))
        else:
            known = replace(known, outcome=STILL_REJECTED, is_taken=True)
        found.append(known)
    return found


def _effect(row: RowDecision, run: _Run) -> str:
    """Released when a rule had to be lifted, or when nothing else was decided."""
    return RELEASED if row.row_id in run.lifted or not row.edits else CORRECTED


def _resolved_by_others(
    run: _Run, overlay: Overlay, places: Mapping[str, tuple[str, int]], base: Base
) -> list[AmendedRow]:
    """Rejected rows that nobody decided about and that break no rule any more."""
    return [
        AmendedRow(row_id, *places[row_id], APPLIED, OTHER_ROW, is_taken=True)
        for row_id in base.rejected - overlay.rows.keys()
        if run.is_accepted.get(row_id)
    ]


def _only(table: StagedTable, row_ids: set[str]) -> StagedTable:
    """The table with these rows only; counts of the whole table stand in the first staging."""
    accepted = table.accepted[table.accepted["row_id"].isin(row_ids)].reset_index(drop=True)
    rejected = table.rejected[table.rejected["row_id"].isin(row_ids)].reset_index(drop=True)
    rows = [*accepted["_row"], *rejected["_row"]]
    outcomes = table.outcomes[table.outcomes["_row"].isin(rows)].reset_index(drop=True)
    return replace(table, accepted=accepted, rejected=rejected, outcomes=outcomes, rules=[], set_aside=[], changes={})
