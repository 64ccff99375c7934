"""`kla places` shows a person what the load would make of a text."""

from __future__ import annotations

import io
import json

import pytest

from kla_pipeline.cli.places import places_command
from kla_pipeline.errors import WrongUse
from kla_pipeline.settings import load_settings


def _printed(capsys: pytest.CaptureFixture[str], texts: list[str], jurisdiction: str | None = "36.73") -> dict:
    assert places_command(load_settings(), texts, jurisdiction, True) == 0
    return json.loads(capsys.readouterr().out)


def test_json_holds_every_text_with_its_mentions(capsys: pytest.CaptureFixture[str]) -> None:
    facts = _printed(capsys, ["Kec. Kasemen Kel. Terumbu", "Sukawana"])

    assert facts["jurisdiction"] == "36.73"
    assert [item["text"] for item in facts["texts"]] == ["Kec. Kasemen Kel. Terumbu", "Sukawana"]
    first, second = facts["texts"]
    assert [mention["code"] for mention in first["mentions"]] == ["36.73.02", "36.73.02.1003"]
    assert set(first["mentions"][0]) == {"raw", "level", "code", "name", "how", "problem", "candidates"}
    assert second["mentions"][0]["how"] == "ambiguous"
    assert [area["code"] for area in second["mentions"][0]["candidates"]] == ["36.73.01.1008", "36.73.04.1007"]


def test_the_jurisdiction_decides_what_a_name_means(capsys: pytest.CaptureFixture[str]) -> None:
    (regency,) = _printed(capsys, ["Kec. Pabuaran"], "36.04")["texts"]

    assert regency["mentions"][0]["code"] == "36.04.28"
    assert _printed(capsys, ["Pabuaran"], None)["texts"][0]["mentions"][0]["code"] == "36.73.03.1011"


def test_the_table_shows_the_facts_and_what_a_name_may_mean(capsys: pytest.CaptureFixture[str]) -> None:
    assert places_command(load_settings(lang="en"), ["Kec. Serang Kel. Kaligandoe, [b]"], "36.73", False) == 0

    shown = capsys.readouterr().out
    assert "Kec. Serang Kel. Kaligandoe, [b]" in shown
    assert "36.73.01" in shown
    assert "suggestion" in shown
    assert "perhaps Kaligandu (36.73.01.1010, kelurahan)" in shown


def test_texts_are_read_from_standard_input_and_empty_lines_keep_their_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Kaligandu\n\nKel. Unyur\n"))

    assert [item["text"] for item in _printed(capsys, ["-"])["texts"]] == ["Kaligandu", "", "Kel. Unyur"]


@pytest.mark.parametrize(
    ("texts", "jurisdiction"), [(["Serang"], "99.99"), (["Serang"], "36.73.01"), ([" "], "36.73"), ([], "36.73")]
)
def test_an_unknown_jurisdiction_and_no_text_are_wrong_use(texts: list[str], jurisdiction: str) -> None:
    with pytest.raises(WrongUse):
        places_command(load_settings(), texts, jurisdiction, False)


@pytest.mark.parametrize(("name", "jurisdiction"), [("Serang", "32"), ("Bandung", "36.73"), ("Jakarta", "36.73")])
def test_a_name_that_stands_elsewhere_is_said_to_lie_outside(
    name: str, jurisdiction: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (mention,) = _printed(capsys, [name], jurisdiction)["texts"][0]["mentions"]

    assert (mention["code"], mention["problem"]) == (None, "not_in_jurisdiction")
    assert mention["candidates"]


def test_problems_are_told_in_the_language_that_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, words in (("id", "di luar wilayah kerja"), ("en", "outside the jurisdiction")):
        places_command(load_settings(lang=lang), ["Medan"], "36.73", False)
        assert words in capsys.readouterr().out
