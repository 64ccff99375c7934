"""Decisions for tests: hand-made overlays over small exports, and what amending makes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kla_pipeline.intake.layouts import Layout
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.quality.amend import Amended, AmendedRow, Base, amend
from kla_pipeline.quality.overlay import CellEdit, Overlay, RowDecision
from kla_pipeline.quality.raw_rows import raw_table, row_version
from kla_pipeline.quality.recognise import recognise
from kla_pipeline.quality.staging import StagedDelivery, stage_file
from kla_pipeline_tests.quality.tables import DELIVERY, RECEIVED, the_catalogue


def hash_row(kind: str, text: str) -> str:
    """Stands for the keyed hash."""
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()[:32]


def base_of(staged: StagedDelivery) -> Base:
    """First verdicts as row ids."""
    accepted = frozenset(row for table in staged.tables for row in table.accepted["row_id"])
    return Base(accepted, frozenset(row for table in staged.tables for row in table.rejected["row_id"]))


@dataclass(slots=True)
class Export:
    """A file of one agency, judged once."""

    path: Path
    agency: str

    @property
    def staged(self) -> StagedDelivery:
        return stage_file(self.path, self.path.name, self.agency, the_catalogue(), RECEIVED, DELIVERY)

    def row_id(self, row: int, sheet: int = 1, place: str = "") -> str:
        return f"{DELIVERY[:16]}/{sheet}/{row}{place}"

    def cells(self, row_id: str) -> dict[str, str]:
        """Raw cells of a row as the file has them."""
        found = recognise(read_sheets(self.path), self.agency, the_catalogue(), self.path.name)
        tables = [raw_table(n, table, DELIVERY) for n, table in enumerate(found.tables, 1)]
        return next(table for table in tables if row_id in table).cells(row_id)

    def decide(
        self,
        row: int,
        *,
        edits: dict[str, str] | None = None,
        released: Iterable[str] = (),
        withdrawn: bool = False,
        sheet: int = 1,
    ) -> RowDecision:
        """A decision about a row as the file has it."""
        row_id = self.row_id(row, sheet)
        cells = self.cells(row_id)
        changed = tuple(CellEdit(name, cells.get(name, ""), text) for name, text in (edits or {}).items())
        version = row_version(hash_row, row_id, cells)
        return RowDecision(row_id, version, (f"d{sheet}{row}",), changed, frozenset(released), withdrawn)

    def amended(self, *decisions: RowDecision) -> Amended:
        """What amending makes of these decisions."""
        return amend(
            self.path,
            self.path.name,
            self.agency,
            the_catalogue(),
            RECEIVED,
            DELIVERY,
            Overlay(DELIVERY, {row.row_id: row for row in decisions}),
            base_of(self.staged),
            hash_row,
        )


def outcomes(amended: Amended) -> dict[int, tuple[str, str]]:
    """Row number → (outcome, effect)."""
    return {int(row.row_id.split("/")[2]): (row.outcome, row.effect) for row in amended.rows}


def row_of(amended: Amended, number: int) -> AmendedRow:
    return next(row for row in amended.rows if row.row_id.split("/")[2] == str(number))


def rows(amended: Amended, part: str) -> pd.DataFrame:
    """Accepted or rejected rows taken, of all tables."""
    frames = [getattr(table, part) for table in amended.staged.tables]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"row_id": [], "_row": []})


def standing(staged: StagedDelivery, amended: Amended) -> tuple[set[str], set[str], set[str]]:
    """(accepted, rejected, withdrawn) row ids after all decisions, as a build reads them."""
    base = base_of(staged)
    taken = {row.row_id for row in amended.rows if row.is_taken}
    withdrawn = {row.row_id for row in amended.rows if row.effect == "withdrawn"}
    accepted = set(base.accepted - taken - withdrawn) | set(rows(amended, "accepted")["row_id"])
    rejected = set(base.rejected - taken - withdrawn) | set(rows(amended, "rejected")["row_id"])
    return accepted, rejected, withdrawn


def header_name(layout: Layout, column: str) -> str:
    """The header under which an export of `tables.csv_text` has a contract column."""
    return layout.columns[column][0]
