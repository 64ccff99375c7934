"""`kla rejects list` and `kla rejects show`: rows in quarantine, their state and their reasons.

Cells are masked unless somebody who answers for them asks with `--cells`. Not here: workbooks (rejects_export.py) and
decisions (decide.py).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.decisions import force
from kla_pipeline.decisions.facts import facts_of, local_day
from kla_pipeline.decisions.records import STATES
from kla_pipeline.decisions.roles import OPERATOR, ROLES, require
from kla_pipeline.errors import WrongUse
from kla_pipeline.i18n import Speaker
from kla_pipeline.ledger import Ledger, open_ledger
from kla_pipeline.settings import Settings
from kla_pipeline.warehouse.quarantine import QuarantinedRow, open_quarantine

LOOKERS = (*ROLES, OPERATOR)
SEE_CELLS = ("agency", "approver", OPERATOR)
_SHOWN = 50
_WIDTH = 120


def list_command(settings: Settings, wanted: Mapping[str, str | None], as_json: bool) -> int:
    """Rows in quarantine. `wanted` may hold agency, record, rule, state. Raises NotAllowed, WrongUse."""
    filters = {name: value or "" for name, value in wanted.items()}
    if filters.get("state") and filters["state"] not in STATES:
        raise WrongUse(f"There is no state {filters['state']!r}.", f"States are {', '.join(STATES)}.")
    paths = settings.paths()
    with open_ledger(settings) as ledger:
        require(settings, ledger, paths.jurisdiction, "rejects list", *LOOKERS, agency=filters.get("agency") or None)
    with open_quarantine(paths) as quarantine:
        rows = quarantine.rows(**filters)
    counts = Counter(row.state for row in rows)
    if as_json:
        facts = {
            "jurisdiction": paths.jurisdiction,
            "counts": {state: counts[state] for state in STATES},
            "rows": [row_facts(row) for row in rows],
        }
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _show_rows(rows, counts, speaker_of(settings.lang))
    return 0


def show_command(settings: Settings, row_id: str, with_cells: bool, as_json: bool) -> int:
    """One row with reasons, cells and decisions. Raises NotAllowed, WrongUse (no such row)."""
    paths = settings.paths()
    with open_quarantine(paths) as quarantine:
        row = quarantine.row(row_id)
        if row is None:
            raise WrongUse(f"No row {row_id} is in quarantine.", "`kla rejects list` shows the row ids.")
        reasons, masked = quarantine.reasons(row_id), quarantine.masked_cells(row_id)
    with open_ledger(settings) as ledger:
        allowed = SEE_CELLS if with_cells else LOOKERS
        command = "rejects show --cells" if with_cells else "rejects show"
        require(settings, ledger, paths.jurisdiction, command, *allowed, agency=row.agency)
        decisions = force.load(ledger, paths.jurisdiction, settings.as_of_date)
        cells = _raw_cells(settings, ledger, row_id) if with_cells else dict(masked)
    facts = row_facts(row) | {
        "reasons": reasons,
        "is_masked": not with_cells,
        "cells": cells,
        "decisions": [facts_of(d) for d in decisions if d.subject == row_id],
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _show_row(row, facts, speaker_of(settings.lang))
    return 0


def row_facts(row: QuarantinedRow) -> dict[str, Any]:
    """A row as `--json` prints it: no cell."""
    return {
        "row_id": row.row_id,
        "delivery_id": row.delivery_id,
        "delivery": row.delivery_label,
        "agency": row.agency,
        "record": row.record,
        "sheet": row.sheet,
        "row": row.row_no,
        "stage": row.stage,
        "state": row.state,
        "state_since": row.state_since.isoformat() if row.state_since else None,
        "state_basis": row.state_basis,
        "rules": list(row.rules),
    }


def _raw_cells(settings: Settings, ledger: Ledger, row_id: str) -> dict[str, str]:
    from kla_pipeline.cli.deciding import find_row

    return find_row(settings, ledger, row_id).cells


def _console() -> PlainConsole:
    console = PlainConsole()
    console.width = max(console.width, _WIDTH)
    return console


def _show_rows(rows: Sequence[QuarantinedRow], counts: Mapping[str, int], speaker: Speaker) -> None:
    console = _console()
    said = " · ".join(f"{speaker.t(f'state.{state}')} {counts[state]}" for state in STATES if counts.get(state))
    console.print(escape(said or speaker.t("rejects.none")), soft_wrap=True)
    if not rows:
        return
    heads = ("row_id", "agency", "record", "state", "rules")
    table = Table(*(speaker.t(f"rejects.head.{name}") for name in heads), box=None, pad_edge=False)
    table.columns[-1].overflow = "fold"
    for row in rows[:_SHOWN]:
        state = speaker.t(f"state.{row.state}")
        table.add_row(*map(escape, (row.row_id, row.agency, row.record, state, ", ".join(row.rules))))
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(escape(speaker.t("rejects.more", count=len(rows) - _SHOWN)), soft_wrap=True)


def _show_row(row: QuarantinedRow, facts: Mapping[str, Any], speaker: Speaker) -> None:
    console = _console()
    place = speaker.t("rejects.place", delivery=row.delivery_label, sheet=row.sheet, row=row.row_no)
    console.print(f"[bold]{escape(row.row_id)}[/bold]  {escape(f'{row.agency} · {row.record} · {place}')}")
    since = speaker.t("rejects.since", day=speaker.day(row.state_since)) if row.state_since else ""
    console.print(escape(f"{speaker.t(f'state.{row.state}')} {since}".strip()), soft_wrap=True)
    for reason in facts["reasons"]:
        said = f"  {reason['rule_id']}: {speaker.pick(reason, 'what')} {speaker.pick(reason, 'mend')}"
        console.print(escape(said), soft_wrap=True)
    console.print(escape(speaker.t("rejects.masked" if facts["is_masked"] else "rejects.cells")), soft_wrap=True)
    for name, text in facts["cells"].items():
        console.print(escape(f"  {name}: {text}"), soft_wrap=True)
    for decision in facts["decisions"]:
        console.print(escape(decision_line(decision, speaker)), soft_wrap=True)


def decision_line(decision: Mapping[str, Any], speaker: Speaker) -> str:
    """One decision in a sentence without its texts."""
    return speaker.t(
        "decide.line",
        decision=decision["decision_id"],
        action=speaker.t(f"action.{decision['action']}"),
        status=speaker.t(f"decide.status.{decision['status']}"),
        person=decision["proposed_by"],
        day=local_day(decision["proposed_at"]).isoformat(),
        why=speaker.t(f"why.{decision['why']}"),
    )
