"""One delivery, whole: bytes → tables → typed rows → verdicts → accepted and rejected rows with reasons.

`stage_file` is a pure function of the file's bytes, its name, the agency's declarations and the day it was received; it
touches no ledger and no warehouse, so `kla check` and the nightly load judge alike. Storing the result is store.py.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.layouts import Layout
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.intake.tables import Found, OtherTable, Table, find_tables
from kla_pipeline.quality import periods
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.evaluate import Outcome, judge_delivery, judge_rows, row_rules
from kla_pipeline.quality.normalise import Context
from kla_pipeline.quality.readable import readable
from kla_pipeline.quality.splitting import outcome_matrix, split_rows
from kla_pipeline.quality.typed import Delivery, TypedRows, typed_rows

CHUNK_ROWS = 200_000
SYNTHETIC_MARK = "sintetis"


@dataclass(slots=True)
class StagedTable:
    """One table of a delivery. Frames start with `_sheet`, `_row`, `row_id`, `_hash`, `_flags`, then typed columns.

    `rejected` also has `_reasons` (list of rule ids), `_hints` (list of "column: suggestion" from reference names) and
    `_raw` (header → text, restricted); `outcomes` has `_sheet`, `_row` and one boolean column per rule, true where the
    row breaks it. `changes` counts repaired cells by (column, kind of repair).
    """

    number: int
    sheet_number: int
    sheet_name: str
    layout: Layout
    period: periods.Coverage
    accepted: pd.DataFrame
    rejected: pd.DataFrame
    outcomes: pd.DataFrame
    rules: list[Outcome]
    set_aside: list[tuple[int, str, list[str]]]
    header: list[str]
    header_row: int
    sheet_rows: int
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    changes: dict[tuple[str, str], int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)

    @property
    def record(self) -> str:
        return self.layout.record

    @property
    def rows_read(self) -> int:
        """Rows of the table itself, below its header: accepted + rejected + set aside there."""
        return self.sheet_rows - sum(self.above_counts().values())

    def above_counts(self) -> dict[str, int]:
        """Rows above and including the header, by kind."""
        return _count(kind for row, kind, _ in self.set_aside if row <= self.header_row)

    def set_aside_counts(self) -> dict[str, int]:
        """Rows set aside below the header, by kind."""
        return _count(kind for row, kind, _ in self.set_aside if row > self.header_row)


@dataclass(slots=True)
class StagedDelivery:
    """All tables of a delivery, or the reason why the file was refused whole."""

    agency: str
    tables: list[StagedTable] = field(default_factory=list)
    other_sheets: list[tuple[int, str, int]] = field(default_factory=list)
    other_tables: list[OtherTable] = field(default_factory=list)
    data_kind: str = "real"
    refusal: DeliveryRefused | None = None

    @property
    def verdict(self) -> str:
        """accepted · partly · refused."""
        if self.refusal is not None:
            return "refused"
        return "partly" if any(len(table.rejected) for table in self.tables) else "accepted"


def stage_file(
    path: Path,
    original_name: str,
    agency: str,
    catalogue: Catalogue,
    received_on: date,
    delivery_id: str,
    home: str = "",
) -> StagedDelivery:
    """Judge one file; `home` is the code of the jurisdiction it lies in. A refusal is a result: nothing is raised."""
    staged = StagedDelivery(agency)
    with _without_collector():
        _stage(staged, path, catalogue, Delivery(catalogue, original_name, received_on, delivery_id, home))
    return staged


@contextmanager
def _without_collector() -> Iterator[None]:
    """No cycles are made here, but a million rows are walked again and again by Python's search for them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _stage(staged: StagedDelivery, path: Path, catalogue: Catalogue, delivery: Delivery) -> None:
    try:
        contracts = catalogue.contracts()
        found = find_tables(
            read_sheets(path),
            catalogue.agency(staged.agency).layouts,
            lambda layout: contracts[layout.record].required,
            delivery.original_name,
            lambda layout: _worded(contracts[layout.record]),
            lambda layout: readable(contracts[layout.record].columns, Context.of(layout, catalogue)),
        )
        judged = [_judge_table(table, contracts[table.match.layout.record], delivery) for table in found.tables]
        _judge_together(judged)
        staged.tables = [_staged_table(number, item) for number, item in enumerate(judged, 1)]
        staged.data_kind = _data_kind(found, delivery.original_name)
        staged.other_sheets = [(sheet.number, sheet.name, sheet.grid.height) for sheet in found.other]
        staged.other_tables = found.other_tables
    except DeliveryRefused as exc:
        staged.refusal = exc


def _worded(record: RecordType) -> list[str]:
    """Required columns in which a total's word can be no value: a person may be named like one, a month may not."""
    columns = record.columns
    return [n for n in record.required if columns[n].kind not in ("text", "nik") or columns[n].privacy == "none"]


@dataclass(slots=True)
class _Judged:
    """A table on its way: all its rows, typed, and the verdicts so far."""

    table: Table
    record: RecordType
    typed: TypedRows
    period: periods.Coverage
    outcomes: list[Outcome]

    @property
    def frame(self) -> pd.DataFrame:
        return self.typed.frame


def _count(kinds: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(kinds).items()))


def _data_kind(found: Found, original_name: str) -> str:
    """Synthetic when a title or the file's name says so; neutral when every layout is; else real."""
    titles = " ".join(title for table in found.tables for title in table.titles).lower()
    if SYNTHETIC_MARK in titles or SYNTHETIC_MARK in original_name.lower():
        return "synthetic"
    return "neutral" if all(table.match.layout.neutral for table in found.tables) else "real"


def _judge_table(table: Table, record: RecordType, delivery: Delivery) -> _Judged:
    """Typed rows and the verdicts of scope row, chunk by chunk."""
    layout = table.match.layout
    typed = typed_rows(table, record, Context.of(layout, delivery.catalogue, delivery.home), delivery)
    period = periods.coverage(layout, table, typed.frame, delivery.original_name, delivery.received_on)
    return _Judged(table, record, typed, period, _judge(record, typed))


def _judge_together(judged: Sequence[_Judged]) -> None:
    """Add the verdicts of scope delivery. A register that fills several sheets of one period has its keys once.

    Hidden sheets come last: of a row on both the visible one stays, also when the hidden one says something else.
    """
    groups: dict[tuple[str, object, object], list[_Judged]] = {}
    for item in judged:
        groups.setdefault((item.record.record, item.period.start, item.period.end), []).append(item)
    for group in groups.values():
        group.sort(key=lambda item: item.table.sheet.hidden)
        whole = pd.concat([item.frame for item in group], ignore_index=True) if len(group) > 1 else group[0].frame
        outcomes = judge_delivery(group[0].record, whole)
        if all(item.table.match.layout.repeat_first for item in group):
            outcomes = _first_of_each_key(group[0].record, whole, outcomes)
        else:
            hidden = np.repeat([item.table.sheet.hidden for item in group], [len(item.frame) for item in group])
            outcomes = _visible_of_each_key(group[0].record, whole, outcomes, hidden)
        end = 0
        for item in group:
            start, end = end, end + len(item.frame)
            item.outcomes += [replace(outcome, failed=outcome.failed[start:end]) for outcome in outcomes]


def _first_of_each_key(record: RecordType, frame: pd.DataFrame, outcomes: list[Outcome]) -> list[Outcome]:
    """Of rows that contradict each other under one key, the first one stays, where the layout says so."""
    rule = f"{record.record}.conflicting_key"
    kept = []
    for outcome in outcomes:
        if outcome.rule == rule and outcome.failed.any():
            again = np.zeros(len(frame), bool)
            again[outcome.failed] = frame.loc[outcome.failed, record.key].duplicated().to_numpy()
            outcome = replace(outcome, failed=again)
        kept.append(outcome)
    return kept


def _visible_of_each_key(
    record: RecordType, frame: pd.DataFrame, outcomes: list[Outcome], hidden: np.ndarray
) -> list[Outcome]:
    """Of rows that contradict each other under one key, the only one on a visible sheet stays.

    A hidden sheet is an old copy as a rule; what two visible rows say is a contradiction as before.
    """
    if not hidden.any() or hidden.all():
        return outcomes
    rule = f"{record.record}.conflicting_key"
    kept = []
    for outcome in outcomes:
        if outcome.rule == rule and outcome.failed.any():
            visible = outcome.failed & ~hidden
            twice = np.zeros(len(frame), bool)
            twice[visible] = frame.loc[visible, record.key].duplicated(keep=False).to_numpy()
            outcome = replace(outcome, failed=twice | (outcome.failed & hidden))
        kept.append(outcome)
    return kept


def _staged_table(number: int, judged: _Judged) -> StagedTable:
    table, match = judged.table, judged.table.match
    accepted, rejected = split_rows(judged.typed, judged.outcomes, table)
    return StagedTable(
        number=number,
        sheet_number=table.sheet.number,
        sheet_name=table.sheet.name,
        hidden=table.sheet.hidden,
        hidden_rows=table.sheet.hidden_rows,
        layout=match.layout,
        period=judged.period,
        accepted=accepted,
        rejected=rejected,
        outcomes=outcome_matrix(judged.frame, judged.outcomes),
        rules=judged.outcomes,
        set_aside=[(item.row, item.kind, item.cells) for item in table.set_aside],
        header=list(match.header),
        header_row=match.header_row,
        sheet_rows=table.last_row - table.first_row + 1,
        changes=judged.typed.changes,
        unknown=list(match.unknown),
        missing=list(match.missing),
        renamed=list(match.renamed),
    )


def _judge(record: RecordType, typed: TypedRows) -> list[Outcome]:
    """Row rules, chunk by chunk, with the verdicts of reading in front.

    A cell that cannot be read is not also an empty one.
    """
    runs = row_rules(record)
    unreadable = {outcome.columns[0]: outcome.failed for outcome in typed.outcomes if outcome.columns}
    outcomes = []
    for outcome in _join([judge_rows(record, chunk, runs) for chunk in _chunks(typed.frame)]):
        column = outcome.columns[0] if outcome.rule.endswith(".required") else ""
        failed = outcome.failed & ~unreadable[column] if column in unreadable else outcome.failed
        outcomes.append(replace(outcome, failed=failed))
    return typed.outcomes + outcomes


def _chunks(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The frame in pieces: rules make several columns of temporary values each."""
    for start in range(0, max(len(frame), 1), CHUNK_ROWS):
        yield frame.iloc[start : start + CHUNK_ROWS].reset_index(drop=True) if len(frame) > CHUNK_ROWS else frame


def _join(chunks: list[list[Outcome]]) -> list[Outcome]:
    if len(chunks) == 1:
        return chunks[0]
    return [
        Outcome(o.rule, o.severity, o.scope, o.columns, np.concatenate([chunk[n].failed for chunk in chunks]))
        for n, o in enumerate(chunks[0])
    ]
