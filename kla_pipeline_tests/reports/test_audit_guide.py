"""Every question of docs/how-to/audit.md can be put to a release, and those that must find nothing find nothing."""

from __future__ import annotations

import re

import pytest

from kla_pipeline_tests.support import ROOT, City

GUIDE = (ROOT / "docs" / "how-to" / "audit.md").read_text(encoding="utf-8")
# what is said since the block before, and the query
QUESTIONS = re.findall(r"((?:(?!```).)*)```sql\n(.*?)```", GUIDE, re.DOTALL)
EMPTY = "answer must be empty"


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_a_question_of_the_guide_has_an_answer(bundle: City, number: int) -> None:
    words, query = QUESTIONS[number]
    with bundle.released("audit") as db:
        rows = db.execute(query).fetchall()

    if EMPTY in words:
        assert rows == []
    elif "quality.decision" not in query:  # nobody has decided anything about the bundle
        assert rows


def test_the_guide_asks_at_least_what_the_report_shows() -> None:
    asked = {table for _, query in QUESTIONS for table in re.findall(r"quality\.(\w+)", query)}

    assert len(QUESTIONS) >= 15
    assert {"reconciliation", "rule_coverage", "rejected_row", "ageing", "trend", "reason", "rule"} <= asked
    assert {"expected", "change", "decision", "event"} <= asked
    assert GUIDE.count(EMPTY) == 3


def test_rows_told_and_rows_kept_are_the_same(bundle: City) -> None:
    [query] = [query for _, query in QUESTIONS if "AS told" in query]
    with bundle.released("audit") as db:
        [(told, kept)] = db.execute(query).fetchall()

    assert told == kept > 0
