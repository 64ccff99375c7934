"""A decision as a value, with the words that decisions are made of.

Old and new texts of cells and a person's note are restricted: they come from the ledger's `decision_value`, which is
outside the chain and can be erased; the chain holds keyed hashes of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kla_pipeline.quality.overlay import CellEdit

Action = Literal["correct", "release", "withdraw", "reinstate", "reopen", "erase"]
"""correct: cells of a row; release: rules of a row that do not count for it; withdraw: the row is wrong and does not
count (a rejected one becomes confirmed bad); reinstate: a held delivery counts; reopen: what was decided about a row
ends; erase: all rows of a person are blanked."""
NEEDS_SECOND_PERSON: frozenset[str] = frozenset({"release", "reinstate", "erase", "withdraw_accepted"})
"""`withdraw_accepted`: withdrawing a row that counts at present."""

Status = Literal["proposed", "in_force", "refused", "ended", "expired"]
State = Literal["open", "sent", "corrected", "released", "confirmed_bad", "expired"]
STATES: tuple[State, ...] = ("open", "sent", "corrected", "released", "confirmed_bad", "expired")
Origin = Literal["command", "return"]

WHY_CODES = ("source_checked", "typing_error", "law_allows", "known_exception", "not_ours", "entered_twice", "other")
"""Reasons a person may give; their sentences stand in i18n under `why.<code>`. A note in free text is restricted."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision with its proposal, its approval and what became of it on the as-of date it was read for.

    `subject` is a row id, or a delivery id for `reinstate`, or a pseudonym for `erase`. `until` is the last day it is
    in force. `seq` is the ledger's number of its proposal.
    """

    decision_id: str
    jurisdiction: str
    action: Action
    subject: str
    delivery_id: str
    agency: str
    record: str
    row_version: str
    status: Status
    proposed_by: str
    proposed_at: str
    seq: int
    approved_by: str | None = None
    approved_at: str | None = None
    why: str = "other"
    until: date | None = None
    rules: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    origin: Origin = "command"
    return_delivery_id: str | None = None
    ended_by: str | None = None
    """Who refused or ended it."""
    ended_at: str | None = None
    cells: tuple[CellEdit, ...] = field(default=(), repr=False)
    note: str = field(default="", repr=False)
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person wants: the fields as in `Decision`. `propose` gives it its id, its person and its time.

    `state` is the state of the rejected row in the build that the person looked at, `seen_seq` the ledger's number of
    events in that build: with them a move that the state does not allow, or a row that somebody decided about since, is
    refused. None: the caller has looked itself. `is_counted`: the row counts at present, so that taking it out needs a
    second person.
    """

    action: Action
    subject: str
    delivery_id: str
    agency: str
    record: str
    row_version: str = ""
    cells: tuple[CellEdit, ...] = field(default=(), repr=False)
    rules: tuple[str, ...] = ()
    why: str = "other"
    note: str = field(default="", repr=False)
    until: date | None = None
    origin: Origin = "command"
    return_delivery_id: str | None = None
    state: State | None = None
    seen_seq: int | None = None
    is_counted: bool = False

    @property
    def needs_second_person(self) -> bool:
        """Whether it has no effect before another login approves it."""
        kind = "withdraw_accepted" if self.action == "withdraw" and self.is_counted else self.action
        return kind in NEEDS_SECOND_PERSON
