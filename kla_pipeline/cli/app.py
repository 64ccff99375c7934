"""The command line, put together: groups of commands from `commands/`, and how every command ends."""

from __future__ import annotations

import resource
import sys
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from kla_pipeline import __version__
from kla_pipeline.cli.commands import audit, decide, erasure, files, layout, rejects, release, rules
from kla_pipeline.errors import KlaError, boundary

app = typer.Typer(
    name="kla",
    help="Child special protection (KLA cluster V): from agencies' exports to a checked, published release.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _commands in (files.app, audit.trail, erasure.erase_app):
    app.add_typer(_commands)
for _name, _group in {
    "rejects": rejects.app,
    "decide": decide.app,
    "release": release.app,
    "audit": audit.app,
    "hold": erasure.app,
    "rules": rules.app,
    "layout": layout.app,
}.items():
    app.add_typer(_group, name=_name)


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Settings come from the environment (KLA_…), then kla.toml, then defaults; `kla doctor` shows them."""
    if version:
        typer.echo(f"kla_pipeline {__version__}")
        raise typer.Exit


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 failed, 2 wrong use, 3 rejected rows or files under --strict."""
    # a crash must not leave the memory, rows of children in it, as a file in the current folder
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    try:
        code = _invoke()
    except KlaError as exc:
        typer.echo(f"kla: {exc}", err=True)
        code = exc.exit_code
    sys.exit(code)


@boundary("kla")
def _invoke() -> int:
    try:
        return app(standalone_mode=False) or 0
    except TyperException as exc:
        show = getattr(exc, "show", None)  # what typer raises for wrong use has it, the public base class has not
        if show:
            show()
        else:
            typer.echo(f"kla: {exc}", err=True)
        return exc.exit_code
    except Abort:
        typer.echo("kla: interrupted; nothing was published.", err=True)
        return 130
