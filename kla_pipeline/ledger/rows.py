"""How values become rows of the ledger and back, and what the chain keeps of each row.

Here: conversions and the kinds of events the ledger writes by itself. Not here: transactions (store) and hashing
(chain).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from kla_pipeline.ledger.records import Delivery, Release, canonical_json

DELIVERY_RECEIVED = "delivery_received"
DELIVERY_REHOMED = "delivery_rehomed"
RENDITION_REPLACED = "rendition_replaced"
RELEASE_RECORDED = "release_recorded"
KEY_REGISTERED = "key_registered"
DATA_KIND_SET = "data_kind_set"

# what a row keeps as agency is the first one, where the bytes are archived; who has it now is told by events
DELIVERY_FIELDS = tuple(name for name in Delivery.__dataclass_fields__ if name != "archived_under")
RELEASE_FIELDS = tuple(Release.__dataclass_fields__)


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    fields = {name: getattr(delivery, name) for name in DELIVERY_FIELDS}
    return {**fields, "agency": delivery.archived_under, "delivery_no": delivery.delivery_no}


def to_delivery(row: Any, agency: str) -> Delivery:
    """`agency`: the one in force."""
    fields = {name: getattr(row, name) for name in DELIVERY_FIELDS}
    return Delivery(**{**fields, "agency": agency}, archived_under=row.agency)


def delivery_body(row: Mapping[str, Any]) -> dict[str, Any]:
    """What `delivery_received` keeps: all that never moves, and is not in the event already."""
    return {name: row[name] for name in ("delivery_id", "agency", "size_bytes", "suffix", "received_at")}


def release_row(release: Release) -> dict[str, Any]:
    row = {name: getattr(release, name) for name in RELEASE_FIELDS}
    return {**row, "table_hashes": canonical_json(release.table_hashes)}


def to_release(row: Any) -> Release:
    fields = {name: getattr(row, name) for name in RELEASE_FIELDS}
    return Release(**{**fields, "table_hashes": json.loads(row.table_hashes)})


def release_body(row: Mapping[str, Any]) -> dict[str, Any]:
    """What `release_recorded` keeps: the fields, and one hash that stands for all table hashes."""
    fields = ("release_id", "input_key", "as_of", "created_at", "edition_id")
    tables = hashlib.sha256(row["table_hashes"].encode()).hexdigest()
    return {**{name: row[name] for name in fields}, "tables_sha256": tables}
