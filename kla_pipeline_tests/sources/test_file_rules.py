"""Rules about files: what a page calls bad is refused by exactly that rule, what it calls good is not."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kla_pipeline.intake import archive as archive_room
from kla_pipeline.nightly import load
from kla_pipeline.quality.rules import file_rules
from kla_pipeline_tests.bundle import bad_files
from kla_pipeline_tests.faults.exports import labour, person, roster
from kla_pipeline_tests.intake.test_containers import archive, with_part
from kla_pipeline_tests.quality.tables import stage_text
from kla_pipeline_tests.support import ROOT, City

ROSTER = roster(person(1), person(2)).encode()
BOOK = labour()
HEADER_ONLY = b"\n".join(ROSTER.split(b"\n")[:3])

Content = Callable[[], bytes]
# code → a bad file and a good one, as the texts of the rule have them
FILES: dict[str, tuple[Content, Content]] = {
    "empty_file": (lambda: b"", lambda: HEADER_ONLY),
    "unreadable_workbook": (lambda: BOOK[: len(BOOK) // 2], lambda: BOOK),
    "no_table": (lambda: b"Dengan hormat,\r\ndata bulan ini menyusul.\r\n", lambda: ROSTER),
    "unknown_layout": (lambda: b"Barang,Jumlah,Warna\nMeja,4,coklat\nKursi,16,hitam\n", lambda: ROSTER),
    "reader_limit": (lambda: b"<table>" + b"<tr><td colspan=1000>a" * 25_000, lambda: BOOK),
    "macro_workbook": (lambda: with_part(BOOK, "xl/vbaProject.bin", b"x"), lambda: BOOK),
    "external_links": (lambda: with_part(BOOK, "xl/externalLinks/externalLink1.xml", b"<a/>"), lambda: BOOK),
    "unpacking_limit": (lambda: gzip.compress(bytes(60_000_000)), lambda: ROSTER),
    "xml_entities": (lambda: with_part(BOOK, "xl/styles.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), lambda: BOOK),
    "nested_archive": (lambda: archive({"satu.csv": ROSTER, "dua.csv": ROSTER}), lambda: ROSTER),
    "damaged_archive": (lambda: gzip.compress(ROSTER * 200)[:-10], lambda: gzip.compress(ROSTER)),
    "too_many_columns": (lambda: ",".join("a" * 20_000).encode(), lambda: ROSTER),
    "other_kind": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", lambda: ROSTER),
}
# written to disk by the makers of bad files
WRITTEN = {
    "encrypted_workbook": bad_files.encrypted_workbook,
    "missing_required_column": bad_files.missing_required_column,
}
# not decided by the bytes of one file alone
ELSEWHERE = {
    "too_large": ("intake/test_archive.py", "test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_taken"),
    "ambiguous_layout": ("intake/test_tables.py", "test_two_layouts_that_fit_equally_are_no_choice"),
    "wrong_data_kind": ("faults/test_bad_files.py", "test_a_bad_file_is_refused_whole_with_its_reason_and_what_to_do"),
    "rule_did_not_run": ("faults/test_bad_files.py", "test_a_bad_file_is_refused_whole_with_its_reason_and_what_to_do"),
}


def reason(content: bytes, folder: Path) -> str | None:
    refused = stage_text(content, "dinsos", folder, name="ekspor.dat").refusal
    return refused.code if refused else None


def test_every_rule_about_files_has_its_proof() -> None:
    assert {text.name for text in file_rules()} == {*FILES, *WRITTEN, *ELSEWHERE, "erased"}
    for file, test in ELSEWHERE.values():
        assert f"def {test}(" in (ROOT / "kla_pipeline_tests" / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("code", FILES)
def test_a_bad_file_is_refused_by_exactly_its_rule_and_the_good_one_by_none(code: str, tmp_path: Path) -> None:
    bad, good = FILES[code]

    assert reason(bad(), tmp_path) == code
    assert reason(good(), tmp_path) is None


@pytest.mark.parametrize("code", WRITTEN)
def test_a_file_with_a_password_or_without_a_required_column_is_refused(code: str, tmp_path: Path) -> None:
    assert reason(WRITTEN[code](tmp_path).read_bytes(), tmp_path) == code


def test_an_erased_file_that_comes_back_is_refused_and_a_new_export_is_taken(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_room, "erased_bytes", lambda *_: {hashlib.sha256(ROSTER).hexdigest()})
    city.write("dinsos", "lama.csv", ROSTER)
    city.write("dinsos", "baru.csv", roster(person(2)))

    received = load.receive(city.settings, city.jurisdiction)

    assert [refused.reason for refused in received.refused] == ["erased"]
    assert len(received.new) == 1
