"""Texts are complete in both languages, and half a translation cannot be loaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kla_pipeline import reports
from kla_pipeline.errors import DeclarationError
from kla_pipeline.i18n import Speaker, Texts, load
from kla_pipeline.i18n.formats import LANGS
from kla_pipeline.i18n.texts import placeholders, read_folder

REFUSALS = (
    "empty_file", "encrypted_workbook", "unreadable_workbook", "too_large", "no_table", "unknown_layout",
    "ambiguous_layout", "missing_required_column", "wrong_data_kind", "rule_did_not_run", "reader_limit",
    "macro_workbook", "external_links", "unpacking_limit", "xml_entities", "nested_archive", "damaged_archive",
    "too_many_columns", "other_kind",
)  # fmt: skip
STATUSES = ("value", "zero_reported", "not_applicable", "not_reported", "insufficient", "suppressed")


def test_every_key_has_both_languages() -> None:
    texts = load()
    assert len(texts.entries) > 100
    for key, words in texts.entries.items():
        assert set(words) == set(LANGS), key
        assert all(text.strip() for text in words.values()), key


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_refusal_says_what_it_means_and_what_to_do(code: str, lang) -> None:
    for part in ("means", "do"):
        assert load().get(f"reason.{code}.{part}", lang).endswith("."), part
    assert load().get(f"reason.{code}", lang)


@pytest.mark.parametrize("lang", LANGS)
def test_statuses_are_told_apart_by_their_words(lang) -> None:
    texts = load()
    assert len({texts.get(f"status.{status}", lang) for status in STATUSES}) == len(STATUSES)
    assert len({texts.get(f"status.{status}.means", lang) for status in STATUSES}) == len(STATUSES)


def test_every_key_a_template_names_exists() -> None:
    named = set()
    for template in (Path(reports.__file__).parent / "templates").glob("*.j2"):
        named |= set(re.findall(r"\.t\('([\w.-]+)'\s*[,)]", template.read_text(encoding="utf-8")))
    assert len(named) > 50
    assert sorted(named - load().entries.keys()) == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"id": "Ada"}, "lacks 'en'"),
        ({"id": "Ada", "en": "  "}, "lacks 'en'"),
        ({"id": "Ada", "en": "Yes", "fr": "Oui"}, "unknown language 'fr'"),
        ({"id": "{n} baris", "en": "{rows} rows"}, "different placeholders"),
        ("Ada", "not a mapping"),
    ],
)
def test_half_a_translation_is_refused(words, problem: str) -> None:
    with pytest.raises(DeclarationError, match=problem):
        Texts.from_mapping({"a.key": words})


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("a.key: {id: Ada, en: 'Yes'}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"one\.yaml and in two\.yaml"):
        read_folder(tmp_path)


def test_a_key_twice_in_one_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("a: {id: x, en: y}\na: {id: x, en: y}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="not a valid text file"):
        read_folder(tmp_path)


def test_an_unknown_key_or_language_is_an_error_and_not_an_empty_text() -> None:
    with pytest.raises(DeclarationError, match=r"no\.such\.key"):
        load().get("no.such.key", "id")
    with pytest.raises(DeclarationError, match="'fr'"):
        load().get("status.value", "fr")  # type: ignore[arg-type]


def test_placeholders_must_be_filled_exactly() -> None:
    texts = Texts.from_mapping({"a": {"id": "{rows} baris", "en": "{rows} rows"}})
    assert texts.say("a", "en", rows="1,204") == "1,204 rows"
    for wrong in ({}, {"row": 1}, {"rows": 1, "more": 2}):
        with pytest.raises(DeclarationError, match="takes"):
            texts.say("a", "en", **wrong)
    assert placeholders("{a} and {b}") == {"a", "b"}


def test_a_code_without_a_word_speaks_for_itself() -> None:
    speaker = Speaker(load(), "id")
    assert speaker.word("agency", "dinsos") == "Dinas Sosial"
    assert speaker.word("agency", "kantor_baru") == "kantor_baru"
