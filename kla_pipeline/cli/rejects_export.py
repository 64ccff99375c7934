"""`kla rejects export`: the workbook of an agency's rejected rows, for its clerk to fill in."""

from __future__ import annotations

import json
from pathlib import Path

from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.decisions.roles import OPERATOR, require
from kla_pipeline.identity.keys import load_key
from kla_pipeline.ledger import open_ledger
from kla_pipeline.settings import Settings

MAY_EXPORT = ("agency", "approver", OPERATOR)


def export_command(
    settings: Settings, agency: str, rule: str | None, record: str | None, out: Path | None, as_json: bool
) -> int:
    """Write the workbook and enter its rows as sent. Raises NotAllowed, WrongUse, StorageProblem, Locked."""
    # imported here: the other commands need neither xlsxwriter nor pandas
    from kla_pipeline.returns.export import export
    from kla_pipeline.returns.known import Office

    jurisdiction = settings.jurisdiction
    with open_ledger(settings) as ledger:
        actor = require(settings, ledger, jurisdiction, "rejects export", *MAY_EXPORT, agency=agency)
        office = Office.open(settings, jurisdiction, ledger, load_key(settings, ledger))
        exported = export(office, actor, agency, record or "", rule or "", out)
    facts = {
        "jurisdiction": jurisdiction,
        "agency": agency,
        "file": str(exported.file) if exported.file else None,
        "export_id": exported.export_id if exported.file else None,
        "rows": exported.rows,
        "sheets": exported.sheets,
        "waiting": exported.waiting,
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return 0
    console, speaker = PlainConsole(), speaker_of(settings.lang)
    if exported.file is None:
        console.print(speaker.t("export.none", agency=agency))
    else:
        console.print(escape(speaker.t("export.written", rows=exported.rows, file=exported.file)), soft_wrap=True)
        for title, rows in exported.sheets.items():
            console.print(escape(f"  {title}: {rows}"))
        console.print(speaker.t("export.next", folder=f"raw/{jurisdiction}/{agency}"), soft_wrap=True)
    if exported.waiting:
        console.print(speaker.t("export.waiting", rows=exported.waiting))
    return 0
