"""Which register rows are the same person: `identity.person`.

A valid NIK links rows over agencies; a row without one is a person of its own, known by its register key. Scored
comparison of names and dates comes after this in the same table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from kla_pipeline.identity.keys import Key

if TYPE_CHECKING:
    from kla_pipeline.quality.contract import RecordType


def add_persons(connection: duckdb.DuckDBPyConnection, record: RecordType, key: Key) -> None:
    """Add all rows of `staged.<record>` to `identity.person`; nothing for a record type without a NIK column."""
    nik = next((name for name, column in record.columns.items() if column.kind == "nik"), None)
    if nik is None:
        return
    rows = connection.execute(
        f"SELECT DISTINCT row_id, {nik}, agency, _key FROM staged.{record.record} ORDER BY row_id"
    ).fetchall()
    persons = [
        (record.record, row_id, key.pseudonym("nik", number), "nik")
        if number
        else (record.record, row_id, key.pseudonym("rec", f"{agency}:{record.record}:{register_key}"), "record")
        for row_id, number, agency, register_key in rows
    ]
    if persons:
        _insert(connection, persons)


def _insert(connection: duckdb.DuckDBPyConnection, persons: list[tuple[str, str, str, str]]) -> None:
    import pyarrow as pa

    names = ("record", "row_id", "child_id", "link_basis")
    table = pa.table({name: [row[n] for row in persons] for n, name in enumerate(names)})
    connection.register("new_person", table)
    connection.execute("INSERT INTO identity.person BY NAME SELECT * FROM new_person ORDER BY record, row_id")
    connection.unregister("new_person")
