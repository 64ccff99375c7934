"""Which rows of which deliveries are about one person: accepted or not, in force or not, with a NIK or without.

Here: staged rows as tables of one connection, and the person that each belongs to. Not here: cells that only mention
the person (plan.py). The rules: a row with a NIK belongs to that NIK; one without to the only NIK that other rows of
its register key have, else to its key, else to itself. Rows of a record type without a NIK (services) say by
`sources/<agency>/persons/<record>.sql` which row they are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

from kla_pipeline.errors import StorageProblem, WrongUse
from kla_pipeline.identity.keys import Key
from kla_pipeline.ledger import Delivery
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.kinds import TYPES
from kla_pipeline.quality.store import read_manifest
from kla_pipeline.settings import Paths, Settings
from kla_pipeline.warehouse.sql import identifier, quote

PartOf = tuple[str, str]
"""Kind (nik, rec, row) and text of a person: what the pseudonym is made of. Restricted."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person and all rows about him. `aliases`: pseudonyms he had before rows with his NIK came.

    `possible` rows may be about him too: nobody can tell, so they stay. `shared` are own rows that a correction gave to
    another person, or took from one.
    """

    child_id: str = field(repr=False)
    row_ids: frozenset[str]
    possible: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    niks: frozenset[str] = field(default=frozenset(), repr=False)
    names: frozenset[str] = field(default=frozenset(), repr=False)
    aliases: frozenset[str] = field(default=frozenset(), repr=False)


@contextmanager
def staged_rows(
    settings: Settings, paths: Paths, catalogue: Catalogue, deliveries: Sequence[Delivery]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view `delivered_<record>` per record type: all its rows of all deliveries, typed.

    Columns: row_id, delivery_id, agency, is_rejected, _key, then the contract's. A row that decisions changed is there
    twice, as it was delivered and as it stands. Raises StorageProblem for a delivery that is not staged.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"SET memory_limit = {quote(settings.memory_limit)}")
        connection.execute(
            "CREATE TEMP TABLE part (path VARCHAR, delivery_id VARCHAR, agency VARCHAR, rejected BOOLEAN)"
        )
        files: dict[str, list[str]] = {}
        for delivery in deliveries:
            for record, path, rejected in _parts(paths, delivery):
                files.setdefault(record, []).append(path)
                connection.execute(
                    "INSERT INTO part VALUES (?, ?, ?, ?)", [path, delivery.delivery_id, delivery.agency, rejected]
                )
        for name, record in sorted(catalogue.contracts().items()):
            connection.execute(_view(record, files.get(name, [])))
        yield connection
    finally:
        connection.close()


def _parts(paths: Paths, delivery: Delivery) -> Iterator[tuple[str, str, bool]]:
    """(record, Parquet file, whether its rows are rejected) of a delivery, as delivered and as amended."""
    folder = paths.staged_delivery(delivery.agency, delivery.delivery_id)
    base = read_manifest(folder)
    if base is None:
        raise StorageProblem(f"Delivery {delivery.delivery_no} is not staged.", "Run `kla run` first.")
    amended = read_manifest(folder / "amended")
    for manifest in [base] if amended is None else [base, amended]:
        for table in manifest.tables:
            for part in ("accepted", "rejected"):
                path = manifest.table_folder(table) / f"{part}.parquet"
                if path.is_file():
                    yield table["record"], str(path), part == "rejected"


def _view(record: RecordType, files: Sequence[str]) -> str:
    columns = [(identifier(name), TYPES[column.kind]) for name, column in record.columns.items()]
    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns)
    cast = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in columns)
    # as in the warehouse, where the pseudonym of a person without a NIK is made of it
    key = ", ".join(f"coalesce(CAST(p.{name} AS VARCHAR), chr(30))" for name in record.key)
    names = "".join(f", p.{name}" for name, _ in columns)
    source = f"SELECT {nothing}, CAST(NULL AS VARCHAR) AS row_id, CAST(NULL AS VARCHAR) AS filename WHERE FALSE"
    if files:
        listed = ", ".join(map(quote, files))
        read = f"read_parquet([{listed}], union_by_name = TRUE, filename = TRUE)"
        source += f" UNION ALL BY NAME SELECT {cast}, CAST(row_id AS VARCHAR) AS row_id, filename FROM {read}"
    return (
        f"CREATE TEMP VIEW delivered_{identifier(record.record)} AS SELECT p.row_id, f.delivery_id, f.agency, "
        f"f.rejected AS is_rejected, {f'concat_ws(chr(31), {key})' if key else repr('')} AS _key{names} "
        f"FROM ({source}) AS p INNER JOIN part AS f ON f.path = p.filename"
    )


class People:
    """All persons of the staged rows of a jurisdiction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, key: Key) -> None:
        self._connection, self._key = connection, key
        self._contracts = catalogue.contracts()
        self._pairs = list(_pairs(connection, catalogue))
        self.part_of: dict[str, set[PartOf]] = {}
        self._aliases: dict[str, PartOf] = {}
        for record in self._contracts.values():
            if nik := nik_column(record):
                self._add_register(record, nik)
        self._rows_of: dict[PartOf, set[str]] = {}
        for row_id, parts in self.part_of.items():
            for part in parts:
                self._rows_of.setdefault(part, set()).add(row_id)

    def _add_register(self, record: RecordType, nik: str) -> None:
        """Rows of a record type with a NIK, by the rules of this module."""
        query = f"SELECT row_id, agency, {nik}, _key FROM delivered_{record.record}"
        rows = self._connection.execute(query).fetchall()
        niks_of: dict[tuple[str, str], set[str]] = {}
        for _, agency, number, key in rows:
            found = niks_of.setdefault((agency, key), set())
            if number:
                found.add(number)
        for row_id, agency, number, key in rows:
            others = niks_of[agency, key]
            is_known = bool(record.key) and chr(30) not in key
            register: PartOf = ("rec", f"{agency}:{record.record}:{key}")
            if number:
                part: PartOf = ("nik", number)
            elif is_known and len(others) == 1:
                part = ("nik", next(iter(others)))
            else:
                part = register if is_known else ("row", row_id)
            self.part_of.setdefault(row_id, set()).add(part)
            if is_known and not number:
                self._aliases[self.child_id(register)] = part

    def child_id(self, part: PartOf) -> str:
        """The pseudonym of a person, as core and mart know him."""
        return self._key.pseudonym(*part)

    def find(self, subject: str) -> Person:
        """The person of a pseudonym or a row id. Raises WrongUse."""
        if "/" in subject:
            parts = self.part_of.get(subject) or self._about(subject)
            if len(parts) == 1:
                return self._person(next(iter(parts)))
            raise WrongUse(
                f"Row {subject} is about {'several persons' if parts else 'no person that is known'}.",
                "Give the pseudonym or the NIK of the person, or another row of his.",
            )
        return self._found(lambda part: self.child_id(part) == subject, self._aliases.get(subject))

    def of_nik(self, nik: str) -> Person:
        """The person with a NIK; one without a row of his own may be mentioned all the same."""
        return self._person(("nik", nik))

    def of_mark(self, kind: str, mark: str) -> Person:
        """The person whose pseudonym has this keyed hash. Raises WrongUse."""
        return self._found(lambda part: self._key.pseudonym(kind, self.child_id(part)) == mark, None)

    def _found(self, is_meant: Callable[[PartOf], bool], known: PartOf | None) -> Person:
        part = known or next((part for part in self._rows_of if is_meant(part)), None)
        if part is None:
            raise WrongUse(
                "No staged row is about this person.", "Check the pseudonym; `kla run` stages what was delivered."
            )
        return self._person(part)

    def _about(self, row_id: str) -> set[PartOf]:
        """Persons of a row that refers to another one."""
        return {p for row, about in self._pairs if row == row_id for p in self.part_of.get(about, ())}

    def _person(self, part: PartOf) -> Person:
        own = set(self._rows_of.get(part, ()))
        referring = {row for row, about in self._pairs if about in own}
        # a register key that another person has too says of neither whose service it is
        others = {row for row, about in self._pairs if row in referring and self.part_of.get(about, {part}) != {part}}
        names = frozenset(self._names(own))
        return Person(
            self.child_id(part),
            frozenset(own | (referring - others)),
            frozenset((others | set(self._alike(own, names))) - own),
            frozenset(row for row in own if self.part_of[row] != {part}),
            frozenset({part[1]} if part[0] == "nik" else ()),
            names,
            frozenset(alias for alias, meant in self._aliases.items() if meant == part) - {self.child_id(part)},
        )

    def _names(self, rows: Iterable[str]) -> Iterator[str]:
        wanted = sorted(rows)
        for record in self._contracts.values():
            for name in name_columns(record) if nik_column(record) else ():
                query = f"SELECT DISTINCT {name} FROM delivered_{record.record} WHERE row_id IN (SELECT unnest(?))"
                yield from (text for (text,) in self._connection.execute(query, [wanted]).fetchall() if text)

    def _alike(self, own: set[str], names: Iterable[str]) -> Iterator[str]:
        """Rows without a NIK that bear the same name: perhaps the same person, and nobody knows."""
        spelled = sorted({" ".join(name.split()).casefold() for name in names})
        for record in self._contracts.values():
            nik = nik_column(record)
            for name in name_columns(record) if nik else ():
                query = (
                    f"SELECT row_id FROM delivered_{record.record} WHERE {nik} IS NULL "
                    f"AND lower(regexp_replace(trim({name}), '\\s+', ' ', 'g')) IN (SELECT unnest(?))"
                )
                found = self._connection.execute(query, [spelled]).fetchall()
                yield from (row_id for (row_id,) in found if row_id not in own)


def nik_column(record: RecordType) -> str | None:
    return next((name for name, column in record.columns.items() if column.kind == "nik"), None)


def name_columns(record: RecordType) -> list[str]:
    """Columns of text about a person that are not his NIK: names, and marks that are made of names."""
    columns = record.columns.items()
    return [name for name, column in columns if column.kind == "text" and column.privacy.startswith("specific")]


def _pairs(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """(row, row it is about) of records that refer to a person's row."""
    for path in catalogue.files("persons/*.sql"):
        query = path.read_text(encoding="utf-8").rstrip().rstrip(";")
        yield from connection.execute(f"SELECT DISTINCT row_id, about_row_id FROM ({query})").fetchall()
