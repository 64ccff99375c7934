"""`kla erase` and `kla hold`: erasing a person, and what forbids it."""

from __future__ import annotations

from typing import Annotated

import typer

from kla_pipeline.cli.options import Json, Jurisdiction, Note, Until, group, settings_of

erase_app = typer.Typer()
app = group("Holds: what may not be erased, because a case runs or a court asked.")

Nik = Annotated[bool, typer.Option("--nik", help="Ask for the NIK at the terminal, without showing it.")]


@erase_app.command()
def erase(
    subject: Annotated[
        str | None, typer.Argument(help="Pseudonym or row id of the person.", show_default=False)
    ] = None,
    nik: Nik = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which files, rows and releases are touched.")
    ] = False,
    approve: Annotated[
        str | None, typer.Option("--approve", help="Approve this erasure as its second person and carry it out.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option("--resume", help="Go on with an approved erasure that was stopped.")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="Reason, as for `kla decide`.")] = "other",
    note: Note = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Erase a person: files are rewritten with the cells blanked, everything else is rebuilt. Cannot be undone.

    One person proposes, another login with the role approver approves. Refused while a hold stands or a legal case
    runs. The NIK is never taken from the command line.
    """
    from kla_pipeline.cli.erase import erase_command

    code = erase_command(
        settings_of(jurisdiction),
        subject,
        asks_nik=nik,
        approve=approve,
        resume=resume,
        looks_only=dry_run,
        why=why,
        asks_note=note,
        as_json=as_json,
    )
    raise typer.Exit(code)


@app.command("set")
def hold_set(
    why: Annotated[
        str, typer.Option("--why", help="court_order, investigation, audit, dispute or other.", show_default=False)
    ],
    subject: Annotated[str | None, typer.Argument(help="Pseudonym, row id or delivery.", show_default=False)] = None,
    nik: Nik = False,
    until: Until = None,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Hold a person, a row or a delivery: nothing of it may be erased until the hold ends."""
    from kla_pipeline.cli.hold import set_command

    raise typer.Exit(
        set_command(settings_of(jurisdiction), subject, nik, why, until.date() if until else None, as_json)
    )


@app.command("lift")
def hold_lift(
    hold: Annotated[str, typer.Argument(help="Hold as `kla hold list` shows it.", show_default=False)],
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """End a hold (role approver)."""
    from kla_pipeline.cli.hold import lift_command

    raise typer.Exit(lift_command(settings_of(jurisdiction), hold, as_json))


@app.command("list")
def hold_list(jurisdiction: Jurisdiction = None, as_json: Json = False) -> None:
    """All holds, ended ones too."""
    from kla_pipeline.cli.hold import list_command

    raise typer.Exit(list_command(settings_of(jurisdiction), as_json))
