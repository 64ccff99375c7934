"""Amended rows on disk: for each delivery that decisions are about, `amended/` beside its staged tables.

Here: when a delivery is judged again, and where the result lies. Not here: judging (quality/amend.py) and which
decisions are in force (decisions/force.py).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from kla_pipeline.errors import StorageProblem
from kla_pipeline.identity.keys import Key
from kla_pipeline.intake import archive
from kla_pipeline.ledger import Delivery
from kla_pipeline.nightly.load import is_whole, received_on
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.overlay import Overlay
from kla_pipeline.quality.store import Manifest, amended_key, read_manifest
from kla_pipeline.settings import Paths

FOLDER = "amended"


def amended(
    paths: Paths, delivery: Delivery, catalogue: Catalogue, overlay: Overlay | None, base: Manifest, key: Key
) -> Manifest | None:
    """The amended rows of a staged delivery, judged now unless they are there for the same decisions.

    None when nothing is decided about it, or when the file is refused under today's rules and has no row; what an
    earlier decision left behind is removed then, also half of it.
    """
    folder = base.folder / FOLDER
    if not overlay or base.content["reason"]:
        for left in base.folder.glob(f"{FOLDER}*"):
            shutil.rmtree(left, ignore_errors=True)
        return None
    wanted = amended_key(base.content["cache_key"], overlay.fingerprint, key.key_id)
    manifest = read_manifest(folder)
    if manifest and manifest.content.get("cache_key") == wanted and is_whole(manifest):
        return manifest
    return _amend(paths, delivery, catalogue, overlay, base, key, folder, wanted)


def _amend(
    paths: Paths,
    delivery: Delivery,
    catalogue: Catalogue,
    overlay: Overlay,
    base: Manifest,
    key: Key,
    folder: Path,
    wanted: str,
) -> Manifest:
    # imported here: a night without news needs neither pandas nor pandera
    from kla_pipeline.quality.amend import amend, base_of
    from kla_pipeline.quality.store import write_staged

    if not archive.is_intact(paths, delivery):
        raise StorageProblem(
            f"The archive does not hold the bytes of delivery {delivery.delivery_no} that the ledger names.",
            "Restore archive/ from the backup.",
        )
    result = amend(
        archive.file_of(paths, delivery),
        archive.original_name(paths, delivery),
        delivery.agency,
        catalogue,
        received_on(delivery),
        delivery.delivery_id,
        overlay,
        base_of(base),
        key.pseudonym,
        home=delivery.jurisdiction,
    )
    return write_staged(result.staged, folder, wanted, {"rows": [row.content() for row in result.rows]})


def taken(overlay: Overlay | None, manifest: Manifest | None) -> Overlay | None:
    """The decisions of which a row's cells show something: those whose amended version is the one that stands."""
    if not overlay or manifest is None:
        return None
    standing = {row["row_id"] for row in manifest.content["rows"] if row["is_taken"]}
    return Overlay(overlay.delivery_id, {row_id: row for row_id, row in overlay.rows.items() if row_id in standing})
