"""The auditors' report of a release: one page and one workbook for all agencies, and one of each per agency.

Here: which files there are and what they are called. Not here: arranging data (audit_view.py), the frame of pages
(engine.py), cells of the workbook (audit_workbook.py). Nothing in it is a cell of an export or a file name.
"""

from __future__ import annotations

from pathlib import Path

from kla_pipeline.errors import boundary
from kla_pipeline.i18n import Lang, Speaker, load
from kla_pipeline.i18n.formats import LANGS
from kla_pipeline.reports.audit_figures import BAND_WIDTH
from kla_pipeline.reports.audit_view import BANDS, RESOLVED, WAITING, AuditBook, audit_book
from kla_pipeline.reports.audit_workbook import SHEETS, write_workbook
from kla_pipeline.reports.engine import Titles, release_facts, render
from kla_pipeline.reports.reader import Row, reading

WORKBOOK = "report.xlsx"


@boundary("writing the audit report")
def render_report(audit_db: Path, target: Path, *, lang: Lang = "id") -> list[Path]:
    """Write `index.html` and `report.xlsx` into `target`, and the same per agency into `target/<agency>/`.

    Reads `quality.*` and `meta.*` of the audit file, read-only. Returns all files, the overall page first. Raises
    KlaError when the file or a table is missing; no message quotes a cell.
    """
    with reading(release=audit_db, audit=audit_db) as reader:
        release = release_facts(reader, reader.row("run")["release_id"])
        book = audit_book(reader)
    written = _write(book, release, target, lang)
    for agency in book.agencies:
        written += _write(book.of(agency), release, target / agency, lang, agency)
    return written


def _write(book: AuditBook, release: Row, target: Path, lang: Lang, agency: str = "") -> list[Path]:
    page = render(
        "report.html.j2",
        release,
        target,
        lang=lang,
        titles={code: _titles(book, release, Speaker(load(), code), agency) for code in LANGS},
        book=book,
        agency=agency,
        states=(*WAITING, *RESOLVED),
        state_columns=(*WAITING, *RESOLVED, "rows"),
        band_names=BANDS,
        age_columns=(*BANDS, "unresolved", "sent"),
        band_width=BAND_WIDTH,
        sheets=SHEETS,
    )
    return [page, write_workbook(book, release, target / WORKBOOK, lang)]


def _titles(book: AuditBook, release: Row, speaker: Speaker, agency: str) -> Titles:
    name = book.deliveries.agency(agency, speaker) if agency else release["jurisdiction_name"]
    page = speaker.t("report.title.agency", agency=name) if agency else speaker.t("report.title")
    return Titles(page, speaker.t("report.head_title", name=name, date=speaker.day(release["as_of_date"])))
