"""The rows of a delivery as their agency wrote them: names of rows and cells, raw texts, and the version of a row.

Here: how a row and its cells are named everywhere (staged files, decisions, workbooks), and reading them again from the
archive, with decided cells laid over them if wanted. Not here: laying cells (laying.py) and judging (amend.py). Every
cell is restricted: none stands in a `repr`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kla_pipeline.intake.grid import compute
from kla_pipeline.intake.layouts import Layout
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.intake.tables import Table
from kla_pipeline.quality.overlay import Overlay

if TYPE_CHECKING:
    from kla_pipeline.ledger import Delivery
    from kla_pipeline.quality.catalogue import Catalogue
    from kla_pipeline.settings import Paths

HashRow = Callable[[str, str], str]
"""(kind, text) → keyed hash: `Key.pseudonym`."""
ROW_VERSION = "row"


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column of a table: its name in `cells`, its place in the sheet (from 0), the contract columns it feeds."""

    header: str
    position: int
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawTable:
    """One recognised table with its raw rows, in the order of the file. `number` counts the tables of a delivery."""

    number: int
    layout: Layout
    sheet_number: int
    sheet_name: str
    header_row: int
    columns: list[RawColumn]
    row_ids: list[str]
    table: Table = field(repr=False)

    @property
    def record(self) -> str:
        return self.layout.record

    @cached_property
    def _place(self) -> dict[str, int]:
        return {row_id: n for n, row_id in enumerate(self.row_ids)}

    def __contains__(self, row_id: str) -> bool:
        return row_id in self._place

    def number_of(self, row_id: str) -> int:
        """Row number as a spreadsheet shows it. Raises KeyError for a row of another table."""
        return int(self.table.row_numbers[self._place[row_id]])

    def cells(self, row_id: str) -> dict[str, str]:
        """Texts by header, as `_raw` of a rejected row has them. Raises KeyError for a row of another table."""
        return self.cells_of([row_id])[row_id]

    def cells_of(self, row_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """`cells` of many rows at once; rows of other tables are left out."""
        wanted = sorted((self._place[row_id], row_id) for row_id in set(row_ids) if row_id in self._place)
        if not wanted:
            return {}
        rows = self.table.row_numbers[[place for place, _ in wanted]]
        return {row_id: cells for (_, row_id), cells in zip(wanted, raw_cells(self.table, rows), strict=True)}


@dataclass(frozen=True, slots=True)
class RawDelivery:
    """All recognised tables of a delivery, in the order in which staging numbers them."""

    delivery_id: str
    tables: list[RawTable]

    def table_of(self, row_id: str) -> RawTable | None:
        """The table that a row stands in."""
        return next((table for table in self.tables if row_id in table), None)


def read_raw(
    paths: Paths,
    delivery: Delivery,
    catalogue: Catalogue,
    overlay: Overlay | None = None,
    hash_row: HashRow | None = None,
) -> RawDelivery:
    """The raw rows of an archived delivery; with `overlay`, as they stand under the decisions in force.

    `hash_row` lets decisions about another version of a row be left out, as amending does; without it only the texts
    that they expect are compared. Raises DeliveryRefused for a file without a table.
    """
    from kla_pipeline.intake import archive
    from kla_pipeline.quality.laying import lay
    from kla_pipeline.quality.recognise import recognise

    name = archive.original_name(paths, delivery)
    found = recognise(read_sheets(archive.file_of(paths, delivery)), delivery.agency, catalogue, name)
    if overlay:
        lay(found.tables, delivery.delivery_id, overlay, hash_row)
    return RawDelivery(
        delivery.delivery_id,
        [raw_table(number, table, delivery.delivery_id) for number, table in enumerate(found.tables, 1)],
    )


def raw_table(number: int, table: Table, delivery_id: str) -> RawTable:
    """A recognised table as raw rows."""
    match, sheet = table.match, table.sheet
    ids = row_ids(table, delivery_id).to_pylist()
    columns = _columns(table)
    return RawTable(number, match.layout, sheet.number, sheet.name, match.header_row, columns, ids, table)


def row_version(hash_row: HashRow, row_id: str, cells: Mapping[str, str]) -> str:
    """Keyed hash of a row's cells; empty cells and the order of columns do not count."""
    filled = {header: text for header, text in cells.items() if text}
    return hash_row(ROW_VERSION, f"{row_id}\x1f{json.dumps(filled, ensure_ascii=False, sort_keys=True)}")


def row_ids(table: Table, delivery_id: str) -> pa.Array:
    """Ids of a table's data rows: delivery, sheet, row and, of tables side by side, its place from the left."""
    prefix = f"{delivery_id[:16]}/{table.sheet.number}/"
    suffix = f"/{table.place}" if table.place > 1 else ""
    return compute.binary_join_element_wise(prefix, compute.cast(pa.array(table.row_numbers), pa.string()), suffix, "")


def header_names(header: Sequence[str]) -> list[str]:
    """Names under which a row's raw cells are kept: a nameless column is `#n`, a repeated name `name #n`."""
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        name = cell.strip() or f"#{number}"
        names.append(name if name not in names else f"{name} #{number}")
    return names


def raw_cells(table: Table, rows: np.ndarray) -> list[dict[str, str]]:
    """All cells of the given rows by header; those beyond the header by number, empty ones at the end left out."""
    first, last = table.match.columns
    header = table.match.header[first : last + 1]
    names = header_names(header)
    named = max((n for n, cell in enumerate(header, 1) if cell.strip()), default=0)
    columns = [table.column(position, rows).to_pylist() for position in range(first, last + 1)]
    found = []
    for cells in zip(*columns, strict=True):
        length = max((n for n, cell in enumerate(cells, 1) if cell), default=0)
        found.append(dict(zip(names[: max(length, named)], cells, strict=False)))
    return found


def positions_of(table: Table) -> dict[str, int]:
    """Name of each column that the header has → its place in the sheet (from 0)."""
    first, last = table.match.columns
    return {name: first + n for n, name in enumerate(header_names(table.match.header[first : last + 1]))}


def _columns(table: Table) -> list[RawColumn]:
    feeds: dict[int, list[str]] = {}
    match = table.match
    for column, position in match.positions.items():
        feeds.setdefault(position, []).append(column)
    for column, labels in match.series.items():
        for _, position in labels:
            feeds.setdefault(position, []).append(column)
    for column, parts in match.composed.items():
        for position in parts.values():
            feeds.setdefault(position, []).append(column)
    return [
        RawColumn(name, position, tuple(dict.fromkeys(feeds.get(position, ()))))
        for name, position in positions_of(table).items()
    ]
