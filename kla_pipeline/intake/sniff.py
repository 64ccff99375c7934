"""What a file is, by its bytes and never by its name; and text out of bytes.

Here: container detection and decoding. Not here: cells (readers.py) and tables (tables.py).
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from kla_pipeline.errors import DeliveryRefused

Kind = Literal["csv", "workbook"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_TEXT_SAMPLE = 65_536


def sniff(path: Path) -> Kind:
    """Kind of the file: text with delimiters, or a workbook.

    Raises DeliveryRefused with `empty_file`, `encrypted_workbook`, `unreadable_workbook` or `no_table`.
    """
    size = path.stat().st_size
    if size == 0:
        raise DeliveryRefused("empty_file", "The file has no bytes.", "Export it again and drop the new file.")
    with path.open("rb") as stream:
        head = stream.read(_TEXT_SAMPLE)
    if head.startswith(_OLE):
        return _sniff_ole(path)
    if head.startswith(b"PK"):
        return _sniff_zip(path)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise DeliveryRefused("empty_file", "The file holds nothing but blanks.", "Export it again.")
    if _looks_binary(head):
        raise DeliveryRefused(
            "no_table", "The bytes are neither text nor a workbook.", "Save the table as .xlsx or .csv and drop it again."
        )
    return "csv"


def _sniff_ole(path: Path) -> Kind:
    if _ENCRYPTED in path.read_bytes():
        raise DeliveryRefused(
            "encrypted_workbook",
            "The workbook is protected with a password to open it.",
            "Remove the password in Excel (File, Info, Protect Workbook) and drop it again.",
        )
    return "workbook"


def _sniff_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        names = None
    if names is None:
        raise DeliveryRefused(
            "unreadable_workbook", "The workbook is cut off or damaged.", "Copy or export it again and drop the new file."
        )
    if not names.intersection(_WORKBOOK_PARTS):
        raise DeliveryRefused(
            "unreadable_workbook", "The archive holds no workbook.", "Unpack it and drop the exports one by one."
        )
    return "workbook"


def _looks_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return control > max(8, len(head) // 50)


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding name). A BOM decides; then strict UTF-8; then a statistical guess; then cp1252, which never fails.

    The guess only chooses among encodings that decode every byte, so no character is dropped.
    """
    for bom, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(bom):
            return data.decode(name, errors="replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_TEXT_SAMPLE], cp_isolation=["cp1252", "latin_1", "utf_16_le", "utf_16_be"]).best()
    name = best.encoding if best else "cp1252"
    return data.decode(name, errors="replace"), name
