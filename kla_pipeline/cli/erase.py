"""`kla erase`: what erasing a person would change, the proposal, the approval by a second person, going on with it.

Here: what is asked and said. Not here: finding the person and changing files (erasure/). A NIK is typed at the terminal
without being shown; names and cells are never said, file names only to the operator's terminal.
"""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import asdict
from typing import Any

from rich.table import Table

from kla_pipeline.cli.deciding import ask
from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.erasure.erase import Preview, approve_erasure, preview, propose_erasure, resume_erasure
from kla_pipeline.errors import WrongUse, boundary
from kla_pipeline.i18n import Speaker
from kla_pipeline.settings import Settings


@boundary("kla erase")
def erase_command(
    settings: Settings,
    subject: str | None,
    *,
    asks_nik: bool = False,
    approve: str | None = None,
    resume: str | None = None,
    looks_only: bool = False,
    why: str = "other",
    asks_note: bool = False,
    as_json: bool = False,
) -> int:
    """Propose to erase the person of `subject` (pseudonym or row id) or of a NIK, or approve or go on with it.

    Raises WrongUse, NotAllowed, UnderHold, StorageProblem, RenditionProblem.
    """
    speaker = speaker_of(settings.lang)
    chosen = [item for item in (subject, approve, resume) if item]
    if len(chosen) > 1 or not (chosen or asks_nik):
        raise WrongUse(
            "Say whom to erase, or which decision to approve or to go on with; one of them.",
            "kla erase SUBJECT · kla erase --nik · kla erase --approve DECISION · kla erase --resume DECISION",
        )
    nik = ask_nik(speaker) if asks_nik else ""
    jurisdiction = settings.jurisdiction
    if approve or resume:
        act = approve_erasure if approve else resume_erasure
        decision_id = approve or resume or ""
        counts = act(settings, jurisdiction, decision_id, nik)
        return _tell_done(decision_id, counts, speaker, as_json)
    if looks_only:
        found = preview(settings, jurisdiction, subject or "", nik)
        return _tell_preview(found, None, speaker, as_json)
    note = ask(speaker.t("erase.ask_note")) if asks_note else ""
    decision, found = propose_erasure(settings, jurisdiction, subject or "", nik, why, note)
    return _tell_preview(found, decision.decision_id, speaker, as_json)


def ask_nik(speaker: Speaker) -> str:
    """The NIK from the terminal without echo, or one line of standard input."""
    label = speaker.t("erase.ask_nik")
    return getpass.getpass(f"{label}: ") if sys.stdin.isatty() else ask(label)


def _tell_preview(found: Preview, decision_id: str | None, speaker: Speaker, as_json: bool) -> int:
    facts: dict[str, Any] = preview_facts(found) | {"decision_id": decision_id}
    if as_json:
        print(json.dumps(facts, indent=2))
        return 0
    console = PlainConsole()
    heads = [speaker.t(f"erase.head.{name}") for name in ("agency", "delivery", "rows", "mentions", "name")]
    table = Table(*heads, box=None, pad_edge=False)
    for item in facts["deliveries"]:
        renames = speaker.t("said.yes") if item["renames"] else ""
        numbers = (speaker.number(item[name]) for name in ("rows", "mentions"))
        table.add_row(item["agency"], item["delivery"], *numbers, renames)
    console.print(table)
    for name in ("decisions", "releases", "possible", "shared"):
        if facts[name]:
            listed = ", ".join(facts[name][:10]) + (" …" if len(facts[name]) > 10 else "")
            console.print(speaker.t(f"erase.{name}", count=len(facts[name]), listed=listed))
    for path in found.drops:
        console.print(speaker.t("erase.drop", path=escape(path)))
    for reason in facts["reasons"]:
        text = speaker.t(f"erase.reason.{reason['kind']}", name=reason["name"], rows=reason["rows"])
        console.print(text)
    if decision_id:
        console.print(speaker.t("erase.proposed", decision=decision_id))
    elif not facts["reasons"]:
        console.print(speaker.t("erase.only_looked"))
    return 0


def preview_facts(found: Preview) -> dict[str, Any]:
    """What `--json` prints: references and counts."""
    return {
        "subject": found.subject,
        "deliveries": [
            {
                "agency": plan.delivery.agency,
                "delivery": plan.delivery.delivery_no,
                "rows": plan.rows,
                "mentions": plan.mentions,
                "renames": plan.renames,
            }
            for plan in found.plans
        ],
        "row_ids": sorted(found.row_ids),
        "possible": sorted(found.possible),
        "shared": sorted(found.shared),
        "decisions": list(found.decisions),
        "releases": found.releases,
        "drops": len(found.drops),
        "reasons": [asdict(reason) for reason in found.reasons],
    }


def _tell_done(decision_id: str, counts: dict[str, int], speaker: Speaker, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"decision_id": decision_id, "done": True, **counts}, indent=2))
        return 0
    said = {name: speaker.number(counts[name]) for name in ("deliveries", "rows", "mentions", "releases")}
    print(speaker.t("erase.done", decision=decision_id, **said))
    return 0
