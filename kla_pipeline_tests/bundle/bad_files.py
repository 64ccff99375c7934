"""Files that must be refused whole, written on demand: they are no part of the bundle.

Here: one function per kind, each writes one file and returns its path. Not here: the reason the pipeline gives for it.
None holds anything about a person; what is in them is made of the bundle's own clean exports.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kla_pipeline_tests.bundle.build import make_bundle
from kla_pipeline_tests.bundle.tables import Column, File
from kla_pipeline_tests.bundle.writers import csv_bytes, workbook_bytes

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def clean_file(path: str) -> File:
    """An export of the bundle without any mess, by its path below data/raw/36.73/."""
    return next(file for file in make_bundle(level="none").files if file.path == path)


def zero_bytes(folder: Path) -> Path:
    return _put(folder / "kosong_sintetis.csv", b"")


def no_table(folder: Path) -> Path:
    """A letter saved as CSV: words, no header of any layout."""
    lines = ["DATA SINTETIS - bukan data nyata", "Dengan hormat,", "data bulan ini menyusul.", "Terima kasih."]
    return _put(folder / "surat_sintetis.csv", "\r\n".join(lines).encode())


def wrong_layout(folder: Path) -> Path:
    """A proper table that is no register: a list of furniture."""
    lines = ["Barang,Jumlah,Warna", "Meja,4,coklat", "Kursi,16,hitam"]
    return _put(folder / "barang_sintetis.csv", "\r\n".join(lines).encode())


def missing_required_column(folder: Path) -> Path:
    """The PPKS list without the column that holds the names."""
    file = clean_file("dinsos/ppks_sintetis_20241231.csv")
    (table,) = file.tables
    keep = [index for index, column in enumerate(table.columns) if column.field != "name"]
    for row in table.rows:
        row.cells = [row.cells[index] for index in keep]
    columns: tuple[Column, ...] = tuple(table.columns[index] for index in keep)
    changed = replace(file, tables=[replace(table, columns=columns)])
    return _put(folder / "ppks_sintetis_tanpa_nama_20241231.csv", csv_bytes(changed))


def truncated_zip(folder: Path) -> Path:
    """A workbook whose transfer broke off half way."""
    data = _workbook()
    return _put(folder / "dp3a_sintetis_2024_03_terpotong.xlsx", data[: len(data) // 2])


def no_workbook_inside(folder: Path) -> Path:
    """The four bytes of a ZIP and nothing a workbook needs."""
    return _put(folder / "dp3a_sintetis_2024_03_palsu.xlsx", b"PK\x03\x04" + b"\x00" * 96)


def encrypted_workbook(folder: Path) -> Path:
    """A password-protected workbook: an OLE container with the stream EncryptedPackage, as Office writes it."""
    return _put(folder / "dp3a_sintetis_2024_03_sandi.xlsx", ole_with_streams("EncryptionInfo", "EncryptedPackage"))


ALL: dict[str, Callable[[Path], Path]] = {
    "zero_bytes": zero_bytes,
    "no_table": no_table,
    "wrong_layout": wrong_layout,
    "missing_required_column": missing_required_column,
    "truncated_zip": truncated_zip,
    "no_workbook_inside": no_workbook_inside,
    "encrypted_workbook": encrypted_workbook,
}


def _workbook() -> bytes:
    return workbook_bytes(clean_file("dp3a/dp3a_sintetis_2024_03.xlsx").tables)


def _put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def ole_with_streams(*names: str) -> bytes:
    """The smallest compound file (MS-CFB, version 3) whose root holds streams of these names, at most three.

    Sector 0 is the allocation table, sector 1 the directory, each further run of sectors one stream of 4096 bytes (the
    size from which a stream has sectors of its own).
    """
    per_stream = 4096 // _SECTOR
    fat = [_FAT, _END]
    for _ in names:
        start = len(fat)
        fat += [start + step + 1 for step in range(per_stream - 1)] + [_END]
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    directory = _entry("Root Entry", kind=5, child=1, start=_END, size=0)
    for index, name in enumerate(names):
        right = index + 2 if index + 1 < len(names) else _FREE
        directory += _entry(name, kind=2, right=right, start=2 + index * per_stream, size=4096)
    directory = directory.ljust(_SECTOR, b"\0")
    return _header() + struct.pack("<128I", *fat) + directory + b"\0" * (4096 * len(names))


def _header() -> bytes:
    fixed = struct.pack("<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
                        0, 1, 1, 0, 4096, _END, 0, _END, 0)  # fmt: skip
    return fixed + struct.pack("<109I", 0, *[_FREE] * 108)


def _entry(name: str, *, kind: int, start: int, size: int, child: int = _FREE, right: int = _FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    return head + struct.pack("<III16xI8x8xIQ", _FREE, right, child, 0, start, size)
