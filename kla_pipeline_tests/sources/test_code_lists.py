"""Code lists: every code and spelling is text, and every spelling stands for one code."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kla_pipeline.errors import DeclarationError
from kla_pipeline.quality.codes import code_key, load_code_list
from kla_pipeline.quality.words import to_code, to_multi
from kla_pipeline_tests.quality.tables import SOURCES, the_catalogue

FILES = sorted(SOURCES.glob("*/codes/*.yaml"))
LISTS = sorted(the_catalogue().code_lists.values(), key=lambda item: item.id)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_codes_labels_and_variants_are_text_and_the_file_bears_its_lists_name(path: Path) -> None:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert raw["id"] == path.stem
    for code, item in raw["codes"].items():
        assert isinstance(code, str)
        assert all(isinstance(text, str) and text.strip() for text in (item["id"], item["en"]))
        assert all(isinstance(text, str) and text.strip() for text in item.get("variants", ()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_spelling_is_written_once(path: Path) -> None:
    codes = yaml.safe_load(path.read_text(encoding="utf-8"))["codes"]
    variants = [text for item in codes.values() for text in item.get("variants", ())]

    assert len(variants) == len(set(variants))
    owners: dict[str, set[str]] = {}
    for code, item in codes.items():
        for text in (code, item["id"], *item.get("variants", ())):
            owners.setdefault(code_key(text), set()).add(code)
    assert not {key: found for key, found in owners.items() if len(found) > 1 or not key}


@pytest.mark.parametrize("code_list", LISTS, ids=lambda item: item.id)
def test_every_spelling_and_the_code_itself_resolve_to_the_code(code_list) -> None:
    for spelling, code in code_list.lookup.items():
        for written in (spelling, spelling.upper(), f" {spelling}. "):
            assert to_code(written, code_list) == code
        assert to_code(code, code_list) == code


def test_several_forms_of_violence_are_told_apart_however_they_are_joined() -> None:
    forms = the_catalogue().code_lists["violence_form"]

    for text in (
        "Fisik, Psikis",
        "fisik;psikis",
        "FISIK/PSIKIS",
        "Fisik dan Psikis",
        "Psikis DAN fisik",
        "Fisik Psikis",
        "PSIKIS|FISIK",
        "Kekerasan Fisik & Psikologis",
        "Fisik\nPsikis",
        "Fisik, Fisik, Psikis",
    ):
        assert to_multi(text, forms) == "FISIK|PSIKIS", text
    assert to_multi("Fisik, Psikis dan Seksual", forms) == "FISIK|PSIKIS|SEKSUAL"


def test_an_unknown_form_stays_and_spoils_the_cell() -> None:
    forms = the_catalogue().code_lists["violence_form"]

    assert to_multi("Fisik, Penculikan", forms) == "FISIK|Penculikan"
    assert to_multi("Fisik Penculikan", forms) == "Fisik Penculikan"
    assert to_multi(",", forms) == ","


@pytest.mark.parametrize(
    ("codes", "complaint"),
    [
        ("1: {id: Satu, en: One}", "not text"),
        ("A: {id: Satu, en: One, variants: [yes]}", "not text"),
        ("A: {id: Satu, en: One}\n  B: {id: Dua, en: Two, variants: [satu]}", "stands for A and B"),
    ],
)
def test_a_list_that_would_be_misread_is_refused(codes: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(f"id: list\ncodes:\n  {codes}\n", encoding="utf-8")

    with pytest.raises(DeclarationError, match=complaint):
        load_code_list(path)


def test_a_table_of_counts_knows_the_forms_of_the_register_and_all_of_them_together() -> None:
    lists = the_catalogue().code_lists
    counted, register = lists["counted_form"], lists["violence_form"]

    assert set(counted.codes) == {*register.codes, "SEMUA"}
    # tables of counts also come in English
    assert counted.lookup.items() >= register.lookup.items()
    assert {code: counted.labels[code] for code in register.codes} == dict(register.labels)
