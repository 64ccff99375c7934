"""`kla check`: one file judged as the nightly load would, without a jurisdiction and without Dagster."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from kla_pipeline.cli.shown import (
    PlainConsole,
    escape,
    hidden_rows_text,
    kinds_text,
    reason_facts,
    reason_text,
    require_file,
    speaker_of,
)
from kla_pipeline.cli.strangers import second_look
from kla_pipeline.errors import WrongUse
from kla_pipeline.i18n import Lang, Speaker
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
    require_file(file)
    if agency not in catalogue.agencies:
        raise WrongUse(f"There is no agency {agency!r}.", f"Known: {', '.join(sorted(catalogue.agencies))}.")
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    staged = stage_file(file, file.name, agency, catalogue, settings.as_of_date, sha256, home=settings.jurisdiction)
    facts = report(staged, catalogue, file, sha256)
    if staged.is_return:
        from kla_pipeline.cli.check_return import return_facts

        facts["return"] = return_facts(settings, file, agency, sha256)
    if out is not None:
        _write_out(staged, out)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _show(facts, settings.lang)
    return 3 if strict and staged.verdict not in ("accepted", "return") else 0


def report(staged: StagedDelivery, catalogue: Catalogue, file: Path, sha256: str) -> dict[str, Any]:
    """The object that `--json` prints."""
    refusal = staged.refusal
    reason = None
    if refusal is not None:
        reason = reason_facts(refusal)
        if refusal.code == "unknown_layout":
            reason |= second_look(file, staged.agency, catalogue)
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
        "hidden_rows": sorted(table.hidden_rows)[:_ROWS_NAMED],
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


def _show(facts: dict[str, Any], language: Lang = "id") -> None:
    # what an agency wrote in a file's name, sheets and headers is shown as it stands: no markup, no emoji codes
    console, speaker = PlainConsole(), speaker_of(language)
    console.print(f"[bold]{escape(facts['file'])}[/bold]  sha256 {facts['sha256'][:16]}…", soft_wrap=True)
    verdict = speaker.t(f"check.word.{facts['verdict']}")
    console.print(f"{speaker.t('check.verdict')} [bold]{verdict}[/bold]")
    if facts["reason"]:
        console.print(escape(f"  {reason_text(facts['reason'], speaker)}"))
    if "return" in facts:
        from kla_pipeline.cli.check_return import show_return

        show_return(console, facts["return"], speaker)
        return
    for item in facts["tables"]:
        _show_table(console, item, speaker)
    for other in facts["other_tables"]:
        first, last = (column + 1 for column in other["columns"])
        where = f"{_sheet(speaker, other['sheet'])}, " if other["sheet"] else ""
        where_to = {"where": where, "rows": other["rows"], "row": other["header_row"], "first": first, "last": last}
        console.print(escape(speaker.t("check.other_table", **where_to)))
    for sheet in facts["other_sheets"]:
        name = _sheet(speaker, sheet["sheet"]) if sheet["sheet"] else speaker.t("read.text")
        console.print(escape(speaker.t("check.other_sheet", name=name, rows=sheet["rows"])))


def _sheet(speaker: Speaker, name: str) -> str:
    return speaker.t("said.sheet", name=name)


def _show_table(console: Console, item: dict[str, Any], speaker: Speaker) -> None:
    sheet = f"{_sheet(speaker, item['sheet'])}: " if item["sheet"] else ""
    said = speaker.t("check.table", layout=item["layout"], record=item["record"], row=item["header_row"])
    console.print(escape(f"\n{sheet}{said}"))
    if item["is_hidden"]:
        console.print(speaker.t("said.hidden_sheet"))
    if hidden := hidden_rows_text(speaker, item["hidden_rows"]):
        console.print(hidden)
    rows = item["rows"]
    aside = {"aside": sum(rows["set_aside"].values()), "kinds": kinds_text(speaker, "aside", rows["set_aside"])}
    counts = {name: rows[name] for name in ("read", "accepted", "rejected")}
    console.print(speaker.t("check.rows", **counts, **aside))
    if item["above"]:
        console.print(speaker.t("check.above", kinds=kinds_text(speaker, "aside", item["above"])))
    console.print(_period(item["period"], speaker))
    for kind, names in item["drift"].items():
        if names:
            console.print(escape(speaker.t(f"check.drift.{kind}", names=", ".join(names))))
    for column, kinds in item["changes"].items():
        console.print(speaker.t("check.repaired", column=column, kinds=kinds_text(speaker, "change", kinds)))
    if item["rules"]:
        _show_rules(console, item, speaker)
    if item["not_run"]:
        console.print(speaker.t("check.not_run", rules=", ".join(item["not_run"])))


def _period(period: dict[str, Any], speaker: Speaker) -> str:
    months, basis = period["months"], period["basis"]
    if months:
        first, last = (speaker.period(months[n]) for n in (0, -1))
        span = speaker.t("check.span", first=first, last=last, basis=speaker.word("basis", basis))
    else:
        span = speaker.word("check.period", basis)
    nil = f" ({speaker.t('check.nil')})" if period["is_nil"] else ""
    return speaker.t("check.period", span=span) + nil


def _show_rules(console: Console, item: dict[str, Any], speaker: Speaker) -> None:
    """Rules by the number of rows, the first of these rows, and what to do."""
    heads = (speaker.t(f"check.head.{name}") for name in ("rule", "rows", "effect", "first", "mend"))
    table = Table(*heads, box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for rule, number in sorted(item["rules"].items(), key=lambda pair: (-pair[1], pair[0])):
        first = item["rows_of"][rule][:_ROWS_SHOWN]
        rows = ", ".join(map(str, first)) + (" …" if number > len(first) else "")
        effect = speaker.word("check.effect", item["severities"][rule])
        table.add_row(rule, str(number), effect, rows, escape(item["mend"][rule][speaker.lang]))
    console.print(table)
