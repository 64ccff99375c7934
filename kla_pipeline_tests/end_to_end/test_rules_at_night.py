"""Rules at night: `kla check` says the same, all that were meant to run ran, examples of history rules are true.

A few generated files here; `make check-parity` takes 500 (KLA_PARITY_FILES).
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from kla_pipeline.cli.check import check_command
from kla_pipeline.nightly import build, load
from kla_pipeline.quality.rule_texts import Row, RuleText
from kla_pipeline.quality.rules import describe
from kla_pipeline_tests.quality.tables import RECORDS, contract_of
from kla_pipeline_tests.sources.plain_exports import generated, table_of, write_layout, write_layouts, xlsx_bytes
from kla_pipeline_tests.support import ROOT, City, city_in

FILES = int(os.environ.get("KLA_PARITY_FILES", "0"))
# of every 25 files the last one is bad: of each of three kinds one
FEW = [*range(17), 24, 49, 74]
CHECK = ROOT / "kla_pipeline" / "warehouse" / "checks" / "rules_all_ran.sql"
COVERAGE = ROOT / "kla_pipeline" / "warehouse" / "quality" / "derived" / "rule_coverage.sql"
NUMBERS = list(range(FILES)) if FILES else FEW


@dataclass(slots=True)
class Said:
    """What a judgement says of one file: verdict, reason, per table its rules with the rows that break them."""

    verdict: str
    reason: str | None
    tables: list[dict]


HISTORY = [text for record in RECORDS for text in describe(contract_of(record)) if text.scope == "history"]


def agency_for(text: RuleText, kind: str) -> str:
    """An agency of its own for each example: what one agency delivers touches no key of another."""
    return f"{kind}_{text.name}"


def write_example(city: City, sources: Path, text: RuleText, kind: str) -> None:
    """The deliveries of a history rule's example: a file per record and delivery, a sheet per table."""
    record, agency = text.id.split(".")[0], agency_for(text, kind)
    folder = sources / agency
    folder.mkdir(parents=True)
    (folder / "agency.yaml").write_text("name: {id: Contoh, en: Example}\n")
    files: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in text.bad if kind == "bad" else text.good:
        of = row.get("_record", record)
        sheets = files.setdefault((of, row.get("_delivery", "1")), {})
        sheets.setdefault(row.get("_table", "1"), []).append({**contract_of(of).sheet.row, **row})
    for (of, number), sheets in files.items():
        write_layout(folder, of)
        city.write(agency, f"{of}_{number}.xlsx", xlsx_bytes(*(table_of(of, rows) for rows in sheets.values())))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city that built its warehouse from the generated files."""
    folder = tmp_path_factory.mktemp("parity")
    sources = str(write_layouts(folder / "sumber"))
    made = city_in(folder / "data", sources=sources)
    for text in HISTORY:
        for kind in ("bad", "good"):
            write_example(made, folder / "sumber", text, kind)
    for number in NUMBERS:
        made.write(*generated(number))
    load.receive(made.settings, made.jurisdiction)
    load.stage(made.settings, made.jurisdiction)
    build.build(made.settings, made.jurisdiction)
    # a file that is checked counts as received on the as-of date, one of a night on the day it came
    ((received,),) = made.rows("SELECT DISTINCT received_on FROM quality.delivery")
    return city_in(folder / "data", as_of=received.isoformat(), sources=sources)


def broken_rows(folder: Path) -> list[tuple[int, str]]:
    """(row, rule): why rows are rejected, and what accepted ones are flagged with."""
    pairs = []
    for part, column in (("rejected", "_reasons"), ("accepted", "_flags")):
        table = pq.read_table(folder / f"{part}.parquet", columns=["_row", column])
        for row, rules in zip(table["_row"].to_pylist(), table[column].to_pylist(), strict=True):
            pairs += [(row, rule) for rule in rules or ()]
    return sorted(pairs)


def check_says(city: City, number: int, out: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    agency, name, _ = generated(number)
    check_command(city.settings, city.paths.raw / agency / name, agency, as_json=True, out=out, strict=False)
    facts = json.loads(capsys.readouterr().out)
    tables = [
        {
            "rows": (item["rows"]["read"], item["rows"]["accepted"], item["rows"]["rejected"]),
            "rules": item["rules"],
            "broken": broken_rows(out),
            "not_run": sorted(item["not_run"]),
        }
        for item in facts["tables"]
    ]
    return Said(facts["verdict"], facts["reason"] and facts["reason"]["code"], tables)


def night_says(city: City, number: int) -> Said:
    _, name, _ = generated(number)
    ((delivery_id, verdict, reason, *rows),) = city.rows(
        "SELECT delivery_id, verdict, reason_code, rows_read, rows_accepted, rows_rejected FROM quality.delivery "
        "WHERE file_name = ?",
        [name],
    )
    failed = city.rows(
        "SELECT rule_id, rows_failed FROM quality.rule_coverage "
        "WHERE delivery_id = ? AND scope IN ('row', 'delivery') AND rows_failed > 0",
        [delivery_id],
    )
    history = city.rows(
        "SELECT DISTINCT rule_id FROM quality.rule_coverage WHERE delivery_id = ? AND scope = 'history' ORDER BY ALL",
        [delivery_id],
    )
    if verdict == "refused":
        return Said(verdict, reason, [])
    broken = city.rows(
        "SELECT row_id, rule_id FROM quality.reason WHERE delivery_id = ? AND stage = 'staging' "
        "UNION ALL SELECT f.row_id, f.rule_id FROM quality.flag AS f "
        "INNER JOIN quality.rule AS r USING (rule_id) WHERE f.delivery_id = ? AND r.scope <> 'history'",
        [delivery_id, delivery_id],
    )
    rows_broken = sorted((int(row_id.split("/")[2]), rule) for row_id, rule in broken)
    table = {"rows": tuple(rows), "rules": dict(failed), "broken": rows_broken, "not_run": [r for (r,) in history]}
    return Said(verdict, reason, [table])


def test_check_and_night_say_the_same_of_every_file(
    city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    different = []
    for number in NUMBERS:
        checked, loaded = check_says(city, number, tmp_path / str(number), capsys), night_says(city, number)
        if checked != loaded:
            different.append(number)

    assert not different


def test_the_files_are_of_all_kinds(city: City) -> None:
    verdicts = dict(city.rows("SELECT coalesce(reason_code, verdict), count(*) FROM quality.delivery GROUP BY ALL"))

    assert {"empty_file", "unknown_layout", "missing_required_column", "partly"} <= set(verdicts)


def test_check_names_the_history_rules_that_it_did_not_run(city: City, tmp_path: Path, capsys) -> None:
    record_no = RECORDS.index("ppks_service")

    (table,) = check_says(city, record_no, tmp_path, capsys).tables

    assert table["not_run"] == ["ppks_service.unknown_ppks"]


def test_every_rule_was_meant_to_run_and_ran(city: City) -> None:
    assert city.rows("SELECT count(*) FROM quality.rule_coverage WHERE is_intended <> is_executed") == [(0,)]


@pytest.mark.skipif(FILES < 500, reason="needs many files: make check-parity")
def test_the_files_break_every_rule_of_scope_row_and_delivery(city: City) -> None:
    broken = {rule for (rule,) in city.rows("SELECT rule_id FROM quality.rule_coverage WHERE rows_failed > 0")}
    declared = {t.id for record in RECORDS for t in describe(contract_of(record)) if t.scope in ("row", "delivery")}

    assert declared - broken == set()


@pytest.mark.parametrize("text", HISTORY, ids=lambda text: text.id)
@pytest.mark.parametrize("kind", ["bad", "good"])
def test_the_bad_example_of_a_history_rule_breaks_it_and_the_good_one_does_not(
    city: City, text: RuleText, kind: str
) -> None:
    agency = agency_for(text, kind)
    broken = city.rows(
        "SELECT rule_id FROM quality.reason WHERE agency = ? UNION SELECT rule_id FROM quality.flag WHERE agency = ?",
        [agency, agency],
    )
    judged = city.rows(
        "SELECT sum(rows_judged) > 0 FROM quality.rule_coverage WHERE agency = ? AND rule_id = ?", [agency, text.id]
    )

    assert broken == ([(text.id,)] if kind == "bad" else [])
    assert judged == [(True,)]


def failures(warehouse: Path) -> int:
    """Failures of the check that all rules ran, after the coverage table was worked out again."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("DROP TABLE quality.rule_coverage")
        connection.execute(COVERAGE.read_text(encoding="utf-8"))
        return len(connection.execute(CHECK.read_text(encoding="utf-8")).fetchall())


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("SELECT 1", False),
        ("DELETE FROM quality.rule_run WHERE rule_id = 'ppks.future_date'", True),
        ("DELETE FROM quality.rule_run WHERE rule_id = 'ppks_service.unknown_ppks'", True),
        ("UPDATE quality.rule_run SET rows_judged = rows_judged - 1 WHERE rule_id = 'ppks.name.required'", True),
        ("INSERT INTO quality.rule_run SELECT delivery_id, agency, table_no, record, 'ppks.unheard_of', 1, 0 "
         "FROM quality.delivery_table WHERE record = 'ppks'", True),
        ("UPDATE quality.delivery SET reason_code = 'no_such_reason' WHERE verdict = 'refused'", True),
    ],
)  # fmt: skip
def test_a_rule_that_did_not_run_over_a_table_stops_the_release(
    city: City, tmp_path: Path, statement: str, seen: bool
) -> None:
    warehouse = tmp_path / "w.duckdb"
    shutil.copyfile(city.paths.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(statement)

    assert bool(failures(warehouse)) is seen


def test_a_refused_file_names_the_rule_that_refused_it(city: City) -> None:
    rows = city.rows(
        "SELECT DISTINCT c.rule_id, r.severity FROM quality.rule_coverage AS c "
        "INNER JOIN quality.rule AS r USING (rule_id) WHERE c.scope = 'file' ORDER BY ALL"
    )

    assert rows == [(f"file.{name}", "refuse") for name in ("empty_file", "missing_required_column", "unknown_layout")]
