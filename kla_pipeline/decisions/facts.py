"""A decision as plain data for machines: everything but the restricted texts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kla_pipeline.decisions.records import Decision
from kla_pipeline.settings import TIME_ZONE

_RESTRICTED = ("cells", "note")


def facts_of(decision: Decision) -> dict[str, Any]:
    """Fields by name; dates as ISO text. Old and new texts of cells, and the note, are left out."""
    facts = {name: getattr(decision, name) for name in Decision.__dataclass_fields__ if name not in _RESTRICTED}
    until = decision.until.isoformat() if decision.until else None
    return facts | {"until": until, "rules": list(decision.rules), "columns": list(decision.columns)}


def local_day(at: str) -> date:
    """Day in Asia/Jakarta of a time as the ledger writes it (UTC text)."""
    return datetime.fromisoformat(at).astimezone(TIME_ZONE).date()
