"""`kla trace`: a row of a file up to every number that rests on it."""

from __future__ import annotations

import json
from typing import Any

from rich.table import Table

from kla_pipeline.cli.explain import amount, place_text, release_text, sheet_text
from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.i18n import Speaker
from kla_pipeline.nightly.trail import trace_row
from kla_pipeline.settings import Settings


def trace_command(
    settings: Settings, file: str, row: int, sheet: str | None, as_json: bool, show_all: bool = False
) -> int:
    """Prints what became of the row and the numbers it stands behind; no cell of it."""
    facts = trace_row(settings, file, row, sheet)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
        return 0
    console, speaker = PlainConsole(), speaker_of(settings.lang)
    for line in _head(facts, speaker):
        console.print(line, soft_wrap=True)
    for found in facts["rows"]:
        console.print()
        for line in _fate(found, row, speaker):
            console.print(line, soft_wrap=True)
        if found["numbers"]:
            console.print(_numbers(found["numbers"], speaker, show_all))
    if not show_all and any(found["numbers"] for found in facts["rows"]):
        console.print(speaker.t("trace.all"))
    return 0


def _head(facts: dict[str, Any], speaker: Speaker) -> list[str]:
    delivery = facts["delivery"]
    said = speaker.t(
        "trace.delivery",
        label=delivery["delivery_label"],
        agency=speaker.word("agency", delivery["agency"]),
        date=speaker.day(delivery["received_on"]),
        file=delivery["file_name"] or "",
    )
    lines = [f"[bold]{escape(said)}[/bold]", release_text(facts["release"], speaker)]
    if delivery["verdict"] == "refused":
        reason = speaker.word("reason", delivery["reason_code"] or "")
        lines.append(escape(speaker.t("trace.refused", reason=reason)))
    elif not facts["rows"]:
        lines.append(speaker.t("trace.no_row", row=facts["row"]))
    return lines


def _fate(found: dict[str, Any], row: int, speaker: Speaker) -> list[str]:
    sheet = sheet_text(found["sheet"], found["sheet_name"], speaker)
    where = escape(", ".join(filter(None, [sheet, speaker.t("trail.at_row", row=row)])))
    lines = [f"[bold]{where}[/bold]  {found['row_id'] or ''}".rstrip()]
    if found["set_aside"]:
        return [*lines, speaker.t("trace.set_aside", kind=speaker.word("set_aside", found["set_aside"]))]
    record = escape(speaker.word("record", found["record"]))
    lines += _rejected(found["rejected"], record, speaker) if found["rejected"] else []
    lines += _staged(found["staged"], record, speaker) if found["staged"] else []
    if found["replaced_by"]:
        lines.append(speaker.t("trace.replaced_by", place=place_text(found["replaced_by"], speaker)))
    lines += [_decision(decision, speaker) for decision in found["decisions"]]
    if found["person"]:
        lines.append(speaker.t("trace.person", person=found["person"]))
    totals = sum(not number["breakdown"] for number in found["numbers"])
    said = {"cells": speaker.number(len(found["numbers"])), "totals": speaker.number(totals)}
    lines.append(speaker.t("trace.numbers", **said) if found["numbers"] else speaker.t("trace.no_numbers"))
    return lines


def _rejected(rejected: dict[str, Any], record: str, speaker: Speaker) -> list[str]:
    state = rejected.get("state")
    now = speaker.t("trace.rejected.state", state=speaker.word("state", state)) if state else ""
    lines = [speaker.t("trace.rejected", record=record, state=now)]
    for reason in rejected["reasons"]:
        words = {name: str(speaker.pick(reason, name)) for name in ("what", "mend")}
        lines.append("  " + escape(speaker.t("trace.reason", rule=reason["rule_id"], **words)))
    return lines


def _staged(staged: dict[str, Any], record: str, speaker: Speaker) -> list[str]:
    scope = speaker.t(f"trace.scope.{staged['scope']}") if staged["scope"] != "inside" else ""
    state = speaker.word("row_state", staged["state"]) + scope
    lines = [speaker.t("trace.staged", record=record, state=state)]
    if staged["flags"]:
        lines.append(speaker.t("trace.flags", rules=escape(", ".join(staged["flags"]))))
    return lines


def _decision(decision: dict[str, Any], speaker: Speaker) -> str:
    people = [decision["proposed_by"], *filter(None, [decision["approved_by"]])]
    said = {
        "action": speaker.word("action", decision["action"]),
        "status": speaker.word("decide.status", decision["status"]),
        "why": speaker.word("why", decision["why"]),
        "day": speaker.day(decision["proposed_at"].date()),
    }
    return escape(speaker.t("decide.line", decision=decision["decision_id"], person=", ".join(people), **said))


def _numbers(numbers: list[dict[str, Any]], speaker: Speaker, show_all: bool) -> Table:
    """Totals of the jurisdiction, one line per measure and period; with `show_all` every cell."""
    table = Table(box=None, pad_edge=False)
    names = ("measure", "period", *(("area", "breakdown") if show_all else ()), "numerator", "denominator", "value")
    for name in names:
        justify = "right" if name in ("numerator", "denominator", "value") else "left"
        table.add_column(speaker.t(f"trace.head.{name}"), justify=justify)
    table.add_column("")
    for number in numbers:
        if show_all or not (number["breakdown"] or number["area_level"] == "kecamatan"):
            table.add_row(*_line(number, speaker, show_all))
    return table


def _line(number: dict[str, Any], speaker: Speaker, show_all: bool) -> list[str]:
    value = "\N{EN DASH}" if number["value"] is None else f"{speaker.number(number['value'], 1)} {number['unit']}"
    where = [number["area_code"], f"{number['breakdown']}={number['breakdown_value']}" if number["breakdown"] else ""]
    return [
        number["measure_id"],
        number["period"],
        *(map(escape, where) if show_all else ()),
        amount(speaker, number["numerator"]),
        amount(speaker, number["denominator"]),
        value,
        speaker.t("trace.whole_file") if number["is_whole_file"] else "",
    ]
