"""The work list of one erasure: what its steps need after the first of them has changed what it was found by.

Here: one restricted file per erasure, in the archive, from the moment everything is prepared until everything is done.
Not here: the steps (steps.py). Its last line of life is its deletion: it holds the terms that must not stay.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kla_pipeline.erasure.terms import Terms
from kla_pipeline.ledger.durable import fsync_path, write_private
from kla_pipeline.settings import Paths


@dataclass(frozen=True, slots=True)
class Moved:
    """One delivery of the work list; `to_sha256` is None when only its file name is changed."""

    delivery_id: str
    from_sha256: str
    to_sha256: str | None
    rows: int
    mentions: int
    renames: bool


@dataclass(frozen=True, slots=True)
class Work:
    """`drops` are files below raw/ that hold the person and are no deliveries; they are deleted."""

    decision_id: str
    moved: tuple[Moved, ...]
    decisions: tuple[str, ...]
    niks: tuple[str, ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    rows: tuple[str, ...] = field(repr=False)
    drops: tuple[str, ...] = field(repr=False)

    @property
    def terms(self) -> Terms:
        """What the person is looked for by."""
        return Terms(frozenset(self.niks), frozenset(self.names), frozenset(self.rows))


def work_file(paths: Paths, decision_id: str) -> Path:
    """Where the work list of an erasure lies."""
    return paths.archive / f"erasing-{decision_id}.json"


def write_work(paths: Paths, work: Work) -> None:
    """Put the work list in place, for the owner only."""
    write_private(work_file(paths, work.decision_id), json.dumps(asdict(work), sort_keys=True).encode())


def read_work(paths: Paths, decision_id: str) -> Work | None:
    """The work list, None when the erasure is not prepared or is done."""
    try:
        return _read(work_file(paths, decision_id))
    except FileNotFoundError:
        return None


def all_work(paths: Paths) -> list[Work]:
    """Work lists of all erasures that are prepared and not done."""
    return [_read(file) for file in sorted(paths.archive.glob("erasing-*.json"))]


def _read(file: Path) -> Work:
    content = json.loads(file.read_bytes())
    lists = {name: tuple(content[name]) for name in ("decisions", "niks", "names", "rows", "drops")}
    return Work(content["decision_id"], tuple(Moved(**item) for item in content["moved"]), **lists)


def end_work(paths: Paths, decision_id: str) -> None:
    """Delete the work list, durably."""
    work_file(paths, decision_id).unlink(missing_ok=True)
    fsync_path(paths.archive)
