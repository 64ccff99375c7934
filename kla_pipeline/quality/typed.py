"""Rows of text to a frame of typed columns, with what could not be read on the way.

Here: where a row stands, the normaliser of each column, and the verdicts of reading (`type`, `uneven_row`). Not here:
the normalisers themselves (normalise.py) and the rules over typed values (evaluate.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kla_pipeline.intake.tables import Table
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.contract import TYPED_KINDS, RecordType
from kla_pipeline.quality.evaluate import UNREAD, Outcome
from kla_pipeline.quality.normalise import Context, clean, normalise, normalise_kecamatan

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What all tables of a delivery have in common. `delivery_id` begins the row ids."""

    catalogue: Catalogue
    original_name: str
    received_on: date
    delivery_id: str


def typed_frame(
    table: Table, record: RecordType, context: Context, rows: Sequence[Row], delivery: Delivery
) -> tuple[pd.DataFrame, list[Outcome]]:
    """Typed columns of one chunk, and the verdicts of reading it: `uneven_row` and one `type` per typed column."""
    data: dict[str, object] = _provenance(rows, table, delivery)
    unread = _Unread(len(rows))
    outcomes = [Outcome(f"{record.record}.uneven_row", "warn", "row", (), _uneven(rows, table))]
    for name, column in record.columns.items():
        position = table.match.positions.get(name, -1)
        texts = pd.Series([cells[position] if 0 <= position < len(cells) else "" for _, cells in rows], dtype="object")
        if column.kind == "kecamatan":
            typed = normalise_kecamatan(texts, data[column.within], context.areas)  # type: ignore[arg-type]
        else:
            typed = normalise(texts, column.kind, column.code_list, context)
        data[name] = typed.values
        unread.add(name, texts, typed.unreadable)
        if column.kind in TYPED_KINDS:
            rule = f"{record.record}.{name}.type"
            outcomes.append(Outcome(rule, column.severity("type"), "row", (name,), typed.unreadable))
    data[UNREAD] = unread.values()
    frame = pd.DataFrame(data)
    frame["_received_on"] = pd.Series([delivery.received_on] * len(rows), dtype="datetime64[us]")
    return frame, outcomes


def _provenance(rows: Sequence[Row], table: Table, delivery: Delivery) -> dict[str, object]:
    """The columns that say where a row stands."""
    prefix = f"{delivery.delivery_id[:16]}/{table.sheet.number}/"
    return {
        "_sheet": np.full(len(rows), table.sheet.number, dtype="int32"),
        "_row": np.array([number for number, _ in rows], dtype="int32"),
        "row_id": pd.Series([f"{prefix}{number}" for number, _ in rows], dtype="string"),
        "_hash": pd.Series([_row_hash(cells) for _, cells in rows], dtype="string"),
    }


def _uneven(rows: Sequence[Row], table: Table) -> np.ndarray:
    """Rows with filled cells beyond the header, or with quotation marks that do not pair: cells may have slipped."""
    header = table.match.header
    width = max((n for n, cell in enumerate(header, 1) if cell.strip()), default=0)
    broken = table.sheet.broken_quotes
    return np.array(
        [
            number in broken or (len(cells) > width and any(cell.strip() for cell in cells[width:]))
            for number, cells in rows
        ],
        dtype=bool,
    )


class _Unread:
    """Per row the raw text of the cells that could not be read: without it two such rows would look identical."""

    def __init__(self, length: int) -> None:
        self._texts: dict[int, list[str]] = {}
        self._length = length

    def add(self, name: str, texts: pd.Series, unreadable: np.ndarray) -> None:
        """Note the cells of a column that are not readable."""
        for position in np.flatnonzero(unreadable):
            self._texts.setdefault(int(position), []).append(f"{name}={clean(texts.iloc[position])}")

    def values(self) -> pd.Series:
        """One text per row, empty for a row that was read whole."""
        texts = ["\x1f".join(self._texts[n]) if n in self._texts else "" for n in range(self._length)]
        return pd.Series(texts, dtype="string")


def _row_hash(cells: list[str]) -> str:
    """Hash of the raw cells of a row: a decision names the row it saw by it."""
    return hashlib.blake2b("\x1f".join(cells).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
