"""A returned workbook, whatever happened to it: each row comes to a named outcome, and nothing is guessed."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from kla_pipeline.quality import returned
from kla_pipeline.returns.answers import is_damaged
from kla_pipeline.returns.form import shown
from kla_pipeline_tests.returns.desk import EXPORT, NUMBER, Clerk, Desk, hash_text, row, sheets_of, written

ROWS = [row(7), row(8), row(9)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, list(ROWS))


@pytest.fixture
def clerk() -> Clerk:
    return Clerk(written(ROWS))


def test_an_unedited_return_asks_for_nothing(desk: Desk, clerk: Clerk) -> None:
    assert desk.receive(clerk.save()).outcomes() == {7: "unchanged", 8: "unchanged", 9: "unchanged"}


def test_a_corrected_cell_is_an_edit_of_that_cell_and_of_no_other(desk: Desk, clerk: Clerk) -> None:
    desk.receive(clerk.put(8, "Tanggal Lahir", "28/02/2012").save())
    (result,) = [r for r in desk.results() if r.outcome == "corrected"]
    assert [(e.column, e.expected, e.value) for e in result.edits] == [("Tanggal Lahir", "31/02/2012", "28/02/2012")]


def test_a_date_typed_as_a_date_is_taken_as_it_is_read(desk: Desk, clerk: Clerk) -> None:
    desk.receive(clerk.put(8, "Tanggal Lahir", datetime(2012, 2, 28)).save())
    (result,) = [r for r in desk.results() if r.outcome == "corrected"]
    assert result.edits[0].value == "2012-02-28"


def test_a_partial_return_leaves_the_rows_that_did_not_come_back_waiting(desk: Desk, clerk: Clerk) -> None:
    clerk.sheet.delete_rows(clerk.line(9))
    assert desk.receive(clerk.put(7, "Tanggal Lahir", "01/02/2012").save()).outcomes() == {
        7: "corrected",
        8: "unchanged",
        9: "missing_row",
    }


def test_rows_sorted_with_their_ids_are_still_themselves(desk: Desk, clerk: Clerk) -> None:
    clerk.put(7, "Tanggal Lahir", "01/02/2012")
    desk.receive(clerk.replace_lines(clerk.lines()[::-1]).save())
    assert desk.outcomes() == {7: "corrected", 8: "unchanged", 9: "unchanged"}


def test_cells_sorted_without_their_hidden_ids_change_nobody(desk: Desk, clerk: Clerk) -> None:
    lines = clerk.lines()
    desk.receive(clerk.replace_lines([lines[1], lines[2], lines[0]], first_column=4).save())
    assert set(desk.outcomes().values()) == {"shifted"}


def test_cells_of_the_agency_sorted_alone_change_nobody(desk: Desk, clerk: Clerk) -> None:
    lines = clerk.lines()
    desk.receive(clerk.replace_lines([lines[1], lines[0], lines[2]], first_column=8).save())
    assert desk.outcomes() == {7: "shifted", 8: "shifted", 9: "unchanged"}


def test_an_added_column_is_ignored_and_named(desk: Desk, clerk: Clerk) -> None:
    clerk.sheet.cell(clerk.HEAD, 20).value = "Catatan kami"  # type: ignore[union-attr]
    clerk.sheet.cell(clerk.line(7), 20).value = "sudah dicek"  # type: ignore[union-attr]
    desk.receive(clerk.save())
    assert desk.judge().columns(desk.returned[0]).ignored == ("Catatan kami",)
    assert desk.outcomes()[7] == "unchanged"


def test_a_removed_column_keeps_its_cells_and_is_named(desk: Desk, clerk: Clerk) -> None:
    clerk.put(7, "Tanggal Lahir", "01/02/2012").sheet.delete_cols(clerk.column("NIK"))
    desk.receive(clerk.save())
    assert desk.judge().columns(desk.returned[0]).missing == ("NIK",)
    (result,) = [r for r in desk.results() if r.outcome == "corrected"]
    assert [edit.column for edit in result.edits] == ["Tanggal Lahir"]


def test_a_row_without_an_id_is_an_added_row_and_not_read(desk: Desk, clerk: Clerk) -> None:
    clerk.sheet.cell(clerk.sheet.max_row + 1, clerk.column("Nama Korban")).value = "Anak Uji Tambahan"  # type: ignore[union-attr]
    assert desk.receive(clerk.save()).outcomes()[0] == "added_row"


@pytest.mark.parametrize("damage", [3.67301410190000e15, "3,67301E+15", 3673014101900000, "#####", "#N/A"])
def test_a_number_that_excel_damaged_is_no_correction(desk: Desk, clerk: Clerk, damage: object) -> None:
    desk.receive(clerk.put(7, "NIK", damage).save())
    (result,) = [r for r in desk.results() if r.row_id.endswith("/7")]
    assert (result.outcome, result.damaged, result.edits) == ("damaged_number", ("NIK",), ())


def test_a_correction_beside_a_damaged_number_counts_without_the_number(desk: Desk, clerk: Clerk) -> None:
    desk.receive(clerk.put(7, "NIK", 3.6730141019e15).put(7, "Tanggal Lahir", "01/02/2012").save())
    (result,) = [r for r in desk.results() if r.outcome == "corrected"]
    assert ([edit.column for edit in result.edits], result.damaged) == (["Tanggal Lahir"], ("NIK",))


@pytest.mark.parametrize(
    ("before", "after", "is_lost"),
    [
        ("3673014101900007", "3673014101900000", True),
        ("3673014101900007", "3673014101900100", False),
        ("3673014101900007", "3673014101900017", False),
        ("0081234", "81234", True),
        ("0081234", "81235", False),
        ("", "3673014101900010", False),
    ],
)
def test_digits_lost_by_a_spreadsheet_are_told_from_digits_typed_anew(before: str, after: str, is_lost: bool) -> None:
    assert is_damaged(before, after, "nik") is is_lost


def test_a_retyped_nik_is_a_correction(desk: Desk, clerk: Clerk) -> None:
    assert desk.receive(clerk.put(7, "NIK", "3673014201900017").save()).outcomes()[7] == "corrected"


def test_two_different_answers_to_one_row_conflict_and_neither_counts(desk: Desk) -> None:
    for value in ("01/02/2012", "02/02/2012"):
        desk.receive(Clerk(written(ROWS)).put(7, "Tanggal Lahir", value).save())
    assert [r.outcome for r in desk.results() if r.row_id.endswith("/7")] == ["conflict", "conflict"]


def test_the_same_answer_twice_counts_once(desk: Desk) -> None:
    for value in ("01/02/2012", " 01/02/2012"):
        desk.receive(Clerk(written(ROWS)).put(7, "Tanggal Lahir", value).save())
    assert [r.outcome for r in desk.results() if r.row_id.endswith("/7")] == ["corrected", "same_as_other"]


def test_an_unedited_copy_does_not_contradict_an_edited_one(desk: Desk) -> None:
    desk.receive(written(ROWS)).receive(Clerk(written(ROWS)).put(7, "Tanggal Lahir", "01/02/2012").save())
    assert [r.outcome for r in desk.results() if r.row_id.endswith("/7")] == ["unchanged", "corrected"]


def test_a_row_copied_inside_one_workbook_and_edited_twice_conflicts(desk: Desk, clerk: Clerk) -> None:
    line = [cell.value for cell in clerk.sheet[clerk.line(7)]]
    for column, value in enumerate(line, 1):
        clerk.sheet.cell(clerk.sheet.max_row + (column == 1), column).value = value  # type: ignore[union-attr]
    clerk.sheet.cell(clerk.sheet.max_row, clerk.column("Tanggal Lahir")).value = "03/02/2012"  # type: ignore[union-attr]
    desk.receive(clerk.put(7, "Tanggal Lahir", "01/02/2012").save())
    assert [r.outcome for r in desk.results() if r.row_id.endswith("/7")] == ["conflict", "conflict"]


def test_a_tampered_id_is_an_unknown_row(desk: Desk, clerk: Clerk) -> None:
    desk.receive(clerk.put(7, "Tanggal Lahir", "01/02/2012").put(7, "kla-baris", f"{NUMBER}/1/70").save())
    assert desk.outcomes() == {70: "unknown_row", 8: "unchanged", 9: "unchanged", 7: "missing_row"}


def test_an_id_exchanged_for_that_of_another_sent_row_changes_neither(desk: Desk, clerk: Clerk) -> None:
    desk.receive(clerk.put(7, "Tanggal Lahir", "01/02/2012").put(7, "kla-baris", f"{NUMBER}/1/8").save())
    assert [r.outcome for r in desk.results() if r.row_id.endswith("/8")] == ["wrong_version", "unchanged"]


def test_a_tampered_version_is_refused(desk: Desk, clerk: Clerk) -> None:
    desk.receive(clerk.put(7, "Tanggal Lahir", "01/02/2012").put(7, "kla-versi", "0" * 32).save())
    assert desk.outcomes()[7] == "wrong_version"


def test_a_row_that_was_sent_to_another_agency_is_not_taken_from_this_one(desk: Desk, clerk: Clerk) -> None:
    desk.sent_to = "dinsos"
    assert desk.receive(clerk.put(7, "Tanggal Lahir", "01/02/2012").save()).outcomes()[7] == "other_agency"


def test_an_answer_to_a_row_that_has_changed_since_conflicts_whoever_came_first(desk: Desk, clerk: Clerk) -> None:
    cells = {**ROWS[0].cells, "Tanggal Lahir": "05/05/2012"}
    desk.stands(7, version="9" * 32, cells=cells).receive(clerk.put(7, "Tanggal Lahir", "01/02/2012").save())
    assert desk.outcomes()[7] == "conflict"


def test_an_answer_that_says_what_the_row_says_by_now_is_resolved_already(desk: Desk, clerk: Clerk) -> None:
    cells = {**ROWS[0].cells, "Tanggal Lahir": "01/02/2012"}
    desk.stands(7, version="9" * 32, cells=cells).receive(clerk.put(7, "Tanggal Lahir", "01/02/2012").save())
    assert desk.outcomes()[7] == "already_resolved"


def test_an_old_workbook_that_nobody_edited_contradicts_nothing(desk: Desk, clerk: Clerk) -> None:
    cells = {**ROWS[0].cells, "Tanggal Lahir": "05/05/2012"}
    assert desk.stands(7, version="9" * 32, cells=cells).receive(clerk.save()).outcomes()[7] == "unchanged"


def test_a_row_that_a_newer_delivery_resolved_takes_no_answer(desk: Desk, clerk: Clerk) -> None:
    desk.stands(7, state="corrected").receive(clerk.put(7, "Tanggal Lahir", "01/02/2012").save())
    assert desk.outcomes()[7] == "already_resolved"


def test_a_row_that_somebody_decided_about_meanwhile_takes_no_answer(desk: Desk, clerk: Clerk) -> None:
    desk.stands(7, is_decided=True).receive(clerk.put(7, "KLA: tindakan", "baris ini salah").save())
    assert desk.outcomes()[7] == "already_resolved"


def test_actions_withdraw_a_row_or_propose_its_release(desk: Desk, clerk: Clerk) -> None:
    clerk.put(7, "KLA: tindakan", "Baris ini salah").put(8, "KLA: tindakan", "it is right")
    assert desk.receive(clerk.save()).outcomes() == {7: "withdrawn", 8: "release_proposed", 9: "unchanged"}


def test_a_rule_that_leaves_no_value_cannot_be_released(desk: Desk, clerk: Clerk) -> None:
    desk.stands(7, rules=("violence_victim.name.required",)).receive(
        clerk.put(7, "KLA: tindakan", "sudah benar").save()
    )
    assert desk.outcomes()[7] == "not_releasable"


@pytest.mark.parametrize("action", ["buang saja", "sudah benar"])
def test_an_action_that_means_nothing_or_contradicts_the_cells_is_not_guessed(
    desk: Desk, clerk: Clerk, action: str
) -> None:
    clerk.put(7, "KLA: tindakan", action).put(7, "Tanggal Lahir", "01/02/2012")
    assert desk.receive(clerk.save()).outcomes()[7] == "unclear"


def test_a_sheet_saved_as_csv_is_a_return_and_says_the_same(desk: Desk, clerk: Clerk) -> None:
    clerk.put(7, "Tanggal Lahir", "01/02/2012")
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([cell.value or "" for cell in line] for line in clerk.sheet.iter_rows())
    desk.receive(out.getvalue().encode(), "kembali.csv")
    assert desk.returned[0].export_ids == [EXPORT]
    assert desk.outcomes() == {7: "corrected", 8: "unchanged", 9: "unchanged"}


def test_without_its_hidden_columns_and_sheets_it_is_still_no_export(desk: Desk, clerk: Clerk) -> None:
    clerk.sheet.delete_cols(1, 3)
    for name in [name for name in clerk.book.sheetnames if name != clerk.sheet.title]:
        del clerk.book[name]
    data = clerk.save()
    assert returned.marks(sheets_of(desk.folder, data))
    assert {result.outcome for result in desk.receive(data).results()} == {"added_row"}


def test_lines_added_above_the_heads_do_not_hide_them(desk: Desk, clerk: Clerk) -> None:
    clerk.put(7, "Tanggal Lahir", "01/02/2012").sheet.insert_rows(1, 5)
    assert desk.receive(clerk.save()).outcomes()[7] == "corrected"


def test_a_formula_that_nobody_calculated_is_never_computed_and_empties_no_cell(desk: Desk, clerk: Clerk) -> None:
    clerk.put(7, "Nama Korban", "=1+1").put(8, "Tanggal Lahir", "01/02/2012")
    assert desk.receive(clerk.save()).outcomes() == {7: "unclear", 8: "corrected", 9: "unchanged"}


def test_a_cell_may_be_emptied_where_no_formula_stands(desk: Desk, clerk: Clerk) -> None:
    assert desk.receive(clerk.put(7, "NIK", None).save()).outcomes()[7] == "corrected"


def test_a_text_longer_than_a_cell_can_hold_is_not_taken_for_an_edit(tmp_path: Path) -> None:
    long = row(7, Nama_Korban="Anak Uji " * 5_000)
    assert len(shown(long.cells["Nama Korban"])) < len(long.cells["Nama Korban"])
    assert Desk(tmp_path, [long]).receive(written([long])).outcomes() == {7: "unchanged"}


def test_no_cell_stands_in_the_text_form_of_an_answer_or_a_result(desk: Desk, clerk: Clerk) -> None:
    desk.receive(clerk.put(7, "Nama Korban", "Anak Uji Rahasia").save())
    said = repr([desk.results(), desk.returned, replace(ROWS[0]), hash_text])
    assert "Anak Uji" not in said
    assert "berkas_uji" not in said
