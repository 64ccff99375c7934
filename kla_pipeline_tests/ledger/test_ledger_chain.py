"""Whoever changes the ledger behind its back is found out. The tests take the triggers away first, as an intruder
would.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from kla_pipeline.ledger import Delivery, Head, Release, Verdict, open_ledger
from kla_pipeline.settings import Settings, load_settings

CITY = "36.73"
Tampering = Callable[[sqlite3.Connection], object]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of eight events: key, kind of data, two deliveries, an erasure, two other events, a release."""
    given = load_settings(data_dir=tmp_path_factory.mktemp("pristine"))
    with open_ledger(given) as ledger:
        ledger.set_key_id("0123456789abcdef")
        ledger.set_data_kind(CITY, "synthetic")
        for digit in "ab":
            ledger.record_delivery(
                Delivery(CITY, digit * 64, "dp3a", 9, ".csv", "2026-01-05T02:00:00.000000Z"), {"path_hash": digit}
            )
        ledger.move_rendition(ledger.deliveries(CITY)[0], "f" * 64)
        ledger.append(CITY, "checked", {"tables": ["mart.measure"], "note": "ü"})
        ledger.append(CITY, "checked", {"tables": []})
        ledger.record_release(Release("r1", CITY, "k", "2026-06-30", "2026-07-01T00:00:00.000000Z", {"t": "h"}))
    return given.paths().ledger


@pytest.fixture
def settings(pristine: Path, tmp_path: Path) -> Settings:
    given = load_settings(data_dir=tmp_path)
    shutil.copy(pristine, given.paths().ledger)
    return given


def tampered(settings: Settings, change: Tampering, known: Head | None = None) -> Verdict:
    raw = sqlite3.connect(settings.paths().ledger)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    change(raw)
    raw.commit()
    raw.close()
    with open_ledger(settings) as ledger:
        return ledger.verify(known)


def rehash(raw: sqlite3.Connection, seq: int, prev_hash: str) -> str:
    """Give an event the hash its content asks for, as a careful forger does."""
    names = ("seq", "at", "jurisdiction", "kind", "actor", "payload")
    row = raw.execute(f"SELECT {', '.join(names)} FROM event WHERE seq = ?", (seq,)).fetchone()
    body = dict(zip(names, row, strict=True))
    body["payload"] = json.loads(body["payload"])
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    new = hashlib.sha256(f"{prev_hash}\n{text}".encode()).hexdigest()
    raw.execute("UPDATE event SET prev_hash = ?, hash = ? WHERE seq = ?", (prev_hash, new, seq))
    return new


def test_an_untouched_ledger_is_valid_also_against_the_heads_it_had(settings: Settings) -> None:
    with open_ledger(settings) as ledger:
        events = ledger.events()
        verdict = ledger.verify(Head(5, events[4].hash))
        assert ledger.head() == Head(8, events[-1].hash)
    assert verdict == Verdict(8, events[-1].hash, None, "")
    assert verdict.is_valid


@pytest.mark.parametrize("seq", range(1, 9))
@pytest.mark.parametrize("column", ["at", "jurisdiction", "kind", "actor"])
def test_any_changed_field_of_any_event_is_found_at_that_event(settings: Settings, column: str, seq: int) -> None:
    found = tampered(settings, lambda raw: raw.execute(f"UPDATE event SET {column} = 'x' WHERE seq = ?", (seq,)))

    assert (found.first_bad_seq, found.reason) == (seq, "changed")
    assert not found.is_valid


def test_one_flipped_character_in_a_payload_is_found(settings: Settings) -> None:
    found = tampered(
        settings, lambda raw: raw.execute("UPDATE event SET payload = replace(payload, 'mart', 'nart') WHERE seq = 6")
    )

    assert (found.first_bad_seq, found.reason, found.count) == (6, "changed", 5)


def test_another_spelling_of_the_same_payload_is_found(settings: Settings) -> None:
    found = tampered(
        settings, lambda raw: raw.execute("UPDATE event SET payload = replace(payload, ':', ': ') WHERE seq = 6")
    )

    assert (found.first_bad_seq, found.reason) == (6, "not_canonical")


def test_a_payload_that_is_no_json_is_found(settings: Settings) -> None:
    found = tampered(settings, lambda raw: raw.execute("UPDATE event SET payload = '{' WHERE seq = 6"))

    assert (found.first_bad_seq, found.reason) == (6, "not_canonical")


def test_a_deleted_event_is_found(settings: Settings) -> None:
    found = tampered(settings, lambda raw: raw.execute("DELETE FROM event WHERE seq = 6"))

    assert (found.first_bad_seq, found.reason) == (6, "gap")


def test_a_deleted_event_is_found_when_the_later_ones_are_renumbered(settings: Settings) -> None:
    def close_the_gap(raw: sqlite3.Connection) -> None:
        raw.execute("DELETE FROM event WHERE seq = 6")
        for seq in (7, 8):
            raw.execute("UPDATE event SET seq = ? WHERE seq = ?", (seq - 1, seq))

    found = tampered(settings, close_the_gap)

    assert (found.first_bad_seq, found.reason) == (6, "broken_link")


def test_an_inserted_event_is_found(settings: Settings) -> None:
    def insert(raw: sqlite3.Connection) -> None:
        for seq in (8, 7):
            raw.execute("UPDATE event SET seq = ? WHERE seq = ?", (seq + 1, seq))
        previous = raw.execute("SELECT hash FROM event WHERE seq = 6").fetchone()[0]
        raw.execute("INSERT INTO event VALUES (7, 'now', '', 'checked', 'me', '{}', 'x', 'y')")
        raw.execute("UPDATE event SET prev_hash = 'z' WHERE seq = 8")
        rehash(raw, 7, previous)

    found = tampered(settings, insert)

    assert (found.first_bad_seq, found.reason) == (8, "broken_link")


def test_two_swapped_events_are_found(settings: Settings) -> None:
    def swap(raw: sqlite3.Connection) -> None:
        for old, new in ((6, 99), (7, 6), (99, 7)):
            raw.execute("UPDATE event SET seq = ? WHERE seq = ?", (new, old))

    found = tampered(settings, swap)

    assert (found.first_bad_seq, found.reason) == (6, "broken_link")


def test_swapped_payloads_are_found(settings: Settings) -> None:
    def swap(raw: sqlite3.Connection) -> None:
        (six,), (seven,) = raw.execute("SELECT payload FROM event WHERE seq IN (6, 7) ORDER BY seq").fetchall()
        raw.execute("UPDATE event SET payload = ? WHERE seq = 6", (seven,))
        raw.execute("UPDATE event SET payload = ? WHERE seq = 7", (six,))

    assert tampered(settings, swap).first_bad_seq == 6


def test_a_cut_tail_is_found_with_the_head_known_from_elsewhere_and_only_then(settings: Settings) -> None:
    with open_ledger(settings) as ledger:
        known = ledger.head()

    def cut(raw: sqlite3.Connection) -> None:
        raw.execute("DELETE FROM event WHERE seq > 6")
        raw.execute('DELETE FROM "release"')

    assert tampered(settings, cut).is_valid
    found = tampered(settings, cut, known)
    assert (found.count, found.first_bad_seq, found.reason) == (6, 7, "tail_cut")


def test_a_chain_forged_from_some_event_on_is_found_with_a_known_head(settings: Settings) -> None:
    with open_ledger(settings) as ledger:
        known = ledger.head()

    def forge(raw: sqlite3.Connection) -> None:
        raw.execute("UPDATE event SET actor = 'nobody' WHERE seq = 6")
        previous = raw.execute("SELECT hash FROM event WHERE seq = 5").fetchone()[0]
        for seq in (6, 7, 8):
            previous = rehash(raw, seq, previous)

    assert tampered(settings, forge).is_valid
    found = tampered(settings, forge, known)
    assert (found.first_bad_seq, found.reason) == (8, "other_chain")


@pytest.mark.parametrize(
    ("statement", "seq", "reason"),
    [
        ("UPDATE delivery SET agency = 'polres' WHERE delivery_id LIKE 'b%'", 4, "row_differs"),
        ("UPDATE delivery SET received_at = '2020' WHERE delivery_id LIKE 'b%'", 4, "row_differs"),
        ("UPDATE delivery SET jurisdiction = '32' WHERE delivery_id LIKE 'b%'", 4, "row_differs"),
        ("UPDATE delivery SET delivery_no = 'x' WHERE delivery_id LIKE 'b%'", 4, "row_differs"),
        ("UPDATE delivery SET current_sha256 = 'x' WHERE delivery_id LIKE 'b%'", 4, "row_differs"),
        ("UPDATE delivery SET current_sha256 = delivery_id WHERE delivery_id LIKE 'a%'", 5, "row_differs"),
        ("DELETE FROM delivery WHERE delivery_id LIKE 'b%'", 4, "event_without_row"),
        ("UPDATE delivery SET event_seq = 7 WHERE delivery_id LIKE 'b%'", 4, "event_without_row"),
        ("INSERT INTO delivery VALUES ('36.73','c','c','dp3a','c',1,'','2026',7)", 7, "row_without_event"),
        ("UPDATE \"release\" SET table_hashes = '{}'", 8, "row_differs"),
        ("UPDATE \"release\" SET as_of = '2020-01-01'", 8, "row_differs"),
        ('DELETE FROM "release"', 8, "event_without_row"),
        ("UPDATE meta SET value = 'other' WHERE name = 'key_id'", 1, "row_differs"),
        ("DELETE FROM meta WHERE name = 'key_id'", 1, "event_without_row"),
        ("UPDATE meta SET value = 'real' WHERE name = 'data_kind:36.73'", 2, "row_differs"),
        ("INSERT INTO meta VALUES ('data_kind:32', 'real')", 0, "row_without_event"),
    ],
)
def test_a_row_that_is_not_what_its_event_recorded_is_found(
    settings: Settings, statement: str, seq: int, reason: str
) -> None:
    found = tampered(settings, lambda raw: raw.execute(statement))

    assert (found.first_bad_seq, found.reason) == (seq, reason)


def test_the_chain_holds_no_path_and_no_cell_only_what_was_given_to_it(settings: Settings) -> None:
    raw = sqlite3.connect(settings.paths().ledger)
    text = "".join(row[0] for row in raw.execute("SELECT payload FROM event"))
    raw.close()

    assert str(settings.data_dir) not in text
