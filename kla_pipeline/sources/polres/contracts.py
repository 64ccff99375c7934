"""Contracts of the police: the register of juvenile cases (fields of PP 9/2017) and public crime statistics.

Quirks: "ABH" mixes offender, victim and witness, so the role decides; numbers of police reports are written with varied
spacing and case; a case that changes is exported again in a later month. Witnesses have no identity here.
"""

from __future__ import annotations

import json

import pandas as pd

from kla_pipeline.quality.catalogue import attributes_of
from kla_pipeline.quality.contract import (
    Contract,
    Date,
    Decimal,
    Flag,
    Int,
    Text,
    code,
    contract,
    day,
    decimal,
    district,
    flag,
    integer,
    kecamatan,
    nik,
    rule,
    series,
    text,
)
from kla_pipeline.quality.parent_names import names_no_province

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ROMAN = {name: n for n, name in enumerate(_ROMAN, start=1)}
LP_PATTERN = r"^(?i:LP\s*/\s*[AB]\s*/\s*\d+\s*/\s*(?:I{1,3}|IV|V|VI{1,3}|IX|X|XI{1,2})\s*/\s*20\d{2}\s*/\s*SPKT.*)$"
_FINAL = {name for name, facts in attributes_of("case_outcome").items() if facts.get("final")}


@contract("juvenile_case", title=("Register perkara anak", "Register of juvenile cases"))
class JuvenileCase(Contract):
    """One row per child in a case."""

    register_no: Text = text("Nomor register", "Register number", key=True)
    child_no: Int = integer("Anak ke", "Number of the child in the case", key=True, ge=1)
    lp_no: Text = text("Nomor LP", "Police report number", required=True, pattern=LP_PATTERN, pattern_severity="warn")
    lp_date: Date = day("Tanggal LP", "Date of the police report", required=True)
    role: Text = code("case_role", "Peran anak", "Role of the child", required=True)
    nik: Text = nik("NIK anak", "Child's NIK", privacy="specific_crime")
    no_nik_reason: Text = text("Alasan tanpa NIK", "Reason for a missing NIK")
    name: Text = text("Nama anak", "Child's name", privacy="specific_crime")
    birth_date: Date = day("Tanggal lahir", "Date of birth", privacy="specific_crime")
    sex: Text = code("sex", "Jenis kelamin", "Sex")
    tkp_district: Text = district("Kabupaten/kota TKP", "Regency or city of occurrence")
    tkp_kecamatan: Text = kecamatan("Kecamatan TKP", "Kecamatan of occurrence", within="tkp_district")
    incident_date: Date = day("Tanggal kejadian", "Date of the incident")
    offence: Text = text("Pasal", "Articles", required=True)
    is_narcotics: Flag = flag("Narkotika", "Narcotics case")
    threat_years: Decimal = decimal("Ancaman pidana (tahun)", "Threatened imprisonment, years", ge=0)
    is_repeat: Flag = flag("Residivis", "Repeat offender")
    investigation_start: Date = day("Mulai penyidikan", "Start of the investigation")
    diversion_offer_date: Date = day("Tanggal tawaran diversi", "Date diversion was offered")
    stage: Text = code("case_stage", "Tahap", "Stage")
    outcome: Text = code("case_outcome", "Hasil", "Outcome", required=True)
    outcome_doc_no: Text = text("Nomor dokumen hasil", "Number of the outcome's document")
    rights_doc_no: Text = text("Nomor pernyataan hak korban", "Number of the statement on the victim's rights")
    closed_date: Date = day("Tanggal selesai", "Date of closing")
    failed_date: Date = day("Tanggal gagal kesepakatan", "Date the agreement failed")

    @rule("birth_after_event")
    @staticmethod
    def birth_after_event(frame: pd.DataFrame) -> pd.Series:
        """Victims may be unborn for up to 300 days, offenders not at all."""
        event = frame["incident_date"].fillna(frame["lp_date"])
        limit = (frame["role"] == "victim").astype("boolean").fillna(False).astype("int64") * 300
        return frame["birth_date"].isna() | event.isna() | ((frame["birth_date"] - event).dt.days <= limit)

    @rule("lp_before_incident")
    @staticmethod
    def lp_before_incident(frame: pd.DataFrame) -> pd.Series:
        """A report follows the incident."""
        both = frame["incident_date"].notna() & frame["lp_date"].notna()
        return ~both | (frame["lp_date"] >= frame["incident_date"])

    @rule("closed_before_lp")
    @staticmethod
    def closed_before_lp(frame: pd.DataFrame) -> pd.Series:
        """Closing cannot precede the report."""
        both = frame["closed_date"].notna() & frame["lp_date"].notna()
        return ~both | (frame["closed_date"] >= frame["lp_date"])

    @rule("outcome_without_closing")
    @staticmethod
    def outcome_without_closing(frame: pd.DataFrame) -> pd.Series:
        """The closing date decides the period, so a final outcome cannot do without it."""
        return ~frame["outcome"].isin(_FINAL) | frame["closed_date"].notna()

    @rule("lp_month_mismatch")
    @staticmethod
    def lp_month_mismatch(frame: pd.DataFrame) -> pd.Series:
        """The number carries a Roman month and the year of the report."""
        parts = frame["lp_no"].str.upper().str.replace(" ", "").str.extract(r"^LP/[AB]/\d+/([IVX]+)/(20\d{2})/")
        month, year = parts[0].map(ROMAN), pd.to_numeric(parts[1], errors="coerce")
        unread = month.isna() | year.isna() | frame["lp_date"].isna()
        return unread | ((frame["lp_date"].dt.month == month) & (frame["lp_date"].dt.year == year))


@contract("crime_statistic", title=("Statistik tindak pidana per satuan kepolisian", "Crime statistics by police unit"))
class CrimeStatistic(Contract):
    """One row per police unit of a table; a regency's and a city's unit of one name are told apart by `area_kind`.

    All crimes and all ages: no figure about children. A label that is no year stands for the year of the table.
    """

    unit_name: Text = text("Satuan kepolisian", "Police unit", key=True)
    area_kind: Text = code("police_area_kind", "Jenis wilayah", "Kind of area", key=True)
    first_year: Int = integer("Tahun pertama tabel", "First year of the table", key=True, ge=1990, le=2100)
    reported: Text = series("Tindak pidana dilaporkan", "Crimes reported", required=True)
    resolved: Text = series("Tindak pidana diselesaikan", "Crimes resolved")

    @rule("total_under_parent_name")
    @staticmethod
    def total_under_parent_name(frame: pd.DataFrame) -> pd.Series:
        """Some cities are named as their province, so such a row is flagged and kept."""
        return names_no_province(frame["unit_name"])

    @rule("resolved_exceeds_reported")
    @staticmethod
    def resolved_exceeds_reported(frame: pd.DataFrame) -> pd.Series:
        """Possible, and rare enough to be looked at."""
        both = zip(frame["reported"], frame["resolved"], strict=True)
        return pd.Series([not _exceeds(done, known) for known, done in both], index=frame.index, dtype="boolean")


def _exceeds(resolved: object, reported: object) -> bool:
    """Whether some year has a larger number in the first series than in the second."""
    if not isinstance(resolved, str) or not isinstance(reported, str):
        return False
    known = _by_year(reported)
    return any(value > known[year] for year, value in _by_year(resolved).items() if year in known)


def _by_year(series: str) -> dict[str, int]:
    """Numbers by year; a label in words stands for the one year of its table."""
    return {label if label.isdigit() else "": value for label, value in json.loads(series).items()}
