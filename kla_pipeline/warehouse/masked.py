"""Cells of rejected rows, masked for auditors: what a cell looks like, never what it says.

Here: which contract column a raw cell belongs to, which texts are known codes, and `quality.rejected_cell`. Not here:
the shapes themselves (models/rejected_cell.sql) and who sees them (tiers/). A header that feeds no column of the
contract is named by its place: of a file without a header the first person stands where the headers should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from kla_pipeline.intake.layouts import Layout, header_key
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.codes import code_key
from kla_pipeline.warehouse.deliveries import KnownDelivery
from kla_pipeline.warehouse.sql import FOLDER, insert_rows, run_file

_REPEATED = " #"


def write_masked_cells(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, ordered: Sequence[KnownDelivery]
) -> None:
    """Fill `quality.rejected_cell` from the raw cells in `quality.rejected_row`, whatever stage rejected the row."""
    run_file(connection, FOLDER / "models" / "raw_cell.sql")
    insert_rows(connection, "header_of", _header_rows(connection, catalogue, ordered))
    insert_rows(connection, "known_code", _known_codes(connection, catalogue))
    run_file(connection, FOLDER / "models" / "rejected_cell.sql")


def column_of(layout: Layout, header: str) -> str:
    """Column of the contract that the cells under a header feed, or ''. `header` as raw cells are named."""
    key = header_key(header.rsplit(_REPEATED, 1)[0])
    if column := layout.aliases.get(key):
        return column
    found = [name for name, expression in layout.series_expressions.items() if expression.search(key)]
    return next(iter([*found, *(name for name in layout.compose if key in layout.composed_of(name))]), "")


def layouts_of(catalogue: Catalogue, ordered: Iterable[KnownDelivery]) -> dict[tuple[str, str], list[Layout]]:
    """(delivery, record type) → layouts of its tables."""
    known = {layout.id: layout for agency in catalogue.agencies.values() for layout in agency.layouts}
    found: dict[tuple[str, str], list[Layout]] = {}
    for delivery in ordered:
        for table in delivery.tables:
            layout = known[table["layout"]]
            if layout not in (layouts := found.setdefault((delivery.delivery_id, table["record"]), [])):
                layouts.append(layout)
    return found


def _header_rows(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, ordered: Sequence[KnownDelivery]
) -> list[tuple[str, str, str, str, str]]:
    layouts, contracts = layouts_of(catalogue, ordered), catalogue.contracts()
    headers = connection.execute("SELECT DISTINCT delivery_id, record, header FROM raw_cell ORDER BY ALL").fetchall()
    rows = []
    for delivery_id, record, header in headers:
        fed = [column_of(layout, header) for layout in layouts.get((delivery_id, record), ())]
        column = next(filter(None, fed), "")
        declared = contracts[record].columns.get(column)
        rows.append((delivery_id, record, header, column, declared.code_list if declared else ""))
    return rows


def _known_codes(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> list[tuple[str, str]]:
    """(code list, text) of the texts in the rows that are a known spelling; spellings are compared as reading does."""
    texts = connection.execute(
        "SELECT DISTINCT h.code_list, c.text FROM raw_cell AS c INNER JOIN header_of AS h "
        "USING (delivery_id, record, header) WHERE h.code_list <> '' AND c.text <> ''"
    ).fetchall()
    lists = catalogue.code_lists
    return [(name, text) for name, text in texts if code_key(text) in lists[name].lookup]
