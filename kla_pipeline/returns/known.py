"""How rows stand now: what the last build says of them, and their cells in the archive under the decisions in force.

Here: looking. Not here: what is asked about them (export.py) and what an answer comes to (answers.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kla_pipeline.decisions import force
from kla_pipeline.decisions.records import Decision
from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.i18n import Speaker, load
from kla_pipeline.i18n.formats import LANGS
from kla_pipeline.identity.keys import Key
from kla_pipeline.intake import archive
from kla_pipeline.ledger import Delivery, Ledger
from kla_pipeline.quality.amend import releasable_rules
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.quality.overlay import Overlay
from kla_pipeline.quality.raw_rows import RawDelivery, RawTable, read_raw, row_version
from kla_pipeline.returns.answers import Known
from kla_pipeline.returns.compose import Rejected, place_of
from kla_pipeline.settings import Paths, Settings
from kla_pipeline.warehouse.sql import open_read_only

_QUERY = Path(__file__).parent / "queries" / "rejected_rows.sql"
NOT_IN_QUARANTINE = "accepted"
"""State of a row that was sent once and that the last build accepts: an answer to it changes nothing."""
_NEXT_HINT = re.compile(r"; (?=[a-z_0-9]+: )")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One row of the last build's quarantine."""

    rejected: Rejected
    state: str


@dataclass(frozen=True)
class Office:
    """What every look needs, opened once: settings, ledger, declarations, key, and the decisions of the as-of date.

    `seen_seq`: number of the last event of the ledger when they were read.
    """

    settings: Settings
    paths: Paths
    ledger: Ledger
    catalogue: Catalogue
    key: Key = field(repr=False)
    decisions: list[Decision] = field(repr=False)
    overlays: Mapping[str, Overlay] = field(repr=False)
    seen_seq: int

    @classmethod
    def open(cls, settings: Settings, jurisdiction: str, ledger: Ledger, key: Key) -> Office:
        """The office of a jurisdiction; the caller keeps the ledger open."""
        seen_seq = ledger.head().count
        decisions = force.load(ledger, jurisdiction, settings.as_of_date)
        catalogue = load_catalogue(settings.source_folders())
        paths = settings.paths(jurisdiction)
        return cls(settings, paths, ledger, catalogue, key, decisions, force.overlays(decisions), seen_seq)

    def looked_again(self) -> Office:
        """The same office with the decisions as they stand now."""
        return Office.open(self.settings, self.paths.jurisdiction, self.ledger, self.key)

    def raw(self, delivery: Delivery) -> RawDelivery:
        """A delivery's rows as they stand under the decisions in force; none of a file that no layout fits any more."""
        overlay = self.overlays.get(delivery.delivery_id)
        try:
            return read_raw(self.paths, delivery, self.catalogue, overlay, self.key.pseudonym)
        except DeliveryRefused:
            return RawDelivery(delivery.delivery_id, [])

    def decided_since(self, seen_seq: int) -> set[str]:
        """Rows about which a decision came after that event, or about which a proposal waits."""
        return {
            d.subject for d in self.decisions if d.status == "proposed" or (d.status == "in_force" and d.seq > seen_seq)
        }


def quarantine(
    paths: Paths, agency: str = "", record: str = "", rule: str = "", row_ids: Collection[str] = ()
) -> tuple[list[Quarantined], int]:
    """Rows of the last build by delivery and place, and the number of the last event that it knew."""
    values = {"agency": agency, "record": record, "rule": rule, "row_ids": sorted(row_ids)}
    with open_read_only(paths.warehouse) as connection:
        rows = connection.execute(_QUERY.read_text(encoding="utf-8"), values).fetchall()
        seen = connection.execute("SELECT event_count FROM meta.run").fetchone()
    found = [
        Quarantined(Rejected(row_id, delivery_id, name, tuple(rules), _hints(hints)), state)
        for row_id, delivery_id, name, state, rules, hints in rows
    ]
    return found, int(seen[0]) if seen and seen[0] is not None else 0


def _hints(text: str) -> tuple[str, ...]:
    return tuple(_NEXT_HINT.split(text)) if text else ()


def known_rows(office: Office, row_ids: Collection[str]) -> dict[str, Known]:
    """The rows that are still to be found, by id."""
    wanted = set(row_ids)
    states: dict[str, Quarantined] = {}
    seen_seq, elsewhere = 0, None
    if wanted and office.paths.warehouse.is_file():
        elsewhere = NOT_IN_QUARANTINE
        rows, seen_seq = quarantine(office.paths, row_ids=wanted)
        states = {row.rejected.row_id: row for row in rows}
    decided = office.decided_since(seen_seq)
    found: dict[str, Known] = {}
    for delivery, raw in _deliveries_of(office, wanted):
        for table in raw.tables:
            make = _maker(office, delivery, table)
            for row_id, cells in table.cells_of(wanted).items():
                row = states.get(row_id)
                state, rules = (row.state, row.rejected.rules) if row else (elsewhere, ())
                found[row_id] = make(row_id, cells, state, rules, row_id in decided)
    return found


def file_name_of(paths: Paths, delivery: Delivery) -> str:
    """Name of the file as it was dropped; bytes that are no text become the replacement character."""
    return archive.original_name(paths, delivery).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _deliveries_of(office: Office, row_ids: Iterable[str]) -> Iterator[tuple[Delivery, RawDelivery]]:
    numbers = {row_id.split("/")[0] for row_id in row_ids}
    for delivery in office.ledger.deliveries(office.paths.jurisdiction):
        if delivery.delivery_no in numbers and delivery.agency in office.catalogue.agencies:
            yield delivery, office.raw(delivery)


Make = Callable[[str, Mapping[str, str], str | None, tuple[str, ...], bool], Known]


def _maker(office: Office, delivery: Delivery, table: RawTable) -> Make:
    """Rows of one table: what they have in common is looked up once."""
    record = office.catalogue.contracts()[table.record]
    file_name = file_name_of(office.paths, delivery)
    speakers = [Speaker(load(), lang) for lang in LANGS]
    kinds = {c.header: record.columns[c.feeds[0]].kind if c.feeds else "" for c in table.columns}
    releasable = frozenset(releasable_rules(record))

    def make(
        row_id: str, cells: Mapping[str, str], state: str | None, rules: tuple[str, ...], is_decided: bool
    ) -> Known:
        return Known(
            row_id=row_id,
            delivery_id=delivery.delivery_id,
            agency=delivery.agency,
            record=table.record,
            version=row_version(office.key.pseudonym, row_id, cells),
            file_name=file_name,
            places=frozenset(place_of(row_id, table, speaker) for speaker in speakers),
            cells=cells,
            kinds=kinds,
            state=state,
            rules=rules,
            releasable=releasable,
            is_decided=is_decided,
        )

    return make
