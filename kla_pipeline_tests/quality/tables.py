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
from kla_pipeline.quality.staging import StagedDelivery, StagedTable, stage_file
from kla_pipeline_tests.support import ROOT

SOURCES = ROOT / "kla_pipeline" / "sources"
RECEIVED = date(2026, 6, 30)
DELIVERY = "ab" * 32
TextRow = Mapping[str, str]
UNITS = ("UPTD PPA", "DP3A", "Unit PPA", "Rumah Aman")
FACILITIES = ("Komputer", "Kendaraan", "Ruang Konseling", "Arsip", "Rumah Aman")

# one row of each record type that no rule objects to; keys come from `key`
GOOD: dict[str, dict[str, str]] = {
    "disaster_event": {
        "event_at": "2025-03-01 08:30:00", "week": "9", "month": "3", "year": "2025", "province_code": "36",
        "province_name": "Banten", "district_code": "36.73", "district_name": "Kota Serang", "hazard_code": "101",
        "hazard_name": "Banjir", "is_disaster": "1", "event_share": "1", "deaths": "0", "houses_flooded": "12",
    },
    "mechanism_check": {
        "owner": "BPBD", "verdict": "Tidak berlaku", "reason": "Bukan wilayah pesisir", "doc_no": "188/12/2025",
        "doc_date": "02/01/2025", "checked_on": "31/12/2025", "weight": "1",
    },
    "violence_victim": {
        "nik": "3673011203150001", "birth_date": "12/03/2015", "sex": "L", "district": "Kota Serang",
        "kecamatan": "Kasemen", "incident_date": "01/02/2025", "report_date": "03/02/2025", "date_quality": "Pasti",
        "violence_forms": "Fisik, Psikis", "location": "Rumah Tangga", "relation": "Orang Tua", "is_domestic": "Ya",
        "has_disability": "Tidak", "case_status": "Selesai", "closed_date": "01/04/2025",
    },
    "victim_service": {"service_code": "Kesehatan", "service_date": "04/02/2025", "provider": "RSUD"},
    "staff": {
        "unit": "UPTD PPA", "role": "Psikolog", "fte": "0,5", "start_date": "01/01/2024", "end_date": "31/12/2025",
    },
    "facility_item": {
        "unit": "UPTD PPA", "is_required": "Ya", "is_present": "Ya", "is_working": "Tidak", "checked_on": "01/12/2025",
    },
    "ppks": {
        "nik": "3673015203150002", "birth_date": "12/03/2015", "sex": "P", "category": "PMKS-03",
        "district": "Kota Serang", "kecamatan": "Curug", "report_date": "01/02/2025", "status": "Selesai",
        "closed_date": "01/03/2025",
    },
    "ppks_service": {"service_code": "PENDATAAN", "service_date": "04/02/2025", "provider": "Dinas Sosial"},
    "child_labour": {
        "nik": "3673011203100003", "birth_date": "12/03/2010", "sex": "L", "district": "Kota Serang",
        "kecamatan": "Taktakan", "identified_date": "01/02/2025", "work_form": "BPTA-01", "is_worst_form": "Ya",
        "verified_date": "02/02/2025", "withdrawn_date": "10/02/2025", "placed_date": "20/02/2025",
        "placement": "Sekolah",
    },
    "juvenile_case": {
        "lp_no": "LP/B/12/II/2025/SPKT/POLRESTA SERANG KOTA/POLDA BANTEN", "lp_date": "03/02/2025", "role": "Pelaku",
        "nik": "3673011203100004", "birth_date": "12/03/2010", "sex": "L", "tkp_district": "Kota Serang",
        "tkp_kecamatan": "Serang", "incident_date": "01/02/2025", "offence": "351", "is_narcotics": "Tidak",
        "threat_years": "2,5", "is_repeat": "Tidak", "stage": "Penyidikan", "outcome": "Diversi",
        "outcome_doc_no": "1/Pen.Div/2025", "closed_date": "01/04/2025",
    },
    "region": {"area_name": "Kelurahan Uji", "area_level": "kelurahan", "parent_code": "36.73.01"},
    "population": {"sex": "L", "population": "120", "source": "Dukcapil", "source_date": "2025-06-30"},
    "violence_monthly": {
        "reference_year": "2025", "month": "Januari", "violence_form": "Fisik", "sex": "Perempuan", "age_band": "13-17",
        "victim_group": "Anak", "unit": "Korban", "topic": "kekerasan", "cases": "3", "district": "Kota Serang",
    },
    "violence_months": {
        "reference_year": "2025", "violence_form": "Fisik", "sex": "Perempuan", "age_band": "13-17",
        "victim_group": "Anak", "unit": "Korban", "topic": "kekerasan", "counts": '{"januari": "3", "februari": "1"}',
        "stated_total": "4", "district": "Kota Serang",
    },
    "violence_split": {
        "across": "sex", "reference_year": "2025", "month": "Januari", "violence_form": "Fisik", "sex": "L+P",
        "age_band": "13-17", "victim_group": "Anak", "unit": "Korban", "topic": "kekerasan",
        "counts": '{"laki-laki": "3", "perempuan": "1"}', "stated_total": "4", "district": "Kota Serang",
    },
    "violence_aggregate": {
        "district": "3273", "district_name": "KOTA BANDUNG", "reference_year": "2025", "sex": "Perempuan",
        "measure": "Korban", "dimension": "age", "category": "13-17", "persons": "3", "unit": "ORANG",
    },
    "ppks_list": {
        "nik": "3673015203150002", "birth_date": "12/03/2015", "sex": "P", "category": "PMKS-02|PMKS-05",
        "district": "Kota Serang", "kecamatan": "Curug", "report_date": "01/02/2025", "status": "Selesai",
    },
    "ppks_area": {
        "reference_year": "2025", "district": "Kota Serang",
        "counts": '{"anak terlantar": "12", "persentase ppks": "80"}',
    },
    "ppks_years": {
        "category": "Anak Terlantar", "first_year": "2024", "topic": "ppks", "district": "Kota Serang",
        "counts": '{"2024": "12", "2025": "9"}',
    },
    "social_aid": {"reference_year": "2025", "program": "PKH (KK)", "recipients": "120", "district": "Kota Serang"},
    "crime_statistic": {
        "area_kind": "Kota", "first_year": "2024",
        "reported": '{"2024": "1 029", "2025": "30"}', "resolved": '{"2024": "857", "2025": "30"}',
    },
    "disaster_report": {
        "generation": "dibi_2022", "hazard": "Banjir", "event_date": "01/03/2025", "district": "3673",
        "district_name": "Kota Serang", "province": "Banten", "deaths": "0", "houses_damaged": "6",
        "houses_heavy": "1", "houses_moderate": "2", "houses_light": "3",
    },
    "flood_report": {
        "event_date": "01/03/2025", "kecamatan_name": "Serang", "district": "Kota Serang", "kecamatan": "Serang",
        "kelurahan": "Unyur", "topic": "banjir", "height_cm": "30-40", "families": "12", "persons": "40",
        "displaced": "20", "children_displaced": "6", "children_0_5": "1", "children_6_12": "2", "children_13_17": "3",
    },
    "fire_report": {
        "event_date": "01/03/2025", "event_time": "13.45", "district": "Kota Serang", "kecamatan": "Serang",
        "kelurahan": "Unyur", "burnt_object": "Kios", "deaths": "0", "injured": "1", "loss_rp": "Rp6.000.000",
        "response_minutes": "15 menit",
    },
    "disaster_statistic": {
        "reference_year": "2025", "area_code": "3673", "area_name": "KOTA SERANG", "value": "4", "unit": "KEJADIAN",
    },
    "disaster_by_area": {
        "reference_year": "2025", "district": "Kota Serang", "events": "3", "destroyed": "0", "damaged": "2",
        "loss_rp": "Rp17.000.000",
    },
    "disaster_by_hazard": {
        "reference_year": "2025", "hazard": "Gempa_Bumi", "district": "Kota Serang", "events": "3",
    },
}  # fmt: skip
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
