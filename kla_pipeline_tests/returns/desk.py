"""A workbook of a few invented rows, a clerk who edits it, and what its answers come to: no archive, no ledger."""

from __future__ import annotations

import hmac
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from kla_pipeline.i18n import Speaker, load
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.ledger.decided import SentRow
from kla_pipeline.quality.raw_rows import row_version
from kla_pipeline.returns.answers import Judge, Known, Result
from kla_pipeline.returns.form import Form, FormColumn, FormRow, FormSheet
from kla_pipeline.returns.parse import Returned, parse
from kla_pipeline.returns.workbook import workbook_bytes

EXPORT = "20260630-dp3a-0a1b2c3d"
NUMBER = "0123456789abcdef"
SPEAKER = Speaker(load(), "id")
RULES = ("violence_victim.birth_after_event",)
COLUMNS = (
    FormColumn("No. Register", ("Nomor register",), "text", is_required=True),
    FormColumn("NIK", ("NIK korban",), "nik"),
    FormColumn("Nama Korban", ("Nama korban",), "text", is_required=True),
    FormColumn("Tanggal Lahir", ("Tanggal lahir",), "date"),
    FormColumn("Jenis Kelamin", ("Jenis kelamin",), "code", words=("Laki-laki", "Perempuan")),
)


def hash_text(kind: str, text: str) -> str:
    """A keyed hash as the pseudonym key makes them."""
    return hmac.digest(b"kunci uji", f"{kind}:{text}".encode(), "sha256").hex()[:32]


def row(number: int, **cells: str) -> FormRow:
    """A rejected row in row `number` of its file; cells by head with blanks as underscores."""
    own = {
        "No. Register": f"UJI-{number:03d}",
        "NIK": f"36730141019000{number:02d}",
        "Nama Korban": f"Anak Uji {number}",
        "Tanggal Lahir": "31/02/2012",
        "Jenis Kelamin": "Perempuan",
    } | {name.replace("_", " "): text for name, text in cells.items()}
    row_id = f"{NUMBER}/1/{number}"
    reason = "“Tanggal lahir” tidak terbaca."
    version = row_version(hash_text, row_id, own)
    place = f"Korban, baris {number}"
    return FormRow(row_id, version, "berkas_uji.xlsx", place, own, (reason,), {"Tanggal Lahir": (reason,)})


def form(rows: Sequence[FormRow], columns: Sequence[FormColumn] = COLUMNS) -> Form:
    """A workbook with one data sheet."""
    sheet = FormSheet("Korban kekerasan", columns, rows, {("Ada yang salah.", "Periksa."): len(rows)})
    return Form(EXPORT, "dp3a", "Dinas Uji", "36.73", "Kota Serang", date(2026, 6, 30), True, [sheet])


def written(rows: Sequence[FormRow], columns: Sequence[FormColumn] = COLUMNS) -> bytes:
    """The workbook as bytes."""
    return workbook_bytes(form(rows, columns), hash_text, SPEAKER)


def sheets_of(folder: Path, data: bytes, name: str = "kembali.xlsx") -> list[Sheet]:
    """The sheets of a file, as our own reader sees them."""
    file = folder / name
    file.write_bytes(data)
    return read_sheets(file)


class Clerk:
    """The data sheet of a workbook, edited by head and row number of the source file."""

    HEAD = 4

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        self.sheet: Worksheet = self.book["Korban kekerasan"]

    def column(self, head: str) -> int:
        heads = [str(cell.value or "") for cell in self.sheet[self.HEAD]]
        return next(n for n, text in enumerate(heads, 1) if text == head or text.split(" ")[0] == head)

    def line(self, number: int) -> int:
        """Line of the returned sheet that holds a source row."""
        ids = [str(self.sheet.cell(line, self.column("kla-baris")).value) for line in range(1, self.sheet.max_row + 1)]
        return ids.index(f"{NUMBER}/1/{number}") + 1

    def put(self, number: int, head: str, value: object) -> Clerk:
        self.sheet.cell(self.line(number), self.column(head)).value = value  # type: ignore[union-attr]
        return self

    def lines(self) -> list[list[object]]:
        return [[cell.value for cell in cells] for cells in self.sheet.iter_rows(min_row=self.HEAD + 1)]

    def replace_lines(self, lines: Sequence[Sequence[object]], first_column: int = 1) -> Clerk:
        for n, values in enumerate(lines, self.HEAD + 1):
            for column, value in enumerate(values[first_column - 1 :], first_column):
                self.sheet.cell(n, column).value = value  # type: ignore[union-attr]
        return self

    def save(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


@dataclass(slots=True)
class Desk:
    """What was sent, how the rows stand, and the returns that came in."""

    folder: Path
    rows: list[FormRow]
    agency: str = "dp3a"
    changed: dict[str, Callable[[Known], Known]] = field(default_factory=dict)
    returned: list[Returned] = field(default_factory=list)
    sent_to: str = "dp3a"

    def receive(self, data: bytes, name: str = "kembali.xlsx") -> Desk:
        """Take a returned file in."""
        number = len(self.returned) + 1
        self.returned.append(parse(sheets_of(self.folder, data, f"{number}-{name}"), f"return{number}"))
        return self

    def stands(self, number: int, **fields: object) -> Desk:
        """Say how a row stands now, if not as it was sent."""
        self.changed[f"{NUMBER}/1/{number}"] = lambda known: replace(known, **fields)  # type: ignore[arg-type]
        return self

    def judge(self) -> Judge:
        known = {}
        for item in self.rows:
            found = Known(
                row_id=item.row_id,
                delivery_id=NUMBER * 4,
                agency="dp3a",
                record="violence_victim",
                version=item.version,
                file_name=item.file_name,
                places=frozenset({item.place}),
                cells=item.cells,
                kinds={column.header: column.kind for column in COLUMNS},
                state="sent",
                rules=RULES,
                releasable=frozenset(RULES),
            )
            known[item.row_id] = self.changed.get(item.row_id, lambda same: same)(found)
        sent = [SentRow(EXPORT, r.row_id, r.version, self.sent_to, 1, "", "uji") for r in self.rows]
        return Judge({item.return_id: self.agency for item in self.returned}, sent, known, hash_text)

    def results(self) -> list[Result]:
        return self.judge().results(self.returned)

    def outcomes(self) -> dict[int, str]:
        """Source row → outcome; 0 for rows without an id."""
        return {int(r.row_id.split("/")[2]) if r.row_id.count("/") == 2 else 0: r.outcome for r in self.results()}
