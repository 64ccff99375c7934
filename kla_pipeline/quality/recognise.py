"""The tables of a file that fit the layouts of one agency, as every reader of a delivery finds them.

Here: the one way from sheets to tables, so that judging a file, reading its rows again for a decision and showing its
cells name the same rows. Not here: bytes (intake/readers.py), tables (intake/tables.py) and verdicts (staging.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.tables import Found, find_tables
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.normalise import Context
from kla_pipeline.quality.readable import readable


def recognise(sheets: Sequence[Sheet], agency: str, catalogue: Catalogue, original_name: str) -> Found:
    """Tables by layout, and what stands beside them. Raises DeliveryRefused as `find_tables` does."""
    contracts = catalogue.contracts()
    return find_tables(
        sheets,
        catalogue.agency(agency).layouts,
        lambda layout: contracts[layout.record].required,
        original_name,
        lambda layout: _worded(contracts[layout.record]),
        lambda layout: readable(contracts[layout.record].columns, Context.of(layout, catalogue)),
    )


def _worded(record: RecordType) -> list[str]:
    """Required columns in which a total's word can be no value: a person may be named like one, a month may not."""
    columns = record.columns
    return [n for n in record.required if columns[n].kind not in ("text", "nik") or columns[n].privacy == "none"]
