"""Approving a release: two people sign the same statement, then readers get it.

Here: who may sign which release, and what the second signature sets going. Not here: what is signed and the sheet
(signoff.py), and how a release is built and swapped (release.py).

Every release can be approved: under `strict_releases` the second signature is what publishes one that waits; otherwise,
and for an older release, it is a record. A run stopped after the second signature is made up for by the next call or
the next night.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kla_pipeline.decisions import roles
from kla_pipeline.errors import StorageProblem, WrongUse, boundary
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger import Ledger, Release, open_ledger
from kla_pipeline.nightly import release as releases
from kla_pipeline.nightly import signoff
from kla_pipeline.settings import Paths, Settings
from kla_pipeline.warehouse import publish

COMMAND = "release approve"


@dataclass(frozen=True, slots=True)
class Approval:
    """How a release stands after a look or a signature.

    `outcome`: looked, signed (the first of two), approved (this was the second) or already (it was approved before).
    `is_published`: readers get it, by this call or before. `sheet` is set once it is approved.
    """

    outcome: str
    statement: dict[str, Any]
    signed_by: list[str]
    is_published: bool
    sheet: Path | None = None


@boundary("Looking at what would be approved")
def look(settings: Settings, release_id: str | None = None) -> Approval:
    """The statement of a release and who has signed it; signs nothing and needs no role beyond reading the files."""
    paths = settings.paths()
    with open_ledger(settings) as ledger:
        release = _choose(settings, paths, ledger, release_id)
        statement = signoff.statement(paths.releases / release.release_id, release)
        signed = _signed(ledger, release, statement)
        return Approval("looked", statement, [e.actor for e in signed], releases.is_swapped_in(paths, release))


@boundary("Approving the release")
def approve(settings: Settings, release_id: str | None = None) -> Approval:
    """Sign a release (the newest that waits, else the current one) as the login of this process.

    Raises NotAllowed (no approver, or the same person twice; an event too), WrongUse (unknown, withdrawn or overtaken
    release), StorageProblem (its files are gone) and Locked while a night runs.
    """
    paths = settings.paths()
    with jurisdiction_lock(paths), open_ledger(settings) as ledger:
        actor = roles.require(settings, ledger, paths.jurisdiction, COMMAND, "approver")
        release = _choose(settings, paths, ledger, release_id)
        statement = signoff.statement(paths.releases / release.release_id, release)
        outcome = _sign(ledger, actor, release, statement)
        return _conclude(settings, paths, ledger, release, statement, outcome)


def _sign(ledger: Ledger, actor: roles.Actor, release: Release, statement: signoff.Statement) -> str:
    signed = _signed(ledger, release, statement)
    if signoff.is_complete(signed):
        return "already"
    if any(event.actor == actor.login for event in signed):
        roles.refuse(ledger, actor, COMMAND, "same_person", ("approver",))
        raise roles.NotAllowed(
            f"{actor.login} has signed {release.release_id} already and cannot be its second person.",
            "Another login with the role approver has to approve it.",
        )
    payload = {"release_id": release.release_id, "statement": statement["hash"], "signature": len(signed) + 1}
    ledger.append(actor.jurisdiction, signoff.APPROVED, payload, actor.login)
    return "approved" if signed else "signed"


def _conclude(
    settings: Settings, paths: Paths, ledger: Ledger, release: Release, statement: signoff.Statement, outcome: str
) -> Approval:
    """Sheet and swap of a complete approval; each is left alone where an earlier call has done it."""
    signed = _signed(ledger, release, statement)
    sheet = None
    if signoff.is_complete(signed):
        sheet = signoff.write_sheet(paths, statement, signed, settings.auditors_group)
        releases.swap_approved(paths, ledger)
    names = [event.actor for event in signed]
    return Approval(outcome, statement, names, releases.is_swapped_in(paths, release), sheet)


def _signed(ledger: Ledger, release: Release, statement: signoff.Statement) -> list[Any]:
    """Signatures under this very statement: after a release's files were rewritten, earlier ones say nothing of it."""
    signed = signoff.approvals(ledger, release.jurisdiction).get(release.release_id, [])
    return [event for event in signed if event.payload["statement"] == statement["hash"]]


def _choose(settings: Settings, paths: Paths, ledger: Ledger, release_id: str | None) -> Release:
    if release_id is None:
        waiting = releases.waiting_releases(paths, ledger)
        newest = waiting[-1] if waiting else releases.current_of(paths, ledger)
        if newest is None:
            raise WrongUse(f"There is no release of {paths.jurisdiction} to approve.", "Run `kla run` first.")
        return newest
    known = {release.release_id: release for release in ledger.releases(paths.jurisdiction)}
    if release_id not in known:
        raise WrongUse(f"There is no release {release_id}.", "`kla release list` shows all of them.")
    release = known[release_id]
    if publish.is_withdrawn(paths.releases / release_id):
        raise WrongUse(
            f"Release {release_id} was withdrawn: its figures are gone, and nobody can approve it any more.",
            "`kla release list` shows which releases stand.",
        )
    if not releases.is_whole(paths.releases / release_id):
        raise StorageProblem(f"The files of release {release_id} are not all on disk.", "Restore published/ first.")
    _refuse_overtaken(paths, ledger, release)
    return release


def _refuse_overtaken(paths: Paths, ledger: Ledger, release: Release) -> None:
    """A release that readers never got must not take them back, nor show an edition that another one overtook."""
    was_current = release.release_id in releases.swapped_ids(ledger, paths.jurisdiction)
    waiting = {r.release_id for r in releases.waiting_releases(paths, ledger)}
    if not (was_current or releases.is_swapped_in(paths, release) or release.release_id in waiting):
        raise WrongUse(
            f"Release {release.release_id} was never published and cannot be any more: another was approved meanwhile.",
            "`kla run` makes a release of today's inputs if none waits; approve that.",
        )
