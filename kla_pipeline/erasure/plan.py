"""What an erasure would change: for each delivery the rows to blank and the cells that mention the person.

Here: looking through the archive, and the proof that a redacted file is still read as the same tables. Nothing is
written. A row of a recognised table is blanked when persons.py says that it is the person's, or when the cell for the
NIK holds his among other letters; in a table that no layout knows and in a return, when it holds the NIK. Everywhere
else the term itself is replaced and the rest of the cell stays. A cell in a column for names is about the person of its
row: a name in it is somebody else's, also a longer one, and stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kla_pipeline.erasure.persons import name_columns, nik_column
from kla_pipeline.erasure.redaction import Redaction, Stretch, redacted
from kla_pipeline.erasure.renditions import RenditionProblem, rendition
from kla_pipeline.erasure.terms import ERASED, Terms, beside_cells, hits, in_bytes
from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake import archive
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.intake.tables import Found, Table
from kla_pipeline.ledger import Delivery
from kla_pipeline.quality import returned
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.raw_rows import row_ids
from kla_pipeline.quality.recognise import recognise
from kla_pipeline.settings import Paths


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """What becomes of one delivery. `content` is the new file; None when only its name or its file name changes.

    `mentioned`: rows of others of which a cell changes.
    """

    delivery: Delivery
    row_ids: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()
    rows: int = 0
    mentions: int = 0
    renames: bool = False
    content: bytes | None = field(default=None, repr=False)


def plan_delivery(paths: Paths, delivery: Delivery, catalogue: Catalogue, terms: Terms) -> DeliveryPlan | None:
    """The plan of a delivery, None when the person is not in it.

    Raises RenditionProblem when the file cannot be redacted without changing what else it says.
    """
    file, name = archive.file_of(paths, delivery), archive.original_name(paths, delivery)
    renames = any(terms.in_name(text) != text for text in archive.original_names(paths, delivery))
    data = file.read_bytes()
    try:
        sheets = read_sheets(file)
    except DeliveryRefused:
        # it was refused whole and no reader can say which cell it is: the whole file goes
        if in_bytes(data, terms):
            return DeliveryPlan(delivery, renames=renames, mentions=1, content=_nothing(delivery))
        return DeliveryPlan(delivery, renames=True) if renames else None
    found = _recognised(sheets, delivery, catalogue, name)
    redaction, own, mentioned = _redaction(sheets, found, delivery, catalogue, terms)
    is_beside = not redaction and _is_beside(data, sheets, terms)
    if not (redaction or is_beside):
        return DeliveryPlan(delivery, renames=True) if renames else None
    _check_tables(sheets, found, redaction, delivery, catalogue, terms.in_name(name))
    content = rendition(data, sheets, redaction, delivery.delivery_no, paths.archive)
    mentions = len(redaction.cells) + len(redaction.names) + is_beside
    return DeliveryPlan(delivery, frozenset(own), frozenset(mentioned), redaction.rows, mentions, renames, content)


def _nothing(delivery: Delivery) -> bytes:
    """What is left of a file that goes whole; no two deliveries have the same bytes."""
    return f"{ERASED} {delivery.delivery_no}\n".encode()


def is_mentioned(file: Path, terms: Terms) -> bool:
    """Whether a file anywhere holds a term, read as a table if it is one, else as bytes."""
    data = file.read_bytes()
    try:
        sheets = read_sheets(file)
    except DeliveryRefused:
        return in_bytes(data, terms)
    if any(next(hits(sheet, pattern), None) is not None for sheet in sheets for pattern in (terms.any, terms.certain)):
        return True
    return _is_beside(data, sheets, terms)


def _is_beside(data: bytes, sheets: Sequence[Sheet], terms: Terms) -> bool:
    """Whether a term stands in a part of a workbook that is no cell: a comment, a property. A text has only cells."""
    if sheets[0].how.get("format") == "text":
        return False
    has_namesake = any(next(hits(sheet, terms.any), None) is not None for sheet in sheets)
    return beside_cells(data, terms, has_namesake)


def _recognised(sheets: Sequence[Sheet], delivery: Delivery, catalogue: Catalogue, name: str) -> Found:
    # a return bears the columns of an export; its rows are no rows of its own
    if delivery.agency not in catalogue.agencies or returned.marks(sheets):
        return Found([], list(sheets))
    try:
        return recognise(sheets, delivery.agency, catalogue, name)
    except DeliveryRefused:
        return Found([], list(sheets))


def _redaction(
    sheets: Sequence[Sheet], found: Found, delivery: Delivery, catalogue: Catalogue, terms: Terms
) -> tuple[Redaction, set[str], set[str]]:
    """What goes, which own rows of recognised tables that are, and which rows of others lose a mention."""
    blanked: set[Stretch] = set()
    own: set[str] = set()
    for table in found.tables:
        by_cell = _rows_with_number(table, catalogue, terms)
        for row_id, row in zip(row_ids(table, delivery.delivery_id).to_pylist(), table.row_numbers, strict=True):
            if row_id in terms.rows or int(row) in by_cell:
                own.add(row_id)
                blanked.add(_stretch(table, int(row), found))
    known = {(table.sheet.number, int(row)) for table in found.tables for row in table.row_numbers}
    for sheet in sheets:
        rows = {row for row, _, _ in hits(sheet, terms.certain)}
        blanked |= {Stretch(sheet.number, row) for row in rows if _is_unknown(found, sheet, row, known)}
    cells = dict(_mentions(sheets, found, catalogue, blanked, terms))
    names = {s.number: terms.without(s.name) for s in sheets if terms.without(s.name) != s.name}
    mentioned = set(_rows_at({(number, row) for number, row, _ in cells}, found, delivery)) - own
    return Redaction(frozenset(blanked), cells, names), own, mentioned


def _rows_with_number(table: Table, catalogue: Catalogue, terms: Terms) -> set[int]:
    """Rows whose cell for the NIK holds the person's, also in a spelling that no reader takes for one."""
    record = catalogue.contracts().get(table.match.layout.record)
    position = table.match.positions.get(nik_column(record) or "") if record else None
    return {row for row, column, _ in hits(table.sheet, terms.numbers) if column == position}


def _rows_at(places: Collection[tuple[int, int]], found: Found, delivery: Delivery) -> Iterator[str]:
    """Ids of rows of recognised tables that stand at one of these (sheet, row)."""
    for table in found.tables:
        if any(number == table.sheet.number for number, _ in places):
            ids = row_ids(table, delivery.delivery_id).to_pylist()
            pairs = zip(ids, table.row_numbers, strict=True)
            yield from (row_id for row_id, row in pairs if (table.sheet.number, int(row)) in places)


def _is_unknown(found: Found, sheet: Sheet, row: int, known: set[tuple[int, int]]) -> bool:
    """Whether a row stands in no recognised table: neither as data nor around one."""
    if (sheet.number, row) in known:
        return False
    return not any(t.sheet.number == sheet.number and t.first_row <= row <= t.last_row for t in found.tables)


def _stretch(table: Table, row: int, found: Found) -> Stretch:
    """The whole row, or where other tables stand beside the table only its own columns."""
    number = table.sheet.number
    beside = any(
        other is not table
        and other.sheet.number == number
        and other.first_row <= table.last_row
        and table.first_row <= other.last_row
        and (other.match.columns[0] > table.match.columns[1] or other.match.columns[1] < table.match.columns[0])
        for other in found.tables
    )
    if beside or any(other.sheet.number == number for other in found.other_tables):
        return Stretch(number, row, *table.match.columns)
    return Stretch(number, row)


def _mentions(
    sheets: Sequence[Sheet], found: Found, catalogue: Catalogue, blanked: Iterable[Stretch], terms: Terms
) -> Iterator[tuple[tuple[int, int, int], str]]:
    """Cells outside of the blanked ones that hold a term, with their text without it."""
    gone = {(s.sheet, s.row): s for s in blanked}
    of_names = set(_places_of_names(found, catalogue))
    for sheet in sheets:
        for row, column, text in hits(sheet, terms.any):
            stretch = gone.get((sheet.number, row))
            if stretch and stretch.first <= column and (stretch.last is None or column <= stretch.last):
                continue
            is_of_name = (sheet.number, row, column) in of_names
            rest = terms.without_numbers(text) if is_of_name else terms.without(text)
            if rest != text:
                yield (sheet.number, row, column), rest


def _places_of_names(found: Found, catalogue: Catalogue) -> Iterator[tuple[int, int, int]]:
    """Cells of data rows in the columns of names."""
    contracts = catalogue.contracts()
    for table in found.tables:
        record = contracts.get(table.match.layout.record)
        names = name_columns(record) if record else []
        for column, position in table.match.positions.items():
            if column in names:
                yield from ((table.sheet.number, int(row), position) for row in table.row_numbers)


def _check_tables(
    sheets: Sequence[Sheet], found: Found, redaction: Redaction, delivery: Delivery, catalogue: Catalogue, name: str
) -> None:
    """Raises RenditionProblem when the redacted sheets are other tables than before."""
    after = _recognised(redacted(sheets, redaction), delivery, catalogue, name)
    gone = {(item.sheet, item.row) for item in redaction.blanked}
    if [_shape(table, gone) for table in found.tables] != [_shape(table, gone) for table in after.tables]:
        raise RenditionProblem(
            f"Without the person's rows delivery {delivery.delivery_no} would be read as other tables than now.",
            "Nothing was erased. Ask the agency for the same export without blank rows, load it, and erase again.",
        )


def _shape(table: Table, gone: set[tuple[int, int]]) -> tuple[object, ...]:
    number = table.sheet.number
    rows = [int(row) for row in table.row_numbers if (number, int(row)) not in gone]
    match = table.match
    return number, match.layout.id, match.header_row, match.columns, table.first_row, table.last_row, rows
