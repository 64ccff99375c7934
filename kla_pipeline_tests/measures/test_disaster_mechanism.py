"""K5-30: the checklist of the child-sensitive disaster mechanism."""

from __future__ import annotations

import pytest

from kla_pipeline_tests.measures.town import Town

MANDATORY = ("CD01", "CD02", "CD03", "CD05", "CD07", "CD09", "CD13", "CD15", "CD16", "CD19")
OTHERS = ("CD04", "CD06", "CD08", "CD10", "CD11", "CD12", "CD14", "CD17", "CD18", "CD20")
FIGURES = ("K5-30.exists", "K5-30.score", "K5-30.coverage")


def _town(mandatory: str = "yes", others: str = "yes", **changes: str) -> Town:
    """All 20 items checked alike, except those named."""
    town = Town().covers(("bpbd/mechanism_check", "dp3a/mechanism_check"), "2025-01", "2025-12")
    for item in (*MANDATORY, *OTHERS):
        town.check(item, changes.get(item, mandatory if item in MANDATORY else others))
    return town


def test_all_mandatory_items_fresh_means_it_exists():
    town = _town(others="no")
    assert town.figures("K5-30.exists", "2025") == (10, 10, "value")
    assert town.cell("K5-30.exists", "2025")["value"] == 1.0


@pytest.mark.parametrize("verdict", ["no", "partial"])
def test_one_mandatory_no_or_partial_means_it_does_not_exist(verdict: str):
    town = _town(CD03=verdict)
    assert town.figures("K5-30.exists", "2025") == (9, 10, "value")
    assert town.cell("K5-30.exists", "2025")["value"] == 0.0


def test_an_unchecked_mandatory_item_leaves_it_open():
    town = _town(CD03="unchecked")
    assert town.figures("K5-30.exists", "2025") == (9, 10, "insufficient")
    assert town.bucket("K5-30.exists", "2025", "unchecked") == 1


def test_a_mandatory_no_decides_although_another_item_is_unchecked():
    town = _town(CD03="unchecked", CD05="no")
    assert town.cell("K5-30.exists", "2025")["value"] == 0.0


def test_an_expired_mandatory_item_means_it_does_not_exist_and_is_listed():
    town = Town().covers(("bpbd/mechanism_check", "dp3a/mechanism_check"), "2025-01", "2025-12")
    for item in MANDATORY:
        # CD05 holds for 12 months: until 2025-12-30, one day short of the year's last day
        town.check(item, doc_date="2024-12-30" if item == "CD05" else "2025-06-01")
    town.build("K5-30")
    assert town.cell("K5-30.exists", "2025")["value"] == 0.0
    assert town.bucket("K5-30.exists", "2025", "expired") == 1
    assert town.figures("K5-30.coverage", "2025") == (10, 20, "value")


def test_evidence_is_fresh_on_its_last_day():
    town = Town().covers(("bpbd/mechanism_check", "dp3a/mechanism_check"), "2025-01", "2025-12")
    for item in MANDATORY:
        town.check(item, doc_date="2024-12-31" if item == "CD05" else "2025-06-01")
    assert town.cell("K5-30.exists", "2025")["value"] == 1.0


def test_evidence_of_31_august_holds_to_the_last_day_of_a_shorter_month():
    town = Town()
    town.check("CD05", doc_date="2024-02-29")
    assert town.core("SELECT valid_until::VARCHAR FROM core.mechanism_check") == [("2025-02-28",)]


@pytest.mark.parametrize("missing", ["doc_no", "doc_date"])
def test_evidence_without_number_or_date_is_not_fresh(missing: str):
    town = _town(others="no")
    town.rows["mechanism_check"][0][missing] = None
    assert town.cell("K5-30.exists", "2025")["value"] == 0.0


def test_a_running_year_is_judged_on_the_as_of_date():
    town = Town(as_of="2025-11-15").covers(("bpbd/mechanism_check", "dp3a/mechanism_check"), "2025-01", "2025-12")
    for item in MANDATORY:
        town.check(item, doc_date="2024-11-15" if item == "CD05" else "2025-06-01")
    cell = town.cell("K5-30.exists", "2025")
    assert (cell["value"], cell["is_provisional"]) == (1.0, True)


def test_the_score_gives_half_credit_for_partial_and_none_for_expired():
    town = _town(others="no", CD01="partial")
    assert town.figures("K5-30.score", "2025") == (9.5, 20, "value")
    assert town.cell("K5-30.score", "2025")["value"] == 47.5


def test_unchecked_items_leave_the_score_and_eighty_percent_checked_is_enough():
    town = _town(CD04="unchecked", CD06="unchecked", CD08="unchecked", CD10="unchecked")
    town.build(*FIGURES)
    assert town.figures("K5-30.score", "2025") == (16, 16, "value")
    assert town.figures("K5-30.coverage", "2025") == (16, 20, "value")


def test_below_eighty_percent_checked_the_score_is_insufficient_and_coverage_still_published():
    town = _town(CD04="unchecked", CD06="unchecked", CD08="unchecked", CD10="unchecked", CD11="unchecked")
    town.build(*FIGURES)
    assert town.figures("K5-30.score", "2025")[2] == "insufficient"
    assert town.figures("K5-30.coverage", "2025") == (15, 20, "value")
    assert town.cell("K5-30.coverage", "2025")["value"] == 75.0


def test_a_not_applicable_item_is_in_neither_side():
    town = _town(CD07="not_applicable")
    town.build(*FIGURES)
    assert town.figures("K5-30.exists", "2025") == (9, 9, "value")
    assert town.figures("K5-30.coverage", "2025") == (19, 19, "value")


def test_an_item_without_a_row_is_unchecked():
    town = Town().covers(("bpbd/mechanism_check", "dp3a/mechanism_check"), "2025-01", "2025-12")
    town.check("CD01")
    assert town.figures("K5-30.coverage", "2025") == (1, 20, "value")


def test_weights_are_data():
    town = _town(others="no")
    town.rows["mechanism_check"][0]["weight"] = 3.0
    assert town.figures("K5-30.score", "2025") == (12, 22, "value")


def test_of_two_agencies_the_later_check_counts_and_unchecked_replaces_nothing():
    town = _town()
    town.check("CD03", "no", agency="dp3a", checked_on="2025-12-20")
    town.check("CD05", "unchecked", agency="dp3a", checked_on="2025-12-20")
    assert town.figures("K5-30.exists", "2025") == (9, 10, "value")


def test_the_share_of_events_with_child_counts_is_computed_where_events_were_delivered():
    town = _town().covers(("bpbd/disaster_event",), "2025-01", "2025-12")
    town.flood("2025-03-02", "E1", affected_displaced=40)
    assert town.cell("K5-30.score", "2025", breakdown="item", value="CD06")["numerator"] == 0


def test_whose_event_list_it_is_does_not_matter():
    town = _town().covers(("pusdalops/disaster_event",), "2025-01", "2025-12")
    town.flood("2025-03-02", "E1", affected_displaced=40)
    assert town.cell("K5-30.score", "2025", breakdown="item", value="CD06")["numerator"] == 0


def test_without_displaced_people_the_computed_item_is_not_applicable():
    town = _town().covers(("bpbd/disaster_event",), "2025-01", "2025-12")
    town.flood("2025-03-02", "E1", affected_displaced=0)
    assert town.figures("K5-30.coverage", "2025") == (19, 19, "value")


def test_one_agency_missing_is_not_reported():
    town = Town().covers(("bpbd/mechanism_check",), "2025-01", "2025-12")
    town.check("CD01")
    assert town.figures("K5-30.exists", "2025") == (None, None, "not_reported")
