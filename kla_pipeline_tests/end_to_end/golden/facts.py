"""Reads the truth files: dates become dates, yes/no become booleans, nothing becomes None.

Here: reading and choosing the records that hold. Not here: what they mean for a measure.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
TRUTH = ROOT / "kla_pipeline_tests" / "bundle" / "truth"
FLOODS = ROOT / "data" / "raw" / "36.73" / "bpbd" / "dibi_kota_serang_banjir_20260609.csv"
CITY = "36.73"
KECAMATAN = tuple(f"{CITY}.{number:02}" for number in range(1, 7))
AREAS = (*KECAMATAN, "outside", "unknown")

ANSWERS = ("row_ok", "age_known", "outcome_known")  # `is_child` is yes, no or unknown and stays text

Fact = dict[str, Any]


def lines(name: str) -> list[dict[str, str]]:
    """All lines of a truth file as they are written."""
    with (TRUTH / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read(name: str) -> list[Fact]:
    """All lines of a truth file with typed values."""
    return [{column: _value(column, text) for column, text in line.items()} for line in lines(name)]


def valid(name: str) -> list[Fact]:
    """The records of a truth file of which a row holds: accepted, or kept from an earlier snapshot."""
    return [fact for fact in read(name) if fact["row_ok"]]


def floods() -> list[dict[str, str]]:
    """The event list itself: public facts, delivered as they are."""
    with FLOODS.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _value(column: str, text: str) -> Any:
    if not text:
        return None
    if column.endswith("_date") or column.endswith("_on") or column in ("exported", "valid_until"):
        return date.fromisoformat(text)
    if column in ANSWERS or (column.startswith(("is_", "has_")) and column != "is_child"):
        return {"yes": True, "no": False}[text]
    return int(text) if column == "age_years" else text
