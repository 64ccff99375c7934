"""`kla check` of a returned workbook: what each of its rows would come to, without deciding anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from kla_pipeline.cli.shown import PlainConsole, escape
from kla_pipeline.i18n import Speaker
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.ledger import Ledger, open_ledger
from kla_pipeline.nightly.load import known_key, received_on
from kla_pipeline.returns.apply import judge
from kla_pipeline.returns.known import Office
from kla_pipeline.returns.parse import Returned, parse
from kla_pipeline.settings import Settings

_ROWS_SHOWN = 40
_AS_MEANT = ("unchanged", "missing_row", "corrected", "withdrawn", "release_proposed")


def return_facts(settings: Settings, file: Path, agency: str, sha256: str) -> dict[str, Any]:
    """The object `return` that `--json` prints: exports, outcomes, rows, columns. No cell is in it."""
    returned = parse(read_sheets(file), sha256)
    facts: dict[str, Any] = {"exports": returned.export_ids, "answers": len(returned.answers), "is_compared": False}
    paths = settings.paths()
    if settings.ledger_url or paths.ledger.is_file():  # a look must not make a ledger
        with open_ledger(settings) as ledger:
            facts |= _compared(settings, ledger, returned, agency)
    return facts


def _compared(settings: Settings, ledger: Ledger, returned: Returned, agency: str) -> dict[str, Any]:
    key = known_key(settings, ledger)
    if key is None:
        return {}
    jurisdiction = settings.jurisdiction
    office = Office.open(settings, jurisdiction, ledger, key)
    days = {delivery.delivery_id: received_on(delivery) for delivery in ledger.deliveries(jurisdiction)}
    judged = judge(office, [returned], {returned.return_id: agency}, days)
    columns = judged.columns[returned.return_id]
    return {
        "is_compared": True,
        "outcomes": dict(sorted(Counter(result.outcome for result in judged.results).items())),
        "damaged_cells": sum(len(result.damaged) for result in judged.results),
        "columns": {"ignored": list(columns.ignored), "missing": list(columns.missing)},
        "rows": [
            {
                "sheet": result.answer.sheet if result.answer else None,
                "row": result.answer.row if result.answer else None,
                "row_id": result.row_id or None,
                "outcome": result.outcome,
                "cells": [edit.column for edit in result.edits],
                "damaged": list(result.damaged),
            }
            for result in judged.results
        ],
    }


def show_return(console: PlainConsole, facts: Mapping[str, Any], speaker: Speaker) -> None:
    """The facts in words: outcomes with their meaning, then the rows that need somebody's eye."""
    exports = ", ".join(facts["exports"]) or speaker.t("return.no_export")
    console.print(escape(speaker.t("return.exports", exports=exports)))
    if not facts["is_compared"]:
        console.print(speaker.t("return.unknown_here"))
        return
    table = Table(
        *(speaker.t(f"return.head.{name}") for name in ("outcome", "rows", "means")), box=None, pad_edge=False
    )
    for outcome, rows in facts["outcomes"].items():
        table.add_row(speaker.t(f"return.{outcome}"), str(rows), speaker.t(f"return.{outcome}.means"))
    console.print(table)
    for kind in ("ignored", "missing"):
        if names := facts["columns"][kind]:
            console.print(escape(speaker.t(f"return.columns.{kind}", names=", ".join(names))))
    if facts["damaged_cells"]:
        console.print(speaker.t("return.damaged", cells=facts["damaged_cells"]))
    _show_rows(console, facts, speaker)


def _show_rows(console: PlainConsole, facts: Mapping[str, Any], speaker: Speaker) -> None:
    rows = [row for row in facts["rows"] if row["outcome"] not in _AS_MEANT]
    if not rows:
        return
    table = Table(*(speaker.t(f"return.head.{name}") for name in ("sheet", "row", "outcome")), box=None, pad_edge=False)
    for row in rows[:_ROWS_SHOWN]:
        table.add_row(escape(row["sheet"] or ""), str(row["row"] or ""), speaker.t(f"return.{row['outcome']}"))
    console.print(table)
    if len(rows) > _ROWS_SHOWN:
        console.print("…")
