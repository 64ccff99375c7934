"""A normaliser repairs spelling and never meaning: what it cannot read is unreadable, not something else.

Each table gives what a cell holds, what becomes of it (`UNREADABLE`, None for nothing) and which repairs are counted.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kla_pipeline.intake.layouts import Layout
from kla_pipeline.quality.cells import clean
from kla_pipeline.quality.columns import Column
from kla_pipeline.quality.kinds import DTYPES, KINDS, PLACE_KINDS
from kla_pipeline.quality.normalise import Context, Typed, normalise
from kla_pipeline.quality.words import to_text
from kla_pipeline_tests.quality.tables import the_catalogue

CATALOGUE = the_catalogue()
CONTEXT = Context(CATALOGUE.code_lists, CATALOGUE.areas)
COMMA = Context(CATALOGUE.code_lists, CATALOGUE.areas, decimal_comma=True)
OFFICE = Context(CATALOGUE.code_lists, CATALOGUE.areas, decimal_comma=True, dash="zero", two_digit_years=1950)
UNREADABLE = "unreadable"
READ_HERE = sorted(set(KINDS) - set(PLACE_KINDS))


def column(kind: str, **facts: Any) -> Column:
    return Column(kind, "Uji", "Test", **facts)


def read(kind: str, cells: list[str | None], context: Context = CONTEXT, **facts: Any) -> Typed:
    return normalise(pa.chunked_array([pa.array(cells, pa.string())]), column(kind, **facts), context)


def outcomes(typed: Typed) -> list[object]:
    """Per cell its value, None, or UNREADABLE."""
    values = [None if pd.isna(value) else value for value in typed.values]
    values = [value.to_pydatetime() if isinstance(value, pd.Timestamp) else value for value in values]
    assert not any(bad and value is not None for bad, value in zip(typed.unreadable, values, strict=True))
    return [UNREADABLE if bad else value for bad, value in zip(typed.unreadable, values, strict=True)]


def check(kind: str, context: Context, text: str, value: object, repairs: str, **facts: Any) -> None:
    typed = read(kind, [text], context, **facts)

    assert outcomes(typed) == [value]
    assert typed.changes == dict.fromkeys(repairs.split(), 1)


# ---------------------------------------------------------------------------------------------------------- all kinds
@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  Siti \n Aminah ", "Siti Aminah"),
        ("'3673", "3673"),
        ("\u2019001", "001"),
        ("a\u00a0b", "a b"),
        ("\ufeffx", "x"),
        ("Si\u200bti", "Siti"),
        ("a\u00adb", "ab"),
        ("a\x00b", "ab"),
        ("a\tb", "a b"),
        ("Ma'ruf", "Ma'ruf"),
    ],
)
def test_invisible_marks_and_blanks_are_tidied_and_nothing_else(raw: str, text: str) -> None:
    assert clean(raw) == text
    assert clean(text) == text


@pytest.mark.parametrize("text", ["", " ", "-", "--", "\u2013", "\u00a0", "'", "NA", "N/A", "null", "\u2026", "..."])
@pytest.mark.parametrize("kind", sorted(set(READ_HERE) - {"code", "multi"}))
def test_a_cell_that_says_nothing_is_null_and_readable_in_every_kind(text: str, kind: str) -> None:
    typed = read(kind, [text])

    assert outcomes(typed) == [None]
    assert typed.changes == ({"empty_mark": 1} if clean(text) else {})


@pytest.mark.parametrize("kind", READ_HERE)
def test_an_empty_column_and_a_null_keep_the_type_of_the_kind(kind: str) -> None:
    facts = {"code_list": "service"} if kind in ("code", "multi") else {}
    for cells in ([], [None], ["", None]):
        typed = read(kind, cells, **facts)
        assert outcomes(typed) == [None] * len(cells)
        assert str(typed.values.dtype) in (DTYPES[kind], "str")
        assert typed.unreadable.dtype == np.bool_


def test_repairs_are_counted_by_cell_and_typing_alone_is_none() -> None:
    assert read("int", ["2 531", "2 531", " 2 531", "7", "7"]).changes == {"blanks": 1, "thousands": 3}
    assert read("date", ["2024-05-13", "13/5/2024"]).changes == {}
    assert read("code", ["Kesehatan", "KESEHATAN"], code_list="service").changes == {}


def test_a_series_with_an_index_of_its_own_and_an_arrow_column_are_read_alike() -> None:
    cells = ["1", "x", None, "1", "2 000"]
    arrow = read("int", cells)

    series = normalise(pd.Series(cells, index=[9, 8, 7, 6, 5], dtype="object"), column("int"), CONTEXT)
    encoded = normalise(pa.array(cells).dictionary_encode(), column("int"), CONTEXT)

    assert outcomes(series) == outcomes(encoded) == outcomes(arrow) == [1, UNREADABLE, None, 1, 2000]
    assert series.values.index.tolist() == [9, 8, 7, 6, 5]


def test_the_context_is_what_the_layout_says() -> None:
    layout = Layout("uji", "bpbd", "disaster_event", "increment", {}, decimal_comma=True)

    context = Context.of(layout, CATALOGUE)

    assert (context.decimal_comma, context.dash, context.two_digit_years) == (True, "empty", None)
    assert (context.serial_dates, context.code_lists) == ("1900", CATALOGUE.code_lists)


# ------------------------------------------------------------------------------------------------------------ numbers
@pytest.mark.parametrize(
    ("context", "text", "value", "repairs"),
    [
        (CONTEXT, "12", 12, ""), (CONTEXT, "-3", -3, ""), (CONTEXT, "12.0", 12, "whole_number"),
        (CONTEXT, "2014.0", 2014, "whole_number"), (CONTEXT, "2 531", 2531, "thousands"),
        (CONTEXT, "2\u00a0531", 2531, "blanks thousands"), (CONTEXT, "1,234,567", 1234567, "thousands"),
        (CONTEXT, "1.234.567", 1234567, "thousands"), (CONTEXT, "1,234.0", 1234, "thousands whole_number"),
        (CONTEXT, "'7", 7, "apostrophe"), (CONTEXT, "0007", 7, ""), (CONTEXT, "+5", 5, ""),
        (CONTEXT, "999999999999999", 999_999_999_999_999, ""),
        (COMMA, "1.234", 1234, "thousands"), (COMMA, "1.234.567", 1234567, "thousands"),
        (COMMA, "1.234,0", 1234, "thousands decimal_comma whole_number"), (COMMA, "-", None, "empty_mark"),
        (OFFICE, "-", 0, "dash_zero"), (OFFICE, "\u2013", 0, "dash_zero"), (OFFICE, "NA", None, "empty_mark"),
    ],
)  # fmt: skip
def test_whole_numbers(context: Context, text: str, value: object, repairs: str) -> None:
    check("int", context, text, value, repairs)


@pytest.mark.parametrize(
    "text",
    ["12.5", "dua", "1,234", "1.125", "1e3", "3.67E+11", "1000000000000000", "9223372036854775808", "1" * 400, "--1",
     "1 23", "0x10", "inf", "1_000", "12 orang", "\u0663", "1.2.3", "1,2,3", "1.234,5.6", "5.", ".5"],
)  # fmt: skip
def test_what_is_not_surely_a_whole_number_is_unreadable_and_stops_nothing(text: str) -> None:
    assert outcomes(read("int", [text, "7"])) == [UNREADABLE, 7]


@pytest.mark.parametrize(
    ("context", "text", "value", "repairs"),
    [
        (CONTEXT, "0.5", 0.5, ""), (CONTEXT, "1.125", 1.125, ""), (CONTEXT, "1e-07", 1e-07, ""),
        (CONTEXT, "1 234.5", 1234.5, "thousands"), (CONTEXT, "1,234.5", 1234.5, "thousands"),
        (COMMA, "0,5", 0.5, "decimal_comma"), (COMMA, "12,125", 12.125, "decimal_comma"), (COMMA, "0.5", 0.5, ""),
        (COMMA, "0.125", 0.125, ""), (COMMA, "1.234,5", 1234.5, "thousands decimal_comma"),
        (COMMA, "1 234,5", 1234.5, "thousands decimal_comma"), (COMMA, "1.250", 1250.0, "thousands"),
        (OFFICE, "-", 0.0, "dash_zero"),
    ],
)  # fmt: skip
def test_decimals_by_the_layouts_way_of_writing(context: Context, text: str, value: object, repairs: str) -> None:
    check("decimal", context, text, value, repairs)


@pytest.mark.parametrize("text", ["1e300", "-1e300", "1e15", "1000000000000000"])
def test_a_decimal_beyond_what_a_double_tells_apart_is_unreadable_and_stops_no_sum(text: str) -> None:
    check("decimal", CONTEXT, text, UNREADABLE, "")


@pytest.mark.parametrize("text", ["0,5", "1.234,5", "1 234,5", "1e400", "-1e400", ".", "5.", ",5"])
def test_a_comma_in_a_layout_without_one_is_no_number(text: str) -> None:
    assert outcomes(read("decimal", [text])) == [UNREADABLE]


@pytest.mark.parametrize(
    ("kind", "context", "cells", "values"),
    [
        # alone, a numeric cell of a workbook may say 1.125 and mean it; a count cannot
        ("decimal", COMMA, ["1.125", "3"], [UNREADABLE, 3.0]),
        ("int", COMMA, ["1.125", "3"], [1125, 3]),
        # other cells show the point that groups, or the comma that is decimal
        ("decimal", COMMA, ["1.125", "2.000.000"], [1125.0, 2_000_000.0]),
        ("decimal", COMMA, ["1.125", "3,5"], [1125.0, 3.5]),
        ("int", CONTEXT, ["1.125", "2.000.000"], [1125, 2_000_000]),
        ("int", CONTEXT, ["1,125", "2,000,000"], [1125, 2_000_000]),
        # nothing shows what the point of a count means: ten thousand is not read as ten
        ("int", CONTEXT, ["10.000", "3.000", "7"], [UNREADABLE, UNREADABLE, 7]),
        ("int", COMMA, ["10,000", "3"], [UNREADABLE, 3]),
        ("int", CONTEXT, ["10.000", "1.234.567"], [10_000, 1_234_567]),
        # other cells show points that cannot group
        ("decimal", COMMA, ["1.125", "0.5"], [UNREADABLE, 0.5]),
        ("int", COMMA, ["1.125", "2014.0"], [UNREADABLE, 2014]),
        ("money", COMMA, ["1.125", "0.5"], [UNREADABLE, 0.5]),
        # both
        ("decimal", COMMA, ["1.125", "0.5", "2.000.000"], [UNREADABLE, 0.5, 2_000_000.0]),
        ("decimal", CONTEXT, ["1.125", "0.5", "2.000.000"], [UNREADABLE, 0.5, 2_000_000.0]),
        ("decimal", COMMA, ["1,125", "2,000,000"], [UNREADABLE, 2_000_000.0]),
    ],
)
def test_a_point_before_three_digits_is_read_as_the_column_proves(
    kind: str, context: Context, cells: list[str], values: list[object]
) -> None:
    typed = read(kind, cells, context)

    assert outcomes(typed) == values
    assert set(typed.hints.values()) <= {"ambiguous_separator"}


@pytest.mark.parametrize("text", ["1.000", "1.234", "-10.000"])
def test_a_count_with_three_digits_behind_its_point_says_why_it_is_not_read(text: str) -> None:
    assert read("int", [text]).hints == {text: "ambiguous_separator"}


def test_a_number_that_can_be_two_says_so() -> None:
    assert read("decimal", ["1.125"], COMMA).hints == {"1.125": "ambiguous_separator"}


@pytest.mark.parametrize(("text", "value"), [("12 orang", 12), ("12orang", 12), ("12 Orang", 12), ("12", 12)])
def test_a_unit_is_read_where_the_column_declares_it(text: str, value: int) -> None:
    check("int", CONTEXT, text, value, "unit" if text != "12" else "", units=("orang", "jiwa"))
    assert outcomes(read("int", ["12 rumah"], units=("orang", "jiwa"))) == [UNREADABLE]


@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("Rp6.000.000", 6_000_000.0, "currency thousands"),
        ("Rp 1.250.000,50", 1_250_000.5, "currency thousands decimal_comma"),
        ("Rp847.542.209.097", 847_542_209_097.0, "currency thousands"), ("Rp0", 0.0, "currency"),
        ("Rp. 500,-", 500.0, "currency"), ("rp 7.500", 7500.0, "currency thousands"),
        ("-Rp5.000", -5000.0, "currency thousands"), ("IDR 12.000,00", 12000.0, "currency thousands decimal_comma"),
        ("6000000", 6_000_000.0, ""), ("6.000.000,-", 6_000_000.0, "currency thousands"), ("1250.50", 1250.5, ""),
        ("2 531", 2531.0, "thousands"), ("Rp -", None, "empty_mark"), ("-", None, "empty_mark"),
    ],
)  # fmt: skip
def test_money(text: str, value: object, repairs: str) -> None:
    check("money", CONTEXT, text, value, repairs)


@pytest.mark.parametrize("text", ["Rp 6,000", "6,000", "6.000", "Rp1,005", "12.3456", "Rp", "Rp dua", "1e9", "$5",
                                  "99999999999999.99", "1000000000000000"])  # fmt: skip
def test_an_amount_that_is_not_sure_is_unreadable(text: str) -> None:
    assert outcomes(read("money", [text])) == [UNREADABLE]


def test_a_dash_of_money_is_nil_where_the_layout_says_so() -> None:
    check("money", OFFICE, "Rp -", 0.0, "dash_zero")


# -------------------------------------------------------------------------------------------------------------- dates
@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("2024-03-14", date(2024, 3, 14), ""), ("14/3/2024", date(2024, 3, 14), ""),
        ("14-03-2024", date(2024, 3, 14), ""),
        ("4/3/2024", date(2024, 3, 4), "day_first"), ("3/3/2024", date(2024, 3, 3), ""),
        ("2024-03-04 00:00:00", date(2024, 3, 4), ""), ("2024-03-04 08:08:08.123", date(2024, 3, 4), "time_dropped"),
        ("2024-03-04T08:30:00", date(2024, 3, 4), "time_dropped"),
        ("2024-03-04T00:00:00Z", date(2024, 3, 4), "offset"),
        ("2024-03-04T23:00:00+07:00", date(2024, 3, 4), "offset time_dropped"),
        ("2024-03-04T17:00:00Z", UNREADABLE, ""), ("2024-03-04T23:00:00-05:00", UNREADABLE, ""),
        ("3 Maret 2024", date(2024, 3, 3), "month_name"), ("03-Mar-2024", date(2024, 3, 3), "month_name"),
        ("Minggu, 3 Maret 2024", date(2024, 3, 3), "day_name month_name"),
        ("Senin, 3 Maret 2024", date(2024, 3, 3), "day_name_differs month_name"),
        ("Jum'at 1 Nopember 2024", date(2024, 11, 1), "day_name month_name"),
        ("Sunday, March 3, 2024", date(2024, 3, 3), "day_name month_name"),
        ("3 Agt. 2024", date(2024, 8, 3), "month_name"),
        ("45000", date(2023, 3, 15), "excel_serial"), ("45000.75", date(2023, 3, 15), "excel_serial time_dropped"),
        ("99999", UNREADABLE, ""), ("10000", UNREADABLE, ""), ("4/3/24", UNREADABLE, ""), ("03-Mar-24", UNREADABLE, ""),
        ("31/4/2025", UNREADABLE, ""), ("3/14/2024", UNREADABLE, ""), ("Maret 2024", UNREADABLE, ""),
    ],
)  # fmt: skip
def test_dates(text: str, value: object, repairs: str) -> None:
    expected = datetime(value.year, value.month, value.day) if isinstance(value, date) else value
    check("date", CONTEXT, text, expected, repairs)


@pytest.mark.parametrize(
    ("window", "text", "year"),
    [(1950, "3/3/24", 2024), (1950, "03-Mar-49", 2049), (1950, "3.3.50", 1950), (1930, "3-3-29", 2029),
     (1930, "3 Maret 31", 1931), (2000, "3/3/99", 2099)],
)  # fmt: skip
def test_two_digit_years_lie_in_the_window_that_the_layout_declares(window: int, text: str, year: int) -> None:
    context = Context(CATALOGUE.code_lists, CATALOGUE.areas, two_digit_years=window)

    typed = read("date", [text], context)

    assert outcomes(typed) == [datetime(year, 3, 3)]
    assert typed.changes["two_digit_year"] == 1


@pytest.mark.parametrize(
    ("epoch", "text", "value"),
    [("1900", "44927", datetime(2023, 1, 1)), ("1904", "43465", datetime(2023, 1, 1)), ("none", "44927", UNREADABLE)],
)
def test_day_numbers_are_read_in_the_epoch_that_the_layout_declares(epoch: str, text: str, value: object) -> None:
    context = Context(CATALOGUE.code_lists, CATALOGUE.areas, serial_dates=epoch)

    assert outcomes(read("date", [text], context)) == [value]


def test_a_column_written_month_first_is_not_read_day_first() -> None:
    cells = ["3/14/2024", "12/25/2024", "4/3/2024", "14/3/2024", "3/3/2024"]

    typed = read("date", cells)

    assert outcomes(typed) == [UNREADABLE] * 3 + [datetime(2024, 3, 14), datetime(2024, 3, 3)]
    assert typed.hints == {"4/3/2024": "month_first"}


def test_one_slip_of_the_pen_does_not_turn_the_order_of_a_column() -> None:
    typed = read("date", ["3/14/2024", "14/3/2024", "4/3/2024"])

    assert outcomes(typed) == [UNREADABLE, datetime(2024, 3, 14), datetime(2024, 3, 4)]


@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("2024-03-04 08:08:08", datetime(2024, 3, 4, 8, 8, 8), ""), ("2024-03-04", datetime(2024, 3, 4), ""),
        ("2024-03-04 08:08:08.123", datetime(2024, 3, 4, 8, 8, 8, 123_000), ""),
        ("14/3/2024 8:05", datetime(2024, 3, 14, 8, 5), ""),
        ("14 Maret 2024 pukul 14.30 WIB", datetime(2024, 3, 14, 14, 30), "month_name clock_word clock_point"),
        ("14 Maret 2024, 14.30", datetime(2024, 3, 14, 14, 30), "month_name clock_point"),
        ("2024-03-04T08:00:00+07:00", datetime(2024, 3, 4, 8), "offset"), ("2024-03-04T08:00:00Z", UNREADABLE, ""),
        ("45000.354166666667", datetime(2023, 3, 15, 8, 30), "excel_serial"), ("2024-03-04 24:00", UNREADABLE, ""),
        ("2024-13-04 08:00:00", UNREADABLE, ""), ("14:30", UNREADABLE, ""),
    ],
)  # fmt: skip
def test_moments(text: str, value: object, repairs: str) -> None:
    check("timestamp", CONTEXT, text, value, repairs)


@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("08:08:08", "08:08:08", ""), ("8:05", "08:05:00", ""), ("14.30", "14:30:00", "clock_point"),
        ("14:30 WIB", "14:30:00", "clock_word"), ("pukul 8.05", "08:05:00", "clock_point clock_word"),
        ("2:30 PM", "14:30:00", "half_day"), ("12:05 am", "00:05:00", "half_day"),
        ("0.604166666666667", "14:30:00", "excel_serial"), ("0.30", "00:30:00", "clock_point"),
        ("1899-12-31 14:30:00", "14:30:00", ""), ("2024-03-04 14:30:00", "14:30:00", "date_dropped"),
        ("14.3", UNREADABLE, ""), ("24:00", UNREADABLE, ""), ("08:60", UNREADABLE, ""), ("1430", UNREADABLE, ""),
        ("14.30-15.00", UNREADABLE, ""), ("13:00 PM", UNREADABLE, ""), ("3/4/2024", UNREADABLE, ""),
        ("siang", UNREADABLE, ""),
    ],
)  # fmt: skip
def test_times_of_day(text: str, value: object, repairs: str) -> None:
    check("time", CONTEXT, text, value, repairs)


# -------------------------------------------------------------------------------------------------------------- words
@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("Ya", True, ""), ("TRUE", True, ""), ("1", True, ""), ("y", True, "yes_no"), ("Ada", True, "yes_no"),
        ("\u2713", True, "yes_no"), ("Tidak", False, ""), ("FALSE", False, ""), ("0", False, ""),
        ("T", False, "yes_no"),
        ("tdk", False, "yes_no"), ("1.0", True, "whole_number"), ("mungkin", UNREADABLE, ""), ("2", UNREADABLE, ""),
        ("x", UNREADABLE, ""), ("belum", UNREADABLE, ""),
    ],
)  # fmt: skip
def test_yes_and_no(text: str, value: object, repairs: str) -> None:
    check("bool", CONTEXT, text, value, repairs)


def test_t_is_true_in_a_column_that_also_says_f_and_tidak_in_any_other() -> None:
    assert outcomes(read("bool", ["t", "f", "T", "", "ya"])) == [True, False, True, None, True]
    assert outcomes(read("bool", ["t", "y", "t"])) == [False, True, False]


@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("L", "L", ""), ("P", "P", ""), ("Laki-laki", "L", ""), ("PEREMPUAN", "P", ""), ("LK", "L", "code_spelling"),
        ("PR", "P", "code_spelling"), ("pria", "L", "code_spelling"), ("Wanita", "P", "code_spelling"),
        ("M", "L", "code_spelling"), ("F", "P", "code_spelling"), (" laki\n laki", "L", "blanks"),
    ],
)  # fmt: skip
def test_sex_is_one_of_two_codes(text: str, value: object, repairs: str) -> None:
    check("code", CONTEXT, text, value, repairs, code_list="sex")


def test_an_empty_word_is_a_code_where_the_list_has_it_and_nothing_elsewhere() -> None:
    with_na = next(name for name, item in sorted(CATALOGUE.code_lists.items()) if "na" in item.lookup)
    without = "sex"

    assert outcomes(read("code", ["NA"], code_list=with_na)) == [CATALOGUE.code_lists[with_na].lookup["na"]]
    assert outcomes(read("code", ["NA", "-", "n/a"], code_list=without)) == [None] * 3


def test_an_unknown_spelling_stays_for_the_list_to_reject_and_hints_at_the_one_code_it_resembles() -> None:
    typed = read("code", ["Kesahatan", "Pengobatan alternatif", "Kesehatan"], code_list="service")

    assert outcomes(typed) == ["Kesahatan", "Pengobatan alternatif", "KESEHATAN"]
    assert typed.hints == {"Kesahatan": CATALOGUE.code_lists["service"].labels["KESEHATAN"][0]}


def test_a_hint_names_a_code_and_never_what_the_cell_says() -> None:
    cells = ["Kesahatan, Anak Uji", "Fisik; Psikolgi", "Seksualx"]
    labels = {label for label, _ in CATALOGUE.code_lists["violence_form"].labels.values()}

    typed = read("multi", cells, code_list="violence_form")

    assert set(typed.hints.values()) <= labels


@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("Fisik", "FISIK", ""), ("Psikis, Fisik", "FISIK|PSIKIS", ""),
        ("Psikologi / Fisik", "FISIK|PSIKIS", "code_spelling"),
        ("FISIK|PSIKIS", "FISIK|PSIKIS", ""), ("Fisik, entah", "FISIK|entah", ""),
        ("Fisik, -", "FISIK", ""),
    ],
)  # fmt: skip
def test_several_codes(text: str, value: object, repairs: str) -> None:
    check("multi", CONTEXT, text, value, repairs, code_list="violence_form")


@pytest.mark.parametrize(
    "text", ["3,67301E+15", "3.67301120315000e+15", "1E+11", "#N/A", "#REF!", "#DIV/0!", "####", "#NAME?"]
)
def test_text_that_a_spreadsheet_damaged_is_unreadable(text: str) -> None:
    assert outcomes(read("text", [text])) == outcomes(read("nik", [text])) == [UNREADABLE]


@pytest.mark.parametrize("text", ["E+1", "#1", "# catatan", "12E", "REG/12E+3/x", "1.5", "Na", "2014.0"])
def test_text_that_merely_resembles_damage_is_kept(text: str) -> None:
    assert to_text(text) == text
    assert outcomes(read("text", [text])) == [text]


# ---------------------------------------------------------------------------------------------------------------- NIK
@pytest.mark.parametrize(
    ("text", "value", "repairs"),
    [
        ("3673011203150001", "3673011203150001", ""), ("'3673011203150001", "3673011203150001", "apostrophe"),
        ("3673 0112 0315 0001", "3673011203150001", "nik_spacing"),
        ("3673.0112.0315.0001", "3673011203150001", "nik_spacing"),
        ("367301-120315-0001", "3673011203150001", "nik_spacing"),
        ("NIK: 3673011203150001", "3673011203150001", "nik_label"),
        ("No. NIK : 3673015203150001", "3673015203150001", "nik_label"),
        ("3673011203150001.0", "3673011203150001", "whole_number"), ("3673011203150010.0", UNREADABLE, ""),
        ("3673012902000001", "3673012902000001", ""), ("3673017112999999", "3673017112999999", ""),
        ("3673011203150010", "3673011203150010", ""), ("3673.0112.0315.0001.0", UNREADABLE, ""),
    ],
)  # fmt: skip
def test_a_possible_nik_is_sixteen_digits_however_it_is_written(text: str, value: object, repairs: str) -> None:
    check("nik", CONTEXT, text, value, repairs)


@pytest.mark.parametrize(
    "text",
    [
        "367301120315000", "36730112031500011", "3673011203150000", "1111111111111111", "3673013203150001",
        "3673014003150001", "3673017203150001", "3673010003150001", "3673013102150001", "3673011213150001",
        "3673012902010001", "3673011200150001", "36730112O3150001", "\u0663673011203150001", "3.67301E+15",
    ],
)  # fmt: skip
def test_an_impossible_nik_is_unreadable(text: str) -> None:
    assert outcomes(read("nik", [text])) == [UNREADABLE]


def test_niks_that_all_end_in_zero_went_through_a_numeric_column_and_are_no_niks() -> None:
    rounded = [f"367301120315{n:03d}0" for n in (1, 2, 3)]

    typed = read("nik", rounded)

    assert outcomes(typed) == [UNREADABLE] * 3
    assert set(typed.hints.values()) == {"rounded_number"}
    assert outcomes(read("nik", [*rounded, "3673011203150001"])) == [*rounded, "3673011203150001"]


# ------------------------------------------------------------------------------------------------------------- series
@pytest.mark.parametrize(
    ("text", "value", "repairs", "facts"),
    [
        ('{"2020": "1.250", "2021": "7"}', '{"2020": 1250, "2021": 7}', "thousands", {"labels": "year"}),
        ('{"2021": "7", "2020": ""}', '{"2021": 7}', "", {"labels": "year"}),
        ('{"Januari": "3", "May": "4"}', '{"1": 3, "5": 4}', "", {"labels": "month"}),
        ('{"a": "-", "b": "2,5"}', '{"a": 0, "b": 2.5}', "dash_zero decimal_comma", {"values": "decimal"}),
        ('{"Laki-laki": "3", "F": "4"}', '{"L": 3, "P": 4}', "", {"code_list": "sex"}),
        ('{"a": "NA"}', None, "empty_mark", {}), ("{}", None, "", {}),
        ('{"2020": "x", "2021": "7"}', UNREADABLE, "", {"labels": "year"}),
        ('{"Jumlah": "7"}', UNREADABLE, "", {"labels": "year"}),
        ('{"Waria": "7"}', UNREADABLE, "", {"code_list": "sex"}),
        ('{"L": "1", "Pria": "2"}', UNREADABLE, "", {"code_list": "sex"}), ('{"a": "-1"}', UNREADABLE, "", {}),
        ('{"a": "1", "a": "2"}', UNREADABLE, "", {}), ("[1]", UNREADABLE, "", {}), ("7", UNREADABLE, "", {}),
        ('{"a": {"b": 1}}', UNREADABLE, "", {}), ('{"a": "1.5"}', UNREADABLE, "", {}),
    ],
)  # fmt: skip
def test_a_series_is_an_object_of_numbers_or_not_read_at_all(
    text: str, value: object, repairs: str, facts: dict[str, str]
) -> None:
    check("series", OFFICE, text, value, repairs, **facts)
