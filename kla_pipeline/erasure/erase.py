"""Erasing a person: what it would change, the proposal, the approval by a second person, and taking it up again.

Here: the functions that the command calls. Not here: the order of changes (steps.py) and sentences (cli/erase.py). The
chain knows the person by a keyed hash of the pseudonym: the decision outlives the person it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kla_pipeline.decisions import force, propose, roles
from kla_pipeline.decisions.records import Decision, Proposal
from kla_pipeline.erasure import holds, rawdrop, releases
from kla_pipeline.erasure.persons import People, Person, staged_rows
from kla_pipeline.erasure.plan import DeliveryPlan, plan_delivery
from kla_pipeline.erasure.steps import ERASED, PREPARED, Erasing, carry_out
from kla_pipeline.erasure.terms import Terms
from kla_pipeline.erasure.work import Moved, Work, read_work, write_work
from kla_pipeline.errors import WrongUse, boundary
from kla_pipeline.identity.keys import Key, load_key
from kla_pipeline.intake import archive
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger import Ledger, open_ledger
from kla_pipeline.nightly.inputs import current_inputs
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.quality.nik import read_nik
from kla_pipeline.settings import Paths, Settings

COMMAND = "erase"
ROLE = "approver"


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would change, as counts and references; `drops` are paths below raw/ (restricted)."""

    subject: str
    plans: list[DeliveryPlan]
    row_ids: frozenset[str]
    possible: frozenset[str]
    shared: frozenset[str]
    decisions: tuple[str, ...]
    releases: list[str]
    reasons: list[holds.Reason]
    drops: list[str] = field(repr=False)
    person: Person = field(repr=False)
    terms: Terms = field(repr=False)

    @property
    def is_empty(self) -> bool:
        return not (self.plans or self.drops)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everything a step of this module works with."""

    settings: Settings
    paths: Paths
    ledger: Ledger
    key: Key
    catalogue: Catalogue
    actor: roles.Actor


@contextmanager
def _desk(settings: Settings, jurisdiction: str) -> Iterator[_Desk]:
    paths = settings.paths(jurisdiction)
    with open_ledger(settings) as ledger:
        actor = roles.require(settings, ledger, jurisdiction, COMMAND, ROLE)
        key, catalogue = load_key(settings, ledger), load_catalogue(settings.source_folders())
        with jurisdiction_lock(paths):
            yield _Desk(settings, paths, ledger, key, catalogue, actor)


@boundary("Looking for the person")
def preview(settings: Settings, jurisdiction: str, subject: str = "", nik: str = "") -> Preview:
    """What erasing the person of a pseudonym, a row id or a NIK would change; nothing is written.

    Raises WrongUse (nobody is meant), NotAllowed, StorageProblem (not staged or built), RenditionProblem.
    """
    with _desk(settings, jurisdiction) as desk:
        return _preview(desk, subject, nik)


@boundary("Proposing the erasure")
def propose_erasure(
    settings: Settings, jurisdiction: str, subject: str = "", nik: str = "", why: str = "other", note: str = ""
) -> tuple[Decision, Preview]:
    """Propose to erase a person; it has no effect before another login approves it.

    Raises besides those of `preview` UnderHold, and WrongUse when a proposal for the person waits.
    """
    with _desk(settings, jurisdiction) as desk:
        found = _preview(desk, subject, nik)
        _refuse_held(desk, found)
        for known in force.load(desk.ledger, jurisdiction, settings.as_of_date):
            if known.action == "erase" and known.subject == found.subject and known.status == "proposed":
                raise WrongUse(
                    f"{known.proposed_by} proposed to erase this person already.",
                    f"Another login approves it: kla erase --approve {known.decision_id}",
                )
        proposal = Proposal("erase", found.subject, "", "", "", why=why, note=note)
        return propose.propose(desk.ledger, desk.key, desk.actor, [proposal])[0], found


@boundary("Erasing the person")
def approve_erasure(settings: Settings, jurisdiction: str, decision_id: str, nik: str = "") -> dict[str, int]:
    """Approve a proposal of another login and carry it out; returns counts.

    Raises NotAllowed (the proposer himself), UnderHold, WrongUse, and what a night raises: then it can be taken up
    again with `resume_erasure`.
    """
    with _desk(settings, jurisdiction) as desk:
        decision = _decision(desk, decision_id, "proposed")
        found = _preview(desk, "", nik, decision.subject)
        _refuse_held(desk, found)
        propose.approve(desk.ledger, desk.actor, decision_id)
        return _carry_out(desk, _prepare(desk, decision_id, found))


@boundary("Erasing the person")
def resume_erasure(settings: Settings, jurisdiction: str, decision_id: str, nik: str = "") -> dict[str, int]:
    """Go on with an approved erasure that was interrupted. Raises as `approve_erasure`."""
    with _desk(settings, jurisdiction) as desk:
        work = read_work(desk.paths, decision_id)
        if work is None or not _is_prepared(desk, decision_id):
            # nothing has changed yet: what came in and what was held since counts
            decision = _decision(desk, decision_id, "in_force")
            if desk.ledger.has_event(jurisdiction, ERASED, {"decision_id": decision_id}):
                raise WrongUse(f"The erasure {decision_id} is done.", "`kla audit verify` shows that the chain holds.")
            found = _preview(desk, "", nik, decision.subject)
            _refuse_held(desk, found)
            work = _prepare(desk, decision_id, found)
        return _carry_out(desk, work)


@boundary("Looking up the subject")
def mark_of(settings: Settings, jurisdiction: str, subject: str = "", nik: str = "") -> str:
    """What the chain knows a person by: for a hold on all his rows. Raises WrongUse, StorageProblem."""
    with open_ledger(settings) as ledger:
        key, catalogue = load_key(settings, ledger), load_catalogue(settings.source_folders())
        with staged_rows(settings, settings.paths(jurisdiction), catalogue, ledger.deliveries(jurisdiction)) as rows:
            return holds.mark(key, _person(People(rows, catalogue, key), subject, nik).child_id)


def _decision(desk: _Desk, decision_id: str, status: str) -> Decision:
    decision = propose.find(desk.ledger, desk.paths.jurisdiction, decision_id)
    if decision.action != "erase" or decision.status != status:
        wanted = "waits for approval" if status == "proposed" else "is approved and not done"
        raise WrongUse(f"{decision_id} is no erasure that {wanted}.", "See `kla decide list`.")
    return decision


def _person(people: People, subject: str, nik: str, mark: str = "", key: Key | None = None) -> Person:
    if nik:
        try:
            person = people.of_nik(str(read_nik(nik)[0]))
        except ValueError:
            person = None
        if person is None:
            raise WrongUse("What was typed is no NIK.", "It has 16 digits; type it again.")
        if mark and key and holds.mark(key, person.child_id) != mark:
            raise WrongUse("The NIK is not that of the person of this proposal.", "Ask who proposed it.")
        return person
    return people.of_mark(holds.MARK, mark) if mark else people.find(subject)


def _preview(desk: _Desk, subject: str, nik: str, mark: str = "") -> Preview:
    jurisdiction = desk.paths.jurisdiction
    deliveries = desk.ledger.deliveries(jurisdiction)
    inputs = current_inputs(desk.settings, desk.ledger, jurisdiction, desk.key.key_id)
    with staged_rows(desk.settings, desk.paths, desk.catalogue, deliveries) as rows:
        person = _person(People(rows, desk.catalogue, desk.key), subject, nik, mark, desk.key)
        holds.attach_warehouse(rows, desk.paths, inputs.deliveries)
        terms = Terms.of(person.niks, person.names, person.row_ids)
        found = (plan_delivery(desk.paths, delivery, desk.catalogue, terms) for delivery in deliveries)
        plans = [plan for plan in found if plan is not None]
        # a row of somebody else that would lose a mention must not be changed either while it is held
        changed = person.row_ids.union(*(plan.row_ids | plan.mentioned for plan in plans))
        running = list(holds.running_cases(rows, desk.catalogue, changed))
    touched = {plan.delivery.delivery_id for plan in plans}
    known = {sha256 for d in deliveries for sha256 in (d.delivery_id, d.current_sha256)}
    subject = holds.mark(desk.key, person.child_id)
    subjects = {subject, *(holds.mark(desk.key, alias) for alias in person.aliases)}
    set_holds = holds.holds(desk.ledger, jurisdiction)
    day = desk.settings.as_of_date
    result = Preview(
        subject=subject,
        plans=plans,
        row_ids=person.row_ids,
        possible=person.possible,
        shared=person.shared,
        decisions=tuple(_decisions_about(desk, person, terms)),
        releases=releases.touched(desk.paths, desk.ledger, touched, desk.ledger.head().count + 1),
        reasons=[*holds.reasons(set_holds, day, subjects, changed, touched), *running],
        drops=rawdrop.drops_to_delete(desk.paths.raw, known, terms),
        person=person,
        terms=terms,
    )
    if result.is_empty:
        raise WrongUse("The person is in nothing that was delivered.", "Check the pseudonym, row id or NIK.")
    return result


def _decisions_about(desk: _Desk, person: Person, terms: Terms) -> Iterator[str]:
    """Decisions about the person's rows, and others whose texts mention him."""
    for decision in force.load(desk.ledger, desk.paths.jurisdiction, desk.settings.as_of_date):
        texts = [decision.note, *(text for cell in decision.cells for text in (cell.expected, cell.value))]
        if decision.subject in person.row_ids or any(terms.without(text) != text for text in texts):
            yield decision.decision_id


def _refuse_held(desk: _Desk, found: Preview) -> None:
    if not found.reasons:
        return
    roles.refuse(desk.ledger, desk.actor, COMMAND, "under_hold")
    names = ", ".join(
        f"hold {r.name}" if r.kind == "hold" else f"{r.rows} rows of a running case in {r.name}" for r in found.reasons
    )
    raise holds.UnderHold(
        f"The person cannot be erased now: {names}.",
        "A hold is lifted with `kla hold lift`; a case stops to run when a delivery or a correction closes it.",
    )


def _prepare(desk: _Desk, decision_id: str, found: Preview) -> Work:
    """All renditions in the archive beside the files they will replace, then the work list."""
    moved = [
        Moved(
            plan.delivery.delivery_id,
            plan.delivery.current_sha256,
            None if plan.content is None else archive.keep_rendition(desk.paths, plan.delivery, plan.content),
            plan.rows,
            plan.mentions,
            plan.renames,
        )
        for plan in found.plans
    ]
    terms = found.terms
    work = Work(
        decision_id,
        tuple(moved),
        found.decisions,
        tuple(sorted(terms.niks)),
        tuple(sorted(terms.names)),
        tuple(sorted(terms.rows)),
        tuple(found.drops),
    )
    write_work(desk.paths, work)
    return work


def _is_prepared(desk: _Desk, decision_id: str) -> bool:
    return desk.ledger.has_event(desk.paths.jurisdiction, PREPARED, {"decision_id": decision_id})


def _carry_out(desk: _Desk, work: Work) -> dict[str, int]:
    jurisdiction = desk.paths.jurisdiction
    if not _is_prepared(desk, work.decision_id):
        files = [{"delivery_id": m.delivery_id, "from": m.from_sha256, "to": m.to_sha256} for m in work.moved]
        said = {"decision_id": work.decision_id, "files": files, "drops": len(work.drops)}
        desk.ledger.append(jurisdiction, PREPARED, said, desk.actor.login)
    return carry_out(Erasing(desk.settings, desk.paths, desk.ledger, desk.catalogue, desk.actor, work))
