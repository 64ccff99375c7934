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
from kla_pipeline.intake.tables import Found, Table, find_tables
from kla_pipeline.quality import periods
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.evaluate import UNREAD, Outcome, RowRule, judge_delivery, judge_rows, row_rules
from kla_pipeline.quality.normalise import Context
from kla_pipeline.quality.typed import Delivery, typed_frame

CHUNK_ROWS = 200_000
SYNTHETIC_MARK = "sintetis"


@dataclass(slots=True)
class StagedTable:
    """One table of a delivery. Frames start with `_sheet`, `_row`, `row_id`, `_hash`, `_flags`, then typed columns.

    `rejected` also has `_reasons` (list of rule ids) and `_raw` (header → text, restricted); `outcomes` has `_sheet`,
    `_row` and one boolean column per rule, true where the row breaks it.
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
    data_kind: str = "real"
    refusal: DeliveryRefused | None = None

    @property
    def verdict(self) -> str:
        """accepted · partly · refused."""
        if self.refusal is not None:
            return "refused"
        return "partly" if any(len(table.rejected) for table in self.tables) else "accepted"


def stage_file(
    path: Path, original_name: str, agency: str, catalogue: Catalogue, received_on: date, delivery_id: str
) -> StagedDelivery:
    """Judge one file. Never raises DeliveryRefused: a refusal is a result."""
    staged = StagedDelivery(agency)
    with _without_collector():
        _stage(staged, path, catalogue, Delivery(catalogue, original_name, received_on, delivery_id))
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
            read_sheets(path), catalogue.agency(staged.agency).layouts, lambda layout: contracts[layout.record].required
        )
        judged = [_judge_table(table, contracts[table.match.layout.record], delivery) for table in found.tables]
        _judge_together(judged)
        staged.tables = [_staged_table(number, item) for number, item in enumerate(judged, 1)]
        staged.data_kind = _data_kind(found, delivery.original_name)
        staged.other_sheets = [(sheet.number, sheet.name, len(rows)) for sheet, rows in found.other]
    except DeliveryRefused as exc:
        staged.refusal = exc


@dataclass(slots=True)
class _Judged:
    """A table on its way: all its rows, typed, and the verdicts so far."""

    table: Table
    record: RecordType
    frame: pd.DataFrame
    period: periods.Coverage
    outcomes: list[Outcome]


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
    context = Context(dict(delivery.catalogue.code_lists), delivery.catalogue.areas, layout.decimal_comma)
    runs = row_rules(record)
    frames, outcomes = [], []
    for start in range(0, max(len(table.rows), 1), CHUNK_ROWS):
        rows = table.rows[start : start + CHUNK_ROWS]
        frame, type_outcomes = typed_frame(table, record, context, rows, delivery)
        outcomes.append(_judge(record, frame, runs, type_outcomes))
        frames.append(frame)
    whole = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    period = periods.coverage(layout, table, whole, delivery.original_name, delivery.received_on)
    return _Judged(table, record, whole, period, _join(outcomes))


def _judge_together(judged: Sequence[_Judged]) -> None:
    """Add the verdicts of scope delivery. A register that fills several sheets of one period has its keys once."""
    groups: dict[tuple[str, object, object], list[_Judged]] = {}
    for item in judged:
        groups.setdefault((item.record.record, item.period.start, item.period.end), []).append(item)
    for group in groups.values():
        whole = pd.concat([item.frame for item in group], ignore_index=True) if len(group) > 1 else group[0].frame
        outcomes = judge_delivery(group[0].record, whole)
        end = 0
        for item in group:
            start, end = end, end + len(item.frame)
            item.outcomes += [replace(outcome, failed=outcome.failed[start:end]) for outcome in outcomes]


def _staged_table(number: int, judged: _Judged) -> StagedTable:
    table, match = judged.table, judged.table.match
    accepted, rejected = _split(judged.frame, judged.outcomes, table)
    return StagedTable(
        number=number,
        sheet_number=table.sheet.number,
        sheet_name=table.sheet.name,
        hidden=table.sheet.hidden,
        layout=match.layout,
        period=judged.period,
        accepted=accepted,
        rejected=rejected,
        outcomes=_matrix(judged.frame, judged.outcomes),
        rules=judged.outcomes,
        set_aside=[(item.row, item.kind, item.cells) for item in table.set_aside],
        header=list(match.header),
        header_row=match.header_row,
        sheet_rows=table.sheet.grid.height,
        unknown=list(match.unknown),
        missing=list(match.missing),
        renamed=list(match.renamed),
    )


def _judge(record: RecordType, frame: pd.DataFrame, runs: list[RowRule], type_outcomes: list[Outcome]) -> list[Outcome]:
    """Row rules with the verdicts of reading in front. A cell that cannot be read is not also an empty one."""
    unreadable = {outcome.columns[0]: outcome.failed for outcome in type_outcomes if outcome.columns}
    outcomes = []
    for outcome in judge_rows(record, frame, runs):
        column = outcome.columns[0] if outcome.rule.endswith(".required") else ""
        failed = outcome.failed & ~unreadable[column] if column in unreadable else outcome.failed
        outcomes.append(replace(outcome, failed=failed))
    return type_outcomes + outcomes


def _join(chunks: list[list[Outcome]]) -> list[Outcome]:
    if len(chunks) == 1:
        return chunks[0]
    return [
        Outcome(o.rule, o.severity, o.scope, o.columns, np.concatenate([chunk[n].failed for chunk in chunks]))
        for n, o in enumerate(chunks[0])
    ]


def _split(frame: pd.DataFrame, outcomes: list[Outcome], table: Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    bad = np.zeros(len(frame), bool)
    for outcome in outcomes:
        if outcome.severity != "warn":
            bad |= outcome.failed
    flags = _lists(len(frame), [o for o in outcomes if o.severity == "warn"])
    reasons = _lists(len(frame), [o for o in outcomes if o.severity != "warn"])
    body = frame.drop(columns=["_received_on", UNREAD])
    body.insert(4, "_flags", pd.Series(flags, index=body.index, dtype="object"))
    positions = np.flatnonzero(bad)
    accepted = body.iloc[np.flatnonzero(~bad)].reset_index(drop=True)
    rejected = body.iloc[positions].reset_index(drop=True)
    names = _header_names(table.match.header)
    rejected["_reasons"] = pd.Series([reasons[position] for position in positions], dtype="object")
    rejected["_raw"] = pd.Series([_raw(names, table.rows[position][1]) for position in positions], dtype="object")
    return accepted, rejected


def _header_names(header: Sequence[str]) -> list[str]:
    """Names under which a row's raw cells are kept: a nameless column is `#n`, a repeated name `name #n`."""
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        name = cell.strip() or f"#{number}"
        names.append(name if name not in names else f"{name} #{number}")
    return names


def _raw(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """All cells of a row by header; those beyond the header by number."""
    beyond = [f"#{n}" for n in range(len(names) + 1, len(cells) + 1)]
    return dict(zip([*names, *beyond], cells, strict=False))


def _lists(length: int, outcomes: list[Outcome]) -> list[list[str]]:
    """Per row the ids of the rules it breaks."""
    lists: list[list[str]] = [[] for _ in range(length)]
    for outcome in outcomes:
        for position in np.flatnonzero(outcome.failed):
            lists[position].append(outcome.rule)
    return lists


def _matrix(frame: pd.DataFrame, outcomes: list[Outcome]) -> pd.DataFrame:
    columns = {"_sheet": frame["_sheet"], "_row": frame["_row"]}
    return pd.DataFrame(columns | {outcome.rule: outcome.failed for outcome in outcomes})
