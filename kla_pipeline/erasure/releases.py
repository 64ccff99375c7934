"""Withdrawing kept releases that counted an erased person: a tombstone takes the place of what task force and auditors
read.

Here: which releases those are, and their folders. A release cannot be built again as it was (its code and its day are
gone), so its exact counts go. Its public part stays: an edition names nobody and counts nobody alone, and a second
edition of the same years would tell the difference of one child. Not here: publishing (nightly/release.py).
"""

from __future__ import annotations

import json

from kla_pipeline.ledger import Ledger, utc_text
from kla_pipeline.ledger.durable import fsync_path, write_private
from kla_pipeline.settings import Paths
from kla_pipeline.warehouse import publish
from kla_pipeline.warehouse.files import remove_tree

WITHDRAWN = "release_withdrawn"


def touched(paths: Paths, ledger: Ledger, deliveries: set[str], before_seq: int) -> list[str]:
    """Ids of releases on disk that rest on one of the deliveries as they were before an event, oldest first."""
    received = [e.seq for e in ledger.events(paths.jurisdiction, "delivery_received") if _of(e.payload, deliveries)]
    if not received:
        return []
    on_disk = {folder.name for folder in publish.list_releases(paths) if not publish.is_withdrawn(folder)}
    recorded = ledger.events(paths.jurisdiction, "release_recorded")
    return [
        event.payload["release_id"]
        for event in recorded
        if min(received) < event.seq < before_seq and event.payload["release_id"] in on_disk
    ]


def _of(payload: dict, deliveries: set[str]) -> bool:
    return payload["delivery_id"] in deliveries


def withdraw(paths: Paths, ledger: Ledger, release_id: str, decision_id: str) -> None:
    """Delete `internal/` and `audit/`, say so, then put the tombstone: a withdrawal that was killed is done again."""
    folder = paths.releases / release_id
    folder.chmod(0o755)
    try:
        said = {"release_id": release_id, "withdrawn_at": utc_text(), "why": "erasure", "decision_id": decision_id}
        for part in ("internal", "audit"):
            if (folder / part).is_dir():
                remove_tree(folder / part)
        fsync_path(folder)
        payload = {"release_id": release_id, "why": "erasure", "decision_id": decision_id}
        if not ledger.has_event(paths.jurisdiction, WITHDRAWN, payload):
            ledger.append(paths.jurisdiction, WITHDRAWN, payload)
        write_private(folder / publish.TOMBSTONE, (json.dumps(said, indent=1, sort_keys=True) + "\n").encode(), 0o444)
    finally:
        folder.chmod(0o555)
