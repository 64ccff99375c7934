"""`kla run` with one thing broken in it: run as `python -m kla_pipeline_tests.end_to_end.canary.driver FAULT [VALUE]`.

Each fault makes a library fail over a planted value, as it would over a real one. `--without-boundary` takes the
wrapper away before anything of the project is imported: what leaks then is what the wrapper holds back.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kla_pipeline import errors

_WRONG_CAST = "SELECT CAST(name AS INTEGER) AS need_id FROM staged.violence_victim"
_CRASHING_READER = """\
import os, signal, sys

class CalamineWorkbook:
    @staticmethod
    def from_filelike(stream):
        print('{"sheet": "{value}", "hidden": false}\\n["{value}"]', flush=True)
        print("{value}", file=sys.stderr, flush=True)
        if b"by signal" in stream.read():
            os.kill(os.getpid(), signal.SIGSEGV)
        raise ValueError("cell {value} cannot be read")
"""


def cast_in_conform_model(_value: str) -> None:
    """A conform model casts the names to numbers; DuckDB's message quotes one."""
    from kla_pipeline.quality.catalogue import Catalogue

    files = Catalogue.files
    wrong = Path(tempfile.mkdtemp(), "agency", "conform", "need.wrong.sql")
    wrong.parent.mkdir(parents=True)
    wrong.write_text(_WRONG_CAST, encoding="utf-8")

    def with_wrong(self: Catalogue, pattern: str) -> list[Path]:
        return [*files(self, pattern), *([wrong] if pattern == "conform/*.sql" else [])]

    Catalogue.files = with_wrong


def cast_in_history_rule(_value: str) -> None:
    """The same cast in a model that nothing but the boundary stands around."""
    from kla_pipeline.nightly import build
    from kla_pipeline.warehouse.staged import HistoryQuery

    query = f"SELECT need_id::VARCHAR AS row_id FROM ({_WRONG_CAST})"
    build._history_query = lambda _catalogue, record, rule: HistoryQuery(f"{record}.{rule.name}", "reject", "", query)


def raising_rule(_value: str) -> None:
    """A contract's rule warns of a name and then raises over it."""
    import pandas as pd
    import pandera.pandas as pa

    from kla_pipeline.quality import evaluate

    verdict = evaluate._frame_verdict

    def broken(check: pa.Check) -> Callable[[pd.DataFrame], Any]:
        return verdict(pa.Check(_raise, name=check.name) if check.name == "closed_before_report" else check)

    def _raise(frame: pd.DataFrame) -> pd.Series:
        name = frame["name"].dropna().iloc[0]
        warnings.warn(f"{name} is odd", UserWarning, stacklevel=1)
        raise ValueError(f"cannot compare {name}")

    evaluate._frame_verdict = broken


def ledger_constraint(value: str) -> None:
    """The ledger breaks a constraint over a row with the value. Its own hiding of parameters is switched off."""
    from kla_pipeline.ledger.engine import writing
    from kla_pipeline.ledger.store import Ledger
    from kla_pipeline.ledger.tables import meta

    def record_twice(self: Ledger, *_args: object) -> bool:
        self._engine.hide_parameters = False
        with writing(self._engine) as connection:
            for _ in range(2):
                connection.execute(meta.insert().values(name=value, value=value))
        return True

    Ledger.record_delivery = record_twice  # type: ignore[assignment]


def crashing_reader(value: str) -> None:
    """The child process that opens workbooks prints the value, then raises over it or dies."""
    from kla_pipeline.intake import readers

    folder = Path(tempfile.mkdtemp())
    (folder / "python_calamine.py").write_text(_CRASHING_READER.replace("{value}", value), encoding="utf-8")
    env = readers._child_env()
    broken = {**env, "PYTHONPATH": f"{folder}:{env['PYTHONPATH']}"}
    readers._child_env = lambda: broken


FAULTS = {f.__name__: f for f in (cast_in_conform_model, cast_in_history_rule, raising_rule, ledger_constraint)}
FAULTS[crashing_reader.__name__] = crashing_reader


def main(fault: str, value: str = "", *flags: str) -> None:
    """Break one thing, then run the job as the command does."""
    if "--without-boundary" in flags:
        errors.boundary = lambda _where: lambda function: function  # type: ignore[assignment]
    FAULTS[fault](value)
    from kla_pipeline.cli import main as kla

    sys.argv = ["kla", "run"]
    kla()


if __name__ == "__main__":
    main(*sys.argv[1:])
