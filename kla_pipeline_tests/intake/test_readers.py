"""Cells come as a person reads them, with the row number a person sees; a hostile workbook harms its reader only."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake import limits
from kla_pipeline.intake.answers import TooMuchError, read_answer
from kla_pipeline.intake.containers.cells import cell_text, row_texts
from kla_pipeline.intake.containers.wire import FRAME
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.readers import read_sheets, reader_works


def rows_of(sheet: Sheet) -> list[list[str]]:
    """All rows of a sheet, without the empty cells at their ends."""
    return [cells for _, cells in sheet.grid.rows()]


def written(folder: Path, fill: Callable[[openpyxl.Workbook, Worksheet], object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(book, sheet)
    path = folder / "ekspor.xlsx"
    book.save(path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DeliveryRefused) as caught:
        read_sheets(path)
    return caught.value.code


def repeated_text(folder: Path, length: int, rows: int) -> Path:
    """A small file that unfolds to `rows` cells of `length` characters: one shared text, named by every row."""
    seed = io.BytesIO()
    with xlsxwriter.Workbook(seed) as book:
        book.add_worksheet().write(0, 0, "B" * length)
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, rows + 1))
    path = folder / "bom.xlsx"
    with zipfile.ZipFile(seed) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                start, end = data.index(b"<sheetData>") + 11, data.index(b"</sheetData>")
                data = data[:start] + cells + data[end:]
            target.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  a ", "  a "),
        (True, "TRUE"),
        (12, "12"),
        (12.0, "12"),
        (0.5, "0.5"),
        (0.1 + 0.2, "0.3"),
        (-3.25, "-3.25"),
        (999_999_999_999_999, "999999999999999"),
        (3_673_011_203_150_001, "3.67301120315000e+15"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (dt.date(2024, 3, 3), "2024-03-03"),
        (dt.datetime(2024, 3, 3), "2024-03-03"),
        (dt.datetime(2024, 3, 3, 8, 30), "2024-03-03 08:30:00"),
        (dt.time(8, 30), "08:30:00"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_a_cell_is_text_as_a_person_reads_it(value: object, text: str) -> None:
    assert cell_text(value) == text
    assert row_texts([value]) == [text]


def test_rows_of_a_workbook_have_the_numbers_a_person_sees(tmp_path: Path) -> None:
    def fill(_: object, sheet: Worksheet) -> None:
        sheet["B3"], sheet["D3"], sheet["B6"] = "No", "Nama", 1

    (sheet,) = read_sheets(written(tmp_path, fill))

    assert rows_of(sheet) == [[], [], ["", "No", "", "Nama"], [], [], ["", "1"]]


def test_dates_come_in_one_form_whichever_calendar_the_workbook_has(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        book.epoch = CALENDAR_MAC_1904
        sheet.append([dt.date(2024, 3, 3), "03/03/2024", 45_354])

    (sheet,) = read_sheets(written(tmp_path, fill))

    assert rows_of(sheet) == [["2024-03-03", "03/03/2024", "45354"]]


def test_hidden_sheets_are_read_and_say_so_and_charts_keep_their_number(tmp_path: Path) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.append(["a"])
        book.create_chartsheet("Grafik")
        for name, state in (("Sembunyi", "hidden"), ("Sangat", "veryHidden")):
            hidden = book.create_sheet(name)
            hidden.sheet_state = state
            hidden.append(["b"])

    sheets = read_sheets(written(tmp_path, fill))

    assert [(sheet.number, sheet.name, sheet.hidden, sheet.grid.height) for sheet in sheets] == [
        (1, "Sheet", False, 1),
        (2, "Grafik", False, 0),
        (3, "Sembunyi", True, 1),
        (4, "Sangat", True, 1),
    ]


def test_a_hundred_thousand_formatted_rows_without_a_value_cost_little(tmp_path: Path) -> None:
    path = tmp_path / "kosong.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, yellow = book.add_worksheet(), book.add_format({"bg_color": "yellow"})
        sheet.write_row(0, 0, ["No", "Nama"])
        for row in range(1, 100_000):
            sheet.write_blank(row, 4, None, yellow)
        sheet.write(100_000, 0, "akhir")

    (read,) = read_sheets(path)

    assert read.grid.height == 100_001
    assert read.grid.row(1) == ["No", "Nama"]
    assert read.grid.row(100_001) == ["akhir"]
    assert not any(cells for _, cells in read.grid.rows(2, 100_000))


def test_formatting_without_a_value_is_no_row(tmp_path: Path) -> None:
    def fill(_: object, sheet: Worksheet) -> None:
        sheet.append(["No", "Nama"])
        sheet["C50"].fill = PatternFill("solid", fgColor="FFFF00")

    assert rows_of(read_sheets(written(tmp_path, fill))[0]) == [["No", "Nama"]]


def test_a_cell_in_the_last_corner_of_a_sheet_is_refused_and_not_unfolded(tmp_path: Path) -> None:
    def fill(_: object, sheet: Worksheet) -> None:
        sheet["A1"], sheet["XFD1048576"] = "x", "y"

    assert refusal(written(tmp_path, fill)) == "reader_limit"


def test_a_workbook_that_unfolds_without_end_is_stopped_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = repeated_text(tmp_path, length=30_000, rows=2_000)
    assert path.stat().st_size < 50_000

    monkeypatch.setattr(limits, "MOST_OUTPUT_BYTES", 5_000_000)

    assert refusal(path) == "reader_limit"


def test_no_more_is_taken_from_the_child_than_the_limit() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return (FRAME.pack(b"S", 1_000_000_000) + b"x" * size)[:size]

    stream = Endless()
    with pytest.raises(TooMuchError):
        read_answer(stream, 10_000_000)  # type: ignore[arg-type]

    assert stream.taken <= 12_000_000


@pytest.mark.parametrize(
    ("limit", "value", "rows"),
    [
        ("MOST_MEMORY_BYTES", 50_000_000, 300_000),
        ("MOST_WALL_SECONDS", 0.05, 300_000),
        ("MOST_CPU_SECONDS", 1, 1_000_000),
    ],
)
def test_a_child_that_needs_too_much_memory_time_or_processor_is_refused(
    limit: str, value: float, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = repeated_text(tmp_path, length=100, rows=rows)

    monkeypatch.setattr(limits, limit, value)

    assert refusal(path) == "reader_limit"


def test_a_damaged_workbook_is_refused_without_a_word_of_its_contents(tmp_path: Path) -> None:
    path = written(tmp_path, lambda book, sheet: sheet.append(["RAHASIA"]))
    path.write_bytes(path.read_bytes().replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml"))

    with pytest.raises(DeliveryRefused) as caught:
        read_sheets(path)

    assert caught.value.code == "unreadable_workbook"
    assert "RAHASIA" not in str(caught.value)


def test_the_reader_is_known_to_work() -> None:
    assert reader_works()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_is_one_sheet_in_every_encoding_and_line_ending(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "ekspor.xls"
    path.write_bytes(end.join(["No;Nama", "1;José", "", "2;Ani"]).encode(encoding))

    assert [rows_of(sheet) for sheet in read_sheets(path)] == [[["No", "Nama"], ["1", "José"], [], ["2", "Ani"]]]


def test_broken_quotation_marks_are_noted_with_the_row(tmp_path: Path) -> None:
    path = tmp_path / "ekspor.csv"
    path.write_text('No;Nama;Status\n1;"Ani;x\n2;Budi;y\n', encoding="utf-8")

    (sheet,) = read_sheets(path)

    assert sheet.broken_quotes == {2}
    assert sheet.grid.height == 3


def test_a_workbook_is_opened_by_its_content_whatever_its_name_ends_in(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["kode", "nama"])
    book.save(tmp_path / "export.xlsx")
    wrong = tmp_path / "export.xls"
    wrong.write_bytes((tmp_path / "export.xlsx").read_bytes())
    assert rows_of(read_sheets(wrong)[0]) == [["kode", "nama"]]
