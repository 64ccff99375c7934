"""Reference files of the bundle: the city's real regions and total, an invented child population, the real floods.

Here: the exports of the agencies `reference` and (for the floods) `bpbd`. Not here: the facts themselves (floods.py
and the region list of kla_pipeline). The child population is synthetic and says so in its name, title and every source
cell; the city total of 2025 is real. Rows of 2023 in the synthetic file exist to be rejected.
"""

from __future__ import annotations

import csv
from datetime import date

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.codes import SOURCES
from kla_pipeline_tests.bundle.floods import HEADER, flood_rows
from kla_pipeline_tests.bundle.people import CITY, KECAMATAN
from kla_pipeline_tests.bundle.tables import SYNTHETIC, Column, File, Row, Style, Table

CITY_TOTAL = 768_377
TOTAL_SOURCE = "Jumlah penduduk Kota Serang 2025 (angka publik)"
CHILD_SOURCE = "Data sintetis, bukan angka resmi"
EDITION = date(2025, 12, 31)
BANDS = ((0, 5), (6, 12), (13, 17))
# children of both sexes by kecamatan in 2024: invented, of the order a city of this size has
CHILDREN = {
    "36.73.01": (24_150, 29_310, 20_460),
    "36.73.02": (12_390, 14_970, 10_530),
    "36.73.03": (11_340, 13_650, 9_570),
    "36.73.04": (6_480, 7_860, 5_460),
    "36.73.05": (11_190, 13_500, 9_480),
    "36.73.06": (11_520, 13_890, 9_750),
}
KEY = ("reference_year", "area_code", "sex", "age_from", "age_to")


def files() -> list[File]:
    return [_regions(), _total(), _children(), _floods()]


def _regions() -> File:
    with (SOURCES / "reference" / "regions.csv").open(encoding="utf-8", newline="") as handle:
        found = [row for row in csv.DictReader(handle) if row["code"] == "36" or row["code"].startswith(CITY)]
    rows = [
        Row(
            {
                "area_code": row["code"],
                "area_name": row["name"],
                "area_level": row["level"],
                "parent_code": row["parent"] or None,
                "valid_from": date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
                "valid_to": None,
            }
        )
        for row in found
    ]
    table = Table("region", "reference", ("area_code",), layouts.REGION, layouts.ISO, rows=rows, is_real=True)
    return File("reference/wilayah_kota_serang_2025.csv", [table], EDITION)


def _population(rows: list[Row], titles: tuple[str, ...], path: str, *, is_real: bool) -> File:
    table = Table("population", "reference", KEY, layouts.POPULATION, layouts.ISO, titles, rows=rows, is_real=is_real)
    return File(path, [table], EDITION)


def _total() -> File:
    rows = [_count(2025, CITY, "LP", (0, 120), CITY_TOTAL, TOTAL_SOURCE)]
    return _population(rows, (), "reference/penduduk_kota_serang_2025.csv", is_real=True)


def _children() -> File:
    rows = [
        _count(year, area, sex, band, _children_of(year, area, sex, index), CHILD_SOURCE)
        for year in (2024, 2025)
        for area in (CITY, *KECAMATAN)
        for sex in "LP"
        for index, band in enumerate(BANDS)
    ]
    rows += [_count(2023, CITY, "L", band, 1, CHILD_SOURCE) for band in (*BANDS, (0, 17))]
    titles = (SYNTHETIC, "PENDUDUK ANAK MENURUT KECAMATAN", f"Posisi: {EDITION:%d-%m-%Y}")
    return _population(rows, titles, "reference/penduduk_anak_sintetis_2024_2025.csv", is_real=False)


def _children_of(year: int, area: str, sex: str, band: int) -> int:
    """The city is the sum of its kecamatan; boys are 51 of 100; 2025 has one in fifty more."""
    if area == CITY:
        return sum(_children_of(year, kecamatan, sex, band) for kecamatan in KECAMATAN)
    both = CHILDREN[area][band] + (CHILDREN[area][band] // 50 if year == 2025 else 0)
    boys = both * 51 // 100
    return boys if sex == "L" else both - boys


def _count(year: int, area: str, sex: str, band: tuple[int, int], people: int, source: str) -> Row:
    values = (year, area, sex, *band, people, source, EDITION if source == CHILD_SOURCE else None)
    names = [column.field or "" for column in layouts.POPULATION]
    return Row(dict(zip(names, values, strict=True)))


def _floods() -> File:
    columns = tuple(Column(name, name) for name in HEADER)
    rows = [Row(dict(zip(HEADER, cells, strict=True))) for cells in flood_rows()]
    table = Table("disaster_event", "bpbd", ("id",), columns, Style("iso"), rows=rows, is_real=True, is_snapshot=True)
    return File("bpbd/dibi_kota_serang_banjir_20260609.csv", [table], date(2026, 6, 9), line_end="\n")
