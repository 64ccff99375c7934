"""Bytes to text: which encoding, and no byte dropped.

Here: marks, UTF-8, UTF-16 and Windows-1252. Not here: what kind of file it is (sniff.py) and records (records.py).
"""

from __future__ import annotations

import codecs
import re

_LINE = re.compile(rb"[^\r\n]*[\r\n]|[^\r\n]+")
_SAMPLE = 65_536
_UTF8_MARK = b"\xef\xbb\xbf"
_MARKS = ((_UTF8_MARK, "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def two_byte_order(head: bytes) -> str | None:
    """UTF-16 without its mark: in Latin text every second byte is zero, and only every second one."""
    half = max(len(head) // 2, 1)
    first, second = head[0::2].count(0) / half, head[1::2].count(0) / half
    if second > 0.7 and first < 0.05:
        return "utf-16-le"
    if first > 0.7 and second < 0.05:
        return "utf-16-be"
    return None


def utf8_body(data: bytes) -> bytes | None:
    """The bytes without their mark when they may be UTF-8; None when they are another encoding for sure."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or two_byte_order(data[:_SAMPLE]):
        return None
    while data.startswith(_UTF8_MARK):
        data = data[len(_UTF8_MARK) :]
    return data


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding name): by its mark, else UTF-8, else line by line UTF-8 or Windows-1252. No byte is dropped.

    A statistical guess is not made: with the few letters beyond ASCII that Indonesian text holds it is wrong more often
    than not, and a wrong one changes names silently. Files joined from two systems mix both encodings, hence by line.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], name)
    return _decode_as(data, two_byte_order(data[:_SAMPLE]) or "utf-8")


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
