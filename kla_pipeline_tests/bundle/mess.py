"""Writes facts as an office would, and messes up cells in ways that a reader must repair without being asked.

Here: one plain way to write each kind of column, and the repairable variations of it (extra blanks, case, another date
format, a label variant, "-" for empty, an apostrophe before a NIK …). Not here: mess that must be rejected or flagged
(defects.py).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from kla_pipeline_tests.bundle.calendars import write_date
from kla_pipeline_tests.bundle.codes import label, variants
from kla_pipeline_tests.bundle.people import CITY, KECAMATAN, OUTSIDE
from kla_pipeline_tests.bundle.tables import Break, Cell, Column, File, Row, Style, Table

CHANCE = {"none": 0.0, "normal": 0.035, "heavy": 0.25}

Variation = tuple[str, Cell]  # name of the repair, the cell as it is written


def write_cells(file: File, rng: random.Random, level: str) -> None:
    """Fills `cells` of every row of the file; each repairable variation is noted as a `repaired` break of the row."""
    for table in file.tables:
        chance = 0.0 if table.is_real else CHANCE[level]
        for row in table.rows:
            if row.copy_of is None:
                row.cells = [_cell(column, row, table, file.is_workbook, rng, chance) for column in table.columns]
        for row in table.rows:
            if row.copy_of is not None:
                row.cells = list(row.copy_of.cells)
                _overwrite(row, table)


def _overwrite(row: Row, table: Table) -> None:
    for index, column in enumerate(table.columns):
        if column.field in row.override:
            row.cells[index] = row.override[column.field]


def _cell(column: Column, row: Row, table: Table, is_workbook: bool, rng: random.Random, chance: float) -> Cell:
    if column.field is None:
        return row.ignored.get(column.header, "")
    if column.field in row.override:
        return row.override[column.field]
    value = row.facts.get(column.field)
    plain = plain_cell(column, value, table.style)
    if rng.random() >= chance:
        return plain
    choices = variations(column, value, table.style, is_workbook, rng)
    if not choices:
        return plain
    name, cell = rng.choice(choices)
    row.breaks.append(Break(f"repair.{name}", "repaired", column.header))
    return cell


def plain_cell(column: Column, value: Any, style: Style) -> Cell:
    """The one ordinary way to write a value; None is an empty cell."""
    if value is None:
        return ""
    writer = _PLAIN.get(column.kind)
    return writer(column, value, style) if writer else str(value)


def _plain_code(column: Column, value: Any, style: Style) -> str:
    return label(column.codes, value)


def _plain_multi(column: Column, value: Any, style: Style) -> str:
    return style.separator.join(label(column.codes, code) for code in value)


def _plain_date(column: Column, value: date, style: Style) -> Cell:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value if style.date == "cell" else write_date(value, style.date)


def _plain_decimal(column: Column, value: float, style: Style) -> Cell:
    return f"{value:g}".replace(".", style.decimal)


def _plain_district(column: Column, value: str, style: Style) -> str:
    return "Kota Serang" if value == CITY else OUTSIDE[value]


_PLAIN: dict[str, Callable[[Column, Any, Style], Cell]] = {
    "code": _plain_code,
    "multi": _plain_multi,
    "date": _plain_date,
    "decimal": _plain_decimal,
    "district": _plain_district,
    "kecamatan": lambda column, value, style: KECAMATAN[value],
    "bool": lambda column, value, style: "Ya" if value else "Tidak",
    "int": lambda column, value, style: value,
}


def variations(column: Column, value: Any, style: Style, is_workbook: bool, rng: random.Random) -> list[Variation]:
    """What an office might have written instead, each with the same meaning."""
    if value is None:
        return [("dash_as_empty", "-")] if rng.random() < 0.5 else []
    plain = plain_cell(column, value, style)
    if column.kind == "date":
        return _date_variations(value, style, is_workbook)
    if column.kind == "nik":
        return [("apostrophe", f"'{plain}"), ("blanks", f"{plain} ")]
    if column.kind in ("int", "decimal"):
        return [("blanks", f" {plain} ")] if not is_workbook else []
    if column.field == "lp_no":
        return [("blanks", str(plain).replace("/", " / ")), ("case", str(plain).lower())]
    text = str(plain)
    found: list[Variation] = [("blanks", f"{text} "), ("blanks", f" {text}")]
    if " " in text and column.kind in ("text", "code"):
        found.append(("blanks", text.replace(" ", "  ", 1)))
    if column.kind != "text" or column.field == "name":
        found += [("case", text.upper()), ("case", text.lower())]
    return found + _kind_variations(column, value, rng)


def _date_variations(value: date, style: Style, is_workbook: bool) -> list[Variation]:
    found: list[Variation] = [
        ("date_format", write_date(value, other)) for other in ("iso", "slash", "dash", "words") if other != style.date
    ]
    if is_workbook and style.date != "cell":
        found.append(("date_cell", value))
    return found


def _kind_variations(column: Column, value: Any, rng: random.Random) -> list[Variation]:
    if column.kind == "code":
        words = variants(column.codes, value)
        return [("label_variant", rng.choice(words)), ("label_variant", rng.choice(words))] if words else []
    if column.kind == "letter":
        return [("label_variant", word) for word in variants(column.codes, value)]
    if column.kind == "multi":
        words = [rng.choice([*variants(column.codes, code), label(column.codes, code)]) for code in value]
        return [("label_variant", ", ".join(words))]
    if column.kind == "kecamatan":
        return [("place_prefix", f"Kec. {KECAMATAN[value]}")]
    if column.kind == "district" and value == CITY:
        return [("place_code", CITY)]
    return []
