"""`kla hold set|lift|list`: what must not be erased.

Here: who is asked for which role, and what is said. Not here: what a hold forbids (erasure/holds.py). A hold on a
person is known by a keyed hash: the list cannot say whom it is about.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from rich.table import Table

from kla_pipeline.cli.deciding import find_delivery
from kla_pipeline.cli.erase import ask_nik
from kla_pipeline.cli.shown import PlainConsole, speaker_of
from kla_pipeline.decisions.roles import require
from kla_pipeline.erasure import holds
from kla_pipeline.erasure.erase import mark_of
from kla_pipeline.erasure.holds import Hold, On
from kla_pipeline.errors import WrongUse, boundary
from kla_pipeline.i18n import Speaker
from kla_pipeline.ledger import Ledger, open_ledger
from kla_pipeline.settings import Settings

SETTERS = ("auditor", "approver")
LOOKERS = ("viewer", "auditor", "approver", "operator")


@boundary("kla hold set")
def set_command(
    settings: Settings, subject: str | None, asks_nik: bool, why: str, until: date | None, as_json: bool
) -> int:
    """Hold a person (pseudonym or NIK), a row or a delivery. Raises NotAllowed, WrongUse, StorageProblem."""
    speaker = speaker_of(settings.lang)
    if bool(subject) == asks_nik:
        raise WrongUse("Say what to hold: a pseudonym, a row id, a delivery, or --nik.", "One of them.")
    with open_ledger(settings) as ledger:
        actor = require(settings, ledger, settings.jurisdiction, "hold set", *SETTERS)
        on, meant = _subject(settings, ledger, subject or "", ask_nik(speaker) if asks_nik else "")
        hold = holds.set_hold(ledger, actor, on, meant, why, until)
    return _tell([hold], settings, speaker, as_json, "hold.was_set")


@boundary("kla hold lift")
def lift_command(settings: Settings, hold_id: str, as_json: bool) -> int:
    """End a hold. Raises NotAllowed and WrongUse."""
    with open_ledger(settings) as ledger:
        actor = require(settings, ledger, settings.jurisdiction, "hold lift", "approver")
        hold = holds.lift_hold(ledger, actor, hold_id)
    return _tell([hold], settings, speaker_of(settings.lang), as_json, "hold.was_lifted")


@boundary("kla hold list")
def list_command(settings: Settings, as_json: bool) -> int:
    """All holds, ended ones too. Raises NotAllowed."""
    with open_ledger(settings) as ledger:
        require(settings, ledger, settings.jurisdiction, "hold list", *LOOKERS)
        found = holds.holds(ledger, settings.jurisdiction)
    return _tell(found, settings, speaker_of(settings.lang), as_json, "")


def _subject(settings: Settings, ledger: Ledger, subject: str, nik: str) -> tuple[On, str]:
    """A text with a slash is a row, 16 or 64 digits are a delivery, 32 a pseudonym."""
    if "/" in subject:
        find_delivery(ledger, settings.jurisdiction, subject.split("/")[0])
        return "row", subject
    if len(subject) in (16, 64):
        return "delivery", find_delivery(ledger, settings.jurisdiction, subject).delivery_id
    return "person", mark_of(settings, settings.jurisdiction, subject, nik)


def _facts(hold: Hold, day: date) -> dict[str, Any]:
    said = asdict(hold) | {"is_active": hold.is_active(day)}
    return said | {"until": hold.until.isoformat() if hold.until else None}


def _tell(found: list[Hold], settings: Settings, speaker: Speaker, as_json: bool, sentence: str) -> int:
    facts = [_facts(hold, settings.as_of_date) for hold in found]
    if as_json:
        print(json.dumps(facts[0] if sentence else {"jurisdiction": settings.jurisdiction, "holds": facts}, indent=2))
        return 0
    if sentence:
        print(speaker.t(sentence, hold=found[0].hold_id))
        return 0
    if not found:
        print(speaker.t("hold.none"))
        return 0
    names = ("hold", "on", "subject", "why", "set_by", "until", "state")
    table = Table(*(speaker.t(f"hold.head.{name}") for name in names), box=None, pad_edge=False)
    for hold, said in zip(found, facts, strict=True):
        state = "active" if said["is_active"] else "ended"
        words = (speaker.word("hold.on", hold.on), hold.subject, speaker.word("hold.why", hold.why), hold.set_by)
        table.add_row(hold.hold_id, *words, said["until"] or "", speaker.word("hold.state", state))
    PlainConsole().print(table)
    return 0
