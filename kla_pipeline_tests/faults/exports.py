"""Small exports written by a test: one readable line per row, the rest valid and dull.

Here: registers as CSV or XLSX with the agencies' own headers (from the bundle's layouts). Not here: expectations, and
files that must be refused (bundle/bad_files.py). People are invented and every register says so in its first line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.tables import SYNTHETIC, Column

Cells = Mapping[str, object]
NOBODY = "Tokoh Rekaan"  # the one name that all rows bear

_DIBI = [
    "id", "Tanggal / Waktu Kejadian", "Minggu", "Bulan", "Tahun", "Kode Provinsi", "Provinsi", "Kode Kabupaten",
    "Kabupaten", "Kode Jenis Kejadian", "Nama Kejadian", "Jenis Bencana", "is_bencana", "Jumlah Kejadian",
    "Meninggal", "Hilang", "Luka / Sakit", "menderita_mengungsi", "Rumah Rusak Berat", "Rumah Rusak Sedang",
    "Rumah Rusak Ringan", "Rumah Terendam", "Satuan Pendidikan Rusak", "Rumah Ibadat Rusak",
    "Fasilitas Pelayanan Kesehatan Rusak", "Kantor Rusak", "Jembatan Rusak",
]  # fmt: skip


def csv_text(columns: Sequence[Column], rows: Iterable[Cells], *titles: str, delimiter: str = ",") -> str:
    """Titles, the header of the columns, one line per row; `rows` name cells by contract column."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([title] for title in titles)
    writer.writerow([column.header for column in columns])
    writer.writerows(_cells(columns, row) for row in rows)
    return out.getvalue()


def xlsx_bytes(*sheets: tuple[str, Sequence[Column], Iterable[Cells], Sequence[str]]) -> bytes:
    """A workbook of (sheet name, columns, rows, titles)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, columns, rows, titles in sheets:
        sheet = book.create_sheet(name)
        for title in titles:
            sheet.append([title])
        sheet.append([column.header for column in columns])
        for row in rows:
            sheet.append(_cells(columns, row))
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def _cells(columns: Sequence[Column], row: Cells) -> list[object]:
    unknown = set(row) - {column.field for column in columns}
    assert not unknown, f"the export has no columns {sorted(unknown)}"
    return [row.get(column.field, "") if column.field else "" for column in columns]


def person(number: int | str, **cells: object) -> dict[str, object]:
    """A row of the PPKS roster: a neglected child of ten from the city, reported on 5 March 2025, case open."""
    return {
        "ppks_no": f"P{number}", "no_nik_reason": "belum punya", "name": NOBODY, "birth_date": "15/01/2015",
        "sex": "P", "category": "Anak terlantar", "district": "Kota Serang", "kecamatan": "Serang",
        "report_date": "05/03/2025", "status": "Aktif",
    } | cells  # fmt: skip


def roster(*rows: Cells, position: str = "31-12-2025", mark: str = SYNTHETIC) -> str:
    """The PPKS roster as it stood on a day; a snapshot. `mark=''` makes it pass for real."""
    return csv_text(layouts.PPKS, rows, mark, f"Posisi: {position}")


def service(number: int | str, code: str = "Terapi", when: str = "10/04/2025") -> dict[str, object]:
    """A service to a person of the roster."""
    return {"ppks_no": f"P{number}", "service_code": code, "service_date": when, "provider": "LKSA Rekaan"}


def services(*rows: Cells, position: str = "31-12-2025") -> str:
    """Services of the social office; a snapshot."""
    return csv_text(layouts.PPKS_SERVICES, rows, SYNTHETIC, f"Posisi: {position}", delimiter=";")


def worker(number: int | str, **cells: object) -> dict[str, object]:
    """A row of the child labour register: a boy of fifteen in street work, identified on 1 April 2025."""
    return {
        "labour_no": f"L{number}", "no_nik_reason": "belum punya", "name": NOBODY, "birth_date": "15/01/2010",
        "sex": "L", "district": "Kota Serang", "kecamatan": "Serang", "identified_date": "01/04/2025",
        "work_form": "BPTA-08", "is_worst_form": "Ya",
    } | cells  # fmt: skip


def labour(*rows: Cells, position: str = "31-12-2025") -> bytes:
    """The register of child labour as a workbook; a snapshot."""
    return xlsx_bytes(("Pekerja Anak", layouts.LABOUR, rows, (SYNTHETIC, f"Posisi: {position}")))


def case(number: int | str, **cells: object) -> dict[str, object]:
    """A row of the police register: a boy of fifteen, diverted with an agreement, closed on 20 May 2025."""
    return {
        "register_no": f"C{number}", "child_no": 1, "lp_no": "LP/B/1/IV/2025/SPKT", "lp_date": "10-04-2025",
        "role": "Pelaku", "no_nik_reason": "belum punya", "name": NOBODY, "birth_date": "15-01-2010", "sex": "L",
        "tkp_district": "Kota Serang", "tkp_kecamatan": "Serang", "incident_date": "08-04-2025",
        "offence": "362 KUHP", "is_narcotics": "Tidak", "threat_years": 5, "is_repeat": "Tidak", "outcome": "Diversi",
        "outcome_doc_no": "D-1", "closed_date": "20-05-2025",
    } | cells  # fmt: skip


def cases(month: str, *rows: Cells, exported: str = "") -> str:
    """The police register of a month (`05/2025`); an increment. Without rows it is a nil report."""
    day = (f"Tanggal ekspor: {exported}",) if exported else ()
    return csv_text(layouts.JUVENILE, rows, SYNTHETIC, f"Periode: {month}", *day)


def staff(year: int, *rows: Cells, exported: str = "") -> bytes:
    """Staff in post at the end of a year; a snapshot."""
    day = (f"Tanggal ekspor: {exported}",) if exported else ()
    return xlsx_bytes(("Petugas", layouts.STAFF, rows, (SYNTHETIC, f"Posisi: 31-12-{year}", *day)))


def post(number: int | str, **cells: object) -> dict[str, object]:
    """A case worker serving full time since 2020."""
    return {
        "staff_no": f"S{number}",
        "unit": "UPTD PPA",
        "role": "Pekerja Kasus",
        "fte": "1",
        "start_date": "01/01/2020",
    } | cells


def counted(number: int, population: int = 1000, year: int = 2025, **cells: object) -> dict[str, object]:
    """Children of one year of age in the city."""
    return {
        "reference_year": year, "area_code": "36.73", "sex": "LP", "age_from": number, "age_to": number,
        "population": population, "source": "Angka rekaan", "source_date": "2025-12-31",
    } | cells  # fmt: skip


def population(*rows: Cells) -> str:
    """Population by age; a neutral file that is neither synthetic nor real."""
    return csv_text(layouts.POPULATION, rows)


def flood(number: int | str, when: str = "2025-02-27 18:32:00.000", **cells: object) -> dict[str, object]:
    """An event of the national list in this city."""
    values = {
        "id": f"E{number}", "Tanggal / Waktu Kejadian": when, "Minggu": 9, "Bulan": int(when[5:7]),
        "Tahun": when[:4], "Kode Provinsi": "36", "Provinsi": "Banten", "Kode Kabupaten": "36.73",
        "Kabupaten": "Kota Serang", "Kode Jenis Kejadian": "1010", "Nama Kejadian": "Banjir",
        "Jenis Bencana": "Banjir", "is_bencana": "True", "Jumlah Kejadian": "1.0",
    }  # fmt: skip
    return values | cells


def events(*rows: Cells) -> str:
    """The national event list; its file name carries the day of export. A neutral snapshot."""
    columns = [Column(header, header) for header in _DIBI]
    return csv_text(columns, [dict.fromkeys(_DIBI[14:], 0) | dict(row) for row in rows])
