"""Every public file beside the project is recognised with its row counts, or refused with a true reason.

The numbers are written from the files' description and from looking at the files, not from a run.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from kla_pipeline_tests.sources.real_exports import files, needs_data, staged

pytestmark = needs_data


class Read(NamedTuple):
    """A table: layout, rows accepted and rejected, and rows set aside below the header by kind."""

    layout: str
    accepted: int
    rejected: int = 0
    set_aside: tuple[tuple[str, int], ...] = ()


# (agency, file) → its tables, or the code of the refusal
EXPECTED: dict[tuple[str, str], tuple[Read, ...] | str] = {
    ("dp3a", "child_violence/kabmalang_bentuk_kekerasan_perempuan.csv"): (
        Read("dp3a.violence_monthly", 300, 0, (("total", 25),)),  # 5 years, 5 forms: "Total" as a thirteenth month
    ),
    ("dp3a", "child_violence/kabmalang_kekerasan_anak.csv"): (Read("dp3a.violence_monthly", 120),),
    ("dp3a", "child_violence/kabmalang_usia_kekerasan_perempuan.csv"): (
        Read("dp3a.violence_monthly", 180, 0, (("total", 15),)),
    ),
    ("dp3a", "child_violence/jabar_dp3akb/raw_combined_eda.xlsx"): (
        Read("dp3a.aggregate_age", 1512),
        Read("dp3a.aggregate_education", 1728),
        Read("dp3a.aggregate_occupation", 1728),
        Read("dp3a.aggregate_served", 216),
    ),
    ("dp3a", "child_violence/jabar_dp3akb/clean_BERDASARKAN_USIA.csv"): (Read("dp3a.aggregate_age", 1512),),
    ("dp3a", "child_violence/jabar_dp3akb/clean_BERDASARKAN_PENDIDIKAN.csv"): (Read("dp3a.aggregate_education", 1728),),
    ("dp3a", "child_violence/jabar_dp3akb/clean_BERDASARKAN_PEKERJAAN.csv"): (Read("dp3a.aggregate_occupation", 1728),),
    ("dp3a", "child_violence/jabar_dp3akb/clean_KASUS_TERLAYANI.csv"): (Read("dp3a.aggregate_served", 216),),
    # one row says that the event's share in its district is 0
    ("bpbd", "disaster/dibi_raw_20260609_131743.csv"): (Read("bpbd.dibi_superset", 19422, 1),),
    ("bpbd", "disaster/kota_serang_dibi_superset_38rows.csv"): (Read("bpbd.dibi_superset", 38),),
    ("bpbd", "disaster/dibi_export_banjir_2022_11973rows_redacted.xlsx"): (Read("bpbd.dibi_2022", 11973),),
    ("bpbd", "disaster/bnpb_template_perka8_2011_94cols_redacted.xls"): (Read("bpbd.perka8", 34),),
    # somebody's cleaning: hazard codes, shares of split events and times are gone, four kinds of flood are one
    ("bpbd", "disaster/dibi_clean_bnpb.csv"): "unknown_layout",
    ("bpbd", "disaster/jabar_bpbd_jumlah_banjir_2012_2024.csv"): (Read("bpbd.disaster_statistic", 351),),
    ("bpbd", "disaster/jabar_indeks_risiko_bencana_2015_2024.csv"): (Read("bpbd.disaster_statistic", 270),),
    ("bpbd", "disaster/kabmalang_bencana_alam.csv"): (Read("bpbd.disaster_by_area", 165),),
    ("bpbd", "disaster/kabmalang_jenis_bencana.csv"): (Read("bpbd.disaster_by_hazard", 85),),
    ("dinsos", "social_welfare/tangsel_persentase_ppks_dan_dtks.xlsx"): (Read("dinsos.ppks_area", 7),),
    ("dinsos", "social_welfare/kabmalang_bantuan_sosial_per_kecamatan.csv"): (Read("dinsos.social_aid", 462),),
    ("dinsos", "social_welfare/pmks_import_header_buleleng.csv"): (Read("dinsos.ppks_import", 0),),
    # a list of categories and no list of people; the categories are a code list here
    ("dinsos", "social_welfare/pmks_26_kategori_buleleng.csv"): "unknown_layout",
    ("polres", "police/bps_jatim_tindak_pidana_penyelesaian_2016_2018.xls"): (
        Read("polres.crime_statistic", 38, 0, (("footer", 1), ("section", 2), ("total", 1))),
    ),
    # seven names of units stand twice, and nothing tells the regency's from the city's
    ("polres", "police/bps_jatim_tindak_pidana_penyelesaian_2016_2018_CLEANED_BY_HAND.csv"): (
        Read("polres.crime_statistic_flat", 24, 14, (("total", 1),)),
    ),
    ("reference", "region/banten_penduduk_luas_kemendagri_2025.csv"): (Read("reference.population_total", 9),),
    # lists of names without level, parent and validity cannot take the place of the region reference
    ("reference", "region/kota_serang_kecamatan_ref.csv"): "unknown_layout",
    ("reference", "region/kota_serang_kelurahan_ref.csv"): "unknown_layout",
    ("reference", "region/kota_serang_kode_nama_history_2016_2025.csv"): "unknown_layout",
    ("reference", "region/wilayah_banten_lengkap_kepmendagri_2025.csv"): "unknown_layout",
    ("reference", "region/wilayah_prov_kab_kec_nasional_kepmendagri_2025.csv"): "unknown_layout",
    ("reference", "region/banten_kabkota.geojson"): "other_kind",
    ("reference", "region/kota_serang_kecamatan_dissolved.geojson"): "other_kind",
    ("reference", "region/kota_serang_kecamatan_source_simplified.geojson"): "other_kind",
    ("reference", "region/kota_serang_kelurahan.geojson"): "other_kind",
    ("reference", "messy_indonesian/tangsel_penduduk_usia_60_64.xlsx"): (
        Read("reference.population_age_table", 8, 0, (("column_number", 1), ("footer", 1))),
    ),
    # statistics that nothing here uses
    ("reference", "messy_indonesian/bps_Jumlah Wisatawan Berdasarkan Kategori v1 data.csv"): "unknown_layout",
    ("reference", "messy_indonesian/jakarta_DATA-DKI-MENURUT-NOMOR-KODE-WILAYAH-TAHUN-2014.csv"): "unknown_layout",
    (
        "reference",
        "messy_indonesian/jakarta_Jumlah-Kecamatan-Kelurahan-Rukun-Warga-Rukun-Tetangga-dan-Kepala-Keluarga-Menurut-"
        "Kabupaten-Atau-Kot.csv",
    ): "unknown_layout",
    (
        "reference",
        "messy_indonesian/jakarta_Penduduk-Menurut-Kelompok-Umur-dan-Jenis-Kelamin-Di-DKI-Jakarta-Tahun-2013.csv",
    ): "unknown_layout",
    ("reference", "messy_indonesian/jakarta_dkikepadatankelurahan2013.csv"): "unknown_layout",
    ("reference", "messy_indonesian/sikondang_kota_serang_paud.csv"): "unknown_layout",
    ("reference", "messy_indonesian/sikondang_kota_serang_paud_per_kecamatan.json"): "other_kind",
    ("reference", "messy_indonesian/tangsel_realisasi_apbd_semicolon.csv"): "unknown_layout",
}


def test_every_file_has_an_expectation() -> None:
    assert sorted(name for _, name in EXPECTED) == files()


@pytest.mark.parametrize(("agency", "name"), EXPECTED, ids=lambda text: text.rsplit("/", 1)[-1])
def test_a_real_export_is_recognised_or_refused_for_the_true_reason(agency: str, name: str) -> None:
    expected = EXPECTED[agency, name]

    found = staged(agency, name)

    if isinstance(expected, str):
        assert found.refusal is not None
        assert found.refusal.code == expected
        return
    assert found.refusal is None
    seen = tuple(
        Read(t.layout.id, len(t.accepted), len(t.rejected), tuple(t.set_aside_counts().items())) for t in found.tables
    )
    assert seen == expected
    for table in found.tables:
        assert table.rows_read == len(table.accepted) + len(table.rejected) + sum(table.set_aside_counts().values())
