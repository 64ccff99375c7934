"""`kla layout`: what an agency's exports look like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kla_pipeline.cli.options import group
from kla_pipeline.settings import load_settings

app = group("Layouts: what an agency's exports look like.")


@app.command("new")
def layout_new(
    file: Annotated[Path, typer.Argument(help="An export that no layout fits.", show_default=False)],
    agency: Annotated[
        str | None, typer.Option("--agency", "-a", help="Whose export it is; default: the likeliest.")
    ] = None,
    table: Annotated[int, typer.Option(help="Which table of the file, counted from 1 as `kla read` does.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Write it to this file instead of printing it.")] = None,
) -> None:
    """Propose a layout for an unknown export: header, types, columns by the names that layouts know, period.

    A person finishes it: what is doubtful stands in comments.
    """
    from kla_pipeline.cli.layout import new_command

    raise typer.Exit(new_command(load_settings(), file, agency, table, out))
