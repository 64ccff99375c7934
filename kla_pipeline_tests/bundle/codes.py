"""The code lists of the project, read as files, for labels and their spelling variants.

Here: one look-up per list. Not here: the lists themselves (kla_pipeline/sources/<agency>/codes/).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

SOURCES = Path(__file__).resolve().parents[2] / "kla_pipeline" / "sources"


@cache
def code_list(name: str) -> dict[str, dict[str, Any]]:
    """The codes of a list with their labels, variants and attributes; list names are unique over all agencies."""
    (path,) = SOURCES.glob(f"*/codes/{name}.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))["codes"]


def label(name: str, code: str) -> str:
    return code_list(name)[code]["id"]


def variants(name: str, code: str) -> list[str]:
    return code_list(name)[code].get("variants", [])
