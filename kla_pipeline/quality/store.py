"""Staged deliveries on disk: Parquet per table and a manifest, written whole or not at all, and found by cache key.

Layout: `<delivery>/manifest.json` and per table `<n>-<record>/{accepted,rejected,outcomes,set_aside}.parquet`. All of
it is restricted (identities); all of it can be deleted and comes back from archive and ledger. `<delivery>/amended/`
holds in the same form the rows that decisions changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import kla_pipeline
from kla_pipeline.quality.catalogue import DECLARATIONS, Catalogue, fingerprint

PACKAGE = Path(kla_pipeline.__file__).parent
# rooms whose code decides how a row is read and judged, and what in them has no part in it
_JUDGING_ROOMS = ("intake", "places", "quality")
_NOT_JUDGING = ("__pycache__", "archive", "locking.py")
_JUDGING_DECLARATIONS = (
    "agency.yaml",
    "layouts",
    "codes",
    "contracts.py",
    "rules",
    "regions.csv",
    "region_variants.yaml",
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a staged delivery without opening its rows. `tables` holds one mapping per table."""

    folder: Path
    content: dict[str, Any]

    @property
    def verdict(self) -> str:
        return self.content["verdict"]

    @property
    def tables(self) -> list[dict[str, Any]]:
        return self.content["tables"]

    @property
    def data_kind(self) -> str:
        return self.content["data_kind"]

    def table_folder(self, table: dict[str, Any]) -> Path:
        return self.folder / f"{table['number']}-{table['record']}"


def judging_code() -> list[Path]:
    """The files and folders of the package that decide how a row is read and judged."""
    return sorted(
        path
        for room in _JUDGING_ROOMS
        for path in (PACKAGE / room).iterdir()
        if path.name not in _NOT_JUDGING and (path.is_dir() or path.suffix in DECLARATIONS)
    )


@lru_cache(maxsize=8)
def judging_fingerprint(folders: tuple[Path, ...]) -> str:
    """Hash of everything that decides how rows are read and judged: readers, layouts, contracts, lists, normalisers."""
    declarations = [
        folder / name
        for root in folders
        for folder in sorted(root.iterdir())
        for name in _JUDGING_DECLARATIONS
        if (folder / name).exists()
    ]
    return fingerprint(judging_code() + declarations)


def amended_key(base_key: str, overlay_fingerprint: str, key_id: str) -> str:
    """Key of a delivery's amended rows: its own, the decisions in force, and the key that row versions are under."""
    return hashlib.sha256(json.dumps([base_key, overlay_fingerprint, key_id]).encode()).hexdigest()


def cache_key(sha256: str, original_name: str, received_on: str, catalogue: Catalogue) -> str:
    """Key of a staged delivery. The name is part of it because a layout may read the period from it."""
    parts = [sha256, original_name, received_on, judging_fingerprint(catalogue.folders)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a staged delivery, or None when there is none or it is not whole."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Manifest(folder, content)


def write_staged(staged: Any, folder: Path, key: str, further: Mapping[str, Any] | None = None) -> Manifest:
    """Write a `StagedDelivery` beside its place, then rename: a killed run leaves no half-staged delivery.

    `further` goes into the manifest: what amending says of the rows.
    """
    building = folder.with_name(folder.name + ".next")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True, mode=0o700)
    content = manifest_content(staged) | {"cache_key": key} | dict(further or {})
    for table in staged.tables:
        write_table(table, building / f"{table.number}-{table.record}")
    path = building / "manifest.json"
    with open(path, "w", encoding="utf-8", opener=_private) as stream:
        json.dump(content, stream, ensure_ascii=False, sort_keys=True, indent=1)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(building, folder)
    return Manifest(folder, content)


def write_table(table: Any, folder: Path) -> None:
    """`accepted`, `rejected`, `outcomes` and `set_aside` of one table as Parquet, for the owner only."""
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    rejected = table.rejected.copy()
    rejected["_raw"] = [json.dumps(raw, ensure_ascii=False) for raw in rejected["_raw"]]
    _parquet(table.accepted, folder / "accepted.parquet")
    _parquet(rejected, folder / "rejected.parquet")
    _parquet(table.outcomes, folder / "outcomes.parquet")
    rows = [
        (table.sheet_number, row, kind, json.dumps(cells, ensure_ascii=False)) for row, kind, cells in table.set_aside
    ]
    _parquet(pd.DataFrame(rows, columns=["_sheet", "_row", "kind", "_raw"]), folder / "set_aside.parquet")


def _parquet(frame: Any, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    fields = []
    for item in table.schema:
        if item.name in ("_flags", "_reasons", "_hints"):  # all-empty lists would otherwise get the type null
            item = pa.field(item.name, pa.list_(pa.string()))
        elif pa.types.is_null(item.type):
            item = pa.field(item.name, pa.string())
        fields.append(item)
    with open(path, "wb", opener=_private) as stream:
        pq.write_table(table.cast(pa.schema(fields)), stream, compression="zstd")


def _private(path: str, flags: int) -> int:
    """Opener of a file with identities: 0600 from its first byte on, whatever the umask, also when it was there."""
    handle = os.open(path, flags, 0o600)
    os.fchmod(handle, 0o600)
    return handle


def manifest_content(staged: Any) -> dict[str, Any]:
    """Plain data about a staged delivery: verdict, refusal, tables with counts, rules, drift, period."""
    refusal = staged.refusal
    return {
        "agency": staged.agency,
        "verdict": staged.verdict,
        "data_kind": staged.data_kind,
        "reason": None
        if refusal is None
        else {"code": refusal.code, "message": refusal.message, "hint": refusal.hint, "detail": refusal.detail},
        "other_sheets": [{"sheet": number, "name": name, "rows": rows} for number, name, rows in staged.other_sheets],
        "tables": [_table_content(table) for table in staged.tables],
    }


def _table_content(table: Any) -> dict[str, Any]:
    period = table.period
    return {
        "number": table.number,
        "sheet": table.sheet_number,
        "sheet_name": table.sheet_name,
        "layout": table.layout.id,
        "record": table.record,
        "mode": table.layout.mode,
        "scope": list(table.layout.scope),
        "hidden": table.hidden,
        "header_row": table.header_row,
        "sheet_rows": table.sheet_rows,
        "above": table.above_counts(),
        "rows_read": table.rows_read,
        "accepted": len(table.accepted),
        "rejected": len(table.rejected),
        "set_aside": table.set_aside_counts(),
        "rules": [
            {
                "rule": o.rule,
                "severity": o.severity,
                "columns": list(o.columns),
                "judged": len(o.failed),
                "failed": int(o.failed.sum()),
            }
            for o in table.rules
        ],
        "changes": [
            {"column": column, "kind": kind, "cells": cells} for (column, kind), cells in sorted(table.changes.items())
        ],
        "drift": {"unknown": table.unknown, "missing": table.missing, "renamed": table.renamed},
        "months": [month.isoformat() for month in period.months()],
        "period_basis": period.basis,
        "export_date": period.export_date.isoformat() if period.export_date else None,
        "is_nil": period.is_nil,
        "has_request_ref": period.has_request_ref,
    }
