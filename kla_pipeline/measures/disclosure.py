"""Disclosure control: which cells of `mart.measure` the public may see, and in which form.

Here: the rows of the public part of a release. Not here: internal tables, which show exact counts, and the comparison
with earlier editions (release). Rule: docs/readings.md, Disclosure, with k = 5 and complementary suppression, narrowed
to yearly totals of the jurisdiction, so that no part can be worked out from a whole.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

PUBLIC_ROWS_SQL = (Path(__file__).parent / "sql" / "public_rows.sql").read_text(encoding="utf-8")


def public_rows(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """Rows of the public part with the columns of `mart.measure`, by measure and period.

    Reads mart.measure, meta.measure and meta.release of the connection. Small cells have the status `suppressed` and no
    n, N, value or bounds. `PUBLIC_ROWS_SQL` is the same query for `CREATE TABLE … AS`.
    """
    return con.sql(PUBLIC_ROWS_SQL)
