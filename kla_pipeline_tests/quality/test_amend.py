"""A decided row is judged as if the agency had sent it so; rows nobody decided about keep what they had."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kla_pipeline.quality.amend import releasable_rules
from kla_pipeline.quality.overlay import CellEdit, Overlay, RowDecision
from kla_pipeline.quality.raw_rows import row_version
from kla_pipeline_tests.quality.amending import Export, base_of, hash_row, header_name, outcomes, row_of, rows, standing
from kla_pipeline_tests.quality.tables import cells_of, contract_of, csv_text, good_row, header_of, layout_of

PPKS = layout_of("ppks")
STATUS, NAME, NUMBER = (header_name(PPKS, column) for column in ("status", "name", "ppks_no"))


def export(folder: Path, *people: dict[str, str], name: str = "ekspor.csv") -> Export:
    path = folder / name
    path.write_text(csv_text(PPKS, people), encoding="utf-8")
    return Export(path, "dinsos")


def person(number: int, **changes: str) -> dict[str, str]:
    return good_row("ppks", number, **changes)


# ----------------------------------------------------------------------------------------------------- corrections
def test_a_corrected_row_equals_the_row_of_a_file_in_which_the_cell_was_really_changed(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1), person(2, status="?"), person(3))
    really = export(tmp_path, person(1), person(2, status="Selesai"), person(3), name="diperbaiki.csv")

    amended = asked.amended(asked.decide(3, edits={STATUS: "Selesai"}))

    assert outcomes(amended) == {3: ("applied", "corrected")}
    (table,) = really.staged.tables
    expected = table.accepted[table.accepted["_row"] == 3].reset_index(drop=True)
    assert rows(amended, "accepted").equals(expected)
    assert standing(asked.staged, amended)[0] == base_of(really.staged).accepted


def test_a_correction_that_breaks_a_rule_leaves_the_row_rejected_with_the_reasons_of_today(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1), person(2, status="?"))

    amended = asked.amended(asked.decide(3, edits={STATUS: "Selesai", NAME: ""}))

    assert outcomes(amended) == {3: ("still_rejected", "")}
    rejected = rows(amended, "rejected")
    assert rejected["_reasons"].tolist() == [["ppks.name.required"]]
    assert rejected["_raw"][0][STATUS] == "Selesai"


def test_an_accepted_row_keeps_its_version_when_its_correction_breaks_a_rule(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1), person(2))

    amended = asked.amended(asked.decide(2, edits={STATUS: "?"}))

    assert outcomes(amended) == {2: ("still_rejected", "")}
    assert not row_of(amended, 2).is_taken
    assert standing(asked.staged, amended)[0] == base_of(asked.staged).accepted


def test_two_corrections_of_one_cell_follow_each_other(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1, status="?"))
    first = asked.decide(2, edits={STATUS: "??"})
    second = CellEdit(STATUS, "??", "Selesai")

    amended = asked.amended(RowDecision(first.row_id, first.row_version, ("a", "b"), (*first.edits, second)))

    assert outcomes(amended) == {2: ("applied", "corrected")}


# ------------------------------------------------------------------------------------------------- one row and others
def test_withdrawing_one_of_two_rows_with_one_number_resolves_the_other(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1), person(1, name="Anak Uji Lain"), person(2))

    amended = asked.amended(asked.decide(3, withdrawn=True))

    assert outcomes(amended) == {2: ("applied", "other_row"), 3: ("applied", "withdrawn")}
    assert rows(amended, "accepted")["_row"].tolist() == [2]


def test_giving_one_of_two_rows_another_number_resolves_both(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1), person(1, name="Anak Uji Lain"))

    amended = asked.amended(asked.decide(3, edits={NUMBER: "PPKS-77"}))

    assert outcomes(amended) == {2: ("applied", "other_row"), 3: ("applied", "corrected")}


def test_a_row_corrected_to_the_number_of_an_accepted_row_is_the_one_that_is_rejected(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1, status="?"), person(2))

    amended = asked.amended(asked.decide(2, edits={STATUS: "Selesai", NUMBER: "PPKS-2"}))

    assert outcomes(amended) == {2: ("still_rejected", "")}
    assert rows(amended, "rejected")["_reasons"].tolist() == [["ppks.conflicting_key"]]
    assert standing(asked.staged, amended)[0] == base_of(asked.staged).accepted


def test_a_row_corrected_to_equal_a_later_accepted_row_is_the_repetition(tmp_path: Path) -> None:
    asked = export(tmp_path, person(9, status="?"), person(2))

    edits = {STATUS: "Selesai", NUMBER: "PPKS-2", NAME: "Anak Uji 2"}
    amended = asked.amended(asked.decide(2, edits=edits))

    assert rows(amended, "rejected")["_reasons"].tolist() == [["ppks.duplicate_of_row"]]
    assert asked.row_id(3) in standing(asked.staged, amended)[0]


def test_a_repetition_does_not_come_in_when_the_correction_of_its_first_row_falls(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1), person(1))
    assert base_of(asked.staged).rejected == {asked.row_id(3)}

    amended = asked.amended(asked.decide(2, edits={STATUS: "?"}))

    accepted, rejected, _ = standing(asked.staged, amended)
    assert (accepted, rejected) == ({asked.row_id(2)}, {asked.row_id(3)})


# ------------------------------------------------------------------------------------------------------- releases
def test_a_release_lifts_the_rules_it_names_and_no_other(tmp_path: Path) -> None:
    early = person(1, closed_date="01/01/2020")
    asked = export(tmp_path, early, {**early, "ppks_no": "PPKS-2", "name": ""})
    (table,) = asked.staged.tables
    ((lifted,), both) = table.rejected["_reasons"]
    assert lifted in releasable_rules(contract_of("ppks"))
    assert len(both) == 2

    amended = asked.amended(asked.decide(2, released=[lifted]), asked.decide(3, released=[lifted]))

    assert outcomes(amended) == {2: ("applied", "released"), 3: ("still_rejected", "")}
    assert rows(amended, "rejected")["_reasons"].tolist() == [["ppks.name.required"]]


@pytest.mark.parametrize("rule", ["name.required", "birth_date.type", "status.code", "conflicting_key"])
def test_no_release_lifts_a_rule_without_which_there_is_no_value_or_no_row(rule: str, tmp_path: Path) -> None:
    broken = {
        "name.required": [person(1, name="")],
        "birth_date.type": [person(1, birth_date="31/2/2015")],
        "status.code": [person(1, status="?")],
        "conflicting_key": [person(1), person(1, name="Anak Uji Lain")],
    }
    asked = export(tmp_path, *broken[rule])

    amended = asked.amended(asked.decide(2, released=[f"ppks.{rule}"]))

    assert outcomes(amended) == {2: ("still_rejected", "")}


# -------------------------------------------------------------------------------------- decisions that do not fit
def test_a_decision_about_another_version_of_the_row_is_stale_and_changes_nothing(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1, status="?"))
    seen = asked.decide(2, edits={STATUS: "Selesai"})
    other = row_version(hash_row, seen.row_id, asked.cells(seen.row_id) | {NAME: "Anak Uji Lama"})

    amended = asked.amended(RowDecision(seen.row_id, other, seen.decision_ids, seen.edits))

    assert outcomes(amended) == {2: ("stale", "")}
    assert amended.staged.tables == []


def test_a_correction_that_expects_another_text_is_stale(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1, status="?"))
    seen = asked.decide(2)

    amended = asked.amended(RowDecision(seen.row_id, seen.row_version, ("d",), (CellEdit(STATUS, "lain", "Selesai"),)))

    assert outcomes(amended) == {2: ("stale", "")}


def test_a_row_or_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1, status="?"))
    seen = asked.decide(2, edits={"Kolom yang tidak ada": "x"})
    nowhere = RowDecision(asked.row_id(99), "-", ("d",), withdrawn=True)

    assert outcomes(asked.amended(seen, nowhere)) == {2: ("no_such_column", ""), 99: ("no_such_row", "")}


# --------------------------------------------------------------------------------------------------------- workbooks
def test_a_correction_below_a_merged_cell_is_about_its_row_alone(tmp_path: Path) -> None:
    header, kecamatan = header_of(PPKS), header_name(PPKS, "kecamatan")
    people = [cells_of(PPKS, person(n, kecamatan="Kasemen" if n == 1 else "")) for n in (1, 2, 3)]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in (header, *people):
        sheet.append(line)
    column = header.index(kecamatan) + 1
    sheet.merge_cells(start_row=2, end_row=4, start_column=column, end_column=column)
    book.save(tmp_path / "ekspor.xlsx")
    asked = Export(tmp_path / "ekspor.xlsx", "dinsos")
    (table,) = asked.staged.tables
    assert table.accepted["kecamatan"].nunique() == 1
    assert len(table.accepted) == 3

    amended = asked.amended(asked.decide(2, edits={kecamatan: "Curug"}), asked.decide(4, edits={kecamatan: "Serang"}))

    now = rows(amended, "accepted").set_index("_row")["kecamatan"].to_dict()
    assert outcomes(amended) == {2: ("applied", "corrected"), 4: ("applied", "corrected")}
    assert now[2] != now[4]
    assert table.accepted["kecamatan"][0] not in now.values()


def test_row_versions_do_not_depend_on_empty_cells_or_the_order_of_columns() -> None:
    cells = {"A": "1", "B": "", "C": "x"}

    assert row_version(hash_row, "r", cells) == row_version(hash_row, "r", {"C": "x", "A": "1"})
    assert row_version(hash_row, "r", cells) != row_version(hash_row, "r", cells | {"B": " "})
    assert row_version(hash_row, "r", cells) != row_version(hash_row, "q", cells)


def test_no_cell_of_a_decision_stands_in_a_repr_or_in_the_manifest(tmp_path: Path) -> None:
    asked = export(tmp_path, person(1, status="?"))
    decision = asked.decide(2, edits={STATUS: "Selesai", NAME: "Anak Uji Rahasia"})

    amended = asked.amended(decision)

    told = [repr(Overlay("d", {decision.row_id: decision})), *(str(row.content()) for row in amended.rows)]
    assert not any("Rahasia" in text or "Selesai" in text for text in told)
