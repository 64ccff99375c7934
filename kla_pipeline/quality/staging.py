"""One delivery, whole: bytes → tables → typed rows → verdicts → accepted and rejected rows with reasons.

`stage_file` is a pure function of the file's bytes, its name, the agency's declarations and the day it was received; it
touches no ledger and no warehouse, so `kla check` and the nightly load judge alike. Storing the result is store.py.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
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
from kla_pipeline.quality.evaluate import Outcome, RowRule, judge_delivery, judge_rows, row_rules
from kla_pipeline.quality.normalise import Context, Typed, normalise, normalise_kecamatan

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
    try:
        contracts = catalogue.contracts()
        found = find_tables(
            read_sheets(path), catalogue.agency(agency).layouts, lambda layout: contracts[layout.record].required
        )
        staged.data_kind = _data_kind(found, original_name)
        staged.other_sheets = [(sheet.number, sheet.name, len(rows)) for sheet, rows in found.other]
        for number, table in enumerate(found.tables, 1):
            record = contracts[table.match.layout.record]
            staged.tables.append(
                _stage_table(number, table, record, catalogue, original_name, received_on, delivery_id)
            )
    except DeliveryRefused as exc:
        staged.tables = []
        staged.refusal = exc
    return staged


def _count(kinds: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(kinds).items()))


def _data_kind(found: Found, original_name: str) -> str:
    """Synthetic when a title or the file's name says so; neutral when every layout is; else real."""
    titles = " ".join(title for table in found.tables for title in table.titles).lower()
    if SYNTHETIC_MARK in titles or SYNTHETIC_MARK in original_name.lower():
        return "synthetic"
    return "neutral" if all(table.match.layout.neutral for table in found.tables) else "real"


def _stage_table(
    number: int,
    table: Table,
    record: RecordType,
    catalogue: Catalogue,
    original_name: str,
    received_on: date,
    delivery_id: str,
) -> StagedTable:
    layout = table.match.layout
    context = Context(dict(catalogue.code_lists), catalogue.areas, layout.decimal_comma)
    runs = row_rules(record)
    frames, row_outcomes = [], []
    for start in range(0, max(len(table.rows), 1), CHUNK_ROWS):
        frame, type_outcomes = _typed_frame(table, record, context, start, received_on, delivery_id)
        row_outcomes.append(_judge(record, frame, runs, type_outcomes))
        frames.append(frame)
    whole = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    outcomes = _join(row_outcomes) + judge_delivery(record, whole)
    accepted, rejected = _split(whole, outcomes, table)
    match = table.match
    return StagedTable(
        number=number,
        sheet_number=table.sheet.number,
        sheet_name=table.sheet.name,
        layout=layout,
        period=periods.coverage(layout, table, whole, original_name),
        accepted=accepted,
        rejected=rejected,
        outcomes=_matrix(whole, outcomes),
        rules=outcomes,
        set_aside=[(item.row, item.kind, item.cells) for item in table.set_aside],
        header=list(match.header),
        header_row=match.header_row,
        sheet_rows=len(table.sheet.rows),
        unknown=list(match.unknown),
        missing=list(match.missing),
        renamed=list(match.renamed),
    )


def _typed_frame(
    table: Table, record: RecordType, context: Context, start: int, received_on: date, delivery_id: str
) -> tuple[pd.DataFrame, list[Outcome]]:
    """Typed columns of one chunk and the `type` verdicts of its normalisers."""
    rows = table.rows[start : start + CHUNK_ROWS]
    numbers = [number for number, _ in rows]
    data: dict[str, object] = {
        "_sheet": np.full(len(rows), table.sheet.number, dtype="int32"),
        "_row": np.array(numbers, dtype="int32"),
        "row_id": pd.Series(
            [f"{delivery_id[:16]}/{table.sheet.number}/{number}" for number in numbers], dtype="string"
        ),
        "_hash": pd.Series([_row_hash(cells) for _, cells in rows], dtype="string"),
    }
    outcomes = []
    for name, column in record.columns.items():
        position = table.match.positions.get(name, -1)
        texts = pd.Series([cells[position] if 0 <= position < len(cells) else "" for _, cells in rows], dtype="object")
        if column.kind == "kecamatan":
            typed = normalise_kecamatan(texts, data[column.within], context.areas)  # type: ignore[arg-type]
        else:
            typed = normalise(texts, column.kind, column.code_list, context)
        data[name] = typed.values
        outcomes += _type_outcome(record, name, typed)
    frame = pd.DataFrame(data)
    frame["_received_on"] = pd.Series([received_on] * len(rows), dtype="datetime64[us]")
    return frame, outcomes


def _judge(record: RecordType, frame: pd.DataFrame, runs: list[RowRule], type_outcomes: list[Outcome]) -> list[Outcome]:
    """Row rules with the `type` verdicts in front. A cell that cannot be read is not also an empty one."""
    unreadable = {outcome.columns[0]: outcome.failed for outcome in type_outcomes}
    outcomes = []
    for outcome in judge_rows(record, frame, runs):
        column = outcome.columns[0] if outcome.rule.endswith(".required") else ""
        failed = outcome.failed & ~unreadable[column] if column in unreadable else outcome.failed
        outcomes.append(replace(outcome, failed=failed))
    return type_outcomes + outcomes


def _type_outcome(record: RecordType, name: str, typed: Typed) -> list[Outcome]:
    column = record.columns[name]
    if column.kind in ("text", "code", "multi", "district", "kecamatan"):
        return []
    severity = dict(column.severities).get("type", "reject")
    return [Outcome(f"{record.record}.{name}.type", severity, "row", (name,), typed.unreadable)]


def _row_hash(cells: list[str]) -> str:
    """Hash of the raw cells of a row: a decision names the row it saw by it."""
    return hashlib.blake2b("\x1f".join(cells).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


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
    body = frame.drop(columns=["_received_on"])
    body.insert(4, "_flags", pd.Series(flags, index=body.index, dtype="object"))
    accepted = body[~bad].reset_index(drop=True)
    rejected = body[bad].copy()
    rejected["_reasons"] = pd.Series(reasons, index=body.index, dtype="object")[bad]
    header = [cell.strip() or f"#{n}" for n, cell in enumerate(table.match.header, 1)]
    rejected["_raw"] = [_raw(header, table.rows[position][1]) for position in np.flatnonzero(bad)]
    return accepted, rejected.reset_index(drop=True)


def _raw(header: list[str], cells: list[str]) -> dict[str, str]:
    names = header + [f"#{n}" for n in range(len(header) + 1, len(cells) + 1)]
    return dict(zip(names, cells, strict=False))


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
