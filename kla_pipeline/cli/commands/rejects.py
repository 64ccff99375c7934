"""`kla rejects`: rows in quarantine, and the workbook that brings them back to their agency."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kla_pipeline.cli.options import Agency, Json, Jurisdiction, Record, RowId, group, piped, settings_of

app = group("Rejected rows: what waits in quarantine, why, and the workbook for their agency.")


@app.command("list")
def rejects_list(
    agency: Agency = None,
    record: Record = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Only rows that break this rule.")] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="open, sent, corrected, released, confirmed_bad or expired.")
    ] = None,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Rows in quarantine with their state and the rules they break, as of the last `kla run`. Shows no cell."""
    from kla_pipeline.cli.rejects import list_command

    wanted = {"agency": agency, "record": record, "rule": rule, "state": state}
    raise typer.Exit(piped(lambda: list_command(settings_of(jurisdiction), wanted, as_json)))


@app.command("show")
def rejects_show(
    row: RowId,
    cells: Annotated[
        bool, typer.Option("--cells", help="Show the cells as they are (roles agency, approver).")
    ] = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """One row: state, reasons with how to mend them, cells (masked), decisions."""
    from kla_pipeline.cli.rejects import show_command

    raise typer.Exit(piped(lambda: show_command(settings_of(jurisdiction), row, cells, as_json)))


@app.command("export")
def rejects_export(
    agency: Annotated[
        str, typer.Option("--agency", "-a", help="Whose rows: dp3a, dinsos, polres, bpbd …", show_default=False)
    ],
    rule: Annotated[str | None, typer.Option("--rule", help="Only rows that break this rule.")] = None,
    record: Record = None,
    out: Annotated[
        Path | None, typer.Option(help="Write to this file; default: data/exports/JURISDICTION/AGENCY/.")
    ] = None,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Write the rejected rows of an agency as a workbook for Excel, and enter them as sent.

    The agency mends cells, says what is wrong or right as it stands, and drops the workbook back into its folder; the
    next `kla run` applies it row by row. Restricted: it holds the agency's rows. Needs the role agency or approver, or
    the user who runs the night.
    """
    from kla_pipeline.cli.rejects_export import export_command

    raise typer.Exit(export_command(settings_of(jurisdiction), agency, rule, record, out, as_json))
