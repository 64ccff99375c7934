"""A normaliser repairs spelling and never meaning: what it cannot read is unreadable, not something else."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kla_pipeline.quality.normalise import (
    Context,
    clean,
    normalise,
    normalise_kecamatan,
    to_bool,
    to_decimal,
    to_int,
    to_nik,
    to_text,
)
from kla_pipeline_tests.quality.tables import the_catalogue

CATALOGUE = the_catalogue()
CONTEXT = Context(dict(CATALOGUE.code_lists), CATALOGUE.areas)


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


@pytest.mark.parametrize("text", ["", " ", "-", "--", "\u2013", "\u00a0", "'"])
@pytest.mark.parametrize("kind", ["text", "int", "decimal", "bool", "date", "timestamp", "nik", "district"])
def test_an_empty_cell_is_null_and_readable_in_every_kind(text: str, kind: str) -> None:
    typed = normalise(pd.Series([text], dtype="object"), kind, "", CONTEXT)

    assert typed.values.isna().tolist() == [True]
    assert typed.unreadable.tolist() == [False]


@pytest.mark.parametrize(
    ("text", "comma", "number"),
    [
        ("12", False, 12), ("-3", False, -3), ("12.0", False, 12), ("1 234", False, 1234), ("1.234", True, 1234),
        ("1.234,0", True, 1234), ("1.234.567", True, 1234567), ("999999999999999", False, 999_999_999_999_999),
    ],
)  # fmt: skip
def test_whole_numbers(text: str, comma: bool, number: int) -> None:
    assert to_int(text, comma) == number


@pytest.mark.parametrize(
    "text",
    ["12.5", "dua", "1,234", "1e3", "3.67E+11", "1000000000000000", "9223372036854775808", "1" * 400, "--1", "1 23",
     "0x10", "inf", "nan", "1_000"],
)  # fmt: skip
def test_what_is_not_surely_a_whole_number_is_unreadable_and_stops_nothing(text: str) -> None:
    typed = normalise(pd.Series([text, "7"], dtype="object"), "int", "", CONTEXT)

    assert typed.unreadable.tolist() == [True, False]
    assert typed.values.tolist() == [pd.NA, 7]


@pytest.mark.parametrize(
    ("text", "comma", "number"),
    [
        ("0.5", False, 0.5), ("0,5", True, 0.5), ("0.5", True, 0.5), ("0.125", True, 0.125), ("1.234,5", True, 1234.5),
        ("12,5", True, 12.5), ("1e-07", False, 1e-07), ("1 234.5", False, 1234.5),
    ],
)  # fmt: skip
def test_decimals_by_the_layouts_way_of_writing(text: str, comma: bool, number: float) -> None:
    assert to_decimal(text, comma) == number


@pytest.mark.parametrize("text", ["0,5", "1,234.5", "1e400", "-1e400", ".", "5.", ",5"])
def test_a_comma_in_a_layout_without_one_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        to_decimal(text, decimal_comma=False)


def test_yes_and_no() -> None:
    assert [to_bool(word) for word in ("Ya", "TRUE", "1", "y", "Tidak", "FALSE", "0", "T")] == [True] * 4 + [False] * 4
    for word in ("mungkin", "2", "x", "belum"):
        with pytest.raises(ValueError, match="neither"):
            to_bool(word)


@pytest.mark.parametrize(
    "text",
    ["3,67301E+15", "3.67301120315000e+15", "1E+11", "#N/A", "#REF!", "#DIV/0!", "####", "#NAME?"],
)
def test_text_that_a_spreadsheet_damaged_is_unreadable(text: str) -> None:
    for kind in ("text", "nik"):
        typed = normalise(pd.Series([text], dtype="object"), kind, "", CONTEXT)
        assert typed.unreadable.tolist() == [True]
        assert typed.values.isna().tolist() == [True]


@pytest.mark.parametrize("text", ["E+1", "#1", "# catatan", "12E", "REG/12E+3/x", "1.5"])
def test_text_that_merely_resembles_damage_is_kept(text: str) -> None:
    assert to_text(text) == text


@pytest.mark.parametrize(
    "text",
    ["3673011203150001", "3673 0112 0315 0001", "3673.0112.0315.0001", "3673015203150001", "3673012902000001",
     "3673017112999999"],
)  # fmt: skip
def test_a_possible_nik_is_sixteen_digits_however_it_is_spaced(text: str) -> None:
    assert to_nik(text) == text.replace(" ", "").replace(".", "")


@pytest.mark.parametrize(
    "text",
    [
        "367301120315000", "36730112031500011", "3673011203150000", "1111111111111111", "3673013203150001",
        "3673014003150001", "3673017203150001", "3673010003150001", "3673013102150001", "3673011213150001",
        "3673012902010001", "3673011200150001", "36730112O3150001", "\u0663673011203150001", "3.67301E+15",
    ],
)  # fmt: skip
def test_an_impossible_nik_is_unreadable(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a NIK|placeholder|no such date"):
        to_nik(text)


def test_dates_become_dates() -> None:
    typed = normalise(
        pd.Series(["3/4/2025", "2025-04-03", "9999-12-31", "31/4/2025"], dtype="object"), "date", "", CONTEXT
    )

    assert [value.date() if not pd.isna(value) else None for value in typed.values] == [
        date(2025, 4, 3), date(2025, 4, 3), date(9999, 12, 31), None,
    ]  # fmt: skip
    assert typed.unreadable.tolist() == [False, False, False, True]


def test_a_kecamatan_depends_on_the_district_of_its_row() -> None:
    texts = pd.Series(
        ["Kasemen", "Kasemen", "Kasemen", "tidak diketahui", "", "Kasemem", "36.73.02", "36.73.99", "36.04.01"]
    )
    districts = pd.Series(
        ["36.73", "36.04", None, "36.73", "36.73", "36.73", "36.73", "36.73", "36.73"], dtype="string"
    )

    typed = normalise_kecamatan(texts.astype("object"), districts, CATALOGUE.areas)

    assert [None if pd.isna(value) else value for value in typed.values] == [
        "36.73.02", None, None, None, None, "Kasemem", "36.73.02", "36.73.99 ?", "36.04.01 ?",
    ]  # fmt: skip
    assert not typed.unreadable.any()


def test_an_unknown_code_of_a_place_does_not_pass_as_one() -> None:
    typed = normalise(pd.Series(["99.99", "Kota Sereng"], dtype="object"), "district", "", CONTEXT)

    assert typed.values.tolist() == ["99.99 ?", "Kota Sereng"]


def test_an_empty_column_keeps_its_type() -> None:
    for kind in ("text", "int", "date", "bool"):
        typed = normalise(pd.Series([], dtype="object"), kind, "", CONTEXT)
        assert len(typed.values) == 0
        assert typed.unreadable.dtype == np.bool_
