"""`kla read`: what the reader sees in a file, without a layout: sheets, tables, and every row set aside with its kind.

Nothing is judged here and nothing is stored; the cells shown are the file's own, so the output is as restricted as it.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from kla_pipeline.cli.shown import (
    PlainConsole,
    hidden_rows_text,
    kinds_text,
    reason_facts,
    reason_text,
    require_file,
    speaker_of,
)
from kla_pipeline.errors import DeliveryRefused, WrongUse
from kla_pipeline.i18n import Lang, Speaker
from kla_pipeline.intake.finding.finder import FoundTable, find
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.readers import read_sheets

_SHOWN_ROWS = 5
_SHOWN_ASIDE = 30
_LONG_CELL = 40
_SLOW_BYTES = 2_000_000


def read_command(
    file: Path, as_csv: bool, as_json: bool, sheet: str | None, table: int | None, lang: Lang = "en"
) -> int:
    """Exit code 0, also when the file is refused: the reason is shown. Raises WrongUse for CSV of no table."""
    require_file(file)
    if as_csv and as_json:
        raise WrongUse("--csv and --json at once mean nothing.", "Give one of them.")
    if file.stat().st_size > _SLOW_BYTES:
        print("kla: reading …", file=sys.stderr)
    try:
        sheets = read_sheets(file)
    except DeliveryRefused as exc:
        _show_refusal(file, exc, as_json, speaker_of(lang), as_csv)
        return 2 if as_csv else 0
    chosen = _chosen(sheets, sheet)
    found = [(item, find(item)) for item in chosen]
    if table is not None:
        found = [_one_table(found, table)]
    if as_csv:
        _write_csv(found)
    elif as_json:
        facts = {"file": str(file), "sheets": [sheet_facts(item, tables) for item, tables in found]}
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _show(file, found, speaker_of(lang))
    return 0


def sheet_facts(sheet: Sheet, tables: list[FoundTable]) -> dict[str, Any]:
    """The object of one sheet that `--json` prints."""
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "hidden_rows": len(sheet.hidden_rows),
        "hidden_row_numbers": sorted(sheet.hidden_rows)[:_SHOWN_ASIDE],
        "rows": sheet.grid.height,
        "how": dict(sheet.how),
        "tables": [table_facts(table) for table in tables],
    }


def table_facts(table: FoundTable) -> dict[str, Any]:
    """The object of one table: header texts, row numbers from 1, columns from 0, rows set aside by kind."""
    data, kinds = table.kinds.data, table.kinds
    aside = [{"row": int(row), "kind": kinds.of(int(row))} for row in kinds.aside]
    return {
        "header": table.names,
        "header_rows": list(table.header.rows),
        "columns": list(table.columns),
        "first_row": int(data[0]) if len(data) else None,
        "last_row": int(data[-1]) if len(data) else None,
        "rows": len(data),
        "set_aside": dict(sorted(Counter(item["kind"] for item in aside).items())),
        "set_aside_rows": aside,
    }


def _chosen(sheets: list[Sheet], name: str | None) -> list[Sheet]:
    """The sheet of this name, or of this number when no sheet is named so; all without one."""
    if name is None:
        return sheets
    found = [sheet for sheet in sheets if sheet.name == name] or [s for s in sheets if str(s.number) == name]
    if not found:
        alike = [sheet for sheet in sheets if sheet.name.casefold().strip() == name.casefold().strip()]
        found = alike if len(alike) == 1 else []
    if not found:
        names = ", ".join(f"“{sheet.name}”" for sheet in sheets if sheet.name)
        raise WrongUse(f"There is no sheet {name!r}.", f"Sheets: {names}." if names else "The file has one sheet.")
    return found


def _one_table(found: list[tuple[Sheet, list[FoundTable]]], number: int) -> tuple[Sheet, list[FoundTable]]:
    """The table of this number, counted from 1 over the sheets that were chosen."""
    all_tables = [(sheet, table) for sheet, tables in found for table in tables]
    if not 1 <= number <= len(all_tables):
        raise WrongUse(f"There is no table {number}.", f"There are {len(all_tables)}.")
    sheet, table = all_tables[number - 1]
    return sheet, [table]


def _write_csv(found: list[tuple[Sheet, list[FoundTable]]]) -> None:
    """The first table of those chosen, header first, as CSV with every cell quoted that needs it."""
    table = next((table for _, tables in found for table in tables), None)
    if table is None:
        raise WrongUse("There is no table to write as CSV.", "`kla read FILE` shows which sheets hold one.")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    if table.header.rows:
        writer.writerow(table.names)
    for number, row in enumerate(table.data_cells()):
        writer.writerow(row)
        if number % 10_000 == 0:
            sys.stdout.write(stream.getvalue())
            stream.seek(0)
            stream.truncate()
    sys.stdout.write(stream.getvalue())


def _show_refusal(file: Path, exc: DeliveryRefused, as_json: bool, speaker: Speaker, as_csv: bool) -> None:
    reason = reason_facts(exc)
    if as_json:
        print(json.dumps({"file": str(file), "reason": reason}, ensure_ascii=False, indent=2))
        return
    print(f"{file}: {reason_text(reason, speaker)}", file=sys.stderr if as_csv else sys.stdout)


def _show(file: Path, found: list[tuple[Sheet, list[FoundTable]]], speaker: Speaker) -> None:
    from kla_pipeline.cli.shown import escape

    # what an agency wrote is shown as it stands: no markup, no emoji codes
    console = PlainConsole()
    console.print(f"[bold]{escape(str(file))}[/bold]", soft_wrap=True)
    number = 0
    for sheet, tables in found:
        how = ", ".join(f"{name} {value}" for name, value in sheet.how.items())
        name = speaker.t("said.sheet", name=sheet.name) if sheet.name else speaker.t("read.text")
        hidden = f" ({speaker.t('said.hidden')})" if sheet.hidden else ""
        said = speaker.t("read.sheet", name=f"{name}{hidden}", rows=sheet.grid.height)
        console.print(escape(f"\n{said}{f'  ({how})' if how else ''}"))
        if rows := hidden_rows_text(speaker, sheet.hidden_rows):
            console.print(rows)
        if not tables:
            console.print(f"  {speaker.t('said.no_table')}")
        for table in tables:
            number += 1
            _show_table(console, number, table, speaker)


def _show_table(console: Any, number: int, table: FoundTable, speaker: Speaker) -> None:
    from kla_pipeline.cli.shown import escape

    facts = table_facts(table)
    rows = ", ".join(map(str, facts["header_rows"]))
    header = speaker.t("read.header", rows=rows) if rows else speaker.t("read.no_header")
    said = {"number": number, "header": header, "rows": facts["rows"], "span": _span(facts, speaker)}
    console.print(speaker.t("read.table", **said))
    _show_cells(console, table, facts["header"], speaker)
    aside = facts["set_aside_rows"]
    if aside:
        console.print(speaker.t("said.set_aside", kinds=kinds_text(speaker, "aside", facts["set_aside"])))
    for item in [item for item in aside if item["kind"] != "blank"][:_SHOWN_ASIDE]:
        text = _short(" | ".join(cell.strip() for cell in table.cells(item["row"]) if cell.strip()), 100)
        kind = speaker.word("aside", item["kind"])
        console.print(escape(speaker.t("read.line", row=item["row"], kind=kind, text=text)))


def _span(facts: dict[str, Any], speaker: Speaker) -> str:
    first, last = facts["first_row"], facts["last_row"]
    if first is None:
        return speaker.t("said.no_rows")
    return speaker.t("said.row_of", first=first) if first == last else speaker.t("said.rows_of", first=first, last=last)


def _show_cells(console: Any, table: FoundTable, header: list[str], speaker: Speaker) -> None:
    """The first rows, and of a wide table the first columns that fit the screen."""
    from rich.table import Table

    from kla_pipeline.cli.shown import escape

    names = header or [f"#{n}" for n in range(1, table.columns[1] - table.columns[0] + 2)]
    lines = [names, *(table.cells(int(row)) for row in table.kinds.data[:_SHOWN_ROWS])]
    short = [[_short(cell) for cell in line] for line in lines]
    number = _fitting(short, console.width)
    shown = Table(speaker.t("said.row"), *(escape(name) for name in short[0][:number]), box=None, pad_edge=False)
    for row, cells in zip(table.kinds.data, short[1:], strict=False):
        shown.add_row(str(row), *(escape(cell) for cell in cells[:number]))
    console.print(shown)
    if number < len(names):
        console.print("  " + speaker.t("said.more_columns", count=len(names) - number))


def _fitting(lines: list[list[str]], width: int) -> int:
    """How many columns stand side by side without being squeezed; at least one."""
    left = width - 8
    for number, column in enumerate(zip(*lines, strict=False)):
        left -= max(map(len, column)) + 1
        if left < 0:
            return max(number, 1)
    return len(lines[0])


def _short(text: str, length: int = _LONG_CELL) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= length else one_line[: length - 1] + "…"
