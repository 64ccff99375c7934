"""Agency files name what the folder can deliver, and places resolve to one area or to none."""

from __future__ import annotations

import pytest

from kla_pipeline.places.resolver import Resolver
from kla_pipeline.quality.place_kinds import to_district
from kla_pipeline_tests.quality.tables import the_catalogue

AREAS = the_catalogue().areas


@pytest.mark.parametrize("agency", sorted(the_catalogue().agencies))
def test_a_feed_has_a_contract_a_layout_and_a_day_it_is_due(agency: str) -> None:
    declared = the_catalogue().agency(agency)
    records = {layout.record for layout in declared.layouts}

    assert {feed.record for feed in declared.feeds} <= records <= set(the_catalogue().contracts())
    for feed in declared.feeds:
        assert feed.cadence in ("monthly", "yearly")
        assert 1 <= feed.due_day <= 31
    assert declared.name_id
    assert declared.name_en != declared.name_id


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kota Serang", "36.73"), ("KOTA SERANG", "36.73"), ("36.73", "36.73"), ("Kab. Serang", "36.04"),
        ("Kabupaten Serang", "36.04"), ("Cilegon", "36.72"), ("luar kota", "outside"), ("Tidak diketahui", None),
    ],
)  # fmt: skip
def test_a_city_or_regency_is_known_by_code_or_by_one_name(text: str, code: str | None) -> None:
    assert to_district(text, AREAS) == code


@pytest.mark.parametrize(
    "text", ["Luar Kota Serang", "luar kota Cilegon", "Luar wilayah Kota Serang", "luar daerah Kab. Tangerang"]
)
def test_outside_may_name_any_district_of_the_reference(text: str) -> None:
    assert to_district(text, AREAS) == "outside"


@pytest.mark.parametrize("text", ["luar kota Kasemen", "luar kotamadya", "luar"])
def test_other_words_behind_outside_are_not_guessed(text: str) -> None:
    assert to_district(text, AREAS) == text


@pytest.mark.parametrize("text", ["Serang", "Kota Sereng", "99.99", "36", "36.73.01", "3673"])
def test_a_place_that_is_not_known_never_looks_like_a_code(text: str) -> None:
    resolved = to_district(text, AREAS)

    assert resolved not in AREAS.by_code
    assert resolved != "outside"
    assert resolved is not None
    assert resolved.startswith(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kasemen", "36.73.02"), ("Kec. Kasemen", "36.73.02"), ("kecamatan cipocok jaya", "36.73.05"),
        ("36.73.02", "36.73.02"), ("36.73.99", None), ("36.04.01", None), ("Ciomas", None), ("36.73.02.1001", None),
    ],
)  # fmt: skip
def test_a_kecamatan_is_known_within_its_district_only(text: str, code: str | None) -> None:
    found = Resolver(AREAS).resolve(text, "kecamatan", "36.73")

    assert (found.code if found.is_certain else None) == code
    assert not Resolver(AREAS).resolve("Kasemen", "kecamatan", "36.04").is_certain
