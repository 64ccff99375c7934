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
from kla_pipeline.nightly.build import is_built
from kla_pipeline.nightly.inputs import Inputs, current_inputs
from kla_pipeline.nightly.load import known_key
from kla_pipeline.nightly.summary import QUERIES, write_summary
from kla_pipeline.settings import Paths, Settings
from kla_pipeline.warehouse import publish as files

CHECKED = "checked"
SWAPPED = "release_swapped"
EDITION_CUT = "edition_cut"
# without one of these a release is of no use to its readers
PARTS = ("internal/internal.duckdb", "internal/index.html", "audit/audit.duckdb", "public/published.duckdb")


@dataclass(slots=True)
class Published:
    """What publishing did: `outcome` is published, unchanged (same inputs) or checked (another date, same tables)."""

    outcome: str
    release_id: str
    folder: Path


@boundary("Publishing the release")
def publish(settings: Settings, jurisdiction: str) -> Published:
    """Publish the warehouse as a release unless the current one says the same already."""
    paths = settings.paths(jurisdiction)
    with jurisdiction_lock(paths), open_ledger(settings) as ledger:
        inputs = current_inputs(settings, ledger, jurisdiction, load_key(settings, ledger).key_id)
        _tell_swap(paths, ledger)  # an earlier run may have been stopped right after it
        current = current_of(paths, ledger)
        if current and _says_the_same(ledger, current, inputs):
            return Published("unchanged", current.release_id, paths.releases / current.release_id)
        if not is_built(paths, inputs):
            raise StorageProblem("The warehouse does not hold today's inputs.", "Run the whole job again.")
        published = _publish(settings, paths, ledger, inputs, current)
        _tell_swap(paths, ledger)
        return published


@boundary("Looking at the current release")
def is_current(settings: Settings, jurisdiction: str) -> bool:
    """Whether the current release says what today's inputs say: then a night has nothing to publish."""
    with open_ledger(settings) as ledger:
        key = known_key(settings, ledger)
        if key is None:
            return False
        inputs = current_inputs(settings, ledger, jurisdiction, key.key_id)
        current = current_of(settings.paths(jurisdiction), ledger)
        return current is not None and _says_the_same(ledger, current, inputs)


def _says_the_same(ledger: Ledger, current: Release, inputs: Inputs) -> bool:
    return current.input_key == inputs.key or is_checked(ledger, inputs.jurisdiction, current, inputs)


def current_of(paths: Paths, ledger: Ledger) -> Release | None:
    """The ledger's entry of the release that `current` points to; None before the first, and when it is not whole."""
    folder = files.current_release(paths)
    if folder is None or not is_whole(folder):
        return None
    return next((r for r in ledger.releases(paths.jurisdiction) if r.release_id == folder.name), None)


def is_whole(release: Path) -> bool:
    """Whether the files are there that readers open, and hold something."""
    found = (release / part for part in PARTS)
    return all(part.is_file() and part.stat().st_size for part in found)


def swapped_ids(ledger: Ledger, jurisdiction: str) -> set[str]:
    """Releases that were current once. One that is only recorded was left by a run that was stopped before the swap."""
    return {event.payload["release_id"] for event in ledger.events(jurisdiction, SWAPPED)}


def _tell_swap(paths: Paths, ledger: Ledger) -> None:
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
    if releases and releases[-1].input_key == inputs.key and is_whole(paths.releases / releases[-1].release_id):
        # an earlier run recorded it and was stopped before the swap
        files.make_current(paths, releases[-1].release_id)
        return Published("published", releases[-1].release_id, paths.releases / releases[-1].release_id)
    known = [release.release_id for release in releases]
    release_id = f"{inputs.as_of:%Y%m%d}-{len(known) + 1:04d}-{inputs.key[:8]}"
    edition = _edition(settings, paths, ledger, inputs)
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
            paths, build_release, release_id, groups=files.Groups.of(settings), recorded=known, before_swap=before_swap
        )
    except _SameTables:
        folder = None
    if folder is None and current:
        files.clean_leftovers(paths)
        payload = {"release_id": current.release_id, "input_key": inputs.key, "as_of": inputs.as_of.isoformat()}
        ledger.append(paths.jurisdiction, CHECKED, payload)
        return Published("checked", current.release_id, paths.releases / current.release_id)
    progress.report("release", 1, 1)
    return Published("published", release_id, paths.releases / release_id)


def _only_date_differs(ledger: Ledger, inputs: Inputs, current: Release) -> bool:
    recorded = [e.payload for e in ledger.events(inputs.jurisdiction, "release_recorded")]
    mine = next((p for p in recorded if p.get("release_id") == current.release_id), {})
    return mine.get("inputs_without_date") == inputs.key_without_date


def _edition(settings: Settings, paths: Paths, ledger: Ledger, inputs: Inputs) -> Path:
    """The public edition in force.

    The first run cuts the first one. An edition that says nothing about any indicator, because no register had come, is
    followed by the first that does: nothing can be worked out from the difference to an empty one. After that editions
    stay as they are until a disclosure audit over editions exists.
    """
    from kla_pipeline.warehouse.tiers import TIERS

    existing = files.list_editions(paths)
    if existing and (_says_anything(existing[-1] / TIERS["public"], "edition_says") or not _would_say(paths)):
        edition_id = existing[-1].name
    else:
        edition_id = f"{inputs.as_of.year - 1}-{len(existing) + 1:04d}"
    folder = files.cut_edition(paths, edition_id, lambda target: write_edition(settings, paths, target, edition_id))
    _tell_edition(paths, ledger, folder)
    return folder


def _would_say(paths: Paths) -> bool:
    return _says_anything(paths.warehouse, "public_says")


def _says_anything(database: Path, query: str) -> bool:
    from kla_pipeline.warehouse.sql import open_read_only

    if not database.is_file() or not database.stat().st_size:
        return True  # damaged: told by _tell_edition, never silently replaced
    with open_read_only(database) as connection:
        found = connection.execute((QUERIES / f"{query}.sql").read_text(encoding="utf-8")).fetchone()
    return bool(found and found[0])


def _tell_edition(paths: Paths, ledger: Ledger, edition: Path) -> None:
    """The event of an edition, also of one whose run was stopped before it; what it rests on stands in its file."""
    from kla_pipeline.warehouse.sql import open_read_only
    from kla_pipeline.warehouse.tiers import TIERS

    database = edition / TIERS["public"]
    if not database.is_file() or not database.stat().st_size:
        # every release links its files: publishing it again would give readers the same damage
        raise StorageProblem(
            f"The public edition {edition.name} of {paths.jurisdiction} is damaged.",
            "Restore published/ from the backup.",
        )
    if ledger.has_event(paths.jurisdiction, EDITION_CUT, {"edition_id": edition.name}):
        return
    with open_read_only(database) as connection:
        input_key, as_of = connection.execute("SELECT input_key, as_of_date FROM meta.release").fetchall()[0]
    payload = {"edition_id": edition.name, "input_key": input_key, "as_of": as_of.isoformat()}
    ledger.append(paths.jurisdiction, EDITION_CUT, payload)


def _write_release(settings: Settings, paths: Paths, folder: Path, release_id: str, edition: Path) -> dict[str, str]:
    """Files of a release; returns the content hashes of its tables."""
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
    files.link_public(edition, folder)
    return content_hashes(hashes)


def write_edition(settings: Settings, paths: Paths, folder: Path, edition_id: str) -> None:
    """Files of a public edition: DuckDB, Parquet, CSV, a data package, a page; ended years, disclosure controlled."""
    from kla_pipeline.reports.engine import render_public
    from kla_pipeline.warehouse.open_data import write_open_data
    from kla_pipeline.warehouse.tiers import TIERS, write_tier

    database = folder / TIERS["public"]
    write_tier(paths.warehouse, "public", database, settings.memory_limit, edition_id)
    write_open_data(database, folder)
    render_public(database, folder / "site", edition_id=edition_id)
