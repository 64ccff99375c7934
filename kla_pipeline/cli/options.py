"""Options that many commands share, and how a command's output ends when nobody reads on."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from kla_pipeline.settings import Settings, load_settings

Jurisdiction = Annotated[
    str | None, typer.Option("--jurisdiction", "-j", help="Kemendagri code of the city; default: KLA_JURISDICTION.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit code 3 when rows or files were rejected.")]
Agency = Annotated[str | None, typer.Option("--agency", "-a", help="Only this agency: dp3a, dinsos, polres, bpbd …")]
Record = Annotated[str | None, typer.Option("--record", help="Only this record type.")]
RowId = Annotated[
    str, typer.Argument(help="Row id as `kla rejects list` shows it: 16 digits/sheet/row.", show_default=False)
]
Why = Annotated[
    str,
    typer.Option(
        "--why",
        help="source_checked, typing_error, law_allows, known_exception, not_ours, entered_twice or other.",
        show_default=False,
    ),
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day it is in force; default: no end.")
]
Note = Annotated[
    bool, typer.Option("--note", help="Ask for a note at the terminal; it is restricted and never on a command line.")
]


def group(about: str) -> typer.Typer:
    """A group of commands that shows its help when called alone."""
    return typer.Typer(help=about, no_args_is_help=True)


def settings_of(jurisdiction: str | None) -> Settings:
    """Settings of this process for the jurisdiction asked for."""
    return load_settings(jurisdiction=jurisdiction)


def piped(command: Callable[[], int]) -> int:
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
