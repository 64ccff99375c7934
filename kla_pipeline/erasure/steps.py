"""The order of an erasure: prepare everything, then replace; each step can be done again after a kill.

Here: what is changed and in which order. Not here: finding the person (persons.py, plan.py) and who may (erase.py).
Until the event `erasure_prepared` nothing has changed but new files that nobody refers to. From then on every step
looks at what is there, does what is left, and says nothing twice: archive and ledger → what killed runs left in the
archive → names → raw drop → texts of decisions → exports → staged files and warehouse → a new night → kept releases →
a last look → the event `erased`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kla_pipeline.decisions.propose import end
from kla_pipeline.decisions.roles import Actor
from kla_pipeline.erasure import rawdrop, releases
from kla_pipeline.erasure.plan import is_mentioned, plan_delivery
from kla_pipeline.erasure.work import Work, all_work, end_work
from kla_pipeline.errors import StorageProblem
from kla_pipeline.identity.keys import load_key
from kla_pipeline.intake import archive
from kla_pipeline.ledger import Delivery, Ledger
from kla_pipeline.ledger.durable import fsync_path, remove_temporary
from kla_pipeline.ledger.rows import RENDITION_REPLACED
from kla_pipeline.nightly import build, load, release
from kla_pipeline.nightly.inputs import current_inputs
from kla_pipeline.nightly.record import forget_record
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.store import cache_key, read_manifest
from kla_pipeline.settings import Paths, Settings
from kla_pipeline.warehouse.publish import current_release

PREPARED, ERASED = "erasure_prepared", "erased"


@dataclass(slots=True)
class Erasing:
    """One erasure under way: its work list and what it works on."""

    settings: Settings
    paths: Paths
    ledger: Ledger
    catalogue: Catalogue
    actor: Actor
    work: Work

    @property
    def jurisdiction(self) -> str:
        return self.paths.jurisdiction

    def deliveries(self) -> dict[str, Delivery]:
        """All deliveries as the ledger has them now."""
        return {delivery.delivery_id: delivery for delivery in self.ledger.deliveries(self.jurisdiction)}


def carry_out(job: Erasing) -> dict[str, int]:
    """Do all steps; returns counts. Raises what building and publishing raise: then it can be taken up again."""
    for step in STEPS:
        step(job)
    return counts(job)


def move_archive(job: Erasing) -> None:
    """The ledger names the renditions, the old bytes are deleted."""
    known = job.deliveries()
    for item in job.work.moved:
        delivery = known[item.delivery_id]
        if item.to_sha256 is None:
            continue
        if delivery.current_sha256 == item.from_sha256:
            archive.require_rendition(job.paths, delivery, item.to_sha256)
            payload = {"decision_id": job.work.decision_id, "rows": item.rows, "mentions": item.mentions}
            delivery = job.ledger.move_rendition(delivery, item.to_sha256, payload)
        if not any(other.current_sha256 == item.from_sha256 for other in job.deliveries().values()):
            archive.drop_bytes(job.paths, delivery, item.from_sha256)


def delete_strays(job: Erasing) -> None:
    """Bytes and sidecars in the archive that belong to no delivery: they go when they hold the person."""
    remove_temporary(job.paths.archive)
    known = job.deliveries()
    wanted = {sha256 for d in known.values() for sha256 in (d.delivery_id, d.current_sha256)}
    # another erasure that is under way needs what it has prepared, unless this one has overtaken it
    others = (item for work in all_work(job.paths) for item in work.moved)
    wanted |= {m.to_sha256 for m in others if m.to_sha256 and known[m.delivery_id].current_sha256 == m.from_sha256}
    for path in [path for path in archive.strays(job.paths, wanted) if is_mentioned(path, job.work.terms)]:
        path.unlink()
        fsync_path(path.parent)


def rename_originals(job: Erasing) -> None:
    """Sidecars keep the file's name without the person; the index of seen files knows paths by their hashes only."""
    known = job.deliveries()
    for item in job.work.moved:
        if item.renames:
            archive.rename_original(job.paths, known[item.delivery_id], job.work.terms.in_name)


def replace_drops(job: Erasing) -> None:
    """raw/ holds what the archive holds."""
    known = job.deliveries()
    renditions: dict[str, Path] = {
        item.from_sha256: archive.file_of(job.paths, known[item.delivery_id])
        for item in job.work.moved
        if item.to_sha256 is not None
    }
    # an earlier erasure may have left a copy of the first bytes that was dropped again since
    renditions |= {item: renditions[k] for k in list(renditions) for item in _older(job, k)}
    rawdrop.put_renditions(job.paths.raw, renditions)
    rawdrop.delete_drops(job.paths.raw, job.work.drops)
    rawdrop.rename_all(job.paths.raw, job.work.terms)
    _tell_new_paths(job)


def _tell_new_paths(job: Erasing) -> None:
    """The next look at the drop folders must not take a file with a new name for one that was dropped again."""
    known = job.deliveries()
    wanted = {m.delivery_id for m in job.work.moved if m.renames and m.to_sha256 is None}
    key = load_key(job.settings, job.ledger)
    for path, sha256 in rawdrop.contents(job.paths.raw) if wanted else ():
        relative = path.relative_to(job.paths.raw)
        if sha256 in wanted and relative.parts[0] == known[sha256].agency:
            payload = {"delivery_id": sha256, "path_hash": key.pseudonym("path", str(relative))}
            if not job.ledger.has_event(job.jurisdiction, archive.RENAMED, payload):
                job.ledger.append(job.jurisdiction, archive.RENAMED, payload, job.actor.login)


def _older(job: Erasing, sha256: str) -> set[str]:
    """sha256 of all bytes that led to these: what a delivery was before earlier erasures."""
    replaced = job.ledger.events(job.jurisdiction, RENDITION_REPLACED)
    before = {event.payload["to_sha256"]: event.payload["from_sha256"] for event in replaced}
    found: set[str] = set()
    while (sha256 := before.get(sha256, "")) and sha256 not in found:
        found.add(sha256)
    return found


def erase_decisions(job: Erasing) -> None:
    """Texts of decisions about the person's rows are blanked, and what was decided ends."""
    ids = [*job.work.decisions, job.work.decision_id]
    end(job.ledger, job.actor, job.work.decisions, "erased")
    job.ledger.erase_values(job.jurisdiction, ids, {"erasure": job.work.decision_id}, job.actor.login)


def delete_exports(job: Erasing) -> None:
    """Workbooks for agencies that hold the person; a new one is made from what is left."""
    folder = job.paths.data / "exports" / job.jurisdiction
    for inner in [path for path in folder.rglob("*") if path.is_dir()]:
        remove_temporary(inner)
    for path in [path for path in folder.rglob("*") if path.is_file() and is_mentioned(path, job.work.terms)]:
        path.unlink()


def delete_derived(job: Erasing) -> None:
    """Staged files of the deliveries and everything of the warehouse, unless made since: all comes back without him."""
    known = job.deliveries()
    for item in job.work.moved:
        for folder in job.paths.staged.glob(f"agency=*/delivery={item.delivery_id}*"):
            if not _is_new(job, known[item.delivery_id], folder):
                shutil.rmtree(folder)
    inputs = current_inputs(job.settings, job.ledger, job.jurisdiction, load_key(job.settings, job.ledger).key_id)
    keeps = {job.paths.warehouse} if build.is_built(job.paths, inputs) else set[Path]()
    if not keeps:
        forget_record(job.paths)
    folder = job.paths.warehouse.parent
    for path in set(folder.glob(f"{job.jurisdiction}.duckdb*")) - keeps:
        path.unlink()
    if not any(folder.glob("*.next")):  # what a killed build spilled; none of another city is under way
        shutil.rmtree(folder / ".spill", ignore_errors=True)


def _is_new(job: Erasing, delivery: Delivery, folder: Path) -> bool:
    """Whether a folder holds what the bytes of the delivery say now."""
    manifest = read_manifest(folder) if folder.name == f"delivery={delivery.delivery_id}" else None
    name, day = archive.original_name(job.paths, delivery), load.received_on(delivery).isoformat()
    key = cache_key(delivery.current_sha256, name, day, job.catalogue)
    return manifest is not None and manifest.content.get("cache_key") == key


def run_night(job: Erasing) -> None:
    """Stage, build and publish what is left."""
    load.stage(job.settings, job.jurisdiction)
    build.build(job.settings, job.jurisdiction)
    release.publish(job.settings, job.jurisdiction)


def withdraw_releases(job: Erasing) -> None:
    """Kept releases that counted the person. Raises StorageProblem while readers still depend on one of them."""
    moved = {item.delivery_id for item in job.work.moved}
    replaced = job.ledger.events(job.jurisdiction, RENDITION_REPLACED)
    last = max((e.seq for e in replaced if e.payload.get("decision_id") == job.work.decision_id), default=0)
    found = releases.touched(job.paths, job.ledger, moved, last)
    current = current_release(job.paths)
    for release_id in found:
        if current is None or release_id != current.name:
            releases.withdraw(job.paths, job.ledger, release_id, job.work.decision_id)
    if current is not None and current.name in found:
        raise StorageProblem(
            f"Readers still have release {current.name}, which counts the erased person.",
            f"Let the new release be approved, then run: kla erase --resume {job.work.decision_id}",
        )


def look_again(job: Erasing) -> None:
    """Raises StorageProblem when the person is still somewhere: something came in since the plan was made."""
    terms = job.work.terms
    known = {sha256 for d in job.deliveries().values() for sha256 in (d.delivery_id, d.current_sha256)}
    known -= archive.erased_bytes(job.ledger, job.jurisdiction)
    left = [d for d in job.deliveries().values() if plan_delivery(job.paths, d, job.catalogue, terms)]
    drops = rawdrop.drops_to_delete(job.paths.raw, known, terms)
    if left or drops:
        raise StorageProblem(
            f"The person came in again meanwhile: in {len(left)} deliveries and {len(drops)} other files of raw/.",
            "What was planned is done. Erase the person once more; this erasure ends when nothing is left.",
        )


def finish(job: Erasing) -> None:
    """Say that it is done, and forget the terms."""
    said = {"decision_id": job.work.decision_id, **counts(job)}
    if not job.ledger.has_event(job.jurisdiction, ERASED, {"decision_id": job.work.decision_id}):
        job.ledger.append(job.jurisdiction, ERASED, said, job.actor.login)
    end_work(job.paths, job.work.decision_id)


def counts(job: Erasing) -> dict[str, int]:
    """What the erasure came to, the same however often it was interrupted."""
    withdrawn = job.ledger.events(job.jurisdiction, releases.WITHDRAWN)
    return {
        "deliveries": len(job.work.moved),
        "rows": sum(item.rows for item in job.work.moved),
        "mentions": sum(item.mentions for item in job.work.moved),
        "decisions": len(job.work.decisions),
        "drops": len(job.work.drops),
        "releases": sum(event.payload["decision_id"] == job.work.decision_id for event in withdrawn),
    }


STEPS: tuple[Callable[[Erasing], None], ...] = (
    move_archive,
    delete_strays,
    rename_originals,
    replace_drops,
    erase_decisions,
    delete_exports,
    delete_derived,
    run_night,
    withdraw_releases,
    look_again,
    finish,
)
