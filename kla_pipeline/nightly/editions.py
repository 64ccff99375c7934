"""Public editions: which one a release carries, and when a new one is cut.

Here: the choice, the cut with its event, and what keeps two editions from giving a child away by their difference. Not
here: releases (release.py) and which figures the public sees (measures/disclosure.py).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from kla_pipeline.errors import StorageProblem
from kla_pipeline.ledger import Ledger, Release
from kla_pipeline.nightly.inputs import Inputs
from kla_pipeline.nightly.summary import QUERIES
from kla_pipeline.settings import Paths, Settings
from kla_pipeline.warehouse import publish as files

EDITION_CUT = "edition_cut"


def edition_of(settings: Settings, paths: Paths, ledger: Ledger, inputs: Inputs, swapped: Collection[str]) -> Path:
    """The public edition in force.

    The first run cuts the first one. An edition that says nothing about any indicator, because no register had come, is
    followed by the first that does: nothing can be worked out from the difference to an empty one. After that editions
    stay as they are until a disclosure audit over editions exists.
    """
    from kla_pipeline.warehouse.tiers import TIERS

    cut = files.list_editions(paths)
    existing = _usable_editions(paths, ledger, cut, inputs, swapped) if settings.strict_releases else cut
    if existing and (_says_anything(existing[-1] / TIERS["public"], "edition_says") or not _would_say(paths)):
        edition_id = existing[-1].name
    else:
        edition_id = f"{inputs.as_of.year - 1}-{len(cut) + 1:04d}"
    folder = files.cut_edition(
        paths,
        edition_id,
        lambda target: write_edition(settings, paths, target, edition_id),
        closed=settings.strict_releases,
    )
    if not settings.strict_releases:
        files.open_to_readers(folder)
    _tell_edition(paths, ledger, folder)
    return folder


def _usable_editions(
    paths: Paths, ledger: Ledger, cut: list[Path], inputs: Inputs, swapped: Collection[str]
) -> list[Path]:
    """Editions that were published; before the first of them, one cut for the same inputs by a run that was stopped.

    One that only unapproved releases hold was never public: a correction made before the approval must reach the
    public, and nothing can be worked out from a difference to what nobody saw.
    """
    public = _public_editions(paths, ledger, swapped)
    told = {e.payload["edition_id"]: e.payload["input_key"] for e in ledger.events(paths.jurisdiction, EDITION_CUT)}
    shown = [edition for edition in cut if edition.name in public]
    return shown or [edition for edition in cut if told.get(edition.name) == inputs.key]


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


def may_show(paths: Paths, ledger: Ledger, release: Release, swapped: Collection[str]) -> bool:
    """Whether a release's edition may become public: not when it was cut before another one did, because the
    difference of two editions a night apart would give single children away. `swapped`: releases that readers got.
    """
    from kla_pipeline.warehouse.tiers import TIERS

    public = _public_editions(paths, ledger, swapped)
    if release.edition_id is None or release.edition_id in public:
        return True
    return not any(_says_anything(paths.editions / name / TIERS["public"], "edition_says") for name in sorted(public))


def _public_editions(paths: Paths, ledger: Ledger, swapped: Collection[str]) -> set[str]:
    """Editions of releases that readers got: `swapped` are their ids."""
    return {r.edition_id for r in ledger.releases(paths.jurisdiction) if r.edition_id and r.release_id in swapped}


def write_edition(settings: Settings, paths: Paths, folder: Path, edition_id: str) -> None:
    """Files of a public edition: DuckDB, Parquet, CSV, a data package, a page; ended years, disclosure controlled."""
    from kla_pipeline.reports.engine import render_public
    from kla_pipeline.warehouse.open_data import write_open_data
    from kla_pipeline.warehouse.tiers import TIERS, write_tier

    database = folder / TIERS["public"]
    write_tier(paths.warehouse, "public", database, settings.memory_limit, edition_id)
    write_open_data(database, folder)
    render_public(database, folder / "site", edition_id=edition_id)
