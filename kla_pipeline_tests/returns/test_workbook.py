"""The workbook of rejected rows, as a clerk's program opens it: text stays text, ids stay with their rows."""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.quality import returned
from kla_pipeline.returns.form import FormColumn, FormRow, FormSheet
from kla_pipeline.returns.workbook import HEADER_ROW, sheet_names
from kla_pipeline_tests.examples import many
from kla_pipeline_tests.returns.desk import COLUMNS, EXPORT, SPEAKER, Clerk, Desk, form, row, sheets_of, written

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
REASON = "“Tanggal lahir” tidak terbaca sebagai nilai jenisnya. Tulis ulang “Tanggal lahir” (tanggal: 31/12/2025)."


@pytest.fixture(scope="module")
def clerk() -> Clerk:
    return Clerk(written([row(7), row(8, Nama_Korban="=HYPERLINK(0)")]))


def test_the_sheets_are_those_that_the_instructions_name_and_the_rest_is_hidden(clerk: Clerk) -> None:
    visible = [sheet.title for sheet in clerk.book if sheet.sheet_state == "visible"]
    assert visible == ["Baca dulu", "Korban kekerasan", "Ringkasan", "Kamus"]
    assert clerk.book.active is not None
    assert clerk.book.active.title == "Baca dulu"


def test_every_cell_of_every_sheet_is_text_and_none_is_a_formula(clerk: Clerk) -> None:
    cells = [cell for sheet in clerk.book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert len(cells) > 100
    assert {cell.data_type for cell in cells} == {"s"}
    data = {cell.number_format for line in clerk.sheet.iter_rows(min_row=HEADER_ROW + 2) for cell in line}
    assert data == {"@"}


def test_text_that_looks_like_a_formula_comes_back_as_the_text_it_is(clerk: Clerk) -> None:
    cell = clerk.sheet.cell(clerk.line(8), clerk.column("Nama Korban"))
    assert (cell.value, cell.data_type) == ("=HYPERLINK(0)", "s")


def test_ids_are_hidden_and_locked_and_the_agencys_cells_are_open(clerk: Clerk) -> None:
    assert clerk.sheet.protection.sheet
    for letter, head in zip("ABC", ("kla-baris", "kla-versi", "kla-isi"), strict=True):
        assert clerk.sheet.column_dimensions[letter].hidden or clerk.sheet.column_dimensions["A"].max == 3
        assert clerk.sheet.cell(clerk.line(7), clerk.column(head)).protection.locked
    for head in ("KLA: tindakan", "NIK", "Nama Korban"):
        assert not clerk.sheet.cell(clerk.line(7), clerk.column(head)).protection.locked


def test_filtering_takes_the_hidden_ids_along(clerk: Clerk) -> None:
    assert clerk.sheet.auto_filter.ref.startswith(f"A{HEADER_ROW + 1}:")


def test_a_rejected_cell_is_marked_and_says_why_when_pointed_at(clerk: Clerk) -> None:
    marked = clerk.sheet.cell(clerk.line(7), clerk.column("Tanggal Lahir"))
    plain = clerk.sheet.cell(clerk.line(7), clerk.column("Nama Korban"))
    assert marked.comment is not None
    assert "tidak terbaca" in marked.comment.text
    assert plain.comment is None
    assert marked.fill.fgColor.rgb != plain.fill.fgColor.rgb
    assert "tidak terbaca" in str(clerk.sheet.cell(clerk.line(7), clerk.column("KLA: alasan ditolak")).value)


def test_dropdowns_offer_the_agencys_words_and_the_actions(clerk: Clerk) -> None:
    rules = clerk.sheet.data_validations.dataValidation
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in rules}
    assert '"diperbaiki,baris ini salah,sudah benar"' in lists.values()
    words = [cell.value for cell in clerk.book["_daftar"]["A"]]
    assert words == ["Laki-laki", "Perempuan"]


def test_the_file_says_which_export_of_which_agency_it_is(clerk: Clerk) -> None:
    properties = {item.name: item.value for item in clerk.book.custom_doc_props.props}
    assert properties == {
        "kla_kind": "return",
        "kla_export": EXPORT,
        "kla_agency": "dp3a",
        "kla_jurisdiction": "36.73",
    }


def test_synthetic_rows_are_called_so_on_the_first_page_and_above_the_data(clerk: Clerk) -> None:
    for sheet in (clerk.book["Baca dulu"], clerk.sheet):
        texts = [str(cell.value) for line in sheet.iter_rows(max_row=4) for cell in line]
        assert any("DATA SINTETIS" in text for text in texts)


def test_nothing_in_the_file_points_outside_of_it() -> None:
    with zipfile.ZipFile(io.BytesIO(written([row(7)]))) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            assert 'TargetMode="External"' not in text
            assert "<f>" not in text or "dataValidation" in text


def test_sheets_of_one_title_get_names_that_a_workbook_allows() -> None:
    titles = ("Ringkasan", "A/B: [kasus]? " * 4, "A" * 40, "A" * 40)
    names = sheet_names(replace(form([]), sheets=[FormSheet(title, COLUMNS, []) for title in titles]), SPEAKER)
    assert names[0] == "Ringkasan (2)"
    assert len({name.casefold() for name in names}) == 4
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


@settings(max_examples=many(25), deadline=None)
@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), min_size=1, max_size=30))
def test_whatever_a_cell_holds_an_unedited_return_changes_nothing(texts: list[tuple[str, str]]) -> None:
    rows = [row(n, **{"Nama Korban": name, "No. Register": number}) for n, (name, number) in enumerate(texts, 7)]
    with tempfile.TemporaryDirectory() as folder:
        outcomes = Desk(Path(folder), rows).receive(written(rows)).outcomes()
    assert set(outcomes.values()) == {"unchanged"}


def test_an_export_of_an_agency_is_never_taken_for_a_return(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([column.header for column in COLUMNS])
    sheet.append(["UJI-1", "", "Anak Uji KLA: satu", "01/02/2012", "Perempuan"])
    out = io.BytesIO()
    book.save(out)
    assert returned.marks(sheets_of(tmp_path, out.getvalue())) == []


def test_a_file_that_is_no_workbook_is_refused_by_the_reader_and_not_by_us(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused):
        sheets_of(tmp_path, written([row(7)])[:2_000])


def test_ten_thousand_rows_are_written_within_ten_seconds_and_five_megabytes() -> None:
    columns = [FormColumn(f"Kolom {n}", (f"Kolom {n}",), "text") for n in range(20)]
    rows = []
    for n in range(10_000):
        cells = {column.header: f"{n * 7919 % 10**8:016d}" for column in columns}
        place = f"Korban, baris {n}"
        rows.append(FormRow(f"{n:016x}/1/7", f"{n:032x}", "uji.xlsx", place, cells, (REASON,), {"Kolom 3": (REASON,)}))
    begun = time.process_time()
    data = written(rows, columns)
    assert time.process_time() - begun < 10
    assert len(data) < 5_000_000
