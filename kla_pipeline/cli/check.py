"""`kla check`: one file judged as the nightly load would, without a jurisdiction and without Dagster."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kla_pipeline.errors import WrongUse
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.quality.rules import describe
from kla_pipeline.quality.staging import StagedDelivery, StagedTable, stage_file
from kla_pipeline.quality.store import write_table
from kla_pipeline.settings import Settings

_ROWS_NAMED = 20
_ROWS_SHOWN = 5


def check_command(settings: Settings, file: Path, agency: str, as_json: bool, out: Path | None, strict: bool) -> int:
    """Exit code 0 when the file was judged, 3 under `strict` when a row or the file was refused."""
    catalogue = load_catalogue(settings.source_folders())
    if not file.is_file():
        raise WrongUse(f"{file} is not a file.", "Give the path of one export.")
    if agency not in catalogue.agencies:
        raise WrongUse(f"There is no agency {agency!r}.", f"Known: {', '.join(sorted(catalogue.agencies))}.")
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    staged = stage_file(file, file.name, agency, catalogue, settings.as_of_date, sha256, home=settings.jurisdiction)
    facts = report(staged, catalogue, file, sha256)
    if out is not None:
        _write_out(staged, out)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _show(facts, settings.lang)
    return 3 if strict and staged.verdict != "accepted" else 0


def report(staged: StagedDelivery, catalogue: Catalogue, file: Path, sha256: str) -> dict[str, Any]:
    """The object that `--json` prints."""
    refusal = staged.refusal
    reason = None
    if refusal is not None:
        reason = {"code": refusal.code, "message": refusal.message, "what_to_do": refusal.hint, **refusal.detail}
    return {
        "file": str(file),
        "sha256": sha256,
        "verdict": staged.verdict,
        "reason": reason,
        "tables": [_table(table, catalogue) for table in staged.tables],
        "other_sheets": [{"sheet": name, "rows": rows} for _, name, rows in staged.other_sheets],
        "other_tables": [
            {"sheet": item.sheet.name, "header_row": item.header_row, "rows": item.rows, "columns": list(item.columns)}
            for item in staged.other_tables
        ],
    }


def _table(table: StagedTable, catalogue: Catalogue) -> dict[str, Any]:
    record = catalogue.contracts()[table.record]
    broken = [outcome for outcome in table.rules if outcome.failed.any()]
    texts = {text.id: text for text in describe(record)}
    changes: dict[str, dict[str, int]] = {}
    for (column, kind), cells in table.changes.items():
        changes.setdefault(column, {})[kind] = cells
    rows = table.outcomes["_row"].to_numpy()
    return {
        "sheet": table.sheet_name,
        "is_hidden": table.hidden,
        "layout": table.layout.id,
        "record": table.record,
        "header_row": table.header_row,
        "rows": {
            "read": table.rows_read,
            "accepted": len(table.accepted),
            "rejected": len(table.rejected),
            "set_aside": table.set_aside_counts(),
        },
        "above": table.above_counts(),
        "rules": {o.rule: int(o.failed.sum()) for o in broken},
        "severities": {o.rule: o.severity for o in broken},
        "rows_of": {o.rule: [int(row) for row in rows[o.failed][:_ROWS_NAMED]] for o in broken},
        "mend": {o.rule: {"id": texts[o.rule].mend_id, "en": texts[o.rule].mend_en} for o in broken},
        "changes": changes,
        "drift": {"unknown": table.unknown, "missing": table.missing, "renamed": table.renamed},
        "period": {
            "months": [f"{month:%Y-%m}" for month in table.period.months()],
            "basis": table.period.basis,
            "is_nil": table.period.is_nil,
        },
        "not_run": [f"{table.record}.{rule.name}" for rule in record.history],
    }


def _write_out(staged: StagedDelivery, out: Path) -> None:
    """One table lies directly in the folder, several each in a folder of their own."""
    for table in staged.tables:
        write_table(table, out if len(staged.tables) == 1 else out / f"{table.number}-{table.record}")


def _show(facts: dict[str, Any], language: str = "id") -> None:
    # what an agency wrote in a file's name, sheets and headers is shown as it stands: no markup, no emoji codes
    console = Console(highlight=False, emoji=False)
    console.print(f"[bold]{escape(facts['file'])}[/bold]  sha256 {facts['sha256'][:16]}…", soft_wrap=True)
    console.print(f"verdict: [bold]{facts['verdict']}[/bold]")
    if facts["reason"]:
        reason = facts["reason"]
        console.print(escape(f"  {reason['code']}: {reason['message']} {reason['what_to_do']}"))
    for item in facts["tables"]:
        _show_table(console, item, language)
    for other in facts["other_tables"]:
        first, last = (column + 1 for column in other["columns"])
        where = f"sheet “{escape(other['sheet'])}”, " if other["sheet"] else ""
        console.print(
            f"not read: {where}a table of {other['rows']} rows, header in row {other['header_row']}, "
            f"columns {first} to {last}: it fits no layout"
        )
    for sheet in facts["other_sheets"]:
        console.print(f"sheet “{escape(sheet['sheet'])}”: no recognised table, {sheet['rows']} rows set aside")


def _show_table(console: Console, item: dict[str, Any], language: str) -> None:
    rows = item["rows"]
    sheet = f"sheet “{escape(item['sheet'])}”{' (hidden)' if item['is_hidden'] else ''}: " if item["sheet"] else ""
    console.print(
        f"\n{sheet}layout [bold]{item['layout']}[/bold] → {item['record']}, header in row {item['header_row']}"
    )
    aside = ", ".join(f"{n} {kind}" for kind, n in rows["set_aside"].items()) or "none"
    console.print(
        f"{rows['read']} rows read = {rows['accepted']} accepted + {rows['rejected']} rejected "
        f"+ {sum(rows['set_aside'].values())} set aside ({aside})"
    )
    months = item["period"]["months"]
    basis = item["period"]["basis"]
    span = f"{months[0]} to {months[-1]} (from {basis})" if months else basis
    console.print(f"period: {span}{', nil report' if item['period']['is_nil'] else ''}")
    for kind, names in item["drift"].items():
        if names:
            console.print(f"{kind} columns: {escape(', '.join(names))}")
    for column, kinds in item["changes"].items():
        console.print(f"repaired in {column}: {', '.join(f'{n} {kind}' for kind, n in kinds.items())}")
    if item["rules"]:
        _show_rules(console, item, language)
    if item["not_run"]:
        console.print(f"not run here (they compare with other deliveries): {', '.join(item['not_run'])}")


def _show_rules(console: Console, item: dict[str, Any], language: str) -> None:
    """Rules by the number of rows, the first of these rows, and what to do."""
    table = Table("rule", "rows", "effect", "first rows", "what to do", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for rule, number in sorted(item["rules"].items(), key=lambda pair: (-pair[1], pair[0])):
        first = item["rows_of"][rule][:_ROWS_SHOWN]
        rows = ", ".join(map(str, first)) + (" …" if number > len(first) else "")
        table.add_row(rule, str(number), item["severities"][rule], rows, escape(item["mend"][rule][language]))
    console.print(table)
