"""The engine: from contributions of units to cells with status, coverage and bounds, for every declared measure.

Here: running a measure's SQL for its periods, aggregating and reconciling. Not here: what is counted (the measures'
SQL), which units and rows stand behind a cell (trace.py) and what the public sees (disclosure.py). It opens nothing and
reads no clock: it works in a connection that holds core, quality and meta tables, and takes the as-of date from
`meta.release`.

Status and coverage follow docs/readings.md; comments in sql/scope.sql and sql/measure.sql name the rules. A
measure's SQL reads `measure_period` (its periods, with `cut_date` = last day or as-of date) and `measure_parameter`,
and yields unit_type, unit_id, area_code, period_type, period, breakdowns, numerator, denominator, unknown, is_counted,
bucket and row_ids. Values never enter SQL text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from kla_pipeline.errors import DeclarationError
from kla_pipeline.measures import trace
from kla_pipeline.measures.registry import Measure

SQL = Path(__file__).parent / "sql"

_INSERT = """
INSERT INTO mart.contribution
SELECT
    ?::VARCHAR AS measure_id, unit_type, unit_id, area_code, period_type, period, breakdowns,
    CAST(numerator AS DOUBLE), CAST(denominator AS DOUBLE), CAST(unknown AS DOUBLE), is_counted, bucket, row_ids
FROM (
{contributions}
)
ORDER BY period_type, period, unit_type, unit_id, bucket NULLS FIRST
"""


def build(con: duckdb.DuckDBPyConnection, measures: Iterable[Measure]) -> None:
    """Create and fill mart.period, mart.contribution and mart.measure.

    Needs the schemas mart, core, quality and meta, with `meta.release` (one row), `meta.code` and the core tables.
    Tables of an earlier build are replaced. Raises DeclarationError naming the measure whose SQL fails.
    """
    declared = sorted(measures, key=lambda measure: measure.id)
    con.execute(_sql("mart"))
    con.execute(_sql("declared"))
    _declare(con, declared)
    con.execute(_sql("period"))
    con.execute(_sql("scope"))
    for measure in declared:
        _contribute(con, measure)
    con.execute(_sql("measure"))


def reconcile(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """(check, failing cells) for every cross-check of the marts, `meta.measure` included; a release needs zeros."""
    trace.prepare(con)
    return [(str(name), int(failures)) for name, failures in con.execute(_sql("reconcile")).fetchall()]


def alerts(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Cells without a denominator though something stands above it (open cases and no case worker): a warning each."""
    return _rows(con.execute(_sql("alerts")))


def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def _rows(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _declare(con: duckdb.DuckDBPyConnection, measures: Sequence[Measure]) -> None:
    """Fill the working tables that the models join instead of text put into SQL."""
    for m in measures:
        con.execute(
            "INSERT INTO declared_measure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(m.id, m.version, m.kind, m.unit, m.aggregate, m.quantile, m.factor, m.min_known, m.feed_mode),
                *(m.linkage, m.may_exceed, list(m.area_levels), list(m.breakdowns), list(m.multi_breakdowns)),
            ],
        )
        for kind in m.period_types:
            con.execute("INSERT INTO declared_period_type VALUES (?, ?, ?)", [m.id, kind, m.months_needed(kind)])
        for role in ("required", "optional", "expected_absent"):
            for feed in getattr(m.feeds, role):
                con.execute("INSERT INTO declared_feed VALUES (?, ?, ?, ?)", [m.id, *feed.split("/"), role])


def _contribute(con: duckdb.DuckDBPyConnection, measure: Measure) -> None:
    """Run one measure's SQL for its periods and keep its units."""
    con.execute("DELETE FROM measure_period")
    con.execute("DELETE FROM measure_parameter")
    con.execute(_sql("measure_period"), [measure.id])
    for name, value in sorted(measure.parameters.items()):
        con.execute("INSERT INTO measure_parameter VALUES (?, ?)", [name, value])
    failure = ""
    try:
        con.execute(_INSERT.format(contributions=measure.sql), [measure.id])
    except duckdb.Error as exc:
        # DuckDB's message may quote a value of a row
        failure = type(exc).__name__
    if failure:
        raise DeclarationError(
            f"{measure.source_file}: the SQL of {measure.id} does not run ({failure}).",
            "Compare its columns with the list in measures/engine.py and with the core tables.",
        )
