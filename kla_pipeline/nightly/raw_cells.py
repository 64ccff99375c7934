"""Raw cells of rows that staging had accepted: their staged form holds typed values only, the archive holds the text.

Here: rows in quarantine without raw cells get them. Not here: reading archived bytes (quality/raw_rows.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.identity.keys import Key
from kla_pipeline.ledger import Delivery
from kla_pipeline.nightly.amending import taken
from kla_pipeline.nightly.decided import Decided
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.settings import Paths

if TYPE_CHECKING:
    import duckdb

    from kla_pipeline.warehouse.deliveries import KnownDelivery

_WANTED = """
SELECT delivery_id, state IN ('corrected', 'released', 'confirmed_bad') AS is_resolved, list(row_id ORDER BY row_id)
FROM quality.rejected_row WHERE raw IS NULL GROUP BY ALL ORDER BY ALL
"""


def add_raw_cells(
    connection: duckdb.DuckDBPyConnection,
    paths: Paths,
    catalogue: Catalogue,
    deliveries: Iterable[Delivery],
    known: Sequence[KnownDelivery],
    decided: Decided,
    key: Key,
) -> None:
    """Fill `quality.rejected_row.raw` where it is empty: with decided cells for a row that still waits.

    It stays empty for a file that cannot be read at the moment (no memory for its reader).
    """
    from kla_pipeline.quality.raw_rows import read_raw
    from kla_pipeline.warehouse.sql import insert_rows

    by_id = {delivery.delivery_id: delivery for delivery in deliveries}
    manifests = {item.delivery_id: item.amended for item in known}
    connection.execute("CREATE OR REPLACE TEMP TABLE raw_text (row_id VARCHAR, raw JSON)")
    for delivery_id, is_resolved, row_ids in connection.execute(_WANTED).fetchall():
        overlay = None if is_resolved else taken(decided.overlays.get(delivery_id), manifests[delivery_id])
        try:
            raw = read_raw(paths, by_id[delivery_id], catalogue, overlay, key.pseudonym)
        except DeliveryRefused:
            # it was read when it was staged; cells that are only shown must not keep figures from their readers
            continue
        found = [(i, json.dumps(c, ensure_ascii=False)) for t in raw.tables for i, c in t.cells_of(row_ids).items()]
        insert_rows(connection, "raw_text", found)
    connection.execute("UPDATE quality.rejected_row AS r SET raw = t.raw FROM raw_text AS t WHERE t.row_id = r.row_id")
