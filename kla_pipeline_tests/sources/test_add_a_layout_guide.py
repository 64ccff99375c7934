"""The guide to adding a layout works as written: its extract, its files and what it says `kla` answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kla_pipeline.cli.check import check_command
from kla_pipeline.intake.layouts import _FIELDS
from kla_pipeline.settings import Settings
from kla_pipeline_tests.support import ROOT, City, city_in

GUIDE = (ROOT / "docs" / "how-to" / "add-a-layout.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`(\S+)`:\n\n```\w+\n(.*?)```", GUIDE, re.MULTILINE | re.DOTALL))
LAYOUT = "sumber/dinsos/layouts/ppks_kota.yaml"
SPELLING = "sumber/dinsos/codes/ppks_category.yaml"
PLACES = "sumber/reference/region_variants.yaml"


def city_of(folder: Path, *names: str) -> City:
    """A city with these files of the guide in its own source folder, and the extract beside it."""
    for name in (*names, "ppks_kota.csv"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FILES[name], encoding="utf-8")
    return city_in(folder / "data", sources=str(folder / "sumber"))


def check(settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict]:
    code = check_command(settings, folder / "ppks_kota.csv", "dinsos", as_json=True, out=None, strict=True)
    return code, json.loads(capsys.readouterr().out)


def test_the_guide_holds_an_extract_and_three_declarations() -> None:
    assert set(FILES) == {"ppks_kota.csv", LAYOUT, SPELLING, PLACES}


def test_a_citys_layout_alone_recognises_the_export_and_rejects_words_nobody_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = city_of(tmp_path, LAYOUT)

    code, facts = check(city.settings, tmp_path, capsys)

    (table,) = facts["tables"]
    assert (code, facts["verdict"], table["layout"]) == (3, "partly", "dinsos.ppks_kota")
    assert table["rows"] == {"read": 5, "accepted": 2, "rejected": 1, "set_aside": {"column_number": 1, "total": 1}}
    assert table["rules"] == {"ppks.category.code": 1, "ppks.kecamatan.code": 1}
    assert table["drift"]["unknown"] == table["drift"]["renamed"] == []
    assert table["period"]["months"][-1] == "2025-12"


def test_with_its_spellings_of_a_word_and_a_place_every_row_is_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = city_of(tmp_path, LAYOUT, SPELLING, PLACES)

    code, facts = check(city.settings, tmp_path, capsys)

    assert (code, facts["verdict"]) == (0, "accepted")


def test_the_table_of_the_language_names_every_field() -> None:
    named = set(re.findall(r"^\| `(\w+)", GUIDE, re.MULTILINE))

    assert named == _FIELDS
