"""A file is what its bytes say, whatever its name says; and no character of it is lost."""

from __future__ import annotations

import pytest

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.sniff import sniff
from kla_pipeline.intake.text.encodings import decode

TEXT = "No;Nama\n1;José Ñ\n"


def kind_of(data: bytes) -> str:
    try:
        return sniff(data)
    except DeliveryRefused as exc:
        return exc.code


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n \t", "empty_file"),
        (b"\xff\xfe", "empty_file"),
        (b" \n" * 50_000, "empty_file"),
        (b" \n" * 50_000 + b"a;b\n", "text"),
        (b"a", "text"),
        (b"PK;Nama\n1;x\n", "text"),
        (b"PKH,Nama\n1,x\n", "text"),
        (b"a;b\x00\n1;2\n", "text"),
        (b"<5 tahun;Jumlah\n1;2\n", "text"),
        (b"{nama};[kode]\n1;2\n", "text"),
        (b"[a],[b]\n[1],[2]\n", "text"),
        (TEXT.encode("utf-16"), "text"),
        (TEXT.encode("utf-16-le"), "text"),
        (TEXT.encode("utf-16-be"), "text"),
        (TEXT.encode("cp1252"), "text"),
        (bytes(range(32)) * 40, "other_kind"),
        (b"%PDF-1.7\n", "other_kind"),
        (b"\x89PNG\r\n\x1a\n", "other_kind"),
        (b"\xff\xd8\xff\xe0 JFIF", "other_kind"),
        (b"{\\rtf1 Surat}", "other_kind"),
        (b'{"type": "FeatureCollection", "features": []}', "other_kind"),
        (b'[{"a": 1}]', "other_kind"),
        (b'{"a": 1}\n{"a": 2}\n', "other_kind"),
        (b"7z\xbc\xaf\x27\x1c", "nested_archive"),
        (b"Rar!\x1a\x07\x00", "nested_archive"),
        (b"<html><table><tr><td>1</td></tr></table>", "container"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "container"),
        ("<table><tr><td>1".encode("utf-16"), "container"),
        (b"\n <TABLE>", "container"),
        (b"PK\x03\x04", "container"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "container"),
        (b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_the_bytes_decide(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind


def test_a_refusal_says_what_the_file_is() -> None:
    with pytest.raises(DeliveryRefused, match="PDF document"):
        sniff(b"%PDF-1.4")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_letters_beyond_ascii_survive_every_encoding_met_in_practice(encoding: str) -> None:
    assert decode(TEXT.encode(encoding))[0] == TEXT


def test_the_mark_of_an_encoding_is_no_part_of_the_first_header() -> None:
    for mark in (b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"):
        assert decode(mark + b"No;Nama")[0] == "No;Nama"


def test_a_letter_far_below_the_beginning_is_not_lost() -> None:
    data = b"1;Siti\n" * 20_000 + "2;José\n".encode("cp1252")

    text, encoding = decode(data)

    assert encoding == "cp1252"
    assert text.endswith("2;José\n")
    assert "\ufffd" not in text


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_files_joined_from_two_systems_keep_both_spellings(end: bytes) -> None:
    data = end.join(["1;José".encode(), "2;José".encode("cp1252"), b"3;Ani"])

    assert decode(data)[0].splitlines() == ["1;José", "2;José", "3;Ani"]


def test_bytes_without_a_letter_and_cut_letters_are_kept_as_something() -> None:
    assert decode(b"a\x81\x8d;\x93b")[0] == "a\x81\x8d;\u201cb"
    assert decode("1;José".encode()[:-1])[0] == "1;JosÃ"
    assert decode("ab".encode("utf-16") + b"x")[0].startswith("ab")


def test_no_byte_value_makes_decoding_fail() -> None:
    for byte in range(256):
        assert len(decode(b"ab\xe9" + bytes((byte,)) + b"c")[0]) >= 4
