"""Names of the warehouse's tables, for those who list them without opening a database."""

from __future__ import annotations

from kla_pipeline.warehouse import quality_tables

# core tables in the order in which they need each other; `appearance` lies in identity because it holds birth dates
CORE_ORDER = (
    "area",
    "population",
    "appearance",
    "child",
    "need",
    "service",
    "juvenile_case",
    "child_labour",
    "disaster_event",
    "mechanism_check",
    "staff",
    "facility_item",
    "violence_aggregate",
    "disaster_observation",
)
CORE = tuple(name for name in CORE_ORDER if name != "appearance")
MART = ("contribution", "measure", "period", "public_measure")
QUALITY = quality_tables.names()
