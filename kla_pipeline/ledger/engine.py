"""Connections to the ledger's database, and the one kind of transaction that may write.

Here: what differs between SQLite and PostgreSQL (pragmas, locks, URLs). Not here: what is stored.

Python's sqlite3 opens a transaction by itself, late and as a plain BEGIN: two writers would both read the same end of
the chain before one of them locks. So its own handling is switched off and BEGIN is sent by us: IMMEDIATE for writers.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from kla_pipeline.errors import ConfigurationError, KlaError, Locked, StorageProblem, translate
from kla_pipeline.ledger.tables import SCHEMA_VERSION, create, meta, migrate

BUSY_SECONDS = 30.0
# any fixed number: all writers of one database take this advisory lock
_ADVISORY_LOCK = 0x6B6C615F

# secure_delete: what an erasure blanks is overwritten in the file, not only unlinked
_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "secure_delete=ON")


def make_engine(url_text: str, default_file: Path) -> Engine:
    """Engine for a URL, or for the SQLite file when it is empty. Raises ConfigurationError for a URL nobody can
    read.
    """
    url = _url(url_text, default_file)
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    try:
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except ModuleNotFoundError:
        pass
    raise ConfigurationError(
        "KLA_LEDGER_URL names PostgreSQL, whose driver is not installed.", "Install the extra `postgres`."
    )


def _url(url_text: str, default_file: Path) -> URL:
    if not url_text:
        return URL.create("sqlite", database=str(default_file))
    url = _parsed(url_text)
    if url and url.database:
        if url.drivername in ("postgresql", "postgres"):
            return url.set(drivername="postgresql+psycopg")
        if url.drivername.split("+")[0] in ("sqlite", "postgresql"):
            return url
    # the text of the URL may hold a password: it is not repeated
    raise ConfigurationError(
        "KLA_LEDGER_URL is not the URL of an SQLite file or a PostgreSQL database.",
        "Write sqlite:////folder/ledger.sqlite or postgresql://user@host/database, or leave it empty.",
    )


def _parsed(url_text: str) -> URL | None:
    try:
        return make_url(url_text)
    except ArgumentError:
        return None


def _sqlite_engine(url: URL) -> Engine:
    file = Path(url.database or "")
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        # restricted from the first byte on; SQLite gives its -wal and -shm the same mode
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: sqlite3.Connection, _record: object) -> None:
        dbapi_connection.isolation_level = None  # no BEGIN of Python's own
        _ensure_wal(dbapi_connection)
        for pragma in _PRAGMAS:
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writer = connection.get_execution_options().get("kla_writer", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    return engine


def _ensure_wal(connection: sqlite3.Connection) -> None:
    """WAL mode; the switch does not honour the busy timeout when two first processes meet, so it is asked again."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                return
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as exc:
            is_busy = exc.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not is_busy or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A consistent view; nobody waits for it."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """The only writer of the ledger until the block ends; commits at its end, undoes all when it raises."""
    with engine.connect().execution_options(kla_writer=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        yield connection


def prepare_tables(engine: Engine) -> None:
    """Create the tables when they are missing, bring those of an older form to this one; otherwise only compare the
    version of their form.

    Raises ConfigurationError (another version) and StorageProblem (the database does not answer).
    """
    problem: KlaError | None = None
    try:
        with reading(engine) as connection:
            version = _version(connection)
        if version != SCHEMA_VERSION:
            version = _bring_up(engine)
    except DatabaseError as exc:
        known = translate(exc, "Opening the ledger")  # a full disk and a lock have a sentence of their own
        version, problem = "unreachable", known if isinstance(known, StorageProblem | Locked) else None
    if problem:
        raise problem
    if version == "unreachable":
        raise StorageProblem(
            f"The ledger at {engine.url.render_as_string(hide_password=True)} cannot be opened.",
            "Check that the file or the database server is there and that this user may write to it.",
        )
    if version != SCHEMA_VERSION:
        raise ConfigurationError(
            f"The ledger has form {version}, this version of the program writes form {SCHEMA_VERSION}.",
            "Use the program version that made it, or migrate the ledger first.",
        )


def _bring_up(engine: Engine) -> str:
    """The version after creating or migrating under the write lock: of two first processes the second finds it done."""
    with writing(engine) as connection:
        version = _version(connection)
        if version is None:
            create(connection)
            return SCHEMA_VERSION
        return migrate(connection, version)


def forget_old_pages(engine: Engine) -> None:
    """After an erasure: what was overwritten stays neither in the write-ahead log nor in dead rows of the table.

    Raises Locked when a reader keeps the log in use for longer than `BUSY_SECONDS`.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM FULL decision_value"))
        return
    give_up = time.monotonic() + BUSY_SECONDS
    while not _truncated(engine):
        if time.monotonic() > give_up:
            raise Locked(
                "The ledger is being read, so that erased texts may still stand in its write-ahead log.",
                "Close the programs that read it and repeat the erasure.",
            )
        time.sleep(0.05)


def _truncated(engine: Engine) -> bool:
    """Whether the whole log was written into the file and cut to nothing; it must run outside of a transaction."""
    pooled = engine.raw_connection()
    try:
        is_busy, *_ = pooled.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy
    finally:
        pooled.close()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("meta"):
        return None
    return connection.execute(select(meta.c.value).where(meta.c.name == "schema_version")).scalar() or "unknown"
