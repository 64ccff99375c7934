"""Values of cells as a person reads them.

Here: one value to text. Not here: which value stands in which cell.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time

# Excel keeps 15 significant digits: a longer number in a numeric cell has lost digits and must not look like text.
_EXACT_LIMIT = 1e15


def cell_text(value: object) -> str:
    """Text of a cell as a person reads it: ISO dates, integers without `.0`, long numbers in scientific notation."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(float(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def number_text(value: float) -> str:
    """A number as a spreadsheet shows it without a format."""
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= _EXACT_LIMIT:
        return f"{value:.14e}"
    shown = float(f"{value:.15g}")  # 0.1 + 0.2 is shown as 0.3, and that is what was meant
    return str(int(shown)) if shown == int(shown) else repr(shown)


def row_texts(row: list[object]) -> list[str]:
    """A quick `[cell_text(value) for value in row]`: most cells are texts or whole numbers."""
    return [
        value
        if value.__class__ is str
        else str(int(value))  # type: ignore[call-overload]
        if value.__class__ is float and value.is_integer() and -_EXACT_LIMIT < value < _EXACT_LIMIT  # type: ignore[attr-defined, operator]
        else cell_text(value)
        for value in row
    ]  # type: ignore[return-value]
