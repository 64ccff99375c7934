"""The same promises on PostgreSQL; they run where KLA_TEST_POSTGRES_URL names a server, in a schema of their own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from kla_pipeline.ledger import DecisionValue, Delivery, Release, open_ledger
from kla_pipeline.ledger.engine import writing
from kla_pipeline.settings import Settings, load_settings
from kla_pipeline_tests.ledger.kill import exit_code, in_child

URL = os.environ.get("KLA_TEST_POSTGRES_URL", "")
CITY = "36.73"

pytestmark = pytest.mark.skipif(not URL, reason="KLA_TEST_POSTGRES_URL names no PostgreSQL server to test against")


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    schema = f"kla_test_{secrets.token_hex(6)}"
    url = make_url(URL).set(drivername="postgresql+psycopg")
    admin = create_engine(url)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    inside = url.update_query_dict({"options": f"-csearch_path={schema}"})
    yield load_settings(data_dir=tmp_path, ledger_url=inside.render_as_string(hide_password=False))
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


def test_two_processes_appending_at_once_make_one_chain_on_postgresql(settings: Settings) -> None:
    def append_many() -> None:
        with open_ledger(settings) as ledger:
            for number in range(300):
                ledger.append(CITY, "checked", {"n": number})

    children = [in_child(append_many) for _ in range(2)]
    assert [exit_code(pid) for pid in children] == [0, 0]

    with open_ledger(settings) as ledger:
        assert ledger.verify().count == len(ledger.events(CITY)) == 600
        assert ledger.verify().is_valid


def test_entries_are_made_once_and_read_back_unchanged_on_postgresql(settings: Settings) -> None:
    delivery = Delivery(CITY, "a" * 64, "dp3a", 2**40, ".csv", "2026-01-05T02:00:00.000000Z")
    release = Release("r1", CITY, "k", "2026-06-30", "2026-07-01T00:00:00.000000Z", {"mart.measure": "h"}, "e1")
    with open_ledger(settings) as ledger:
        assert [ledger.record_delivery(delivery), ledger.record_delivery(delivery)] == [True, False]
        assert [ledger.record_release(release), ledger.record_release(release)] == [True, False]
        assert [ledger.set_key_id("one"), ledger.set_key_id("two")] == ["one", "one"]
        assert ledger.set_data_kind(CITY, "real") == "real"
        moved = ledger.move_rendition(delivery, "f" * 64)

        assert ledger.deliveries(CITY) == [moved]
        assert ledger.releases(CITY) == [release]
        filled = {name: count for name, count in ledger.counts().items() if count}
        assert filled == {"delivery": 1, "event": 5, "meta": 3, "release": 1}
        assert ledger.verify().is_valid


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET payload = '{}'",
        "DELETE FROM event",
        "UPDATE delivery SET agency = 'dinsos'",
        "DELETE FROM delivery",
        "UPDATE meta SET value = ''",
    ],
)
def test_postgresql_refuses_to_change_or_delete_an_entry(settings: Settings, statement: str) -> None:
    with open_ledger(settings) as ledger:
        ledger.record_delivery(Delivery(CITY, "a" * 64, "dp3a", 1, ".csv", "2026-01-05T02:00:00.000000Z"))

        with pytest.raises(SQLAlchemyError, match="append-only"), writing(ledger._engine) as connection:
            connection.execute(text(statement))

        assert ledger.verify().is_valid


def test_decisions_are_kept_sent_and_erased_on_postgresql(settings: Settings) -> None:
    with open_ledger(settings) as ledger:
        with ledger.desk(CITY, "uji-budi") as desk:
            payload = {"decision_id": "d1", "values": ["h"], "note": None}
            (event,) = desk.append([("decision_proposed", payload)])
            desk.keep([(DecisionValue("d1", 1, "Nama", "Anak Uji Satu", "Anak Uji Dua", ""), event.seq)])
            desk.send("x1", "dp3a", [("r1", "v1"), ("r2", "v2")])
        assert [row.row_id for row in ledger.sent_rows(CITY)] == ["r1", "r2"]
        assert ledger.decision_values(CITY)[0].value == "Anak Uji Dua"
        for statement in ("UPDATE decision_value SET value = ''", "DELETE FROM decision_value", "DELETE FROM sent_row"):
            with pytest.raises(SQLAlchemyError, match="append-only"), writing(ledger._engine) as connection:
                connection.execute(text(statement))

        assert ledger.erase_values(CITY, ["d1"]) == ["d1"]

        (blank,) = ledger.decision_values(CITY)
        assert (blank.column_name, blank.expected, blank.value, blank.is_erased) == ("", "", "", True)
        assert ledger.verify().is_valid


def test_a_ledger_of_the_first_form_is_brought_to_this_one_on_postgresql(settings: Settings) -> None:
    with open_ledger(settings) as ledger:
        ledger.append(CITY, "checked")
        with writing(ledger._engine) as connection:
            for statement in (
                "DROP TABLE decision_value",
                "DROP TABLE sent_row",
                "ALTER TABLE meta DISABLE TRIGGER meta_no_update",
                "UPDATE meta SET value = '1' WHERE name = 'schema_version'",
                "ALTER TABLE meta ENABLE TRIGGER meta_no_update",
            ):
                connection.execute(text(statement))

    with open_ledger(settings) as ledger:
        assert ledger.decision_values(CITY) == []
        assert ledger.verify().is_valid
        with pytest.raises(SQLAlchemyError, match="append-only"), writing(ledger._engine) as connection:
            connection.execute(text("UPDATE meta SET value = '1'"))
