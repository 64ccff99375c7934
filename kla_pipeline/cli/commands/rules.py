"""`kla rules`: what every rule says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kla_pipeline.cli.options import Agency, Json, Record, group, piped
from kla_pipeline.settings import load_settings

app = group("Rules: what is judged, why, and how to mend it.")


@app.command("list")
def rules_list(agency: Agency = None, record: Record = None, as_json: Json = False) -> None:
    """All rules with severity and scope, of everything or of one agency or record type."""
    from kla_pipeline.cli.rules import list_command

    raise typer.Exit(piped(lambda: list_command(load_settings(), agency, record, as_json)))


@app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(help="Rule id, such as juvenile_case.future_date.", show_default=False)],
    as_json: Json = False,
) -> None:
    """One rule whole: what, why, a good and a bad example, how to mend, who is responsible, source, version."""
    from kla_pipeline.cli.rules import show_command

    raise typer.Exit(piped(lambda: show_command(load_settings(), rule, as_json)))


@app.command("pages")
def rules_pages(
    out: Annotated[Path, typer.Option(help="Folder to write the pages into.")] = Path("docs/rules"),
    as_json: Json = False,
) -> None:
    """Write the pages about rules (Markdown, one per agency) from the declarations."""
    from kla_pipeline.cli.rules import pages_command

    raise typer.Exit(pages_command(load_settings(), out, as_json))
