"""Decisions about rows of a test city: taken through the same functions as by people, by one login and a second one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from kla_pipeline.decisions import propose
from kla_pipeline.decisions.records import Decision, Proposal
from kla_pipeline.identity.keys import load_key
from kla_pipeline.ledger import Ledger, open_ledger
from kla_pipeline.nightly import build as build_step
from kla_pipeline.nightly import load
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.quality.overlay import CellEdit
from kla_pipeline.quality.raw_rows import RawTable, read_raw, row_version
from kla_pipeline_tests.decisions.people import log_in, person
from kla_pipeline_tests.support import CITY, City

FIRST, SECOND = "uji-budi", "uji-rina"


def built(city: City) -> City:
    """Receive, judge and build what was dropped and decided."""
    load.receive(city.settings, CITY)
    load.stage(city.settings, CITY)
    build_step.build(city.settings, CITY)
    return city


class Deciding:
    """Takes decisions in a city whose files were received."""

    def __init__(self, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
        self.city, self._monkeypatch = city, monkeypatch

    def row(self, record: str, column: str, text: str, nth: int = 0) -> str:
        """Id of the nth row of a record type whose cell under this header has this text."""
        agencies = load_catalogue(self.city.settings.source_folders()).agencies.values()
        agency = next(a.id for a in agencies for layout in a.layouts if layout.record == record)
        with open_ledger(self.city.settings) as ledger:
            found = [
                row_id
                for table in self._tables(ledger, agency)
                if table.record == record
                for row_id in table.row_ids
                if table.cells(row_id).get(column) == text
            ]
        return found[nth]

    def correct(self, row_id: str, cells: dict[str, str], until: date | None = None) -> Decision:
        """Give cells, by header, another text."""
        return self._take(row_id, "correct", until=until, edits=cells)

    def withdraw(self, row_id: str) -> Decision:
        return self._take(row_id, "withdraw")

    def withdraw_counted(self, row_id: str) -> Decision:
        return self._approve(self._take(row_id, "withdraw", is_counted=True))

    def release(self, row_id: str, *rules: str) -> Decision:
        return self._approve(self._take(row_id, "release", rules=rules))

    def reopen(self, row_id: str) -> Decision:
        return self._take(row_id, "reopen")

    def reinstate(self, delivery_id: str, agency: str) -> Decision:
        return self._approve(self._enter(Proposal("reinstate", delivery_id, delivery_id, agency, "")))

    def send(self, *row_ids: str) -> None:
        """Note that rows went to their agency in a workbook."""
        log_in(self._monkeypatch, FIRST)
        with open_ledger(self.city.settings) as ledger:
            rows = [(row_id, "v") for row_id in row_ids]
            propose.note_sent(ledger, person(FIRST), CITY, f"e{len(row_ids)}", "dinsos", rows)

    def _take(self, row_id: str, action: str, edits: dict[str, str] | None = None, **more: object) -> Decision:
        with open_ledger(self.city.settings) as ledger:
            key = load_key(self.city.settings, ledger)
            delivery = next(d for d in ledger.deliveries(CITY) if d.delivery_id[:16] == row_id[:16])
            table = next(t for t in self._tables(ledger, delivery.agency) if row_id in t)
        cells = table.cells(row_id)
        changed = tuple(CellEdit(name, cells.get(name, ""), text) for name, text in (edits or {}).items())
        version = row_version(key.pseudonym, row_id, cells)
        about = (action, row_id, delivery.delivery_id, delivery.agency, table.record, version, changed)
        return self._enter(Proposal(*about, **more))  # type: ignore[arg-type]

    def _enter(self, proposal: Proposal) -> Decision:
        log_in(self._monkeypatch, FIRST)
        with open_ledger(self.city.settings) as ledger:
            key = load_key(self.city.settings, ledger)
            (decision,) = propose.propose(ledger, key, person(FIRST), [proposal])
        return decision

    def _approve(self, decision: Decision) -> Decision:
        log_in(self._monkeypatch, SECOND)
        with open_ledger(self.city.settings) as ledger:
            return propose.approve(ledger, person(SECOND), decision.decision_id)

    def _tables(self, ledger: Ledger, agency: str) -> Sequence[RawTable]:
        catalogue = load_catalogue(self.city.settings.source_folders())
        deliveries = [d for d in ledger.deliveries(CITY) if d.agency == agency]
        return [table for d in deliveries for table in read_raw(self.city.paths, d, catalogue).tables]
