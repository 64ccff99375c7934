"""A name becomes a code where one area bears it; everything else has a reason and, where there is one, a suggestion."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kla_pipeline.places.names import district_kind, key, plain
from kla_pipeline.places.reference import Area
from kla_pipeline.places.resolver import Resolver
from kla_pipeline_tests.places.areas import CITY, REGENCY, invented, resolver, the_areas

BOTH_LEVELS = ["Serang", "Kasemen", "Walantaka", "Curug", "Cipocok Jaya", "Taktakan"]
CITY_AREAS = [
    *the_areas().within(CITY, "kecamatan"),
    *the_areas().within(CITY, "kelurahan"),
]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize("name", BOTH_LEVELS)
def test_a_name_of_two_levels_needs_the_word_the_level_or_the_parent(name: str) -> None:
    by_word = resolver().resolve(f"Kec. {name}")

    assert resolver().resolve(name).how == "ambiguous"
    assert by_word.area is not None
    assert by_word.area.level == "kecamatan"
    assert resolver().resolve(f"Kel. {name}").area == resolver().resolve(name, "kelurahan").area
    assert resolver().resolve(name, within=by_word.area.code).area == resolver().resolve(name, "kelurahan").area


def test_serang_is_a_city_a_regency_a_kecamatan_and_a_kelurahan() -> None:
    found = resolver().resolve("Serang")

    assert found.code is None
    assert [area.code for area in found.candidates] == ["36.04", "36.73", "36.73.01", "36.73.01.1001"]
    assert resolver().resolve("Serang", "district").how == "ambiguous"
    assert resolver().resolve("Kota Serang").code == CITY
    assert resolver().resolve("Kab. Serang").code == REGENCY


def test_banten_is_the_province_and_a_kelurahan() -> None:
    assert [area.code for area in resolver().resolve("Banten").candidates] == ["36", "36.73.02.1007"]
    assert resolver().resolve("Provinsi Banten").code == "36"
    assert resolver().resolve("Banten", "kelurahan").code == "36.73.02.1007"


def test_sukawana_is_resolved_by_its_kecamatan_or_not_at_all() -> None:
    assert resolver().resolve("Sukawana", "kelurahan").how == "ambiguous"
    assert resolver().resolve("Sukawana", "kelurahan", CITY).how == "ambiguous"
    assert resolver().resolve("Sukawana", "kelurahan", "36.73.01").code == "36.73.01.1008"
    assert resolver().resolve("Sukawana", "kelurahan", "36.73.04").code == "36.73.04.1007"
    in_neither = resolver().resolve("Sukawana", "kelurahan", "36.73.02")
    assert (in_neither.how, in_neither.code, in_neither.problem) == ("ambiguous", None, "wrong_parent")


@pytest.mark.parametrize(
    ("text", "code", "how"),
    [
        ("Kaligandu", "36.73.01.1010", "exact"), ("KALIGANDU", "36.73.01.1010", "exact"),
        ("Kelurahan Kaligandu", "36.73.01.1010", "exact"), ("Ds. Cilaku", "36.73.04.1005", "exact"),
        ("Sumurpecung", "36.73.01.1003", "variant"), ("Kotabaru", "36.73.01.1004", "variant"),
        ("Kel. Kota Baru", "36.73.01.1004", "exact"), ("Lontar Baru", "36.73.01.1009", "variant"),
        ("Lontar-baru", "36.73.01.1009", "variant"), ("Masjid Priyayi", "36.73.02.1002", "variant"),
        ("Kec. Cipocok", "36.73.05", "variant"), ("Kec. Cipocokjaya", "36.73.05", "variant"),
        ("Pengampelan", "36.73.03.1004", "variant"), ("Kamanisan", "36.73.04.1003", "variant"),
        ("Kota Adm. Jakarta Utara", "31.72", "exact"), ("Kab. Pangkajene Kepulauan", "73.10", "variant"),
        ("DKI Jakarta", "31", "variant"), ("36.73.01.1010", "36.73.01.1010", "exact"),
    ],
)  # fmt: skip
def test_spelling_and_reviewed_names_lead_to_the_code(text: str, code: str, how: str) -> None:
    found = resolver().resolve(text)

    assert (found.code, found.how) == (code, how)


@pytest.mark.parametrize(
    ("text", "level", "suggested"),
    [
        ("Kaligandoe", None, "36.73.01.1010"), ("Kasemem", "kecamatan", "36.73.02"),
        ("Kec. Walantak", None, "36.73.03"), ("Kota Sereng", "district", "36.73"),
        ("Curugmanes", None, "36.73.04.1009"),
    ],
)  # fmt: skip
def test_a_name_near_one_area_is_suggested_and_has_no_code(text: str, level: str | None, suggested: str) -> None:
    found = resolver().resolve(text, level)

    assert (found.how, found.code, found.problem) == ("suggestion", None, "no_such_place")
    assert [area.code for area in found.candidates] == [suggested]


def test_a_name_that_several_areas_go_on_from_is_unknown_and_shows_them() -> None:
    found = resolver("36.74").resolve("Pondok Kacang", "kelurahan")

    assert (found.how, found.problem) == ("unknown", "no_such_place")
    assert {area.name for area in found.candidates} == {"Pondok Kacang Barat", "Pondok Kacang Timur"}


def test_a_kelurahan_of_another_kecamatan_is_told_with_its_own() -> None:
    found = resolver().resolve("Cipare", "kelurahan", "36.73.02")

    assert (found.code, found.problem) == ("36.73.01.1002", "wrong_parent")
    assert not found.is_certain


def test_a_code_that_is_given_has_to_lie_in_its_parent_and_to_exist() -> None:
    assert resolver().resolve("36.73.01.1002", "kelurahan", "36.73.02").problem == "wrong_parent"
    assert resolver().resolve("36.73.01.1099", "kelurahan").problem == "no_such_place"
    assert resolver().resolve("32.04.01.2001", "kelurahan").problem == "not_in_reference"
    assert resolver().resolve("36.73.01", "kelurahan").problem == "wrong_level"
    assert resolver().resolve("Kec. Kasemen", "kelurahan").problem == "wrong_level"


def test_a_place_outside_the_jurisdiction_is_known_and_told() -> None:
    assert (resolver().resolve("Kec. Kramatwatu").code, resolver().resolve("Kec. Kramatwatu").problem) == (
        "36.04.05", "not_in_jurisdiction",
    )  # fmt: skip
    # Ciomas is a kecamatan of Serang and of Bogor
    several = resolver().resolve("Kec. Ciomas")
    assert (several.how, several.code, several.problem) == ("ambiguous", None, "not_in_jurisdiction")
    assert resolver().resolve("Kec. Ciomas", within=REGENCY).code == "36.04.27"


def test_a_bare_name_is_not_taken_for_a_kecamatan_far_away() -> None:
    found = resolver().resolve("Jatinangor")

    assert (found.how, found.code, found.problem) == ("suggestion", None, "not_in_jurisdiction")


def test_no_such_kelurahan_is_said_only_where_all_are_known() -> None:
    assert resolver().resolve("Antah Berantah", "kelurahan", "36.73.01").problem == "no_such_place"
    assert resolver("32.04").resolve("Antah Berantah", "kelurahan", "32.04.05").problem == "not_in_reference"


def _brute_force(name: str, level: str, parent: str) -> set[str]:
    """Codes of the areas of a level in a parent that bear a name, by reading the whole reference."""
    return {
        area.code
        for area in the_areas().by_code.values()
        if area.level == level and area.parent == parent and key(area.name) == key(name)
    }


@pytest.mark.parametrize("area", CITY_AREAS, ids=lambda area: area.code)
def test_every_area_of_the_city_is_found_by_its_name_in_its_parent(area: Area) -> None:
    assert _brute_force(area.name, area.level, area.parent) == {area.code}
    for spelling in (area.name, area.name.upper(), area.name.replace(" ", ""), f"{area.level} {area.name}"):
        assert resolver().resolve(spelling, area.level, area.parent).code == area.code


def test_without_a_parent_the_resolver_agrees_with_a_reading_of_all_names() -> None:
    bearers = defaultdict(set)
    for area in CITY_AREAS:
        bearers[key(area.name), area.level].add(area.code)
    for (name, level), found in bearers.items():
        resolved = resolver().resolve(next(a.name for a in CITY_AREAS if key(a.name) == name), level)
        assert ({resolved.code} == found) if len(found) == 1 else (resolved.how == "ambiguous")


@settings(deadline=None)
@given(data=st.data())
def test_a_code_never_comes_from_a_name_that_is_merely_near(data: st.DataObject) -> None:
    area = data.draw(st.sampled_from(CITY_AREAS))
    place = data.draw(st.integers(0, len(area.name)))
    letter = data.draw(st.sampled_from(LETTERS))
    text = data.draw(
        st.sampled_from(
            [area.name[:place] + letter + area.name[place:], area.name[:place] + letter + area.name[place + 1 :]]
        )
    )
    level = data.draw(st.sampled_from([None, area.level]))
    within = data.draw(st.sampled_from(["", area.parent, CITY]))

    found = resolver().resolve(text, level, within)

    if found.area is not None:
        names = {key(found.area.name), *(key(s) for s in the_areas().variants.spellings.get(found.area.code, ()))}
        names |= {key(district_kind(found.area.name)[1])}
        assert key(text) in names
        assert found.how in ("exact", "variant")


@settings(deadline=None)
@given(text=st.text(max_size=40), level=st.sampled_from([None, "district", "kecamatan", "kelurahan"]))
def test_any_text_has_an_answer_and_a_code_only_where_it_is_certain_who_is_meant(text: str, level: str | None) -> None:
    found = resolver().resolve(text, level, CITY)

    assert (found.code is not None) == (found.how in ("exact", "variant"))
    assert found.how != "suggestion" or len(found.candidates) == 1
    if level is not None and found.area is not None:
        assert found.area.level == level


def test_exact_names_come_before_spellings() -> None:
    areas = invented({"99.71.02.1001": ("Uji Satu",)})

    # a kelurahan is also called like a kecamatan: the level decides, and without it the name as written
    assert Resolver(areas, "99.71").resolve("Uji Satu").code == "99.71.01"
    assert Resolver(areas, "99.71").resolve("Uji Satu", "kelurahan").code == "99.71.02.1001"


def test_comparison_leaves_words_alone() -> None:
    assert plain("  KASEMEN ") == plain("Kasemen")
    assert key("Sumur-Pecung II") == key("sumurpecung 2")
    assert key("Kasemen") != key("Kasemem")
