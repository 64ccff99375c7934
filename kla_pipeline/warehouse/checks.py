"""Checks of a finished build. A blocking one that fails stops the release; readers keep the last one.

A check is a file in `checks/`: first comment what is checked, `-- advisory` on a line of its own when it does not
block, then one SELECT that gives one row per failure. Adding a check is adding a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kla_pipeline.errors import CheckFailed

if TYPE_CHECKING:
    import duckdb

_FOLDER = Path(__file__).parent / "checks"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Outcome of one check: failures are rows of its query."""

    check_id: str
    is_blocking: bool
    failures: int
    description: str

    @property
    def passed(self) -> bool:
        return self.failures == 0


def check_ids() -> list[str]:
    """Ids of all checks that are files, ordered."""
    return sorted(path.stem for path in _FOLDER.glob("*.sql"))


MARTS_AGREE = "marts_agree"


def run_checks(connection: duckdb.DuckDBPyConnection, further: Sequence[tuple[str, int]] = ()) -> list[CheckResult]:
    """Run all checks and write `quality.check_result`; `further` are (id, failures) of the measure engine."""
    results = [_run(connection, check_id) for check_id in check_ids()]
    failing = [f"{name} ({failures})" for name, failures in further if failures]
    words = "The marts agree with the contributions they rest on and with each other."
    text = f"{words} Failing: {', '.join(failing)}." if failing else words
    results.append(CheckResult(MARTS_AGREE, True, sum(failures for _, failures in further), text))
    connection.executemany(
        "INSERT INTO quality.check_result VALUES (?, ?, ?, ?)",
        [(r.check_id, r.is_blocking, r.failures, r.description) for r in results],
    )
    return results


class ChecksFailed(CheckFailed):
    """Blocking checks failed; `results` holds all of them."""

    def __init__(self, message: str, hint: str, results: Sequence[CheckResult]) -> None:
        super().__init__(message, hint)
        self.results = list(results)


def refuse_failures(results: Sequence[CheckResult]) -> None:
    """Raise ChecksFailed naming the blocking checks that failed."""
    failed = [r for r in results if r.is_blocking and not r.passed]
    if failed:
        words = "; ".join(f"{r.check_id} ({r.failures})" for r in failed)
        raise ChecksFailed(
            f"Blocking checks failed: {words}.",
            "The current release is unchanged; the failed build is kept beside the warehouse as *.failed for a look.",
            results,
        )


def _run(connection: duckdb.DuckDBPyConnection, check_id: str) -> CheckResult:
    text = (_FOLDER / f"{check_id}.sql").read_text(encoding="utf-8")
    comments = [line[2:].strip() for line in text.splitlines() if line.startswith("--")]
    found = connection.execute(f"SELECT count(*) FROM (\n{text.rstrip().rstrip(';')}\n)").fetchone()
    description = " ".join(line for line in comments if line != "advisory")
    return CheckResult(check_id, "advisory" not in comments, int(found[0]) if found else 0, description)
