"""Numbers, dates and periods are written as each language writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kla_pipeline.i18n import formats


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (0, 0, "0", "0"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (1234.5, 1, "1.234,5", "1,234.5"),
        (0.125, 2, "0,13", "0.13"),  # half up, as people check by hand
        (2.5, 0, "3", "3"),
        (-3.25, 1, "\u22123,3", "\u22123.3"),
        (-0.04, 1, "0,0", "0.0"),
        (84.01953943, 1, "84,0", "84.0"),
        (1e21, 0, "1.000.000.000.000.000.000.000", "1,000,000,000,000,000,000,000"),
    ],
)
def test_numbers(value: float, decimals: int, indonesian: str, english: str) -> None:
    assert formats.number(value, "id", decimals) == indonesian
    assert formats.number(value, "en", decimals) == english


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_reads_back_as_itself(value: int) -> None:
    assert int(formats.number(value, "id").replace(".", "").replace("\u2212", "-")) == value
    assert int(formats.number(value, "en").replace(",", "").replace("\u2212", "-")) == value


def test_dates() -> None:
    day = date(2026, 5, 3)
    assert [formats.day(day, lang) for lang in formats.LANGS] == ["3 Mei 2026", "3 May 2026"]
    assert [formats.short_day(date(2026, 8, 3), lang) for lang in formats.LANGS] == ["3 Agu 2026", "3 Aug 2026"]
    assert [formats.month(day, lang) for lang in formats.LANGS] == ["Mei 2026", "May 2026"]


@pytest.mark.parametrize(
    ("period", "indonesian", "english"),
    [
        ("2025", "2025", "2025"),
        ("2025-Q4", "Triwulan IV 2025", "Q4 2025"),
        ("2025-12", "Desember 2025", "December 2025"),
        ("2025-13", "2025-13", "2025-13"),
        ("semester 1", "semester 1", "semester 1"),
    ],
)
def test_periods(period: str, indonesian: str, english: str) -> None:
    assert formats.period(period, "id") == indonesian
    assert formats.period(period, "en") == english
