"""Reported totals from aggregate tables: the bundle has none, and the pages must say so rather than show a zero."""

from __future__ import annotations

from kla_pipeline_tests.end_to_end.golden.cells import Cell, Key, of_city, share
from kla_pipeline_tests.end_to_end.golden.coverage import Feeds
from kla_pipeline_tests.end_to_end.golden.periods import periods

TABLES = Feeds(("dp3a/violence_aggregate",), is_yearly=True)


def reported() -> dict[Key, Cell]:
    """City and year; victims served of victims reported, all ages."""
    return of_city({period: share(0, 0, TABLES, period) for period in periods("year")})
