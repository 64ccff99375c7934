"""Sentences of `kla run`: each says the number that a table of the release says."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from kla_pipeline.cli import run
from kla_pipeline.i18n import texts
from kla_pipeline.i18n.speaker import Speaker

AGENCY = {
    "agency": "bpbd", "files": 1, "refused": 0, "rows_read": 12053, "accepted": 11973, "rejected": 80, "set_aside": 0,
    "rejected_at_build": 14, "current_rows": 11973, "current_outside": 11956, "current_unknown": 2,
}  # fmt: skip


def said(show: Any, *arguments: Any) -> str:
    """What a part of the summary writes, in English."""
    stream = io.StringIO()
    show(Console(file=stream, width=400), Speaker(texts.load(), "en"), *arguments)
    return stream.getvalue()


def test_rows_rejected_are_named_by_stage_and_together() -> None:
    assert "94 rows rejected in all: 80 when read, 14 at build." in said(run._show_rows_beside, [AGENCY])


def test_rows_about_other_places_are_told_per_agency() -> None:
    text = said(run._show_rows_beside, [AGENCY])

    assert "11,956 of 11,973 rows in force lie outside the jurisdiction, 2 have no known place." in text


def test_an_agency_whose_rows_all_lie_inside_is_not_mentioned() -> None:
    inside = AGENCY | {"rejected_at_build": 0, "current_outside": 0, "current_unknown": 0}

    assert said(run._show_rows_beside, [inside]) == ""


def test_a_yearly_report_past_due_is_not_called_monthly() -> None:
    rows = [
        {"agency": "bpbd", "record": "mechanism_check", "cadence": "yearly", "deliveries": 1, "first_month": "2025-12"},
        {"agency": "dp3a", "record": "staff", "cadence": "monthly", "deliveries": 2, "first_month": "2025-11"},
    ]
    text = said(run._show_overdue, {"overdue": rows})

    assert "3 reports past due (2 monthly, 1 yearly)" in text
    assert "bpbd/mechanism_check 1 (since 2025)" in text


def test_figures_compared_different_and_one_sided_are_counted_apart() -> None:
    compared = [{"compared": 68, "differing": 0, "one_sided": 17}, {"compared": 46, "differing": 39, "one_sided": 0}]
    facts = {"summary": {"agencies": [AGENCY], "comparisons": compared}, "received": {"new": 1, "refused": 0}}

    text = said(run._show_files, facts)

    assert "114 figures stand in two sources, 39 of them differ; 17 figures stand in one source only" in text
