"""`kla release list`."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.table import Table

from kla_pipeline.ledger import open_ledger
from kla_pipeline.nightly.release import swapped_ids
from kla_pipeline.settings import Settings
from kla_pipeline.warehouse import publish


def list_command(settings: Settings, as_json: bool) -> int:
    """Releases of the ledger, the current one marked; one that is no longer on disk or never was current says so."""
    paths = settings.paths()
    with open_ledger(settings) as ledger:
        releases = ledger.releases(paths.jurisdiction)
        swapped = swapped_ids(ledger, paths.jurisdiction)
    current = publish.current_release(paths)
    on_disk = {folder.name for folder in publish.list_releases(paths)}
    rows: list[dict[str, Any]] = [
        {
            "release_id": release.release_id,
            "as_of": release.as_of,
            "created_at": release.created_at,
            "input_key": release.input_key,
            "edition_id": release.edition_id,
            "is_current": current is not None and current.name == release.release_id,
            "is_on_disk": release.release_id in on_disk,
            "was_current": release.release_id in swapped
            or (current is not None and current.name == release.release_id),
        }
        for release in releases
    ]
    if as_json:
        print(json.dumps({"jurisdiction": paths.jurisdiction, "releases": rows}, indent=2))
        return 0
    if not rows:
        print(f"No release of {paths.jurisdiction} yet: `kla run` publishes the first.")
        return 0
    table = Table("release", "as of", "published (UTC)", "public edition", "", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row["release_id"], row["as_of"], row["created_at"][:19], row["edition_id"] or "", _mark(row))
    Console(highlight=False).print(table)
    return 0


def _mark(row: dict[str, Any]) -> str:
    if row["is_current"]:
        return "current"
    if not row["was_current"]:
        return "never current"
    return "" if row["is_on_disk"] else "not on disk"
