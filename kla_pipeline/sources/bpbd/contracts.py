"""Contracts of BPBD: events of the national list (DIBI), the mechanism checklist, its own registers, and statistics.

Quirks of DIBI: district codes are text (`72.10` is not 72.1); the number of events is a fraction where one event is
split over districts; placeholder times (08:08:08, 00:01:00) stand for an unknown time; `menderita_mengungsi` merges
affected and displaced people, so it is never a count of displaced persons; no column tells children apart. Exports
from before the newest one give reports no id, number districts as Statistics Indonesia does, and leave a count empty
where nobody knew it.
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
    area,
    code,
    contract,
    day,
    decimal,
    district,
    flag,
    integer,
    kecamatan,
    kelurahan,
    mentions,
    moment,
    money,
    rule,
    text,
    time_of_day,
)
from kla_pipeline.quality.parent_names import names_no_parent


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

    @rule("year_mismatch")
    @staticmethod
    def year_mismatch(frame: pd.DataFrame) -> pd.Series:
        """The export repeats the date in columns of its own; the date decides."""
        same_year = frame["year"].isna() | (frame["event_at"].dt.year == frame["year"])
        same_month = frame["month"].isna() | (frame["event_at"].dt.month == frame["month"])
        return same_year & same_month

    @rule("province_mismatch")
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

    @rule("not_applicable_without_reason")
    @staticmethod
    def not_applicable_without_reason(frame: pd.DataFrame) -> pd.Series:
        """An item leaves the indicator only with a stated reason."""
        return (frame["verdict"] != "not_applicable") | frame["reason"].notna()


# provinces that were part of another one when older exports were made
SPLIT_FROM = {"65": "64", "93": "91", "94": "91", "95": "91", "96": "92"}


@contract(
    "disaster_report",
    title=("Laporan bencana dari ekspor lama", "Disaster reports of older exports"),
    scope_column="district",
    warn_near_duplicates=True,
)
class DisasterReport(Contract):
    """One row per report and district of an export without event ids; `generation` says which kind of export.

    The report's number means something inside its export only. Counts: people and buildings; empty = not known.
    """

    generation: Text = text("Generasi ekspor", "Generation of the export", key=True)
    hazard: Text = code("hazard", "Jenis bencana", "Hazard", key=True)
    report_no: Text = text("Nomor baris atau kode bencana", "Number or code of the report", key=True)
    event_code: Text = text("Kode identitas bencana", "Identity code of the disaster")
    event_date: Date = day("Tanggal kejadian", "Date of the event", required=True)
    district: Text = area("Kode kabupaten/kota", "Code of regency or city", named_by="district_name", required=True)
    district_name: Text = text("Kabupaten/kota", "Regency or city", required=True)
    province: Text = area("Provinsi", "Province", level="province")
    places: Text = mentions("Lokasi", "Places named", within="district")
    event_share: Decimal = decimal("Jumlah kejadian", "Share of the event in this district", gt=0)
    deaths: Int = integer("Meninggal", "Deaths", ge=0)
    missing: Int = integer("Hilang", "Missing", ge=0)
    injured: Int = integer("Luka/sakit", "Injured or ill", ge=0)
    affected: Int = integer("Menderita", "Affected", ge=0)
    displaced: Int = integer("Mengungsi", "Displaced", ge=0)
    affected_displaced: Int = integer("Menderita dan mengungsi", "Affected and displaced, merged", ge=0)
    houses_damaged: Int = integer("Rumah rusak", "Houses damaged, however badly", ge=0)
    houses_heavy: Int = integer("Rumah rusak berat", "Houses heavily damaged", ge=0)
    houses_moderate: Int = integer("Rumah rusak sedang", "Houses moderately damaged", ge=0)
    houses_light: Int = integer("Rumah rusak ringan", "Houses lightly damaged", ge=0)
    houses_flooded: Int = integer("Rumah terendam", "Houses flooded", ge=0)
    facilities_damaged: Int = integer("Fasilitas umum rusak", "Public facilities damaged", ge=0)
    schools_damaged: Int = integer("Satuan pendidikan rusak", "Schools damaged", ge=0)
    worship_damaged: Int = integer("Rumah ibadat rusak", "Places of worship damaged", ge=0)
    health_damaged: Int = integer("Fasilitas kesehatan rusak", "Health facilities damaged", ge=0)
    offices_damaged: Int = integer("Kantor rusak", "Offices damaged", ge=0)
    bridges_damaged: Int = integer("Jembatan rusak", "Bridges damaged", ge=0)

    @rule("place_disagrees")
    @staticmethod
    def place_disagrees(frame: pd.DataFrame) -> pd.Series:
        """Code and name agree on the district (else the row is rejected); the province is a third witness."""
        today = frame["district"].str.slice(0, 2)
        return (
            frame["province"].isna() | (today == frame["province"]) | (today.replace(SPLIT_FROM) == frame["province"])
        )

    @rule("damage_sum")
    @staticmethod
    def damage_sum(frame: pd.DataFrame) -> pd.Series:
        """An export that gives total and classes gives the same houses twice."""
        classes = frame["houses_heavy"] + frame["houses_moderate"] + frame["houses_light"]
        return frame["houses_damaged"].isna() | classes.isna() | (frame["houses_damaged"] == classes)


def _sum_of(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """Sum of columns, unknown where one of them is."""
    total = frame[columns[0]]
    for name in columns[1:]:
        total = total + frame[name]
    return total


_CHILD_BANDS = ("children_0_5", "children_6_12", "children_13_17")


@contract("flood_report", title=("Laporan banjir per kelurahan", "Flood reports by kelurahan"), scope_column="district")
class FloodReport(Contract):
    """One row per day and kelurahan of the agency's own flood table; people displaced stand in a column of their own.

    Children are counted only where the form asks for them: empty means not asked, never none.
    """

    event_date: Date = day("Tanggal kejadian", "Date of the flood", key=True)
    kecamatan_name: Text = text("Kecamatan (tertulis)", "Kecamatan as written", key=True)
    kelurahan_name: Text = text("Kelurahan (tertulis)", "Kelurahan as written", key=True)
    district: Text = district("Kabupaten/kota", "Regency or city")
    kecamatan: Text = kecamatan("Kecamatan", "Kecamatan", within="district")
    kelurahan: Text = kelurahan("Kelurahan", "Kelurahan", within="kecamatan")
    # a table of all hazards has the same columns: without a word of flood it is not read as one of floods
    topic: Text = text("Kata yang menandai banjir", "Word that marks the table as one of floods", required=True)
    height_cm: Text = text(
        "Tinggi air (cm)",
        "Height of the water (cm)",
        pattern=r"^(?i:[<>±]?\s?\d{1,3}(?:[.,]0)?(?:\s?(?:-|\u2013|s\.?/?d\.?|sampai)\s?\d{1,3})?(?:\s?cm)?)$",
        pattern_severity="warn",
    )
    families: Int = integer("KK terdampak", "Families affected", ge=0, units=("kk",))
    persons: Int = integer("Jiwa terdampak", "Persons affected", ge=0, units=("jiwa", "orang"))
    displaced: Int = integer("Jiwa mengungsi", "Persons displaced", ge=0, units=("jiwa", "orang"))
    children_displaced: Int = integer("Anak mengungsi", "Children displaced", ge=0, units=("jiwa", "orang", "anak"))
    children_0_5: Int = integer("Anak mengungsi umur 0-5", "Children displaced aged 0-5", ge=0)
    children_6_12: Int = integer("Anak mengungsi umur 6-12", "Children displaced aged 6-12", ge=0)
    children_13_17: Int = integer("Anak mengungsi umur 13-17", "Children displaced aged 13-17", ge=0)

    @rule("children_exceed_displaced")
    @staticmethod
    def children_exceed_displaced(frame: pd.DataFrame) -> pd.Series:
        """Children are a part of the displaced."""
        banded = _sum_of(frame, _CHILD_BANDS)
        within = frame["children_displaced"].isna() | (frame["children_displaced"] <= frame["displaced"])
        return within & (banded.isna() | (banded <= frame["displaced"]))

    @rule("child_bands_sum")
    @staticmethod
    def child_bands_sum(frame: pd.DataFrame) -> pd.Series:
        """A form that asks for both gives the same children twice."""
        banded = _sum_of(frame, _CHILD_BANDS)
        return frame["children_displaced"].isna() | banded.isna() | (frame["children_displaced"] == banded)


@contract("fire_report", title=("Register kebakaran", "Fire register"), scope_column="district")
class FireReport(Contract):
    """One row per fire. Where it burnt may be somebody's home, so the place is kept as a personal value."""

    event_date: Date = day("Tanggal kejadian", "Date of the fire", key=True)
    event_time: Text = time_of_day("Jam kejadian", "Time of the fire")
    place: Text = text("Tempat kejadian", "Place of the fire", key=True, privacy="general")
    district: Text = district("Kabupaten/kota", "Regency or city")
    kecamatan: Text = kecamatan("Kecamatan", "Kecamatan", within="district")
    kelurahan: Text = kelurahan("Kelurahan", "Kelurahan", within="kecamatan")
    burnt_object: Text = text("Objek yang terbakar", "What burnt", key=True)
    cause: Text = text("Dugaan penyebab", "Presumed cause")
    deaths: Int = integer("Meninggal", "Deaths", ge=0, units=("orang", "jiwa"))
    injured: Int = integer("Luka", "Injured", ge=0, units=("orang", "jiwa"))
    # a register that does not say whether its victims died; never counted as deaths
    victims: Int = integer("Korban, tidak dirinci", "Victims, dead or injured", ge=0, units=("orang", "jiwa"))
    loss_rp: Decimal = money("Taksiran kerugian (Rp)", "Estimated loss (Rp)")
    response_minutes: Int = integer("Waktu tanggap (menit)", "Response time (minutes)", ge=0, units=("menit", "mnt"))


@contract("disaster_statistic", title=("Statistik kebencanaan per kabupaten/kota", "Disaster statistics by district"))
class DisasterStatistic(Contract):
    """One row per year, district and indicator of an open-data table: a number of events, or an index in points."""

    reference_year: Int = integer("Tahun", "Year", key=True, ge=1990, le=2100)
    area_code: Text = area("Kode kabupaten/kota", "Code of regency or city", named_by="area_name", key=True)
    area_name: Text = text("Kabupaten/kota", "Regency or city")
    indicator: Text = text("Indikator (judul kolom)", "Indicator, as the column is headed", key=True)
    value: Decimal = decimal("Nilai", "Value", required=True, ge=0)
    unit: Text = text("Satuan", "Unit")


@contract(
    "disaster_by_area",
    title=("Bencana per kecamatan dan tahun", "Disasters by kecamatan and year"),
    scope_column="district",
)
class DisasterByArea(Contract):
    """One row per year and kecamatan: events of all hazards together, buildings and loss."""

    reference_year: Int = integer("Tahun", "Year", key=True, ge=1990, le=2100)
    kecamatan_name: Text = text("Kecamatan", "Kecamatan", key=True)
    district: Text = district("Kabupaten/kota", "Regency or city")
    events: Int = integer("Jumlah bencana", "Events", required=True, ge=0)
    destroyed: Int = integer("Hancur", "Buildings destroyed", ge=0)
    damaged: Int = integer("Rusak", "Buildings damaged", ge=0)
    loss_rp: Decimal = money("Kerugian (Rp)", "Loss (Rp)")

    @rule("total_under_parent_name")
    @staticmethod
    def total_under_parent_name(frame: pd.DataFrame) -> pd.Series:
        """A total that bears the city's name would count everybody twice."""
        return names_no_parent(frame["kecamatan_name"], frame["district"])


@contract(
    "disaster_by_hazard",
    title=("Bencana per jenis dan tahun", "Disasters by hazard and year"),
    scope_column="district",
)
class DisasterByHazard(Contract):
    """One row per year and hazard of the whole area that the file is about."""

    reference_year: Int = integer("Tahun", "Year", key=True, ge=1990, le=2100)
    # as written: one table may tell apart what the list takes for one hazard
    hazard_name: Text = text("Jenis bencana (tertulis)", "Hazard as written", key=True)
    hazard: Text = code("hazard", "Jenis bencana", "Hazard", required=True)
    district: Text = district("Kabupaten/kota", "Regency or city")
    events: Int = integer("Jumlah kejadian", "Events", required=True, ge=0)
