"""Publish: the warehouse of today's inputs → an immutable release, swapped in last.

A run whose inputs equal the current release's publishes nothing. One that differs by the as-of date only, and in no
published table, writes a `checked` event instead of a release.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kla_pipeline import progress
from kla_pipeline.errors import StorageProblem, boundary
from kla_pipeline.identity.keys import load_key
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger import Ledger, Release, open_ledger, utc_text
from kla_pipeline.ledger.decided import VALUES_ERASED
from kla_pipeline.nightly import editions, signoff
from kla_pipeline.nightly.build import is_built
from kla_pipeline.nightly.inputs import Inputs, current_inputs, decided_by
from kla_pipeline.nightly.load import known_key
from kla_pipeline.nightly.record import read_record
from kla_pipeline.nightly.summary import write_summary
from kla_pipeline.settings import Paths, Settings
from kla_pipeline.warehouse import publish as files

CHECKED = "checked"
WAITING = "waiting"
SWAPPED = "release_swapped"
# without one of these a release is of no use to its readers
PARTS = ("internal/internal.duckdb", "internal/index.html", "audit/audit.duckdb", "public/published.duckdb")


@dataclass(slots=True)
class Published:
    """What publishing did: `outcome` is published, unchanged (same inputs), checked (another date, same tables) or
    waiting (complete, and current once two people have approved it).
    """

    outcome: str
    release_id: str
    folder: Path


@boundary("Publishing the release")
def publish(settings: Settings, jurisdiction: str) -> Published:
    """Publish the warehouse as a release unless the newest one says the same already."""
    paths = settings.paths(jurisdiction)
    with jurisdiction_lock(paths), open_ledger(settings) as ledger:
        inputs = current_inputs(settings, ledger, jurisdiction, load_key(settings, ledger).key_id)
        tell_swap(paths, ledger)  # an earlier run may have been stopped right after it
        if settings.strict_releases:
            swap_approved(paths, ledger)  # or between the second signature and the swap
        newest = newest_of(settings, paths, ledger)
        if not (newest and _says_the_same(ledger, newest, inputs)):
            inputs = _built_inputs(paths, ledger, inputs)
        if newest and _says_the_same(ledger, newest, inputs):
            return _stands(paths, newest)
        published = _publish(settings, paths, ledger, inputs, newest)
        tell_swap(paths, ledger)
        return published


def _built_inputs(paths: Paths, ledger: Ledger, inputs: Inputs) -> Inputs:
    """What the warehouse rests on: today's inputs, or those before the decisions that people took since it was built.

    Such decisions wait for the next night, which finds other inputs then. Not so an erasure: what it took away is never
    published again. Raises StorageProblem for a warehouse of any other inputs.
    """
    if is_built(paths, inputs):
        return inputs
    record = read_record(paths)
    if record is not None:
        since = [e for e in ledger.decision_events(paths.jurisdiction) if e.seq > record.last_event]
        before = decided_by(ledger, inputs, record.last_event)
        if is_built(paths, before) and not any(event.kind == VALUES_ERASED for event in since):
            return before
    raise StorageProblem("The warehouse does not hold today's inputs.", "Run the whole job again.")


def _stands(paths: Paths, newest: Release) -> Published:
    """Nothing to publish: the newest release is the current one, or waits for its approval."""
    outcome = "unchanged" if is_swapped_in(paths, newest) else WAITING
    return Published(outcome, newest.release_id, paths.releases / newest.release_id)


@boundary("Looking at the current release")
def is_current(settings: Settings, jurisdiction: str) -> bool:
    """Whether the newest release says what today's inputs say: then a night has nothing to publish."""
    return _agreed_inputs(settings, jurisdiction) is not None


@boundary("Looking whether anything changed")
def is_settled(settings: Settings, jurisdiction: str) -> bool:
    """Whether the warehouse and the newest release both rest on today's inputs: then nothing is built or published."""
    inputs = _agreed_inputs(settings, jurisdiction)
    return inputs is not None and is_built(settings.paths(jurisdiction), inputs)


def _agreed_inputs(settings: Settings, jurisdiction: str) -> Inputs | None:
    with open_ledger(settings) as ledger:
        key = known_key(settings, ledger)
        if key is None:
            return None
        inputs = current_inputs(settings, ledger, jurisdiction, key.key_id)
        newest = newest_of(settings, settings.paths(jurisdiction), ledger)
        return inputs if newest and _says_the_same(ledger, newest, inputs) else None


@boundary("Looking for a release that waits")
def waiting_id(settings: Settings, jurisdiction: str) -> str | None:
    """Id of the newest release that waits for its approval; None when the newest one is current."""
    paths = settings.paths(jurisdiction)
    with open_ledger(settings) as ledger:
        newest = newest_of(settings, paths, ledger)
    return newest.release_id if newest and not is_swapped_in(paths, newest) else None


def _says_the_same(ledger: Ledger, current: Release, inputs: Inputs) -> bool:
    return current.input_key == inputs.key or is_checked(ledger, inputs.jurisdiction, current, inputs)


def current_of(paths: Paths, ledger: Ledger) -> Release | None:
    """The ledger's entry of the release that `current` points to; None before the first, and when it is not whole."""
    folder = files.current_release(paths)
    if folder is None or not is_whole(folder):
        return None
    return next((r for r in ledger.releases(paths.jurisdiction) if r.release_id == folder.name), None)


def newest_of(settings: Settings, paths: Paths, ledger: Ledger) -> Release | None:
    """The release that a new one must differ from: the current one, or a newer one that waits (`strict_releases`)."""
    current = current_of(paths, ledger)
    waiting = waiting_releases(paths, ledger) if settings.strict_releases else []
    return waiting[-1] if waiting else current


def waiting_releases(paths: Paths, ledger: Ledger) -> list[Release]:
    """Whole releases recorded after the current one, oldest first: complete, not swapped in, and with an edition that
    may become public.
    """
    folder = files.current_release(paths)
    found: list[Release] = []
    for release in ledger.releases(paths.jurisdiction):
        if folder is not None and release.release_id == folder.name:
            found = []
        elif is_whole(paths.releases / release.release_id):
            found.append(release)
    swapped = swapped_ids(ledger, paths.jurisdiction)
    return [r for r in found if r.release_id not in swapped and editions.may_show(paths, ledger, r, swapped)]


def is_swapped_in(paths: Paths, release: Release) -> bool:
    """Whether readers get this release."""
    folder = files.current_release(paths)
    return folder is not None and folder.name == release.release_id


def swap_approved(paths: Paths, ledger: Ledger) -> Release | None:
    """Make the newest waiting release that two people approved the current one; None when there is none."""
    approvals = signoff.approvals(ledger, paths.jurisdiction)
    done = [r for r in waiting_releases(paths, ledger) if signoff.is_complete(approvals.get(r.release_id, ()))]
    if not done:
        return None
    release = done[-1]
    if release.edition_id:
        files.open_to_readers(paths.editions / release.edition_id)
    files.make_current(paths, release.release_id)
    tell_swap(paths, ledger)
    return release


def release_of(paths: Paths, ledger: Ledger, input_key: str) -> dict[str, object]:
    """Which release says what these inputs give: `release_id` (None: none yet) and whether it `is_current`."""
    current = files.current_release(paths)
    checked = [e.payload for e in ledger.events(paths.jurisdiction, CHECKED) if e.payload["input_key"] == input_key]
    found = [r.release_id for r in ledger.releases(paths.jurisdiction) if r.input_key == input_key]
    found += [payload["release_id"] for payload in checked]
    release_id = found[-1] if found else None
    return {"release_id": release_id, "is_current": current is not None and current.name == release_id}


def is_whole(release: Path) -> bool:
    """Whether the files are there that readers open, and hold something."""
    found = (release / part for part in PARTS)
    return all(part.is_file() and part.stat().st_size for part in found)


def swapped_ids(ledger: Ledger, jurisdiction: str) -> set[str]:
    """Releases that were current once. One that is only recorded was left by a run that was stopped before the swap."""
    return {event.payload["release_id"] for event in ledger.events(jurisdiction, SWAPPED)}


def tell_swap(paths: Paths, ledger: Ledger) -> None:
    """The event of a swap, unless it was told: a run may have been stopped between the two."""
    current = files.current_release(paths)
    if current and current.name not in swapped_ids(ledger, paths.jurisdiction):
        ledger.append(paths.jurisdiction, SWAPPED, {"release_id": current.name})


def is_checked(ledger: Ledger, jurisdiction: str, current: Release, inputs: Inputs) -> bool:
    """Whether an earlier run found that these inputs give the tables of the current release."""
    match = {"release_id": current.release_id, "input_key": inputs.key}
    return ledger.has_event(jurisdiction, CHECKED, match)


class _SameTables(Exception):
    """The release being built has the tables of the current one."""


def _publish(settings: Settings, paths: Paths, ledger: Ledger, inputs: Inputs, current: Release | None) -> Published:
    releases = ledger.releases(paths.jurisdiction)
    is_strict = settings.strict_releases
    waiting = [] if is_strict else waiting_releases(paths, ledger)
    if waiting and waiting[-1] == releases[-1] and waiting[-1].input_key == inputs.key:
        # an earlier run recorded it and was stopped before the swap, or it waited for an approval that is not asked now
        if releases[-1].edition_id:
            files.open_to_readers(paths.editions / releases[-1].edition_id)
        files.make_current(paths, releases[-1].release_id)
        return Published("published", releases[-1].release_id, paths.releases / releases[-1].release_id)
    known = [release.release_id for release in releases]
    release_id = f"{inputs.as_of:%Y%m%d}-{len(known) + 1:04d}-{inputs.key[:8]}"
    edition = editions.edition_of(settings, paths, ledger, inputs, swapped_ids(ledger, paths.jurisdiction))
    date_only = current is not None and _only_date_differs(ledger, inputs, current)
    hashes: dict[str, str] = {}

    def build_release(folder: Path) -> None:
        folder.chmod(0o700)  # exact counts: until its parts have their modes, nobody else looks in
        hashes.update(_write_release(settings, paths, folder, release_id, edition))
        if date_only and current and hashes == current.table_hashes:
            raise _SameTables

    def before_swap(_folder: Path) -> None:
        release = Release(
            release_id=release_id,
            jurisdiction=paths.jurisdiction,
            input_key=inputs.key,
            as_of=inputs.as_of.isoformat(),
            created_at=utc_text(),
            table_hashes=hashes,
            edition_id=edition.name,
        )
        ledger.record_release(release, {"inputs_without_date": inputs.key_without_date})

    try:
        folder = files.publish(
            paths,
            build_release,
            release_id,
            groups=files.Groups.of(settings),
            recorded=known,
            before_swap=before_swap,
            swap=not is_strict,
        )
    except _SameTables:
        folder = None
    if folder is None and current:
        files.clean_leftovers(paths)
        payload = {"release_id": current.release_id, "input_key": inputs.key, "as_of": inputs.as_of.isoformat()}
        ledger.append(paths.jurisdiction, CHECKED, payload)
        return Published("checked", current.release_id, paths.releases / current.release_id)
    progress.report("release", 1, 1)
    return Published(WAITING if is_strict else "published", release_id, paths.releases / release_id)


def _only_date_differs(ledger: Ledger, inputs: Inputs, current: Release) -> bool:
    recorded = [e.payload for e in ledger.events(inputs.jurisdiction, "release_recorded")]
    mine = next((p for p in recorded if p.get("release_id") == current.release_id), {})
    return mine.get("inputs_without_date") == inputs.key_without_date


def _write_release(settings: Settings, paths: Paths, folder: Path, release_id: str, edition: Path) -> dict[str, str]:
    """Files of a release; returns the content hashes of its tables."""
    from kla_pipeline.reports.audit_report import render_report
    from kla_pipeline.reports.engine import render_release
    from kla_pipeline.warehouse.sql import open_read_only
    from kla_pipeline.warehouse.tiers import TIERS, content_hashes, write_tier

    hashes = {}
    for tier in ("internal", "audit"):
        target = folder / tier / TIERS[tier]
        hashes[tier] = write_tier(paths.warehouse, tier, target, settings.memory_limit, release_id)
    with open_read_only(folder / "internal" / TIERS["internal"]) as connection:
        write_summary(connection, release_id, folder / "internal")
    render_release(folder / "internal" / TIERS["internal"], folder / "audit" / TIERS["audit"], folder / "internal")
    render_report(folder / "audit" / TIERS["audit"], folder / "audit" / "report")
    files.link_public(edition, folder)
    return content_hashes(hashes)
