"""The free texts of real disaster exports: read whole, and resolved as far as the reference and its spellings go."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache

import pandas as pd
import pyarrow as pa
import pytest

from kla_pipeline.places.mentions import read_mentions
from kla_pipeline.quality.contract import Column
from kla_pipeline.quality.normalise import Context
from kla_pipeline.quality.place_kinds import normalise_place
from kla_pipeline_tests.places.areas import CITY, resolver, the_areas
from kla_pipeline_tests.support import SHARED

DISASTER = SHARED / "data" / "disaster"
pytestmark = pytest.mark.skipif(not DISASTER.is_dir(), reason="the disaster exports of the shared data are not here")


@cache
def _export() -> pd.DataFrame:
    """Code, text and name of every row of the export of 2022; codes are those of Statistics Indonesia."""
    path = DISASTER / "dibi_export_banjir_2022_11973rows_redacted.xlsx"
    frame = pd.read_excel(path, engine="calamine", usecols=["ID Kabupaten", "Kabupaten", "Provinsi", "Lokasi"])
    frame["Lokasi"] = frame["Lokasi"].fillna("")
    return frame


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"\b(dan|serta)\b", " ", text, flags=re.IGNORECASE)).casefold()


@cache
def _districts() -> tuple[str, ...]:
    frame = _export()
    given = {"": pa.array(frame["ID Kabupaten"].astype(str)), "name": pa.array(frame["Kabupaten"])}
    column = Column("area", "Uji", "Test", named_by="name", level="district")
    return tuple(normalise_place(column, lambda other: given[other], {}, Context({}, the_areas())).values)


def test_every_district_code_of_the_export_is_resolved_with_the_name_beside_it() -> None:
    assert len(_districts()) == 11_973
    assert all(code in the_areas().by_code for code in _districts())
    # in 184 of the districts the code without points is not the ministry's with them
    differing = {
        (str(bps), code)
        for bps, code in zip(_export()["ID Kabupaten"], _districts(), strict=True)
        if code.replace(".", "") != str(bps)
    }
    assert len({code for _, code in differing}) > 150


def test_every_district_code_of_the_newest_export_is_resolved_also_as_a_damaged_number() -> None:
    with (DISASTER / "dibi_raw_20260609_131743.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {(row["Kode Kabupaten"], row["Kabupaten"]) for row in csv.DictReader(stream)}
    codes, names = zip(*sorted(rows), strict=True)
    column = Column("area", "Uji", "Test", named_by="name", level="district")
    for written in (codes, [str(float(code)) for code in codes]):
        given = {"": pa.array(list(written)), "name": pa.array(names)}
        typed = normalise_place(column, lambda other, given=given: given[other], {}, Context({}, the_areas()))
        assert list(typed.values) == list(codes)


def test_no_letter_of_the_texts_of_banten_is_lost() -> None:
    texts = _export().loc[_export()["Provinsi"] == "BANTEN", "Lokasi"]

    read = [text for text in texts if text.strip()]
    assert len(read) == 153
    for text in read:
        assert _letters(" ".join(mention.raw for mention in read_mentions(text, resolver(CITY), CITY))) == _letters(
            text
        )


def test_the_texts_of_the_city_are_resolved_but_for_two_mentions() -> None:
    rows = [text for text, code in zip(_export()["Lokasi"], _districts(), strict=True) if code == CITY and text.strip()]
    found = [mention for text in rows for mention in read_mentions(text, resolver(CITY), CITY)]

    assert len(rows) == 11
    assert Counter(mention.found.is_certain for mention in found) == {True: 54, False: 3}
    assert {(m.raw, m.found.how, m.found.problem) for m in found if not m.found.is_certain} == {
        ("Kasemen", "ambiguous", None),
        ("Kel. Penancangan", "variant", "wrong_parent"),
        ("Kp. Cipare Tengah", "unknown", "below_kelurahan"),
    }


def test_the_texts_of_banten_lead_to_a_code_in_five_of_six_mentions() -> None:
    banten = _export()["Provinsi"] == "BANTEN"
    how: Counter[str] = Counter()
    for text, code in zip(_export()["Lokasi"][banten], pd.Series(_districts())[banten], strict=True):
        how.update(mention.found.how for mention in read_mentions(text, resolver(code), code))

    assert how["exact"] + how["variant"] > 5 / 6 * how.total()
    assert how["unknown"] < 0.1 * how.total()
