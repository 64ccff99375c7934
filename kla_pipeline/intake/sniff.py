"""What a file is, by its bytes and never by its name.

Here: the first look at bytes, without any parser. Not here: what is inside a container, which only the child process
looks at (containers/), encodings (encodings.py) and cells.
"""

from __future__ import annotations

import json
import re
from typing import Literal

from kla_pipeline.intake.refusals import refusal
from kla_pipeline.intake.text.encodings import decode, two_byte_order

Kind = Literal["text", "gzip", "container"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")  # two letters alone may begin a header such as “PKH”
_GZIP = b"\x1f\x8b\x08"
_MARKUP = re.compile(
    r"\ufeff?\s*(?:<\?xml|<!doctype|<!--|<(?:html|head|meta|body|table|style|div|font|center|b|tr)\b)", re.IGNORECASE
)
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"\x1f\x8b", b"\x1f\x9d")
_OTHERS = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3\x00", "a database (SQLite)"),
    (b"\x00\x01\x00\x00Standard ", "a database (Access)"),
    (b"PAR1", "a Parquet file"),
)
_JSON_BEGINS = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]\d-])')
_BLANKS = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
_SAMPLE = 65_536
_MOST_JSON = 50_000_000


def sniff(data: bytes) -> Kind:
    """Whether the bytes are text with delimiters, packed with gzip, or a container that the child process opens.

    Raises DeliveryRefused with `empty_file`, `nested_archive` or `other_kind`.
    """
    head = data[:_SAMPLE]
    if not head.strip(_BLANKS) and not data.strip(_BLANKS):
        raise refusal("empty_file")
    if head.startswith((_OLE, *_ZIP)):
        return "container"
    if head.startswith(_GZIP):
        return "gzip"
    _refuse_others(data, head)
    if _MARKUP.match(decode(head[:2_000])[0]):
        return "container"
    return "text"


def _refuse_others(data: bytes, head: bytes) -> None:
    for beginning, kind in _OTHERS:
        if head.startswith(beginning):
            raise refusal("other_kind", kind)
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar" or (head[:3] == b"BZh" and head[4:10] == b"1AY&SY"):
        raise refusal("nested_archive")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise refusal("other_kind", "a picture (WebP)")
    if _looks_binary(head):
        raise refusal("other_kind", "something that is neither text nor a workbook")
    if _is_json(data):
        raise refusal("other_kind", "a JSON file (GeoJSON is one too)")


def _looks_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or two_byte_order(head):
        return False
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return control > max(8, len(head) // 50)


def _is_json(data: bytes) -> bool:
    """Whether the whole text is one JSON value, or its first lines are JSON objects each."""
    if len(data) > _MOST_JSON or not _JSON_BEGINS.match(decode(data[:200])[0]):
        return False
    text = decode(data)[0].strip()
    first_lines = text.splitlines()[:2]
    return _parses(text) or (all(line.startswith("{") for line in first_lines) and all(map(_parses, first_lines)))


def _parses(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
