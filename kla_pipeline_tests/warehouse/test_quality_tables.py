"""Tables of `quality` that are worked out from others say what their comments promise, and each is declared once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kla_pipeline.warehouse import quality_tables
from kla_pipeline.warehouse.sql import FOLDER, NOT_CONTENT, table_hashes
from kla_pipeline.warehouse.tables import QUALITY
from kla_pipeline.warehouse.tiers import tier_queries
from kla_pipeline_tests.warehouse.quality_rows import AS_OF, delivered, put, rejected, tables

BANDS = "days_0_7, days_8_30, days_31_90, days_over_90"


def test_a_table_of_quality_is_listed_because_it_is_declared() -> None:
    with tables() as db:
        quality_tables.derive(db)
        made = db.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'quality' ORDER BY 1").fetchall()

    assert {"decision", "change", "event", "ageing", "trend", "rule_coverage"} <= set(QUALITY)
    assert [name for (name,) in made] == list(QUALITY)


@pytest.mark.parametrize("tier", ["internal", "audit", "public"])
def test_a_table_that_a_tier_shows_as_built_has_no_second_query(tier: str) -> None:
    files = {path.stem for path in (FOLDER / "tiers" / tier).glob("quality.*.sql")}

    assert not files & {f"quality.{name}" for name in quality_tables.shown_as_built(tier)}
    assert {f"quality.{name}" for name in QUALITY} >= {
        name for name in tier_queries(tier) if name.startswith("quality.") and not name.endswith("_count")
    }


def test_who_decided_and_what_happened_is_for_auditors_only() -> None:
    for name in ("decision", "event", "reason", "rejected_row"):
        assert f"quality.{name}" in tier_queries("audit")
        assert f"quality.{name}" not in tier_queries("internal") | tier_queries("public")


def test_a_waiting_row_stands_in_the_band_of_its_days() -> None:
    expected = {-3: 0, 0: 0, 7: 0, 8: 1, 30: 1, 31: 2, 90: 2, 91: 3, 900: 3}
    with tables() as db:
        for number, days in enumerate(expected, 1):
            rejected(db, delivered(db, "dinsos", number, (0, 1), days), 2, f"ppks.{days}")
        quality_tables.derive(db)
        found = db.execute(f"SELECT rule_id, [{BANDS}], oldest_on FROM quality.ageing WHERE rule_id <> ''").fetchall()

    bands = {rule: (counts, oldest) for rule, counts, oldest in found}
    for days, band in expected.items():
        assert bands[f"ppks.{days}"] == ([int(n == band) for n in range(4)], AS_OF - timedelta(days=days))


def test_a_row_that_breaks_two_rules_counts_once_for_its_agency() -> None:
    with tables() as db:
        delivery = delivered(db, "dinsos", 1, (0, 2), 10)
        rejected(db, delivery, 2, "ppks.nik.type", "ppks.sex.code", state="sent")
        rejected(db, delivery, 3, "ppks.sex.code")
        quality_tables.derive(db)
        found = db.execute("SELECT rule_id, unresolved, sent FROM quality.ageing ORDER BY 1 NULLS FIRST").fetchall()

    assert found == [(None, 2, 1), ("ppks.nik.type", 1, 1), ("ppks.sex.code", 2, 1)]


def test_only_rows_that_wait_have_an_age() -> None:
    with tables() as db:
        delivery = delivered(db, "dinsos", 1, (0, 6), 10)
        for number, state in enumerate(("open", "sent", "expired", "corrected", "released", "confirmed_bad")):
            rejected(db, delivery, number, "ppks.sex.code", state=state)
        quality_tables.derive(db)
        found = db.execute("SELECT unresolved FROM quality.ageing WHERE rule_id IS NULL").fetchall()

    assert found == [(3,)]


def test_a_delivery_is_set_against_the_six_before_it_of_the_same_agency_and_record() -> None:
    with tables() as db:
        for number, rows in enumerate([(0, 100), (8, 2), (9, 1), (9, 1), (9, 1), (9, 1), (10, 0)], 1):
            delivered(db, "dinsos", number, rows, 100 - number)
        delivered(db, "dp3a", 8, (0, 50), 92)
        delivered(db, "dinsos", 9, (6, 4), 1)
        quality_tables.derive(db)
        found = db.execute(
            "SELECT rejected, data_rows, before_deliveries, before_rejected, before_rows, round(difference_points, 4), "
            "rejected_place, rows_place FROM quality.trend WHERE is_latest AND agency = 'dinsos'"
        ).fetchall()

    # the delivery with a hundred rejected rows is the seventh before it, and the other agency's is none
    assert found == [(4, 10, 6, 6, 60, 30.0, "above", "within")]


def test_a_first_delivery_and_a_nil_report_are_compared_with_nothing() -> None:
    with tables() as db:
        delivered(db, "dinsos", 1, (9, 1), 20)
        delivered(db, "dinsos", 2, (0, 0), 10)
        quality_tables.derive(db)
        found = db.execute(
            "SELECT rejected_pct, difference_points, rejected_place, rows_place FROM quality.trend ORDER BY sort_no"
        ).fetchall()

    assert found == [(10.0, None, "first", "first"), (None, None, "first", "below")]


def test_events_are_no_content_of_a_release() -> None:
    with tables() as db:
        before = table_hashes(db)
        put(db, "quality.event", seq=8, kind="release_recorded")
        put(db, "quality.hold", delivery_id="x", agency="dinsos")
        after = table_hashes(db)

    assert "quality.event" in NOT_CONTENT
    assert {name for name in after if after[name] != before[name]} == {"quality.hold"}


def test_declarations_of_tables_carry_no_statement_of_another() -> None:
    for path in (FOLDER / "quality" / "derived").glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        assert f"CREATE TABLE quality.{path.stem} (" in text
        assert f"INSERT INTO quality.{path.stem}\n" in text
