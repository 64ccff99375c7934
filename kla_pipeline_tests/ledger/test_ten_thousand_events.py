"""Of ten thousand events none can be changed, taken out, put in, exchanged or cut off without being named."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from kla_pipeline.ledger import Event, Head, Verdict, chain, open_ledger
from kla_pipeline.ledger.chain import GENESIS
from kla_pipeline.ledger.records import canonical_json
from kla_pipeline.settings import Settings, load_settings

EVENTS = 10_000
SAMPLE = sorted({1, EVENTS, *random.Random(20_260_630).sample(range(2, EVENTS), 3)})


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    given = load_settings(data_dir=tmp_path_factory.mktemp("ten_thousand"))
    with open_ledger(given) as ledger:
        ledger.append_many("36.73", [("checked", {"n": n}) for n in range(EVENTS)])
    return given


@pytest.fixture(scope="module")
def events(settings: Settings) -> list[Event]:
    with open_ledger(settings) as ledger:
        return ledger.events()


@pytest.fixture
def raw(settings: Settings) -> Iterator[sqlite3.Connection]:
    """The open file without its triggers, as an intruder has it; nothing of it is committed."""
    connection = sqlite3.connect(settings.paths().ledger, isolation_level=None)
    connection.execute("BEGIN")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    connection.execute("ROLLBACK")
    connection.close()


def read(event: Event) -> Any:
    """An event as the database gives it: the payload as text."""
    return replace(event, payload=canonical_json(event.payload))  # type: ignore[arg-type]


def verdict_on(raw: sqlite3.Connection, known: Head | None = None) -> Verdict:
    raw.row_factory = lambda cursor, row: _Row(dict(zip([d[0] for d in cursor.description], row, strict=True)))
    return chain.check(raw.execute("SELECT * FROM event ORDER BY seq").fetchall(), known)


class _Row:
    def __init__(self, columns: dict[str, Any]) -> None:
        self.__dict__.update(columns)


def renumber(raw: sqlite3.Connection, first: int, by: int) -> None:
    """Move the numbers of all events from `first` on; through negatives, so that none meets another."""
    raw.execute("UPDATE event SET seq = -(seq + ?) WHERE seq >= ?", (by, first))
    raw.execute("UPDATE event SET seq = -seq WHERE seq < 0")


def flip(raw: sqlite3.Connection, seq: int) -> None:
    raw.execute("UPDATE event SET payload = replace(payload, 'n', 'm') WHERE seq = ?", (seq,))


def delete(raw: sqlite3.Connection, seq: int) -> None:
    raw.execute("DELETE FROM event WHERE seq = ?", (seq,))


def delete_and_close_the_gap(raw: sqlite3.Connection, seq: int) -> None:
    delete(raw, seq)
    renumber(raw, seq + 1, -1)


def insert(raw: sqlite3.Connection, seq: int) -> None:
    renumber(raw, seq, 1)
    raw.execute("INSERT INTO event VALUES (?, 'now', '36.73', 'checked', 'me', '{}', 'p', 'h')", (seq,))


def swap(raw: sqlite3.Connection, seq: int) -> None:
    other = seq + 1 if seq < EVENTS else seq - 1
    for old, new in ((seq, -1), (other, seq), (-1, other)):
        raw.execute("UPDATE event SET seq = ? WHERE seq = ?", (new, old))


@pytest.mark.parametrize("seq", SAMPLE)
@pytest.mark.parametrize("change", [flip, delete, delete_and_close_the_gap, insert, swap])
def test_what_is_done_to_one_event_is_found_at_that_event(
    raw: sqlite3.Connection, events: list[Event], change: Callable[[sqlite3.Connection, int], None], seq: int
) -> None:
    change(raw, seq)

    found = verdict_on(raw, Head(EVENTS, events[-1].hash))

    assert found.first_bad_seq == (min(seq, EVENTS - 1) if change is swap else seq)
    assert found.count + 1 == found.first_bad_seq


@pytest.mark.parametrize("left", [0, 1, 5_000, EVENTS - 1])
def test_a_cut_tail_is_found_at_its_first_event_given_the_printed_head(
    raw: sqlite3.Connection, events: list[Event], left: int
) -> None:
    raw.execute("DELETE FROM event WHERE seq > ?", (left,))

    found = verdict_on(raw, Head(EVENTS, events[-1].hash))

    assert (found.first_bad_seq, found.reason) == (left + 1, "tail_cut")


def test_each_single_one_of_ten_thousand_is_held_by_the_one_before_it(events: list[Event]) -> None:
    """The step that `check` takes from event to event, for every event and every kind of change."""
    unnoticed = []
    before = GENESIS
    for event, after in zip(events, [*events[1:], None], strict=True):
        assert not chain._wrong(read(event), event.seq, before)
        flipped = replace(event, payload={"n": -1})
        inserted = replace(event, prev_hash=before, hash="f" * 64)
        changes = [flipped, inserted] + ([after, replace(after, seq=event.seq)] if after else [])
        unnoticed += [event.seq for change in changes if not chain._wrong(read(change), event.seq, before)]
        before = event.hash
    assert unnoticed == []


def test_the_whole_chain_is_valid_before_anything_is_done_to_it(settings: Settings, events: list[Event]) -> None:
    with open_ledger(settings) as ledger:
        verdict = ledger.verify(Head(EVENTS, events[-1].hash))
    assert (verdict.count, verdict.reason) == (EVENTS, "")
