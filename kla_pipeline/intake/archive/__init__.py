"""From a dropped file to a delivery: hash, copy, sidecar, ledger row, in this order and each forced to disk.

Here: which files become deliveries, and where their bytes are found again. Not here: what is in them (readers), whether
they can be used (staging refuses empty or unknown files), and the chain itself (ledger).

The ledger row comes last: a run killed before it leaves bytes nobody refers to, and the next run goes on from there.
File names may hold a person's name: they stand in the sidecar and the index (both restricted) only; the chain knows a
path by its hash, and nothing here shows one in a `repr`.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from kla_pipeline.intake.archive.drops import Drop, Refused, find_drops, is_foreign_archive, open_drop, settle
from kla_pipeline.intake.archive.files import (
    Sidecar,
    archive_folder,
    drop_bytes,
    file_of,
    is_intact,
    keep,
    keep_rendition,
    original_name,
    original_names,
    rename_original,
    require_rendition,
    sha256_of,
    strays,
    suffix_of,
)
from kla_pipeline.intake.archive.seen import Seen
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger import Delivery, Ledger, utc_text
from kla_pipeline.ledger.durable import make_folder, remove_temporary
from kla_pipeline.ledger.rows import RENDITION_REPLACED
from kla_pipeline.settings import Paths, Settings

__all__ = [
    "Received", "Refusal", "drop_bytes", "erased_bytes", "file_of", "is_intact", "keep_rendition", "original_name",
    "original_names", "receive", "rename_original", "require_rendition", "sha256_of",
    "strays",
]  # fmt: skip

REPEAT = "repeat"
RENAMED = "drop_renamed"
"""An erasure gave a drop or its folder another name: the delivery lies at a path that no run has seen."""
DROP_REFUSED = "drop_refused"
ERASED = "erased"

HashPath = Callable[[str], str]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A drop that does not become a delivery. `reason`: see `drops.Refused`."""

    agency: str
    reason: str
    path_hash: str
    path: str = field(repr=False)
    """Below raw/<jurisdiction>/. Restricted: for the terminal of the operator, never for a log, event or report."""


@dataclass(frozen=True, slots=True)
class Received:
    """What one look at the drop folders gave."""

    new: list[str] = field(default_factory=list)
    """Ids of deliveries entered by this run, in order."""
    known: int = 0
    """Files whose bytes are a delivery already, at a path that is known too."""
    refused: list[Refusal] = field(default_factory=list)
    """Everything refused that lies there now; its event was written when it was first seen."""
    repeats: int = 0
    """Files with the bytes of an older delivery at a path where they were not before: an event `repeat` each."""
    waiting: list[Refusal] = field(default_factory=list)
    """Files still being written (`still_changing`): left for the next run, without an event."""
    rehomed: int = 0
    """Deliveries whose file was put right: it now lies in another agency's folder. An event each."""


def receive(
    settings: Settings,
    ledger: Ledger,
    jurisdiction: str,
    agencies: Collection[str],
    progress: Progress | None = None,
    *,
    hash_path: HashPath | None = None,
) -> Received:
    """Enter every new stable file of raw/<jurisdiction>/<agency>/ as a delivery; the same bytes again are none.

    `agencies`: those with a declared source folder. `progress(done, total)` counts files.
    `hash_path` makes the chain's name of a path below raw/<jurisdiction>/; give a keyed one (`Key.pseudonym`), since
    plain sha256 of a guessed file name can be compared.
    Raises Locked, StorageProblem and OSError of the disk; what was entered before stays entered.
    """
    paths = settings.paths(jurisdiction)
    with jurisdiction_lock(paths):
        return _Intake(settings, paths, ledger, hash_path or _plain_hash).run(agencies, progress)


def pending(
    settings: Settings,
    ledger: Ledger,
    jurisdiction: str,
    agencies: Collection[str],
    *,
    hash_path: HashPath | None = None,
) -> list[str]:
    """sha256 of the files that `receive` would enter now, ordered. Writes nothing and waits for nothing.

    A file that was modified within `stable_seconds` is left for the next look.
    """
    paths = settings.paths(jurisdiction)
    deliveries = ledger.deliveries(jurisdiction)
    known = {sha256 for d in deliveries for sha256 in (d.delivery_id, d.current_sha256)}
    known |= erased_bytes(ledger, jurisdiction)
    seen = Seen.load(paths.archive / "index.json")
    drops, _ = find_drops(paths.raw, agencies, settings.max_file_mb * 1024 * 1024)
    found = set()
    for drop in drops:
        if time.time() - drop.stat.st_mtime < settings.stable_seconds:
            continue
        sha256 = seen.find((hash_path or _plain_hash)(drop.relative), drop.stat) or _sha256_of_drop(drop)
        if sha256 and sha256 not in known:
            found.add(sha256)
    return sorted(found)


def erased_bytes(ledger: Ledger, jurisdiction: str) -> set[str]:
    """sha256 of bytes that an erasure replaced: they hold cells of a person and are never taken again."""
    replaced = {event.payload["from_sha256"] for event in ledger.events(jurisdiction, RENDITION_REPLACED)}
    return replaced - {delivery.current_sha256 for delivery in ledger.deliveries(jurisdiction)}


def _sha256_of_drop(drop: Drop) -> str | None:
    try:
        with open_drop(drop) as stream:
            return None if is_foreign_archive(stream) else sha256_of(stream)
    except (FileNotFoundError, PermissionError):
        return None


def _plain_hash(relative: str) -> str:
    return hashlib.sha256(relative.encode("utf-8", "surrogateescape")).hexdigest()


class _Intake:
    """One call of `receive`: what the ledger knew when it began, and what was found."""

    def __init__(self, settings: Settings, paths: Paths, ledger: Ledger, hash_path: HashPath) -> None:
        self.settings, self.paths, self.ledger, self.hash_path = settings, paths, ledger, hash_path
        self.by_id = {delivery.delivery_id: delivery for delivery in ledger.deliveries(paths.jurisdiction)}
        self.erased = erased_bytes(ledger, paths.jurisdiction)
        self.renditions = {d.current_sha256 for d in self.by_id.values()} - self.by_id.keys()
        self.last_at_path = self._last_content()
        self.useless = self._useless()
        self.lies_under: dict[str, set[str]] = {}
        self.new: list[str] = []
        self.refused: list[Refusal] = []
        self.waiting: list[Refusal] = []
        self.known = self.repeats = self.rehomed = 0

    def _last_content(self) -> dict[str, str]:
        """Which delivery each path held when the chain last spoke of it."""
        j = self.paths.jurisdiction
        kinds = ("delivery_received", REPEAT, RENAMED, "delivery_rehomed")
        spoken = [event for kind in kinds for event in self.ledger.events(j, kind)]
        spoken.sort(key=lambda event: event.seq)
        return {e.payload["path_hash"]: e.payload["delivery_id"] for e in spoken if "path_hash" in e.payload}

    def _useless(self) -> set[str]:
        """Deliveries of no use in the folder they lie in: refused there, or a return of nothing but another's rows."""
        j = self.paths.jurisdiction
        found: dict[str, bool] = {}
        for event in self.ledger.events(j, "delivery_staged"):
            found[event.payload["delivery_id"]] = event.payload["verdict"] == "refused"
        for event in self.ledger.events(j, "return_applied"):
            found[event.payload["delivery_id"]] = set(event.payload["outcomes"]) == {"other_agency"}
        return {delivery_id for delivery_id, is_useless in found.items() if is_useless}

    def run(self, agencies: Collection[str], progress: Progress | None) -> Received:
        drops, refused = find_drops(self.paths.raw, agencies, self.settings.max_file_mb * 1024 * 1024)
        settled, unsettled = settle(drops, self.settings.stable_seconds)
        for agency in {drop.agency for drop in drops}:
            self._tidy(agency)
        for item in refused:
            self._refuse(item)
        for drop in unsettled:
            self._wait(drop)
        hashed = self._hash_all(settled)
        for drop, sha256 in hashed:
            self.lies_under.setdefault(sha256, set()).add(drop.agency)
        # known bytes first, then new ones with all their copies at once: a copy dropped together with a newer file is
        # no return to something older, also when this run is killed in between
        order = {sha256: (sha256 not in self.by_id, n) for n, (_, sha256) in reversed(list(enumerate(hashed)))}
        for done, (drop, sha256) in enumerate(sorted(hashed, key=lambda pair: order[pair[1]]), start=1):
            self._take(drop, sha256)
            if progress:
                progress(done, len(hashed))
        return Received(self.new, self.known, self.refused, self.repeats, self.waiting, self.rehomed)

    def _tidy(self, agency: str) -> None:
        folder = archive_folder(self.paths, agency)
        if folder.is_dir():
            remove_temporary(folder)

    def _hash_all(self, drops: list[Drop]) -> list[tuple[Drop, str]]:
        """The sha256 of each file, from the index where the file is certainly the one hashed before."""
        if not drops:
            return []
        make_folder(self.paths.archive, 0o750)
        remove_temporary(self.paths.archive)
        seen = Seen.load(self.paths.archive / "index.json")
        hashed = []
        for drop in drops:
            key = self.hash_path(drop.relative)
            sha256 = seen.find(key, drop.stat)
            if sha256 not in self.by_id and sha256 not in self.erased and sha256 not in self.renditions:
                sha256 = self._hash(drop)
            if sha256:
                seen.note(key, drop.stat, sha256)
                hashed.append((drop, sha256))
        seen.save()
        return hashed

    def _hash(self, drop: Drop) -> str | None:
        try:
            with open_drop(drop) as stream:
                if is_foreign_archive(stream):
                    return self._refuse(Refused(drop.agency, "nested_archive", drop.relative, drop.stat.st_size))
                sha256 = sha256_of(stream)
                return sha256 if drop.is_unchanged(stream) else self._wait(drop)
        except FileNotFoundError:
            return None  # taken away again: it was not there
        except PermissionError:
            return self._refuse(Refused(drop.agency, "unreadable", drop.relative, drop.stat.st_size))

    def _take(self, drop: Drop, sha256: str) -> None:
        path_hash = self.hash_path(drop.relative)
        if sha256 in self.erased:
            self._refuse(Refused(drop.agency, ERASED, drop.relative, drop.stat.st_size))
        elif sha256 in self.renditions:
            self.known += 1  # the redacted file, put in place of the one dropped
        elif sha256 not in self.by_id:
            self._enter(drop, sha256, path_hash)
        elif self._is_put_right(drop, self.by_id[sha256], path_hash):
            self._rehome(drop, self.by_id[sha256], path_hash)
        elif self.last_at_path.get(path_hash) == sha256:
            self.known += 1
        else:
            self._repeat(drop, self.by_id[sha256], path_hash)

    def _enter(self, drop: Drop, sha256: str, path_hash: str) -> None:
        suffix = suffix_of(drop.relative)
        try:
            with open_drop(drop) as stream:
                is_kept = keep(self.paths, drop.agency, stream, sha256, suffix, Sidecar.of(drop))
        except FileNotFoundError:
            return
        if not is_kept:
            self._wait(drop)
            return
        delivery = Delivery(self.paths.jurisdiction, sha256, drop.agency, drop.stat.st_size, suffix, utc_text())
        self.ledger.record_delivery(delivery, {"path_hash": path_hash})
        self.by_id[sha256] = delivery
        self.last_at_path[path_hash] = sha256
        self.new.append(sha256)

    def _is_put_right(self, drop: Drop, known: Delivery, path_hash: str) -> bool:
        """Whether the file was put into its right folder after it had lain in a wrong one: it is new there and either
        gone from the old folder or of no use there; or it is of no use where it was, and gone from there.
        """
        if drop.agency == known.agency:
            return False
        is_news = self.last_at_path.get(path_hash) != known.delivery_id
        is_moved = known.agency not in self.lies_under[known.delivery_id]
        return is_news + is_moved + (known.delivery_id in self.useless) >= 2

    def _rehome(self, drop: Drop, known: Delivery, path_hash: str) -> None:
        """Judged as the other agency's from now on. What was staged before goes first: nobody would look for it."""
        staged = self.paths.staged_delivery(known.agency, known.delivery_id)
        if staged.is_dir():
            shutil.rmtree(staged)
        self.by_id[known.delivery_id] = self.ledger.rehome(known, drop.agency, {"path_hash": path_hash})
        self.last_at_path[path_hash] = known.delivery_id
        self.rehomed += 1

    def _repeat(self, drop: Drop, known: Delivery, path_hash: str) -> None:
        """The same bytes at a path where something else or nothing was: one event, also when it is the old path
        again.
        """
        newer_exists = any(
            other.agency == known.agency and other.received_at > known.received_at for other in self.by_id.values()
        )
        payload = {
            "delivery_id": known.delivery_id,
            "agency": drop.agency,
            "path_hash": path_hash,
            "newer_exists": newer_exists,
        }
        self.ledger.append(self.paths.jurisdiction, REPEAT, payload)
        self.last_at_path[path_hash] = known.delivery_id
        self.repeats += 1

    def _wait(self, drop: Drop) -> None:
        self.waiting.append(Refusal(drop.agency, "still_changing", self.hash_path(drop.relative), drop.relative))

    def _refuse(self, item: Refused) -> None:
        path_hash = self.hash_path(item.relative)
        self.refused.append(Refusal(item.agency, item.reason, path_hash, item.relative))
        payload = {"agency": item.agency, "reason": item.reason, "path_hash": path_hash, "size_bytes": item.size_bytes}
        if not self.ledger.has_event(self.paths.jurisdiction, DROP_REFUSED, payload):
            self.ledger.append(self.paths.jurisdiction, DROP_REFUSED, payload)
