"""Columns of text to a frame of typed columns, with what could not be read and what was repaired on the way.

Here: where a row stands, the normaliser of each column, and the verdicts of reading (`type`, `uneven_row`). Not here:
the normalisers themselves (normalise.py, place_kinds.py) and the rules over typed values (evaluate.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kla_pipeline.intake.grid import compute, has_text
from kla_pipeline.intake.tables import Table
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.cells import clean
from kla_pipeline.quality.contract import TYPED_KINDS, Column, RecordType
from kla_pipeline.quality.evaluate import UNREAD, Outcome
from kla_pipeline.quality.kinds import PLACE_KINDS
from kla_pipeline.quality.normalise import Context, Typed, normalise
from kla_pipeline.quality.place_kinds import at_home, normalise_place
from kla_pipeline.quality.raw_rows import row_ids


@dataclass(frozen=True, slots=True)
class Delivery:
    """What all tables of a delivery have in common. `delivery_id` begins the row ids; `home` is a district or empty."""

    catalogue: Catalogue
    original_name: str
    received_on: date
    delivery_id: str
    home: str = ""


@dataclass(slots=True)
class TypedRows:
    """Data rows of a table, typed. `changes`: (column, kind of repair) → cells; `hints`: position of a row → texts."""

    frame: pd.DataFrame
    outcomes: list[Outcome]
    changes: dict[tuple[str, str], int] = field(default_factory=dict)
    hints: dict[int, list[str]] = field(default_factory=dict)


def typed_rows(table: Table, record: RecordType, context: Context, delivery: Delivery) -> TypedRows:
    """Typed columns of a table, and the verdicts of reading them: `uneven_row` and one `type` per typed column.

    A column is read as a whole, because its cells prove together how its numbers and dates are written.
    """
    rows = table.row_numbers
    context = at_home(context, record, table.has)
    data: dict[str, Any] = _provenance(rows, table, delivery)
    unread = _Unread(len(rows))
    typed = TypedRows(pd.DataFrame(), [Outcome(f"{record.record}.uneven_row", "warn", "row", (), _uneven(rows, table))])
    for name, column in record.columns.items():
        texts = table.texts(name)
        read = _read(name, column, texts, table, data, context)
        data[name] = read.values
        unread.add(name, texts, read.unreadable)
        typed.changes |= {(name, kind): cells for kind, cells in read.changes.items() if cells}
        if merged := table.merged(name):
            typed.changes[(name, "merged_cell")] = merged
        _add_hints(typed.hints, name, texts, read.hints)
        if column.kind in TYPED_KINDS:
            rule = f"{record.record}.{name}.type"
            typed.outcomes.append(Outcome(rule, column.severity("type"), "row", (name,), read.unreadable))
    data[UNREAD] = unread.values()
    typed.frame = pd.DataFrame(data)
    typed.frame["_received_on"] = pd.Series([delivery.received_on] * len(rows), dtype="datetime64[us]")
    return typed


def _read(
    name: str, column: Column, texts: Any, table: Table, data: Mapping[str, pd.Series], context: Context
) -> Typed:
    if column.kind not in PLACE_KINDS:
        return normalise(texts, column, context)
    return normalise_place(column, lambda other: table.texts(other) if other else texts, data, context, name)


def _add_hints(hints: dict[int, list[str]], name: str, texts: Any, found: Mapping[str, str]) -> None:
    """Note per row, by its position, what the reference suggests for a cell."""
    if not found:
        return
    wanted = compute.is_in(texts, value_set=pa.array(list(found), pa.string())).to_numpy(zero_copy_only=False)
    for position in np.flatnonzero(wanted):
        hints.setdefault(int(position), []).append(f"{name}: {found[texts[int(position)].as_py()]}")


def _provenance(rows: np.ndarray, table: Table, delivery: Delivery) -> dict[str, object]:
    """The columns that say where a row stands."""
    return {
        "_sheet": np.full(len(rows), table.sheet.number, dtype="int32"),
        "_row": rows,
        "row_id": pd.Series(row_ids(table, delivery.delivery_id).to_pandas(), dtype="string"),
        "_hash": pd.Series(_row_hashes(rows, table), dtype="string"),
    }


def _uneven(rows: np.ndarray, table: Table) -> np.ndarray:
    """Rows with filled cells beyond the header, or with quotation marks that do not pair: cells may have slipped."""
    first, last = table.match.columns
    named = [n for n in range(first, last + 1) if n < len(table.match.header) and table.match.header[n].strip()]
    uneven = np.isin(rows, list(table.sheet.broken_quotes))
    for position in range(max(named, default=last) + 1, last + 1):
        uneven |= has_text(table.column(position, rows))
    return uneven


class _Unread:
    """Per row the raw text of the cells that could not be read: without it two such rows would look identical."""

    def __init__(self, length: int) -> None:
        self._texts: dict[int, list[str]] = {}
        self._length = length

    def add(self, name: str, texts: Any, unreadable: np.ndarray) -> None:
        """Note the cells of a column that are not readable."""
        positions = np.flatnonzero(unreadable)
        if len(positions):
            for position, text in zip(positions, texts.take(pa.array(positions)).to_pylist(), strict=True):
                self._texts.setdefault(int(position), []).append(f"{name}={clean(text)}")

    def values(self) -> pd.Series:
        """One text per row, empty for a row that was read whole."""
        if not self._texts:
            return pd.Series([""], dtype="string").repeat(self._length).reset_index(drop=True)
        texts = ["\x1f".join(self._texts[n]) if n in self._texts else "" for n in range(self._length)]
        return pd.Series(texts, dtype="string")


def _row_hashes(rows: np.ndarray, table: Table) -> list[str]:
    """Hash per row of its raw cells, by which a decision names the row it saw; empty cells at the end do not count."""
    first, last = table.match.columns
    columns = [_one_piece(table.column(position, rows)) for position in range(first, last + 1)]
    joined = compute.binary_join_element_wise(*columns, "\x1f") if len(columns) > 1 else columns[0]
    return [
        hashlib.blake2b(cells.rstrip(b"\x1f"), digest_size=12).hexdigest()
        for cells in compute.cast(joined, pa.binary()).to_pylist()
    ]


def _one_piece(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
