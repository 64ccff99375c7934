"""Publish a release by one atomic swap; cut editions; link the current edition into a release.

Here: folders, modes, fsync, rename, the `current` link. Not here: what a release holds and whether it may be published:
the build function writes the files and raises when a check fails, and then readers keep what they have.

Order of a release: build in `<id>.next` → modes → fsync of every file and folder → rename to `<id>` → fsync of the
parent → the caller's entry in the ledger → swap of `current` → fsync of the parent. A release that waits for approval
stops before the swap, closed to its readers; `open_to_readers` and `make_current` go on from there. A kill leaves
`current` on a complete release at every point. A failed fsync is not asked again: the release is given up and built
anew by the next run.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kla_pipeline.errors import StorageProblem, WrongUse
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger.durable import fsync_path, make_folder
from kla_pipeline.settings import Paths, Settings
from kla_pipeline.warehouse.files import fsync_tree, group_id, link_tree, remove_tree, set_modes

NEXT = ".next"
TOMBSTONE = "withdrawn.json"
"""Lies in a release whose restricted parts were taken away for good; its `public/` stays."""
_OPEN = 0o555
"""Of the folder of a release: others must get through it to public/."""
_CLOSED = 0o500
Build = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups that may read the restricted parts; '' leaves the owner's own group."""

    readers: str = ""
    auditors: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Groups:
        return cls(settings.readers_group, settings.auditors_group)


def publish(
    paths: Paths,
    build_release: Build,
    release_id: str,
    *,
    groups: Groups | None = None,
    recorded: Collection[str] = (),
    before_swap: Callable[[Path], None] | None = None,
    swap: bool = True,
) -> Path:
    """Build a release with `build_release(folder)` and make it the current one; returns its folder.

    Without `swap` it stays closed to everybody but the owner and `current` stays as it is.

    `build_release` writes `internal/`, `audit/` and `public/` (see `link_public`) into the folder it is given. What is
    in `public/` becomes readable for all (0444/0555), everything else for owner and group (0440/0550).
    `recorded`: ids the ledger knows. A folder of this id that the ledger knows is complete and only swapped in, without
    a build; one it does not know was left by a killed run and is built again.
    `before_swap(folder)` runs when the folder is complete on disk: the place for `Ledger.record_release`.
    Raises what the callbacks raise, OSError of the disk, Locked, ConfigurationError (unknown group).
    """
    _check_name(release_id)
    with jurisdiction_lock(paths):
        group_ids = _group_ids(groups or Groups())
        make_folder(paths.releases)
        clean_leftovers(paths)
        release = paths.releases / release_id
        if not _is_reusable(paths, release, recorded):
            _build(release, build_release, lambda folder: _release_modes(folder, group_ids, _OPEN if swap else _CLOSED))
        if before_swap:
            before_swap(release)
        if swap:
            make_current(paths, release_id)
        return release


def open_to_readers(folder: Path) -> None:
    """Let readers into a release or edition that was closed until its approval."""
    if stat.S_IMODE(folder.stat().st_mode) != _OPEN:
        folder.chmod(_OPEN)
        fsync_path(folder)


def make_current(paths: Paths, release_id: str) -> None:
    """Point `current` to a complete release; nothing when it does already. Raises StorageProblem when there is none."""
    _check_name(release_id)
    with jurisdiction_lock(paths):
        if not (paths.releases / release_id).is_dir():
            raise StorageProblem(
                f"Release {release_id} of {paths.jurisdiction} is not on disk.", "Restore it or publish a new one."
            )
        target = Path("releases", release_id)
        if paths.current.is_symlink() and paths.current.readlink() == target:
            return
        open_to_readers(paths.releases / release_id)
        temporary = paths.published / f".current{NEXT}"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target)  # relative: the published folder can be moved or mounted elsewhere
        os.replace(temporary, paths.current)
        fsync_path(paths.published)


def current_release(paths: Paths) -> Path | None:
    """Folder of the current release, not the link, so that a reader stays on one release; None before the first."""
    if not paths.current.is_symlink():
        return None
    release = paths.releases / paths.current.readlink().name
    return release if release.is_dir() else None


def list_releases(paths: Paths) -> list[Path]:
    """Folders of the complete releases, by id."""
    return _complete(paths.releases)


def is_withdrawn(release: Path) -> bool:
    """Whether a tombstone lies in a release's folder."""
    return (release / TOMBSTONE).is_file()


def list_editions(paths: Paths) -> list[Path]:
    """Folders of the public editions, by id."""
    return _complete(paths.editions)


def cut_edition(paths: Paths, edition_id: str, build_edition: Build, *, closed: bool = False) -> Path:
    """Build a public edition once; one that exists is never touched again, and its folder is returned.

    A `closed` one is for the owner only until `open_to_readers`.
    """

    def modes(folder: Path) -> None:
        set_modes(folder, 0o444, _OPEN)
        folder.chmod(_CLOSED if closed else _OPEN)

    _check_name(edition_id)
    with jurisdiction_lock(paths):
        make_folder(paths.editions)
        clean_leftovers(paths)
        edition = paths.editions / edition_id
        if not edition.is_dir():
            _build(edition, build_edition, modes)
        return edition


def link_public(edition: Path, release_dir: Path) -> Path:
    """Hard-link an edition's files as `public/` of a release that is being built: same bytes, no space, real
    folders.
    """
    public = release_dir / "public"
    link_tree(edition, public)
    return public


def clean_leftovers(paths: Paths) -> None:
    """Delete what killed runs left: half-built releases and editions, a link that was not swapped in."""
    with jurisdiction_lock(paths):
        for folder in (paths.releases, paths.editions):
            for leftover in folder.glob(f"*{NEXT}") if folder.is_dir() else ():
                remove_tree(leftover)
        (paths.published / f".current{NEXT}").unlink(missing_ok=True)


def _is_reusable(paths: Paths, release: Path, recorded: Collection[str]) -> bool:
    """Whether the folder of that id stands as it is; removes one that nobody knows."""
    if not release.is_dir():
        return False
    if release.name in recorded or current_release(paths) == release:
        return True
    # back under its unfinished name first: a kill during the removal must not leave half a release that looks complete
    leftover = release.with_name(release.name + NEXT)
    os.rename(release, leftover)
    remove_tree(leftover)
    return False


def _build(final: Path, build: Build, set_all_modes: Build) -> None:
    """`final` appears whole or not at all."""
    folder = final.with_name(final.name + NEXT)
    folder.mkdir()
    try:
        build(folder)
        set_all_modes(folder)
        fsync_tree(folder)
        os.rename(folder, final)
    except BaseException:
        with suppress(OSError):  # a full disk gets its space back; what cannot be removed goes at the next start
            remove_tree(folder)
        raise
    fsync_path(final.parent)


def _release_modes(folder: Path, group_ids: dict[str, int], top: int) -> None:
    for part in folder.iterdir():
        if part.name == "public":
            set_modes(part, 0o444, 0o555)
        elif part.is_dir():
            set_modes(part, 0o440, 0o550, group_ids.get(part.name, -1))
        else:
            part.chmod(0o440)
    folder.chmod(top)


def _group_ids(groups: Groups) -> dict[str, int]:
    return {"internal": group_id(groups.readers), "audit": group_id(groups.auditors)}


def _complete(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        p for p in folder.iterdir() if p.is_dir() and not p.name.endswith(NEXT) and not p.name.startswith(".")
    )


def _check_name(name: str) -> None:
    if not name or name.startswith(".") or name.endswith(NEXT) or Path(name).name != name:
        raise WrongUse(f"{name!r} cannot name a release or an edition.", "Use letters, digits, '-' and '.'.")
