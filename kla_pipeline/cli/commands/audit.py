"""`kla audit`, `kla explain`, `kla trace`: whether the record holds, and where a number comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from kla_pipeline.cli.options import Json, Jurisdiction, group, piped, settings_of
from kla_pipeline.settings import load_settings

app = group("The ledger: whether it is what was written.")
trail = typer.Typer()


@app.command("verify")
def audit_verify(
    head: Annotated[
        str | None, typer.Option("--head", help="COUNT:HASH from a sign-off sheet; shows that no end was cut off.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Follow the ledger's chain from its first event, and compare what stands beside it. Names the first bad event.

    Exit code 1 when something was changed.
    """
    from kla_pipeline.cli.audit import verify_command

    raise typer.Exit(piped(lambda: verify_command(load_settings(), head, as_json)))


@trail.command()
def explain(
    measure: Annotated[str, typer.Argument(help="Measure, such as K5-28.a.", show_default=False)],
    period: Annotated[str, typer.Option("--period", "-p", help="2025, 2025-Q1 or 2025-03.", show_default=False)],
    area: Annotated[
        str | None, typer.Option("--area", help="Code or name, outside or unknown; default: the jurisdiction.")
    ] = None,
    breakdown: Annotated[
        str | None, typer.Option("--breakdown", "-b", help="NAME=VALUE, such as sex=P; default: the whole.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="Units shown as text; --json gives all.", min=1)] = 40,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Take a number apart: the units it counts, what each adds, and the file, sheet and row each rests on.

    File names are restricted and shown here only.
    """
    from kla_pipeline.cli.explain import explain_command

    settings = settings_of(jurisdiction)
    raise typer.Exit(piped(lambda: explain_command(settings, measure, area, period, breakdown, as_json, limit)))


@trail.command()
def trace(
    file: Annotated[
        str,
        typer.Argument(
            help="Path, label such as dp3a-1a2b3c4d, delivery id, or the name it was dropped under.", show_default=False
        ),
    ],
    row: Annotated[int, typer.Option("--row", "-r", help="Row number as a spreadsheet shows it.", min=1)],
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet by name or number; default: all.")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every number, also of the breakdowns.")] = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Follow a row of a file up: what became of it, and every number that rests on it. Shows no cell."""
    from kla_pipeline.cli.trace import trace_command

    settings = settings_of(jurisdiction)
    raise typer.Exit(piped(lambda: trace_command(settings, file, row, sheet, as_json, show_all)))
