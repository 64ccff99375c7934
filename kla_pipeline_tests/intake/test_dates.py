"""Dates as offices write them are read one way or not at all."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kla_pipeline.intake.dates import MONTHS, month_of, parse_date, parse_timestamp


@pytest.mark.parametrize(
    "text",
    ["2024-03-04", "2024/3/4", "2024.03.04", "04-03-2024", "4/3/2024", "4.3.2024", "4 3 2024", "4 Maret 2024",
     "04-mar-2024", "4 MARET 2024", " 2024-03-04 ", "2024-03-04 00:00", "2024-03-04T00:00:00.000", "4/3/2024 00:00:00"],
)  # fmt: skip
def test_the_fourth_of_march_in_every_form(text: str) -> None:
    assert parse_date(text) == date(2024, 3, 4)


@pytest.mark.parametrize(
    "text",
    ["", "-", "4/3/24", "04-03-0024", "31/02/2024", "29/02/2023", "13/13/2024", "2024-13-01", "0/1/2024", "45000",
     "2024-03", "Maret 2024", "4 Foo 2024", "2024-03-04 08:30", "2024-03-04 25:00", "kemarin", "٣/٣/٢٠", "1/1/1799"],
)  # fmt: skip
def test_what_is_no_date_of_this_age_is_refused_without_its_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a (calendar )?date$") as caught:
        parse_date(text)
    assert caught.value.__cause__ is None


def test_every_month_is_known_in_indonesian_and_english() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
    for name, number in MONTHS.items():
        assert parse_date(f"1 {name.upper()} 2025") == date(2025, number, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-03-04", datetime(2024, 3, 4)),
        ("4 Maret 2024 8:05", datetime(2024, 3, 4, 8, 5)),
        ("2024-03-04T08:05:09", datetime(2024, 3, 4, 8, 5, 9)),
        ("04/03/2024 08:05:09,25", datetime(2024, 3, 4, 8, 5, 9, 250_000)),
    ],
)
def test_a_time_of_day_may_follow(text: str, value: datetime) -> None:
    assert parse_timestamp(text) == value


@pytest.mark.parametrize("text", ["2024-03-04 24:00", "2024-03-04 08:60", "08:00", "2024-03-04 8", "x 08:00"])
def test_an_impossible_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a "):
        parse_timestamp(text)


def test_a_month_is_known_by_number_and_name() -> None:
    assert month_of({"year": "2025", "month": "03"}) == date(2025, 3, 1)
    assert month_of({"year": "2025", "month": "Maret"}) == date(2025, 3, 1)
    for word in ("13", "0", "foo"):
        with pytest.raises(ValueError, match="month"):
            month_of({"year": "2025", "month": word})
