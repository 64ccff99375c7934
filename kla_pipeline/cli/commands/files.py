"""Commands about files, places and the night itself: run, read, check, places, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kla_pipeline.cli.options import Json, Jurisdiction, Strict, piped, settings_of
from kla_pipeline.settings import load_settings

app = typer.Typer()


@app.command()
def run(jurisdiction: Jurisdiction = None, strict: Strict = False, as_json: Json = False) -> None:
    """The nightly load, once: archive new files, judge rows, build tables, check, publish.

    Files are taken from data/raw/JURISDICTION/AGENCY/. Nothing new means nothing written. Set KLA_AS_OF=YYYY-MM-DD to
    run for another business date than today's in Asia/Jakarta.
    """
    from kla_pipeline.cli.run import run_command

    raise typer.Exit(run_command(settings_of(jurisdiction), strict, as_json))


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

    raise typer.Exit(piped(lambda: read_command(file, as_csv, as_json, sheet, table, load_settings().lang)))


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

    A returned workbook of rejected rows is shown row by row: what each answer would come to.
    """
    from kla_pipeline.cli.check import check_command

    raise typer.Exit(piped(lambda: check_command(settings_of(jurisdiction), file, agency, as_json, out, strict)))


@app.command()
def places(
    texts: Annotated[list[str], typer.Argument(help="Names, codes or free text as agencies write them.")],
    jurisdiction: Jurisdiction = None,
    as_json: Json = False,
) -> None:
    """Show which places of the region reference a text names, how that was found, and what is doubtful."""
    from kla_pipeline.cli.places import places_command

    raise typer.Exit(piped(lambda: places_command(load_settings(), texts, jurisdiction, as_json)))


@app.command()
def doctor(jurisdiction: Jurisdiction = None, as_json: Json = False) -> None:
    """Look whether everything a night needs is in order: folders, key, ledger and its chain, declarations, releases."""
    from kla_pipeline.cli.doctor import doctor_command

    raise typer.Exit(doctor_command(settings_of(jurisdiction), as_json))
