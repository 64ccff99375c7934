"""A person is found however an office writes him, and nobody else is."""

from __future__ import annotations

import pytest

from kla_pipeline.erasure.terms import ERASED, Terms

TERMS = Terms.of({"3673011705100017"}, {"Anak  Uji Terhapus", "Suparman"}, {"0123456789abcdef/1/7"})


@pytest.mark.parametrize(
    "text",
    [
        "3673011705100017",
        "NIK: 3673 0117 0510 0017",
        "36.73.01.170510.0017",
        "'3673011705100017",
        "3673  0117\u00a00510\u200b0017",
        "367301/170510/0017",
        "3673\u20130117 - 0510,\n0017",
        "Anak (Uji) Terhapus",
        "kakak dari ANAK UJI TERHAPUS, serumah",
        "anak_uji_terhapus",
        "Terhapus? Anak Uji\nTerhapus!",
    ],
)
def test_a_person_is_found_however_he_is_written(text: str) -> None:
    assert ERASED in TERMS.without(text)


@pytest.mark.parametrize(
    "text",
    [
        "13673011705100017",
        "36730117051000171",
        "Anak Uji Terhapuskan",
        "Anak Uji Tetap",
        "Suparman",
        "kanak uji terhapus",
    ],
)
def test_a_longer_number_another_name_and_a_single_word_are_nobody(text: str) -> None:
    assert TERMS.without(text) == text


@pytest.mark.parametrize("text", ["Nur'aini Uji", "NUR\u2019AINI UJI", "Nuraini Uji", "nur aini, uji"])
def test_a_name_with_a_mark_inside_is_found_with_and_without_it(text: str) -> None:
    assert Terms.of((), {"Nur'aini Uji"}).without(f"kakak {text} serumah") == f"kakak {ERASED} serumah"


def test_the_rest_of_a_cell_and_of_a_file_name_stays() -> None:
    assert TERMS.without("rujukan Anak Uji Terhapus (Januari 2024)") == f"rujukan {ERASED} (Januari 2024)"
    assert TERMS.in_name("korban_anak_uji_terhapus_2024_01.xlsx") == "korban___2024_01.xlsx"


def test_the_id_of_an_own_row_is_certain_and_a_longer_one_is_another_row() -> None:
    assert TERMS.certain is not None
    assert TERMS.certain.search("0123456789abcdef/1/7")
    assert not TERMS.certain.search("0123456789abcdef/1/77")
    assert not TERMS.certain.search("0123456789abcdef/1/7/2")


def test_terms_show_nothing_of_the_person() -> None:
    assert "3673011705100017" not in repr(TERMS)
    assert "Terhapus" not in repr(TERMS)
