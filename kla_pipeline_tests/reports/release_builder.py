"""Builds the three DuckDB files of an invented release, with every status, verdict and calendar state at least once.

Here: tables as the release writes them, filled with numbers that no agency ever sent. Not here: anything about a
person; the pages must work without.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from kla_pipeline.i18n import load
from kla_pipeline.i18n.formats import LANGS, Lang

CITY = "36.73"

MEASURE_COLUMNS = (
    "measure_id VARCHAR, measure_version INTEGER, area_level VARCHAR, area_code VARCHAR, period_type VARCHAR,"
    " period VARCHAR, breakdown VARCHAR, breakdown_value VARCHAR, numerator DOUBLE, denominator DOUBLE, value DOUBLE,"
    " unit VARCHAR, status VARCHAR, coverage DOUBLE, coverage_note VARCHAR, is_provisional BOOLEAN, linkage VARCHAR,"
    " numerator_min DOUBLE, numerator_max DOUBLE, denominator_min DOUBLE, denominator_max DOUBLE, unknown_count DOUBLE"
)
REGISTRY_COLUMNS = (
    "measure_id VARCHAR, name_id VARCHAR, name_en VARCHAR, unit VARCHAR, unit_id VARCHAR, unit_en VARCHAR,"
    " kind VARCHAR, direction VARCHAR,"
    " numerator_id VARCHAR, numerator_en VARCHAR, denominator_id VARCHAR, denominator_en VARCHAR,"
    " legal_source VARCHAR, readings_id VARCHAR[], readings_en VARCHAR[], disclosure_class VARCHAR,"
    " interpretation_id VARCHAR, interpretation_en VARCHAR"
)
QUALITY_TABLES = {
    "delivery": "delivery_id VARCHAR, delivery_label VARCHAR, agency VARCHAR, received_on DATE, verdict VARCHAR,"
    " reason_code VARCHAR, reason_id VARCHAR, reason_en VARCHAR, layouts VARCHAR, rows_read BIGINT,"
    " rows_accepted BIGINT, rows_rejected BIGINT, rows_set_aside BIGINT, period_start DATE, period_end DATE",
    "coverage": "agency VARCHAR, record VARCHAR, month DATE, delivery_id VARCHAR, basis VARCHAR, is_nil BOOLEAN,"
    " delivered_on DATE",
    "expected": "agency VARCHAR, record VARCHAR, month DATE, due_date DATE, delivered_on DATE, is_on_time BOOLEAN,"
    " is_overdue BOOLEAN",
    "reason": "row_id VARCHAR, delivery_id VARCHAR, agency VARCHAR, record VARCHAR, rule_id VARCHAR,"
    " column_name VARCHAR, stage VARCHAR",
    "flag": "row_id VARCHAR, delivery_id VARCHAR, agency VARCHAR, record VARCHAR, rule_id VARCHAR",
    "hold": "delivery_id VARCHAR, agency VARCHAR, record VARCHAR, reason_code VARCHAR, keys_before BIGINT,"
    " keys_withdrawn BIGINT",
    "comparison": "comparison_id VARCHAR, title_id VARCHAR, title_en VARCHAR, equal_means_id VARCHAR,"
    " equal_means_en VARCHAR, responsible VARCHAR[], compared BIGINT, differing BIGINT, one_sided BIGINT",
    "check_result": "check_id VARCHAR, is_blocking BOOLEAN, failures BIGINT, description VARCHAR",
    "rule": "rule_id VARCHAR, record VARCHAR, column_name VARCHAR, severity VARCHAR, scope VARCHAR, dimension VARCHAR,"
    " what_id VARCHAR, what_en VARCHAR, mend_id VARCHAR, mend_en VARCHAR, source VARCHAR",
    "reconciliation": "stage VARCHAR, delivery_id VARCHAR, agency VARCHAR, record VARCHAR, sheet VARCHAR,"
    " rows_read BIGINT, accepted BIGINT, rejected BIGINT, set_aside BIGINT, current_rows BIGINT,"
    " current_outside BIGINT, current_unknown BIGINT, superseded BIGINT, withdrawn BIGINT,"
    " rejected_at_build BIGINT, held BIGINT, corrected BIGINT, released BIGINT, difference BIGINT",
}

Row = tuple[Any, ...]


def measure(
    measure_id: str,
    name_id: str,
    name_en: str,
    unit: str,
    words: tuple[str, str, str, str],
    kind: str = "share",
    disclosure: str = "persons",
) -> Row:
    """A row of the registry; `words` are numerator and denominator, each Indonesian and English."""
    tail = (disclosure, f"Cara membaca {measure_id}.", f"How to read {measure_id}.")
    head = (measure_id, name_id, name_en, unit, f"{unit} (id)", f"{unit} (en)", kind, "up")
    return (*head, *words, "Permen PPPA 12/2011", [f"Bacaan {measure_id}."], [f"Reading {measure_id}."], *tail)


def cell(
    measure_id: str,
    period: str,
    n: float | None,
    big_n: float | None,
    value: float | None,
    status: str = "value",
    *,
    unit: str = "%",
    area: str = CITY,
    breakdown: tuple[str, str] = ("", ""),
    provisional: bool = False,
    note: str = "complete",
    linkage: str | None = None,
    bounds: tuple[float, float, float, float] | None = None,
    unknown: float | None = None,
    coverage: float | None = 1.0,
) -> Row:
    """A row of mart.measure; without bounds n and N are exact."""
    period_type = "year" if len(period) == 4 else "quarter" if "Q" in period else "month"
    level = "district" if area == CITY else "kecamatan"
    limits = bounds or (n, n, big_n, big_n)
    head = (measure_id, 1, level, area, period_type, period, *breakdown, n, big_n, value, unit, status)
    return (*head, coverage, note, provisional, linkage, *limits, unknown)


SERVED = ("anak yang memperoleh layanan", "children who received a service", "anak AMPK", "children in need")
REGISTRY = (
    measure("K5-28.a", "Anak dilayani, layanan apa pun", "Children served, any service", "%", SERVED),
    measure("K5-28.b", "Anak dilayani di luar pengaduan", "Children served beyond intake", "%", SERVED),
    measure("K5-28.c", "Layanan pertama dalam 30 hari", "First service within 30 days", "%", SERVED),
    measure("K5-28.09", "Korban kekerasan fisik/psikis", "Physical or psychological violence", "%", SERVED),
    measure("K5-28.12", "Anak dengan disabilitas", "Children with disability", "%", SERVED),
    measure("K5-28.07", "Anak dengan HIV/AIDS", "Children with HIV/AIDS", "%", SERVED),
    measure("K5-28.r", "Jumlah yang dilaporkan", "Reported totals", "%", (
        "korban terlayani", "victims served", "korban dilaporkan", "victims reported"), disclosure="internal"),
    measure("K5-29.a", "Kasus selesai secara restoratif", "Cases settled restoratively", "%", (
        "kasus ditutup dengan hasil restoratif", "cases closed restoratively", "kasus ditutup", "cases closed")),
    measure("K5-29.cohort", "Menurut tahun pendaftaran", "By year of registration", "%", (
        "kasus restoratif", "restorative cases", "kasus terdaftar", "cases registered")),
    measure("K5-29.low", "Hasil tidak diketahui dihitung tidak", "Unknown outcome counted as no", "%", (
        "kasus restoratif", "restorative cases", "kasus ditutup", "cases closed")),
    measure("K5-29.b", "Hanya yang layak diversi", "Eligible for diversion only", "%", (
        "kasus restoratif", "restorative cases", "kasus layak diversi", "eligible cases")),
    measure("K5-30.exists", "Mekanisme ada dan mutakhir", "Mechanism exists and is current", "yes/no", (
        "butir wajib terpenuhi", "mandatory items met", "butir wajib yang berlaku", "mandatory items applicable"),
        "existence"),
    measure("K5-30.score", "Skor daftar periksa", "Checklist score", "%", (
        "bobot terpenuhi", "weight met", "bobot yang diperiksa", "weight checked")),
    measure("K5-30.coverage", "Butir yang diperiksa", "Items checked", "%", (
        "butir diperiksa", "items checked", "butir yang berlaku", "items applicable")),
    measure("K5-31.a", "Anak ditarik dan ditempatkan", "Children withdrawn and placed", "%", (
        "anak dibebaskan", "children freed", "anak dalam pekerjaan terburuk", "children in worst forms")),
    measure("K5-31.b", "Tetap bebas setelah 6 bulan", "Still free after 6 months", "%", (
        "anak tetap bebas", "children still free", "anak dibebaskan 6-12 bulan lalu", "freed 6-12 months ago")),
    measure("SDM-01", "Petugas lini depan per 10.000 anak", "Frontline staff per 10,000 children", "per 10k", (
        "FTE petugas", "staff FTE", "penduduk anak", "child population")),
    measure("SDM-02", "Kasus terbuka per pekerja kasus", "Open cases per case worker", "cases", (
        "kasus terbuka", "open cases", "FTE pekerja kasus", "case worker FTE")),
    measure("LAP-01", "Median jeda pelaporan", "Median reporting delay", "days", (
        "hari", "days", "kasus bertanggal", "dated cases"), "duration"),
    measure("LAP-08", "Kiriman tepat waktu", "Deliveries on time", "%", (
        "berkas tepat waktu", "files on time", "berkas diharapkan", "files expected")),
    measure("SAR-03", "Sarana wajib ada dan berfungsi", "Required facilities working", "%", (
        "sarana ada dan berfungsi", "items working", "sarana wajib", "required items")),
    measure("SAR-05", "Panggilan terjawab", "Calls answered", "%", ("terjawab", "answered", "panggilan", "calls")),
    measure("CTX-01", "Kejadian banjir", "Floods", "events", ("kejadian", "events", "", ""), "count"),
)  # fmt: skip


def city_cells() -> Iterable[Row]:
    """Cells of the city: the six statuses, provisional, partial, unlinked, buckets, kecamatan."""
    yield cell("K5-28.a", "2023", None, None, None, "not_reported", coverage=0.0)
    yield cell("K5-28.a", "2024", 52, 61, 85.2459016, unknown=3)
    yield cell("K5-28.a", "2025", 1204, 1433, 84.0195394, unknown=4)
    yield cell("K5-28.a", "2026", 30, 41, 73.1707317, provisional=True)
    yield cell("K5-28.b", "2024", 30, 61, 49.1803279)
    yield cell("K5-28.b", "2025", 36, 72, None, "insufficient", linkage="none", bounds=(30, 41, 66, 78), coverage=0.75)
    yield cell("K5-28.b", "2026", 11, 41, 26.8292683, provisional=True)
    yield cell("K5-28.c", "2025", 33, 58, 56.8965517)
    yield cell("K5-28.09", "2025", 31, 40, 77.5)
    yield cell("K5-28.r", "2021", 61, 193, 31.6062176)
    yield cell("K5-28.r", "2025", None, None, None, "not_reported")
    yield cell("K5-28.r", "2021", 19, 17, None, "insufficient", area="36.73.01")
    yield cell("K5-28.12", "2025", 0, 0, None, "not_applicable")
    yield cell("K5-28.07", "2025", None, None, None, "suppressed")
    for code, n, big_n in (("outside", 3, 5), ("age_unknown", 0, 4), ("stale_open", 1, 6)):
        yield cell("K5-28.a", "2025", n, big_n, None, breakdown=("bucket", code))
    for number, n, big_n in ((1, 20, 25), (2, 11, 12), (3, 9, 11), (4, 5, 6), (5, 8, 9), (6, 4, 4)):
        yield cell("K5-28.a", "2025", n, big_n, 100 * n / big_n, area=f"36.73.0{number}")
        yield cell("K5-28.b", "2025", 0, big_n, 0.0, area=f"36.73.0{number}")
    yield cell("K5-28.a", "2025", 3, 5, 60.0, area="outside")
    yield cell("K5-29.a", "2024", 9, 14, 64.2857143)
    yield cell("K5-29.a", "2025", 11, 16, 68.75)
    yield cell("K5-29.a", "2026", 2, 6, None, "insufficient", provisional=True, coverage=0.6)
    yield cell("K5-29.low", "2025", 11, 18, 61.1111111, unknown=2)
    yield cell("K5-29.cohort", "2024", 9, 20, 45.0)
    yield cell("K5-29.cohort", "2025", 10, 22, 45.4545455)
    yield cell("K5-29.b", "2025", 9, 12, 75.0)
    yield cell("K5-29.a", "2025", 2, 3, None, breakdown=("bucket", "under_12"))
    yield cell("K5-30.exists", "2024", 7, 10, 0.0, unit="yes/no")
    yield cell("K5-30.exists", "2025", 10, 10, 1.0, unit="yes/no")
    yield cell("K5-30.score", "2024", 11.5, 17, 67.6470588)
    yield cell("K5-30.score", "2025", 14, 18, 77.7777778)
    yield cell("K5-30.coverage", "2024", 17, 20, 85.0)
    yield cell("K5-30.coverage", "2025", 18, 20, 90.0)
    yield cell("K5-31.a", "2024", 0, 0, None, "zero_reported", note="partial")
    yield cell("K5-31.a", "2025", 6, 9, 66.6666667, note="partial")
    yield cell("K5-31.b", "2024", 0, 0, None, "not_applicable", note="partial")
    yield cell("K5-31.b", "2025", None, None, None, "suppressed", note="partial")
    yield cell("SDM-01", "2025", 12.5, 221834, 0.5634844, unit="per 10k")
    yield cell("SDM-02", "2026-05", 19, 2.5, 7.6, unit="cases")
    yield cell("SDM-02", "2026-06", 19, 0, None, "not_applicable", unit="cases")
    yield cell("LAP-01", "2026-Q1", 310, 22, 14.1, unit="days")
    for agency, n in (("dp3a", 1), ("polres", 0)):
        yield cell("LAP-08", "2026-05", n, 1, 100.0 * n, breakdown=("agency", agency))
    yield cell("SAR-03", "2025", 9, 14, 64.2857143, coverage=0.9)
    yield cell("SAR-05", "2026-05", None, None, None, "not_reported", coverage=0.0)
    for year, events in zip(range(2016, 2027), (1, 2, 0, 3, 7, 4, 5.5, 1, 2, 6, 2), strict=True):
        status = "value" if events else "zero_reported"
        yield cell("CTX-01", str(year), events, None, float(events), status, unit="events", provisional=year == 2026)


def refusal(code: str, lang: Lang) -> str:
    """The sentences a refused delivery carries: what the code means, what to do, and one fact of its own."""
    parts = [load().find(f"reason.{code}.{part}", lang, "") for part in ("means", "do")]
    own = load().say("reason_detail.missing", lang, columns="No. Register") if code == "missing_required_column" else ""
    return " ".join([*parts, own]).strip()


def delivery(
    agency: str, number: int, received: date, verdict: str, rows: tuple[int, int, int, int], reason: str | None = None
) -> Row:
    """A delivery; `rows` are read, accepted, rejected, set aside. A refused file has a reason code and no period."""
    why = tuple(refusal(reason, lang) for lang in LANGS) if reason else (None, None)
    period = (None, None) if reason else (received.replace(day=1), received)
    head = (f"{number:064x}", f"{agency}-{number:03d}", agency, received, verdict, reason, *why, None)
    return (*head, *rows, *period)


RULES = (
    ("violence_victim.report_date.required", "reject", "completeness", "Tanggal lapor wajib diisi", "Date is required"),
    ("ppks.category.code", "reject", "validity", "Kategori PPKS tidak dikenal", "Unknown PPKS category"),
    ("violence_victim.duplicate_of_row", "reject", "uniqueness", "Baris sama dengan baris lain", "Same as another row"),
    ("ppks.over_age_child_category", "warn", "consistency", "Umur 18 atau lebih pada kategori anak", "Aged 18 or over"),
)  # fmt: skip


ROWS_BY_RULE = tuple((rule[0], rows) for rule, rows in zip(RULES, (12, 7, 2, 4), strict=True))


@dataclass
class ReleaseBuilder:
    """An invented release; change a field before `write`. The defaults show everything a page can show."""

    is_synthetic: bool = True
    city: str = "Kota Serang"
    registry: Sequence[Row] = REGISTRY
    cells: list[Row] = field(default_factory=lambda: list(city_cells()))
    deliveries: list[Row] = field(default_factory=lambda: list(_deliveries()))
    reconciliation: list[Row] | None = None
    rules: Sequence[Row] = RULES
    rows_by_rule: dict[str, int] = field(
        default_factory=lambda: dict(zip((r[0] for r in RULES), (12, 7, 2, 4), strict=True))
    )

    def write(self, folder: Path) -> tuple[Path, Path, Path]:
        """Write internal.duckdb, audit.duckdb and published.duckdb, and return their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        internal, audit, public = (folder / f"{name}.duckdb" for name in ("internal", "audit", "published"))
        self._write_measures(internal, self.cells)
        self._write_measures(public, self.cells)
        with duckdb.connect(audit) as db:
            self._write_quality(db)
        return internal, audit, public

    def _write_measures(self, path: Path, cells: Sequence[Row]) -> None:
        with duckdb.connect(path) as db:
            db.execute("CREATE SCHEMA mart; CREATE SCHEMA meta")
            fill(db, "mart.measure", MEASURE_COLUMNS, cells)
            fill(db, "meta.measure", REGISTRY_COLUMNS, self.registry)
            columns = (
                "jurisdiction VARCHAR, jurisdiction_name VARCHAR, as_of_date DATE, input_key VARCHAR,"
                " is_synthetic BOOLEAN"
            )
            row = (CITY, self.city, date(2026, 6, 30), "4be19c07" * 8, self.is_synthetic)
            fill(db, "meta.release", columns, [row])
            fill(db, "meta.area", "area_code VARCHAR, area_name VARCHAR", [("36.73.01", "Serang")])
            if path.stem == "internal":
                fill(db, "meta.run", "release_id VARCHAR", [("20260630-0001-4be19c07",)])

    def _write_quality(self, db: duckdb.DuckDBPyConnection) -> None:
        months = list(_months())
        stages = self.reconciliation if self.reconciliation is not None else list(_reconciliation(self.deliveries))
        reasons = [
            (f"r/1/{i}", "d", "dp3a", rule[0].split(".")[0], rule[0], None, "stage")
            for rule in self.rules
            if rule[1] == "reject"
            for i in range(self.rows_by_rule.get(rule[0], 1))
        ]
        flags = [
            (f"f/1/{i}", "d", "dinsos", rule[0].split(".")[0], rule[0])
            for rule in self.rules
            if rule[1] == "warn"
            for i in range(self.rows_by_rule.get(rule[0], 1))
        ]
        rules = [
            (r[0], r[0].split(".")[0], None, r[1], "row", r[2], r[3], r[4], "Lengkapi di sumber.", "Complete it.", None)
            for r in self.rules
        ]
        rows: dict[str, Iterable[Row]] = {
            "delivery": self.deliveries,
            "coverage": [m[0] for m in months if m[0]],
            "expected": [m[1] for m in months if m[1]],
            "reason": reasons,
            "flag": flags,
            "rule": rules,
            "reconciliation": stages,
            "hold": [(row[0], row[2], "ppks", "withdraws_over_20_pct", 1228, 301) for row in self.deliveries[13:14]],
            "comparison": [
                (
                    "two_books",
                    "Buku A dan buku B",
                    "Book A and book B",
                    "Sama isinya.",
                    "They say the same.",
                    ["dp3a"],
                    9,
                    2,
                    4,
                ),
                ("unused", "Tanpa isi", "Nothing to compare", "Sama.", "The same.", ["dp3a"], 0, 0, 0),
            ],
            "check_result": [
                ("conservation_staging", True, 0, "Every row is accepted, rejected or set aside."),
                ("deliveries_overdue", False, 5, "Deliveries that were due have arrived."),
            ],
        }
        db.execute("CREATE SCHEMA quality; CREATE SCHEMA meta")
        names = [
            ("dp3a", "Nama panjang DP3AKB", "Long name of DP3AKB", "victim_service", "monthly"),
            ("x", "Kantor X", "Office X", None, None),
        ]
        fill(
            db,
            "meta.source_feed",
            "agency VARCHAR, agency_name_id VARCHAR, agency_name_en VARCHAR, record VARCHAR, cadence VARCHAR",
            names,
        )
        for name, columns in QUALITY_TABLES.items():
            fill(db, f"quality.{name}", columns, list(rows[name]))


def fill(db: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[Row]) -> None:
    """Create a table and insert rows, one by one: a builder's tables are small."""
    db.execute(f"CREATE TABLE {table} ({columns})")
    if rows:
        db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _deliveries() -> Iterable[Row]:
    yield delivery("bpbd", 1, date(2026, 6, 9), "accepted", (41, 38, 0, 3))
    for number in range(1, 13):
        verdict, rows = ("partly", (14, 9, 2, 3)) if number % 4 == 0 else ("accepted", (12, 9, 0, 3))
        yield delivery("dp3a", 10 + number, date(2025, number, 28), verdict, rows)
    yield delivery("dinsos", 40, date(2026, 6, 3), "partly", (1290, 1228, 58, 4))
    yield delivery("dinsos", 41, date(2026, 6, 3), "refused", (0, 0, 0, 0), "encrypted_workbook")
    yield delivery("polres", 50, date(2026, 6, 5), "refused", (0, 0, 0, 0), "missing_required_column")


def _months() -> Iterable[tuple[Row | None, Row | None]]:
    """Coverage and expectation of each month: punctual, late, nil, overdue and awaited months."""
    for agency, record in (("dp3a", "violence_victim"), ("dp3a", "victim_service"), ("polres", "juvenile_case")):
        for year, last in ((2025, 12), (2026, 7)):
            for number in range(1, last + 1):
                month, due = date(year, number, 1), date(year + number // 12, number % 12 + 1, 10)
                gap = (agency == "polres" and year == 2025 and number in (8, 9)) or (year == 2026 and number == 6)
                awaited = year == 2026 and number == 7
                late = agency == "polres" and number == 3
                nil = record == "juvenile_case" and number == 5
                arrived = None if gap or awaited else due.replace(day=20 if late else 5)
                covered = (agency, record, month, "d", "title", nil, arrived) if arrived else None
                on_time = None if arrived is None else not late
                yield covered, (agency, record, month, due, arrived, on_time, gap and not awaited)


def _reconciliation(deliveries: Sequence[Row]) -> Iterable[Row]:
    accepted = 0
    for row in deliveries:
        if row[4] != "refused":
            read, taken, rejected, aside = row[9:13]
            accepted += taken
            yield (
                "staging",
                row[0],
                row[2],
                "",
                "1",
                read,
                taken,
                rejected,
                aside,
                *[None] * 9,
                read - taken - rejected - aside,
            )
    yield ("build", "", "bpbd", "", "", None, accepted, None, None, accepted - 42, 21, 3, 30, 7, 5, 0, 0, 0, 0)
