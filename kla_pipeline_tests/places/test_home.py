"""The home district: what stands in where a table does not say in which district its rows lie, and what does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest

from kla_pipeline.quality.contract import Column
from kla_pipeline.quality.kinds import PLACE_KINDS
from kla_pipeline.quality.normalise import Context, Typed
from kla_pipeline.quality.place_kinds import HOME, LEFT_OUT, SPELLING, at_home, normalise_place
from kla_pipeline_tests.places.areas import CITY, REGENCY, the_areas
from kla_pipeline_tests.quality.tables import contract_of, the_catalogue


def _read(record: str, table: Mapping[str, list[str]], home: str = CITY) -> dict[str, Typed]:
    """The place columns of a record, read from a table that has these contract columns and no others."""
    declared = contract_of(record)
    context = at_home(Context({}, the_areas(), home=home), declared, table.__contains__)
    length = len(next(iter(table.values())))
    texts = {name: pa.array(table.get(name, [""] * length), pa.string()) for name in declared.columns}
    read: dict[str, Typed] = {}
    for name, column in declared.columns.items():
        if column.kind in PLACE_KINDS:
            own = texts[name]
            values = {other: typed.values for other, typed in read.items()}
            read[name] = normalise_place(
                column, lambda other, own=own: texts[other] if other else own, values, context, name
            )
    return read


def _values(typed: Typed) -> list[str | None]:
    return [None if pd.isna(value) else value for value in typed.values]


def test_events_without_a_column_of_the_district_lie_in_the_district_whose_folder_they_lie_in() -> None:
    read = _read(
        "flood_report",
        {"kecamatan": ["Kasemen", "Kec. Serang", ""], "kelurahan": ["Masjid Priyayi", "Cipare", "Cipare"]},
    )

    assert _values(read["district"]) == [CITY, CITY, CITY]
    assert _values(read["kecamatan"]) == ["36.73.02", "36.73.01", None]
    assert _values(read["kelurahan"]) == ["36.73.02.1002", "36.73.01.1002", None]
    assert read["district"].changes == {HOME: 3}
    assert read["kecamatan"].changes == {}


def test_a_district_cell_that_is_empty_or_unknown_is_not_given_the_home_district() -> None:
    read = _read(
        "flood_report",
        {
            "district": ["", "-", "tidak diketahui", "Kab. Serang", "Kota Sereng"],
            "kecamatan": ["Kasemen"] * 5,
            "kelurahan": ["Terumbu"] * 5,
        },
    )

    assert _values(read["district"]) == [None, None, None, REGENCY, "Kota Sereng"]
    assert _values(read["kecamatan"]) == [None] * 5
    assert _values(read["kelurahan"]) == [None] * 5
    assert all(HOME not in typed.changes for typed in read.values())


def test_events_that_name_a_place_outside_their_home_are_rejected_with_where_it_lies() -> None:
    read = _read("flood_report", {"kecamatan": ["Ciomas", "Kasemem"], "kelurahan": ["", ""]})

    assert _values(read["kecamatan"]) == ["Ciomas", "Kasemem"]
    assert read["kecamatan"].hints["Ciomas"] == "bisa berarti Ciomas (32.01.29) atau Ciomas (36.04.27)"


def test_where_people_live_is_not_filled_but_the_kecamatan_they_name_is_looked_for_at_home() -> None:
    read = _read("violence_victim", {"kecamatan": ["Kasemen", "Walantaka", "Ciomas", "Antah", "Kasemem", ""]})

    assert _values(read["district"]) == [None] * 6
    # who lives elsewhere costs no row; a name that can only be misspelt is for a person to mend
    assert _values(read["kecamatan"]) == ["36.73.02", "36.73.03", None, None, "Kasemem", None]
    assert read["kecamatan"].changes == {HOME: 3, LEFT_OUT: 2}
    assert read["kecamatan"].hints == {"Kasemem": "mungkin maksudnya Kasemen (36.73.02)"}


@pytest.mark.parametrize("record", ["disaster_by_area", "disaster_by_hazard", "ppks_area", "violence_monthly"])
def test_a_table_of_counts_that_does_not_say_its_area_may_be_about_any(record: str) -> None:
    assert _values(_read(record, {"events": ["3"]})["district"]) == [None]


def test_a_kelurahan_without_its_kecamatan_is_taken_where_the_home_district_has_one_of_the_name() -> None:
    read = _read("fire_report", {"kelurahan": ["Terumbu", "Sukawana", "Masjid Priyayi", "Antah"]})

    # Sukawana lies in two kecamatan
    assert _values(read["kelurahan"]) == ["36.73.02.1003", None, "36.73.02.1002", None]
    assert read["kelurahan"].changes == {HOME: 2, LEFT_OUT: 2, SPELLING: 1}


def test_a_kelurahan_without_its_kecamatan_stays_open_where_the_table_gives_another_district() -> None:
    read = _read("fire_report", {"district": ["Kab. Serang", ""], "kelurahan": ["Terumbu", "Terumbu"]})

    assert _values(read["kelurahan"]) == [None, None]


@pytest.mark.parametrize("home", ["", "36", "99.99", "36.73.01"])
def test_without_a_home_that_is_a_district_nothing_stands_in(home: str) -> None:
    read = _read("flood_report", {"kecamatan": ["Kasemen"], "kelurahan": ["Terumbu"]}, home)

    assert [_values(read[name]) for name in ("district", "kecamatan", "kelurahan")] == [[None], [None], [None]]
    assert all(HOME not in typed.changes for typed in read.values())


def test_a_home_whose_spellings_nobody_reviewed_gives_the_district_alone() -> None:
    read = _read("flood_report", {"kecamatan": ["Ciomas"], "kelurahan": [""]}, REGENCY)

    assert _values(read["district"]) == [REGENCY]
    assert _values(read["kecamatan"]) == [None]
    assert read["kecamatan"].changes == {LEFT_OUT: 1}


def _alone(kind: str, text: str, level: str = "") -> str | None:
    """One cell of a column whose parent column the table lacks."""
    column = Column(kind, "Uji", "Test", within="parent", level=level)
    context = replace(Context({}, the_areas(), home=CITY), absent=frozenset({"parent"}))
    parents = {"parent": pd.Series([None], dtype="string")}
    return _values(normalise_place(column, lambda _: pa.array([text], pa.string()), parents, context, "place"))[0]


def test_mentions_are_read_in_the_home_district() -> None:
    here = json.loads(str(_alone("mentions", "Serang, Kel. Terumbu")))

    assert [mention["code"] for mention in here][1:] == ["36.73.02.1003"]
    assert [mention["problem"] for mention in here][1:] == [None]


@pytest.mark.parametrize(
    ("level", "text", "expected"),
    [
        ("kecamatan", "Serang", "36.73.01"), ("kecamatan", "36.04.05", None), ("kelurahan", "Terumbu", "36.73.02.1003"),
        # a list of districts without a column of the province is no list of the home
        ("district", "Kota Cilegon", "36.72"),
    ],
)  # fmt: skip
def test_areas_below_the_district_are_read_in_the_home_district(level: str, text: str, expected: str | None) -> None:
    assert _alone("area", text, level) == expected


def test_a_published_table_is_not_about_the_folder_it_lies_in() -> None:
    layouts = the_catalogue().agency("bpbd").layouts

    def homes(neutral: bool) -> set[str]:
        return {Context.of(layout, the_catalogue(), CITY).home for layout in layouts if layout.neutral is neutral}

    assert (homes(True), homes(False)) == ({""}, {CITY})
