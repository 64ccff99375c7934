"""Receive and stage: from the agencies' folders to staged deliveries on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from kla_pipeline import progress
from kla_pipeline.errors import StorageProblem, boundary
from kla_pipeline.identity.keys import Key, load_key
from kla_pipeline.intake import archive
from kla_pipeline.intake.archive import Received
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger import Delivery, Ledger, open_ledger
from kla_pipeline.quality import returned
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.quality.store import Manifest, cache_key, read_manifest
from kla_pipeline.settings import TIME_ZONE, Paths, Settings

PARTS = ("accepted", "rejected", "outcomes", "set_aside")


@dataclass(slots=True)
class Staged:
    """What staging did: deliveries looked at, those judged now, verdicts by word."""

    deliveries: int = 0
    judged: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def received_on(delivery: Delivery) -> date:
    """Day of receipt in Asia/Jakarta."""
    moment = datetime.fromisoformat(delivery.received_at.replace("Z", "+00:00"))
    return moment.astimezone(TIME_ZONE).date()


def agencies(settings: Settings) -> list[str]:
    """Agencies with a source folder, ordered."""
    return sorted(load_catalogue(settings.source_folders()).agencies)


@boundary("Receiving deliveries")
def receive(settings: Settings, jurisdiction: str) -> Received:
    """Enter new files of all agencies into archive and ledger. The key is checked before anything is read."""
    with open_ledger(settings) as ledger:
        key = load_key(settings, ledger)
        return archive.receive(
            settings,
            ledger,
            jurisdiction,
            agencies(settings),
            lambda done, total: progress.report("receive", done, total),
            hash_path=lambda relative: key.pseudonym("path", relative),
        )


@boundary("Staging deliveries")
def stage(settings: Settings, jurisdiction: str, only: Sequence[str] | None = None) -> Staged:
    """Judge every delivery (of the agencies named) that is not staged under today's rules yet."""
    catalogue = load_catalogue(settings.source_folders())
    paths = settings.paths(jurisdiction)
    with jurisdiction_lock(paths), open_ledger(settings) as ledger:
        wanted = [d for d in ledger.deliveries(jurisdiction) if only is None or d.agency in only]
        wanted = [d for d in wanted if d.agency in catalogue.agencies]
        result = Staged(deliveries=len(wanted))
        telling = _Telling(ledger, jurisdiction)
        returns: list[Delivery] = []
        for number, delivery in enumerate(wanted, 1):
            manifest, is_new = stage_one(paths, delivery, catalogue)
            result.judged += is_new
            _note(result, manifest)
            telling.tell(delivery, manifest)
            if manifest.verdict == returned.KIND:
                returns.append(delivery)
            progress.report("stage", number, len(wanted))
        if returns:
            _apply_returns(settings, jurisdiction, ledger, returns)
    return result


def _apply_returns(settings: Settings, jurisdiction: str, ledger: Ledger, returns: Sequence[Delivery]) -> None:
    """Decide what returned workbooks ask for, each once; the amending that follows sees their decisions."""
    from kla_pipeline.returns import apply as applying
    from kla_pipeline.returns.known import Office

    if waiting := applying.waiting(ledger, jurisdiction, returns):
        office = Office.open(settings, jurisdiction, ledger, load_key(settings, ledger))
        days = {d.delivery_id: received_on(d) for d in ledger.deliveries(jurisdiction)}
        applying.apply(office, waiting, days)


def stage_one(paths: Paths, delivery: Delivery, catalogue: Catalogue) -> tuple[Manifest, bool]:
    """The manifest of a delivery, judged now unless it is staged under the same rules already."""
    name = archive.original_name(paths, delivery)
    day = received_on(delivery)
    key = cache_key(delivery.current_sha256, name, day.isoformat(), catalogue)
    folder = paths.staged_delivery(delivery.agency, delivery.delivery_id)
    manifest = read_manifest(folder)
    if manifest and manifest.content.get("cache_key") == key and is_whole(manifest):
        return manifest, False
    # imported here: a night without news needs neither pandas nor pandera
    from kla_pipeline.quality.staging import stage_file
    from kla_pipeline.quality.store import write_staged

    if not archive.is_intact(paths, delivery):
        raise StorageProblem(
            f"The archive does not hold the bytes of delivery {delivery.delivery_no} that the ledger names.",
            "Restore archive/ from the backup.",
        )
    file = archive.file_of(paths, delivery)
    staged = stage_file(file, name, delivery.agency, catalogue, day, delivery.delivery_id, home=delivery.jurisdiction)
    return write_staged(staged, folder, key), True


def is_whole(manifest: Manifest) -> bool:
    """Whether all files that the manifest speaks of are there: what was deleted comes back from the archive."""
    folders = [manifest.table_folder(table) for table in manifest.tables]
    return all((folder / f"{part}.parquet").is_file() for folder in folders for part in PARTS)


def is_staged(paths: Paths, delivery: Delivery) -> bool:
    """Whether anything is staged for the delivery (rules may have changed since)."""
    return (paths.staged_delivery(delivery.agency, delivery.delivery_id) / "manifest.json").is_file()


def _note(result: Staged, manifest: Manifest) -> None:
    result.verdicts[manifest.verdict] = result.verdicts.get(manifest.verdict, 0) + 1
    for table in manifest.tables:
        for name in ("accepted", "rejected"):
            result.rows[name] = result.rows.get(name, 0) + table[name]


class _Telling:
    """What the chain says about staging. Compared for every delivery, since a kill may have come before the event."""

    def __init__(self, ledger: Ledger, jurisdiction: str) -> None:
        self.ledger, self.jurisdiction = ledger, jurisdiction
        self.told = {e.payload["delivery_id"]: e.payload for e in ledger.events(jurisdiction, "delivery_staged")}
        self.data_kind = ledger.data_kind(jurisdiction)

    def tell(self, delivery: Delivery, manifest: Manifest) -> None:
        """One event per delivery and verdict; the data kind is fixed by the first delivery that has one."""
        reason = manifest.content["reason"]
        payload = {
            "delivery_id": delivery.delivery_id,
            "verdict": manifest.verdict,
            "reason": reason["code"] if reason else None,
            "accepted": sum(t["accepted"] for t in manifest.tables),
            "rejected": sum(t["rejected"] for t in manifest.tables),
        }
        if self.told.get(delivery.delivery_id) != payload:
            self.ledger.append(self.jurisdiction, "delivery_staged", payload)
            self.told[delivery.delivery_id] = payload
        if self.data_kind is None and reason is None and manifest.data_kind in ("synthetic", "real"):
            self.data_kind = self.ledger.set_data_kind(self.jurisdiction, manifest.data_kind)  # type: ignore[arg-type]


def known_key(settings: Settings, ledger: Ledger) -> Key | None:
    """The key of this ledger for a look that must not make one; None before the first run, when nothing is known."""
    return load_key(settings, ledger) if ledger.key_id() else None


@boundary("Looking for new files")
def pending_key(settings: Settings, jurisdiction: str) -> str:
    """Hash of the stable files in the folders whose bytes are no delivery yet; empty when there is none."""
    with open_ledger(settings) as ledger:
        key = known_key(settings, ledger)
        waiting = archive.pending(
            settings,
            ledger,
            jurisdiction,
            agencies(settings),
            hash_path=(lambda relative: key.pseudonym("path", relative)) if key else None,
        )
    return hashlib.sha256("\n".join(waiting).encode()).hexdigest()[:24] if waiting else ""
