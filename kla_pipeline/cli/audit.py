"""`kla audit verify`: whether the ledger is what was written, from its first event to the last.

The chain, the rows beside it and the restricted texts are checked; against a head printed elsewhere also its end.
"""

from __future__ import annotations

import json
import re
from typing import Any

from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.decisions import propose
from kla_pipeline.errors import KlaError, WrongUse, boundary
from kla_pipeline.i18n import Speaker
from kla_pipeline.ledger import Head, Ledger, Verdict, open_ledger
from kla_pipeline.nightly.load import known_key
from kla_pipeline.settings import Settings

_HEAD = re.compile(r"(\d+):([0-9a-f]{64})")


@boundary("kla audit verify")
def verify_command(settings: Settings, head: str | None, as_json: bool) -> int:
    """Exit code 0 when everything holds, 1 when something was changed. Raises WrongUse for an ill-formed head."""
    known = _head(head)
    with open_ledger(settings) as ledger:
        verdict = ledger.verify(known)
        are_texts_checked = False
        if verdict.is_valid:
            verdict, are_texts_checked = _with_texts(settings, ledger, verdict)
    facts = {
        "is_valid": verdict.is_valid,
        "events": verdict.count,
        "head": verdict.head,
        "first_bad_event": verdict.first_bad_seq,
        "reason": verdict.reason or None,
        "is_head_given": known is not None,
        "are_texts_checked": are_texts_checked,
    }
    if as_json:
        print(json.dumps(facts, indent=2))
    else:
        for line in _lines(facts, speaker_of(settings.lang)):
            PlainConsole().print(escape(line), soft_wrap=True)
    return 0 if verdict.is_valid else 1


def _head(text: str | None) -> Head | None:
    if text is None:
        return None
    found = _HEAD.fullmatch(text.strip().lower())
    if found is None:
        raise WrongUse(
            "The head is a number of events and a hash of 64 digits, COUNT:HASH.", "Copy it from the sign-off sheet."
        )
    return Head(int(found[1]), found[2])


def _with_texts(settings: Settings, ledger: Ledger, verdict: Verdict) -> tuple[Verdict, bool]:
    """Texts of decisions against their keyed hashes, where the key is at hand; a missing key is no finding."""
    try:
        key = known_key(settings, ledger)
    except KlaError:
        return verdict, False
    if key is None:
        return verdict, False
    places = {event.jurisdiction for event in ledger.events(kind="decision_proposed")}
    bad = [seq for place in places for seq in propose.changed_texts(ledger, key, place)]
    return (Verdict(verdict.count, verdict.head, min(bad), "text_differs") if bad else verdict), True


def _lines(facts: dict[str, Any], speaker: Speaker) -> list[str]:
    if not facts["is_valid"]:
        reason = speaker.t(f"audit.reason.{facts['reason']}")
        return [speaker.t("audit.bad", event=facts["first_bad_event"], reason=reason), speaker.t("audit.bad.do")]
    lines = [speaker.t("audit.good", events=facts["events"]), f"{facts['events']}:{facts['head']}"]
    if not facts["is_head_given"]:
        lines.append(speaker.t("audit.no_head"))
    if not facts["are_texts_checked"]:
        lines.append(speaker.t("audit.no_key"))
    return lines
