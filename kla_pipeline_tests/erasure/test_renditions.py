"""A redacted file says everything it said before but what was taken out: cell by cell, in every format."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from kla_pipeline.erasure import renditions
from kla_pipeline.erasure.redaction import Redaction, Stretch, redacted
from kla_pipeline.erasure.renditions import RenditionProblem, first_difference, rendition
from kla_pipeline.intake.readers import read_sheets

GONE = "Anak Uji Terhapus"
ROWS = [
    ["No", "Nama", "Uraian"],
    ["1", "Anak Uji Satu", "biasa"],
    ["2", GONE, 'dua baris\ndan "kutip"; juga, koma'],
    ["3", "Anak Uji Dua", "ada é dan =1+1"],
    ["4", GONE, "terakhir"],
]
OUT = Redaction(frozenset({Stretch(1, 3), Stretch(1, 5)}), {(1, 2, 2): "tersamar"})


def _text(delimiter: str = ",", end: str = "\n", encoding: str = "utf-8") -> bytes:
    def written(cell: str) -> str:
        doubled = cell.replace('"', '""')
        return f'"{doubled}"' if any(letter in cell for letter in f'{delimiter}"\n') else cell

    lines = [delimiter.join(map(written, row)) for row in ROWS]
    return (end.join(lines) + end).encode(encoding)


def _workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("Data")
        for number, row in enumerate(ROWS):
            page.write_row(number, 0, row)
        page.write_number(1, 3, 3.5)
        page.write_comment(2, 1, GONE)
        page.merge_range(1, 4, 3, 4, "gabung")
        page.set_row(3, options={"hidden": True})
        hidden = book.add_worksheet("Lama & <tua>")
        hidden.write(4, 2, "sisa _x0041_ \t tab")
        hidden.hide()
        book.set_properties({"author": GONE})
    return out.getvalue()


def _page() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    return f"<html><body><p>Judul</p><table>{rows}</table></body></html>".encode()


FORMS: dict[str, Callable[[], bytes]] = {
    "comma": _text,
    "semicolon, Windows": lambda: _text(";", "\r\n", "cp1252"),
    "tab, UTF-16": lambda: b"\xff\xfe" + _text("\t", "\r\n", "utf-16-le"),
    "packed": lambda: gzip.compress(_text(";")),
    "workbook": _workbook,
    "web page": _page,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_rendition_reads_cell_by_cell_as_the_file_without_what_went(tmp_path: Path, form: str) -> None:
    data = FORMS[form]()
    file = tmp_path / "file"
    file.write_bytes(data)
    sheets = read_sheets(file)
    row = next(n for n, cells in sheets[0].grid.rows() if GONE in cells)
    out = Redaction(frozenset({Stretch(1, row), Stretch(1, row + 2)}), {(1, row - 1, 2): "tersamar"})
    file.write_bytes(rendition(data, sheets, out, "uji", tmp_path))
    found = read_sheets(file)
    assert first_difference(redacted(sheets, out), found) is None
    assert found[0].grid.height == sheets[0].grid.height
    assert not any(GONE in cell for sheet in found for _, cells in sheet.grid.rows() for cell in cells)


@pytest.mark.parametrize("form", FORMS)
def test_no_byte_of_a_rendition_keeps_what_went(tmp_path: Path, form: str) -> None:
    from kla_pipeline.erasure.terms import Terms, in_bytes

    data = FORMS[form]()
    file = tmp_path / "file"
    file.write_bytes(data)
    sheets = read_sheets(file)
    rows = {n for n, cells in sheets[0].grid.rows() if GONE in cells}
    made = rendition(data, sheets, Redaction(frozenset(Stretch(1, row) for row in rows)), "uji", tmp_path)
    terms = Terms.of((), {GONE})
    assert in_bytes(data, terms)
    assert not in_bytes(made, terms)


def test_a_text_keeps_every_other_byte(tmp_path: Path) -> None:
    data = _text(";", "\r\n", "cp1252")
    file = tmp_path / "file"
    file.write_bytes(data)
    made = rendition(data, read_sheets(file), Redaction(frozenset({Stretch(1, 5)})), "uji", tmp_path)
    assert made == data.replace(f"4;{GONE};terakhir".encode(), b";;")


def test_equal_files_get_equal_renditions(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(_workbook())
    sheets = read_sheets(file)
    assert len({rendition(file.read_bytes(), sheets, OUT, "uji", tmp_path) for _ in range(2)}) == 1


def test_a_rendition_that_differs_in_one_cell_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(_workbook())
    sheets = read_sheets(file)
    wrong = rendition(file.read_bytes(), sheets, Redaction(frozenset({Stretch(1, 2)})), "uji", tmp_path)
    monkeypatch.setattr(renditions, "workbook_bytes", lambda _sheets: wrong)
    with pytest.raises(RenditionProblem, match="Delivery uji cannot be written again"):
        rendition(file.read_bytes(), sheets, OUT, "uji", tmp_path)
