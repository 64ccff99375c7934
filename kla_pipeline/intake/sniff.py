"""What a file is, by its bytes and never by its name; and text out of bytes.

Here: container detection and decoding. Not here: cells (readers.py) and tables (tables.py).
"""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path
from typing import Literal

from kla_pipeline.errors import DeliveryRefused

Kind = Literal["csv", "workbook"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")  # two letters alone may begin a header such as “PKH”
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|\?xml|html|head|meta|body|table|style|div)\b", re.IGNORECASE)
_LINE = re.compile(rb"[^\r\n]*[\r\n]|[^\r\n]+")
_BLANKS = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
_SAMPLE = 65_536


def sniff(path: Path) -> Kind:
    """Kind of the file: text with delimiters, or a workbook.

    Raises DeliveryRefused with `empty_file`, `encrypted_workbook`, `unreadable_workbook` or `no_table`.
    """
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    if not head:
        raise DeliveryRefused("empty_file", "The file has no bytes.", "Export it again and drop the new file.")
    if head.startswith(_OLE):
        return _sniff_ole(path)
    if head.startswith(_ZIP):
        return _sniff_zip(path)
    if not head.strip(_BLANKS) and not path.read_bytes().strip(_BLANKS):
        raise DeliveryRefused("empty_file", "The file holds nothing but blanks.", "Export it again.")
    if _MARKUP.match(head):
        raise DeliveryRefused(
            "no_table",
            "The file is a web page or XML, whatever its name ends in.",
            "Open it in Excel, save it as .xlsx and drop that.",
        )
    if _looks_binary(head):
        raise DeliveryRefused(
            "no_table",
            "The bytes are neither text nor a workbook.",
            "Save the table as .xlsx or .csv and drop it again.",
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
    except Exception:  # the directory of a damaged archive fails in many ways
        names = None
    if names is None:
        raise DeliveryRefused(
            "unreadable_workbook",
            "The workbook is cut off or damaged.",
            "Copy or export it again and drop the new file.",
        )
    if not names.intersection(_WORKBOOK_PARTS):
        raise DeliveryRefused(
            "unreadable_workbook", "The archive holds no workbook.", "Unpack it and drop the exports one by one."
        )
    return "workbook"


def _looks_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _two_byte_order(head):
        return False
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return control > max(8, len(head) // 50)


def _two_byte_order(head: bytes) -> str | None:
    """UTF-16 without its mark: in Latin text every second byte is zero, and only every second one."""
    half = max(len(head) // 2, 1)
    first, second = head[0::2].count(0) / half, head[1::2].count(0) / half
    if second > 0.7 and first < 0.05:
        return "utf-16-le"
    if first > 0.7 and second < 0.05:
        return "utf-16-be"
    return None


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding name): by its mark, else UTF-8, else line by line UTF-8 or Windows-1252. No byte is dropped.

    A statistical guess is not made: with the few letters beyond ASCII that Indonesian text holds it is wrong more often
    than not, and a wrong one changes names silently. Files joined from two systems mix both encodings, hence by line.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], name)
    return _decode_as(data, _two_byte_order(data[:_SAMPLE]) or "utf-8")


def _decode_as(data: bytes, name: str) -> tuple[str, str]:
    if name != "utf-8":
        return data.decode(name, errors="replace").lstrip("\ufeff"), name
    try:
        return data.decode("utf-8").lstrip("\ufeff"), "utf-8"
    except UnicodeDecodeError:
        lines = [_decode_line(line) for line in _LINE.findall(data)]
    return "".join(lines).lstrip("\ufeff"), "cp1252"


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="kla_as_latin_1")


def _as_latin_1(problem: UnicodeError) -> tuple[str, int]:
    """Five byte values mean nothing in Windows-1252; Latin-1 keeps them as they are."""
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    return problem.object[problem.start : problem.end].decode("latin-1"), problem.end


codecs.register_error("kla_as_latin_1", _as_latin_1)
