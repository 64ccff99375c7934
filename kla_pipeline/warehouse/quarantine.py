"""What the last build knows of rows in quarantine and of held deliveries, for people who decide about them.

Here: questions to a finished warehouse, each a `.sql` file in lookup/. Not here: raw cells (quality/raw_rows.py) and
decisions that came after the build (the ledger).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kla_pipeline.errors import WrongUse
from kla_pipeline.settings import Paths
from kla_pipeline.warehouse.sql import FOLDER, open_read_only

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """One row of `quality.rejected_row` without its cells; `rules` are those it breaks."""

    row_id: str
    delivery_id: str
    delivery_label: str
    agency: str
    record: str
    sheet: int
    row_no: int
    stage: str
    state: str
    state_since: date | None
    state_basis: str | None
    rules: tuple[str, ...]


class Quarantine:
    """The last build, open for reading."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(
        self, *, agency: str = "", record: str = "", rule: str = "", state: str = "", row_id: str = ""
    ) -> list[QuarantinedRow]:
        """Rows by agency, delivery and place; '' = any."""
        wanted = {"agency": agency, "record": record, "rule": rule, "state": state, "row_id": row_id}
        return [_row(*found) for found in self._ask("rejected_rows", wanted)]

    def row(self, row_id: str) -> QuarantinedRow | None:
        """One row, or None for a row that is not in quarantine."""
        return next(iter(self.rows(row_id=row_id)), None)

    def reasons(self, row_id: str) -> list[dict[str, Any]]:
        """Rules that a row breaks: rule_id, column_name, what_id, what_en, mend_id, mend_en."""
        names = ("rule_id", "column_name", "what_id", "what_en", "mend_id", "mend_en")
        return [dict(zip(names, row, strict=True)) for row in self._ask("row_reasons", {"row_id": row_id})]

    def masked_cells(self, row_id: str) -> list[tuple[str, str]]:
        """(column, shape) of each cell of a row in quarantine."""
        return self._ask("row_cells", {"row_id": row_id})

    def held(self) -> set[str]:
        """Ids of deliveries that wait for a decision."""
        return {delivery_id for (delivery_id,) in self._ask("held", {})}

    def seen_seq(self) -> int:
        """Number of the last event of the ledger that the build knew."""
        row = self._connection.execute("SELECT event_count FROM meta.run").fetchone()
        return int(row[0]) if row and row[0] is not None else 0

    def _ask(self, name: str, values: dict[str, str]) -> list[tuple]:
        query = (FOLDER / "lookup" / f"{name}.sql").read_text(encoding="utf-8")
        return self._connection.execute(query, values or None).fetchall()


def _row(*columns: Any) -> QuarantinedRow:
    *plain, rules = columns
    return QuarantinedRow(*plain, rules=tuple(rules))


@contextmanager
def open_quarantine(paths: Paths) -> Iterator[Quarantine]:
    """The quarantine of a jurisdiction. Raises WrongUse before the first night, Locked while one is written."""
    if not paths.warehouse.is_file():
        raise WrongUse(f"Nothing was built for {paths.jurisdiction} yet.", "Run `kla run` first.")
    with open_read_only(paths.warehouse) as connection:
        yield Quarantine(connection)
