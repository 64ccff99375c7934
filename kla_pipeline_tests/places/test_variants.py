"""Spellings are reviewed data: each says who, when and from what, and none stands for two places of one parent."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kla_pipeline.errors import DeclarationError
from kla_pipeline.places.reference import Areas
from kla_pipeline.places.resolver import Resolver
from kla_pipeline.places.variants import Variants, load_variants
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.quality.store import judging_code, judging_fingerprint
from kla_pipeline_tests.places.areas import CITY, SOURCES, invented, the_areas

GROUP = {"by": "Uji", "date": "2026-01-02", "source": "uji"}


def _file(folder: Path, spellings: dict[str, list[str]], lacking: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "region_variants.yaml"
    group = {name: value for name, value in (GROUP | {"of": spellings}).items() if name != lacking}
    path.write_text(yaml.safe_dump({"spellings": [group]}), encoding="utf-8")
    return path


def test_every_delivered_spelling_leads_to_its_area_within_its_parent() -> None:
    areas = the_areas()

    assert areas.variants.spellings
    for code, spellings in areas.variants.spellings.items():
        area = areas.by_code[code]
        for spelling in spellings:
            assert Resolver(areas).resolve(spelling, area.level, area.parent).code == code


def test_a_city_adds_spellings_in_its_own_source_folder(tmp_path: Path) -> None:
    _file(tmp_path / "reference", {"36.73.01.1010": ["Kali Gandul"]})

    own = load_catalogue([SOURCES, tmp_path]).areas

    assert Resolver(the_areas(), CITY).resolve("Kali Gandul").how == "suggestion"
    assert Resolver(own, CITY).resolve("Kali Gandul").code == "36.73.01.1010"


@pytest.mark.parametrize("lacking", ["by", "date", "source", "of"])
def test_a_spelling_without_author_date_or_source_is_refused(tmp_path: Path, lacking: str) -> None:
    path = _file(tmp_path, {"36.73": ["Kota Srg"]}, lacking)

    with pytest.raises(DeclarationError):
        load_variants([path])


def test_one_spelling_for_two_places_of_a_parent_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, {"36.73.01.1001": ["Kota Lama"], "36.73.01.1002": ["kotalama"]})

    with pytest.raises(DeclarationError, match="one spelling stands for"):
        load_variants([path])


def test_one_spelling_for_places_of_two_parents_leaves_the_parent_to_decide() -> None:
    areas = invented({"99.71.01.1001": ("Tua",), "99.71.02.1001": ("Tua",)})

    assert Resolver(areas, "99.71").resolve("Tua").how == "ambiguous"
    assert Resolver(areas, "99.71").resolve("Tua", within="99.71.02").code == "99.71.02.1001"


def test_a_spelling_that_is_a_neighbours_name_is_refused() -> None:
    areas = invented({"99.71.01.1001": ("Baru",)})

    with pytest.raises(DeclarationError, match="is the name of"):
        Resolver(areas, "99.71").resolve("Baru")


def test_a_spelling_of_a_code_that_nobody_bears_is_refused() -> None:
    with pytest.raises(DeclarationError, match="lacks"):
        Areas([], Variants({"36.73.99": ("Uji",)}))


def test_a_new_spelling_makes_staged_rows_stale(tmp_path: Path) -> None:
    _file(tmp_path / "a" / "reference", {"36.73.01.1010": ["Kali Gandul"]})
    _file(tmp_path / "b" / "reference", {"36.73.01.1010": ["Kali Gandula"]})

    keys = {judging_fingerprint((SOURCES, *more)) for more in ((), (tmp_path / "a",), (tmp_path / "b",))}

    assert len(keys) == 3
    assert any(path.name == "resolver.py" for path in judging_code())
