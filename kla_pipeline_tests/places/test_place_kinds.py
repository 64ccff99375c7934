"""Columns of places: a code where it is certain, a text the contract rejects where it is not, and a hint beside it."""

from __future__ import annotations

import json
import re

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kla_pipeline.quality.contract import Column
from kla_pipeline.quality.normalise import Context, Typed
from kla_pipeline.quality.place_kinds import LEFT_OUT, SPELLING, normalise_place, to_district
from kla_pipeline_tests.places.areas import the_areas

CONTEXT = Context({}, the_areas())


def _typed(
    kind: str,
    texts: list[str],
    within: list[str | None] | None = None,
    names: list[str] | None = None,
    level: str = "district",
) -> Typed:
    """A column of the kind, with the values of its parent column and the texts of the column with its names."""
    column = Column(
        kind, "Uji", "Test", within="parent" if within else "", named_by="name" if names else "",
        level=level if kind == "area" else "",
    )  # fmt: skip
    given = {"": pa.array(texts, pa.string()), "name": pa.array(names or [], pa.string())}
    parents = {"parent": pd.Series(within or [], dtype="string")}
    return normalise_place(column, lambda other: given[other], parents, CONTEXT)


def _values(typed: Typed) -> list[str | None]:
    assert not typed.unreadable.any()
    return [None if pd.isna(value) else value for value in typed.values]


def test_a_district_is_a_code_or_outside_or_unknown_or_a_text_that_is_rejected() -> None:
    typed = _typed(
        "district",
        [
            "Kota Serang",
            "Kab. Serang",
            "36.72",
            "luar kota",
            "tidak diketahui",
            "-",
            "Serang",
            "3673",
            "99.99",
            "Kota Sereng",
        ],
    )

    assert _values(typed) == [
        "36.73", "36.04", "36.72", "outside", None, None, "Serang", "3673", "99.99 ?", "Kota Sereng",
    ]  # fmt: skip
    assert typed.hints["Kota Sereng"] == "mungkin maksudnya Kota Serang (36.73)"
    assert typed.hints["Serang"] == "bisa berarti Kabupaten Serang (36.04) atau Kota Serang (36.73)"
    assert to_district("KOTA SERANG", the_areas()) == "36.73"


def test_a_kecamatan_depends_on_the_district_of_its_row() -> None:
    texts = [
        "Kasemen",
        "Kasemen",
        "Ciomas",
        "Kasemen",
        "tidak diketahui",
        "",
        "Kasemem",
        "36.73.02",
        "36.73.99",
        "36.04.01",
    ]
    districts = ["36.73", "36.04", "36.04", None, *["36.73"] * 6]

    typed = _typed("kecamatan", texts, districts)

    assert _values(typed) == [
        "36.73.02", None, None, None, None, None, "Kasemem", "36.73.02", "36.73.99 ?", "36.04.01 ?",
    ]  # fmt: skip
    assert typed.hints["Kasemem"] == "mungkin maksudnya Kasemen (36.73.02)"
    assert typed.changes == {LEFT_OUT: 3}


def test_a_misspelt_kecamatan_of_another_district_costs_no_row() -> None:
    assert _values(_typed("kecamatan", ["Ciomass", "Antah"], ["36.04", "outside"])) == [None, None]


def test_a_kelurahan_depends_on_the_kecamatan_of_its_row() -> None:
    typed = _typed(
        "kelurahan",
        ["Sukawana", "Sukawana", "Kel. Lontar Baru", "Cipare", "Kaligandoe", "Nambo", "Cipare", ""],
        ["36.73.01", "36.73.04", "36.73.01", "36.73.02", "36.73.01", "36.04.15", None, "36.73.01"],
    )

    assert _values(typed) == [
        "36.73.01.1008", "36.73.04.1007", "36.73.01.1009", "Cipare", "Kaligandoe", None, None, None,
    ]  # fmt: skip
    assert typed.hints == {
        "Cipare": "Cipare (36.73.01.1002) terletak di Serang",
        "Kaligandoe": "mungkin maksudnya Kaligandu (36.73.01.1010)",
    }
    assert typed.changes == {SPELLING: 1, LEFT_OUT: 2}


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("3673", "KOTA SERANG", "36.73"), ("3604", "SERANG", "36.04"), ("3201", "KABUPATEN BOGOR", "32.01"),
        ("3673.0", "Kota Serang", "36.73"), ("36.73", "Kota Serang", "36.73"), ("1101", "SIMEULUE", "11.09"),
        ("72.1", "Kabupaten Sigi", "72.10"), ("72.10", "Sigi", "72.10"), ("1277", "KOTA PADANG SIDEMPUAN", "12.77"),
        ("Kota Serang", "", "36.73"), ("36.73", "", "36.73"), ("", "Kota Serang", None),
        # what code and name say differs, or nothing tells what the code means
        ("3673", "KOTA CILEGON", "3673"), ("1101", "", "1101"), ("72.1", "", "72.1"),
        ("36.73", "Kota Cilegon", "36.73 ?"), ("9999", "Kota Serang", "9999"),
        ("36.73.01", "Kota Serang", "36.73.01 ?"),
    ],
)  # fmt: skip
def test_a_code_of_an_area_is_held_against_its_name(code: str, name: str, expected: str | None) -> None:
    typed = _typed("area", [code], names=[name])

    assert _values(typed) == [expected]
    if expected not in (None, *the_areas().by_code):
        assert expected is not None
        assert not re.fullmatch(r"\d{2}\.\d{2}", expected)


def test_a_code_without_a_name_beside_it_is_taken_where_both_readings_agree() -> None:
    # 3201 is Bogor for the ministry and for Statistics Indonesia, 1101 is not one place
    assert _values(_typed("area", ["3201", "1101"])) == ["32.01", "1101"]


def test_an_area_may_be_of_any_level_and_has_to_lie_in_its_parent() -> None:
    assert _values(_typed("area", ["36", "DKI Jakarta"], level="province")) == ["36", "31"]
    assert _values(_typed("area", ["Kasemen", "36.73.02"], level="kecamatan", within=["36.73", "36.04"])) == [
        "36.73.02", "36.73.02 ?",
    ]  # fmt: skip


def test_mentions_are_a_list_as_json_in_the_order_of_the_text() -> None:
    typed = _typed("mentions", ["Kec. Kasemen, Masjid Priyayi, Antah", "", "-"], ["36.73", "36.73", None])

    assert json.loads(str(typed.values[0])) == [
        {"raw": "Kec. Kasemen", "level": "kecamatan", "code": "36.73.02", "how": "exact", "problem": None},
        {"raw": "Masjid Priyayi", "level": "kelurahan", "code": "36.73.02.1002", "how": "variant", "problem": None},
        {"raw": "Antah", "level": None, "code": None, "how": "unknown", "problem": "no_such_place"},
    ]  # fmt: skip
    assert _values(typed)[1:] == [None, None]
    assert typed.changes == {SPELLING: 1}


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=20), max_size=6), data=st.data())
def test_a_kecamatan_is_one_of_its_district_or_no_code_at_all(texts: list[str], data: st.DataObject) -> None:
    some = st.sampled_from([None, "36.73", "36.04", "outside", "Kota Sereng"])
    districts = data.draw(st.lists(some, min_size=len(texts), max_size=len(texts)))

    typed = _typed("kecamatan", texts, districts)

    for district, value in zip(districts, _values(typed) if texts else [], strict=True):
        if value in the_areas().by_code:
            assert the_areas().by_code[value].parent == district
        if district != "36.73":
            assert value is None


@settings(deadline=None)
@given(text=st.text(max_size=30), kind=st.sampled_from(["district", "kecamatan", "kelurahan"]))
def test_hints_hold_names_of_the_reference_only(text: str, kind: str) -> None:
    typed = _typed(kind, [text], None if kind == "district" else ["36.73" if kind == "kecamatan" else "36.73.01"])

    for hint in typed.hints.values():
        codes = re.findall(r"\((\d{2}(?:\.\d+)*)\)", hint)
        assert codes
        assert all(the_areas().by_code[code].name in hint for code in codes)
