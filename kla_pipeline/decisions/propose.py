"""Taking decisions: proposing, approving, refusing, ending, and noting what was sent to an agency.

Here: what may be entered, and entering it. Each function is one transaction: what it looked at is still so when it
writes. Whether the actor has the role is asked before (roles.require). Texts go to `decision_value`, the chain gets
keyed hashes of them: of each text together with the decision's id, so that equal texts do not show as equal.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, get_args

from kla_pipeline.decisions import force
from kla_pipeline.decisions.lifecycle import IllegalMove, Move, next_state
from kla_pipeline.decisions.records import WHY_CODES, Action, Decision, Proposal
from kla_pipeline.decisions.roles import Actor, NotAllowed
from kla_pipeline.decisions.roles import refuse as refuse_call
from kla_pipeline.errors import WrongUse
from kla_pipeline.identity.keys import Key
from kla_pipeline.ledger import DecisionValue, Event, Ledger, decided
from kla_pipeline.ledger.chain import Entry
from kla_pipeline.ledger.decided import Desk
from kla_pipeline.ledger.records import canonical_json

ABOUT_ROWS = ("correct", "release", "withdraw", "reopen")
_MOVES: dict[str, Move] = {"correct": "correct", "release": "release", "withdraw": "withdraw", "reopen": "reopen"}
_ROW_ID = re.compile(r"[0-9a-f]{16}/\d+/\d+(/\d+)?")
_NO_DATE = date.min  # decisions are looked at as they were taken, expired or not
NOTE_LENGTH = 2_000
_UNDECIDED = ("proposed", "in_force")


def propose(
    ledger: Ledger, key: Key, actor: Actor, proposals: Sequence[Proposal], closing: Sequence[Entry] = ()
) -> list[Decision]:
    """Enter proposals in one transaction, all or none; those that need no second person are in force at once.

    `closing`: further events (kind, payload) of the same transaction. Raises WrongUse (an ill-formed proposal) and
    IllegalMove (the row's state does not allow it, or somebody decided about it since it was looked at).
    """
    for proposal in proposals:
        _check_form(proposal)
    with ledger.desk(actor.jurisdiction, actor.login) as desk:
        before = _undecided(force.fold(desk.events(), (), _NO_DATE))
        _check_once(proposals)
        for proposal in proposals:
            _check_move(proposal, before.get(proposal.subject, []))
        texts = [_Texts(proposal, key) for proposal in proposals]
        events = desk.append([(decided.PROPOSED, text.payload) for text in texts])
        values = [(value, event.seq) for text, event in zip(texts, events, strict=True) for value in text.values]
        desk.keep(values)
        reopened = [d for p in proposals if p.action == "reopen" for d in before.get(p.subject, [])]
        desk.append([*_endings(reopened, "reopened"), *closing])
    return force.fold(events, (value for value, _ in values), _NO_DATE)


def approve(ledger: Ledger, actor: Actor, decision_id: str) -> Decision:
    """Put a proposal in force. Raises NotAllowed (the proposer himself; an event too), WrongUse, IllegalMove."""
    with ledger.desk(actor.jurisdiction, actor.login) as desk:
        decision = _waiting(desk, decision_id)
        is_second = decision.proposed_by != actor.login
        if is_second:
            desk.append([(decided.APPROVED, {"decision_id": decision_id})])
    if not is_second:
        refuse_call(ledger, actor, "decide approve", "same_person", ("approver",), decision.agency or None)
        raise NotAllowed(
            f"{actor.login} proposed {decision_id} and cannot be its second person.",
            "Another login with the role approver has to approve it.",
        )
    return find(ledger, actor.jurisdiction, decision_id)


def refuse(ledger: Ledger, actor: Actor, decision_id: str, why: str = "other") -> Decision:
    """Turn a proposal down; the proposer may do so himself. Raises WrongUse and IllegalMove."""
    _check_why(why)
    with ledger.desk(actor.jurisdiction, actor.login) as desk:
        _waiting(desk, decision_id)
        desk.append([(decided.REFUSED, {"decision_id": decision_id, "why": why})])
    return find(ledger, actor.jurisdiction, decision_id)


def end(ledger: Ledger, actor: Actor, decision_ids: Collection[str], why: str) -> int:
    """End decisions and proposals that are not over yet; returns how many. `why` is a word, such as `erased`."""
    with ledger.desk(actor.jurisdiction, actor.login) as desk:
        chosen = [d for d in force.fold(desk.events(), (), _NO_DATE) if d.decision_id in set(decision_ids)]
        return len(desk.append(_endings(chosen, why)))


def note_sent(
    ledger: Ledger,
    actor: Actor,
    jurisdiction: str,
    export_id: str,
    agency: str,
    rows: Sequence[tuple[str, str]],
) -> Event:
    """Enter an export of rejected rows, (row id, row version) each: one event, one row per row sent."""
    with ledger.desk(jurisdiction, actor.login) as desk:
        return desk.send(export_id, agency, rows)


def find(ledger: Ledger, jurisdiction: str, decision_id: str) -> Decision:
    """One decision as it was taken, expired or not. Raises WrongUse."""
    for decision in force.load(ledger, jurisdiction, _NO_DATE):
        if decision.decision_id == decision_id:
            return decision
    raise _unknown(decision_id)


def changed_texts(ledger: Ledger, key: Key, jurisdiction: str) -> list[int]:
    """Numbers of proposals whose restricted texts are not those that were hashed: the chain alone cannot see that."""
    stored: dict[str, list[DecisionValue]] = {}
    for value in ledger.decision_values(jurisdiction):
        stored.setdefault(value.decision_id, []).append(value)
    events = (event for event in ledger.decision_events(jurisdiction) if event.kind == decided.PROPOSED)
    return [event.seq for event in events if _differs(event, stored.get(event.payload["decision_id"], []), key)]


def _differs(event: Event, values: list[DecisionValue], key: Key) -> bool:
    if any(value.is_erased for value in values):
        return False
    said = event.payload
    cells = [_cell_hash(key, value) for value in values if value.position]
    notes = [_note_hash(key, value) for value in values if not value.position]
    return cells != said["values"] or notes != ([said["note"]] if said["note"] else [])


class _Texts:
    """A proposal split into what the chain holds (`payload`) and what may be erased (`values`)."""

    def __init__(self, proposal: Proposal, key: Key) -> None:
        decision_id = secrets.token_hex(6)
        cells = [
            DecisionValue(decision_id, position, cell.column, cell.expected, cell.value, "")
            for position, cell in enumerate(proposal.cells, 1)
        ]
        note = DecisionValue(decision_id, 0, "", "", "", proposal.note)
        self.values = [*([note] if proposal.note else []), *cells]
        self.payload: dict[str, Any] = {
            "decision_id": decision_id,
            "action": proposal.action,
            "subject": proposal.subject,
            "delivery_id": proposal.delivery_id,
            "agency": proposal.agency,
            "record": proposal.record,
            "row_version": proposal.row_version,
            "values": [_cell_hash(key, cell) for cell in cells],
            "note": _note_hash(key, note) if proposal.note else None,
            "rules": sorted(proposal.rules),
            "why": proposal.why,
            "until": proposal.until.isoformat() if proposal.until else None,
            "origin": proposal.origin,
            "return_delivery_id": proposal.return_delivery_id,
            "needs_second_person": proposal.needs_second_person,
        }


def _cell_hash(key: Key, cell: DecisionValue) -> str:
    content = {"of": cell.decision_id, "column": cell.column_name, "expected": cell.expected, "value": cell.value}
    return key.pseudonym("value", canonical_json(content))


def _note_hash(key: Key, note: DecisionValue) -> str:
    return key.pseudonym("note", canonical_json({"of": note.decision_id, "note": note.note}))


def _check_form(proposal: Proposal) -> None:
    """What no state of the ledger can make right. Messages name row ids and columns, never a text of a cell."""
    action = proposal.action
    if action not in get_args(Action):
        raise WrongUse(f"There is no decision {action!r}.", f"Decisions are {', '.join(get_args(Action))}.")
    _check_why(proposal.why)
    if len(proposal.note) > NOTE_LENGTH:
        raise WrongUse(f"The note has {len(proposal.note)} characters.", f"Keep it below {NOTE_LENGTH}.")
    if bool(proposal.cells) != (action == "correct"):
        raise WrongUse("A correction, and nothing else, changes cells.", "Give --set COLUMN=VALUE to `correct` only.")
    if bool(proposal.rules) != (action == "release"):
        raise WrongUse("A release, and nothing else, names rules.", "Give --rule to `release` only.")
    if len({cell.column for cell in proposal.cells}) < len(proposal.cells):
        raise WrongUse(f"A column of row {proposal.subject} is set twice.", "Set each column once.")
    if action in force.ROW_ACTIONS:
        _check_row(proposal)


def _check_row(proposal: Proposal) -> None:
    is_row = _ROW_ID.fullmatch(proposal.subject) and proposal.subject[:16] == proposal.delivery_id[:16]
    if not is_row or not proposal.row_version:
        raise WrongUse(
            "A decision about a row names its id, its delivery and its version.", "`kla rejects list` shows row ids."
        )


def _check_why(why: str) -> None:
    if why not in WHY_CODES:
        raise WrongUse(f"There is no reason {why!r}.", f"Reasons are {', '.join(WHY_CODES)}.")


def _check_once(proposals: Sequence[Proposal]) -> None:
    subjects = [proposal.subject for proposal in proposals if proposal.action in ABOUT_ROWS]
    if repeated := [subject for subject, count in Counter(subjects).items() if count > 1]:
        raise IllegalMove(f"Row {repeated[0]} is decided about twice at once.", "Keep one of the two.")


def _check_move(proposal: Proposal, before: list[Decision]) -> None:
    """Whether the row, as the last build and the ledger know it, takes this move."""
    if proposal.action not in ABOUT_ROWS:
        return
    if proposal.action == "reopen":
        if not before:
            raise IllegalMove(
                f"Nothing is decided about {proposal.subject} that could be reopened.",
                "A row that a newer delivery resolved stays resolved.",
            )
        return
    is_newer = any(proposal.seen_seq is not None and d.seq > proposal.seen_seq for d in before)
    if is_newer or any(decision.status == "proposed" for decision in before):
        raise IllegalMove(
            f"Row {proposal.subject} was decided about since the last build, or a proposal about it waits.",
            "`kla decide list` shows it; until the next `kla run` the row can only be reopened.",
        )
    if proposal.state is not None:
        next_state(proposal.state, _MOVES[proposal.action])


def _waiting(desk: Desk, decision_id: str) -> Decision:
    """The proposal. Raises WrongUse (unknown) and IllegalMove (decided already)."""
    for decision in force.fold(desk.events(), (), _NO_DATE):
        if decision.decision_id == decision_id:
            if decision.status != "proposed":
                raise IllegalMove(f"{decision_id} is {decision.status}: nothing waits.", "See `kla decide list`.")
            return decision
    raise _unknown(decision_id)


def _unknown(decision_id: str) -> WrongUse:
    return WrongUse(f"There is no decision {decision_id!r} in this jurisdiction.", "`kla decide list` shows them.")


def _undecided(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    """By subject what is not over yet and can be reopened."""
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.action == "reopen" or decision.status not in _UNDECIDED:
            continue
        found.setdefault(decision.subject, []).append(decision)
    return found


def _endings(decisions: Iterable[Decision], why: str) -> list[Entry]:
    return [(decided.ENDED, {"decision_id": d.decision_id, "why": why}) for d in decisions if d.status in _UNDECIDED]
