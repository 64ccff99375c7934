"""The workbook of an agency's rejected rows: which rows, written where, and entered as sent.

Here: from the last build to a file. Rows are asked about while they are open or were sent and not resolved; a row that
somebody has decided about since the build waits for the next night. Not here: what the workbook says (compose.py) and
how it looks (workbook.py).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kla_pipeline.decisions import propose
from kla_pipeline.decisions.roles import Actor
from kla_pipeline.errors import StorageProblem, WrongUse
from kla_pipeline.i18n import Speaker, load
from kla_pipeline.ledger.durable import create_private, make_folder
from kla_pipeline.returns.compose import Rejected, Source, compose
from kla_pipeline.returns.form import Form
from kla_pipeline.returns.known import Office, file_name_of, quarantine
from kla_pipeline.returns.workbook import workbook_bytes
from kla_pipeline.settings import Paths

ASKED_ABOUT = ("open", "sent")


@dataclass(frozen=True, slots=True)
class Exported:
    """A workbook that was written. `waiting`: rows left out because somebody decided about them since the build."""

    file: Path | None
    export_id: str
    rows: int
    sheets: dict[str, int]
    waiting: int


def folder_of(paths: Paths, agency: str) -> Path:
    """Where an agency's workbooks lie unless another place is named."""
    return paths.data / "exports" / paths.jurisdiction / agency


def export(
    office: Office, actor: Actor, agency: str, record: str = "", rule: str = "", out: Path | None = None
) -> Exported:
    """Write the workbook, enter its rows as sent. `file` is None, and nothing is entered, when no row waits.

    Raises WrongUse (unknown agency, no build yet), StorageProblem, Locked.
    """
    if agency not in office.catalogue.agencies:
        raise WrongUse(f"There is no agency {agency!r}.", f"Known: {', '.join(sorted(office.catalogue.agencies))}.")
    if out is not None and (out.exists() or out.is_symlink()):
        raise _exists(out)
    if not office.paths.warehouse.is_file():
        raise WrongUse("Nothing has been loaded yet, so nothing was rejected.", "Run `kla run` first.")
    found, seen_seq = quarantine(office.paths, agency, record, rule)
    asked = [row.rejected for row in found if row.state in ASKED_ABOUT]
    decided = office.decided_since(seen_seq)
    rows = [row for row in asked if row.row_id not in decided]
    form = _form(office, agency, rows)
    names: Counter[str] = Counter()
    for sheet in form.sheets:
        names[sheet.title] += len(sheet.rows)
    waiting = len(asked) - len(rows)
    if not form.rows:
        return Exported(None, form.export_id, 0, {}, waiting)
    speaker = Speaker(load(), office.settings.lang)
    data = workbook_bytes(form, office.key.pseudonym, speaker)
    sent = [(row.row_id, row.version) for sheet in form.sheets for row in sheet.rows]
    # entered first: a workbook that nobody knows of would be refused when it comes back
    propose.note_sent(office.ledger, actor, office.paths.jurisdiction, form.export_id, agency, sent)
    return Exported(_write(office.paths, form, data, out), form.export_id, form.rows, dict(names), waiting)


def _form(office: Office, agency: str, rows: Sequence[Rejected]) -> Form:
    speaker = Speaker(load(), office.settings.lang)
    catalogue, paths, as_of = office.catalogue, office.paths, office.settings.as_of_date
    area = catalogue.areas.by_code.get(paths.jurisdiction)
    return Form(
        export_id=f"{as_of:%Y%m%d}-{agency}-{secrets.token_hex(4)}",
        agency=agency,
        agency_name=getattr(catalogue.agency(agency), f"name_{speaker.lang}"),
        jurisdiction=paths.jurisdiction,
        city=area.name if area else paths.jurisdiction,
        as_of=as_of,
        is_synthetic=office.ledger.data_kind(paths.jurisdiction) == "synthetic",
        sheets=compose(_sources(office, rows), catalogue, office.key.pseudonym, speaker, paths.jurisdiction),
    )


def _sources(office: Office, rows: Sequence[Rejected]) -> list[Source]:
    """The tables that rejected rows stand in, oldest delivery first."""
    by_delivery: dict[str, list[Rejected]] = {}
    for row in rows:
        by_delivery.setdefault(row.delivery_id, []).append(row)
    sources = []
    for delivery in office.ledger.deliveries(office.paths.jurisdiction):
        if delivery.delivery_id in by_delivery:
            name = file_name_of(office.paths, delivery)
            for table in office.raw(delivery).tables:
                here = [row for row in by_delivery[delivery.delivery_id] if row.row_id in table]
                if here:
                    sources.append(Source(name, table, here))
    return sources


def _exists(file: Path) -> WrongUse:
    return WrongUse(f"{file} is there already.", "Name a new file with --out; an export replaces none.")


def _write(paths: Paths, form: Form, data: bytes, out: Path | None) -> Path:
    """For the owner only: it holds an agency's rows."""
    file = out or folder_of(paths, form.agency) / f"perbaikan_{form.export_id}.xlsx"
    try:
        make_folder(file.parent, 0o700)
        # never in place of another file: whoever may export must not be able to replace the ledger or the key
        is_new = create_private(file, data)
    except OSError as exc:
        kind = type(exc).__name__
    else:
        if is_new:
            return file
        raise _exists(file)
    raise StorageProblem(
        f"The workbook cannot be written to {file.parent} ({kind}).", "Name another file with --out, or free space."
    )
