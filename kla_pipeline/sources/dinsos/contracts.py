"""Contracts of Dinas Sosial: the PPKS roster, services (ATENSI), the register of child labour, lists and counts.

Quirks: categories for children reach 18 inclusive in the agency's lists although a child is under 18; roster rows may
carry no date of report; data entry and street raids stand among the services without being one.
"""

from __future__ import annotations

import json

import pandas as pd

from kla_pipeline.quality.catalogue import attributes_of
from kla_pipeline.quality.contract import (
    Contract,
    Date,
    Flag,
    Int,
    Text,
    code,
    contract,
    day,
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

_CHILD_CATEGORIES = {name for name, facts in attributes_of("ppks_category").items() if facts.get("child")}


def _full_years(born: pd.Series, on: pd.Series) -> pd.Series:
    """Completed years; a child born on 29 February completes one on 1 March in a common year."""
    before = (on.dt.month < born.dt.month) | ((on.dt.month == born.dt.month) & (on.dt.day < born.dt.day))
    return on.dt.year - born.dt.year - before.astype("int64")


@contract("ppks", title=("Daftar PPKS", "PPKS roster"), warn_near_duplicates=True)
class Ppks(Contract):
    """One row per person and roster number."""

    ppks_no: Text = text("Nomor PPKS", "Roster number", key=True)
    nik: Text = nik("NIK", "NIK")
    no_nik_reason: Text = text("Alasan tanpa NIK", "Reason for a missing NIK")
    name: Text = text("Nama", "Name", required=True, privacy="specific_child")
    birth_date: Date = day("Tanggal lahir", "Date of birth", privacy="specific_child")
    sex: Text = code("sex", "Jenis kelamin", "Sex")
    category: Text = code("ppks_category", "Kategori PPKS", "PPKS category", required=True)
    district: Text = district("Kabupaten/kota", "Regency or city")
    kecamatan: Text = kecamatan("Kecamatan", "Kecamatan", within="district")
    report_date: Date = day("Tanggal laporan", "Date of the report")
    status: Text = code("ppks_status", "Status", "Status", required=True)
    closed_date: Date = day("Tanggal selesai", "Date of closing")

    @rule("over_age_child_category")
    @staticmethod
    def over_age_child_category(frame: pd.DataFrame) -> pd.Series:
        """Kept and flagged: the person is in no child figure because age decides there."""
        age = _full_years(frame["birth_date"], frame["report_date"])
        return ~frame["category"].isin(_CHILD_CATEGORIES) | age.isna() | (age < 18)

    @rule("closed_before_report")
    @staticmethod
    def closed_before_report(frame: pd.DataFrame) -> pd.Series:
        """Closing cannot precede the report."""
        both = frame["closed_date"].notna() & frame["report_date"].notna()
        return ~both | (frame["closed_date"] >= frame["report_date"])


@contract(
    "ppks_service",
    title=("Layanan PPKS (ATENSI)", "Services for PPKS (ATENSI)"),
)
class PpksService(Contract):
    """One row per service given to a person on a day."""

    ppks_no: Text = text("Nomor PPKS", "Roster number", key=True)
    service_code: Text = code("atensi", "Jenis layanan", "Service", key=True)
    service_date: Date = day("Tanggal layanan", "Date of the service", key=True)
    provider: Text = text("Pemberi layanan", "Provider", privacy="general")


@contract("child_labour", title=("Register pekerja anak", "Register of child labour"))
class ChildLabour(Contract):
    """One row per identified working child."""

    labour_no: Text = text("Nomor register", "Register number", key=True)
    nik: Text = nik("NIK anak", "Child's NIK")
    no_nik_reason: Text = text("Alasan tanpa NIK", "Reason for a missing NIK")
    name: Text = text("Nama anak", "Child's name", required=True, privacy="specific_child")
    birth_date: Date = day("Tanggal lahir", "Date of birth", privacy="specific_child")
    sex: Text = code("sex", "Jenis kelamin", "Sex")
    district: Text = district("Kabupaten/kota", "Regency or city")
    kecamatan: Text = kecamatan("Kecamatan", "Kecamatan", within="district")
    identified_date: Date = day("Tanggal teridentifikasi", "Date identified", required=True)
    work_form: Text = code("labour_form", "Bentuk pekerjaan", "Form of work", required=True)
    is_worst_form: Flag = flag("Bentuk terburuk", "Worst form of child labour", required=True)
    verified_date: Date = day("Tanggal verifikasi", "Date verified")
    withdrawn_date: Date = day("Tanggal penarikan", "Date withdrawn")
    placed_date: Date = day("Tanggal penempatan", "Date placed")
    placement: Text = code("placement", "Penempatan", "Placement")
    followup_date: Date = day("Tanggal tindak lanjut", "Date of follow-up")
    followup_status: Text = code("followup", "Hasil tindak lanjut", "Result of follow-up")
    relapse_date: Date = day("Tanggal kambuh", "Date of relapse")
    closed_date: Date = day("Tanggal ditutup", "Date closed")
    closed_reason: Text = text("Alasan ditutup", "Reason for closing")

    @rule("birth_after_event")
    @staticmethod
    def birth_after_event(frame: pd.DataFrame) -> pd.Series:
        """A working child is born."""
        both = frame["birth_date"].notna() & frame["identified_date"].notna()
        return ~both | (frame["birth_date"] <= frame["identified_date"])

    @rule("withdrawn_before_identified")
    @staticmethod
    def withdrawn_before_identified(frame: pd.DataFrame) -> pd.Series:
        """Withdrawal follows identification."""
        both = frame["withdrawn_date"].notna() & frame["identified_date"].notna()
        return ~both | (frame["withdrawn_date"] >= frame["identified_date"])

    @rule("placed_without_withdrawal")
    @staticmethod
    def placed_without_withdrawal(frame: pd.DataFrame) -> pd.Series:
        """Freed means withdrawn and placed, so a placement needs its withdrawal."""
        return frame["placed_date"].isna() | frame["withdrawn_date"].notna()


@contract("ppks_list", title=("Daftar PPKS tanpa nomor", "PPKS list without roster numbers"))
class PpksList(Contract):
    """One row per person as a service desk or an import form lists them; no number ties it to the roster or a service.

    `person_ref` is put together of what the row says of the person, so it is as confidential as the name itself.
    """

    person_ref: Text = text(
        "Penanda orang dalam daftar", "Mark of the person in the list", key=True, privacy="specific_child"
    )
    nik: Text = nik("NIK", "NIK")
    name: Text = text("Nama", "Name", required=True, privacy="specific_child")
    birth_date: Date = day("Tanggal lahir", "Date of birth", privacy="specific_child")
    sex: Text = code("sex", "Jenis kelamin", "Sex")
    category: Text = multi("ppks_category", "Kategori PPKS", "PPKS categories", required=True)
    district: Text = district("Kabupaten/kota", "Regency or city")
    kecamatan: Text = kecamatan("Kecamatan", "Kecamatan", within="district")
    report_date: Date = day("Tanggal laporan", "Date of the report")
    status: Text = code("ppks_status", "Status", "Status")


@contract(
    "social_aid",
    title=("Penerima bantuan sosial per kecamatan", "Recipients of social aid by kecamatan"),
    scope_column="district",
)
class SocialAid(Contract):
    """One row per year, kecamatan and programme; the unit of the number belongs to the programme's label."""

    reference_year: Int = integer("Tahun", "Year", key=True, ge=2000, le=2100)
    kecamatan_name: Text = text("Kecamatan", "Kecamatan", key=True)
    program: Text = code("aid_program", "Program", "Programme", key=True)
    recipients: Int = integer("Jumlah penerima", "Recipients", required=True, ge=0)
    district: Text = district("Kabupaten/kota", "Regency or city")

    @rule("total_under_parent_name")
    @staticmethod
    def total_under_parent_name(frame: pd.DataFrame) -> pd.Series:
        """A total that bears the city's name would count everybody twice."""
        return names_no_parent(frame["kecamatan_name"], frame["district"])


def _says_percent_of_counts(text: object) -> bool:
    """Whether a series holds, under a header that says percentage, a number that can be none."""
    if not isinstance(text, str):
        return False
    return any(label.lower().startswith("persentase") and value > 100 for label, value in json.loads(text).items())


@contract("ppks_area", title=("PPKS per kecamatan", "PPKS by kecamatan"), scope_column="district")
class PpksArea(Contract):
    """One row per year and kecamatan; `counts` holds the table's columns by their header, as the agency words it."""

    reference_year: Int = integer("Tahun", "Year", key=True, ge=2000, le=2100)
    kecamatan_name: Text = text("Kecamatan", "Kecamatan", key=True)
    counts: Text = series("Jumlah per kolom", "Counts by column", required=True)
    district: Text = district("Kabupaten/kota", "Regency or city")

    @rule("total_under_parent_name")
    @staticmethod
    def total_under_parent_name(frame: pd.DataFrame) -> pd.Series:
        """A total that bears the city's name would count everybody twice."""
        return names_no_parent(frame["kecamatan_name"], frame["district"])

    @rule("percentage_above_100")
    @staticmethod
    def percentage_above_100(frame: pd.DataFrame) -> pd.Series:
        """Kept as it stands, because only the agency knows which of the two it meant."""
        return ~frame["counts"].map(_says_percent_of_counts, na_action=None).astype("boolean")


@contract("ppks_years", title=("PPKS per tahun", "PPKS by year"), scope_column="district")
class PpksYears(Contract):
    """One row per kecamatan and category with the years of a table side by side in `counts`; "SEMUA" where not divided.

    Kecamatan and category stand as the table words them; `first_year` keeps tables of other years apart.
    """

    kecamatan_name: Text = text("Kecamatan", "Kecamatan", key=True)
    category: Text = text("Kategori (tertulis)", "Category as written", key=True)
    first_year: Int = integer("Tahun pertama", "First year", key=True, ge=2000, le=2100)
    # years beside kecamatan may count anything: without a word of it, the table is not read as one of PPKS
    topic: Text = text("Kata yang menandai PPKS", "Word that marks the table as one of PPKS", required=True)
    counts: Text = series("Jumlah per tahun", "Counts by year", labels="year", required=True)
    district: Text = district("Kabupaten/kota", "Regency or city")
