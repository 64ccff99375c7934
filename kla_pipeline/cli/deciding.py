"""What the commands about one row share: finding it in the archive as its agency wrote it, and asking a person.

Here: the row under the decisions in force, and texts typed at the terminal, which never stand on a command line where
the shell and other users would see them. Not here: the commands (decide.py).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from kla_pipeline.decisions import force
from kla_pipeline.errors import WrongUse
from kla_pipeline.ledger import Delivery, Ledger
from kla_pipeline.nightly.load import known_key
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.quality.overlay import CellEdit
from kla_pipeline.quality.raw_rows import RawTable, read_raw, row_version
from kla_pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of an archived delivery as it stands under the decisions in force."""

    row_id: str
    delivery: Delivery
    table: RawTable = field(repr=False)
    cells: dict[str, str] = field(repr=False)
    version: str


def find_delivery(ledger: Ledger, jurisdiction: str, text: str) -> Delivery:
    """A delivery by its id or the digits that row ids begin with (16). Raises WrongUse."""
    for delivery in ledger.deliveries(jurisdiction):
        if text in (delivery.delivery_id, delivery.delivery_no):
            return delivery
    raise WrongUse(
        f"There is no delivery {text} in {jurisdiction}.", "Give its id, or the 16 digits that its row ids begin with."
    )


def find_row(settings: Settings, ledger: Ledger, row_id: str) -> FoundRow:
    """Read one row again from the archive. Raises WrongUse (no such row), DeliveryRefused (no table in the file)."""
    paths = settings.paths()
    delivery = find_delivery(ledger, paths.jurisdiction, row_id.split("/")[0])
    key = known_key(settings, ledger)
    if key is None:
        raise WrongUse("No night has run on this ledger yet.", "Run `kla run` first.")
    decisions = force.load(ledger, paths.jurisdiction, settings.as_of_date)
    overlay = force.overlays(decisions).get(delivery.delivery_id)
    raw = read_raw(paths, delivery, load_catalogue(settings.source_folders()), overlay, key.pseudonym)
    table = raw.table_of(row_id)
    if table is None:
        raise WrongUse(f"Delivery {delivery.delivery_no} has no row {row_id}.", "`kla rejects list` shows row ids.")
    cells = table.cells(row_id)
    return FoundRow(row_id, delivery, table, cells, row_version(key.pseudonym, row_id, cells))


def edits_of(row: FoundRow, sets: Sequence[str], catalogue: Catalogue) -> tuple[CellEdit, ...]:
    """Cells to change: each of `sets` is `COLUMN=VALUE`, or `COLUMN` whose value is asked for.

    A value of a column that may name a person is only taken from the terminal. Raises WrongUse.
    """
    headers = {column.header: column.feeds for column in row.table.columns if column.feeds}
    declared = catalogue.contracts()[row.table.record].columns
    edits = []
    for text in sets:
        header, value = _split(text, headers)
        if header is None:
            named = ", ".join(f"“{name}”" for name in headers)
            raise WrongUse("--set names no column of this table that is read.", f"Columns are {named}.")
        is_private = any(declared[name].privacy != "none" for name in headers[header])
        if value is not None and is_private:
            raise WrongUse(
                f"What stands in “{header}” may name a person and does not belong on a command line.",
                f"Write --set “{header}” alone; the value is asked for.",
            )
        value = ask(header) if value is None else value
        expected = row.cells.get(header, "")
        if value == expected:
            raise WrongUse(f"“{header}” holds that value already.", "Nothing was entered.")
        edits.append(CellEdit(header, expected, value))
    return tuple(edits)


def _split(text: str, headers: dict[str, tuple[str, ...]]) -> tuple[str | None, str | None]:
    """Header and value; a header may hold an equals sign itself, so the longest known one counts."""
    if text in headers:
        return text, None
    known = [name for name in headers if text.startswith(f"{name}=")]
    header = max(known, key=len, default=None)
    return header, None if header is None else text[len(header) + 1 :]


def ask(label: str) -> str:
    """One line from the terminal (or standard input); the question goes to standard error."""
    print(f"{label}: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise WrongUse(f"No value was given for “{label}”.", "Type it, or send one line per value on standard input.")
    return line.rstrip("\r\n")
