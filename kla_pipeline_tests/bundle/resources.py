"""Staff and facilities of the synthetic offices, one workbook per year.

Here: who works where at which share of a post, and what a unit has. Not here: the disaster checklist (mechanism.py).
Staff lists are full lists: somebody who left stands in the next one with an end date. Facility lists hold one year
each.
"""

from __future__ import annotations

from datetime import date

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.codes import code_list
from kla_pipeline_tests.bundle.tables import SYNTHETIC, File, Row, Table

UPTD, UNIT_PPA = "UPTD PPA Sintetis", "Unit PPA Sintetis"
YEARS = (2024, 2025)
# number, role, share of a post, start, end; the follow-up section is filled in 2025 only
STAFF: tuple[tuple[str, str, float, date, date | None], ...] = (
    ("P01", "KEPALA", 1.0, date(2021, 3, 1), None),
    ("P02", "ADMIN", 1.0, date(2022, 1, 3), None),
    ("P03", "PENGADUAN", 1.0, date(2022, 1, 3), None),
    ("P04", "PEKERJA_KASUS", 1.0, date(2022, 6, 1), None),
    ("P05", "PEKERJA_KASUS", 1.0, date(2023, 2, 1), date(2025, 3, 31)),
    ("P06", "PEKERJA_KASUS", 0.5, date(2024, 7, 1), None),
    ("P07", "PSIKOLOG", 0.5, date(2023, 1, 2), None),
    ("P08", "PENGACARA", 0.25, date(2023, 1, 2), date(2024, 9, 30)),
    ("P09", "PEKSOS", 1.0, date(2022, 9, 1), None),
    ("P10", "ADMIN", 0.5, date(2024, 2, 1), None),
    ("P11", "PEKERJA_KASUS", 1.0, date(2025, 4, 1), None),
    ("P12", "TINDAK_LANJUT", 1.0, date(2025, 1, 2), None),
    ("P13", "PENGACARA", 0.5, date(2025, 2, 3), None),
    ("P14", "PSIKOLOG", 1.0, date(2025, 6, 2), None),
)
# (year, unit) -> item: present, working; an item that is missing was not looked at
FACILITIES: dict[tuple[int, str], dict[str, tuple[bool | None, bool | None]]] = {
    (2024, UPTD): {
        "RUANG_PENGADUAN": (True, True),
        "RUANG_KONSELING": (True, True),
        "RUANG_PERIKSA_ANAK": (False, None),
        "RUMAH_AMAN": (False, None),
        "KENDARAAN": (True, False),
        "KOMPUTER": (True, True),
    },
    (2025, UPTD): {
        "RUANG_PENGADUAN": (True, True),
        "RUANG_KONSELING": (True, True),
        "RUANG_PERIKSA_ANAK": (True, True),
        "RUMAH_AMAN": (False, None),
        "KENDARAAN": (True, True),
        "KOMPUTER": (True, True),
        "ARSIP_AMAN": (True, True),
    },
    (2024, UNIT_PPA): {
        "RUANG_PENGADUAN": (True, True),
        "RUANG_KONSELING": (False, None),
        "RUANG_PERIKSA_ANAK": (True, True),
        "KENDARAAN": (True, True),
        "KOMPUTER": (True, False),
        "ARSIP_AMAN": (True, True),
    },
    (2025, UNIT_PPA): {
        "RUANG_PENGADUAN": (True, True),
        "RUANG_KONSELING": (True, True),
        "RUANG_PERIKSA_ANAK": (True, True),
        "KENDARAAN": (True, True),
        "KOMPUTER": (True, True),
    },
}
NOT_REQUIRED = {(UNIT_PPA, "RUMAH_AMAN"), (UNIT_PPA, "RUANG_KONSELING")}


def files() -> list[File]:
    return [
        file
        for year in YEARS
        for file in (_staff(year), _facilities(year, "dp3a", UPTD), _facilities(year, "polres", UNIT_PPA))
    ]


def _staff(year: int) -> File:
    day = date(year, 12, 31)
    rows = [
        Row(
            {
                "staff_no": f"SINT-{staff_no}",
                "unit": UPTD,
                "role": role,
                "fte": fte,
                "start_date": start,
                "end_date": end if end and end <= day else None,
            },
            is_update=start.year < year,
        )
        for staff_no, role, fte, start, end in STAFF
        if start <= day
    ]
    titles = (SYNTHETIC, "DAFTAR PETUGAS", f"Posisi: 31-12-{year}")
    table = Table(
        "staff", "dp3a", ("staff_no",), layouts.STAFF, layouts.ANNUAL, titles, "Petugas", rows, is_snapshot=True
    )
    return File(f"dp3a/petugas_sintetis_{year}.xlsx", [table], day)


def _facilities(year: int, agency: str, unit: str) -> File:
    checked = date(year, 11, 14)
    answers = FACILITIES[(year, unit)]
    rows = []
    for item in code_list("facility_item"):
        present, working = answers.get(item, (None, None))
        facts = {
            "reference_year": year,
            "unit": unit,
            "item": item,
            "is_required": (unit, item) not in NOT_REQUIRED,
            "is_present": present,
            "is_working": working,
            "checked_on": checked if present is not None else None,
        }
        rows.append(Row(facts))
    titles = (SYNTHETIC, "DAFTAR SARANA", f"Tahun: {year}. Tanggal ekspor: 31-12-{year}")
    key = ("reference_year", "unit", "item")
    table = Table("facility_item", agency, key, layouts.FACILITY, layouts.ANNUAL, titles, "Sarana", rows)
    return File(f"{agency}/sarana_sintetis_{year}.xlsx", [table], date(year, 12, 31))
