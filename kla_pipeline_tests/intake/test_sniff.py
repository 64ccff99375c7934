"""A file is what its bytes say, whatever its name says; and no character of it is lost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.sniff import decode, sniff

TEXT = "No;Nama\n1;José Ñ\n"


def kind_of(data: bytes, folder: Path, name: str = "ekspor.dat") -> str:
    path = folder / name
    path.write_bytes(data)
    try:
        return sniff(path)
    except DeliveryRefused as exc:
        return exc.code


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in names:
            target.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n \t", "empty_file"),
        (b"\xff\xfe", "empty_file"),
        (b" \n" * 50_000, "empty_file"),
        (b" \n" * 50_000 + b"a;b\n", "csv"),
        (b"a", "csv"),
        (b"PK;Nama\n1;x\n", "csv"),
        (b"PKH,Nama\n1,x\n", "csv"),
        (b"a;b\x00\n1;2\n", "csv"),
        (TEXT.encode("utf-16"), "csv"),
        (TEXT.encode("utf-16-le"), "csv"),
        (TEXT.encode("utf-16-be"), "csv"),
        (TEXT.encode("cp1252"), "csv"),
        (bytes(range(32)) * 40, "no_table"),
        (b"%PDF-1.7\n\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11", "no_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "no_table"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "no_table"),
        (b"\n <TABLE>", "no_table"),
        (archive("xl/workbook.xml"), "workbook"),
        (archive("xl/workbook.bin"), "workbook"),
        (archive("content.xml"), "workbook"),
        (archive("a.csv", "b.xlsx"), "unreadable_workbook"),
        (archive(), "unreadable_workbook"),
        (archive("xl/workbook.xml")[:60], "unreadable_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
    ],
)
def test_the_bytes_decide(data: bytes, kind: str, tmp_path: Path) -> None:
    assert kind_of(data, tmp_path) == kind
    assert kind_of(data, tmp_path, "ekspor.xlsx") == kind


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
