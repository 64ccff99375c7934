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
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.layouts import Layout
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.intake.tables import Found, OtherTable, Table
from kla_pipeline.quality import periods, returned
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.evaluate import Outcome, judge_rows, row_rules
from kla_pipeline.quality.normalise import Context
from kla_pipeline.quality.recognise import recognise
from kla_pipeline.quality.splitting import outcome_matrix, split_rows
from kla_pipeline.quality.together import Judged, judge_together
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
    is_return: bool = False

    @property
    def verdict(self) -> str:
        """accepted · partly · refused · return (our workbook of rejected rows: no export, its sheets are set aside)."""
        if self.refusal is not None:
            return "refused"
        if self.is_return:
            return returned.KIND
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
    with without_collector():
        _stage(staged, path, catalogue, Delivery(catalogue, original_name, received_on, delivery_id, home))
    return staged


@contextmanager
def without_collector() -> Iterator[None]:
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
        sheets = read_sheets(path)
        if returned.is_return(sheets):
            _set_aside(staged, sheets)
            return
        found = recognise(sheets, staged.agency, catalogue, delivery.original_name)
        judged = judge_tables(found.tables, delivery)
        judge_together(judged)
        staged.tables = staged_tables(judged)
        staged.data_kind = _data_kind(found, delivery.original_name)
        staged.other_sheets = [(sheet.number, sheet.name, sheet.grid.height) for sheet in found.other]
        staged.other_tables = found.other_tables
    except DeliveryRefused as exc:
        staged.refusal = exc


def _set_aside(staged: StagedDelivery, sheets: Sequence[Sheet]) -> None:
    """A returned workbook: looked at before any layout, since it has the agency's own columns; all set aside."""
    staged.is_return, staged.data_kind = True, "neutral"
    staged.other_sheets = [(sheet.number, sheet.name, sheet.grid.height) for sheet in sheets]


def _count(kinds: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(kinds).items()))


def _data_kind(found: Found, original_name: str) -> str:
    """Synthetic when a title or the file's name says so; neutral when every layout is; else real."""
    titles = " ".join(title for table in found.tables for title in table.titles).lower()
    if SYNTHETIC_MARK in titles or SYNTHETIC_MARK in original_name.lower():
        return "synthetic"
    return "neutral" if all(table.match.layout.neutral for table in found.tables) else "real"


def judge_tables(tables: Sequence[Table], delivery: Delivery) -> list[Judged]:
    """Typed rows and the verdicts of scope row. Raises DeliveryRefused (`rule_did_not_run`)."""
    contracts = delivery.catalogue.contracts()
    return [_judge_table(table, contracts[table.match.layout.record], delivery) for table in tables]


def _judge_table(table: Table, record: RecordType, delivery: Delivery) -> Judged:
    layout = table.match.layout
    typed = typed_rows(table, record, Context.of(layout, delivery.catalogue, delivery.home), delivery)
    period = periods.coverage(layout, table, typed.frame, delivery.original_name, delivery.received_on)
    return Judged(table, record, typed, period, _judge(record, typed))


def staged_tables(judged: Sequence[Judged]) -> list[StagedTable]:
    """Judged tables split into accepted and rejected rows, numbered in the order in which they were found."""
    return [_staged_table(number, item) for number, item in enumerate(judged, 1)]


def _staged_table(number: int, judged: Judged) -> StagedTable:
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
