"""`kla release list` and `kla release approve`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.i18n import Speaker
from kla_pipeline.ledger import Event, open_ledger
from kla_pipeline.nightly import signoff
from kla_pipeline.nightly.release import swapped_ids, waiting_releases
from kla_pipeline.settings import Settings
from kla_pipeline.warehouse import publish


def list_command(settings: Settings, as_json: bool) -> int:
    """Releases of the ledger, the current one marked, and those that are withdrawn, gone from disk or never were
    current.
    """
    paths, speaker = settings.paths(), speaker_of(settings.lang)
    rows = release_rows(settings)
    if as_json:
        print(json.dumps({"jurisdiction": paths.jurisdiction, "releases": rows}, indent=2))
        return 0
    if not rows:
        print(speaker.t("releases.none", jurisdiction=paths.jurisdiction))
        return 0
    table = Table(box=None, pad_edge=False)
    for name in ("release", "as_of", "created", "edition", "approval"):
        table.add_column(speaker.t(f"releases.head.{name}"), no_wrap=name == "release")
    table.add_column("")
    for row in rows:
        facts = (row["release_id"], row["as_of"], row["created_at"][:16], row["edition_id"] or "")
        table.add_row(*facts, _approval_text(row["approval"], speaker), _mark(row, speaker))
    PlainConsole().print(table)
    return 0


def release_rows(settings: Settings) -> list[dict[str, Any]]:
    """What is known of each release, in the order they were recorded."""
    paths = settings.paths()
    with open_ledger(settings) as ledger:
        releases = ledger.releases(paths.jurisdiction)
        swapped = swapped_ids(ledger, paths.jurisdiction)
        approvals = signoff.approvals(ledger, paths.jurisdiction)
        waiting = {r.release_id for r in waiting_releases(paths, ledger)} if settings.strict_releases else set()
    current = publish.current_release(paths)
    on_disk = {folder.name for folder in publish.list_releases(paths)}
    return [
        {
            "release_id": release.release_id,
            "as_of": release.as_of,
            "created_at": release.created_at,
            "input_key": release.input_key,
            "edition_id": release.edition_id,
            "is_current": current is not None and current.name == release.release_id,
            "is_on_disk": release.release_id in on_disk,
            "is_withdrawn": publish.is_withdrawn(paths.releases / release.release_id),
            "was_current": release.release_id in swapped
            or (current is not None and current.name == release.release_id),
            "is_waiting": release.release_id in waiting,
            "approval": _approval(approvals.get(release.release_id, ())),
        }
        for release in releases
    ]


def approve_command(settings: Settings, release_id: str | None, show: bool, as_json: bool) -> int:
    """Signs a release, or with `show` only says what would be signed."""
    from kla_pipeline.nightly.approve import approve, look

    found = look(settings, release_id) if show else approve(settings, release_id)
    facts = {
        "release_id": found.statement["release"]["release_id"],
        "outcome": found.outcome,
        "signed_by": found.signed_by,
        "is_published": found.is_published,
        "sheet": str(found.sheet / "index.html") if found.sheet else None,
        "statement": found.statement,
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return 0
    console, speaker = PlainConsole(), speaker_of(settings.lang)
    for line in [*_statement_lines(found.statement, speaker), *_outcome_lines(facts, speaker)]:
        console.print(escape(line), soft_wrap=True)
    return 0


def _statement_lines(statement: dict[str, Any], speaker: Speaker) -> list[str]:
    counts = {name: speaker.number(statement[part]["count"]) for name, part in _PARTS}
    release = statement["release"]
    lines = [speaker.t("approve.what", release=release["release_id"], date=release["as_of_date"], **counts)]
    for row in statement["open_rejects"]["list"]:
        said = {"agency": speaker.word("agency", row["agency"]), "rows": speaker.number(row["row_count"])}
        lines.append(speaker.t("approve.open", **said, rule=row["rule_id"]))
    return [*lines, speaker.t("approve.statement", hash=statement["hash"])]


_PARTS = (("files", "files"), ("rules", "rules"), ("open", "open_rejects"))


def _outcome_lines(facts: dict[str, Any], speaker: Speaker) -> list[str]:
    names = ", ".join(facts["signed_by"]) or speaker.t("approve.nobody")
    lines = [speaker.t(f"approve.outcome.{facts['outcome']}", names=names)]
    lines.append(speaker.t("approve.published" if facts["is_published"] else "approve.not_published"))
    return [*lines, speaker.t("approve.sheet", path=facts["sheet"])] if facts["sheet"] else lines


def _approval(signed: Sequence[Event]) -> dict[str, Any] | None:
    """Who signed and whether that is enough; None when nobody did."""
    if not signed:
        return None
    return {"is_complete": signoff.is_complete(signed), "by": [event.actor for event in signed], "at": signed[-1].at}


def _approval_text(approval: dict[str, Any] | None, speaker: Speaker) -> str:
    if approval is None:
        return ""
    key = "releases.approval.complete" if approval["is_complete"] else "releases.approval.first"
    return escape(speaker.t(key, names=", ".join(approval["by"])))


def _mark(row: dict[str, Any], speaker: Speaker) -> str:
    if row["is_current"]:
        return speaker.t("releases.mark.current")
    if row["is_withdrawn"]:
        return speaker.t("releases.mark.withdrawn")
    if row["is_waiting"]:
        return speaker.t("releases.mark.waiting")
    if not row["was_current"]:
        return speaker.t("releases.mark.never")
    return "" if row["is_on_disk"] else speaker.t("releases.mark.gone")
