"""`kla read` shows what a person sees in a file, `kla check` and `kla layout new` say what to do about it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kla_pipeline.cli.check import check_command
from kla_pipeline.cli.layout import new_command
from kla_pipeline.cli.read import read_command
from kla_pipeline.errors import WrongUse
from kla_pipeline.intake.layouts import load_layout
from kla_pipeline.settings import Settings
from kla_pipeline_tests.quality.tables import csv_text, good_row, layout_of

TEXT = "Korban per Kecamatan\n\nKecamatan;Laki-laki;Perempuan\nCurug;11;12\nSerang;30;41\nTotal;41;53\nSumber: Dinas\n"
PIVOT = "no;nama;usia;;Row Labels;Sum\n1;Anak Uji;7;;a;1\n2;Anak Uji;8;;Grand Total;1\n3;Anak Uji;9;;;\n"


def write(folder: Path, text: str, name: str = "ekspor.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read_json(path: Path, capsys: pytest.CaptureFixture[str]) -> dict:
    assert read_command(path, as_csv=False, as_json=True, sheet=None, table=None) == 0
    return json.loads(capsys.readouterr().out)


def test_json_names_tables_headers_rows_and_what_was_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sheet,) = read_json(write(tmp_path, TEXT), capsys)["sheets"]
    (table,) = sheet["tables"]

    assert (sheet["name"], sheet["hidden"], sheet["hidden_rows"]) == ("", False, 0)
    assert (table["header"], table["header_rows"]) == (["Kecamatan", "Laki-laki", "Perempuan"], [3])
    assert (table["first_row"], table["last_row"], table["rows"], table["columns"]) == (4, 5, 2, [0, 2])
    assert table["set_aside"] == {"blank": 1, "footer": 1, "header": 1, "title": 1, "total": 1}
    assert {"row": 6, "kind": "total"} in table["set_aside_rows"]


def test_csv_prints_the_cells_of_one_table_as_they_stand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, PIVOT)

    read_command(path, as_csv=True, as_json=False, sheet=None, table=None)
    first = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    read_command(path, as_csv=True, as_json=False, sheet="1", table=2)
    second = list(csv.reader(io.StringIO(capsys.readouterr().out)))

    assert first == [["no", "nama", "usia"], *([str(n), "Anak Uji", str(n + 6)] for n in (1, 2, 3))]
    assert second == [["Row Labels", "Sum"], ["a", "1"]]


def test_people_see_the_table_and_the_rows_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert read_command(write(tmp_path, TEXT), as_csv=False, as_json=False, sheet=None, table=None) == 0

    out = capsys.readouterr().out
    assert "header in row 3; 2 data rows (rows 4-5)" in out
    assert "row 6 total: Total | 41 | 53" in out


def test_a_refused_file_is_told_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "", "kosong.csv")

    assert read_json(path, capsys)["reason"]["code"] == "empty_file"


@pytest.mark.parametrize(("sheet", "table"), [("tidak ada", None), (None, 3), (None, 0)])
def test_a_sheet_or_table_that_is_not_there_is_wrong_use(sheet: str | None, table: int | None, tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        read_command(write(tmp_path, PIVOT), as_csv=True, as_json=False, sheet=sheet, table=table)


def test_reading_needs_neither_the_orchestrator_nor_the_contracts() -> None:
    code = "import sys, kla_pipeline.cli.read; print([m for m in ('dagster', 'pandera', 'pandas') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def settings_in(folder: Path, **values: str) -> Settings:
    return Settings.model_validate({"data_dir": folder, "as_of": "2026-06-30", **values})


def test_check_names_rows_remedies_and_tables_that_fit_no_layout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layout = layout_of("ppks")
    rows = [good_row("ppks", n, **({"status": "?"} if n in (2, 4) else {})) for n in range(1, 6)]
    lines = csv_text(layout, rows).splitlines()
    pivot = ["Row Labels;Sum", "a;3", "b;4", "Grand Total;7", ";", ";"]
    text = "\n".join(f"{line};;{side}" for line, side in zip(lines, pivot, strict=True)) + "\n"

    check_command(settings_in(tmp_path), write(tmp_path, text), "dinsos", as_json=True, out=None, strict=False)
    facts = json.loads(capsys.readouterr().out)

    (table,) = facts["tables"]
    assert table["rows_of"]["ppks.status.code"] == [3, 5]
    assert set(table["mend"]["ppks.status.code"]) == {"id", "en"}
    assert [(item["header_row"], item["rows"]) for item in facts["other_tables"]] == [(1, 2)]
    assert table["drift"]["unknown"] == []


def test_check_speaks_the_language_that_is_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, csv_text(layout_of("ppks"), [good_row("ppks", 1, status="?")]))
    said = {}
    for lang in ("id", "en"):
        check_command(settings_in(tmp_path, lang=lang), path, "dinsos", as_json=False, out=None, strict=False)
        said[lang] = " ".join(capsys.readouterr().out.split())

    assert "Pakai" in said["id"]
    assert "Use a" in said["en"]


def test_a_proposed_layout_loads_when_every_required_column_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layout = layout_of("ppks")
    path = write(tmp_path, csv_text(layout, [good_row("ppks", n) for n in range(1, 5)], [["Posisi: 28-02-2025"]]))
    out = tmp_path / "usul.yaml"

    assert new_command(settings_in(tmp_path), path, None, 1, out) == 0

    proposal = load_layout(out, "dinsos")
    assert "loads" in capsys.readouterr().err
    assert proposal.record == "ppks"
    assert set(proposal.columns) == set(layout.columns)
    assert set(proposal.ignored) == set(layout.ignored)
    assert proposal.period is not None
    assert "Anak Uji" not in out.read_text(encoding="utf-8")


def test_a_proposed_layout_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "NIK;Nama;Tanggal Lahir;Hobi\n1;Anak Uji;1/2/2015;x\n2;Anak Uji;3/4/2016;y\n")

    new_command(settings_in(tmp_path), path, "dinsos", 1, None)

    said = capsys.readouterr()
    assert "required" in said.out
    assert "required columns" in said.err
    assert "Anak Uji" not in said.out


def test_a_proposal_overwrites_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT)

    with pytest.raises(WrongUse):
        new_command(settings_in(tmp_path), path, None, 1, path)


def test_an_unfinished_proposal_gets_an_ending_that_is_not_loaded(tmp_path: Path) -> None:
    path = write(tmp_path, "NIK;Nama;Tanggal Lahir;Hobi\n1;Anak Uji;1/2/2015;x\n2;Anak Uji;3/4/2016;y\n")

    new_command(settings_in(tmp_path), path, "dinsos", 1, tmp_path / "usul.yaml")

    assert not (tmp_path / "usul.yaml").exists()
    assert (tmp_path / "usul.yaml.draft").is_file()


def test_an_unknown_file_is_told_with_its_header_in_the_language_that_is_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "Hobi;Warna;Lagu\nAnak Uji;biru;x\nAnak Uji;merah;y\n")
    for lang, words in (("id", "Judul kolom yang terlihat"), ("en", "The header that was seen")):
        check_command(settings_in(tmp_path, lang=lang), path, "dinsos", as_json=False, out=None, strict=False)
        said = " ".join(capsys.readouterr().out.split())
        assert words in said
        assert "“Hobi”, “Warna”, “Lagu”" in said
        assert "kla layout new" in said
        assert "Anak Uji" not in said


def test_a_file_of_another_agency_is_told_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, csv_text(layout_of("ppks"), [good_row("ppks", n) for n in range(1, 4)]))

    check_command(settings_in(tmp_path), path, "bpbd", as_json=True, out=None, strict=False)

    reason = json.loads(capsys.readouterr().out)["reason"]
    assert reason["code"] == "unknown_layout"
    assert {"agency": "dinsos", "layout": layout_of("ppks").id} in reason["fits"]
    assert reason["message_id"].startswith("Judul kolom")


def test_a_wide_table_shows_the_columns_that_fit_and_counts_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = ";".join(f"Kolom nomor {n}" for n in range(60))
    path = write(tmp_path, "\n".join([heads, *(";".join(["nilai"] * 59 + [str(n)]) for n in range(3))]) + "\n")

    read_command(path, as_csv=False, as_json=False, sheet=None, table=None)

    assert "more columns" in capsys.readouterr().out


def test_a_closed_pipe_ends_the_command_quietly(tmp_path: Path) -> None:
    rows = "".join(f"Curug;{n};{n}\n" for n in range(60_000))
    path = write(tmp_path, "Kecamatan;Laki-laki;Perempuan\n" + rows)
    program = (
        f"import sys; sys.argv = ['kla', 'read', {str(path)!r}, '--csv']; from kla_pipeline.cli import main; main()"
    )

    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr
        complaint = running.stderr.read()

    assert (running.returncode, complaint) == (141, b"")


def test_a_cell_cannot_give_orders_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "uji.csv"
    path.write_text("No,Nama,Kota\n1,\x1b[31mAnak Uji\x1b]0;judul\x07,Serang\n2,Anak Uji,Serang\n", encoding="utf-8")
    command = [sys.executable, "-c", "from kla_pipeline.cli import main; main()", "read", str(path)]

    shown = subprocess.run(command, capture_output=True, check=True).stdout

    assert b"Anak Uji" in shown
    assert b"\x1b" not in shown
