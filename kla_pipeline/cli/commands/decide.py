"""`kla decide`: decisions about rejected rows and held deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kla_pipeline.cli.options import Agency, Json, Jurisdiction, Note, RowId, Until, Why, group, piped, settings_of

if TYPE_CHECKING:
    from kla_pipeline.cli.decide import Grounds

app = group("Decisions about rejected rows and held deliveries, and their second person.")

DecisionId = Annotated[str, typer.Argument(help="Decision as `kla decide list` shows it.", show_default=False)]


def _grounds(why: str, until: datetime | None = None, note: bool = False) -> Grounds:
    from kla_pipeline.cli.decide import Grounds

    return Grounds(why, until.date() if until else None, note)


@app.command("correct")
def decide_correct(
    row: RowId,
    why: Why,
    sets: Annotated[
        list[str],
        typer.Option(
            "--set", help="COLUMN=VALUE under the agency's header; COLUMN alone asks for the value.", show_default=False
        ),
    ],
    until: Until = None,
    note: Note = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Correct cells of a row. The next `kla run` judges the row with them; one that still breaks a rule stays rejected.

    Needs the role agency (of the row's agency) or approver. A value of a column that may name a person is only taken
    from the terminal. Example: kla decide correct 3f9a1c20b7d4e865/1/27 --set "Umur=17" --set NIK --why typing_error
    """
    from kla_pipeline.cli.decide import correct_command

    raise typer.Exit(correct_command(settings_of(jurisdiction), row, sets, _grounds(why, until, note), as_json))


@app.command("release")
def decide_release(
    row: RowId,
    why: Why,
    rules: Annotated[
        list[str], typer.Option("--rule", help="Rule that does not count for this row.", show_default=False)
    ],
    until: Until = None,
    note: Note = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Propose that rules do not count for a row because it is right as it stands; a second person approves.

    Never for what is required, unreadable, an unknown code or twice in one file.
    """
    from kla_pipeline.cli.decide import release_command

    raise typer.Exit(release_command(settings_of(jurisdiction), row, rules, _grounds(why, until, note), as_json))


@app.command("withdraw")
def decide_withdraw(
    row: RowId,
    why: Why,
    until: Until = None,
    note: Note = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Say that a row is wrong and does not count. For a row that counts at present a second person approves."""
    from kla_pipeline.cli.decide import withdraw_command

    raise typer.Exit(withdraw_command(settings_of(jurisdiction), row, _grounds(why, until, note), as_json))


@app.command("reinstate")
def decide_reinstate(
    delivery: Annotated[str, typer.Argument(help="Delivery id, or its first 16 digits.", show_default=False)],
    why: Why,
    until: Until = None,
    note: Note = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Propose that a held delivery counts; a second person approves.

    Held are a snapshot that would withdraw over a fifth of a register, and old bytes sent again after something newer.
    """
    from kla_pipeline.cli.decide import reinstate_command

    raise typer.Exit(reinstate_command(settings_of(jurisdiction), delivery, _grounds(why, until, note), as_json))


@app.command("reopen")
def decide_reopen(
    subject: Annotated[str, typer.Argument(help="Row id, or delivery id of a reinstated one.", show_default=False)],
    why: Why,
    note: Note = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """End what was decided or proposed about a row or delivery; the next `kla run` judges it without."""
    from kla_pipeline.cli.decide import reopen_command

    raise typer.Exit(reopen_command(settings_of(jurisdiction), subject, _grounds(why, note=note), as_json))


@app.command("approve")
def approve(decision: DecisionId, jurisdiction: Jurisdiction = None, as_json: Json = False) -> None:
    """Put a proposal in force as its second person: role approver, another login than the proposer's."""
    from kla_pipeline.cli.decide import approve_command

    raise typer.Exit(approve_command(settings_of(jurisdiction), decision, as_json))


@app.command("refuse")
def decide_refuse(decision: DecisionId, why: Why, jurisdiction: Jurisdiction = None, as_json: Json = False) -> None:
    """Turn a proposal down (role approver)."""
    from kla_pipeline.cli.decide import refuse_command

    raise typer.Exit(refuse_command(settings_of(jurisdiction), decision, why, as_json))


@app.command("list")
def decide_list(
    agency: Agency = None,
    subject: Annotated[str | None, typer.Option("--row", help="Only decisions about this row or delivery.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only proposals that wait for a second person.")] = False,
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Decisions in their order: who, when, why, until when, and what became of them. Texts of cells are not shown."""
    from kla_pipeline.cli.decide import list_command

    raise typer.Exit(piped(lambda: list_command(settings_of(jurisdiction), agency, subject, waiting, as_json)))
