"""A file becomes accepted and rejected rows with every reason; nothing of a row is lost on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from kla_pipeline.cli.check import check_command
from kla_pipeline.quality import staging
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.staging import StagedDelivery, stage_file
from kla_pipeline.quality.store import read_manifest, write_staged
from kla_pipeline.settings import Settings
from kla_pipeline_tests.quality.tables import (
    DELIVERY,
    RECEIVED,
    broken_rules,
    cells_of,
    contract_of,
    csv_text,
    good_row,
    header_of,
    layout_of,
    only,
    stage_rows,
    stage_text,
    the_catalogue,
)
from kla_pipeline_tests.sources.rule_cases import Cases

PPKS = layout_of("ppks")


def workbook(folder: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "ekspor.xlsx"
    book.save(path)
    return path


def stage(path: Path, agency: str, delivery_id: str = DELIVERY) -> StagedDelivery:
    return stage_file(path, path.name, agency, the_catalogue(), RECEIVED, delivery_id)


def register(*rows: dict[str, str], title: str = "") -> list[list[object]]:
    layout = next(item for item in the_catalogue().agency("dp3a").layouts if item.id == "dp3a.victims_2024")
    return [[title], header_of(layout), *(cells_of(layout, row) for row in rows)]  # type: ignore[list-item]


# ----------------------------------------------------------------------------------------------- what becomes of a row
def test_frames_begin_with_where_the_row_stands(tmp_path: Path) -> None:
    table = stage_rows("ppks", [good_row("ppks", 1), good_row("ppks", 2, status="?")], tmp_path)

    assert list(table.accepted)[:5] == ["_sheet", "_row", "row_id", "_hash", "_flags"]
    assert list(table.rejected)[-3:] == ["_reasons", "_hints", "_raw"]
    assert list(table.accepted)[5:] == list(table.rejected)[5:-3] == list(the_catalogue().contracts()["ppks"].columns)
    assert table.accepted["row_id"].tolist() == [f"{DELIVERY[:16]}/1/2"]
    assert table.rejected["_row"].tolist() == [3]
    assert list(table.outcomes)[:2] == ["_sheet", "_row"]


def test_a_rejected_row_has_all_its_reasons_and_a_cell_that_is_unreadable_is_not_also_empty(tmp_path: Path) -> None:
    bad = good_row("ppks", 1, ppks_no="#REF!", name="", status="?", birth_date="31/2/2015", nik="12")

    table = stage_rows("ppks", [bad], tmp_path)

    (reasons,) = table.rejected["_reasons"]
    assert reasons == ["ppks.ppks_no.type", "ppks.birth_date.type", "ppks.name.required", "ppks.status.code"]
    assert table.rejected["_flags"].tolist() == [["ppks.nik.type"]]


def test_a_warning_keeps_the_row_and_flags_it(tmp_path: Path) -> None:
    table = stage_rows("ppks", [good_row("ppks", 1, nik="3,67301E+15")], tmp_path)

    assert table.accepted["_flags"].tolist() == [["ppks.nik.type"]]
    assert table.accepted["nik"].isna().all()


def test_every_cell_of_a_rejected_row_is_in_its_raw_text_under_a_name_of_its_own(tmp_path: Path) -> None:
    header = [*header_of(PPKS), "Catatan", "", "Nama"]
    cells = [*cells_of(PPKS, good_row("ppks", 1, status="?")), "satu", "dua", "tiga", "empat", "lima"]

    staged = stage_text("\n".join(";".join(row) for row in (header, cells)), "dinsos", tmp_path)

    (table,) = staged.tables
    raw = table.rejected["_raw"][0]
    assert list(raw.values()) == cells
    assert raw["Nama"] == "Anak Uji 1"
    assert {name: raw[name] for name in list(raw)[-5:]} == {
        "Catatan": "satu", f"#{len(header) - 1}": "dua", f"Nama #{len(header)}": "tiga",
        f"#{len(header) + 1}": "empat", f"#{len(header) + 2}": "lima",
    }  # fmt: skip
    assert table.unknown == ["Catatan", "Nama"]


def test_a_row_shorter_than_the_header_has_empty_cells(tmp_path: Path) -> None:
    text = ";".join(header_of(PPKS)) + "\nPPKS-1;;;Ani\n"

    (table,) = stage_text(text, "dinsos", tmp_path).tables

    assert broken_rules(table) == [{"category.required", "status.required"}]


def test_a_delimiter_inside_a_text_is_told(tmp_path: Path) -> None:
    layout = layout_of("ppks_service")
    row = good_row("ppks_service", 1)
    text = csv_text(layout, [row]).replace("Dinas Sosial", "Dinas; Sosial") + csv_text(layout, [row]).split("\n")[1]

    (table,) = stage_text(text.replace(";No\n", "\n"), "dinsos", tmp_path).tables

    assert "uneven_row" in broken_rules(table)[0]
    assert "uneven_row" not in broken_rules(table)[1]


def test_a_quotation_mark_left_open_rejects_or_flags_its_own_row_only(tmp_path: Path) -> None:
    text = csv_text(PPKS, [good_row("ppks", number) for number in (1, 2, 3)]).replace("Anak Uji 2", '"Anak Uji 2')

    (table,) = stage_text(text, "dinsos", tmp_path).tables

    assert broken_rules(table) == [set(), {"uneven_row"}, set()]
    assert table.rows_read == 3


def test_rows_that_a_spreadsheet_numbered_and_left_empty_are_set_aside(tmp_path: Path) -> None:
    empty = ";".join([""] * len(PPKS.columns) + ["7"])

    (table,) = stage_text(csv_text(PPKS, [good_row("ppks", 1)]) + f"{empty}\n;;;\n", "dinsos", tmp_path).tables

    assert table.set_aside_counts() == {"blank": 2}
    assert table.rows_read == 3


# --------------------------------------------------------------------------------------------------- tables of a file
def test_a_number_beyond_every_integer_rejects_its_row_and_not_the_night(tmp_path: Path) -> None:
    rows = [good_row("population", 1, population="1" * 30), good_row("population", 2, reference_year="99999")]

    table = stage_rows("population", rows, tmp_path)

    assert broken_rules(table) == [{"population.type"}, {"reference_year.max"}]


def test_a_year_outside_of_the_calendar_gives_no_period(tmp_path: Path) -> None:
    table = stage_rows("facility_item", [good_row("facility_item", 1, reference_year="99999")], tmp_path)

    assert table.period.basis == "unknown"
    assert table.period.months() == []


def test_sheets_of_one_period_have_their_keys_in_common(tmp_path: Path) -> None:
    one, two = good_row("violence_victim", 1), good_row("violence_victim", 2)
    path = workbook(
        tmp_path,
        Korban=register(one, two, title="Periode: Januari 2025"),
        Lanjutan=register(one, two | {"sex": ""}, title="Periode: Januari 2025"),
        Februari=register(one, title="Periode: Februari 2025"),
    )

    staged = stage(path, "dp3a")

    broken = [broken_rules(table) for table in staged.tables]
    assert broken == [
        [set(), {"conflicting_key"}],
        [{"duplicate_of_row"}, {"conflicting_key"}],
        [set()],
    ]
    assert [table.rows_read for table in staged.tables] == [2, 2, 1]


def test_a_period_in_two_cells_of_a_title_is_found(tmp_path: Path) -> None:
    rows = register(good_row("violence_victim", 1))
    path = workbook(tmp_path, Korban=[["Periode", "Januari 2025"], *rows[1:]], Lain=[["catatan"]])

    staged = stage(path, "dp3a")

    assert [month.isoformat() for month in staged.tables[0].period.months()] == ["2025-01-01"]
    assert staged.other_sheets == [(2, "Lain", 1)]


def test_a_hidden_sheet_is_judged_and_the_manifest_says_that_it_is_hidden(tmp_path: Path) -> None:
    path = workbook(tmp_path, Korban=register(good_row("violence_victim", 1)))
    book = openpyxl.load_workbook(path)
    book.create_sheet("Kosong")
    book["Korban"].sheet_state = "hidden"
    book.active = 1
    book.save(path)

    manifest = write_staged(stage(path, "dp3a"), tmp_path / "staged", "key")

    assert [(table["sheet_name"], table["hidden"], table["accepted"]) for table in manifest.tables] == [
        ("Korban", True, 1)
    ]


@pytest.mark.parametrize("hidden", ["Lama", "Baru"])
def test_of_a_row_on_a_hidden_sheet_and_another_on_a_visible_one_the_visible_one_stands(
    hidden: str, tmp_path: Path
) -> None:
    one, two = good_row("violence_victim", 1), good_row("violence_victim", 2)
    path = workbook(
        tmp_path,
        Lama=register(one | {"sex": ""}, two, title="Periode: Januari 2025"),
        Baru=register(one | {"sex": ""}, two, title="Periode: Januari 2025"),
    )
    book = openpyxl.load_workbook(path)
    book[hidden].sheet_state = "hidden"
    book.active = 1 if hidden == "Lama" else 0
    column = 1 + next(n for n, cell in enumerate(register(one)[2]) if cell != register(one | {"sex": ""})[2][n])
    book[hidden].cell(3, column, one["sex"])
    book.save(path)

    for table in stage(path, "dp3a").tables:
        broken = broken_rules(table)
        assert broken == ([{"conflicting_key"}, {"duplicate_of_row"}] if table.sheet_name == hidden else [set(), set()])


def test_a_nil_report_has_no_rows_and_says_so(tmp_path: Path) -> None:
    for below in ("", "Nihil\n", "\nTidak ada data\n;;Serang, 1 Februari 2025\n;;Kepala Dinas\n"):
        (table,) = stage_text(csv_text(PPKS, []) + below, "dinsos", tmp_path).tables
        assert table.period.is_nil, below
        assert (len(table.accepted), len(table.rejected)) == (0, 0)


def test_a_refused_file_keeps_nothing_but_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise ValueError("3673011203150001")

    monkeypatch.setattr("kla_pipeline.quality.evaluate._future", lambda dates: explode)
    staged = stage_text(csv_text(PPKS, [good_row("ppks", 1)]), "dinsos", tmp_path)

    assert staged.verdict == "refused"
    assert staged.refusal is not None
    assert staged.refusal.code == "rule_did_not_run"
    assert (staged.tables, staged.other_sheets) == ([], [])
    assert "3673" not in str(staged.refusal)


def test_the_collector_runs_again_after_a_file(tmp_path: Path) -> None:
    import gc

    stage_text("", "dinsos", tmp_path)

    assert gc.isenabled()


# ------------------------------------------------------------------------------------------- chunks, and the two doors
@pytest.mark.parametrize("record", ["violence_victim", "juvenile_case", "population"])
def test_judging_in_chunks_is_judging_the_whole(record: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row for case in Cases(record).all() for row in case.rows]
    whole = stage_rows(record, rows, tmp_path)

    for size in (1, 7, len(rows) - 1):
        monkeypatch.setattr(staging, "CHUNK_ROWS", size)
        parts = stage_rows(record, rows, tmp_path)
        for name in ("accepted", "rejected", "outcomes"):
            pd.testing.assert_frame_equal(getattr(parts, name), getattr(whole, name))


def checked(path: Path, agency: str, out: Path, capsys: pytest.CaptureFixture[str]) -> dict:
    settings = Settings(data_dir=out / "data", as_of=RECEIVED.isoformat(), jurisdiction="36.73")  # type: ignore[call-arg]
    assert check_command(settings, path, agency, as_json=True, out=out, strict=False) == 0
    return json.loads(capsys.readouterr().out)


def _has_plain_layout(record: str) -> bool:
    """Whether each column of the contract stands in a header of its own in one of the record's layouts."""
    return set(layout_of(record).columns) == set(contract_of(record).columns)


@pytest.mark.parametrize("record", sorted(filter(_has_plain_layout, the_catalogue().contracts())))
def test_kla_check_and_the_nightly_load_say_the_same_of_a_file(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layout = layout_of(record)
    path = tmp_path / "ekspor.csv"
    rows = [row for case in Cases(record).all() for row in case.rows]
    path.write_text(csv_text(layout, rows, [["Judul"], []]) + "\nSumber: uji\n", encoding="utf-8")

    facts = checked(path, layout.agency, tmp_path / "out", capsys)
    manifest = write_staged(stage(path, layout.agency, facts["sha256"]), tmp_path / "staged", "key")
    (table,), (stored,) = facts["tables"], manifest.tables

    assert read_manifest(tmp_path / "staged") == manifest
    assert (facts["verdict"], facts["reason"]) == (manifest.verdict, manifest.content["reason"])
    assert (table["sheet"], table["layout"], table["record"]) == (
        stored["sheet_name"],
        stored["layout"],
        stored["record"],
    )
    assert table["rows"] == {
        "read": stored["rows_read"], "accepted": stored["accepted"], "rejected": stored["rejected"],
        "set_aside": stored["set_aside"],
    }  # fmt: skip
    assert table["rules"] == {item["rule"]: item["failed"] for item in stored["rules"] if item["failed"]}
    assert table["drift"] == stored["drift"]
    assert stored["rows_read"] == stored["accepted"] + stored["rejected"] + sum(stored["set_aside"].values())
    assert stored["sheet_rows"] == stored["rows_read"] + sum(stored["above"].values())
    for part in ("accepted", "rejected", "outcomes", "set_aside"):
        shown = pq.read_table(tmp_path / "out" / f"{part}.parquet")
        assert shown.equals(pq.read_table(manifest.table_folder(stored) / f"{part}.parquet"))
        if part != "set_aside":
            assert shown.column_names[:2] == ["_sheet", "_row"]


def test_a_refusal_reads_the_same_through_both_doors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ekspor.csv"
    path.write_text("No PPKS;Nama;Kategori PPKS;Tanggal Laporan;NIK;Jenis Kelamin;Kecamatan\n1;2;3;4;5;6;7\n")

    facts = checked(path, "dinsos", tmp_path / "out", capsys)
    manifest = write_staged(stage(path, "dinsos"), tmp_path / "staged", "key")

    stored = manifest.content["reason"]
    assert facts["verdict"] == manifest.verdict == "refused"
    told = {name: text for name, text in facts["reason"].items() if name != "message_id"}
    assert told == {
        "code": stored["code"], "message": stored["message"], "what_to_do": stored["hint"], **stored["detail"],
    }  # fmt: skip
    assert stored["code"] == "missing_required_column"


def test_a_broken_manifest_is_no_manifest(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    (tmp_path / "manifest.json").write_text("{")
    assert read_manifest(tmp_path) is None


def test_a_record_type_is_what_the_catalogue_imports_once() -> None:
    contracts = the_catalogue().contracts()

    assert all(isinstance(item, RecordType) for item in contracts.values())
    assert the_catalogue().contracts() is contracts


def test_of_rows_that_contradict_each_other_the_first_stays_where_the_layout_says_so(tmp_path: Path) -> None:
    layout = layout_of("ppks")
    rows = [good_row("ppks", 1), good_row("ppks", 1, name="Anak Uji Lain"), good_row("ppks", 2)]
    text = csv_text(layout, rows)

    (first,) = stage_text(text, "dinsos", tmp_path, catalogue=only(replace(layout, repeat_first=True))).tables
    (every,) = stage_text(text, "dinsos", tmp_path, catalogue=only(layout)).tables

    assert (list(first.accepted["_row"]), list(first.rejected["_row"])) == ([2, 4], [3])
    assert (list(every.accepted["_row"]), list(every.rejected["_row"])) == ([4], [2, 3])


def test_rows_of_tables_side_by_side_have_ids_of_their_own(tmp_path: Path) -> None:
    layout = layout_of("ppks")
    lines = [csv_text(layout, [good_row("ppks", n) for n in numbers]).splitlines() for numbers in ((1, 2), (3, 4))]
    text = "\n".join(f"{left};;{right}" for left, right in zip(*lines, strict=True)) + "\n"

    tables = stage_text(text, "dinsos", tmp_path).tables

    ids = [row_id for table in tables for row_id in table.accepted["row_id"]]
    assert len(tables) == 2
    assert len(set(ids)) == 4
    assert sorted(no for table in tables for no in table.accepted["ppks_no"]) == [f"PPKS-{n}" for n in (1, 2, 3, 4)]
