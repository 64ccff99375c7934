"""A text about places falls into mentions, each under the kecamatan named before it, and nothing is dropped."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kla_pipeline_tests.places.areas import CITY, REGENCY, codes, mentions, the_areas

SERANG, KASEMEN, CURUG = "36.73.01", "36.73.02", "36.73.04"
WORDS = [
    "Kec.",
    "Kec",
    "Kel.",
    "kel.",
    "Ds.",
    "Desa",
    "Kp.",
    "RT",
    "Kota",
    "Kab.",
    "dan",
    ",",
    ";",
    "\n",
    "●",
    "-",
    "/",
    "  ",
]
NAMES = [*(area.name for area in the_areas().within(CITY, "kelurahan")), "Serang", "Kasemen", "Uji", "(2 kp)", "04/05"]


def _letters(text: str) -> str:
    """Letters and digits of a text, without the words that only join names."""
    return re.sub(r"[\W_]+", "", re.sub(r"\b(dan|serta)\b", " ", text, flags=re.IGNORECASE)).casefold()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # as written in the city's rows of a disaster export
        ("Kec. Kasemen Kel. Masjid Priyayi", ["36.73.02", "36.73.02.1002"]),
        (
            "Kec. Cipocok Jaya kel. Banjar Sari Kec. Serang Kel. Lontar Baru Kel. Cimuncang",
            ["36.73.05", "36.73.05.1005", "36.73.01", "36.73.01.1009", "36.73.01.1006"],
        ),
        ("●Kec. Serang ●Kec. Cipocok Jaya ●Kec. Taktakan", ["36.73.01", "36.73.05", "36.73.06"]),
        ("Kec Serang, Kec Cipocok, Kec Kasemen", ["36.73.01", "36.73.05", "36.73.02"]),
        ("Kec. Curug, ds. Cilaku", ["36.73.04", "36.73.04.1005"]),
        ("Kec. Cipocok Jaya Kec. Kasemen Kel.  Sawah luhur", ["36.73.05", "36.73.02", "36.73.02.1008"]),
        # lists, missing words and blanks
        ("Kec. Kasemen Kel. Terumbu, Banten", [KASEMEN, f"{KASEMEN}.1003", f"{KASEMEN}.1007"]),
        ("Kec. Kasemen Kel. Terumbu dan Kilasah", [KASEMEN, f"{KASEMEN}.1003", f"{KASEMEN}.1009"]),
        ("Kec.Taktakan Kel.Sepang Kel.Drangong", ["36.73.06", "36.73.06.1010", "36.73.06.1008"]),
        ("Kec. Curug\nKel. Sukawana\nKec. Serang\nKel. Sukawana", [CURUG, f"{CURUG}.1007", SERANG, f"{SERANG}.1008"]),
        ("Kecamatan : Serang Kelurahan : Unyur", ["36.73.01", "36.73.01.1007"]),
        ("Kec. Serang Kel. Kagungan Kota Baru Lopang", ["36.73.01", "36.73.01.1012", "36.73.01.1004", "36.73.01.1005"]),
        ("Kec. Serang, Kasemen, Curug", ["36.73.01", "36.73.02", "36.73.04"]),
        ("Kec. Serang, Serang", ["36.73.01", "36.73.01.1001"]),
        ("Ds. Desa Cilaku", ["36.73.04.1005"]),
        ("Kel. Kaligandu (2 RT)", ["36.73.01.1010"]),
        # from small to large
        ("Kel. Sukawana Kec. Curug", ["36.73.04.1007", "36.73.04"]),
        ("Kel. Sukawana, Kec. Serang, Kota Serang", ["36.73.01.1008", "36.73.01", "36.73"]),
        ("Kel. Sukawana Kec. Serang Kel. Sukawana Kec. Curug", [f"{SERANG}.1008", SERANG, f"{CURUG}.1007", CURUG]),
    ],
)  # fmt: skip
def test_a_text_of_the_city_names_these_places(text: str, expected: list[str]) -> None:
    found = mentions(text)

    assert [mention.found.code for mention in found] == expected
    assert all(mention.found.problem is None for mention in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kec. Kramatwatu Ds. Pejaten Ds. Tonjong",
            ["36.04.05", "36.04.05.2003", "36.04.05.2008"],
        ),
        ("KEC.KOPO   DS.MEKARBARU DS.CIDAHU", ["36.04.25", "36.04.25.2010", "36.04.25.2004"]),
        ("Kab. Serang Kec. Tirtayasa", [REGENCY, "36.04.13"]),
        ("Kec. Cinangka dan Kec. Padarincang", ["36.04.31", "36.04.29"]),
    ],
)
def test_a_text_of_the_regency_names_these_places(text: str, expected: list[str]) -> None:
    assert codes(text, REGENCY) == expected


@pytest.mark.parametrize(
    ("text", "raw", "how", "problem"),
    [
        ("Kasemen", "Kasemen", "ambiguous", None),
        ("Kel. Sukawana", "Kel. Sukawana", "ambiguous", None),
        ("Kec. Serang Kel. Penancangan", "Kel. Penancangan", "variant", "wrong_parent"),
        ("Kec. Kasemen Kel. Banten, Sukawana", "Sukawana", "ambiguous", "wrong_parent"),
        ("Kec. Serang Kel. Cipare Kp. Cipare Tengah", "Kp. Cipare Tengah", "unknown", "below_kelurahan"),
        ("Kec. Serang Kel. Antah", "Kel. Antah", "unknown", "no_such_place"),
        ("Kec. Serang Kel. Kaligandoe", "Kel. Kaligandoe", "suggestion", "no_such_place"),
        ("Kec. Antah Kel. Cipare", "Kel. Cipare", "exact", "parent_unknown"),
        ("Kec. Antah Kel. Cipare, Unyur", "Unyur", "exact", "parent_unknown"),
        ("Kec. Antah Kel. Cipare", "Kec. Antah", "unknown", "no_such_place"),
        ("Kec. Kasemen, Serang", "Serang", "ambiguous", None),
        ("Kab. Serang Kec. Tirtayasa", "Kec. Tirtayasa", "exact", "not_in_jurisdiction"),
        ("Kp. Desa Gede", "Kp. Desa Gede", "unknown", "below_kelurahan"),
        ("Ds.", "Ds", "unknown", "no_such_place"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_a_mention_with_its_reason(text: str, raw: str, how: str, problem: str | None) -> None:
    found = {mention.raw: mention for mention in mentions(text)}

    assert (found[raw].found.how, found[raw].found.problem) == (how, problem)
    assert found[raw].found.is_certain == (how in ("exact", "variant") and problem is None)


def test_a_mention_is_printed_with_its_six_facts_and_its_candidates() -> None:
    (mention,) = mentions("Kaligandoe")

    assert mention.as_dict() == {
        "raw": "Kaligandoe",
        "level": "kelurahan",
        "code": None,
        "name": "Kaligandu",
        "how": "suggestion",
        "problem": "no_such_place",
        "candidates": [{"code": "36.73.01.1010", "name": "Kaligandu", "level": "kelurahan"}],
    }


def test_an_empty_text_names_nothing() -> None:
    assert mentions("") == mentions(" - , ; ") == []


@settings(deadline=None)
@given(
    parts=st.lists(st.sampled_from(WORDS) | st.sampled_from(NAMES), max_size=14), glue=st.sampled_from([" ", "  ", ""])
)
@example(parts=["Ds.", "\n", "Kec.", "Uji", "-", "Serang", "/", "Kota"], glue=" ")
def test_no_letter_of_a_text_is_lost_and_none_is_read_twice(parts: list[str], glue: str) -> None:
    text = glue.join(parts)

    assert _letters(" ".join(mention.raw for mention in mentions(text))) == _letters(text)


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for mention in mentions(text):
        assert mention.raw.strip()
        assert (mention.found.code is not None) == (mention.found.how in ("exact", "variant"))


@settings(deadline=None)
@given(data=st.data())
def test_a_list_of_kelurahan_reads_back_as_their_codes(data: st.DataObject) -> None:
    kecamatan = data.draw(st.sampled_from(the_areas().within(CITY, "kecamatan")))
    some = data.draw(
        st.lists(st.sampled_from(the_areas().within(kecamatan.code, "kelurahan")), min_size=1, unique=True)
    )
    word = data.draw(st.sampled_from(["Kel. ", "Kelurahan ", "kel.", "Ds. "]))
    between = data.draw(st.sampled_from([", ", f" {word}", "; ", " dan ", f"\n● {word}", f"\n{word}"]))

    text = f"Kec. {kecamatan.name} {word}{between.join(area.name for area in some)}"

    assert codes(text) == [kecamatan.code, *(area.code for area in some)]


def test_a_cell_of_a_hundred_thousand_words_is_read_in_a_moment() -> None:
    began = time.monotonic()
    for text in (
        "Kec. Serang (a) " * 20_000,
        "Kec. Serang " + "Kagungan Lopang " * 20_000,
        "(" * 200_000,
        " " * 200_000,
    ):
        mentions(text)

    assert time.monotonic() - began < 30
