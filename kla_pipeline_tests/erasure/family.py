"""A small city whose files know one invented child in every way a file can, and the child that must go.

All persons are invented. The child stands in registers of three agencies, in a service without a NIK, in a version of
his row that had none, in a file that no layout fits, in a letter, in a packed archive nobody took, in other children's
narratives, in titles, footers, sheet names and file names, and in the texts of a decision.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date

from kla_pipeline_tests.end_to_end.canary.exports import (
    _CASE,
    _PPKS,
    _PPKS_SERVICE,
    _SERVICE_2024,
    _VICTIM_2024,
    Child,
    Row,
    Sheet,
    _csv,
    _with,
    _workbook,
)
from kla_pipeline_tests.support import City

GONE = Child("3673011705100017", "Anak Uji Terhapus", date(2010, 5, 17), False)
OTHERS = [
    Child(f"36730112061100{n:02d}", f"Anak Uji Tetap {word}", date(2011, 6, 12), False)
    for n, word in enumerate(("Satu", "Dua", "Tiga", "Empat", "Lima", "Enam"), 21)
]
SYNTHETIC = ("DATA SINTETIS - bukan data nyata",)


@dataclass(frozen=True, slots=True)
class Traces:
    """What must be found nowhere, in the form the search of the canary takes."""

    values: dict[str, list[str]]


RUNNING = OTHERS[-1]
"""His juvenile case is not closed."""


def write_family(city: City) -> None:
    """All files below raw/."""
    victims = [_victim(1, GONE), *(_victim(n, child) for n, child in enumerate(OTHERS, 2))]
    victims[2] = _with(victims[2], 22, f"Kakak dari {GONE.name}, NIK 3673 0117 0510 0017, tinggal serumah.")
    victims[3] = _with(victims[3], 12, "31/02/2024")  # a date that does not exist: rejected
    services = [(f"KN-{n:03d}", 1, "Layanan Kesehatan", "20/02/2024", "Klinik Uji") for n in range(1, 5)]
    titles = [SYNTHETIC, ("Periode: Januari 2024",)]
    korban = [*titles, _VICTIM_2024, *victims, (f"Catatan: rujukan {GONE.name.upper()} menunggu",)]
    book = _workbook(Sheet("Korban", korban), Sheet("Layanan", [*titles, _SERVICE_2024, *services]))
    city.write("dp3a", "korban_sintetis_anak_uji_terhapus_2024_01.xlsx", book)
    early = [*_roster_titles("30-06-2024"), _PPKS, *(_person(n, c) for n, c in enumerate([GONE, *OTHERS], 1))]
    early[len(early) - 7] = _with(early[len(early) - 7], 1, "")  # the child's row as it came first: without a NIK
    city.write("dinsos", "ppks_sintetis_awal.csv", _csv(early, ","))
    late = [*_roster_titles("31-12-2024"), _PPKS, *(_person(n, c) for n, c in enumerate([GONE, *OTHERS], 1))]
    late[-1] = _with(late[-1], 6, "Bukan kategori")
    city.write("dinsos", "ppks_sintetis_akhir.csv", _csv(late, ";"))
    helped = [("PPKS-001", "Dukungan Keluarga", "11/10/2024", "Panti Uji")]
    helped += [("PPKS-002", "Dukungan Keluarga", "12/10/2024", "Panti Uji")]
    city.write("dinsos", "layanan_sintetis.csv", _csv([*_roster_titles("31-12-2024"), _PPKS_SERVICE, *helped], ","))
    cases = [_case(n, child, child is RUNNING) for n, child in enumerate([GONE, *OTHERS], 1)]
    top = [SYNTHETIC, ("Ref. permintaan data: UJI/1",), ("Periode: 01/2024",)]
    city.write("polres", "abh_sintetis.csv", _csv([*top, _CASE, *cases], ","))
    _write_strange(city)


def _write_strange(city: City) -> None:
    """Files that no layout reads, and one that never becomes a delivery."""
    strange: list[Row] = [("Kolom Aneh", "Nama Orang", "Nomor Induk")]
    strange += [("x", child.name, child.nik) for child in [*OTHERS[:3], GONE]]
    city.write("dinsos", "lain_sintetis.csv", _csv([SYNTHETIC, *strange], ","))
    city.write("dinsos", "surat_sintetis.txt", f"Surat tentang {GONE.name}\n".encode("utf-16"))
    city.write("polres", "rusak_sintetis.xls", bytes(range(256)) + GONE.name.encode("utf-16-le"))
    city.write("dinsos", "catatan_sintetis_anak_uji_terhapus.csv", _csv([SYNTHETIC, ("Kolom", "Isi"), ("a", "b")], ","))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("isi.csv", f"nama;nik\n{GONE.name};{GONE.nik}\n" * 9)
    city.write("dinsos", "arsip.zip", packed.getvalue())


def _roster_titles(day: str) -> list[Row]:
    return [SYNTHETIC, ("REGISTER PPKS",), (f"Posisi: {day}",)]


def _victim(n: int, child: Child) -> Row:
    who = (child.nik, "", child.name, f"{child.born:%d/%m/%Y}", "Laki-laki", "Kota Serang", "Serang", "Jalan Uji")
    facts = ("Fisik", "Rumah Tangga", "Orang tua", "Tidak", "Tidak", "Sedang diproses", "", "", "Uraian uji")
    return (n, f"KN-{n:03d}", 1, *who, "10/01/2024", "12/01/2024", "", *facts)


def _person(n: int, child: Child) -> Row:
    who = (child.nik, "", child.name, f"{child.born:%d/%m/%Y}", "Laki-laki", "Anak terlantar", "Kota Serang", "Serang")
    return (f"PPKS-{n:03d}", *who, "", "Pasar Uji", "10/04/2024", "Aktif", "", "")


def _case(n: int, child: Child, is_running: bool) -> Row:
    report = ("15-01-2024", "Pelaku", child.nik, "", child.name, f"{child.born:%d-%m-%Y}")
    place = ("L", "Kota Serang", "Serang", "13-01-2024", "Pasal 80 UU 35/2014")
    start = ("Tidak", "3,5", "Tidak", "16-01-2024", "", "Penyidikan")
    end = ("Proses", "", "", "", "") if is_running else ("Diversi penyidikan", "PEN/1/2024", "", "20-03-2024", "")
    return (n, f"ABH-{n:03d}", 1, f"LP/B/{n}/I/2024/SPKT", *report, *place, *start, *end, "", "Uraian uji")
