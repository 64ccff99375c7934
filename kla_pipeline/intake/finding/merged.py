"""Texts of cells that a sheet merges downwards: "Kasemen" once beside two years stands in the rows of both.

Only names, codes, dates and years are repeated. A number merged over several rows is one number about all of them:
repeated it would be counted again, so its further rows stay without it and the contract rejects them.
"""

from __future__ import annotations

import numpy as np

from kla_pipeline.intake.finding.shapes import shape
from kla_pipeline.intake.grid import Sheet


def fills(sheet: Sheet, header_row: int, position: int, rows: np.ndarray) -> dict[int, str]:
    """Row → text that a merged cell of the column, below its header, says of it. `rows` ascend."""
    found: dict[int, str] = {}
    for merge in sheet.merges:
        if merge.first_column != position or merge.first_row <= header_row or merge.last_row == merge.first_row:
            continue
        text = sheet.grid.column(position)[merge.first_row - 1].as_py()
        if shape(text) in ("empty", "number"):
            continue
        start, stop = np.searchsorted(rows, [merge.first_row + 1, merge.last_row + 1])
        found |= {int(row): text for row in rows[start:stop]}
    return found
