"""What the ledger promises about its entries: once, whole, in order, by whom. All ids are invented."""

from __future__ import annotations

import os
import pwd
import sqlite3
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from kla_pipeline.errors import ConfigurationError, StorageProblem
from kla_pipeline.ledger import Delivery, Ledger, Release, open_ledger, utc_text
from kla_pipeline.ledger.engine import writing
from kla_pipeline.settings import Settings, load_settings
from kla_pipeline_tests.ledger.kill import exit_code, in_child

CITY = "36.73"


def a_delivery(digit: str = "a", **changes: object) -> Delivery:
    given = Delivery(CITY, digit * 64, "dp3a", 120, ".xlsx", "2026-01-05T02:00:00.000000Z")
    return replace(given, **changes)  # type: ignore[arg-type]


def a_release(release_id: str = "r1") -> Release:
    return Release(release_id, CITY, "key-1", "2026-06-30", utc_text(), {"mart.measure": "h1", "core.need": "h2"}, "e1")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with open_ledger(settings) as opened:
        yield opened


def test_a_delivery_is_entered_with_its_event_and_read_back_unchanged(ledger: Ledger) -> None:
    given = a_delivery()

    assert ledger.record_delivery(given, {"path_hash": "p1"})

    assert ledger.deliveries(CITY) == [given]
    (event,) = ledger.events(CITY)
    assert event.kind == "delivery_received"
    assert event.payload == {
        "delivery_id": given.delivery_id,
        "agency": "dp3a",
        "size_bytes": 120,
        "suffix": ".xlsx",
        "received_at": given.received_at,
        "path_hash": "p1",
    }


def test_the_same_delivery_again_writes_nothing(ledger: Ledger) -> None:
    ledger.record_delivery(a_delivery())
    before = ledger.counts()

    assert not ledger.record_delivery(a_delivery(agency="dinsos", received_at=utc_text()))

    assert ledger.counts() == before
    assert ledger.deliveries(CITY)[0].agency == "dp3a"


def test_the_same_bytes_in_another_jurisdiction_are_a_delivery_of_their_own(ledger: Ledger) -> None:
    ledger.record_delivery(a_delivery())

    assert ledger.record_delivery(a_delivery(jurisdiction="32"))

    assert [d.jurisdiction for d in ledger.deliveries("32")] == ["32"]


def test_deliveries_come_in_order_of_receipt_then_id(ledger: Ledger) -> None:
    late, early_b, early_a = (
        a_delivery("a", received_at="2026-02-01T00:00:00.000000Z"),
        a_delivery("c"),
        a_delivery("b"),
    )
    for given in (late, early_b, early_a):
        ledger.record_delivery(given)

    assert ledger.deliveries(CITY) == [early_a, early_b, late]


def test_two_ids_with_the_same_first_16_digits_are_not_both_taken_and_leave_no_event(ledger: Ledger) -> None:
    ledger.record_delivery(a_delivery())
    before = ledger.counts()

    with pytest.raises(IntegrityError):
        ledger.record_delivery(a_delivery(delivery_id="a" * 16 + "b" * 48, current_sha256="x"))

    assert ledger.counts() == before
    assert ledger.verify().is_valid


def test_a_release_is_entered_once_and_read_back_unchanged(ledger: Ledger) -> None:
    given = a_release()

    assert ledger.record_release(given, {"head": "x"})
    assert not ledger.record_release(replace(given, input_key="another"))

    assert ledger.releases(CITY) == [given]
    assert [event.kind for event in ledger.events(CITY)] == ["release_recorded"]


def test_releases_come_in_the_order_they_were_recorded(ledger: Ledger) -> None:
    for release_id in ("r2", "r1", "r3"):
        ledger.record_release(a_release(release_id))

    assert [release.release_id for release in ledger.releases(CITY)] == ["r2", "r1", "r3"]


def test_the_key_id_is_set_once_and_the_id_in_force_comes_back(ledger: Ledger) -> None:
    assert ledger.key_id() is None

    assert ledger.set_key_id("first") == "first"
    assert ledger.set_key_id("second") == "first"

    assert ledger.key_id() == "first"
    assert [event.payload for event in ledger.events(kind="key_registered")] == [{"key_id": "first"}]


def test_the_kind_of_data_is_set_once_per_jurisdiction(ledger: Ledger) -> None:
    assert ledger.data_kind(CITY) is None

    assert ledger.set_data_kind(CITY, "synthetic") == "synthetic"
    assert ledger.set_data_kind(CITY, "real") == "synthetic"
    assert ledger.set_data_kind("32", "real") == "real"

    assert (ledger.data_kind(CITY), ledger.data_kind("32")) == ("synthetic", "real")
    assert len(ledger.events(kind="data_kind_set")) == 2


def test_neutral_data_fix_no_kind(ledger: Ledger) -> None:
    with pytest.raises(ConfigurationError, match="synthetic or real"):
        ledger.set_data_kind(CITY, "neutral")  # type: ignore[arg-type]

    assert ledger.data_kind(CITY) is None


def test_an_event_is_found_by_the_entries_it_carries(ledger: Ledger) -> None:
    ledger.append(CITY, "checked", {"rule": "a", "n": 1, "note": None})

    assert ledger.has_event(CITY, "checked", {"rule": "a", "n": 1})
    assert ledger.has_event(CITY, "checked", {"note": None})
    assert not ledger.has_event(CITY, "checked", {"rule": "b"})
    assert not ledger.has_event(CITY, "checked", {"absent": None})
    assert not ledger.has_event(CITY, "other", {"rule": "a"})
    assert not ledger.has_event("32", "checked", {"rule": "a"})


def test_events_carry_the_login_name_of_the_process_whatever_the_environment_says(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")

    assert ledger.append(CITY, "checked").actor == pwd.getpwuid(os.geteuid()).pw_name
    assert ledger.append(CITY, "decided", actor="auditor-1").actor == "auditor-1"


def test_times_are_utc_texts_that_sort_as_times(ledger: Ledger) -> None:
    at = [ledger.append(CITY, "checked").at for _ in range(20)]

    assert all(len(text) == 27 and text.endswith("Z") and text[10] == "T" for text in at)
    assert at == sorted(at)


def test_a_number_that_json_has_not_is_refused_and_leaves_no_event(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="JSON"):
        ledger.append(CITY, "checked", {"share": float("nan")})

    assert ledger.counts()["event"] == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET payload = '{}'",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT seq, at, jurisdiction, 'x', actor, payload, prev_hash, hash FROM event",
        "UPDATE delivery SET agency = 'dinsos'",
        "UPDATE delivery SET received_at = ''",
        "DELETE FROM delivery",
        "UPDATE \"release\" SET input_key = ''",
        'DELETE FROM "release"',
        "UPDATE meta SET value = ''",
        "DELETE FROM meta",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(ledger: Ledger, statement: str) -> None:
    ledger.record_delivery(a_delivery())
    ledger.record_release(a_release())

    with pytest.raises(SQLAlchemyError, match="append-only"), writing(ledger._engine) as connection:
        connection.exec_driver_sql(statement)

    assert ledger.verify().is_valid


def test_an_erasure_moves_the_current_hash_and_nothing_else(ledger: Ledger) -> None:
    given = a_delivery()
    ledger.record_delivery(given)

    moved = ledger.move_rendition(given, "f" * 64, {"reason": "court order"})

    assert ledger.deliveries(CITY) == [moved] == [replace(given, current_sha256="f" * 64)]
    assert ledger.events(kind="rendition_replaced")[0].payload["from_sha256"] == given.delivery_id
    with pytest.raises(ConfigurationError):
        ledger.move_rendition(given, "e" * 64)
    assert ledger.verify().is_valid


def test_a_delivery_of_another_agency_keeps_its_row_and_the_place_of_its_bytes(ledger: Ledger) -> None:
    given = a_delivery()
    ledger.record_delivery(given)
    moved = ledger.rehome(given, "polres", {"path_hash": "p"})
    again = ledger.rehome(moved, "bpbd")
    assert (moved.agency, again.agency) == ("polres", "bpbd")
    assert ledger.deliveries(CITY) == [again] == [replace(given, agency="bpbd")]
    assert again.archived_under == given.agency
    assert ledger.verify().is_valid
    erased = ledger.move_rendition(again, "f" * 64)
    assert ledger.deliveries(CITY) == [erased]
    assert ledger.verify().is_valid


def test_an_empty_ledger_is_valid_and_opening_it_again_changes_nothing(settings: Settings) -> None:
    with open_ledger(settings) as ledger:
        before = ledger.counts()
        assert ledger.verify().is_valid

    with open_ledger(settings) as ledger:
        assert ledger.counts() == before
        assert {name: count for name, count in before.items() if count} == {"meta": 1}


def test_the_file_is_only_for_its_owner_and_every_commit_reaches_the_disk(settings: Settings) -> None:
    with open_ledger(settings) as ledger:
        ledger.append(CITY, "checked")
        with writing(ledger._engine) as connection:
            pragmas = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
            ]
        modes = {stat.S_IMODE(file.stat().st_mode) for file in settings.data_dir.glob("ledger.sqlite*")}

    assert pragmas == ["wal", 2]
    assert modes == {0o600}


def test_a_writer_holds_the_write_lock_before_it_reads_the_end_of_the_chain(settings: Settings) -> None:
    with open_ledger(settings) as ledger:
        other = sqlite3.connect(settings.paths().ledger, timeout=0, isolation_level=None)
        with writing(ledger._engine), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_reader_does_not_wait_for_a_writer(ledger: Ledger) -> None:
    ledger.append(CITY, "checked")

    with writing(ledger._engine) as connection:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('half', 'done')")
        assert ledger.counts()["meta"] == 1


def test_two_processes_appending_at_once_make_one_chain(settings: Settings) -> None:
    def append_many() -> None:
        with open_ledger(settings) as ledger:
            for number in range(300):
                ledger.append(CITY, "checked", {"n": number})

    # neither finds tables: the first opening is part of the race
    children = [in_child(append_many) for _ in range(2)]
    assert [exit_code(pid) for pid in children] == [0, 0]

    with open_ledger(settings) as ledger:
        events = ledger.events(CITY)
        assert ledger.verify().count == len(events) == 600
        assert ledger.verify().is_valid
    assert sorted(event.payload["n"] for event in events) == sorted([*range(300), *range(300)])


def test_threads_of_one_process_make_one_chain(ledger: Ledger) -> None:
    threads = [threading.Thread(target=lambda: [ledger.append(CITY, "checked") for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ledger.verify().count == 40
    assert ledger.verify().is_valid


@pytest.mark.parametrize("url", ["nonsense", "mysql://u:geheim@host/db", "sqlite://", "postgresql://u:geheim@host"])
def test_a_url_that_cannot_be_a_ledger_is_one_clear_line_without_the_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="KLA_LEDGER_URL") as caught:
        open_ledger(load_settings(data_dir=tmp_path, ledger_url=url))

    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_server_that_does_not_answer_is_a_storage_problem_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    url = "postgresql://u:geheim@127.0.0.1:1/db"

    with pytest.raises(StorageProblem, match="cannot be opened") as caught:
        open_ledger(load_settings(data_dir=tmp_path, ledger_url=url))

    assert "geheim" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_file_that_is_no_ledger_is_a_storage_problem(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"this is a letter, not a database" * 200)

    with pytest.raises(StorageProblem, match="cannot be opened"):
        open_ledger(load_settings(data_dir=tmp_path))


def as_form_1(settings: Settings, *, fill: bool = True) -> list[str]:
    """A ledger as version 1 of its form left it, with one delivery; returns the hashes of its events."""
    with open_ledger(settings) as ledger:
        if fill:
            ledger.record_delivery(a_delivery())
        hashes = [event.hash for event in ledger.events()]
    with sqlite3.connect(settings.paths().ledger) as raw:
        raw.execute("DROP TABLE decision_value")
        raw.execute("DROP TABLE sent_row")
        raw.execute("DROP TRIGGER meta_no_update")
        raw.execute("UPDATE meta SET value = '1' WHERE name = 'schema_version'")
        raw.execute(
            'CREATE TRIGGER meta_no_update BEFORE UPDATE OF "name", "value" ON "meta" FOR EACH ROW '
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
    raw.close()
    return hashes


def test_a_ledger_of_the_first_form_is_brought_to_this_one_with_all_its_entries(settings: Settings) -> None:
    hashes = as_form_1(settings)

    with open_ledger(settings) as ledger:
        assert [event.hash for event in ledger.events()] == hashes
        assert ledger.deliveries(CITY) == [a_delivery()]
        assert ledger.sent_rows(CITY) == ledger.decision_values(CITY) == []
        assert ledger.verify().is_valid
        with pytest.raises(SQLAlchemyError, match="append-only"), writing(ledger._engine) as connection:
            connection.exec_driver_sql("UPDATE meta SET value = '1'")
    with open_ledger(settings) as again:
        assert again.counts()["meta"] == 1


def test_two_processes_that_open_a_ledger_of_the_first_form_both_find_the_new_one(settings: Settings) -> None:
    as_form_1(settings)

    def open_and_append() -> None:
        with open_ledger(settings) as ledger:
            ledger.append(CITY, "checked")

    children = [in_child(open_and_append) for _ in range(3)]
    assert [exit_code(pid) for pid in children] == [0, 0, 0]

    with open_ledger(settings) as ledger:
        assert ledger.verify().count == 4
        assert ledger.verify().is_valid


def test_several_events_are_entered_in_one_go_or_not_at_all(ledger: Ledger) -> None:
    written = ledger.append_many(CITY, [("checked", {"n": n}) for n in range(3)], actor="uji-budi")

    assert [event.seq for event in written] == [1, 2, 3]
    assert ledger.events() == written
    with pytest.raises(ValueError, match="JSON"):
        ledger.append_many(CITY, [("checked", {}), ("checked", {"share": float("nan")})])
    assert ledger.verify().count == 3


def test_what_was_looked_at_at_the_desk_is_undone_whole_when_the_work_fails(ledger: Ledger) -> None:
    def fail_half_way() -> None:
        with ledger.desk(CITY) as desk:
            desk.append([("decision_ended", {"decision_id": "x"})])
            assert len(desk.events()) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert ledger.counts()["event"] == 0


def test_a_ledger_of_another_form_is_not_written_to(settings: Settings) -> None:
    open_ledger(settings).close()
    with sqlite3.connect(settings.paths().ledger) as raw:
        raw.execute("DROP TRIGGER meta_no_update")
        raw.execute("UPDATE meta SET value = '99' WHERE name = 'schema_version'")
    raw.close()

    with pytest.raises(ConfigurationError, match="form 99"):
        open_ledger(settings)


def test_a_ledger_at_a_url_lies_there_and_not_in_the_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "book.sqlite"
    with open_ledger(load_settings(data_dir=tmp_path / "data", ledger_url=f"sqlite:///{file}")) as ledger:
        ledger.append(CITY, "checked")

    assert file.is_file()
    assert not (tmp_path / "data").exists()
