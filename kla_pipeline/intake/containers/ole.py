"""What lies in an OLE container (.xls of Excel 5 to 2003, or a workbook under a password).

Here: a look for what must not be opened, by the names of its streams and by one record. Not here: cells.
"""

from __future__ import annotations

import re

from kla_pipeline.intake.containers.outcome import RefusedError

# SUPBOOK records name the workbooks that formulas point to; those for the workbook itself and for add-ins are shorter.
_EXTERNAL_BOOK = re.compile(rb"\xae\x01(..)(..)(..)([\x00\x01])\x01", re.DOTALL)
_MOST_RECORD = 8_224
# the record FILEPASS directly behind the beginning of the workbook (or behind its write protection)
_PASSWORD = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)


def check_ole(data: bytes) -> str:
    """`xls`. Raises RefusedError."""
    if _has_stream(data, "EncryptedPackage"):
        raise RefusedError("encrypted_workbook")
    if _has_stream(data, "_VBA_PROJECT") or _has_stream(data, "_VBA_PROJECT_CUR"):
        raise RefusedError("macro_workbook")
    if not any(_has_stream(data, name) for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        raise RefusedError(_other_kind(data))
    if _PASSWORD.search(data):
        raise RefusedError("encrypted_workbook")
    if any(map(_is_external, _EXTERNAL_BOOK.finditer(data))):
        raise RefusedError("external_links")
    return "xls"


def _has_stream(data: bytes, name: str) -> bool:
    return name.encode("utf-16-le") + b"\x00\x00" in data


def _other_kind(data: bytes) -> str:
    if _has_stream(data, "WordDocument"):
        return "a Word document"
    if _has_stream(data, "PowerPoint Document"):
        return "a presentation"
    return "unreadable_workbook" if len(data) < 1_536 else "an Outlook or other Office file"


def _is_external(record: re.Match[bytes]) -> bool:
    length, _, letters = (int.from_bytes(part, "little") for part in record.groups()[:3])
    bytes_each = 2 if record[4] == b"\x01" else 1
    return 0 < letters < 1_000 and 5 + letters * bytes_each <= length <= _MOST_RECORD
