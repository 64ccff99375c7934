"""Exports of three agencies full of planted values, good ones and bad ones, as they would lie in the drop folders.

All people are invented. A planted value stands wherever a real one could: in the columns for it, in cells of the wrong
column, in titles, footers, sheet names, headers nobody declared, names of files, folders and links.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from kla_pipeline_tests.end_to_end.canary.plants import Plants

Row = Sequence[object]
VICTIMS, MORE_VICTIMS, ROSTER, CASES = 80, 40, 60, 60

_VICTIM_2024 = (
    *("No", "No. Register", "Korban Ke", "NIK", "Alasan Tanpa NIK", "Nama Korban", "Tanggal Lahir", "Jenis Kelamin"),
    *("Kabupaten/Kota", "Kecamatan", "Alamat", "Tanggal Kejadian", "Tanggal Lapor", "Mutu Tanggal", "Bentuk Kekerasan"),
    *("Tempat Kejadian", "Hubungan Pelaku", "KDRT", "Disabilitas", "Status Kasus", "Tanggal Selesai"),
    *("Tanggal Meninggal", "Kronologi"),
)
_VICTIM_2025 = (
    *("id_registrasi", "urutan_korban", "nik", "alasan_tanpa_nik", "nama_lengkap", "tgl_lahir", "jk"),
    *("kabkota_domisili", "kec_domisili", "tgl_kejadian", "tgl_pengaduan", "kualitas_tanggal", "jenis_kekerasan"),
    *("kategori_lokasi", "hubungan_pelaku", "kdrt", "difabel", "status_penanganan", "tgl_terminasi", "tgl_meninggal"),
    "uraian",
)
_SERVICE_2024 = ("No. Register", "Korban Ke", "Jenis Layanan", "Tanggal Layanan", "Pemberi Layanan")
_SERVICE_2025 = ("id_registrasi", "urutan_korban", "layanan", "tgl_layanan", "pemberi")
_PPKS = (
    *("No PPKS", "NIK", "Alasan Tanpa NIK", "Nama", "Tanggal Lahir", "Jenis Kelamin", "Kategori PPKS"),
    *("Kabupaten/Kota", "Kecamatan", "Kelurahan", "Lokasi Penemuan", "Tanggal Laporan", "Status", "Tanggal Selesai"),
    "Keterangan",
)
_PPKS_SERVICE = ("No PPKS", "Jenis Layanan", "Tanggal Layanan", "Pemberi")
_CASE = (
    *("No Urut", "No Register", "Anak Ke", "No LP", "Tanggal LP", "Peran", "NIK Anak", "Alasan Tanpa NIK", "Nama Anak"),
    *("Tanggal Lahir", "JK", "Kab/Kota TKP", "Kecamatan TKP", "Tanggal Kejadian", "Pasal", "Narkotika"),
    *("Ancaman (tahun)", "Residivis", "Mulai Penyidikan", "Tanggal Tawaran Diversi", "Tahap", "Hasil"),
    *("No Dokumen Hasil", "No Pernyataan Hak Korban", "Tanggal Selesai", "Tanggal Gagal Kesepakatan", "Modus"),
    "Uraian Singkat",
)


@dataclass(frozen=True, slots=True)
class Child:
    """An invented child."""

    nik: str
    name: str
    born: date
    is_girl: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name and all its rows, titles and footers included."""

    name: str
    rows: list[Row]


class Exports:
    """Writes the files below raw/<jurisdiction>/."""

    def __init__(self, raw: Path, plants: Plants) -> None:
        self.raw, self.plants = raw, plants

    def write_all(self) -> None:
        """Every file: six that load with rejected rows, then those that are refused."""
        self._write_loaded()
        self._write_refused()
        self._write_never_taken()

    def drop(self, agency: str, data: bytes, ending: str) -> Path:
        """A file with a planted name."""
        path = self.raw / agency / f"{self.plants.word('file')}_{self.plants.word('file')}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def violence(self, victims: int, prefix: str) -> bytes:
        """Both sheets of the 2024 generation."""
        children = list(self._children(victims))
        rows = [_victim_2024(n, child, prefix, self.plants) for n, child in enumerate(children, 1)]
        rows[3] = _with(rows[3], 6, self.plants.name("cell"))  # a name where the birth date belongs
        rows[4] = _with(rows[4], 14, self.plants.name("cell"))  # … where a code belongs
        rows[5] = _with(rows[5], 2, self.plants.word("cell"))  # … where a number belongs
        rows[6] = _with(rows[6], 8, self.plants.word("cell"))  # … where a district belongs
        rows[7] = _with(rows[7], 5, "")  # no name: rejected with its NIK
        header = (*_VICTIM_2024, f"Kolom {self.plants.word('header')}")
        rows = [(*row, self.plants.word("extra")) for row in rows]
        services = [
            (f"{prefix}-{n:03d}", 1, "Layanan Kesehatan", "20/02/2024", self.plants.name("text"))
            for n in range(1, victims, 2)
        ]
        return _workbook(
            Sheet(
                f"Korban {self.plants.word('sheet')}", [*self._titles("Januari 2024"), header, *rows, *self._footers()]
            ),
            Sheet(f"Layanan {self.plants.word('sheet')}", [*self._titles("Januari 2024"), _SERVICE_2024, *services]),
            Sheet(self.plants.word("sheet"), [(f"Catatan {self.plants.name('text')}",)]),
        )

    def roster(self, persons: int) -> bytes:
        """The PPKS roster."""
        rows = [_person(n, child, self.plants) for n, child in enumerate(self._children(persons), 1)]
        rows[2] = _with(rows[2], 6, self.plants.name("cell"))
        rows[3] = _with(rows[3], 11, self.plants.word("cell"))
        header = (*_PPKS, self.plants.word("header"))
        rows = [(*row, self.plants.word("extra")) for row in rows]
        return _csv([*self._titles("", "Posisi: 31-12-2024"), header, *rows, *self._footers()], ",")

    def _write_loaded(self) -> None:
        self.drop("dp3a", self.violence(VICTIMS, "KN"), ".xlsx")
        self.drop("dp3a", self._violence_2025(), ".XLSX")
        self.drop("dinsos", self.roster(ROSTER), ".csv")
        services = [(f"PPKS-{n:03d}", "Dukungan Keluarga", "11/10/2024", self.plants.name("text")) for n in range(1, 9)]
        self.drop("dinsos", _csv([*self._titles("", "Posisi: 31-12-2024"), _PPKS_SERVICE, *services], ";"), ".csv")
        self.drop("polres", self._cases(), f".{self.plants.word('file')}")
        # the reference the city needs comes from nobody's register
        self.drop(
            "reference", _csv([("kode", "nama", "tingkat", "induk", "berlaku_sejak", "berlaku_sampai")], ","), ".csv"
        )

    def _write_refused(self) -> None:
        """Files that become deliveries and are refused whole."""
        plants = self.plants
        without_status = [row[:19] for row in self._victims_2024(12)]
        rows = [*self._titles("Maret 2024"), _VICTIM_2024[:19], *without_status]
        self.drop("dp3a", _workbook(Sheet(f"Korban {plants.word('sheet')}", rows)), ".xlsx")
        strange = [(plants.word("header"), plants.name("header"), "NIK anak asuh")]
        strange += [(plants.word("cell"), child.name, child.nik) for child in self._children(6)]
        self.drop("dp3a", _csv([*self._titles("April 2024"), *strange], ","), ".csv")
        self.drop("dinsos", f"Surat tentang {plants.name('text')}\n".encode("utf-16"), ".txt")
        self.drop("dinsos", b"", ".csv")
        self.drop("polres", self.violence(8, "KR")[:3000], ".xlsx")
        self.drop("polres", bytes(range(256)) + plants.name("text").encode("utf-16-le"), ".xls")

    def _write_never_taken(self) -> None:
        """Drops that do not even become deliveries."""
        plants = self.plants
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(f"{plants.word('file')}.csv", f"nama\n{plants.name('text')}\n")
        self.drop("dinsos", packed.getvalue(), ".zip")
        self.drop(plants.word("folder"), b"a;b\n1;2\n", ".csv")
        (self.raw / f"{plants.word('file')}.csv").write_text("a;b\n1;2\n", encoding="utf-8")
        (self.raw / "polres" / f"{plants.word('file')}.csv").symlink_to(f"/nowhere/{plants.word('file')}")
        inside = self.raw / "dp3a" / plants.word("folder")
        inside.mkdir()
        (inside / f"{plants.word('file')}.csv").write_bytes(b"x" * 1_100_000)  # more than KLA_MAX_FILE_MB of the test

    def _titles(self, period: str, *more: str) -> list[Row]:
        lines = ["DATA SINTETIS - bukan data nyata", f"REGISTER untuk {self.plants.name('title')}"]
        lines += [f"Periode: {period}"] if period else []
        return [(line,) for line in (*lines, *more)]

    def _footers(self) -> list[Row]:
        return [(f"Catatan: disusun oleh {self.plants.name('footer')}",), (f"Sumber: {self.plants.word('footer')}",)]

    def _children(self, number: int) -> Iterator[Child]:
        for n in range(number):
            born, is_girl = date(2010, 1, 1) + timedelta(days=37 * n % 2000), n % 2 == 1
            yield Child(self.plants.nik(born, is_girl), self.plants.name(), born, is_girl)

    def _victims_2024(self, number: int) -> list[Row]:
        return [_victim_2024(n, child, "KM", self.plants) for n, child in enumerate(self._children(number), 1)]

    def _violence_2025(self) -> bytes:
        plants = self.plants
        rows = []
        for n, child in enumerate(self._children(MORE_VICTIMS), 1):
            place = ("Kota Serang", "Serang", "2025-01-10", "2025-01-12", "")
            facts = (
                "Seksual",
                "Rumah Tangga",
                "Orang tua",
                "Ya",
                "Tidak",
                "Sedang diproses",
                "",
                "",
                plants.name("text"),
            )
            sex = "P" if child.is_girl else "L"
            rows.append((f"KV-{n:03d}", 1, child.nik, "", child.name, child.born.isoformat(), sex, *place, *facts))
        rows[0] = _with(rows[0], 10, plants.name("cell"))
        services = [("KV-002", 1, "Layanan Kesehatan", "2025-01-20", plants.name("text"))]
        return _workbook(
            Sheet(f"Korban {plants.word('sheet')}", [*self._titles("2025-01"), _VICTIM_2025, *rows]),
            Sheet("Layanan", [*self._titles("2025-01"), _SERVICE_2025, *services]),
        )

    def _cases(self) -> bytes:
        plants = self.plants
        rows = []
        for n, child in enumerate(self._children(CASES), 1):
            report = ("15-01-2024", "Pelaku", child.nik, "", child.name, f"{child.born:%d-%m-%Y}")
            place = ("P" if child.is_girl else "L", "Kota Serang", "Serang", "13-01-2024", "Pasal 80 UU 35/2014")
            facts = ("Tidak", "3,5", "Tidak", "16-01-2024", "", "Penyidikan", "Proses", "", "", "", "")
            texts = (plants.name("text"), plants.word("text"))
            rows.append((n, f"ABH-{n:03d}", 1, f"LP/B/{n}/I/2024", *report, *place, *facts, *texts))
        rows[1] = _with(rows[1], 5, plants.name("cell"))
        rows[2] = _with(rows[2], 4, plants.word("cell"))
        reference = f"Ref. permintaan data: {plants.word('title')}"
        return _csv([*self._titles("", reference, "Periode: 01/2024"), _CASE, *rows, *self._footers()], ",")


def _victim_2024(n: int, child: Child, prefix: str, plants: Plants) -> Row:
    sex = "Perempuan" if child.is_girl else "Laki-laki"
    who = (child.nik, "", child.name, f"{child.born:%d/%m/%Y}", sex, "Kota Serang", "Serang", plants.name("text"))
    facts = ("Fisik", "Rumah Tangga", "Orang tua", "Tidak", "Tidak", "Sedang diproses", "", "", plants.name("text"))
    return (n, f"{prefix}-{n:03d}", 1, *who, "10/01/2024", "12/01/2024", "", *facts)


def _person(n: int, child: Child, plants: Plants) -> Row:
    sex = "Perempuan" if child.is_girl else "Laki-laki"
    who = (child.nik, "", child.name, f"{child.born:%d/%m/%Y}", sex, "Anak terlantar", "Kota Serang", "Serang")
    texts = (plants.word("text"), plants.name("text"))
    return (f"PPKS-{n:03d}", *who, *texts, "10/04/2024", "Aktif", "", plants.name("text"))


def _with(row: Row, position: int, cell: str) -> Row:
    return (*row[:position], cell, *row[position + 1 :])


def _csv(rows: Sequence[Row], delimiter: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def _workbook(*sheets: Sheet) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for number, row in enumerate(sheet.rows):
                page.write_row(number, 0, row)
    return out.getvalue()
