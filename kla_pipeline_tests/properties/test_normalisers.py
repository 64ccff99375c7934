"""Whatever text a cell holds, a normaliser gives a value or says "unreadable"; it never raises, and it is done once."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from functools import partial

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kla_pipeline.intake.dates import MONTHS, parse_date, parse_timestamp
from kla_pipeline.quality.cells import clean, says_nothing
from kla_pipeline.quality.columns import Column
from kla_pipeline.quality.kinds import DTYPES, KINDS, PLACE_KINDS
from kla_pipeline.quality.normalise import Context, Typed, normalise
from kla_pipeline.quality.words import to_code, to_multi
from kla_pipeline_tests.examples import many
from kla_pipeline_tests.quality.tables import the_catalogue

CATALOGUE = the_catalogue()
PLAIN = Context(CATALOGUE.code_lists, CATALOGUE.areas)
COMMA = Context(CATALOGUE.code_lists, CATALOGUE.areas, decimal_comma=True)
OFFICE = Context(CATALOGUE.code_lists, CATALOGUE.areas, True, "zero", 1950, "1904")
CONTEXTS = st.sampled_from([PLAIN, COMMA, OFFICE])
FACTS = {
    "code": {"code_list": "service"},
    "multi": {"code_list": "violence_form"},
    "int": {"units": ("orang",)},
    "series": {"labels": "year"},
}
READ_HERE = sorted(set(KINDS) - set(PLACE_KINDS))
# texts that resemble what cells hold, beside any text at all
LIKELY = (
    st.from_regex(r"(Rp ?)?[-+]?[\d .,/:eE#-]{0,24}(,-)?( orang)?", fullmatch=True)
    | st.from_regex(
        r"((Senin|Sun),? )?\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{1,4}"
        r"([T ](pukul )?\d{1,2}[:.]\d{2}(:\d{2}([.,]\d{1,6})?)?( WIB|Z|\+07:00)?)?",
        fullmatch=True,
    )
    | st.from_regex(r"\d{1,3}([.,]\d{3}){0,3}([.,]\d{1,2})?", fullmatch=True)
    | st.sampled_from(["NA", "-", "\u2013", "...", "#N/A", "Ya", "Tidak", "Fisik", "Psikologi, Fisik", "Kesehatan"])
    | st.dictionaries(st.sampled_from(["2020", "2021", "Mei", "x"]), st.sampled_from(["1", "1.250", "-", "x"])).map(
        json.dumps
    )
)
CELL = st.text(max_size=40) | LIKELY | st.from_regex(r"\d{16,17}", fullmatch=True)
CELLS = st.lists(CELL, max_size=8)
DAYS = st.dates(min_value=date(1800, 1, 1))
MONTH_NAMES = {number: [name for name, of in MONTHS.items() if of == number] for number in range(1, 13)}


def column(kind: str) -> Column:
    return Column(kind, "Uji", "Test", **FACTS.get(kind, {}))


def read(kind: str, cells: list[str], context: Context = PLAIN) -> Typed:
    return normalise(pd.Series(cells, dtype="object"), column(kind), context)


def values(typed: Typed) -> list[object]:
    return [None if pd.isna(value) else value for value in typed.values]


@pytest.mark.parametrize("kind", READ_HERE)
@settings(max_examples=many(40), deadline=None)
@given(context=CONTEXTS, cells=CELLS)
@example(context=PLAIN, cells=["9" * 400, "1e400", "1E+300", "-0", "0x1", "1_0", "\u00b2", "\u0663", "9999-12-31"])
@example(context=COMMA, cells=["9999-12-31T23:00:00-12:00", "0001-01-01T00:00Z", "1.1.1.1,1", '{"2020": NaN}'])
def test_a_cell_is_a_value_or_null_or_unreadable_and_nothing_raises(
    kind: str, context: Context, cells: list[str]
) -> None:
    typed = read(kind, cells, context)

    assert len(typed.values) == len(typed.unreadable) == len(cells)
    assert str(typed.values.dtype) in (DTYPES[kind], "str")
    assert all(0 < count <= len(cells) for count in typed.changes.values())
    assert set(typed.hints) <= set(cells)
    for text, value, unreadable in zip(cells, typed.values, typed.unreadable, strict=True):
        assert not (unreadable and not pd.isna(value)), "an unreadable cell has no value"
        if not clean(text):
            assert pd.isna(value)
            assert not unreadable
        elif kind not in ("code", "multi", "series") and not says_nothing(clean(text)):
            # of money "Rp -" says nothing too
            assert unreadable == pd.isna(value) or (kind == "money" and text.lower().strip().startswith(("rp", "idr")))


@pytest.mark.parametrize("kind", READ_HERE)
@settings(max_examples=many(40), deadline=None)
@given(context=CONTEXTS, cells=CELLS)
def test_reading_what_was_read_changes_nothing_more(kind: str, context: Context, cells: list[str]) -> None:
    once = read(kind, cells, context)
    written = ["" if value is None else _written(kind, value) for value in values(once)]

    again = read(kind, written, PLAIN)

    assert values(again) == values(once)
    assert not again.unreadable.any()
    assert not set(again.changes) - {"empty_mark"}, "a text that says nothing in another column may be a code"


def _written(kind: str, value: object) -> str:
    return value.date().isoformat() if kind == "date" else str(value)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", READ_HERE)
@settings(max_examples=many(40), deadline=None)
@given(context=CONTEXTS, cells=st.lists(CELL, min_size=1, max_size=5), data=st.data())
def test_a_text_has_one_reading_in_a_column_wherever_and_however_often_it_stands(
    kind: str, context: Context, cells: list[str], data: st.DataObject
) -> None:
    longer = data.draw(st.permutations(cells + data.draw(st.lists(st.sampled_from(cells), max_size=6))))
    short, long = read(kind, cells, context), read(kind, list(longer), context)

    of_text = dict(zip(cells, zip(values(short), short.unreadable, strict=True), strict=True))
    assert list(zip(values(long), long.unreadable, strict=True)) == [of_text[text] for text in longer]
    assert long.hints == short.hints


@pytest.mark.parametrize("kind", READ_HERE)
@settings(max_examples=many(40), deadline=None)
@given(context=CONTEXTS, cells=st.lists(st.none() | CELL, max_size=6), cut=st.integers(0, 6))
def test_arrow_columns_in_any_pieces_and_series_are_read_alike(
    kind: str, context: Context, cells: list[str | None], cut: int
) -> None:
    # a lone surrogate is no text of a file: the readers replace it
    cells = [cell if cell is None else cell.encode("utf-8", "replace").decode() for cell in cells]
    pieces = pa.chunked_array([pa.array(part, pa.string()) for part in (cells[:cut], cells[cut:])])

    from_arrow = normalise(pieces, column(kind), context)
    from_series = normalise(pd.Series(cells, dtype="object"), column(kind), context)

    assert values(from_arrow) == values(from_series)
    assert from_arrow.unreadable.tolist() == from_series.unreadable.tolist()
    assert (from_arrow.changes, from_arrow.hints) == (from_series.changes, from_series.hints)


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert once == once.strip()
    assert "  " not in once


@settings(deadline=None)
@given(day=DAYS, data=st.data())
def test_a_date_is_read_as_itself_in_every_way_offices_write_it(day: date, data: st.DataObject) -> None:
    month = data.draw(st.sampled_from(MONTH_NAMES[day.month]))
    weekday = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")[day.weekday()]
    year = f"{day.year:04d}"
    forms = [
        day.isoformat(), f"{day.day}/{day.month}/{year}", f"{day.day:02d}-{day.month:02d}-{year}",
        f"{day.day}.{day.month}.{year}", f"{day.day} {month} {year}", f"{day.day:02d}-{month.title()}-{year}",
        f"{weekday}, {day.day} {month} {year}", f"{month} {day.day}, {year}", f"{day.isoformat()} 00:00:00",
    ]  # fmt: skip

    for text in forms:
        assert parse_date(text) == day
        typed = read("date", [text, f"{text} 08:08:08" if text != forms[-1] else text])
        assert [value.date() for value in typed.values] == [day, day]  # type: ignore[union-attr]
        assert typed.changes.get("time_dropped", 0) == (text != forms[-1])
        assert "day_name_differs" not in typed.changes


@settings(deadline=None)
@given(day=st.dates(date(1931, 6, 1), date(2099, 12, 31)), epoch=st.sampled_from(["1900", "1904"]))
def test_a_day_number_is_the_day_of_its_epoch(day: date, epoch: str) -> None:
    zero = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}[epoch]
    context = Context(CATALOGUE.code_lists, CATALOGUE.areas, serial_dates=epoch)

    typed = read("date", [str((day - zero).days)], context)

    assert [value.date() for value in typed.values] == [day]  # type: ignore[union-attr]


@settings(deadline=None)
@given(day=st.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_a_two_digit_year_is_the_one_in_the_window(day: date) -> None:
    typed = read("date", [f"{day:%d/%m/%y}", f"{day.day}-{MONTH_NAMES[day.month][0]}-{day:%y}"], OFFICE)

    assert [value.date() for value in typed.values] == [day, day]  # type: ignore[union-attr]


@settings(deadline=None)
@given(moment=st.datetimes(min_value=datetime(1800, 1, 1)))
def test_a_moment_is_read_as_itself(moment: datetime) -> None:
    assert parse_timestamp(moment.isoformat(sep=" ")) == moment
    assert parse_timestamp(moment.isoformat()) == moment
    assert values(read("timestamp", [f"{moment.isoformat()}+07:00"])) == [moment]


@settings(deadline=None)
@given(clock=st.times().map(partial(time.replace, microsecond=0)))
def test_a_time_of_day_is_read_as_itself(clock: time) -> None:
    forms = [clock.isoformat(), f"{clock.hour}.{clock.minute:02d}.{clock.second:02d} WIB", f"2024-03-04 {clock}"]

    assert values(read("time", forms)) == [clock.isoformat()] * 3


@settings(deadline=None)
@given(number=st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_a_whole_number_is_read_as_itself(number: int) -> None:
    by_point = f"{number:,}".replace(",", ".")

    for context in (PLAIN, COMMA):
        assert values(read("int", [str(number), f"{number}.0"], context)) == [number, number]
        assert values(read("int", [by_point.replace(".", " ")], context)) == [number]
        if abs(number) >= 10**6:
            assert values(read("int", [by_point, f"{number:,}"], context)) == [number, number]
    assert values(read("int", [by_point], COMMA)) == [number]


@settings(deadline=None)
@given(number=st.integers(min_value=-(10**13) + 1, max_value=10**13 - 1), sen=st.integers(0, 99))
def test_an_amount_is_read_as_itself(number: int, sen: int) -> None:
    grouped = f"{number:,}".replace(",", ".")
    exact = float(f"{number}.{sen:02d}")

    assert values(read("money", [f"Rp{grouped}", f"Rp. {grouped},-", str(number)])) == [float(number)] * 3
    assert values(read("money", [f"Rp {grouped},{sen:02d}"])) == [exact]


@settings(deadline=None)
@given(number=st.floats(-1e15, 1e15, exclude_min=True, exclude_max=True))
def test_a_decimal_is_read_as_itself(number: float) -> None:
    assert values(read("decimal", [repr(number)])) == [number]


@settings(deadline=None)
@given(data=st.data())
def test_codes_are_read_as_themselves_and_reading_them_again_changes_nothing(data: st.DataObject) -> None:
    code_list = data.draw(st.sampled_from(sorted(CATALOGUE.code_lists.values(), key=lambda item: item.id)))
    code = data.draw(st.sampled_from(code_list.codes))
    text = data.draw(st.sampled_from(sorted(code_list.lookup)) | st.text(max_size=20))

    assert to_code(code, code_list) == code
    assert to_code(to_code(text, code_list), code_list) == to_code(text, code_list)


@settings(deadline=None)
@given(codes=st.lists(st.sampled_from(CATALOGUE.code_lists["violence_form"].codes), min_size=1))
def test_several_codes_are_sorted_and_reading_them_again_changes_nothing(codes: list[str]) -> None:
    forms = CATALOGUE.code_lists["violence_form"]

    once = to_multi(", ".join(codes), forms)

    assert once == "|".join(sorted(set(codes)))
    assert to_multi(once, forms) == once
