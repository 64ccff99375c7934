"""A small invented city for tests of conform SQL and measures: staged rows in, cells out.

Here: one readable line per register row, with defaults that are valid and dull. Not here: expectations. People, numbers
and dates are invented; a person is a letter, never a name or a NIK. Tables come from the project's own DDL, contracts
and code lists, so that a change there is a change here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

import kla_pipeline
from kla_pipeline.measures import engine, registry
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.warehouse.staged import TYPES

PACKAGE = Path(kla_pipeline.__file__).parent
CITY = "36.73"
SERANG, KASEMEN, CURUG = "36.73.01", "36.73.02", "36.73.04"
SCHEMAS = ("staged", "quality", "identity", "core", "mart", "meta")
DP3A = ("dp3a/violence_victim", "dp3a/victim_service")
DINSOS = ("dinsos/ppks", "dinsos/ppks_service")
POLRES = ("polres/juvenile_case",)
_COMMENT = re.compile(r"COMMENT ON (?:'(?:[^']|'')*'|[^';])*;")


def day(text: str | None) -> date | None:
    """`2025-03-01` as a date."""
    return None if text is None else date.fromisoformat(text)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Declarations of the project's own agencies."""
    return load_catalogue([PACKAGE / "sources"])


@lru_cache(maxsize=1)
def _without_comments() -> str:
    """They are the larger part of the time, and one test only reads any."""
    return _COMMENT.sub("", ddl())


@lru_cache(maxsize=1)
def ddl() -> str:
    """Everything the builder of the warehouse creates before rows arrive."""
    parts = [f"CREATE SCHEMA {name};" for name in SCHEMAS]
    files = [PACKAGE / "warehouse/meta/release.sql", PACKAGE / "warehouse/quality/tables.sql"]
    files += [PACKAGE / "warehouse/models/identity.sql", *sorted((PACKAGE / "warehouse/core").glob("*.sql"))]
    parts += [path.read_text(encoding="utf-8") for path in files]
    for name, record in sorted(catalogue().contracts().items()):
        columns = "".join(f", {column} {TYPES[item.kind]}" for column, item in record.columns.items())
        parts.append(
            f"CREATE TABLE staged.{name} (row_id VARCHAR, agency VARCHAR, delivery_id VARCHAR, table_no INTEGER,"
            f" _state VARCHAR, _scope VARCHAR{columns});"
            f"CREATE VIEW staged.{name}_current AS SELECT * FROM staged.{name} WHERE _state = 'current';"
        )
    return "\n".join(parts)


@lru_cache(maxsize=1)
def _codes() -> list[tuple[str, ...]]:
    return [row for _, item in sorted(catalogue().code_lists.items()) for row in item.rows()]


@lru_cache(maxsize=1)
def _layouts() -> list[tuple[Any, ...]]:
    known = [layout for agency in catalogue().agencies.values() for layout in agency.layouts]
    return [(x.id, x.agency, x.record, x.mode, x.precedence) for x in known]


def conform_files() -> list[tuple[str, Path]]:
    """(table, file) in the order in which the builder runs them: appearances, all others, then core.child."""
    files = sorted(PACKAGE.glob("sources/*/conform/*.sql"))
    first = [path for path in files if path.name.startswith("appearance.")]
    rest = [path for path in files if path not in first]
    last = sorted((PACKAGE / "warehouse/core/conform").glob("*.sql"))
    return [(path.name.split(".")[0], path) for path in [*first, *rest, *last]]


@dataclass
class Town:
    """Collects rows, then builds core and mart once."""

    as_of: str = "2026-06-30"
    jurisdiction: str = CITY
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    people: list[tuple[str, str, str, str]] = field(default_factory=list)
    coverage: list[tuple[Any, ...]] = field(default_factory=list)
    expected: list[tuple[Any, ...]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    layouts: dict[str, str] = field(default_factory=dict)
    con: duckdb.DuckDBPyConnection | None = None
    has_comments: bool = False

    def victim(self, who: str = "A", register: str = "R1", no: int = 1, *, linked: bool = True, **columns: Any) -> str:
        """A row of the violence register: a girl of 10 from Serang, hit on 2025-02-10 and reported two days later."""
        return self._row(
            "violence_victim", "dp3a", who, linked,
            {
                "register_no": register, "victim_no": no, "name": "(invented)", "birth_date": "2015-01-15", "sex": "P",
                "district": CITY, "kecamatan": SERANG, "incident_date": "2025-02-10", "report_date": "2025-02-12",
                "violence_forms": "FISIK", "case_status": "open",
            },
            columns,
        )  # fmt: skip

    def service(self, when: str, code: str = "KESEHATAN", register: str = "R1", no: int = 1) -> str:
        """A service of the violence register."""
        values = {"register_no": register, "victim_no": no, "service_code": code, "service_date": when}
        return self._row("victim_service", "dp3a", None, False, values, {})

    def ppks(self, who: str = "A", number: str = "P1", *, linked: bool = True, **columns: Any) -> str:
        """A row of the PPKS roster: a neglected child of 10 from Serang, reported on 2025-03-05."""
        return self._row(
            "ppks", "dinsos", who, linked,
            {
                "ppks_no": number, "name": "(invented)", "birth_date": "2015-01-15", "sex": "P", "category": "PMKS-02",
                "district": CITY, "kecamatan": SERANG, "report_date": "2025-03-05", "status": "open",
            },
            columns,
        )  # fmt: skip

    def ppks_service(self, when: str, code: str = "TERAPI", number: str = "P1") -> str:
        """A service of the social office."""
        values = {"ppks_no": number, "service_code": code, "service_date": when}
        return self._row("ppks_service", "dinsos", None, False, values, {})

    def labour(self, who: str = "A", number: str = "L1", *, linked: bool = True, **columns: Any) -> str:
        """A child of 15 in street work, a worst form, identified on 2025-04-01."""
        return self._row(
            "child_labour", "dinsos", who, linked,
            {
                "labour_no": number, "name": "(invented)", "birth_date": "2010-01-15", "sex": "L", "district": CITY,
                "kecamatan": SERANG, "identified_date": "2025-04-01", "work_form": "BPTA-08", "is_worst_form": True,
            },
            columns,
        )  # fmt: skip

    def case(self, who: str = "A", register: str = "C1", no: int = 1, *, linked: bool = True, **columns: Any) -> str:
        """A boy of 15, offender in a case of the city, diverted with an agreement and closed on 2025-05-20."""
        return self._row(
            "juvenile_case", "polres", who, linked,
            {
                "register_no": register, "child_no": no, "lp_no": "LP/B/1/IV/2025/SPKT", "lp_date": "2025-04-10",
                "role": "offender", "birth_date": "2010-01-15", "sex": "L", "tkp_district": CITY,
                "tkp_kecamatan": SERANG, "incident_date": "2025-04-08", "offence": "362 KUHP", "is_narcotics": False,
                "threat_years": 5.0, "is_repeat": False, "outcome": "DIV_PENYIDIKAN", "outcome_doc_no": "D-1",
                "closed_date": "2025-05-20",
            },
            columns,
        )  # fmt: skip

    def check(self, item: str, verdict: str = "yes", agency: str = "bpbd", year: int = 2025, **columns: Any) -> str:
        """An item of the mechanism checklist with a document of 2025-06-01."""
        values = {
            "reference_year": year, "item_id": item, "verdict": verdict, "doc_no": "S-1", "doc_date": "2025-06-01",
            "checked_on": "2025-12-01",
        }  # fmt: skip
        return self._row("mechanism_check", agency, None, False, values, columns)

    def staff(self, number: str = "S1", fte: float = 1.0, role: str = "PEKERJA_KASUS", **columns: Any) -> str:
        """A case worker serving since 2020."""
        values = {"staff_no": number, "unit": "UPTD_PPA", "role": role, "fte": fte, "start_date": "2020-01-01"}
        return self._row("staff", "dp3a", None, False, values, columns)

    def facility(
        self, item: str, present: bool | None, working: bool | None, agency: str = "dp3a", **columns: Any
    ) -> str:
        """A required item of a unit's facility checklist of 2025."""
        values = {
            "reference_year": 2025, "unit": "UPTD_PPA" if agency == "dp3a" else "UNIT_PPA_POLRES", "item": item,
            "is_required": True, "is_present": present, "is_working": working,
        }  # fmt: skip
        return self._row("facility_item", agency, None, False, values, columns)

    def flood(self, when: str, event: str, **columns: Any) -> str:
        """An event report of the city."""
        values = {
            "event_id": event, "event_at": f"{when} 08:08:08", "district_code": CITY, "hazard_code": "1010",
            "hazard_name": "Banjir", "event_share": 1.0, "affected_displaced": 0,
        }  # fmt: skip
        return self._row("disaster_event", "bpbd", None, False, values, columns)

    def aggregate(
        self, district: str, year: int, persons: int, dimension: str = "age", category: str = "13-17", **columns: Any
    ) -> str:
        """A cell of an aggregate table: girls of a district and year; dimension none is the table of those served."""
        values = {
            "district": district, "reference_year": year, "sex": "P", "dimension": dimension, "category": category,
            "measure": "victims", "persons": persons, "unit": "ORANG", "row_no": "1",
        }  # fmt: skip
        served = {"measure": "served", "category": "ALL"} if dimension == "none" else {}
        return self._row("violence_aggregate", "dp3a", None, False, values | served, columns)

    def report(self, when: str, number: str = "1", generation: str = "dibi_2022", **columns: Any) -> str:
        """A flood report of the city in an older export, delivered under the generation's name."""
        self.layouts[generation] = f"bpbd.{generation}"
        values = {
            "generation": generation, "hazard": "BANJIR", "report_no": number, "event_date": when, "district": CITY,
            "deaths": 0, "houses_flooded": 0,
        }  # fmt: skip
        place = {"delivery_id": generation, "table_no": 1}
        return self._row("disaster_report", "bpbd", None, False, values, place | columns)

    def _row(
        self, record: str, agency: str, who: str | None, linked: bool, values: dict[str, Any], changes: dict[str, Any]
    ) -> str:
        state, scope = changes.pop("state", "current"), changes.pop("scope", "inside")
        row_id = f"{record}/{len(self.rows[record]) + 1}"
        provenance = {"row_id": row_id, "agency": agency, "delivery_id": "d", "_state": state, "_scope": scope}
        self.rows[record].append({**provenance, **values, **changes})
        if who is not None:
            self.people.append((record, row_id, who if linked else row_id, "nik" if linked else "record"))
        return row_id

    def covers(
        self, feeds: Iterable[str], first: str, last: str, *, nil: bool = False, but: Sequence[str] = ()
    ) -> Town:
        """Months `first` to `last` (2025-01) of the feeds were delivered, except those in `but`."""
        year, month = (int(part) for part in first.split("-"))
        while f"{year}-{month:02d}" <= last:
            if f"{year}-{month:02d}" not in but:
                for feed in feeds:
                    agency, record = feed.split("/")
                    self.coverage.append(
                        (agency, record, date(year, month, 1), "d", "title", nil, date(year, month, 28))
                    )
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return self

    def build(self, *ids: str) -> duckdb.DuckDBPyConnection:
        """Core and mart tables, once; measures of the ids or families given, or all."""
        if self.con is None:
            self.con = self._core()
            declared = [m for m in registry.load_measures() if not ids or m.id in ids or m.family in ids]
            registry.write(self.con, declared)
            engine.build(self.con, declared)
        return self.con

    def core(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query on core tables, without any measure."""
        con = self.con = self.con or self._core()
        return con.execute(query).fetchall()

    def cell(self, measure: str, period: str, area: str = CITY, breakdown: str = "", value: str = "") -> dict[str, Any]:
        """One cell of mart.measure; a breakdown or bucket nobody stands in is an empty dictionary."""
        cursor = self.build(measure).execute(
            "SELECT * FROM mart.measure WHERE measure_id = ? AND period = ? AND area_code = ? AND breakdown = ?"
            " AND breakdown_value = ?",
            [measure, period, area, breakdown, value],
        )
        names = [column[0] for column in cursor.description or []]
        found = cursor.fetchall()
        assert len(found) <= 1, "a cell stands once"
        return dict(zip(names, found[0], strict=True)) if found else {}

    def figures(self, measure: str, period: str, area: str = CITY) -> tuple[float | None, float | None, str]:
        """(n, N, status) of a total."""
        cell = self.cell(measure, period, area)
        return cell["numerator"], cell["denominator"], cell["status"]

    def bucket(self, measure: str, period: str, name: str) -> float | None:
        """N of a bucket; None when nobody stands in it."""
        return self.cell(measure, period, breakdown="bucket", value=name).get("denominator")

    def _core(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        con.execute(ddl() if self.has_comments else _without_comments())
        release = [self.jurisdiction, "Wilayah Contoh", day(self.as_of), True, "k", "0", "0", "0", "0", "nik", "0"]
        con.execute(f"INSERT INTO meta.release VALUES ({', '.join('?' * len(release))})", release)
        con.executemany("INSERT INTO meta.code VALUES (?, ?, ?, ?, ?)", _codes())
        con.executemany("INSERT INTO meta.layout VALUES (?, ?, ?, ?, ?)", _layouts())
        for delivery, layout in self.layouts.items():
            con.execute(
                "INSERT INTO quality.delivery_table SELECT ?, 1, agency, record, layout, mode, 1, NULL, 0, 0, 0"
                " FROM meta.layout WHERE layout = ?",
                [delivery, layout],
            )
        for area, name in ((SERANG, "Serang"), (KASEMEN, "Kasemen"), (CURUG, "Curug")):
            values = {"area_code": area, "area_name": name, "area_level": "kecamatan", "parent_code": CITY}
            self._row("region", "reference", None, False, values, {})
        for record, rows in self.rows.items():
            for row in rows:
                con.execute(
                    f"INSERT INTO staged.{record} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                    list(row.values()),
                )
        for table, values in (
            ("identity.person", self.people), ("quality.coverage", self.coverage), ("quality.expected", self.expected),
        ):  # fmt: skip
            if values:
                con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)
        for delivery in self.deliveries:
            con.execute(
                f"INSERT INTO quality.delivery ({', '.join(delivery)}) VALUES ({', '.join('?' * len(delivery))})",
                list(delivery.values()),
            )
        for table, path in conform_files():
            schema = "identity" if table == "appearance" else "core"
            con.execute(f"INSERT INTO {schema}.{table} BY NAME {path.read_text(encoding='utf-8')}")
        return con


def served_town(**settings: Any) -> Town:
    """A city whose DP3A and Dinsos delivered every month of 2024 and 2025, with nobody in it yet."""
    return Town(**settings).covers((*DP3A, *DINSOS), "2024-01", "2025-12")
