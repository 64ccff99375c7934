"""Whatever text a cell holds, a normaliser gives a value or says "unreadable"; it never raises."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kla_pipeline.intake.dates import parse_date, parse_timestamp
from kla_pipeline.quality.normalise import (
    DTYPES,
    EMPTY,
    Context,
    clean,
    normalise,
    normalise_kecamatan,
    to_code,
    to_multi,
)
from kla_pipeline_tests.quality.tables import the_catalogue

CATALOGUE = the_catalogue()
KINDS = {"code": "service", "multi": "violence_form"} | {
    kind: "" for kind in DTYPES if kind not in ("code", "multi", "kecamatan")
}
# texts that resemble what cells hold, beside any text at all
LIKELY = st.from_regex(r"[-+]?[\d .,/:eE#-]{0,24}", fullmatch=True) | st.from_regex(
    r"\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{1,4}([T ]\d{1,2}:\d{2}(:\d{2}([.,]\d{1,6})?)?)?", fullmatch=True
)
CELLS = st.lists(st.text(max_size=40) | LIKELY | st.from_regex(r"\d{16,17}", fullmatch=True), max_size=8)
DAYS = st.dates(min_value=date(1800, 1, 1))


@pytest.mark.parametrize("comma", [False, True])
@pytest.mark.parametrize("kind", sorted(KINDS))
@given(cells=CELLS)
@example(cells=["9" * 400, "1e400", "1E+300", "-0", "0x1", "1_0", "²", "٣"])
def test_a_cell_is_a_value_or_null_or_unreadable_and_nothing_raises(kind: str, comma: bool, cells: list[str]) -> None:
    texts = pd.Series(cells, dtype="object")

    typed = normalise(texts, kind, KINDS[kind], Context(dict(CATALOGUE.code_lists), CATALOGUE.areas, comma))

    assert len(typed.values) == len(typed.unreadable) == len(cells)
    assert str(typed.values.dtype) in (DTYPES[kind], "str")
    for text, value, unreadable in zip(cells, typed.values, typed.unreadable, strict=True):
        assert not (unreadable and not pd.isna(value)), "an unreadable cell has no value"
        if clean(text) in EMPTY:
            assert pd.isna(value)
            assert not unreadable
        elif kind not in ("code", "multi", "district"):
            assert unreadable == pd.isna(value), "a filled cell is read or unreadable"


@given(texts=st.lists(st.text(max_size=20), max_size=6), data=st.data())
def test_a_kecamatan_of_its_district_or_a_text_that_no_code_list_has(texts: list[str], data: st.DataObject) -> None:
    some = st.sampled_from([None, "36.73", "36.04", "outside", "Kota Sereng"])
    districts = data.draw(st.lists(some, min_size=len(texts), max_size=len(texts)))

    typed = normalise_kecamatan(pd.Series(texts, dtype="object"), pd.Series(districts, dtype="string"), CATALOGUE.areas)

    for district, value in zip(districts, typed.values, strict=True):
        if not pd.isna(value) and value in CATALOGUE.areas.by_code:
            assert CATALOGUE.areas.by_code[value].parent == district
        if district != "36.73":
            assert pd.isna(value)


@given(text=st.text(max_size=60))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert once == once.strip()
    assert "  " not in once


@given(day=DAYS)
def test_a_date_is_read_as_itself_in_every_way_offices_write_it(day: date) -> None:
    forms = (day.isoformat(), f"{day.day}/{day.month}/{day.year:04d}", f"{day.day:02d}-{day.month:02d}-{day.year:04d}")

    for text in (*forms, f"{day.isoformat()} 00:00:00"):
        assert parse_date(text) == day
    assert parse_date(parse_date(forms[1]).isoformat()) == day


@given(moment=st.datetimes(min_value=datetime(1800, 1, 1)))
def test_a_moment_is_read_as_itself(moment: datetime) -> None:
    assert parse_timestamp(moment.isoformat(sep=" ")) == moment
    assert parse_timestamp(moment.isoformat()) == moment


@given(number=st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_a_whole_number_is_read_as_itself(number: int) -> None:
    for comma in (False, True):
        context = Context(dict(CATALOGUE.code_lists), CATALOGUE.areas, comma)
        assert normalise(pd.Series([str(number)], dtype="object"), "int", "", context).values.tolist() == [number]
    grouped = f"{number:,}".replace(",", ".")
    context = Context(dict(CATALOGUE.code_lists), CATALOGUE.areas, decimal_comma=True)
    assert normalise(pd.Series([grouped], dtype="object"), "int", "", context).values.tolist() == [number]


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_read_as_itself(number: float) -> None:
    context = Context(dict(CATALOGUE.code_lists), CATALOGUE.areas)
    assert normalise(pd.Series([repr(number)], dtype="object"), "decimal", "", context).values.tolist() == [number]


@given(data=st.data())
def test_codes_are_read_as_themselves_and_reading_them_again_changes_nothing(data: st.DataObject) -> None:
    code_list = data.draw(st.sampled_from(sorted(CATALOGUE.code_lists.values(), key=lambda item: item.id)))
    code = data.draw(st.sampled_from(code_list.codes))
    text = data.draw(st.sampled_from(sorted(code_list.lookup)) | st.text(max_size=20))

    assert to_code(code, code_list) == code
    assert to_code(to_code(text, code_list), code_list) == to_code(text, code_list)


@given(codes=st.lists(st.sampled_from(CATALOGUE.code_lists["violence_form"].codes), min_size=1))
def test_several_codes_are_sorted_and_reading_them_again_changes_nothing(codes: list[str]) -> None:
    forms = CATALOGUE.code_lists["violence_form"]

    once = to_multi(", ".join(codes), forms)

    assert once == "|".join(sorted(set(codes)))
    assert to_multi(once, forms) == once
