"""K5-31: children freed from the worst forms of labour."""

from __future__ import annotations

from typing import Any

import pytest

from kla_pipeline_tests.measures.town import Town

M = "K5-31.a"


@pytest.fixture
def town() -> Town:
    return Town().covers(("dinsos/child_labour",), "2024-01", "2025-12")


def test_withdrawn_and_placed_is_freed(town: Town):
    town.labour(withdrawn_date="2025-05-01", placed_date="2025-06-01", placement="SEKOLAH")
    assert town.figures(M, "2025") == (1, 1, "value")


@pytest.mark.parametrize("columns", [{"withdrawn_date": "2025-05-01"}, {"placed_date": "2025-05-01"}])
def test_one_of_the_two_is_not_freed(town: Town, columns: dict[str, Any]):
    town.labour(**columns)
    assert town.figures(M, "2025") == (0, 1, "value")


def test_freed_counts_on_the_later_of_the_two_dates(town: Town):
    town.labour(identified_date="2024-10-01", withdrawn_date="2024-12-20", placed_date="2025-01-10", placement="LKSA")
    assert town.figures(M, "2024") == (0, 1, "value")
    assert town.figures(M, "2025") == (1, 1, "value")


def test_open_from_the_year_before_counts(town: Town):
    town.labour(identified_date="2024-10-01")
    assert town.figures(M, "2025") == (0, 1, "value")


def test_freed_ends_the_case_for_the_next_year(town: Town):
    town.labour(
        identified_date="2024-03-01", withdrawn_date="2024-04-01", placed_date="2024-04-02", placement="KELUARGA"
    )
    assert town.figures(M, "2025") == (0, 0, "not_applicable")


def test_a_relapse_opens_again_and_leaves_the_year_of_being_freed_alone(town: Town):
    town.labour(
        identified_date="2024-03-01", withdrawn_date="2024-04-01", placed_date="2024-04-02", placement="KELUARGA",
        followup_status="relapsed", relapse_date="2025-02-01",
    )  # fmt: skip
    assert town.figures(M, "2024") == (1, 1, "value")
    assert town.figures(M, "2025") == (0, 1, "value")


def test_closed_for_another_reason_ends_the_case(town: Town):
    town.labour(identified_date="2024-03-01", closed_date="2024-09-01", closed_reason="pindah")
    assert town.figures(M, "2024") == (0, 1, "value")
    assert town.figures(M, "2025") == (0, 0, "not_applicable")


def test_the_eighteenth_birthday_ends_the_case(town: Town):
    town.labour(identified_date="2024-03-01", birth_date="2006-11-01")
    assert town.figures(M, "2024") == (0, 1, "value")
    assert town.figures(M, "2025") == (0, 0, "not_applicable")


def test_freed_after_the_eighteenth_birthday_does_not_count(town: Town):
    town.labour(birth_date="2007-06-01", withdrawn_date="2025-06-10", placed_date="2025-06-11", placement="PELATIHAN")
    assert town.figures(M, "2025") == (0, 1, "value")


def test_an_adult_at_identification_is_left_out(town: Town):
    town.labour(birth_date="2007-04-01")
    assert town.figures(M, "2025") == (0, 0, "not_applicable")


def test_an_unknown_age_goes_to_its_bucket(town: Town):
    town.labour(birth_date=None)
    assert town.figures(M, "2025") == (0, 0, "not_applicable")
    assert town.bucket(M, "2025", "age_unknown") == 1


def test_the_worst_form_flag_decides_whatever_the_work(town: Town):
    town.labour(is_worst_form=False, work_form="BPTA-01")
    assert town.figures(M, "2025") == (0, 0, "not_applicable")


def test_a_child_in_two_register_rows_counts_once(town: Town):
    town.labour("A", "L1")
    town.labour("A", "L2", withdrawn_date="2025-05-01", placed_date="2025-06-01", placement="SEKOLAH")
    assert town.figures(M, "2025") == (1, 1, "value")


def test_non_residents_count_and_stand_apart(town: Town):
    town.labour(district="outside", kecamatan=None)
    assert town.figures(M, "2025") == (0, 1, "value")
    assert town.cell(M, "2025", breakdown="domicile_scope", value="outside")["denominator"] == 1


def test_one_of_the_two_required_feeds_is_enough_and_coverage_partial(town: Town):
    town.labour()
    cell = town.cell(M, "2025")
    assert (cell["status"], cell["coverage"], cell["coverage_note"]) == ("value", 1.0, "partial")


def test_a_case_without_entries_is_stale_although_an_eighteenth_birthday_will_come(town: Town):
    town.labour(identified_date="2024-02-01", birth_date="2014-01-15")
    assert town.bucket(M, "2025", "stale_open") == 1
