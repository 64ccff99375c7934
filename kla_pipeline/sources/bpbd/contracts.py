"""Contracts of BPBD: disaster events of the national list (DIBI) and the disaster-mechanism checklist.

Quirks of DIBI: district codes are text (`72.10` is not 72.1); the number of events is a fraction where one event is
split over districts; placeholder times (08:08:08, 00:01:00) stand for an unknown time; `menderita_mengungsi` merges
affected and displaced people, so it is never a count of displaced persons; no column tells children apart.
"""

from __future__ import annotations

import pandas as pd

from kla_pipeline.quality.contract import (
    Contract,
    Date,
    Decimal,
    Flag,
    Int,
    Text,
    Timestamp,
    code,
    contract,
    day,
    decimal,
    flag,
    integer,
    moment,
    rule,
    text,
)


@contract(
    "disaster_event",
    title=("Kejadian bencana (DIBI)", "Disaster events (DIBI)"),
    scope_column="district_code",
    warn_near_duplicates=True,
)
class DisasterEvent(Contract):
    """One row per event and district."""

    event_id: Text = text("ID kejadian", "Event id", key=True)
    event_at: Timestamp = moment("Tanggal/waktu kejadian", "Date and time of the event", required=True)
    week: Int = integer("Minggu", "Week of the year", ge=0, le=54)
    month: Int = integer("Bulan", "Month", ge=1, le=12)
    year: Int = integer("Tahun", "Year", ge=1800, le=2100)
    province_code: Text = text("Kode provinsi", "Province code")
    province_name: Text = text("Provinsi", "Province")
    district_code: Text = text(
        "Kode kabupaten/kota", "Code of regency or city", required=True, pattern=r"^\d{2}\.\d{2}$"
    )
    district_name: Text = text("Kabupaten/kota", "Regency or city")
    hazard_code: Text = text("Kode jenis kejadian", "Hazard code", required=True)
    hazard_name: Text = text("Nama kejadian", "Hazard")
    hazard_group: Text = text("Jenis bencana", "Hazard group")
    is_disaster: Flag = flag("Bencana", "Counts as a disaster")
    event_share: Decimal = decimal("Jumlah kejadian", "Share of the event in this district", required=True, gt=0)
    deaths: Int = integer("Meninggal", "Deaths", ge=0)
    missing: Int = integer("Hilang", "Missing", ge=0)
    injured: Int = integer("Luka/sakit", "Injured or ill", ge=0)
    affected_displaced: Int = integer("Menderita dan mengungsi", "Affected and displaced, merged", ge=0)
    houses_heavy: Int = integer("Rumah rusak berat", "Houses heavily damaged", ge=0)
    houses_moderate: Int = integer("Rumah rusak sedang", "Houses moderately damaged", ge=0)
    houses_light: Int = integer("Rumah rusak ringan", "Houses lightly damaged", ge=0)
    houses_flooded: Int = integer("Rumah terendam", "Houses flooded", ge=0)
    schools_damaged: Int = integer("Satuan pendidikan rusak", "Schools damaged", ge=0)
    worship_damaged: Int = integer("Rumah ibadat rusak", "Places of worship damaged", ge=0)
    health_damaged: Int = integer("Fasilitas kesehatan rusak", "Health facilities damaged", ge=0)
    offices_damaged: Int = integer("Kantor rusak", "Offices damaged", ge=0)
    bridges_damaged: Int = integer("Jembatan rusak", "Bridges damaged", ge=0)

    @rule(
        "year_mismatch",
        severity="warn",
        columns=("event_at", "year", "month"),
        what=(
            "Tahun atau bulan tidak sama dengan tanggal kejadian.",
            "Year or month differs from the date of the event.",
        ),
        mend=("Periksa tanggal kejadian di sumber.", "Check the date of the event at the source."),
    )
    @staticmethod
    def year_mismatch(frame: pd.DataFrame) -> pd.Series:
        """The export repeats the date in columns of its own; the date decides."""
        same_year = frame["year"].isna() | (frame["event_at"].dt.year == frame["year"])
        same_month = frame["month"].isna() | (frame["event_at"].dt.month == frame["month"])
        return same_year & same_month

    @rule(
        "province_mismatch",
        severity="warn",
        columns=("province_code", "district_code"),
        what=(
            "Kode kabupaten/kota tidak berada di provinsi yang ditulis.",
            "The district code does not lie in the province given.",
        ),
        mend=("Periksa kode wilayah.", "Check the area codes."),
    )
    @staticmethod
    def province_mismatch(frame: pd.DataFrame) -> pd.Series:
        """A district code starts with its province's code (Kemendagri numbering)."""
        return frame["province_code"].isna() | (frame["district_code"].str.slice(0, 2) == frame["province_code"])


@contract(
    "mechanism_check",
    title=("Daftar periksa mekanisme bencana ramah anak", "Checklist of the child-sensitive disaster mechanism"),
)
class MechanismCheck(Contract):
    """One row per year and checklist item; an agency fills the items it owns."""

    reference_year: Int = integer("Tahun", "Year", key=True, ge=2000, le=2100)
    item_id: Text = code("mechanism_item", "Kode butir", "Item", key=True)
    owner: Text = text("Pemilik", "Owner")
    verdict: Text = code("verdict", "Hasil pemeriksaan", "Verdict", required=True)
    reason: Text = text("Alasan tidak berlaku", "Reason when not applicable")
    doc_no: Text = text("Nomor dokumen", "Document number")
    doc_date: Date = day("Tanggal dokumen", "Date of the document")
    issuer: Text = text("Penerbit", "Issuer")
    checked_by: Text = text("Diperiksa oleh", "Checked by", privacy="general")
    checked_on: Date = day("Tanggal periksa", "Checked on")
    weight: Decimal = decimal("Bobot", "Weight set by the city", gt=0)

    @rule(
        "not_applicable_without_reason",
        columns=("verdict", "reason"),
        what=("Butir ditandai tidak berlaku tanpa alasan.", "An item is marked not applicable without a reason."),
        mend=("Isi kolom alasan.", "Fill in the reason."),
        dimension="completeness",
    )
    @staticmethod
    def not_applicable_without_reason(frame: pd.DataFrame) -> pd.Series:
        """An item leaves the indicator only with a stated reason."""
        return (frame["verdict"] != "not_applicable") | frame["reason"].notna()
