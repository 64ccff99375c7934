"""What people decided about rows of one delivery, as plain values that staging lays over the bytes.

Here: the values and their fingerprint. Not here: who may decide and which decisions are in force (decisions/), and how
the rows are judged again (amend.py). Cells are restricted: they never stand in a `repr`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell of a row: `column` is the header it stands under (`_raw` names), `expected` its text before."""

    column: str
    expected: str = field(repr=False)
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RowDecision:
    """What is in force about one row: cells in the order they were decided, rules lifted, or the row taken out.

    `row_version` is the keyed hash of the row's raw cells as the person saw them (see `raw_rows`); a row that is no
    longer so is not touched. `decision_ids` are those it comes from, in order.
    """

    row_id: str
    row_version: str
    decision_ids: tuple[str, ...]
    edits: tuple[CellEdit, ...] = ()
    released: frozenset[str] = frozenset()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Overlay:
    """All decisions in force about the rows of one delivery, by row id. Empty when there is none."""

    delivery_id: str
    rows: Mapping[str, RowDecision] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def fingerprint(self) -> str:
        """Hash over everything that decides what staging makes of it."""
        content = [
            [
                row.row_id,
                row.row_version,
                list(row.decision_ids),
                [[edit.column, edit.expected, edit.value] for edit in row.edits],
                sorted(row.released),
                row.withdrawn,
            ]
            for row in sorted(self.rows.values(), key=lambda item: item.row_id)
        ]
        return hashlib.sha256(json.dumps([self.delivery_id, content]).encode()).hexdigest()
