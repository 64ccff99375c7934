"""The columns of every synthetic export: exact headers, in order, and the contract column each one carries.

Here: data only. Not here: titles, periods and file names (the register modules). A column without a contract column is
one the pipeline must leave in the raw file.
"""

from __future__ import annotations

from kla_pipeline_tests.bundle.tables import Column as C
from kla_pipeline_tests.bundle.tables import Style

VICTIMS_2024 = (
    C("No"),
    C("No. Register", "register_no"),
    C("Korban Ke", "victim_no", "int"),
    C("NIK", "nik", "nik"),
    C("Alasan Tanpa NIK", "no_nik_reason"),
    C("Nama Korban", "name"),
    C("Tanggal Lahir", "birth_date", "date"),
    C("Jenis Kelamin", "sex", "code", "sex"),
    C("Kabupaten/Kota", "district", "district"),
    C("Kecamatan", "kecamatan", "kecamatan"),
    C("Alamat"),
    C("Tanggal Kejadian", "incident_date", "date"),
    C("Tanggal Lapor", "report_date", "date"),
    C("Mutu Tanggal", "date_quality", "code", "date_quality"),
    C("Bentuk Kekerasan", "violence_forms", "multi", "violence_form"),
    C("Tempat Kejadian", "location", "code", "location"),
    C("Hubungan Pelaku", "relation", "code", "relation"),
    C("KDRT", "is_domestic", "bool"),
    C("Disabilitas", "has_disability", "bool"),
    C("Status Kasus", "case_status", "code", "case_status"),
    C("Tanggal Selesai", "closed_date", "date"),
    C("Tanggal Meninggal", "death_date", "date"),
    C("Kronologi"),
)
VICTIMS_2025 = (
    C("id_registrasi", "register_no"),
    C("urutan_korban", "victim_no", "int"),
    C("nik", "nik", "nik"),
    C("alasan_tanpa_nik", "no_nik_reason"),
    C("nama_lengkap", "name"),
    C("tgl_lahir", "birth_date", "date"),
    C("jk", "sex", "letter", "sex"),
    C("kabkota_domisili", "district", "district"),
    C("kec_domisili", "kecamatan", "kecamatan"),
    C("tgl_kejadian", "incident_date", "date"),
    C("tgl_pengaduan", "report_date", "date"),
    C("kualitas_tanggal", "date_quality", "code", "date_quality"),
    C("jenis_kekerasan", "violence_forms", "multi", "violence_form"),
    C("kategori_lokasi", "location", "code", "location"),
    C("hubungan_pelaku", "relation", "code", "relation"),
    C("kdrt", "is_domestic", "bool"),
    C("difabel", "has_disability", "bool"),
    C("status_penanganan", "case_status", "code", "case_status"),
    C("tgl_terminasi", "closed_date", "date"),
    C("tgl_meninggal", "death_date", "date"),
    C("uraian"),
)
SERVICES_2024 = (
    C("No. Register", "register_no"),
    C("Korban Ke", "victim_no", "int"),
    C("Jenis Layanan", "service_code", "code", "service"),
    C("Tanggal Layanan", "service_date", "date"),
    C("Pemberi Layanan", "provider"),
)
SERVICES_2025 = (
    C("id_registrasi", "register_no"),
    C("urutan_korban", "victim_no", "int"),
    C("layanan", "service_code", "code", "service"),
    C("tgl_layanan", "service_date", "date"),
    C("pemberi", "provider"),
)
STAFF = (
    C("No. Pegawai", "staff_no"),
    C("Unit", "unit"),
    C("Jabatan Fungsi", "role", "code", "staff_role"),
    C("FTE", "fte", "decimal"),
    C("Mulai Bertugas", "start_date", "date"),
    C("Selesai Bertugas", "end_date", "date"),
)
FACILITY = (
    C("Tahun", "reference_year", "int"),
    C("Unit", "unit"),
    C("Sarana", "item", "code", "facility_item"),
    C("Wajib", "is_required", "bool"),
    C("Ada", "is_present", "bool"),
    C("Berfungsi", "is_working", "bool"),
    C("Tanggal Periksa", "checked_on", "date"),
)
MECHANISM = (
    C("Tahun", "reference_year", "int"),
    C("Kode Item", "item_id", "letter", "mechanism_item"),
    C("Butir"),
    C("Pemilik", "owner"),
    C("Hasil", "verdict", "code", "verdict"),
    C("Alasan", "reason"),
    C("Nomor Dokumen", "doc_no"),
    C("Tanggal Dokumen", "doc_date", "date"),
    C("Penerbit", "issuer"),
    C("Diperiksa Oleh", "checked_by"),
    C("Tanggal Periksa", "checked_on", "date"),
    C("Bobot", "weight", "decimal"),
)
PPKS = (
    C("No PPKS", "ppks_no"),
    C("NIK", "nik", "nik"),
    C("Alasan Tanpa NIK", "no_nik_reason"),
    C("Nama", "name"),
    C("Tanggal Lahir", "birth_date", "date"),
    C("Jenis Kelamin", "sex", "code", "sex"),
    C("Kategori PPKS", "category", "code", "ppks_category"),
    C("Kabupaten/Kota", "district", "district"),
    C("Kecamatan", "kecamatan", "kecamatan"),
    C("Kelurahan"),
    C("Lokasi Penemuan"),
    C("Tanggal Laporan", "report_date", "date"),
    C("Status", "status", "code", "ppks_status"),
    C("Tanggal Selesai", "closed_date", "date"),
    C("Keterangan"),
)
PPKS_SERVICES = (
    C("No PPKS", "ppks_no"),
    C("Jenis Layanan", "service_code", "code", "atensi"),
    C("Tanggal Layanan", "service_date", "date"),
    C("Pemberi", "provider"),
)
LABOUR = (
    C("No. Register", "labour_no"),
    C("NIK", "nik", "nik"),
    C("Alasan Tanpa NIK", "no_nik_reason"),
    C("Nama Anak", "name"),
    C("Tanggal Lahir", "birth_date", "date"),
    C("L/P", "sex", "letter", "sex"),
    C("Kabupaten/Kota", "district", "district"),
    C("Kecamatan", "kecamatan", "kecamatan"),
    C("Tanggal Teridentifikasi", "identified_date", "date"),
    C("Bentuk Pekerjaan", "work_form", "code", "labour_form"),
    C("Terburuk", "is_worst_form", "bool"),
    C("Tanggal Verifikasi", "verified_date", "date"),
    C("Tanggal Penarikan", "withdrawn_date", "date"),
    C("Tanggal Penempatan", "placed_date", "date"),
    C("Penempatan", "placement", "code", "placement"),
    C("Tanggal Tindak Lanjut", "followup_date", "date"),
    C("Hasil Tindak Lanjut", "followup_status", "code", "followup"),
    C("Tanggal Kambuh", "relapse_date", "date"),
    C("Tanggal Ditutup", "closed_date", "date"),
    C("Alasan Ditutup", "closed_reason"),
)
JUVENILE = (
    C("No Urut"),
    C("No Register", "register_no"),
    C("Anak Ke", "child_no", "int"),
    C("No LP", "lp_no"),
    C("Tanggal LP", "lp_date", "date"),
    C("Peran", "role", "code", "case_role"),
    C("NIK Anak", "nik", "nik"),
    C("Alasan Tanpa NIK", "no_nik_reason"),
    C("Nama Anak", "name"),
    C("Tanggal Lahir", "birth_date", "date"),
    C("JK", "sex", "letter", "sex"),
    C("Kab/Kota TKP", "tkp_district", "district"),
    C("Kecamatan TKP", "tkp_kecamatan", "kecamatan"),
    C("Tanggal Kejadian", "incident_date", "date"),
    C("Pasal", "offence"),
    C("Narkotika", "is_narcotics", "bool"),
    C("Ancaman (tahun)", "threat_years", "decimal"),
    C("Residivis", "is_repeat", "bool"),
    C("Mulai Penyidikan", "investigation_start", "date"),
    C("Tanggal Tawaran Diversi", "diversion_offer_date", "date"),
    C("Tahap", "stage", "code", "case_stage"),
    C("Hasil", "outcome", "code", "case_outcome"),
    C("No Dokumen Hasil", "outcome_doc_no"),
    C("No Pernyataan Hak Korban", "rights_doc_no"),
    C("Tanggal Selesai", "closed_date", "date"),
    C("Tanggal Gagal Kesepakatan", "failed_date", "date"),
    C("Modus"),
    C("Uraian Singkat"),
)
REGION = (
    C("kode", "area_code"),
    C("nama", "area_name"),
    C("tingkat", "area_level", "code", "area_level"),
    C("induk", "parent_code"),
    C("berlaku_sejak", "valid_from", "date"),
    C("berlaku_sampai", "valid_to", "date"),
)
POPULATION = (
    C("tahun", "reference_year", "int"),
    C("kode_wilayah", "area_code"),
    C("jenis_kelamin", "sex", "letter", "population_sex"),
    C("umur_dari", "age_from", "int"),
    C("umur_sampai", "age_to", "int"),
    C("jumlah", "population", "int"),
    C("sumber", "source"),
    C("tanggal_sumber", "source_date", "date"),
)

DP3A_2024 = Style(date="slash", separator=", ")
DP3A_2025 = Style(date="iso", separator="; ")
ANNUAL = Style(date="cell")  # true date cells
DINSOS_CSV = Style(date="slash")
POLRES_CSV = Style(date="dash")
ISO = Style(date="iso", decimal=".")
