"""Contracts of DP3A: the register of violence cases (victims and their services), staff and facilities.

Quirks: one case has several victims and one victim several forms of violence and services, so none of these may be
summed as children. Women are in the same register. The agency's own age column is not read. Dates may be estimates.
Tables of counts per district are another thing than the register: nobody in them can be told apart or linked.
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
    area,
    code,
    contract,
    day,
    decimal,
    district,
    flag,
    integer,
    kecamatan,
    multi,
    nik,
    rule,
    series,
    text,
)
from kla_pipeline.quality.parent_names import names_no_parent


@contract("violence_victim", title=("Korban kekerasan", "Victims of violence"), warn_near_duplicates=True)
class ViolenceVictim(Contract):
    """One row per victim of a case."""

    register_no: Text = text("Nomor register", "Register number", key=True)
    victim_no: Int = integer("Korban ke", "Number of the victim in the case", key=True, ge=1)
    nik: Text = nik("NIK korban", "Victim's NIK")
    no_nik_reason: Text = text("Alasan tanpa NIK", "Reason for a missing NIK")
    name: Text = text("Nama korban", "Victim's name", required=True, privacy="specific_child")
    birth_date: Date = day("Tanggal lahir", "Date of birth", privacy="specific_child")
    sex: Text = code("sex", "Jenis kelamin", "Sex")
    district: Text = district("Kabupaten/kota domisili", "Regency or city of domicile")
    kecamatan: Text = kecamatan("Kecamatan domisili", "Kecamatan of domicile", within="district")
    incident_date: Date = day("Tanggal kejadian", "Date of the incident")
    report_date: Date = day("Tanggal lapor", "Date of the report", required=True)
    date_quality: Text = code("date_quality", "Mutu tanggal kejadian", "Quality of the incident date")
    violence_forms: Text = multi("violence_form", "Bentuk kekerasan", "Forms of violence", required=True)
    location: Text = code("location", "Kategori tempat kejadian", "Kind of place")
    relation: Text = code("relation", "Hubungan dengan pelaku", "Relation to the perpetrator")
    is_domestic: Flag = flag("KDRT", "Domestic violence")
    has_disability: Flag = flag("Penyandang disabilitas", "Has a disability")
    case_status: Text = code("case_status", "Status kasus", "Status of the case", required=True)
    closed_date: Date = day("Tanggal selesai", "Date of closing")
    death_date: Date = day("Tanggal meninggal", "Date of death")

    @rule("birth_after_event")
    @staticmethod
    def birth_after_event(frame: pd.DataFrame) -> pd.Series:
        """Up to 300 days is an unborn child; later is an error."""
        event = frame["incident_date"].fillna(frame["report_date"])
        return frame["birth_date"].isna() | event.isna() | ((frame["birth_date"] - event).dt.days <= 300)

    @rule("report_before_incident")
    @staticmethod
    def report_before_incident(frame: pd.DataFrame) -> pd.Series:
        """A negative reporting delay is an error of entry."""
        both = frame["report_date"].notna() & frame["incident_date"].notna()
        return ~both | (frame["report_date"] >= frame["incident_date"])

    @rule("closed_before_report")
    @staticmethod
    def closed_before_report(frame: pd.DataFrame) -> pd.Series:
        """Closing cannot precede the report."""
        both = frame["closed_date"].notna() & frame["report_date"].notna()
        return ~both | (frame["closed_date"] >= frame["report_date"])

    @rule("status_closed_without_date")
    @staticmethod
    def status_closed_without_date(frame: pd.DataFrame) -> pd.Series:
        """A case without a closing date stays open in the figures."""
        return (frame["case_status"] != "closed") | frame["closed_date"].notna()


@contract(
    "victim_service",
    title=("Layanan bagi korban", "Services for victims"),
)
class VictimService(Contract):
    """One row per service given to a victim on a day."""

    register_no: Text = text("Nomor register", "Register number", key=True)
    victim_no: Int = integer("Korban ke", "Number of the victim in the case", key=True, ge=1)
    service_code: Text = code("service", "Jenis layanan", "Service", key=True)
    service_date: Date = day("Tanggal layanan", "Date of the service", key=True)
    provider: Text = text("Pemberi layanan", "Provider", privacy="general")


@contract("staff", title=("Petugas layanan", "Service staff"))
class Staff(Contract):
    """One row per person in a post; persons are known by their staff number only."""

    staff_no: Text = text("Nomor pegawai", "Staff number", key=True, privacy="general")
    unit: Text = code("service_unit", "Unit", "Unit", required=True)
    role: Text = code("staff_role", "Jabatan fungsi", "Role", required=True)
    fte: Decimal = decimal("FTE", "Full-time equivalent", required=True, ge=0, le=1)
    start_date: Date = day("Mulai bertugas", "Start", required=True)
    end_date: Date = day("Selesai bertugas", "End")

    @rule("end_before_start")
    @staticmethod
    def end_before_start(frame: pd.DataFrame) -> pd.Series:
        """A post ends after it starts."""
        both = frame["end_date"].notna() & frame["start_date"].notna()
        return ~both | (frame["end_date"] >= frame["start_date"])


@contract("facility_item", title=("Daftar periksa sarana", "Facility checklist"))
class FacilityItem(Contract):
    """One row per year, unit and item; an empty "present" means unchecked."""

    reference_year: Int = integer("Tahun", "Year", key=True, ge=2000, le=2100)
    unit: Text = code("service_unit", "Unit", "Unit", key=True)
    item: Text = code("facility_item", "Sarana", "Item", key=True)
    is_required: Flag = flag("Wajib", "Required", required=True)
    is_present: Flag = flag("Ada", "Present")
    is_working: Flag = flag("Berfungsi", "Working")
    checked_on: Date = day("Tanggal periksa", "Checked on")


AGE_BAND = (
    r"^(?i:semua|tidak diketahui|"
    r"(?:\d{1,3}\s?[-\u2013]\s?\d{1,3}|\d{1,3}\s?\+|[<>\u2264\u2265]=?\s?\d{1,3}|\d{1,3}\s(?:tahun\s)?ke\s?atas)"
    r"(?:\s(?:tahun|thn|th))?)$"
)


@contract(
    "violence_monthly", title=("Kekerasan per bulan (agregat)", "Violence by month (counts)"), scope_column="district"
)
class ViolenceMonthly(Contract):
    """One row per year, month and cell of a city's table of counts; a table that does not divide says "all".

    Counts of persons or cases as published, without any identity; kept apart from the register and in no indicator.
    """

    reference_year: Int = integer("Tahun", "Year", key=True, ge=2000, le=2100)
    month: Text = code("month", "Bulan", "Month", key=True)
    violence_form: Text = code("counted_form", "Bentuk kekerasan", "Form of violence", key=True)
    sex: Text = code("population_sex", "Jenis kelamin", "Sex", key=True)
    # as written: bands differ from table to table, and "45+" is not "<45"
    age_band: Text = text("Kelompok umur", "Age band", key=True, pattern=AGE_BAND)
    area: Text = text("Wilayah dalam tabel", "Area in the table", key=True)
    victim_group: Text = code("victim_group", "Kelompok korban", "Whom the table counts", key=True)
    unit: Text = code("counted_unit", "Satuan", "What is counted", key=True)
    # any table by month has these columns: without a word of it, it is not read as one of violence
    topic: Text = text("Kata yang menandai kekerasan", "Word that marks the table as one of violence", required=True)
    cases: Int = integer("Jumlah", "Count", required=True, ge=0)
    district: Text = district("Kabupaten/kota", "Regency or city")

    @rule("total_under_parent_name")
    @staticmethod
    def total_under_parent_name(frame: pd.DataFrame) -> pd.Series:
        """A total that bears the city's name would count everybody twice."""
        return names_no_parent(frame["area"], frame["district"])


def _row_total_holds(frame: pd.DataFrame) -> pd.Series:
    """Whether the total that a row states is the sum of its series; unknown where one of them is missing."""
    sums = [pd.NA if pd.isna(text) else sum(json.loads(text).values()) for text in frame["counts"]]
    return frame["stated_total"] == pd.Series(sums, index=frame.index, dtype="Int64")


@contract(
    "violence_months",
    title=("Kekerasan, bulan berdampingan (agregat)", "Violence, months side by side (counts)"),
    scope_column="district",
)
class ViolenceMonths(Contract):
    """The table of `violence_monthly` with a column for each month: one row per year and cell of the other columns.

    One row of the sheet stays one row here; `counts` holds {month: count}.
    """

    reference_year: Int = integer("Tahun", "Year", key=True, ge=2000, le=2100)
    violence_form: Text = code("counted_form", "Bentuk kekerasan", "Form of violence", key=True)
    sex: Text = code("population_sex", "Jenis kelamin", "Sex", key=True)
    age_band: Text = text("Kelompok umur", "Age band", key=True, pattern=AGE_BAND)
    area: Text = text("Wilayah dalam tabel", "Area in the table", key=True)
    victim_group: Text = code("victim_group", "Kelompok korban", "Whom the table counts", key=True)
    unit: Text = code("counted_unit", "Satuan", "What is counted", key=True)
    topic: Text = text("Kata yang menandai kekerasan", "Word that marks the table as one of violence", required=True)
    counts: Text = series("Jumlah per bulan", "Counts by month", labels="month", required=True)
    stated_total: Int = integer("Jumlah menurut tabel", "Total as the table states it", ge=0)
    district: Text = district("Kabupaten/kota", "Regency or city")

    @rule("row_total")
    @staticmethod
    def row_total(frame: pd.DataFrame) -> pd.Series:
        """A total beside its months gives the same counts twice."""
        return _row_total_holds(frame)


@contract(
    "violence_split",
    title=("Kekerasan, rincian berdampingan (agregat)", "Violence, a breakdown side by side (counts)"),
    scope_column="district",
)
class ViolenceSplit(Contract):
    """Counts of a city with a breakdown as columns: `across` says which one, `counts` holds {header: count} as written.

    What the rows divide by stands in the other columns, "all" where they do not. Where years stand side by side,
    `reference_year` is the first of them.
    """

    across: Text = code("counted_across", "Rincian yang berdampingan", "Breakdown side by side", key=True)
    reference_year: Int = integer("Tahun", "Year, the first of several", key=True, ge=2000, le=2100)
    month: Text = code("counted_month", "Bulan", "Month", key=True)
    violence_form: Text = code("counted_form", "Bentuk kekerasan", "Form of violence", key=True)
    sex: Text = code("population_sex", "Jenis kelamin", "Sex", key=True)
    age_band: Text = text("Kelompok umur", "Age band", key=True, pattern=AGE_BAND)
    area: Text = text("Wilayah dalam tabel", "Area in the table", key=True)
    victim_group: Text = code("victim_group", "Kelompok korban", "Whom the table counts", key=True)
    unit: Text = code("counted_unit", "Satuan", "What is counted", key=True)
    topic: Text = text("Kata yang menandai kekerasan", "Word that marks the table as one of violence", required=True)
    counts: Text = series("Jumlah per kolom", "Counts by column", required=True)
    stated_total: Int = integer("Jumlah menurut tabel", "Total as the table states it", ge=0)
    district: Text = district("Kabupaten/kota", "Regency or city")

    @rule("row_total")
    @staticmethod
    def row_total(frame: pd.DataFrame) -> pd.Series:
        """A total beside its parts gives the same counts twice."""
        return _row_total_holds(frame)


DIMENSIONS = {name: set(facts["dimensions"]) for name, facts in attributes_of("violence_category").items()}


@contract(
    "violence_aggregate",
    title=("Agregat korban kekerasan", "Aggregate tables of victims of violence"),
    scope_column="district",
)
class ViolenceAggregate(Contract):
    """One row per district, year, sex and category of a table of victims reported or served; all ages.

    `persons` is the count as the table has it, `unit` the word it is counted in there (ORANG, KORBAN). `row_no` keeps
    apart the rows of a cell that a table has twice: which of them bears a wrong label cannot be told from the table.
    """

    district: Text = area("Kode kabupaten/kota", "Code of regency or city", named_by="district_name", key=True)
    district_name: Text = text("Kabupaten/kota", "Regency or city")
    reference_year: Int = integer("Tahun", "Year", key=True, ge=2000, le=2100)
    sex: Text = code("population_sex", "Jenis kelamin", "Sex", key=True)
    measure: Text = code("aggregate_measure", "Yang dihitung", "What is counted", key=True)
    dimension: Text = code("aggregate_dimension", "Rincian", "Breakdown", key=True)
    category: Text = code("violence_category", "Kategori", "Category", key=True)
    row_no: Text = text("Nomor baris tabel", "Number of the row in the table", key=True)
    persons: Int = integer("Jumlah", "Count", required=True, ge=0)
    unit: Text = text("Satuan", "Unit as written")

    @rule("category_of_other_dimension")
    @staticmethod
    def category_of_other_dimension(frame: pd.DataFrame) -> pd.Series:
        """An age band in a table by occupation means that columns or sheets were mixed up."""
        pairs = zip(frame["dimension"], frame["category"], strict=True)
        return pd.Series(
            [pd.isna(d) or pd.isna(c) or c not in DIMENSIONS or d in DIMENSIONS[c] for d, c in pairs],
            index=frame.index,
            dtype="boolean",
        )
