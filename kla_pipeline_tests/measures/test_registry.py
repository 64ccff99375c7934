"""Declarations: complete in both languages, consistent, and refused with file and field when they are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from kla_pipeline.errors import DeclarationError
from kla_pipeline.measures import engine, registry
from kla_pipeline_tests.measures.town import POLRES, Town, catalogue, conform_files

MODEL = registry.HERE / "indicators" / "k5_31_a.yaml"
PROMISED = {
    "K5-28.a", "K5-28.b", "K5-29.a", "K5-29.low", "K5-30.exists", "K5-30.score", "K5-30.coverage", "K5-31.a", "SDM-02",
    "LAP-01.median", "LAP-01.p90", "LAP-04", "LAP-08.a", "LAP-08.b", "SAR-03", "CTX-01.a", "CTX-01.b", "CTX-02",
}  # fmt: skip


def _declare(folder: Path, name: str = "own", **changes: Any) -> Path:
    """A copy of a good declaration with changes; None removes a field."""
    content = yaml.safe_load(MODEL.read_text(encoding="utf-8")) | changes
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({k: v for k, v in content.items() if v is not None}), encoding="utf-8")
    (folder / f"{name}.sql").write_text(MODEL.with_suffix(".sql").read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_the_promised_measures_are_declared():
    assert {measure.id for measure in registry.load_measures()} >= PROMISED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unit_en", None),
        ("denominator_id", ""),
        ("kind", "index"),
        ("legal_source", None),
        ("colour", "red"),
        ("area_levels", []),
    ],
)
def test_a_missing_wrong_or_unknown_field_is_named_with_its_file(tmp_path: Path, field: str, value: Any):
    path = _declare(tmp_path, **{field: value})
    with pytest.raises(DeclarationError, match=rf"own\.yaml: field {field}"):
        registry.load_measure(path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"multi_breakdowns": ["colour"]}, "multi_breakdowns"),
        ({"aggregate": "quantile"}, "quantile"),
        ({"readings_en": []}, "readings"),
        ({"factor": 1}, "unit %"),
        ({"area_levels": ["kecamatan"]}, "area_levels"),
        ({"min_months": {"quarter": 4}}, "min_months"),
        ({"breakdowns": ["bucket"], "multi_breakdowns": []}, "bucket"),
    ],
)
def test_fields_that_contradict_each_other_are_refused(tmp_path: Path, changes: dict[str, Any], words: str):
    with pytest.raises(DeclarationError, match=words):
        registry.load_measure(_declare(tmp_path, **changes))


def test_a_feed_is_written_agency_and_record(tmp_path: Path):
    with pytest.raises(DeclarationError, match="feeds"):
        registry.load_measure(_declare(tmp_path, feeds={"required": ["dinsos"]}))


def test_a_missing_sql_file_is_named(tmp_path: Path):
    path = _declare(tmp_path)
    path.with_suffix(".sql").unlink()
    with pytest.raises(DeclarationError, match=r"own\.sql does not exist"):
        registry.load_measure(path)


def test_broken_yaml_is_named_with_its_line(tmp_path: Path):
    path = _declare(tmp_path)
    path.write_text("id: K5-99.a\nname_en: a: b\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"own\.yaml: not valid YAML near line 2"):
        registry.load_measure(path)


def test_two_measures_of_one_id_are_refused(tmp_path: Path):
    _declare(tmp_path, "first")
    _declare(tmp_path, "second")
    with pytest.raises(DeclarationError, match=r"second\.yaml: id K5-31\.a is already declared in .*first\.yaml"):
        registry.load_measures([tmp_path])


def test_a_new_measure_is_two_files_and_no_edit_of_the_engine(tmp_path: Path):
    _declare(
        tmp_path, "victims", id="OWN-01", aggregate="count", kind="count", unit="children", factor=1.0, linkage=None,
        breakdowns=["sex"], multi_breakdowns=[], feeds={"required": list(POLRES)}, feed_mode="all",
    )  # fmt: skip
    (tmp_path / "victims.sql").write_text(
        "-- one row per child victim of a case\n"
        "SELECT 'child' AS unit_type, j.case_child_id AS unit_id, r.jurisdiction AS area_code, p.period_type, p.period,"
        " MAP {'sex': j.sex} AS breakdowns, 1 AS numerator, NULL AS denominator, 0 AS unknown, TRUE AS is_counted,"
        " CAST(NULL AS VARCHAR) AS bucket, j.row_ids FROM core.juvenile_case AS j"
        " JOIN measure_period AS p ON j.lp_date BETWEEN p.start_date AND p.cut_date CROSS JOIN meta.release AS r"
        " WHERE j.role = 'victim';\n",
        encoding="utf-8",
    )
    town = Town().covers(POLRES, "2025-01", "2025-12")
    town.case(role="victim", outcome="PROSES", closed_date=None)
    con = town.build("K5-29.a")
    engine.build(con, registry.load_measures([tmp_path]))
    row = con.execute(
        "SELECT numerator, value, status FROM mart.measure WHERE breakdown = '' AND period = '2025'"
    ).fetchone()
    assert row == (1.0, 1.0, "value")


def test_sql_that_does_not_run_names_the_measure_and_no_value(tmp_path: Path):
    path = _declare(tmp_path, id="OWN-02")
    path.with_suffix(".sql").write_text("SELECT CAST('a secret' AS DATE) AS unit_type", encoding="utf-8")
    con = Town().build("K5-29.a")
    with pytest.raises(DeclarationError, match=r"own\.yaml: the SQL of OWN-02 does not run") as caught:
        engine.build(con, [registry.load_measure(path)])
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_the_registry_is_written_with_one_row_per_measure_and_a_comment_on_every_column():
    measures = registry.load_measures()
    con = duckdb.connect()
    con.execute("CREATE SCHEMA meta")
    registry.write(con, measures)
    registry.write(con, measures)
    assert con.execute("SELECT measure_id FROM meta.measure").fetchall() == [(measure.id,) for measure in measures]
    uncommented = "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'meta' AND comment IS NULL"
    assert con.execute(uncommented).fetchall() == []


def test_the_declaration_hash_changes_with_the_sql_and_not_with_the_folder(tmp_path: Path):
    one, other = tmp_path / "a", tmp_path / "b"
    for folder in (one, other):
        folder.mkdir()
    first, second = registry.load_measure(_declare(one)), registry.load_measure(_declare(other))
    assert first.declaration_hash == second.declaration_hash
    (other / "own.sql").write_text("SELECT 1", encoding="utf-8")
    assert registry.load_measure(other / "own.yaml").declaration_hash != first.declaration_hash


def test_every_table_and_column_of_core_and_mart_has_a_comment():
    con = Town(has_comments=True).build()
    query = (
        "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
        " WHERE schema_name IN ('core', 'mart') AND comment IS NULL"
        " UNION ALL SELECT schema_name || '.' || table_name || '.' || column_name FROM duckdb_columns()"
        " WHERE schema_name IN ('core', 'mart') AND NOT internal AND comment IS NULL"
    )
    assert con.execute(query).fetchall() == []


def test_core_holds_no_column_for_an_identity():
    con = Town().build()
    found = con.execute("SELECT column_name FROM duckdb_columns() WHERE schema_name = 'core'").fetchall()
    names = {row[0] for row in found}
    assert names.isdisjoint({"nik", "name", "birth_date", "address", "register_no", "ppks_no", "labour_no", "lp_no"})


def test_required_feeds_of_present_agencies_are_feeds_they_owe_or_named_as_missing():
    owed = {feed.id for feed in catalogue().feeds()}
    # DP3A keeps no register of working children yet: K5-31 takes either of two feeds and says partial
    # tables of counts come when an office publishes them; nobody owes them by a day
    missing = {"dp3a/child_labour", "dp3a/violence_aggregate"}
    for measure in registry.load_measures():
        assert set(measure.feeds.required) <= owed | missing, measure.id


def test_every_conform_file_fills_a_core_table():
    con = Town().build("K5-29.a")
    found = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'").fetchall()
    tables = {row[0] for row in found}
    filled = {table for table, _ in conform_files()} - {"appearance"}
    assert filled == tables
