"""The ledger as the rest of the program sees it.

Here: every question to it and every entry into it. Not here: what an entry is decided from (intake, quality,
warehouse). Each entry is one transaction that holds the row and its event, so that neither exists without the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any

from sqlalchemy import Engine, func, select

from kla_pipeline.errors import ConfigurationError
from kla_pipeline.ledger import chain, decided, rows
from kla_pipeline.ledger.audit import check_rows
from kla_pipeline.ledger.decided import DecisionValue, Desk, SentRow
from kla_pipeline.ledger.engine import forget_old_pages, make_engine, prepare_tables, reading, writing
from kla_pipeline.ledger.records import DataKind, Delivery, Event, Head, Release, Verdict
from kla_pipeline.ledger.tables import delivery_table, event_table, meta, metadata, release_table
from kla_pipeline.settings import Settings


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of these settings, made when it is not there; use it in a `with` block.

    Raises ConfigurationError (URL, version of the tables) and StorageProblem (file or server does not answer).
    """
    engine = make_engine(settings.ledger_url, settings.paths().ledger)
    try:
        prepare_tables(engine)
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine)


class Ledger:
    """Deliveries, events and releases of all jurisdictions of one data folder. Threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back; the object can still be used and opens new ones."""
        self._engine.dispose()

    # events

    def append(
        self, jurisdiction: str, kind: str, payload: Mapping[str, Any] | None = None, actor: str | None = None
    ) -> Event:
        """Add one event ('' = the whole ledger). The actor is the login name of this process unless one is given."""
        with writing(self._engine) as connection:
            return chain.append(connection, jurisdiction, kind, payload or {}, actor)

    def append_many(self, jurisdiction: str, entries: Sequence[chain.Entry], actor: str | None = None) -> list[Event]:
        """Add several events, (kind, payload) each, in one transaction: all of them or none."""
        with writing(self._engine) as connection:
            return chain.append_many(connection, jurisdiction, entries, actor)

    def events(self, jurisdiction: str | None = None, kind: str | None = None) -> list[Event]:
        """Events in their order; of one jurisdiction, of one kind, or all."""
        query = select(event_table).order_by(event_table.c.seq)
        if jurisdiction is not None:
            query = query.where(event_table.c.jurisdiction == jurisdiction)
        if kind is not None:
            query = query.where(event_table.c.kind == kind)
        with reading(self._engine) as connection:
            return [chain.to_event(row) for row in connection.execute(query)]

    def has_event(self, jurisdiction: str, kind: str, match: Mapping[str, Any]) -> bool:
        """Whether an event of this kind carries all these payload entries."""
        return any(
            all(name in event.payload and event.payload[name] == value for name, value in match.items())
            for event in self.events(jurisdiction, kind)
        )

    def head(self) -> Head:
        """Count and hash of the last event: what a release carries so that a later cut shows."""
        query = select(event_table.c.seq, event_table.c.hash).order_by(event_table.c.seq.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return Head(row.seq, row.hash) if row else Head(0, chain.GENESIS)

    # deliveries

    def deliveries(self, jurisdiction: str) -> list[Delivery]:
        """All deliveries of a jurisdiction by time of receipt, then id; each with the agency it was moved to last."""
        query = (
            select(delivery_table)
            .where(delivery_table.c.jurisdiction == jurisdiction)
            .order_by(delivery_table.c.received_at, delivery_table.c.delivery_id)
        )
        moved = {
            e.payload["delivery_id"]: e.payload["to_agency"] for e in self.events(jurisdiction, rows.DELIVERY_REHOMED)
        }
        with reading(self._engine) as connection:
            return [rows.to_delivery(row, moved.get(row.delivery_id, row.agency)) for row in connection.execute(query)]

    def rehome(self, delivery: Delivery, agency: str, payload: Mapping[str, Any] | None = None) -> Delivery:
        """Say that a delivery belongs to another agency than so far; its row and its bytes stay where they are."""
        body = {
            **(payload or {}),
            "delivery_id": delivery.delivery_id,
            "from_agency": delivery.agency,
            "to_agency": agency,
        }
        self.append(delivery.jurisdiction, rows.DELIVERY_REHOMED, body)
        return replace(delivery, agency=agency)

    def record_delivery(self, delivery: Delivery, payload: Mapping[str, Any] | None = None) -> bool:
        """Enter a delivery with its event `delivery_received`; False, and nothing written, when its id is known."""
        row = rows.delivery_row(delivery)
        with writing(self._engine) as connection:
            known = select(delivery_table.c.delivery_id).where(
                delivery_table.c.jurisdiction == delivery.jurisdiction,
                delivery_table.c.delivery_id == delivery.delivery_id,
            )
            if connection.execute(known).first():
                return False
            body = {**(payload or {}), **rows.delivery_body(row)}
            written = chain.append(connection, delivery.jurisdiction, rows.DELIVERY_RECEIVED, body)
            connection.execute(delivery_table.insert().values(**row, event_seq=written.seq))
        return True

    def move_rendition(self, delivery: Delivery, sha256: str, payload: Mapping[str, Any] | None = None) -> Delivery:
        """Say that the archive now holds other bytes for a delivery (erasure): new `current_sha256` and its event."""
        body = {
            **(payload or {}),
            "delivery_id": delivery.delivery_id,
            "from_sha256": delivery.current_sha256,
            "to_sha256": sha256,
        }
        table = delivery_table
        with writing(self._engine) as connection:
            moved = connection.execute(
                table.update()
                .where(table.c.jurisdiction == delivery.jurisdiction, table.c.delivery_id == delivery.delivery_id)
                .where(table.c.current_sha256 == delivery.current_sha256)
                .values(current_sha256=sha256)
            )
            if moved.rowcount == 1:
                chain.append(connection, delivery.jurisdiction, rows.RENDITION_REPLACED, body)
        if moved.rowcount != 1:
            raise ConfigurationError(
                f"Delivery {delivery.delivery_no} is not in the ledger with the bytes that were to be replaced.",
                "Read the ledger again and repeat the erasure.",
            )
        return replace(delivery, current_sha256=sha256)

    # releases

    def record_release(self, release: Release, payload: Mapping[str, Any] | None = None) -> bool:
        """Enter a release with its event `release_recorded`; False, and nothing written, when its id is known."""
        row = rows.release_row(release)
        with writing(self._engine) as connection:
            known = select(release_table.c.release_id).where(
                release_table.c.jurisdiction == release.jurisdiction, release_table.c.release_id == release.release_id
            )
            if connection.execute(known).first():
                return False
            body = {**(payload or {}), **rows.release_body(row)}
            written = chain.append(connection, release.jurisdiction, rows.RELEASE_RECORDED, body)
            connection.execute(release_table.insert().values(**row, event_seq=written.seq))
        return True

    def releases(self, jurisdiction: str) -> list[Release]:
        """Releases of a jurisdiction in the order they were recorded."""
        query = (
            select(release_table)
            .where(release_table.c.jurisdiction == jurisdiction)
            .order_by(release_table.c.event_seq)
        )
        with reading(self._engine) as connection:
            return [rows.to_release(row) for row in connection.execute(query)]

    # decisions

    @contextmanager
    def desk(self, jurisdiction: str, actor: str | None = None) -> Iterator[Desk]:
        """One transaction in which decisions are looked at and entered: what was seen is so still when it is written.

        An exception inside of the block undoes all of it.
        """
        with writing(self._engine) as connection:
            yield Desk(connection, jurisdiction, actor or chain.os_actor())

    def decision_events(self, jurisdiction: str, before_seq: int | None = None) -> list[Event]:
        """Events that decide what is in force (decided.DECISION_KINDS) in order; with a number those before."""
        with reading(self._engine) as connection:
            return decided.decision_events(connection, jurisdiction, before_seq)

    def decision_values(self, jurisdiction: str) -> list[DecisionValue]:
        """Restricted texts of all decisions of a jurisdiction, by decision and position."""
        with reading(self._engine) as connection:
            return decided.decision_values(connection, jurisdiction)

    def sent_rows(self, jurisdiction: str) -> list[SentRow]:
        """Rejected rows that were sent to their agency, in order of the exports; a row may be in several."""
        with reading(self._engine) as connection:
            return decided.sent_rows(connection, jurisdiction)

    def erase_values(
        self,
        jurisdiction: str,
        decision_ids: Collection[str],
        payload: Mapping[str, Any] | None = None,
        actor: str | None = None,
    ) -> list[str]:
        """Blank the texts of decisions with one event `decision_values_erased`; returns those that had any left.

        Again with the same ids: nothing to blank, no event. Old pages of the file are gone when it returns.
        """
        with writing(self._engine) as connection:
            blanked = decided.blank_values(connection, jurisdiction, decision_ids)
            if blanked:
                body = {**(payload or {}), "decision_ids": blanked}
                chain.append(connection, jurisdiction, decided.VALUES_ERASED, body, actor)
        forget_old_pages(self._engine)
        return blanked

    # facts that are set once

    def key_id(self) -> str | None:
        """Id of the pseudonym key all records of this ledger are under; None before the first run."""
        return self._fact("key_id")

    def set_key_id(self, key_id: str) -> str:
        """Register the key's id unless one is registered; returns the id in force, which the caller compares."""
        return self._set_once("key_id", key_id, "", rows.KEY_REGISTERED, {"key_id": key_id})

    def data_kind(self, jurisdiction: str) -> str | None:
        """`synthetic` or `real`; None while only neutral deliveries came."""
        return self._fact(f"data_kind:{jurisdiction}")

    def set_data_kind(self, jurisdiction: str, kind: DataKind) -> str:
        """Fix the kind of data of a jurisdiction unless it is fixed; returns the kind in force, which staging compares.

        Raises ConfigurationError for any other word: a neutral delivery fixes nothing.
        """
        if kind not in ("synthetic", "real"):
            raise ConfigurationError(f"Data are synthetic or real, not {kind!r}.", "Correct the layout's marker.")
        return self._set_once(f"data_kind:{jurisdiction}", kind, jurisdiction, rows.DATA_KIND_SET, {"data_kind": kind})

    def _fact(self, name: str) -> str | None:
        with reading(self._engine) as connection:
            return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()

    def _set_once(self, name: str, value: str, jurisdiction: str, kind: str, payload: dict[str, Any]) -> str:
        with writing(self._engine) as connection:
            found = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()
            if found is not None:
                return found
            connection.execute(meta.insert().values(name=name, value=value))
            chain.append(connection, jurisdiction, kind, payload)
        return value

    # checks

    def counts(self) -> dict[str, int]:
        """Rows of each table; equal before and after a run that had nothing to do."""
        with reading(self._engine) as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in sorted(metadata.tables.values(), key=lambda table: table.name)
            }

    def verify(self, known: Head | None = None) -> Verdict:
        """Follow the whole chain, then compare the rows beside it with what their events recorded.

        `known` is a head kept outside (a release's): without it a cut tail cannot be seen.
        """
        with reading(self._engine) as connection:
            events = connection.execute(select(event_table).order_by(event_table.c.seq)).all()
            verdict = chain.check(events, known)
            return verdict if verdict.reason else check_rows(connection, events, verdict)
