"""Quarantine, rules, changes and decisions of a release arranged for auditors, for the city or for one agency.

Here: rows of the audit file grouped as the report and its workbook show them; every number comes from a query in
queries/. Not here: sentences (i18n/report.yaml), markup (templates/report*) and cells (audit_workbook.py). All groups
are by agency, and a row belongs to one agency, so sums over agencies are sums over rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, get_args

from kla_pipeline.decisions.records import Status
from kla_pipeline.reports.delivery_view import DeliveryBook, delivery_book
from kla_pipeline.reports.reader import Reader, Row

WAITING = ("open", "sent", "expired")
RESOLVED = ("corrected", "released", "confirmed_bad")
BANDS = ("days_0_7", "days_8_30", "days_31_90", "days_over_90")


@dataclass(frozen=True, slots=True)
class AuditBook:
    """What the report shows; rows are those of the query of the same name. `agencies` are in scope, in order.

    `staging` and `build` are row_conservation by stage; `ageing` has a row per agency with `rule_id` None.
    """

    agencies: tuple[str, ...]
    deliveries: DeliveryBook
    staging: tuple[Row, ...]
    build: tuple[Row, ...]
    states: tuple[Row, ...]
    ageing: tuple[Row, ...]
    trend: tuple[Row, ...]
    rules: tuple[Row, ...]
    changes: tuple[Row, ...]
    decisions: tuple[Row, ...]
    rule_runs: tuple[Row, ...]
    chain: Row

    def of(self, agency: str) -> AuditBook:
        """The same for one agency alone."""
        kept = {
            field.name: tuple(row for row in getattr(self, field.name) if row["agency"] == agency)
            for field in fields(self)
            if field.name not in ("agencies", "deliveries", "chain")
        }
        return replace(self, agencies=(agency,), deliveries=self.deliveries.of(agency), **kept)

    @property
    def state_sums(self) -> dict[str, int]:
        """Rejected rows by state and by where they were rejected; `rows` are all, `waiting` those that still wait."""
        sums = totals(self.states, ("rows", "at_staging", "at_build", "by_decision", *WAITING, *RESOLVED))
        return sums | {"waiting": sum(sums[state] for state in WAITING)}

    def waiting(self, agency: str | None = None) -> list[Row]:
        """Ageing rows: one per agency, or those of the rules of one agency."""
        if agency is None:
            return [row for row in self.ageing if row["rule_id"] is None]
        return [row for row in self.ageing if row["agency"] == agency and row["rule_id"] is not None]

    @property
    def trend_lines(self) -> list[list[Row]]:
        """Deliveries of each agency and record type, at most seven, the latest last; only where one was rejected from
        or where there is something to compare.
        """
        return [rows for rows in group(self.trend, "agency", "record") if len(rows) > 1 or rows[-1]["rejected"]]

    def rules_by(self, effect: str) -> list[Row]:
        """Rules that reject or warn, summed over the agencies in scope, most rows first."""
        found = []
        for rows in group([r for r in self.rules if r["effect"] == effect], "rule_id"):
            sums = totals(rows, ("rows", "waiting"))
            found.append(rows[0] | sums | {"agencies": sorted(row["agency"] for row in rows)})
        return sorted(found, key=lambda row: (-row["rows"], row["rule_id"]))

    def changed(self, source: str) -> list[list[Row]]:
        """Changes by agency and record type."""
        return group([row for row in self.changes if row["source"] == source], "agency", "record")

    @property
    def decision_sums(self) -> dict[str, int]:
        """Decisions by status; 0 for a status that none has."""
        return {status: sum(row["status"] == status for row in self.decisions) for status in get_args(Status)}

    @property
    def runs(self) -> dict[str, int]:
        """Rules intended and executed."""
        return totals(self.rule_runs, ("intended", "executed"))


def totals(rows: Iterable[Row], names: Sequence[str]) -> dict[str, int]:
    """Sums of columns; 0 without rows."""
    found = list(rows)
    return {name: sum(row[name] for row in found) for name in names}


def group(rows: Iterable[Row], *names: str) -> list[list[Row]]:
    """Rows with equal values together, groups and rows in the order in which they first come."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return list(groups.values())


def kinds_of(rows: Sequence[Row]) -> list[Row]:
    """Changes of one agency and record type by kind: cells in all, and the columns with theirs, most cells first."""
    found = [{"kind": k[0]["kind"], "cells": sum(r["cells"] for r in k), "columns": k} for k in group(rows, "kind")]
    return sorted(found, key=lambda row: (-row["cells"], row["kind"]))


def audit_book(reader: Reader) -> AuditBook:
    """The report of the attached `audit` file over all agencies."""
    deliveries = delivery_book(reader)
    conservation = reader.rows("row_conservation")
    return AuditBook(
        agencies=tuple(row["agency"] for row in deliveries.agencies),
        deliveries=deliveries,
        staging=tuple(row for row in conservation if row["stage"] == "staging"),
        build=tuple(row for row in conservation if row["stage"] == "build"),
        states=tuple(reader.rows("row_states")),
        ageing=tuple(reader.rows("row_ageing")),
        trend=tuple(reader.rows("row_trend")),
        rules=tuple(reader.rows("row_rules")),
        changes=tuple(reader.rows("changes")),
        decisions=tuple(reader.rows("decisions")),
        rule_runs=tuple(reader.rows("rule_runs")),
        chain=reader.row("chain"),
    )
