"""Which texts are values of a contract's columns: evidence that a row is data, for the search of tables.

Only of kinds that refuse most texts. A name or a remark may be anything, and a place is resolved with its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from kla_pipeline.quality.columns import Column
from kla_pipeline.quality.kinds import PLACE_KINDS
from kla_pipeline.quality.normalise import Context, normalise_text


def readable(columns: Mapping[str, Column], context: Context) -> dict[str, Callable[[str], bool]]:
    """Column → whether a text is a value of it."""
    free = {"text", "series", *PLACE_KINDS}
    return {name: partial(_is_value, column, context) for name, column in columns.items() if column.kind not in free}


def _is_value(column: Column, context: Context, text: str) -> bool:
    value = normalise_text(text, column, context)
    if column.kind in ("code", "multi") and value is not None:
        codes = context.code_lists[column.code_list].codes
        return all(part in codes for part in str(value).split("|"))
    return value is not None
