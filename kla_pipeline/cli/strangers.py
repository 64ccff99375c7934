"""What can be said of a file that no layout of its agency fits: the header that was seen, and whose layout fits it.

Here: a second look at the file, for `kla check` alone: the nightly load neither pays for it nor stores a header.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.finding.finder import find
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.intake.tables import find_tables
from kla_pipeline.quality.catalogue import Catalogue

_HEADERS_NAMED = 8


def second_look(file: Path, agency: str, catalogue: Catalogue) -> dict[str, Any]:
    """`header`: at most eight header texts of the first table; `fits`: layouts of other agencies, as agency, layout."""
    try:
        sheets = read_sheets(file)
    except DeliveryRefused:
        return {}
    contracts = catalogue.contracts()
    fits: dict[tuple[str, str], None] = {}
    for other in catalogue.agencies.values():
        if other.id == agency:
            continue
        try:
            found = find_tables(sheets, other.layouts, lambda layout: contracts[layout.record].required, file.name)
        except DeliveryRefused:
            continue
        fits |= {(other.id, table.match.layout.id): None for table in found.tables if not table.match.unknown}
    names = next((table.names for sheet in sheets for table in find(sheet) if table.header.rows), [])
    return {
        "header": [" ".join(name.split()) for name in names if name.strip()][:_HEADERS_NAMED],
        "fits": [{"agency": owner, "layout": layout} for owner, layout in fits],
    }
