"""The pages fit the tables that the warehouse and the registry of measures really declare, not only invented ones."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

from kla_pipeline.measures import registry
from kla_pipeline.reports.engine import render_public, render_release
from kla_pipeline.reports.measure_view import DECLARATION
from kla_pipeline.warehouse import quality_tables
from kla_pipeline.warehouse.sql import FOLDER, run_file
from kla_pipeline_tests.reports.html_tree import edition, parse

MARTS = Path(registry.__file__).parent / "sql" / "mart.sql"
RELEASE = {"jurisdiction": "36.73", "jurisdiction_name": "Kota Serang", "as_of_date": "2026-06-30"}


def warehouse(path: Path) -> Path:
    """A file with every declared table, empty but for release, run and registry, and one cell per measure."""
    measures = registry.load_measures()
    with duckdb.connect(str(path)) as db:
        db.execute(
            "CREATE SCHEMA IF NOT EXISTS meta; CREATE SCHEMA IF NOT EXISTS mart; CREATE SCHEMA IF NOT EXISTS quality"
        )
        run_file(db, FOLDER / "meta" / "release.sql")
        quality_tables.declare(db)
        quality_tables.derive(db)
        run_file(db, MARTS)
        names = [r[0] for r in db.execute("SELECT column_name FROM (DESCRIBE meta.release)").fetchall()]
        values = [RELEASE.get(name, name != "is_synthetic" and name) for name in names]
        db.execute(f"INSERT INTO meta.release VALUES ({', '.join('?' * len(names))})", values)
        db.execute("INSERT INTO meta.run (release_id) VALUES ('20260630-0001-abcdefab')")
        registry.write(db, measures)
        db.execute(
            """
            INSERT INTO mart.measure BY NAME
            SELECT measure_id, measure_version, 'district' AS area_level, '36.73' AS area_code,
                period_types[1] AS period_type,
                CASE period_types[1] WHEN 'year' THEN '2025' WHEN 'quarter' THEN '2025-Q4' ELSE '2025-12' END AS period,
                '' AS breakdown, '' AS breakdown_value, 3 AS numerator, 4 AS denominator, 1 AS value, unit,
                'value' AS status, 1 AS coverage, 'complete' AS coverage_note, FALSE AS is_provisional
            FROM meta.measure
            """
        )
    return path


def test_every_declared_measure_has_its_place_on_the_page(tmp_path: Path) -> None:
    file = warehouse(tmp_path / "internal.duckdb")
    audit = warehouse(tmp_path / "audit.duckdb")
    page = parse(render_release(file, audit, tmp_path / "site").read_text(encoding="utf-8"))
    for lang in ("id", "en"):
        shown = {node.text for node in edition(page, lang).having("class", "id")}
        assert {measure.id for measure in registry.load_measures()} <= shown


def test_the_public_page_fits_the_declared_tables(tmp_path: Path) -> None:
    file = warehouse(tmp_path / "published.duckdb")
    page = parse(render_public(file, tmp_path / "site", edition_id="2025-0001").read_text(encoding="utf-8"))
    assert "2025-0001" in page.all("header")[0].text


def test_headlines_of_the_start_page_begin_with_a_declared_measure() -> None:
    declared = {measure.id for measure in registry.load_measures()}
    for item in yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))["indicators"]:
        assert item["headline"][0] in declared
        assert item["chart"] in declared
