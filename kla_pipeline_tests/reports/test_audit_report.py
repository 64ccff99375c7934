"""The auditors' report: the same numbers on the page, in the workbook and in SQL, for the city and for each agency."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kla_pipeline.errors import KlaError
from kla_pipeline.i18n import load
from kla_pipeline.reports.audit_report import render_report
from kla_pipeline.reports.audit_workbook import SHEETS
from kla_pipeline_tests.reports.audit_builder import STATES, write_audit
from kla_pipeline_tests.reports.html_tree import Node, edition, parse
from kla_pipeline_tests.support import City

LANGS = ("id", "en")
TOTAL = sum(STATES.values())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    render_report(write_audit(folder / "audit.duckdb"), folder / "report")
    return folder / "report"


@pytest.fixture(scope="module")
def page(report: Path) -> Node:
    return parse((report / "index.html").read_text(encoding="utf-8"))


def table(part: Node, caption: str) -> list[list[str]]:
    """Rows of the one table with that caption."""
    [found] = [t for t in part.all("table") if caption in t.all("caption")[0].text]
    return [[cell.text for cell in row.all("th", "td")] for row in found.all("tr")]


def sheet(path: Path, name: str) -> list[dict[str, object]]:
    """Rows of a sheet of the workbook by column."""
    found = openpyxl.load_workbook(path)[load().get(f"report.sheet.{name}", "id")]
    assert isinstance(found, Worksheet)
    head, *rows = found.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_each_agency_has_a_page_and_a_workbook_beside_the_report(report: Path) -> None:
    files = {str(path.relative_to(report)) for path in report.rglob("*") if path.is_file()}

    assert files == {f"{part}{name}" for part in ("", "dinsos/", "dp3a/") for name in ("index.html", "report.xlsx")}


def test_links_lead_to_files_of_the_report_only(report: Path) -> None:
    for file in report.rglob("index.html"):
        links = [a.attributes["href"] for a in parse(file.read_text(encoding="utf-8")).all("a")]
        outward = [link for link in links if not link.startswith("#")]
        assert outward
        assert all((file.parent / link).resolve().is_file() for link in outward)
        assert all((file.parent / link).resolve().is_relative_to(report.resolve()) for link in outward)


@pytest.mark.parametrize("lang", LANGS)
def test_conservation_stands_on_top_of_the_page(page: Node, lang: str) -> None:
    sections = [node.attributes["aria-labelledby"] for node in edition(page, lang).all("section")]

    assert sections[0] == f"conservation-{lang}"


def test_both_equations_are_shown_with_their_difference(page: Node) -> None:
    text = edition(page, "id").all("section")[0].text
    read = table(edition(page, "id"), "terbaca = diterima")
    built = table(edition(page, "id"), "diterima + diperbaiki")

    assert "1.280 baris terbaca, 1.280 baris terhitung. Selisih 0 pada 8 dari 8 lembar" in text
    assert read[-1] == ["Jumlah", "8", "1.280", "1.264", "16", "0", "0"]
    assert built[1] == ["Dinas Sosial", "1.201", "2", "1", "1.190", "10", "4", "0", "0", "0"]


def test_a_difference_is_an_alarm(tmp_path: Path) -> None:
    audit = write_audit(tmp_path / "audit.duckdb")
    with duckdb.connect(str(audit)) as db:
        db.execute("UPDATE quality.reconciliation SET difference = 2 WHERE stage = 'build'")
    page = parse(render_report(audit, tmp_path / "report")[0].read_text(encoding="utf-8"))

    assert "2 ROWS DIFFER. Do not use this release." in page.text
    assert "baris terhitung" not in page.text


def test_a_rule_that_did_not_run_is_an_alarm(tmp_path: Path) -> None:
    audit = write_audit(tmp_path / "audit.duckdb")
    with duckdb.connect(str(audit)) as db:
        db.execute("UPDATE quality.rule_coverage SET is_executed = FALSE")
    page = parse(render_report(audit, tmp_path / "report")[0].read_text(encoding="utf-8"))

    assert "RULES DID NOT RUN: only 0 of 8 pairs" in page.text


@pytest.mark.parametrize("lang", LANGS)
def test_every_rejected_row_is_in_one_state_and_those_that_wait_have_an_age(page: Node, lang: str) -> None:
    part = edition(page, lang)
    states = table(part, "Baris yang ditolak menurut keadaan" if lang == "id" else "Rejected rows by state")[1]
    ages = table(part, "umur sejak berkasnya" if lang == "id" else "time since their file")[1]

    assert [int(cell) for cell in states[1:]] == [4, 3, 1, 2, 1, 1, TOTAL]
    assert [int(cell) for cell in ages[2:8]] == [0, 0, 8, 0, 8, 3]


def test_the_trend_stands_with_its_rows_and_never_as_a_bare_percentage(page: Node) -> None:
    part = edition(page, "id")
    row = next(row for row in table(part, "enam kiriman sebelumnya") if "DP3AKB" in row[0])

    assert row[1].startswith("1/10 (10,0 %)")
    assert row[2].startswith("3/57 (5,3 %)")
    assert "+4,7 poin" in row[3]
    for node in (*part.all("td"), *part.all("desc")):
        assert node.text.count("%") == len(re.findall(r"\d+/[\d.]+ \([\d,]+ %\)", node.text))


def test_changes_are_told_in_sentences_with_the_names_of_columns(page: Node) -> None:
    indonesian, english = (edition(page, lang).text for lang in LANGS)

    assert (
        "1.310 sel memakai ejaan lain dari kata baku; disamakan menurut daftar kode. Kolom: Jenis kelamin" in indonesian
    )
    assert "1,310 \u00d7 a listed word was spelt in another way" in english
    assert "1 sel diperbaiki oleh orang yang berwenang" in indonesian


def test_a_kind_of_change_without_a_sentence_is_shown_by_its_code(page: Node) -> None:
    assert "1 \u00d7 a cell was tidied (not_yet_named)." in edition(page, "en").text


def test_decisions_show_two_persons_the_day_in_serang_and_what_still_waits(page: Node) -> None:
    rows = table(edition(page, "en"), "Decisions, those waiting")[1:]

    assert [row[2].split()[0] for row in rows] == ["Waits", "Expired", "In"]
    assert "proposed by uji.pertama, 4 Jun 2026" in rows[2][1]
    assert "approved by uji.kedua, 5 Jun 2026" in rows[2][1]
    assert "the law allows it" in rows[2][1]
    assert "dinsos-00000008, sheet 1, row 2" in rows[2][0]
    assert "The NIK cannot be read." in rows[2][0]


def test_the_page_of_an_agency_tells_of_no_other(report: Path) -> None:
    page = parse((report / "dp3a" / "index.html").read_text(encoding="utf-8"))

    assert page.all("h1")[0].text.startswith("Laporan mutu data: DP3AKB")
    assert "Dinas Sosial" not in page.text
    assert "dinsos-" not in page.text
    assert "Belum ada keputusan." in page.text
    for found in SHEETS:
        assert {row["agency"] for row in sheet(report / "dp3a" / "report.xlsx", found.name)} <= {"dp3a"}


def test_the_workbook_has_the_figures_of_the_tables(report: Path) -> None:
    book = report / "report.xlsx"
    with duckdb.connect(str(report.parent / "audit.duckdb"), read_only=True) as db:
        ageing = db.execute("SELECT agency, rule_id, unresolved, days_31_90 FROM quality.ageing").fetchall()
        trend = db.execute("SELECT delivery_label, rejected, data_rows, rejected_pct FROM quality.trend AS t "
                           "INNER JOIN quality.delivery AS d USING (delivery_id)").fetchall()  # fmt: skip
        cells = db.execute("SELECT sum(cells) FROM quality.change").fetchall()

    columns = ("agency", "rule_id", "unresolved", "days_31_90")
    assert {tuple(row[c] for c in columns) for row in sheet(book, "ageing")} == set(ageing)
    columns = ("delivery_label", "rejected", "data_rows", "rejected_pct")
    assert {tuple(row[c] for c in columns) for row in sheet(book, "trend")} == set(trend)
    assert [(sum(int(str(row["cells"])) for row in sheet(book, "changes")),)] == cells
    assert [row["status"] for row in sheet(book, "decisions")] == ["proposed", "expired", "in_force"]
    assert sheet(book, "states")[0]["rows"] == TOTAL


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(tmp_path: Path) -> None:
    audit = write_audit(tmp_path / "audit.duckdb")
    with duckdb.connect(str(audit)) as db:
        db.execute("UPDATE quality.rule SET what_id = '=1+1', what_en = 'https://contoh.invalid/'")
    book = openpyxl.load_workbook(render_report(audit, tmp_path / "report")[1])
    cells = [cell for part in book.worksheets for row in part.iter_rows() for cell in row if cell.value is not None]

    assert "=1+1" in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_the_same_file_gives_the_same_bytes(report: Path, tmp_path: Path) -> None:
    again = render_report(report.parent / "audit.duckdb", tmp_path)

    assert len(again) == 6
    for path in again:
        assert path.read_bytes() == (report / path.relative_to(tmp_path)).read_bytes(), path.name


def test_a_missing_audit_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KlaError, match=r"audit\.duckdb is missing"):
        render_report(tmp_path / "audit.duckdb", tmp_path / "report")


def test_every_kind_of_change_that_commands_name_has_a_sentence() -> None:
    assert set(load().keys_below("change")) <= set(load().keys_below("changed"))


def test_the_bundle_has_a_sentence_for_each_of_its_changes(bundle: City) -> None:
    with bundle.released("audit") as db:
        kinds = {kind for (kind,) in db.execute("SELECT DISTINCT kind FROM quality.change").fetchall()}

    assert kinds
    assert kinds <= set(load().keys_below("changed"))


def test_a_release_carries_the_report_of_each_of_its_agencies(bundle: City) -> None:
    report = bundle.paths.current / "audit" / "report"
    with bundle.released("audit") as db:
        agencies = [a for (a,) in db.execute("SELECT DISTINCT agency FROM quality.delivery").fetchall()]
        rows = db.execute("SELECT count(*) FROM quality.rejected_row").fetchall()[0][0]
    page = parse((report / "index.html").read_text(encoding="utf-8"))

    assert len(agencies) >= 5
    assert all((report / agency / "index.html").is_file() for agency in agencies)
    assert f"{rows} baris ditolak =" in page.text
