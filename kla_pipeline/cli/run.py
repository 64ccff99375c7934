"""`kla run`: the nightly job with progress, and a summary that a person understands."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kla_pipeline import progress
from kla_pipeline.errors import WrongUse
from kla_pipeline.i18n import texts
from kla_pipeline.i18n.speaker import Speaker
from kla_pipeline.nightly.release import WAITING, waiting_id
from kla_pipeline.nightly.summary import read_summary
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.settings import Settings
from kla_pipeline.warehouse import publish

EMPTY = "\N{EN DASH}"
_OUTCOMES = {
    "published": "run.released",
    "unchanged": "run.unchanged",
    "checked": "run.checked",
    WAITING: "run.waiting",
}
_STEPS = {"receive": "archive", "stage": "stage", "build": "build", "release": "publish"}


def run_command(settings: Settings, strict: bool, as_json: bool) -> int:
    """Exit code 0 when the job ended, 3 under `strict` when a row or a file was rejected."""
    area = load_catalogue(settings.source_folders()).areas.by_code.get(settings.jurisdiction)
    if area is None:
        raise WrongUse(
            f"{settings.jurisdiction} is no code of the region reference.", "Use a Kemendagri code such as 36.73."
        )
    if settings.jurisdiction not in settings.jurisdiction_codes():
        codes = [*settings.jurisdiction_codes(), settings.jurisdiction]
        settings = settings.model_copy(update={"jurisdictions": ",".join(codes)})
    _refuse_nothing(settings)
    speaker = Speaker(texts.load(), settings.lang)
    console = Console(highlight=False, stderr=as_json)
    begun = time.monotonic()
    console.print(
        speaker.t(
            "run.start",
            city=area.name,
            jurisdiction=settings.jurisdiction,
            date=speaker.day(settings.as_of_date),
        )
    )
    with _progress(console, speaker):
        from kla_pipeline.orchestration.run import run_job

        job = run_job(settings, settings.jurisdiction)
    paths = settings.paths()
    waiting = waiting_id(settings, settings.jurisdiction) if settings.strict_releases else None
    release = paths.releases / waiting if waiting else publish.current_release(paths)
    shown = release if release and waiting else paths.current
    summary = read_summary(release) if release else {}
    facts = {
        "release_id": release.name if release else None,
        "outcome": WAITING if waiting else job.facts.get("release", {"outcome": "unchanged"})["outcome"],
        "run_id": job.run_id,
        "seconds": round(time.monotonic() - begun, 1),
        "received": job.facts["archive/deliveries"],
        "page": str(shown / "internal" / "index.html"),
        "public_page": str(shown / "public" / "site" / "index.html"),
        "summary": summary,
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _show(console, speaker, facts)
    has_rejects = any(row["rejected"] or row["refused"] for row in summary.get("agencies", []))
    if strict and has_rejects:
        console.print(speaker.t("run.strict"))
        return 3
    return 0


def _refuse_nothing(settings: Settings) -> None:
    """A night over an empty folder would publish an empty release: more likely a wrong setting than a quiet city."""
    paths = settings.paths()
    has_files = paths.raw.is_dir() and any(path.is_file() for path in paths.raw.rglob("*"))
    if not has_files and not paths.archive.is_dir():
        raise WrongUse(
            f"There is no export in {paths.raw} and none was ever loaded.",
            "Drop files into its agency folders (dp3a, dinsos, polres, bpbd), or correct KLA_DATA_DIR or -j.",
        )


@contextmanager
def _progress(console: Console, speaker: Speaker) -> Iterator[None]:
    """A bar per step on a terminal, nothing elsewhere: a log file wants the summary only."""
    if not console.is_terminal:
        yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def listener(step: str, done: int, total: int) -> None:
            name = speaker.t(f"run.step.{_STEPS.get(step, step)}")
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done, total=total)

        with progress.listening(listener):
            yield


def _show(console: Console, speaker: Speaker, facts: dict[str, Any]) -> None:
    summary = facts["summary"]
    if summary.get("is_synthetic"):
        console.print(f"[bold]{speaker.t('run.synthetic')}[/bold]")
    _show_files(console, speaker, facts)
    _show_indicators(console, speaker, summary)
    _show_overdue(console, speaker, summary)
    outcome = _OUTCOMES[facts["outcome"]]
    console.print()
    console.print(f"[bold]{speaker.t(outcome, release=facts['release_id'])}[/bold]")
    console.print(speaker.t("run.next.page", path=facts["page"]), soft_wrap=True)
    console.print(speaker.t("run.public.page", path=facts["public_page"]), soft_wrap=True)
    console.print(speaker.t("run.duration", seconds=speaker.number(facts["seconds"], 1)))


def _show_files(console: Console, speaker: Speaker, facts: dict[str, Any]) -> None:
    agencies = facts["summary"].get("agencies", [])
    received = facts["received"]
    total = {
        name: sum(row[name] for row in agencies)
        for name in ("files", "refused", "rows_read", "accepted", "rejected", "set_aside")
    }
    console.print(
        speaker.t(
            "run.deliveries",
            files=speaker.number(total["files"]),
            new=speaker.number(received["new"]),
            known=speaker.number(total["files"] - received["new"]),
            refused=speaker.number(total["refused"] + received["refused"]),
        )
    )
    heads = [
        speaker.t(f"run.head.{name}")
        for name in ("agency", "files", "refused", "read", "accepted", "rejected", "aside")
    ]
    table = Table(box=None, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="left" if number == 0 else "right")
    for row in agencies:
        numbers = (row[name] for name in ("files", "refused", "rows_read", "accepted", "rejected", "set_aside"))
        table.add_row(speaker.word("agency", row["agency"]), *(speaker.number(value) for value in numbers))
    console.print(table)
    console.print(
        speaker.t(
            "run.rows",
            read=speaker.number(total["rows_read"]),
            accepted=speaker.number(total["accepted"]),
            rejected=speaker.number(total["rejected"]),
            aside=speaker.number(total["set_aside"]),
        )
    )
    _show_rows_beside(console, speaker, agencies)
    for row in facts["summary"].get("refused", []):
        console.print(
            speaker.t(
                "run.refused.line",
                delivery=row["delivery_label"],
                agency=row["agency"],
                reason=speaker.word("reason", row["reason_code"]),
                action=row[f"reason_{speaker.lang}"],
            )
        )
    held = facts["summary"].get("held", [])
    if held:
        console.print(speaker.t("run.held", deliveries=speaker.number(len(held))))
    compared = [row for row in facts["summary"].get("comparisons", []) if "compared" in row]
    if compared:
        sums = {name: sum(row[name] for row in compared) for name in ("compared", "differing", "one_sided")}
        console.print(speaker.t("run.compared", **{name: speaker.number(value) for name, value in sums.items()}))


def _show_rows_beside(console: Console, speaker: Speaker, agencies: list[dict[str, Any]]) -> None:
    """Rows that reading accepted and that count for nothing here; a summary of an older version tells none of them."""
    built = sum(row.get("rejected_at_build", 0) for row in agencies)
    if built:
        read = sum(row["rejected"] for row in agencies)
        numbers = {"all": read + built, "read": read, "built": built}
        console.print(
            speaker.t("run.rejected_at_build", **{name: speaker.number(value) for name, value in numbers.items()})
        )
    for row in agencies:
        if row.get("current_outside") or row.get("current_unknown"):
            console.print(
                speaker.t(
                    "run.elsewhere",
                    agency=speaker.word("agency", row["agency"]),
                    outside=speaker.number(row["current_outside"]),
                    rows=speaker.number(row["current_rows"]),
                    unknown=speaker.number(row["current_unknown"]),
                )
            )


def _show_indicators(console: Console, speaker: Speaker, summary: dict[str, Any]) -> None:
    """Each indicator's name on a line, its variants below it in columns that stand under each other."""
    by_indicator: dict[str, list[dict[str, Any]]] = {}
    for row in summary.get("indicators", []):
        by_indicator.setdefault(row["measure_id"].split(".")[0], []).append(row)
    for indicator, rows in by_indicator.items():
        console.print()
        console.print(f"[bold]{indicator}[/bold] {speaker.word('indicator', indicator)}")
        table = Table(box=None, pad_edge=False, show_header=False)
        for width, side in ((32, "left"), (4, "left"), (7, "right"), (7, "right"), (None, "left")):
            table.add_column(width=width, justify=side)  # type: ignore[arg-type]
        for row in rows:
            name = f".{row['measure_id'].split('.')[-1]} {speaker.word('variant', row['measure_id'])}"
            table.add_row(name, row["period"], _value(speaker, row), _fraction(speaker, row), _status(speaker, row))
        console.print(Padding(table, (0, 0, 0, 2)))


def _status(speaker: Speaker, row: dict[str, Any]) -> str:
    note = f" · {speaker.t('run.partial')}" if row["coverage_note"] == "partial" else ""
    return speaker.word("status", row["status"]) + note


def _value(speaker: Speaker, row: dict[str, Any]) -> str:
    if row["value"] is None:
        return EMPTY
    if row["kind"] == "existence":
        return speaker.t("run.yes" if row["value"] else "run.no")
    return speaker.number(row["value"], 1) + (" %" if row["unit"].startswith("%") or row["unit"] == "percent" else "")


def _fraction(speaker: Speaker, row: dict[str, Any]) -> str:
    if row["numerator"] is None or row["denominator"] is None:
        return EMPTY
    decimals = 0 if float(row["numerator"]).is_integer() and float(row["denominator"]).is_integer() else 1
    return f"{speaker.number(row['numerator'], decimals)}/{speaker.number(row['denominator'], decimals)}"


def _show_overdue(console: Console, speaker: Speaker, summary: dict[str, Any]) -> None:
    rows = summary.get("overdue", [])
    if not rows:
        return
    console.print()
    feeds = ", ".join(
        f"{row['agency']}/{row['record']} {speaker.number(row['deliveries'])} ({speaker.t('run.since')} "
        f"{_since(speaker, row)})"
        for row in rows
    )
    total = sum(row["deliveries"] for row in rows)
    yearly = sum(row["deliveries"] for row in rows if row.get("cadence") == "yearly")
    numbers = {"deliveries": total, "monthly": total - yearly, "yearly": yearly}
    written = {name: speaker.number(value) for name, value in numbers.items()}
    console.print(speaker.t("run.overdue", **written, agencies=feeds))


def _since(speaker: Speaker, row: dict[str, Any]) -> str:
    """The first period missing: a year of a yearly feed, otherwise a month."""
    if row.get("cadence") == "yearly":
        return row["first_month"][:4]
    return speaker.month(date.fromisoformat(row["first_month"] + "-01"))
