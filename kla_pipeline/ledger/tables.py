"""Tables of the ledger and the triggers that keep them append-only.

Here: the declaration, for SQLite and PostgreSQL alike, and its creation. Not here: reading and writing rows.

The triggers stop mistakes and honest tools, not somebody who owns the file and drops them: for that there is the chain.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    event,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.schema import DDL

SCHEMA_VERSION = "1"

metadata = MetaData()

# seq is assigned by the append function, not by the database: it is part of what is hashed
Seq = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

event_table = Table(
    "event",
    metadata,
    Column("seq", Seq, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("prev_hash", Text, nullable=False, unique=True),
    Column("hash", Text, nullable=False, unique=True),
    Index("event_by_kind", "jurisdiction", "kind"),
)

delivery_table = Table(
    "delivery",
    metadata,
    Column("jurisdiction", Text, primary_key=True),
    Column("delivery_id", Text, primary_key=True),
    Column("delivery_no", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("current_sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("suffix", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("event_seq", Seq, nullable=False),
    Unique("jurisdiction", "delivery_no"),
    ForeignKeyConstraint(["event_seq"], ["event.seq"]),
)

release_table = Table(
    "release",
    metadata,
    Column("jurisdiction", Text, primary_key=True),
    Column("release_id", Text, primary_key=True),
    Column("input_key", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("table_hashes", Text, nullable=False),
    Column("edition_id", Text),
    Column("event_seq", Seq, nullable=False),
    ForeignKeyConstraint(["event_seq"], ["event.seq"]),
)

_MOVING = {("delivery", "current_sha256")}  # moves when an erasure replaces the archived bytes


def _guard(table: Table) -> None:
    """Refuse DELETE, and UPDATE of every column that does not move."""
    fixed = ", ".join(f'"{c.name}"' for c in table.columns if (table.name, c.name) not in _MOVING)
    for action in (f"UPDATE OF {fixed}", "DELETE"):
        name = f"{table.name}_no_{action.split()[0].lower()}"
        head = f'CREATE TRIGGER {name} BEFORE {action} ON "{table.name}" FOR EACH ROW'
        sqlite = f"{head} BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        event.listen(table, "after_create", DDL(sqlite).execute_if(dialect="sqlite"))
        postgres = f"{head} EXECUTE FUNCTION kla_append_only()"
        event.listen(table, "after_create", DDL(postgres).execute_if(dialect="postgresql"))


_FUNCTION = """
CREATE OR REPLACE FUNCTION kla_append_only() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''the ledger is append-only''; END'
"""
event.listen(metadata, "before_create", DDL(_FUNCTION).execute_if(dialect="postgresql"))
for _table in (meta, event_table, delivery_table, release_table):
    _guard(_table)


def create(connection: Connection) -> None:
    """Make tables and triggers; the caller holds the write lock, so two first runs do not meet here."""
    metadata.create_all(connection)
    connection.execute(meta.insert().values(name="schema_version", value=SCHEMA_VERSION))
