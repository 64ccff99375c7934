"""`kla decide …`: decisions of people about rows and held deliveries, and what waits for a second person.

Here: who is asked for which role, and what is said. Not here: what may be entered (decisions/propose.py) and what a
decision does to a row (quality/amend.py); it takes effect at the next night.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.table import Table

from kla_pipeline.cli.deciding import ask, edits_of, find_delivery, find_row
from kla_pipeline.cli.rejects import LOOKERS
from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.decisions import force, propose
from kla_pipeline.decisions.facts import facts_of, local_day
from kla_pipeline.decisions.lifecycle import IllegalMove
from kla_pipeline.decisions.records import Action, Decision, Proposal
from kla_pipeline.decisions.roles import Actor, require
from kla_pipeline.errors import WrongUse, boundary
from kla_pipeline.identity.keys import load_key
from kla_pipeline.ledger import Ledger, open_ledger
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.settings import Settings
from kla_pipeline.warehouse.quarantine import open_quarantine

DECIDERS = ("agency", "approver")
_WIDTH = 120
_WHOLE = ("decision", "subject", "on", "until")  # what a person copies is not broken over lines


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why (one of WHY_CODES), the last day it is in force, and whether a note is asked for at the terminal."""

    why: str
    until: date | None = None
    asks_note: bool = False

    def note(self, settings: Settings) -> str:
        return ask(speaker_of(settings.lang).t("decide.ask_note")) if self.asks_note else ""


@boundary("kla decide")
def correct_command(settings: Settings, row_id: str, sets: Sequence[str], grounds: Grounds, as_json: bool) -> int:
    """Change cells of a row. Raises NotAllowed, WrongUse, IllegalMove."""
    if not sets:
        raise WrongUse("A correction changes at least one cell.", "Give --set COLUMN or --set COLUMN=VALUE.")
    return _decide_row(settings, "correct", row_id, grounds, as_json, sets=sets)


@boundary("kla decide")
def release_command(settings: Settings, row_id: str, rules: Sequence[str], grounds: Grounds, as_json: bool) -> int:
    """Propose that rules do not count for a row. Raises NotAllowed, WrongUse, IllegalMove."""
    if not rules:
        raise WrongUse("A release names the rules it lifts.", "Give --rule; `kla rejects show` lists them.")
    return _decide_row(settings, "release", row_id, grounds, as_json, rules=rules)


@boundary("kla decide")
def withdraw_command(settings: Settings, row_id: str, grounds: Grounds, as_json: bool) -> int:
    """Say that a row is wrong and does not count. Raises NotAllowed, WrongUse, IllegalMove."""
    return _decide_row(settings, "withdraw", row_id, grounds, as_json)


@boundary("kla decide")
def reinstate_command(settings: Settings, delivery: str, grounds: Grounds, as_json: bool) -> int:
    """Propose that a held delivery counts. Raises NotAllowed, WrongUse, IllegalMove."""
    _check_until(settings, grounds)
    paths = settings.paths()
    with open_ledger(settings) as ledger:
        found = find_delivery(ledger, paths.jurisdiction, delivery)
        actor = require(settings, ledger, paths.jurisdiction, "decide reinstate", *DECIDERS, agency=found.agency)
        with open_quarantine(paths) as quarantine:
            if found.delivery_id not in quarantine.held():
                raise IllegalMove(f"Delivery {found.delivery_no} is not held.", "Held ones stand in quality.hold.")
        proposal = Proposal(
            "reinstate",
            found.delivery_id,
            found.delivery_id,
            found.agency,
            "",
            why=grounds.why,
            until=grounds.until,
            note=grounds.note(settings),
        )
        return _enter(settings, ledger, actor, proposal, as_json)


@boundary("kla decide")
def reopen_command(settings: Settings, subject: str, grounds: Grounds, as_json: bool) -> int:
    """End what was decided about a row or a held delivery. Raises NotAllowed, WrongUse, IllegalMove."""
    jurisdiction = settings.paths().jurisdiction
    with open_ledger(settings) as ledger:
        delivery = find_delivery(ledger, jurisdiction, subject.split("/")[0])
        subject = subject if "/" in subject else delivery.delivery_id
        actor = require(settings, ledger, jurisdiction, "decide reopen", *DECIDERS, agency=delivery.agency)
        before = [d for d in force.load(ledger, jurisdiction, settings.as_of_date) if d.subject == subject]
        proposal = Proposal(
            "reopen",
            subject,
            delivery.delivery_id,
            delivery.agency,
            before[-1].record if before else "",
            why=grounds.why,
            note=grounds.note(settings),
        )
        return _enter(settings, ledger, actor, proposal, as_json)


@boundary("kla decide")
def approve_command(settings: Settings, decision_id: str, as_json: bool) -> int:
    """Put a proposal in force as its second person. Raises NotAllowed, WrongUse, IllegalMove."""
    with open_ledger(settings) as ledger:
        actor, _ = _second_person(settings, ledger, "decide approve", decision_id)
        return _tell(settings, propose.approve(ledger, actor, decision_id), as_json)


@boundary("kla decide")
def refuse_command(settings: Settings, decision_id: str, why: str, as_json: bool) -> int:
    """Turn a proposal down. Raises NotAllowed, WrongUse, IllegalMove."""
    with open_ledger(settings) as ledger:
        actor, _ = _second_person(settings, ledger, "decide refuse", decision_id)
        return _tell(settings, propose.refuse(ledger, actor, decision_id, why), as_json)


@boundary("kla decide")
def list_command(settings: Settings, agency: str | None, subject: str | None, is_waiting: bool, as_json: bool) -> int:
    """Decisions by number, without their texts. Raises NotAllowed."""
    jurisdiction = settings.paths().jurisdiction
    with open_ledger(settings) as ledger:
        require(settings, ledger, jurisdiction, "decide list", *LOOKERS, agency=agency)
        decisions = force.load(ledger, jurisdiction, settings.as_of_date)
    chosen = [
        facts_of(decision)
        for decision in decisions
        if (agency is None or decision.agency == agency)
        and (subject is None or decision.subject == subject)
        and (not is_waiting or decision.status == "proposed")
    ]
    if as_json:
        print(json.dumps({"jurisdiction": jurisdiction, "decisions": chosen}, ensure_ascii=False, indent=2))
    else:
        _show(settings, chosen)
    return 0


def _decide_row(
    settings: Settings,
    action: Action,
    row_id: str,
    grounds: Grounds,
    as_json: bool,
    sets: Sequence[str] = (),
    rules: Sequence[str] = (),
) -> int:
    _check_until(settings, grounds)
    paths = settings.paths()
    catalogue = load_catalogue(settings.source_folders())
    with open_ledger(settings) as ledger:
        agency = find_delivery(ledger, paths.jurisdiction, row_id.split("/")[0]).agency
        actor = require(settings, ledger, paths.jurisdiction, f"decide {action}", *DECIDERS, agency=agency)
        with open_quarantine(paths) as quarantine:
            known, seen_seq = quarantine.row(row_id), quarantine.seen_seq()
        row = find_row(settings, ledger, row_id)
        _check_rules(row_id, row.table.record, rules, known.rules if known else (), catalogue)
        proposal = Proposal(
            action,
            row_id,
            row.delivery.delivery_id,
            agency,
            row.table.record,
            row.version,
            cells=edits_of(row, sets, catalogue),
            rules=tuple(rules),
            why=grounds.why,
            until=grounds.until,
            note=grounds.note(settings),
            state=known.state if known else None,  # type: ignore[arg-type]
            seen_seq=seen_seq,
            is_counted=known is None,
        )
        return _enter(settings, ledger, actor, proposal, as_json)


def _check_rules(row_id: str, record: str, rules: Sequence[str], broken: Sequence[str], catalogue: Catalogue) -> None:
    """A release lifts what the row breaks, and only what may be lifted."""
    if not rules:
        return
    from kla_pipeline.quality.amend import releasable_rules

    releasable = releasable_rules(catalogue.contracts()[record])
    for rule in rules:
        if rule not in broken:
            raise WrongUse(f"Row {row_id} does not break {rule}.", f"It breaks: {', '.join(broken) or 'no rule'}.")
        if rule not in releasable:
            raise WrongUse(
                f"{rule} cannot be released: there is no value, or no single row, to stand for.",
                "Correct or withdraw the row.",
            )


def _check_until(settings: Settings, grounds: Grounds) -> None:
    if grounds.until and grounds.until < settings.as_of_date:
        raise WrongUse(f"{grounds.until} is over.", f"Give a day from {settings.as_of_date} on, or none.")


def _second_person(settings: Settings, ledger: Ledger, command: str, decision_id: str) -> tuple[Actor, Decision]:
    jurisdiction = settings.paths().jurisdiction
    decision = propose.find(ledger, jurisdiction, decision_id)
    actor = require(settings, ledger, jurisdiction, command, "approver", agency=decision.agency or None)
    if decision.until and decision.until < settings.as_of_date and command == "decide approve":
        raise IllegalMove(f"{decision_id} was to end on {decision.until}, which is over.", "Refuse it.")
    return actor, decision


def _enter(settings: Settings, ledger: Ledger, actor: Actor, proposal: Proposal, as_json: bool) -> int:
    (decision,) = propose.propose(ledger, load_key(settings, ledger), actor, [proposal])
    return _tell(settings, decision, as_json)


def _tell(settings: Settings, decision: Decision, as_json: bool) -> int:
    if as_json:
        print(json.dumps(facts_of(decision), ensure_ascii=False, indent=2))
        return 0
    speaker = speaker_of(settings.lang)
    said = speaker.t(
        f"decide.done.{decision.status}",
        decision=decision.decision_id,
        action=speaker.t(f"action.{decision.action}"),
        subject=decision.subject,
    )
    PlainConsole().print(escape(said), soft_wrap=True)
    return 0


def _show(settings: Settings, decisions: Sequence[dict[str, Any]]) -> None:
    speaker = speaker_of(settings.lang)
    console = PlainConsole()
    console.width = max(console.width, _WIDTH)
    if not decisions:
        console.print(escape(speaker.t("decide.none")), soft_wrap=True)
        return
    heads = ("decision", "what", "status", "subject", "agency", "by", "on", "second", "why", "until")
    table = Table(*(speaker.t(f"decide.head.{name}") for name in heads), box=None, pad_edge=False)
    for name, column in zip(heads, table.columns, strict=True):
        column.overflow, column.no_wrap = "fold", name in _WHOLE
    for decision in decisions:
        table.add_row(
            decision["decision_id"],
            speaker.t(f"action.{decision['action']}"),
            speaker.t(f"decide.status.{decision['status']}"),
            escape(decision["subject"]),
            escape(decision["agency"]),
            escape(decision["proposed_by"]),
            local_day(decision["proposed_at"]).isoformat(),
            escape(decision["approved_by"] or decision["ended_by"] or ""),
            speaker.t(f"why.{decision['why']}"),
            decision["until"] or "",
        )
    console.print(table)
