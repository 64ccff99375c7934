"""Tables of the ledger and the triggers that keep them append-only.

Here: the declaration, for SQLite and PostgreSQL alike, and its creation. Not here: reading and writing rows.

The triggers stop mistakes and honest tools, not somebody who owns the file and drops them: for that there is the chain.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    false,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.schema import DDL

SCHEMA_VERSION = "2"
"""Form 2 has `decision_value` and `sent_row`; a ledger of form 1 gets them when it is opened."""

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

decision_value_table = Table(
    "decision_value",
    metadata,
    Column("decision_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("jurisdiction", Text, nullable=False),
    Column("column_name", Text, nullable=False),
    Column("expected", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("is_erased", Boolean, nullable=False, server_default=false()),
    Column("event_seq", Seq, nullable=False),
    Index("decision_value_by_jurisdiction", "jurisdiction"),
    ForeignKeyConstraint(["event_seq"], ["event.seq"]),
    comment="Restricted: old and new text of cells (position 1, 2, …) and the note (position 0) of a decision",
)

sent_row_table = Table(
    "sent_row",
    metadata,
    Column("jurisdiction", Text, primary_key=True),
    Column("export_id", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("row_version", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("event_seq", Seq, nullable=False),
    ForeignKeyConstraint(["event_seq"], ["event.seq"]),
)

# what may move: the hash, when an erasure replaces the archived bytes; texts of a decision, to nothing
_ERASED = ("column_name", "expected", "value", "note")
_MOVING = {("delivery", "current_sha256"), *(("decision_value", name) for name in (*_ERASED, "is_erased"))}
_IS_NO_ERASURE = "NOT (NEW.is_erased AND " + " AND ".join(f"NEW.{name} = ''" for name in _ERASED) + ")"


_BODIES = {
    "sqlite": "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "postgresql": "EXECUTE FUNCTION kla_append_only()",
}


def _trigger(table: Table, name: str, action: str, dialect: str, when: str = "") -> str:
    """SQL of a trigger that lets no row of `table` through `action` (for which `when` holds)."""
    condition = f" WHEN ({when})" if when else ""
    return (
        f'CREATE TRIGGER {table.name}_no_{name} BEFORE {action} ON "{table.name}" '
        f"FOR EACH ROW{condition} {_BODIES[dialect]}"
    )


def _refuse(table: Table, name: str, action: str, when: str = "") -> None:
    for dialect in _BODIES:
        made = DDL(_trigger(table, name, action, dialect, when)).execute_if(dialect=dialect)
        event.listen(table, "after_create", made)


def _fixed(table: Table) -> str:
    return ", ".join(f'"{c.name}"' for c in table.columns if (table.name, c.name) not in _MOVING)


def _guard(table: Table) -> None:
    """Refuse DELETE, and UPDATE of every column that does not move."""
    _refuse(table, "update", f"UPDATE OF {_fixed(table)}")
    _refuse(table, "delete", "DELETE")


_FUNCTION = """
CREATE OR REPLACE FUNCTION kla_append_only() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''the ledger is append-only''; END'
"""
event.listen(metadata, "before_create", DDL(_FUNCTION).execute_if(dialect="postgresql"))
for _table in metadata.sorted_tables:
    _guard(_table)
_refuse(decision_value_table, "rewriting", "UPDATE", _IS_NO_ERASURE)


def create(connection: Connection) -> None:
    """Make tables and triggers; the caller holds the write lock, so two first runs do not meet here."""
    metadata.create_all(connection)
    connection.execute(meta.insert().values(name="schema_version", value=SCHEMA_VERSION))


def migrate(connection: Connection, version: str) -> str:
    """Bring a ledger of an older form to this one and return the form it has then; an unknown form stays as it is.

    Entries are not touched: tables are added. The caller holds the write lock; on both databases this is one
    transaction with the number of the form.
    """
    if version != "1":
        return version
    metadata.create_all(connection)
    dialect = connection.dialect.name
    connection.execute(text(f"DROP TRIGGER meta_no_update{' ON meta' if dialect == 'postgresql' else ''}"))
    connection.execute(meta.update().where(meta.c.name == "schema_version").values(value=SCHEMA_VERSION))
    connection.execute(text(_trigger(meta, "update", f"UPDATE OF {_fixed(meta)}", dialect)))
    return SCHEMA_VERSION
