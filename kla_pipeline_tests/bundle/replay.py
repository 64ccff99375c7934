"""Reads the bundle as it must be read: which version of each record holds in the end.

Here: the project's laws about versions in plain Python (an increment adds or replaces a key; a snapshot also withdraws
the keys it lacks, and a rejected row keeps the last accepted version) and the rows that point to a record nobody
delivered. Not here: files and cells; which rows are rejected is known from the defects they were given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kla_pipeline_tests.bundle.people import Person
from kla_pipeline_tests.bundle.tables import Break, File, Row, Table

Key = tuple[Any, ...]
PARENT = {"victim_service": "violence_victim", "ppks_service": "ppks"}
PARENT_KEY = {"victim_service": 2, "ppks_service": 1}
UNKNOWN = {"victim_service": "unknown_victim", "ppks_service": "unknown_ppks"}


@dataclass
class Final:
    """What holds of one record. `state`: accepted, held, rejected, rejected_at_build, withdrawn or not_delivered."""

    agency: str
    record: str
    key: Key
    facts: dict[str, Any]
    person: Person | None
    scene: str
    state: str
    first_seen: str
    sources: list[Row]

    @property
    def is_ok(self) -> bool:
        return self.state in ("accepted", "held")


def final_versions(files: list[File]) -> dict[tuple[str, str], dict[Key, Final]]:
    """By (agency, record) and key, in the order of the exports. Adds `unknown_…` breaks to the rows concerned."""
    found: dict[tuple[str, str], dict[Key, Final]] = {}
    for file in sorted(files, key=lambda f: (f.exported, f.path)):
        for table in file.tables:
            records = found.setdefault((table.agency, table.record), {})
            for row in table.rows:
                _take(records, table, row, file)
            if table.is_snapshot:
                _withdraw(records, table)
    for child, parent in PARENT.items():
        agency = "dp3a" if parent == "violence_victim" else "dinsos"
        _point(found[(agency, child)], found[(agency, parent)], child)
    return found


def _take(records: dict[Key, Final], table: Table, row: Row, file: File) -> None:
    key = table.key_of(row)
    known = records.get(key)
    if row.breaks and any(b.rule.endswith("duplicate_of_row") for b in row.breaks):
        return
    state = "accepted" if row.accepted else "rejected"
    if not file.is_delivered:
        state = "not_delivered"
    if known and known.is_ok and state != "accepted":
        known.state = "held" if table.is_snapshot else known.state
        return
    first_seen = known.first_seen if known and known.is_ok else f"{file.exported:%Y-%m}-01"
    sources = [*known.sources, row] if known and known.is_ok else [row]
    facts = row.facts if state == "accepted" else row.truth
    records[key] = Final(table.agency, table.record, key, facts, row.person, row.scene, state, first_seen, sources)


def _withdraw(records: dict[Key, Final], table: Table) -> None:
    present = {table.key_of(row) for row in table.rows}
    for key, final in records.items():
        if key not in present and final.is_ok:
            final.state = "withdrawn"


def _point(children: dict[Key, Final], parents: dict[Key, Final], record: str) -> None:
    """A service of a victim or PPKS of whom no version holds is rejected when the tables are built."""
    known = {key for key, final in parents.items() if final.is_ok}
    for key, final in children.items():
        if final.is_ok and key[: PARENT_KEY[record]] not in known:
            final.state = "rejected_at_build"
            for row in final.sources[-1:]:
                row.breaks.append(Break(f"{record}.{UNKNOWN[record]}", "rejected", "", "no such record", stage="build"))
