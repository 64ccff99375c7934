"""Small exports for tests: one valid row of each record type, files made of rows, and what staging says of them.

Rows are texts by contract column, as an agency would write them. All people are invented.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from kla_pipeline.intake.layouts import Layout, header_key
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.rule_texts import load_sheet
from kla_pipeline.quality.staging import StagedDelivery, StagedTable, stage_file
from kla_pipeline_tests.support import ROOT

SOURCES = ROOT / "kla_pipeline" / "sources"
RECEIVED = date(2026, 6, 30)
DELIVERY = "ab" * 32
TextRow = Mapping[str, str]
UNITS = ("UPTD PPA", "DP3A", "Unit PPA", "Rumah Aman")
FACILITIES = ("Komputer", "Kendaraan", "Ruang Konseling", "Arsip", "Rumah Aman")

# one row of each record type that no rule objects to, as its rules file has it; keys come from `NUMBERED`
GOOD: dict[str, dict[str, str]] = {
    sheet.record: dict(sheet.row) for sheet in map(load_sheet, sorted(SOURCES.glob("*/rules/*.yaml")))
}
# values that follow from the row's number: every row has a key of its own and is no near duplicate of another
NUMBERED: dict[str, dict[str, str]] = {
    "disaster_event": {"event_id": "E-{n}", "injured": "{n}"},
    "mechanism_check": {"reference_year": "{year}", "item_id": "CD{item:02d}"},
    "violence_victim": {"register_no": "R-{n}", "victim_no": "1", "name": "Anak Uji {n}"},
    "victim_service": {"register_no": "R-{n}", "victim_no": "1"},
    "staff": {"staff_no": "P-{n}"},
    "facility_item": {"reference_year": "{year}", "unit": "{unit}", "item": "{facility}"},
    "ppks": {"ppks_no": "PPKS-{n}", "name": "Anak Uji {n}"},
    "ppks_service": {"ppks_no": "PPKS-{n}"},
    "child_labour": {"labour_no": "PA-{n}", "name": "Anak Uji {n}"},
    "juvenile_case": {"register_no": "B-{n}", "child_no": "1", "name": "Anak Uji {n}"},
    "region": {"area_code": "36.73.01.{n:04d}"},
    "population": {"reference_year": "2025", "area_code": "36.73.01.{n:04d}", "age_from": "0", "age_to": "17"},
    "violence_monthly": {"area": "Wilayah {n}"},
    "violence_months": {"area": "Wilayah {n}"},
    "violence_split": {"area": "Wilayah {n}"},
    "violence_aggregate": {"row_no": "{n}"},
    "ppks_list": {"person_ref": "D-{n}", "name": "Anak Uji {n}"},
    "ppks_area": {"kecamatan_name": "Kecamatan {n}"},
    "ppks_years": {"kecamatan_name": "Kecamatan {n}"},
    "social_aid": {"kecamatan_name": "Kecamatan {n}"},
    "crime_statistic": {"unit_name": "Satuan {n}"},
    "disaster_report": {"report_no": "{n}", "injured": "{n}"},
    "flood_report": {"kelurahan_name": "Kelurahan {n}"},
    "fire_report": {"place": "Tempat {n}"},
    "disaster_statistic": {"indicator": "jumlah_{n}"},
    "disaster_by_area": {"kecamatan_name": "Kecamatan {n}"},
    "disaster_by_hazard": {"hazard_name": "Jenis {n}"},
}


@cache
def the_catalogue() -> Catalogue:
    """Everything the package declares."""
    return load_catalogue([SOURCES])


def contract_of(record: str) -> RecordType:
    """The contract of a record type."""
    return the_catalogue().contracts()[record]


RECORDS = sorted(GOOD)


def layout_of(record: str) -> Layout:
    """A layout of the record type: of several the one that reads most columns, then the first by name."""
    layouts = [layout for agency in the_catalogue().agencies.values() for layout in agency.layouts]
    of_record = [layout for layout in layouts if layout.record == record]
    return min(of_record, key=lambda layout: (-len(layout.columns), layout.id))


def plain_layout(record: str) -> Layout:
    """A layout made up for tests: every column of the contract stands under its own name in the header."""
    columns = contract_of(record).columns
    many = {name: rf"{header_key(name)} (?P<label>.+)" for name, column in columns.items() if column.kind == "series"}
    model = layout_of(record)
    return Layout(
        id=f"{model.agency}.plain_{record}",
        agency=model.agency,
        record=record,
        mode="increment",
        columns={name: (name,) for name in columns if name not in many},
        series=many,
        decimal_comma=model.decimal_comma,
    )


def good_row(record: str, number: int, **changes: str) -> dict[str, str]:
    """A valid row with a key of its own, apart from the changes."""
    facts = {"n": number, "year": 2000 + number // 20, "item": number % 20 + 1}
    facts |= {"unit": UNITS[number % 4], "facility": FACILITIES[number // 4 % 5]}
    numbered = {name: pattern.format(**facts) for name, pattern in NUMBERED[record].items()}
    return GOOD[record] | numbered | changes


def labels_of(layout: Layout) -> list[tuple[str, str]]:
    """(contract column, label) of each of the many headers of a series, as the record's good row has them."""
    return [(column, label) for column in layout.series for label in json.loads(GOOD[layout.record][column])]


def header_of(layout: Layout) -> list[str]:
    """The layout's own header: the first name of each column, its series, then the columns it does not read.

    The headers of a series bear its column's name, as `plain_layout` reads them.
    """
    many = [f"{column} {label}" for column, label in labels_of(layout)]
    return [names[0] for names in layout.columns.values()] + many + list(layout.ignored)


def cells_of(layout: Layout, row: TextRow) -> list[str]:
    """The cells of a row under `header_of`; `_beyond` is a cell beyond the header."""
    series = {column: json.loads(row.get(column) or "{}") for column in layout.series}
    many = [series[column].get(label, "") for column, label in labels_of(layout)]
    cells = [row.get(column, "") for column in layout.columns] + many + [""] * len(layout.ignored)
    return [*cells, row["_beyond"]] if "_beyond" in row else cells


def csv_text(layout: Layout, rows: Iterable[TextRow], above: Iterable[Sequence[str]] = ()) -> str:
    """An export as text with semicolons."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerows([*above, header_of(layout), *(cells_of(layout, row) for row in rows)])
    return stream.getvalue()


def stage_text(
    text: str | bytes, agency: str, folder: Path, name: str = "ekspor.csv", catalogue: Catalogue | None = None
) -> StagedDelivery:
    """What staging makes of a file with this content."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return stage_file(path, name, agency, catalogue or the_catalogue(), RECEIVED, DELIVERY)


def only(layout: Layout) -> Catalogue:
    """The package's declarations with this layout as the only one of its agency."""
    known = the_catalogue()
    agency = replace(known.agency(layout.agency), layouts=(layout,))
    return replace(known, agencies={**known.agencies, agency.id: agency})


def stage_rows(record: str, rows: Iterable[TextRow], folder: Path) -> StagedTable:
    """The one table of an export made of these rows, in a layout that has a header for every column."""
    layout = layout_of(record)
    if set(layout.columns) != set(contract_of(record).columns):
        layout = plain_layout(record)
    staged = stage_text(csv_text(layout, rows), layout.agency, folder, catalogue=only(layout))
    assert staged.refusal is None, staged.refusal
    (table,) = staged.tables
    return table


def broken_rules(table: StagedTable) -> list[set[str]]:
    """For each data row of a table the rules it breaks, without the record's name in front."""
    names = [(outcome.rule.removeprefix(f"{table.record}."), outcome.failed) for outcome in table.rules]
    return [{name for name, failed in names if failed[position]} for position in range(len(table.outcomes))]
