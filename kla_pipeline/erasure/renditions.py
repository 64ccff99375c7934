"""The redacted rendition of an archived file: same sheets, same rows, some cells blank, proven cell by cell.

A text keeps all its other bytes; a workbook is written anew as texts, because its parts beside the cells (comments,
properties, caches) may quote any cell. Whatever was written is read back by the same reader as deliveries and compared
with what it should be; a rendition that differs in one cell is never used.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kla_pipeline.erasure import text
from kla_pipeline.erasure.redaction import Redaction, changed_rows, redacted
from kla_pipeline.erasure.workbook import workbook_bytes
from kla_pipeline.errors import DeliveryRefused, KlaError
from kla_pipeline.intake.grid import Sheet, compute
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.intake.text.gunzip import unpack
from kla_pipeline.ledger.durable import TEMPORARY

_GZIP = b"\x1f\x8b"


class RenditionProblem(KlaError):
    """No way of writing the file again gives exactly the sheets it should."""


def rendition(data: bytes, sheets: Sequence[Sheet], redaction: Redaction, label: str, folder: Path) -> bytes:
    """Bytes that read as `redacted(sheets, redaction)`; `sheets` is what `data` reads as, `label` names the delivery.

    For reading, it lies in `folder` as an unfinished file: what a kill leaves there is removed with those. Raises
    RenditionProblem.
    """
    wanted = redacted(sheets, redaction)
    for candidate in _candidates(data, sheets, wanted, redaction):
        found = _read(candidate, folder)
        if found is not None and first_difference(wanted, found) is None:
            return candidate
    # a text whose quotation marks pair nowhere: as a workbook its cells are the same, and no longer in doubt
    certain = [replace(sheet, broken_quotes=frozenset()) for sheet in wanted]
    candidate = workbook_bytes(certain)
    found = _read(candidate, folder)
    if found is not None and first_difference(certain, found) is None:
        return candidate
    raise RenditionProblem(
        f"Delivery {label} cannot be written again so that all its other cells stay as they are.",
        "Nothing was erased. Ask the agency for the same export as .xlsx or .csv, load it, and erase again.",
    )


def first_difference(wanted: Sequence[Sheet], found: Sequence[Sheet]) -> str | None:
    """Where two readings differ first, as a place without a text; None when every cell and mark is the same."""
    if len(wanted) != len(found):
        return "number of sheets"
    for one, other in zip(wanted, found, strict=True):
        for name in ("number", "name", "hidden", "broken_quotes", "merges", "hidden_rows"):
            if getattr(one, name) != getattr(other, name):
                return f"sheet {one.number}: {name}"
        if one.grid.height != other.grid.height:
            return f"sheet {one.number}: rows"
        for position in range(max(one.grid.width, other.grid.width)):
            if not compute.all(compute.equal(one.grid.column(position), other.grid.column(position))).as_py() and (
                one.grid.height
            ):
                return f"sheet {one.number}: column {position + 1}"
    return None


def _candidates(data: bytes, sheets: Sequence[Sheet], wanted: list[Sheet], redaction: Redaction) -> Iterator[bytes]:
    if sheets[0].how.get("format") == "text":
        is_packed = data.startswith(_GZIP)
        rows = {number: wanted[0].grid.row(number) for number in changed_rows(redaction, 1)}
        written = text.rewritten(unpack(data) if is_packed else data, sheets[0].grid, rows)
        if written is not None:
            yield gzip.compress(written, mtime=0) if is_packed else written
    else:
        yield workbook_bytes(wanted)


def _read(data: bytes, folder: Path) -> list[Sheet] | None:
    with tempfile.NamedTemporaryFile(prefix=TEMPORARY, dir=folder) as file:
        file.write(data)
        file.flush()
        try:
            return read_sheets(Path(file.name))
        except DeliveryRefused:
            return None
