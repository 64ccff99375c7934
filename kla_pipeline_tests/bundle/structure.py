"""Defects of whole rows, and the draw of where each defect befalls the bundle.

Here: duplicates, conflicting keys, possible duplicates, rows that point to a record nobody delivered, and the choice of
tables and rows. Not here: what a single cell suffers (defects.py). Scripted edge cases (`scene`) are never drawn.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator

from kla_pipeline_tests.bundle.catalogue import CATALOGUE
from kla_pipeline_tests.bundle.defects import Defect
from kla_pipeline_tests.bundle.tables import Break, File, Row, Table

REPEATS = {"none": 0, "normal": 1, "heavy": 3}
DUPLICATED = ("violence_victim", "victim_service", "ppks", "ppks_service", "juvenile_case", "facility_item")
# record -> the column in which two rows of one key differ
CONFLICTING = {"violence_victim": "name", "victim_service": "provider", "ppks": "name", "juvenile_case": "offence"}
ALIKE = {"violence_victim": "register_no", "ppks": "ppks_no"}
POINTING = {"victim_service": "register_no", "ppks_service": "ppks_no"}
MENDED_ELSEWHERE = 0.55  # share of rejected rows whose record stands, sound, in another file too
NOBODY = {"register_no": "SINT-2023-999", "ppks_no": "PPKS-SINT-2023-999"}


def spoil(files: list[File], rng: random.Random, level: str) -> None:
    """Draws a table and a row for every defect; the rows' `facts`, `override` and `breaks` change in place."""
    _note_other_files(files)
    for _ in range(REPEATS[level]):
        for defect in CATALOGUE:
            for _ in range(defect.times):
                _befall(files, defect, rng, must=level == "normal")
        _structural(files, rng)


def _note_other_files(files: list[File]) -> None:
    seen: dict[tuple[object, ...], list[Row]] = {}
    for table in (t for f in files if f.is_delivered for t in f.tables):
        for row in table.rows:
            seen.setdefault((table.agency, table.record, table.key_of(row)), []).append(row)
    for rows in seen.values():
        for row in rows:
            row.has_other = len(rows) > 1


def _tables(files: list[File], record: str) -> list[Table]:
    return [t for f in files if f.is_delivered for t in f.tables if t.record == record and t.rows and not t.is_real]


def _free(table: Table) -> Iterator[Row]:
    return (row for row in table.rows if not row.scene and not row.breaks and row.copy_of is None)


def _befall(files: list[File], defect: Defect, rng: random.Random, *, must: bool) -> None:
    places = [(t, r) for t in _tables(files, defect.record) for r in _free(t) if _suits(defect, t, r)]
    if not places:
        if must:
            raise LookupError(f"no row of the bundle can show {defect.rule}")
        return
    mended = [(t, r) for t, r in places if r.has_other]
    if defect.expected == "rejected" and mended and rng.random() < MENDED_ELSEWHERE:
        places = mended
    table, row = rng.choice(places)
    defect.befall(row, table.header_of(defect.column), rng)


def _suits(defect: Defect, table: Table, row: Row) -> bool:
    """A key column is only spoilt on a first delivery: otherwise it is a matter of reading which record is meant."""
    return defect.fits(row.facts) and not (row.is_update and defect.column in table.key)


def _structural(files: list[File], rng: random.Random) -> None:
    for record in DUPLICATED:
        _duplicate(*_draw(files, record, rng))
    for record, column in CONFLICTING.items():
        _conflict(*_draw(files, record, rng, mended=record != "victim_service"), column)
    for record, column in ALIKE.items():
        _look_alike(*_draw(files, record, rng, last_only=True), column)
    for record, column in POINTING.items():
        _point_nowhere(*_draw(files, record, rng, last_only=True), column)


def _draw(
    files: list[File], record: str, rng: random.Random, *, last_only: bool = False, mended: bool = False
) -> tuple[Table, Row]:
    """A table and a free row of it. `last_only`: of the newest snapshot, where a new key is not withdrawn later;
    `mended`: the record stands in another file too.
    """
    tables = _tables(files, record)
    if last_only and tables[0].is_snapshot:
        tables = tables[-1:]
    return rng.choice([(t, row) for t in tables for row in _free(t) if row.has_other or not mended])


def _put_after(table: Table, row: Row, twin: Row) -> None:
    table.rows.insert(table.rows.index(row) + 1, twin)


def _twin(row: Row) -> Row:
    return Row(dict(row.facts), row.person, dict(row.ignored), "twin", {}, [], copy_of=row)


def _duplicate(table: Table, row: Row) -> None:
    twin = _twin(row)
    twin.breaks.append(Break(f"{table.record}.duplicate_of_row", "rejected", "", "the row above once more"))
    row.scene = "twin"
    _put_after(table, row, twin)


def _conflict(table: Table, row: Row, column: str) -> None:
    twin = _twin(row)
    twin.override[column] = f"{row.facts[column] or ''} (lain)".strip()
    for one in (row, twin):
        one.breaks.append(Break(f"{table.record}.conflicting_key", "rejected", "", "same key, other content"))
    _put_after(table, row, twin)


def _look_alike(table: Table, row: Row, column: str) -> None:
    twin = _twin(row)
    twin.facts[column] = twin.override[column] = f"{row.facts[column]}X"
    twin.breaks.append(Break(f"{table.record}.possible_duplicate", "flagged", "", "the row above apart from the key"))
    row.scene = "twin"
    _put_after(table, row, twin)


def _point_nowhere(table: Table, row: Row, column: str) -> None:
    twin = copy.deepcopy(row)
    twin.scene = "twin"
    twin.facts[column] = NOBODY[column]  # what it breaks is found at build, by the replay
    _put_after(table, row, twin)
