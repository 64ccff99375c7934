"""Every container an office sends is opened by its content, and what could do harm is refused with its own reason."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake import limits
from kla_pipeline.intake.grid import Sheet
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.intake.refusals import TEXTS

SPREADSHEETML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Data"><Table>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">Judul</Data></Cell>
<Cell><Data ss:Type="String">C</Data></Cell></Row>
<Row ss:Index="3" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="Number">3.0</Data></Cell></Row>
<Row><Cell><Data ss:Type="DateTime">2024-03-03T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="DateTime">2024-03-03T08:30:00.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
</Table></Worksheet><Worksheet ss:Name="Kosong"/></Workbook>"""
PAGE = """<html><head><title>x</title><style>td {}</style></head><body><h3>Laporan  Januari</h3>
<table border=1><tr><th rowspan=2>No<th colspan=2>Korban</tr>
<tr><td>L</td><td>P</td></tr>
<tr style="display: none"><td>1<td>2&nbsp;531<td>a<br>b</table></body></html>"""

ODF = "application/vnd.oasis.opendocument."
CELL, ROW = "<table:table-cell", "<table:table-row"
ENDLESS = f'{CELL} table:number-columns-repeated="16384"'
ENDLESS_ROW = f'{ROW} table:number-rows-repeated="1048576"'
SUPBOOK = b"\xae\x01\x0c\x00\x01\x00\x06\x00\x00\x01a.xls"
FILEPASS = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12) + b"\x2f\x00\x36\x00"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def rows_of(sheet: Sheet) -> list[list[str]]:
    return [cells for _, cells in sheet.grid.rows()]


def put(folder: Path, data: bytes | str, name: str = "ekspor.xls") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def book(fill: Callable[[openpyxl.Workbook], object] = lambda _: None) -> bytes:
    made = openpyxl.Workbook()
    made.worksheets[0].append(["No", "Nama"])
    fill(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def with_part(data: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one more or another part."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for each in source.namelist():
            if each != name:
                target.writestr(each, source.read(each))
        target.writestr(name, part)
    return stream.getvalue()


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return stream.getvalue()


def open_document(rows: str) -> bytes:
    content = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Satu">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    parts = {"mimetype": f"{ODF}spreadsheet", "content.xml": content}
    return archive({**parts, "META-INF/manifest.xml": "<x/>"})


def ods_row(*texts: str, attributes: str = "") -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in texts
    )
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


def refusal(path: Path) -> str:
    with pytest.raises(DeliveryRefused) as caught:
        read_sheets(path)
    assert caught.value.hint.endswith(".")
    return caught.value.code


def test_a_web_page_under_the_name_of_a_workbook_is_a_sheet_with_its_spans(tmp_path: Path) -> None:
    (sheet,) = read_sheets(put(tmp_path, PAGE))

    assert rows_of(sheet) == [
        ["Laporan Januari"],
        ["No", "Korban"],
        ["", "L", "P"],
        ["1", "2 531", "a\nb"],
    ]
    assert sheet.merges == ((2, 0, 3, 0), (2, 1, 2, 2))
    assert sheet.hidden_rows == {4}
    assert sheet.how["format"] == "HTML"


def test_tables_of_a_page_are_sheets_and_nested_ones_too(tmp_path: Path) -> None:
    page = "<table><tr><td>a<table><tr><td>b</table></table><p>Judul</p><table><tr><td>c"

    sheets = read_sheets(put(tmp_path, page.encode("utf-16")))

    assert [rows_of(sheet) for sheet in sheets] == [[["a"]], [["b"]], [["Judul"], ["c"]]]
    assert [sheet.number for sheet in sheets] == [1, 2, 3]


def test_a_workbook_in_the_xml_of_excel_2003_is_read(tmp_path: Path) -> None:
    data, blank = read_sheets(put(tmp_path, SPREADSHEETML))

    assert rows_of(data) == [
        ["Judul", "", "C"],
        [],
        ["", "3"],
        ["2024-03-03", "2024-03-03 08:30:00", "TRUE"],
    ]
    assert (data.name, data.merges, data.hidden_rows) == ("Data", ((1, 0, 1, 1),), {3})
    assert blank.grid.height == 0


def test_an_open_document_is_read_with_its_hidden_rows(tmp_path: Path) -> None:
    rows = ods_row("No", "Nama") + ods_row("1", "Anak Uji", attributes='table:visibility="collapse"') + ods_row("2")

    (sheet,) = read_sheets(put(tmp_path, open_document(rows)))

    assert rows_of(sheet) == [["No", "Nama"], ["1", "Anak Uji"], ["2"]]
    assert (sheet.name, sheet.hidden_rows, sheet.how["format"]) == ("Satu", {2}, "ODS")


@pytest.mark.parametrize("inner", [b"No;Nama\n1;Anak Uji\n", book(lambda made: made.worksheets[0].append([1, "x"]))])
def test_one_export_packed_with_gzip_is_read_as_if_it_were_not(tmp_path: Path, inner: bytes) -> None:
    packed = read_sheets(put(tmp_path, gzip.compress(inner), "a.csv"))
    plain = read_sheets(put(tmp_path, inner, "b"))

    assert [rows_of(sheet) for sheet in packed] == [rows_of(sheet) for sheet in plain]
    assert packed[0].how["packed"] == "gzip"


def test_merged_ranges_hidden_rows_and_formulas_without_a_value_are_told(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        other = made.create_sheet("Kedua & lain")
        other.append(["Tahun", None, "=1+1"])
        other.append(["a", "b"])
        other.merge_cells("A1:B1")
        other.row_dimensions[2].hidden = True

    first, second = read_sheets(put(tmp_path, book(fill)))

    assert (first.merges, first.hidden_rows) == ((), frozenset())
    assert second.merges == ((1, 0, 1, 1),)
    assert second.hidden_rows == {2}
    assert second.how["formulas without a value"] == "1"


def test_the_value_of_a_formula_is_the_one_the_office_saw_and_errors_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")  # type: ignore[arg-type]
        sheet.write_formula(0, 2, "=NA()", None, "#N/A")  # type: ignore[arg-type]

    assert rows_of(read_sheets(path)[0]) == [["2", "#DIV/0!", "#N/A"]]


@pytest.mark.parametrize("cell", ["a\nb", "a\r\nb", "\x1fa", "\x1e0", "a\x1e1b", "\x1e", ' "a" ', "'", "é€", "  "])
def test_no_letter_of_a_cell_is_lost_between_the_processes(tmp_path: Path, cell: str) -> None:
    from kla_pipeline.intake.answers import read_answer
    from kla_pipeline.intake.containers.wire import Writer

    stream = io.BytesIO()
    writer = Writer(stream)
    writer.begin("x")
    writer.rows([["", cell], [cell, ""], ["", ""]], 2)
    writer.end()
    stream.seek(0)

    (sheet,) = read_answer(stream, 10_000)

    assert [column.to_pylist() for column in sheet.grid.columns] == [["", cell, ""], [cell, "", ""]]


def ole(*streams: str, extra: bytes = b"") -> bytes:
    return OLE + b"".join(name.encode("utf-16-le") + b"\x00\x00" for name in streams) + extra + bytes(2_000)


REFUSED: dict[str, tuple[Callable[[], bytes | str], str]] = {
    "macros": (lambda: with_part(book(), "xl/vbaProject.bin", b"x"), "macro_workbook"),
    "links": (lambda: with_part(book(), "xl/externalLinks/externalLink1.xml", b"<a/>"), "external_links"),
    "bomb": (lambda: with_part(book(), "xl/media/a.xml", b"<a>" + b"0" * 60_000_000), "unpacking_limit"),
    "entity": (lambda: with_part(book(), "xl/styles.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "xml_entities"),
    "path trick": (lambda: with_part(book(), "../a.xml", b"<a/>"), "unreadable_workbook"),
    "cut off at the end": (lambda: book()[:-100], "unreadable_workbook"),
    "cut off in the middle": (lambda: book()[:3_000], "unreadable_workbook"),
    "zip of a csv": (lambda: archive({"a.csv": "No;Nama"}), "nested_archive"),
    "zip of a workbook": (lambda: archive({"a.xlsx": book()}), "nested_archive"),
    "empty zip": (lambda: archive({}), "nested_archive"),
    "letter": (lambda: archive({"word/document.xml": "<a/>"}), "other_kind"),
    "open letter": (lambda: archive({"mimetype": f"{ODF}text", "content.xml": "<a/>"}), "other_kind"),
    "open workbook with password": (
        lambda: archive({"content.xml": "<a/>", "META-INF/manifest.xml": "<m:encryption-data/>"}),
        "encrypted_workbook",
    ),
    "open workbook with macros": (lambda: archive({"content.xml": "<a/>", "Basic/M.xml": "<a/>"}), "macro_workbook"),
    "open workbook that repeats a cell without end": (
        lambda: open_document(
            ods_row("a").replace("<table:table-cell", ENDLESS).replace("<table:table-row", ENDLESS_ROW)
        ),
        "reader_limit",
    ),
    "old workbook with password to open": (lambda: ole("EncryptionInfo", "EncryptedPackage"), "encrypted_workbook"),
    "old workbook with password": (lambda: ole("Workbook", extra=FILEPASS), "encrypted_workbook"),
    "old workbook with macros": (lambda: ole("Workbook", "_VBA_PROJECT_CUR"), "macro_workbook"),
    "old workbook with links": (lambda: ole("Workbook", extra=SUPBOOK), "external_links"),
    "old letter": (lambda: ole("WordDocument"), "other_kind"),
    "old workbook cut off": (lambda: ole("Workbook"), "unreadable_workbook"),
    "xml with entity": (
        lambda: SPREADSHEETML.replace("?>\n", '?>\n<!DOCTYPE a [<!ENTITY b "c">]>', 1),
        "xml_entities",
    ),
    "xml cut off": (lambda: SPREADSHEETML[:-30], "unreadable_workbook"),
    "xml of another kind": (lambda: '<?xml version="1.0"?><rss/>', "other_kind"),
    "page with entity": (lambda: "<!DOCTYPE html [<!ENTITY a 'b'>]><table><tr><td>a", "xml_entities"),
    "page without table": (lambda: "<!DOCTYPE html><html><form>Masuk</form></html>", "other_kind"),
    "gzip of gzip": (lambda: gzip.compress(gzip.compress(b"a;b")), "nested_archive"),
    "gzip of zip": (lambda: gzip.compress(archive({"a.csv": "No;Nama"})), "nested_archive"),
    "gzip of two": (lambda: gzip.compress(b"a;b\n") + gzip.compress(b"c;d\n"), "nested_archive"),
    "gzip cut off": (lambda: gzip.compress(b"a;b\n" * 5_000)[:-10], "damaged_archive"),
    "gzip of nonsense": (lambda: b"\x1f\x8b\x08" + b"x" * 50, "damaged_archive"),
    "gzip bomb": (lambda: gzip.compress(bytes(60_000_000)), "unpacking_limit"),
    "gzip of a picture": (lambda: gzip.compress(b"\x89PNG\r\n\x1a\n"), "other_kind"),
    "text of 16,385 columns": (lambda: ",".join("a" * 16_385), "too_many_columns"),
    "page of 16,385 columns": (lambda: "<table><tr>" + "<td>a" * 16_385, "too_many_columns"),
    "page of 25 million cells": (lambda: "<table>" + "<tr><td colspan=1000>a" * 25_000, "reader_limit"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_or_must_not_be_opened_is_refused_with_its_own_reason(tmp_path: Path, name: str) -> None:
    data, code = REFUSED[name]

    assert refusal(put(tmp_path, data())) == code


def test_a_refusal_says_what_the_container_really_is(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="Word document") as caught:
        read_sheets(put(tmp_path, archive({"word/document.xml": "<a/>"})))

    assert caught.value.detail == {"kind": "a Word document"}


def test_every_reason_a_child_may_give_has_words() -> None:
    from kla_pipeline.intake.containers.outcome import KINDS, REASONS

    assert set(REASONS.values()) <= set(TEXTS)
    assert not set(REASONS) & set(KINDS)


def test_sixteen_thousand_columns_are_still_a_sheet(tmp_path: Path) -> None:
    (sheet,) = read_sheets(put(tmp_path, ",".join("a" * 16_384) + "\n"))

    assert sheet.grid.width == 16_384


def test_a_small_file_may_take_less_than_a_large_one() -> None:
    small, large = limits.Limits.of(10_000), limits.Limits.of(100_000_000)

    assert small.memory_bytes < 1_000_000_000
    assert small.wall_seconds < 10
    assert large == limits.Limits(
        limits.MOST_MEMORY_BYTES, limits.MOST_CPU_SECONDS, limits.MOST_WALL_SECONDS, limits.MOST_OUTPUT_BYTES
    )
