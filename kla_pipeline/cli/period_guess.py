"""Where an unknown export may say which period it speaks for: a month or a year in its titles, sheet or file name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kla_pipeline.intake.dates import MONTHS

_MONTH_YEAR = re.compile(r"([A-Za-z]{3,})[\s_-]+((?:19|20)\d{2})")
_DAY = re.compile(r"\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d{2}")
_STAMP = re.compile(r"(?<!\d)20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
# what the guess is written as in a layout: covers, expression
_MONTH_PATTERN = ("month", r"(?P<month>[A-Za-z]+)[\s_-]+(?P<year>20\d{2})")
_DAY_PATTERN = ("since", r"(?P<date>\d{1,2}[-/]\d{1,2}[-/]\d{4})")
_STAMP_PATTERN = ("since", r"(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_YEAR_PATTERN = ("year", r"(?<!\d)(?P<year>(?:19|20)\d{2})(?!\d)")


def guess_period(titles: Sequence[str], sheet: str, file_name: str) -> list[str]:
    """Lines of YAML for `period` by the first place that says something; a comment when none does."""
    for source, texts in (("title", titles), ("sheet", [sheet]), ("file_name", [file_name])):
        for text in texts:
            found = _guess(text)
            if found:
                return _lines(source, *found)
    return ["# no title, sheet or file name says a period: without `period` the months stay unknown"]


def _guess(text: str) -> tuple[str, str] | None:
    if any(word.lower() in MONTHS for word, _ in _MONTH_YEAR.findall(text)):
        return _MONTH_PATTERN
    if _DAY.search(text):
        return _DAY_PATTERN
    if _STAMP.search(text):
        return _STAMP_PATTERN
    return _YEAR_PATTERN if _YEAR.search(text) else None


def _lines(source: str, covers: str, pattern: str) -> list[str]:
    lines = ["period:", f"  covers: {covers}  # month, year or since (everything up to the date found)"]
    if covers == "since":
        lines.append("  since: '2024-01-01'  # the first day the export speaks for")
    return [*lines, "  found_in:", f"    - {{in: {source}, pattern: '{pattern}'}}  # one place was seen, be exact"]
