"""What is signed when a release is approved, by whom, and the sheet that says so.

Here: the statement (rules, files and open rejects of one release, from the release itself), the signatures in the
ledger, and the sheet beside the releases. Not here: who may sign and what an approval sets going (approve.py).

The statement is a function of the release's own files, which never change: two people sign the same hash or nothing.
The sheet follows from the ledger and the release alone, so a lost one is written again, equal to the byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger import Event, Ledger, Release
from kla_pipeline.ledger.durable import make_folder
from kla_pipeline.ledger.records import canonical_json
from kla_pipeline.nightly.summary import QUERIES
from kla_pipeline.settings import Paths
from kla_pipeline.warehouse.files import fsync_tree, group_id, set_modes

APPROVED = "release_approved"
NEEDED = 2
"""Signatures that make an approval: of different logins, under the same statement."""
Statement = dict[str, Any]


def approvals(ledger: Ledger, jurisdiction: str) -> dict[str, list[Event]]:
    """Signatures by release, in order: of one release those that agree with the last about what was signed."""
    signed: dict[str, list[Event]] = {}
    for event in ledger.events(jurisdiction, APPROVED):
        release_id, statement = event.payload["release_id"], event.payload["statement"]
        before = [e for e in signed.get(release_id, ()) if e.payload["statement"] == statement]
        signed[release_id] = [*before, event]
    return signed


def is_complete(signed: Sequence[Event]) -> bool:
    """Whether two different people signed."""
    return len({event.actor for event in signed}) >= NEEDED


def statement(folder: Path, release: Release) -> Statement:
    """What is approved: hashes and lists from the release's own audit file, and `hash` over all of it.

    Keys: release (ids, dates, hashes of inputs and tables), rules, files and open_rejects, each with `count`, `hash`
    and, for the last two, `list`. No name of a file and no cell.
    """
    from kla_pipeline.warehouse.sql import open_read_only
    from kla_pipeline.warehouse.tiers import TIERS

    with open_read_only(folder / "audit" / TIERS["audit"]) as connection:

        def rows(name: str) -> list[dict[str, Any]]:
            cursor = connection.execute((QUERIES / f"signoff_{name}.sql").read_text(encoding="utf-8"))
            columns = [column[0] for column in cursor.description or []]
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

        (facts,) = rows("release")
        rules, files, open_rows, reasons = rows("rules"), rows("files"), rows("open_rows"), rows("open_reasons")
    parts: Statement = {
        "release": {
            **facts,
            "release_id": release.release_id,
            "edition_id": release.edition_id,
            "tables_hash": _hash(release.table_hashes),
        },
        "rules": {"count": len(rules), "hash": _hash(rules)},
        "files": {"count": len(files), "hash": _hash(files), "list": files},
        "open_rejects": {"count": len(open_rows), "hash": _hash(open_rows), "list": reasons},
    }
    parts = json.loads(json.dumps(parts, default=str))
    return parts | {"hash": _hash(parts)}


def sheet_folder(paths: Paths, release_id: str) -> Path:
    """Where the sheet of a release lies."""
    return paths.published / "approvals" / release_id


def write_sheet(paths: Paths, signed_statement: Statement, signed: Sequence[Event], auditors_group: str = "") -> Path:
    """Write `index.html` and `signoff.json` of a complete approval, unless they are there; returns their folder.

    For the owner and the auditors. The head of the chain on it is that of the second signature.
    """
    from kla_pipeline.reports.signoff import render_signoff

    target = sheet_folder(paths, signed_statement["release"]["release_id"])
    with jurisdiction_lock(paths):
        if target.is_dir():
            return target
        make_folder(target.parent)
        building = target.with_name(target.name + ".next")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        sheet = signed_statement | {"signatures": _signatures(signed), "chain": _head(signed)}
        text = json.dumps(sheet, ensure_ascii=False, indent=1, sort_keys=True)
        (building / "signoff.json").write_text(text + "\n", encoding="utf-8")
        render_signoff(sheet, building)
        set_modes(building, 0o440, 0o750, group_id(auditors_group))
        fsync_tree(building)
        os.replace(building, target)
        return target


def _signatures(signed: Sequence[Event]) -> list[dict[str, Any]]:
    """The first signature of each of the people who made the approval."""
    first: dict[str, Event] = {}
    for event in signed:
        first.setdefault(event.actor, event)
    return [{"name": e.actor, "at": e.at, "event": e.seq} for e in list(first.values())[:NEEDED]]


def _head(signed: Sequence[Event]) -> dict[str, Any]:
    """The chain up to and with the signature that completed the approval."""
    last = {e["event"] for e in _signatures(signed)}
    event = next(e for e in signed if e.seq == max(last))
    return {"count": event.seq, "hash": event.hash}


def _hash(content: object) -> str:
    text = canonical_json({"content": json.loads(json.dumps(content, default=str))})
    return hashlib.sha256(text.encode()).hexdigest()
