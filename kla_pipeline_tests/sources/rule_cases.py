"""For every rule of every contract: rows that break it and rows that keep it.

Rules that follow from a column (required, type, code, pattern, min, max) get their cases from the contract; for the
rules somebody wrote the cases stand in WRITTEN. A rule without a case fails a test.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from kla_pipeline.quality.contract import TYPED_KINDS, RecordType
from kla_pipeline_tests.quality.tables import contract_of, good_row

Change = dict[str, str]

UNREADABLE = {
    "text": "#N/A",
    "int": "dua",
    "decimal": "banyak",
    "bool": "mungkin",
    "date": "31/02/2024",
    "timestamp": "kapan",
    "nik": "123",
    "money": "banyak",
    "time": "kapan",
}
UNKNOWN = "bukan dari daftar"

# rule → (changes that break it, changes that keep it); an empty change is the good row itself
WRITTEN: dict[str, tuple[list[Change], list[Change]]] = {
    "disaster_event.year_mismatch": ([{"year": "2024"}, {"month": "4"}], [{}, {"year": "", "month": ""}]),
    "disaster_event.province_mismatch": ([{"province_code": "32"}], [{}, {"province_code": ""}]),
    "disaster_event.future_date": (
        [{"event_at": "2026-07-01 00:00:00", "year": "2026", "month": "7"}],
        [{"event_at": "2026-06-30 23:59:59", "year": "2026", "month": "6"}],
    ),
    "mechanism_check.not_applicable_without_reason": ([{"reason": ""}], [{}, {"verdict": "Ya", "reason": ""}]),
    "mechanism_check.future_date": (
        [{"checked_on": "01/07/2026"}, {"doc_date": "01/07/2026"}],
        [{"checked_on": "30/06/2026"}],
    ),
    "violence_victim.birth_after_event": (
        [{"birth_date": "29/11/2025", "nik": ""}, {"birth_date": "01/12/2025", "nik": "", "incident_date": ""}],
        [
            {"birth_date": "28/11/2025", "nik": ""},
            {"birth_date": "30/11/2025", "nik": "", "incident_date": ""},
            {"birth_date": "", "nik": ""},
        ],
    ),
    "violence_victim.report_before_incident": (
        [{"report_date": "31/01/2025"}],
        [{"report_date": "01/02/2025"}, {"incident_date": ""}],
    ),
    "violence_victim.closed_before_report": (
        [{"closed_date": "02/02/2025"}],
        [{"closed_date": "03/02/2025"}, {"closed_date": "", "case_status": "Belum"}],
    ),
    "violence_victim.status_closed_without_date": (
        [{"closed_date": ""}],
        [{}, {"closed_date": "", "case_status": "Sedang diproses"}],
    ),
    "violence_victim.future_date": (
        [{"death_date": "01/07/2026"}, {"closed_date": "01/07/2026"}],
        [{"closed_date": "30/06/2026"}],
    ),
    "violence_victim.nik_birth_mismatch": (
        [{"birth_date": "13/03/2015"}, {"birth_date": "12/03/2014"}],
        [{}, {"nik": ""}, {"birth_date": ""}, {"nik": "3673015203150001", "sex": "P"}],
    ),
    "violence_victim.nik_sex_mismatch": (
        [{"sex": "P"}, {"nik": "3673015203150001"}],
        [{}, {"sex": ""}, {"nik": "3673015203150001", "sex": "P"}],
    ),
    "victim_service.future_date": ([{"service_date": "01/07/2026"}], [{"service_date": "30/06/2026"}]),
    "staff.end_before_start": ([{"end_date": "31/12/2023"}], [{"end_date": "01/01/2024"}, {"end_date": ""}]),
    "staff.future_date": ([{"end_date": "01/07/2026"}], [{"end_date": "30/06/2026"}]),
    "facility_item.future_date": ([{"checked_on": "01/07/2026"}], [{"checked_on": "30/06/2026"}, {"checked_on": ""}]),
    "ppks.over_age_child_category": (
        [{"birth_date": "01/02/2007", "nik": ""}],
        [
            {"birth_date": "02/02/2007", "nik": ""},
            {"birth_date": "01/02/1990", "nik": "", "category": "PMKS-08"},
            {"birth_date": "", "nik": ""},
        ],
    ),
    "ppks.closed_before_report": (
        [{"closed_date": "31/01/2025"}],
        [{"closed_date": "01/02/2025"}, {"closed_date": ""}],
    ),
    "ppks.future_date": ([{"closed_date": "01/07/2026"}], [{"closed_date": "30/06/2026"}]),
    "ppks.nik_birth_mismatch": ([{"birth_date": "13/03/2015"}], [{}, {"nik": ""}]),
    "ppks.nik_sex_mismatch": ([{"sex": "L"}], [{}, {"sex": ""}]),
    "ppks_service.future_date": ([{"service_date": "01/07/2026"}], [{"service_date": "30/06/2026"}]),
    "child_labour.birth_after_event": (
        [{"birth_date": "02/02/2025", "nik": ""}],
        [{"birth_date": "01/02/2025", "nik": ""}, {"birth_date": "", "nik": ""}],
    ),
    "child_labour.withdrawn_before_identified": (
        [{"withdrawn_date": "31/01/2025"}],
        [{"withdrawn_date": "01/02/2025"}],
    ),
    "child_labour.placed_without_withdrawal": (
        [{"withdrawn_date": ""}],
        [{}, {"withdrawn_date": "", "placed_date": "", "placement": ""}],
    ),
    "child_labour.future_date": ([{"followup_date": "01/07/2026"}], [{"followup_date": "30/06/2026"}]),
    "child_labour.nik_birth_mismatch": ([{"birth_date": "13/03/2010"}], [{}, {"nik": ""}]),
    "child_labour.nik_sex_mismatch": ([{"sex": "P"}], [{}, {"sex": ""}]),
    "juvenile_case.birth_after_event": (
        [
            {"birth_date": "02/02/2025", "nik": ""},
            {"birth_date": "01/12/2025", "nik": "", "role": "Korban"},
            {"birth_date": "04/02/2025", "nik": "", "incident_date": ""},
        ],
        [
            {"birth_date": "01/02/2025", "nik": ""},
            {"birth_date": "28/11/2025", "nik": "", "role": "Korban"},
            {"birth_date": "", "nik": ""},
        ],
    ),
    "juvenile_case.lp_before_incident": (
        [{"incident_date": "04/02/2025"}],
        [{"incident_date": "03/02/2025"}, {"incident_date": ""}],
    ),
    "juvenile_case.closed_before_lp": ([{"closed_date": "02/02/2025"}], [{"closed_date": "03/02/2025"}]),
    "juvenile_case.outcome_without_closing": (
        [{"closed_date": ""}],
        [{}, {"outcome": "Dalam proses", "closed_date": ""}],
    ),
    "juvenile_case.lp_month_mismatch": (
        [{"lp_date": "03/03/2025"}, {"lp_date": "03/02/2024", "incident_date": "", "closed_date": "03/04/2025"}],
        [{}, {"lp_no": "lp / b / 12 / ii / 2025 / SPKT / POLRES"}, {"lp_no": "STPL/7/2025"}],
    ),
    "juvenile_case.lp_no.pattern": (
        [{"lp_no": "STPL/7/2025"}, {"lp_no": "LP/C/12/II/2025/SPKT/POLRES"}],
        [{}, {"lp_no": "lp / b / 12 / ii / 2025 / spkt / polres"}],
    ),
    "juvenile_case.future_date": ([{"failed_date": "01/07/2026"}], [{"failed_date": "30/06/2026"}]),
    "juvenile_case.nik_birth_mismatch": ([{"birth_date": "13/03/2010"}], [{}, {"nik": ""}]),
    "juvenile_case.nik_sex_mismatch": ([{"sex": "P"}], [{}, {"sex": ""}]),
    "population.age_band_reversed": ([{"age_from": "18"}], [{}, {"age_from": "17"}]),
    "ppks_list.future_date": ([{"report_date": "01/07/2026"}], [{"report_date": "30/06/2026"}, {"report_date": ""}]),
    "ppks_list.nik_birth_mismatch": ([{"birth_date": "13/03/2015"}], [{}, {"nik": ""}]),
    "ppks_list.nik_sex_mismatch": ([{"sex": "L"}], [{}, {"sex": ""}]),
    "ppks_area.total_under_parent_name": (
        [{"kecamatan_name": "Kota Serang"}, {"kecamatan_name": "Provinsi Banten"}],
        [{}, {"kecamatan_name": "Serang"}],
    ),
    "social_aid.total_under_parent_name": (
        [{"kecamatan_name": "Kota Serang"}, {"kecamatan_name": "Provinsi Banten"}],
        [{}, {"kecamatan_name": "Serang"}],
    ),
    "violence_monthly.total_under_parent_name": (
        [{"area": "Kota Serang"}, {"area": "Provinsi Banten"}],
        [{}, {"area": "Serang"}],
    ),
    "disaster_by_area.total_under_parent_name": (
        [{"kecamatan_name": "Kota Serang"}, {"kecamatan_name": "Provinsi Banten"}],
        [{}, {"kecamatan_name": "Serang"}],
    ),
    "crime_statistic.total_under_parent_name": (
        [{"unit_name": "Banten"}, {"unit_name": "Prov. Banten"}],
        [{}, {"unit_name": "Serang"}],
    ),
    "ppks_area.percentage_above_100": (
        [{"counts": '{"persentase ppks": "101"}'}, {"counts": '{"anak terlantar": "1", "persentase ppks": "2335.0"}'}],
        [{}, {"counts": '{"persentase ppks": "100"}'}, {"counts": '{"anak terlantar": "2335"}'}],
    ),
    "crime_statistic.resolved_exceeds_reported": (
        [{"resolved": '{"2025": "31"}'}],
        [{}, {"resolved": ""}, {"reported": '{"2024": "5"}', "resolved": '{"2025": "31"}'}],
    ),
    "violence_months.row_total": (
        [{"stated_total": "5"}, {"counts": '{"januari": "3"}'}],
        [{}, {"stated_total": ""}, {"counts": '{"januari": "4", "februari": "0"}'}],
    ),
    "violence_split.row_total": ([{"stated_total": "5"}], [{}, {"stated_total": ""}]),
    "violence_aggregate.category_of_other_dimension": (
        [{"category": "PELAJAR"}, {"dimension": "occupation"}],
        [{}, {"dimension": "occupation", "category": "PELAJAR"}],
    ),
    "disaster_report.place_disagrees": ([{"province": "Jawa Barat"}], [{}, {"province": ""}]),
    "disaster_report.damage_sum": ([{"houses_light": "4"}], [{}, {"houses_light": ""}, {"houses_damaged": ""}]),
    "disaster_report.future_date": ([{"event_date": "01/07/2026"}], [{"event_date": "30/06/2026"}]),
    "flood_report.children_exceed_displaced": (
        [{"displaced": "5"}, {"children_displaced": "", "displaced": "5"}],
        [{}, {"displaced": "6"}, {"children_displaced": "", "children_0_5": ""}],
    ),
    "flood_report.child_bands_sum": (
        [{"children_13_17": "4"}],
        [{}, {"children_13_17": ""}, {"children_displaced": ""}],
    ),
    "flood_report.future_date": ([{"event_date": "01/07/2026"}], [{"event_date": "30/06/2026"}]),
    "fire_report.future_date": ([{"event_date": "01/07/2026"}], [{"event_date": "30/06/2026"}]),
    "population.future_date": ([{"source_date": "01/07/2026"}], [{"source_date": "30/06/2026"}, {"source_date": ""}]),
}


@dataclass(slots=True)
class Case:
    """Rows of one rule in one file. `breaks` and `keeps` are positions among `rows`."""

    rule: str
    rows: list[Change] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    keeps: list[int] = field(default_factory=list)

    def add(self, row: Change, is_broken: bool) -> None:
        """Add a row with what is expected of it."""
        (self.breaks if is_broken else self.keeps).append(len(self.rows))
        self.rows.append(row)


class Cases:
    """The cases of one record type; each row has a number, hence a key, of its own."""

    def __init__(self, record: str) -> None:
        self.contract: RecordType = contract_of(record)
        self._record = record
        self._number = 0

    def all(self) -> list[Case]:
        """Cases of every rule of scope row and delivery."""
        columns = [case for name in self.contract.columns for case in self._of_column(name)]
        written = [
            self._case(rule, *changes) for rule, changes in WRITTEN.items() if rule.startswith(self._record + ".")
        ]
        own = {case.rule for case in written}
        return [case for case in columns if case.rule not in own] + written + self._of_table()

    def row(self, change: Change | None = None) -> Change:
        """The next row."""
        self._number += 1
        return good_row(self._record, self._number, **(change or {}))

    def _case(self, rule: str, breaks: list[Change], keeps: list[Change]) -> Case:
        case = Case(rule)
        for change in breaks:
            case.add(self.row(change), True)
        for change in keeps:
            case.add(self.row(change), False)
        return case

    def _of_column(self, name: str) -> list[Case]:
        schema = self.contract.model.to_schema().columns[name]
        column = self.contract.columns[name]
        changes: dict[str, Change] = {}
        if not schema.nullable:
            changes["required"] = {name: ""}
        if column.kind == "series":
            label = next(iter(json.loads(self.row()[name])))
            changes["type"] = {name: json.dumps({label: "banyak"})}
        elif column.kind in TYPED_KINDS:
            changes["type"] = {name: UNREADABLE[column.kind]}
        if column.kind in ("code", "multi", "district", "kecamatan", "kelurahan", "area"):
            changes["code"] = {name: UNKNOWN}
        elif column.kind == "text" and schema.checks:
            changes["pattern"] = {name: UNKNOWN}
        for check in schema.checks or ():
            if "min_value" in check.statistics:
                step = 0 if check.name == "greater_than" else 1
                changes["min"] = {name: str(check.statistics["min_value"] - step)}
            if "max_value" in check.statistics:
                changes["max"] = {name: str(check.statistics["max_value"] + 1)}
        return [self._case(f"{self._record}.{name}.{ending}", [change], [{}]) for ending, change in changes.items()]

    def _of_table(self) -> list[Case]:
        first, other = self.row(), self.row()
        uneven = self._case(f"{self._record}.uneven_row", [{"_beyond": "slipped"}], [{}, {"_beyond": " "}])
        same = Case(f"{self._record}.duplicate_of_row")
        for row, is_broken in ((first, False), (first, True), (other, False), (first, True)):
            same.add(row, is_broken)
        conflict = Case(f"{self._record}.conflicting_key")
        one = self.row()
        for row, is_broken in ((one, True), (one | self._other_content(), True), (self.row(), False)):
            conflict.add(row, is_broken)
        cases = [uneven, same, conflict]
        if self.contract.warn_near_duplicates:
            near = Case(f"{self._record}.possible_duplicate")
            twin, keys = self.row(), self.row()
            near.add(twin, False)
            near.add(twin | {name: keys[name] for name in self.contract.key}, True)
            near.add(self.row(), False)
            cases.append(near)
        return cases

    def _other_content(self) -> Change:
        """Another valid value in a column that is no key."""
        changes = {
            "disaster_event": {"injured": "977"},
            "mechanism_check": {"doc_no": "lain"},
            "staff": {"unit": "Lain"},
            "facility_item": {"is_present": "Tidak"},
            "region": {"area_name": "Lain"},
            "population": {"population": "7"},
            "victim_service": {"provider": "Lain"},
            "ppks_service": {"provider": "Lain"},
            "juvenile_case": {"offence": "352"},
            "violence_monthly": {"cases": "4"},
            "violence_months": {"district": "Kota Cilegon"},
            "violence_split": {"district": "Kota Cilegon"},
            "violence_aggregate": {"persons": "4"},
            "ppks_area": {"counts": '{"anak terlantar": "977"}'},
            "ppks_years": {"counts": '{"2024": "977"}'},
            "social_aid": {"recipients": "977"},
            "crime_statistic": {"reported": '{"2024": "977"}'},
            "disaster_report": {"injured": "977"},
            "flood_report": {"persons": "977"},
            "fire_report": {"injured": "977"},
            "disaster_statistic": {"value": "977"},
            "disaster_by_area": {"events": "977"},
            "disaster_by_hazard": {"events": "977"},
        }
        return changes.get(self._record, {"name": "Anak Lain"})
