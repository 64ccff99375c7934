"""Files that cannot be used are refused whole, each with its reason; everything else of the night loads."""

from __future__ import annotations

import json

import pytest

from kla_pipeline.quality import staging
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.evaluate import RowRule
from kla_pipeline_tests.bundle import bad_files, layouts
from kla_pipeline_tests.faults.cities import events, kla
from kla_pipeline_tests.faults.exports import case, cases, csv_text, labour, person, post, roster, staff
from kla_pipeline_tests.support import City, city_in

REASONS = {
    "zero_bytes": "empty_file",
    "no_table": "no_table",
    "wrong_layout": "unknown_layout",
    "missing_required_column": "missing_required_column",
    "truncated_zip": "unreadable_workbook",
    "no_workbook_inside": "unreadable_workbook",
    "encrypted_workbook": "encrypted_workbook",
    "real_among_synthetic": "wrong_data_kind",
    "raising_rule": "rule_did_not_run",
}
SECRET = "words of a library that quote a cell"


def with_one_raising_rule(record: RecordType) -> list[RowRule]:
    """The rules of a register; one of the staff list's is broken."""
    rules = real_row_rules(record)
    if record.record != "staff":
        return rules

    def verdict(_frame: object) -> None:
        raise ValueError(SECRET)

    return [*rules, RowRule("staff.broken_by_test", "reject", "row", ("unit",), verdict)]  # type: ignore[arg-type]


real_row_rules = staging.row_rules


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """One night with a file of every bad kind, some good ones, and a rule that raises."""
    folder = tmp_path_factory.mktemp("bad")
    made = city_in(folder / "data")
    files = {name: write(folder / name) for name, write in bad_files.ALL.items()}
    for name, path in files.items():
        made.drop("dp3a" if path.suffix == ".xlsx" else "dinsos", path, name=f"{name}{path.suffix}")
    thrice = person(3, name="", category="Rekaan", report_date="01/01/2030")
    made.write("dinsos", "a_good.csv", roster(person(1), person(2), thrice))
    made.write("dinsos", "a_nil.xlsx", labour())
    made.write("polres", "a_good.csv", cases("05/2025", case(1)))
    made.write("polres", "real_among_synthetic.csv", csv_text(layouts.JUVENILE, [case(2)], "Periode: 06/2025"))
    made.write("dp3a", "raising_rule.xlsx", staff(2025, post(1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "row_rules", with_one_raising_rule)
        assert made.night().published.outcome == "published"
    return made


def test_the_bad_files_are_all_of_their_kinds(city: City) -> None:
    assert set(bad_files.ALL) | {"real_among_synthetic", "raising_rule"} == set(REASONS)
    assert city.rows("SELECT count(*) FROM quality.delivery WHERE verdict = 'refused'") == [(len(REASONS),)]


@pytest.mark.parametrize(("name", "code"), REASONS.items())
def test_a_bad_file_is_refused_whole_with_its_reason_and_what_to_do(city: City, name: str, code: str) -> None:
    rows = city.rows(
        "SELECT verdict, reason_code, reason_id, reason_en, rows_read + rows_accepted + rows_rejected, delivery_id "
        "FROM quality.delivery WHERE file_name LIKE ?",
        [f"{name}.%"],
    )
    ((verdict, found, words_id, words_en, read, delivery_id),) = rows
    assert (verdict, found, read) == ("refused", code, 0)
    assert min(len(words_id), len(words_en)) > 40, "a sentence that says what is wrong and what to do"
    assert words_id != words_en
    for record in ("ppks", "violence_victim", "juvenile_case", "staff"):
        assert city.rows(f"SELECT count(*) FROM staged.{record} WHERE delivery_id = ?", [delivery_id]) == [(0,)]


def test_the_column_that_is_missing_is_named_in_both_languages(city: City) -> None:
    ((words_id, words_en),) = city.rows(
        "SELECT reason_id, reason_en FROM quality.delivery WHERE reason_code = 'missing_required_column'"
    )
    assert "name" in words_id.lower()
    assert "name" in words_en.lower()


def test_all_other_files_of_the_night_are_loaded(city: City) -> None:
    assert city.rows("SELECT ppks_no FROM staged.ppks_current ORDER BY ALL") == [("P1",), ("P2",)]
    assert city.rows("SELECT register_no FROM staged.juvenile_case_current") == [("C1",)]


def test_a_header_without_rows_is_a_nil_report_and_no_refusal(city: City) -> None:
    rows = city.rows(
        "SELECT DISTINCT d.verdict, d.rows_accepted, c.is_nil FROM quality.delivery AS d "
        "INNER JOIN quality.coverage AS c USING (delivery_id) WHERE d.file_name = 'a_nil.xlsx'"
    )
    assert rows == [("accepted", 0, True)]


def test_a_row_that_breaks_three_rules_has_three_reasons(city: City) -> None:
    reasons = city.rows("SELECT rule_id FROM quality.reason WHERE record = 'ppks' ORDER BY ALL")
    assert reasons == [("ppks.category.code",), ("ppks.future_date",), ("ppks.name.required",)]
    assert city.rows("SELECT count(*) FROM quality.rejected_row") == [(1,)]


def test_the_message_of_a_rule_that_raised_is_kept_nowhere(city: City) -> None:
    needle = SECRET.encode()
    files = [path for path in city.settings.data_dir.rglob("*") if path.is_file()]
    assert len(files) > 50
    assert [path.name for path in files if needle in path.read_bytes()] == []


def test_refused_files_are_tried_again_when_their_rule_is_mended_and_else_left_alone(city: City) -> None:
    from kla_pipeline.nightly import load
    from kla_pipeline_tests.support import CITY

    assert load.stage(city.settings, CITY).judged == 0
    assert events(city, "delivery_staged") == len(list(city.paths.staged.glob("*/*/manifest.json")))


def test_the_run_ends_well_and_its_summary_tells_what_was_refused(city: City) -> None:
    said = kla(city, "run")
    assert said.code == 0
    assert "12 files: 0 new, 12 known, 9 refused." in " ".join(said.out.split())
    assert said.out.count("Refused: ") == len(REASONS)
    assert "Unknown layout" in said.out
    assert said.err == ""


def test_under_strict_the_same_run_ends_with_3(city: City) -> None:
    said = kla(city, "run", "--strict", "--json")
    assert said.code == 3
    summary = json.loads(said.out)["summary"]
    assert {row["reason_code"] for row in summary["refused"]} == set(REASONS.values())
    assert sum(row["refused"] for row in summary["agencies"]) == len(REASONS)


def test_no_published_file_has_a_place_for_the_name_of_a_dropped_file(city: City) -> None:
    texts = [p for p in city.paths.releases.rglob("*") if p.suffix in (".html", ".json", ".csv")]
    assert len(texts) > 5
    for name in ("real_among_synthetic", "a_good", "raising_rule."):
        assert [path.name for path in texts if name in path.read_text(encoding="utf-8")] == []
    for tier in ("internal", "audit", "public"):
        with city.released(tier) as connection:
            columns = connection.execute("SELECT column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
        assert ("file_name",) not in columns
