"""`kla release`: what was published, and signing it off."""

from __future__ import annotations

from typing import Annotated

import typer

from kla_pipeline.cli.options import Json, Jurisdiction, group, settings_of

app = group("Releases: what was published, when, from what, and who signed it.")


@app.command("list")
def release_list(jurisdiction: Jurisdiction = None, as_json: Json = False) -> None:
    """All releases in the order they were published, the current one marked."""
    from kla_pipeline.cli.release import list_command

    raise typer.Exit(list_command(settings_of(jurisdiction), as_json))


@app.command("approve")
def release_approve(
    release: Annotated[
        str | None,
        typer.Argument(help="Release; default: the newest that waits, else the current one.", show_default=False),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Only print what would be signed.")] = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Sign a release: its files, its rules and the rows that are still open, accepted as known. Two logins sign.

    Needs the role approver. The second signature writes the sheet, with the number of events and the head of the
    ledger's chain for `kla audit verify --head`; under KLA_STRICT_RELEASES it also makes the release the current one.
    """
    from kla_pipeline.cli.release import approve_command

    raise typer.Exit(approve_command(settings_of(jurisdiction), release, show, as_json))
