"""The command line: what each command takes and teaches. What it says stands in the module of its name."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from kla_pipeline import __version__
from kla_pipeline.errors import KlaError, boundary
from kla_pipeline.settings import load_settings

app = typer.Typer(
    name="kla",
    help="Child special protection (KLA cluster V): from agencies' exports to a checked, published release.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
release_app = typer.Typer(help="Releases: what was published, when, from what.", no_args_is_help=True)
app.add_typer(release_app, name="release")
layout_app = typer.Typer(help="Layouts: what an agency's exports look like.", no_args_is_help=True)
app.add_typer(layout_app, name="layout")

Jurisdiction = Annotated[
    str | None, typer.Option("--jurisdiction", "-j", help="Kemendagri code of the city; default: KLA_JURISDICTION.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit code 3 when rows or files were rejected.")]


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Settings come from the environment (KLA_…), then kla.toml, then defaults; `kla doctor` shows them."""
    if version:
        typer.echo(f"kla_pipeline {__version__}")
        raise typer.Exit


@app.command()
def run(jurisdiction: Jurisdiction = None, strict: Strict = False, as_json: Json = False) -> None:
    """The nightly load, once: archive new files, judge rows, build tables, check, publish.

    Files are taken from data/raw/JURISDICTION/AGENCY/. Nothing new means nothing written. Set KLA_AS_OF=YYYY-MM-DD to
    run for another business date than today's in Asia/Jakarta.
    """
    from kla_pipeline.cli.run import run_command

    raise typer.Exit(run_command(load_settings(jurisdiction=jurisdiction), strict, as_json))


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="The file to read.", show_default=False)],
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print the cells of one table as CSV, its header first.")
    ] = False,
    as_json: Json = False,
    sheet: Annotated[str | None, typer.Option(help="Only this sheet, by name or number.")] = None,
    table: Annotated[int | None, typer.Option(help="Only this table, counted from 1.")] = None,
) -> None:
    """Show what the reader sees in a file: sheets, tables, header rows, rows set aside. Judges and stores nothing.

    Tables are found without a layout. A file that cannot be read is named with the reason.
    """
    from kla_pipeline.cli.read import read_command

    raise typer.Exit(_piped(lambda: read_command(file, as_csv, as_json, sheet, table, load_settings().lang)))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The export to judge.", show_default=False)],
    agency: Annotated[str, typer.Option("--agency", "-a", help="Whose export it is: dp3a, dinsos, polres, bpbd …")],
    as_json: Json = False,
    out: Annotated[
        Path | None, typer.Option(help="Also write accepted, rejected and outcomes as Parquet (restricted data).")
    ] = None,
    strict: Strict = False,
    jurisdiction: Jurisdiction = None,
) -> None:
    """Judge one export as the nightly load would, and load nothing.

    Shows the layout, its drift, and how many rows each rule rejects or flags. Rules that compare with other deliveries
    are named under `not_run`. Rows of every district are judged; the jurisdiction is the home of places in a table that
    has no column for the district.
    """
    from kla_pipeline.cli.check import check_command

    raise typer.Exit(
        _piped(lambda: check_command(load_settings(jurisdiction=jurisdiction), file, agency, as_json, out, strict))
    )


@app.command()
def places(
    texts: Annotated[list[str], typer.Argument(help="Names, codes or free text as agencies write them.")],
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Show which places of the region reference a text names, how that was found, and what is doubtful."""
    from kla_pipeline.cli.places import places_command

    raise typer.Exit(_piped(lambda: places_command(load_settings(), texts, jurisdiction, as_json)))


@layout_app.command("new")
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


@app.command()
def doctor(jurisdiction: Jurisdiction = None, as_json: Json = False) -> None:
    """Look whether everything a night needs is in order: folders, key, ledger and its chain, declarations, releases."""
    from kla_pipeline.cli.doctor import doctor_command

    raise typer.Exit(doctor_command(load_settings(jurisdiction=jurisdiction), as_json))


@release_app.command("list")
def release_list(jurisdiction: Jurisdiction = None, as_json: Json = False) -> None:
    """All releases in the order they were published, the current one marked."""
    from kla_pipeline.cli.release import list_command

    raise typer.Exit(list_command(load_settings(jurisdiction=jurisdiction), as_json))


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


def _piped(command: Callable[[], int]) -> int:
    """`kla read … | head -1`: what nobody reads any more is no failure; the code is that of other tools.

    The command line's own library would end with 1, which here means that something failed.
    """
    try:
        code = command()
        sys.stdout.flush()
    except BrokenPipeError:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
        return 128 + signal.SIGPIPE
    return code
