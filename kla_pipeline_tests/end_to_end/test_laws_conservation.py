"""No row disappears: what stands in the raw files is found again, and a lost row stops the night."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from kla_pipeline.nightly import build as build_step
from kla_pipeline.nightly import load
from kla_pipeline.warehouse.checks import ChecksFailed
from kla_pipeline_tests.faults.exports import person, roster, service, services
from kla_pipeline_tests.support import BUNDLE, CITY, City, city_in


def rows_of(path: Path) -> list[int]:
    """Lines of each sheet of an export, counted without the pipeline."""
    if path.suffix == ".xlsx":
        book = load_workbook(path, read_only=False)
        return [sheet.max_row for sheet in book.worksheets]
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = path.read_text(encoding=encoding)
        except UnicodeDecodeError:
            continue
        return [sum(1 for _ in csv.reader(text.splitlines()))]
    raise AssertionError(f"{path.name} has an encoding that this test does not know")


def staged_rows(folder: Path) -> Counter[str]:
    """Rows in the Parquet files of a staged delivery, and of its sheets without a table (manifest only)."""
    counts: Counter[str] = Counter()
    for name in ("accepted", "rejected", "set_aside"):
        counts[name] = sum(pq.read_metadata(file).num_rows for file in folder.glob(f"*/{name}.parquet"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    counts["other_sheets"] = sum(sheet["rows"] for sheet in manifest["other_sheets"])
    return counts


def test_every_row_of_every_raw_file_is_accepted_rejected_or_set_aside(bundle: City) -> None:
    deliveries = bundle.rows("SELECT agency, file_name, delivery_id FROM quality.delivery ORDER BY ALL")
    assert len(deliveries) == sum(1 for path in BUNDLE.rglob("*") if path.is_file())
    for agency, name, delivery_id in deliveries:
        found = staged_rows(bundle.paths.staged_delivery(agency, delivery_id))
        assert sum(found.values()) == sum(rows_of(BUNDLE / agency / name)), (agency, delivery_id)


def test_every_accepted_row_of_the_files_is_in_one_state_of_the_warehouse(bundle: City) -> None:
    accepted: Counter[tuple[str, str]] = Counter()
    for file in bundle.paths.staged.glob("agency=*/delivery=*/*/accepted.parquet"):
        agency, record = file.parts[-4].removeprefix("agency="), file.parts[-2].split("-", 1)[1]
        accepted[agency, record] += pq.read_metadata(file).num_rows
    assert sum(accepted.values()) > 1000, "the bundle is loaded"
    for (agency, record), rows in accepted.items():
        states = dict(
            bundle.rows(f"SELECT _state, count(*) FROM staged.{record} WHERE agency = ? GROUP BY ALL", [agency])
        )
        assert set(states) <= {"current", "superseded", "withdrawn", "rejected_at_build", "held"}
        assert sum(states.values()) == rows, (agency, record)


def test_both_equations_are_rows_of_the_reconciliation_and_hold(bundle: City) -> None:
    stages = dict(bundle.rows("SELECT stage, count(*) FROM quality.reconciliation WHERE difference = 0 GROUP BY ALL"))
    assert stages["staging"] > 60
    accepted = bundle.paths.staged.glob("agency=*/delivery=*/*/accepted.parquet")
    registers = {(f.parts[-4], f.parts[-2].split("-", 1)[1]) for f in accepted if pq.read_metadata(f).num_rows}
    assert stages["build"] == len(registers) > 10, "one per agency and register"
    assert bundle.rows("SELECT * FROM quality.reconciliation WHERE difference <> 0") == []


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A released roster of nine people of whom one is rejected, with one service; then a tenth person is staged."""
    city = city_in(tmp_path_factory.mktemp("conservation") / "data")
    people = [person(n) for n in range(1, 9)]
    city.write("dinsos", "ppks_1.csv", roster(*people, person(9, category="Rekaan"), position="30-06-2025"))
    city.write("dinsos", "layanan_1.csv", services(service(1)))
    city.night()
    city.write("dinsos", "ppks_2.csv", roster(*people, person(9), position="31-12-2025"))
    load.receive(city.settings, CITY)
    load.stage(city.settings, CITY)
    return city


@pytest.mark.parametrize(
    ("table", "file", "check"),
    [
        ("ppks", "accepted", "conservation_build"),
        ("ppks_service", "accepted", "conservation_build"),  # the only row there is
        ("ppks", "rejected", "conservation_quarantine"),
        ("ppks", "set_aside", "conservation_set_aside"),
    ],
)
def test_a_row_lost_from_a_staged_file_stops_the_build(loaded: City, table: str, file: str, check: str) -> None:
    path = max(
        loaded.paths.staged.glob(f"agency=dinsos/*/*-{table}/{file}.parquet"),
        key=lambda p: pq.read_metadata(p).num_rows,
    )
    whole, before = path.read_bytes(), state_of(loaded)
    pq.write_table(pq.read_table(path).slice(1), path)
    try:
        with pytest.raises(ChecksFailed, match=rf"{check} \(1\)"):
            build_step.build(loaded.settings, CITY)
    finally:
        path.write_bytes(whole)
    assert state_of(loaded) == before, "warehouse, releases and ledger are as they were"
    failed = loaded.paths.warehouse.with_name(loaded.paths.warehouse.name + ".failed")
    assert failed.is_file(), "the failed build is kept for a look"


def test_after_the_row_is_back_the_next_night_publishes(loaded: City) -> None:
    night = loaded.night()
    assert night.published.outcome == "published"
    assert loaded.rows("SELECT count(*) FROM staged.ppks_current") == [(9,)]


def state_of(city: City) -> dict[str, object]:
    """What readers and the next night rely on."""
    from kla_pipeline.ledger import open_ledger

    with open_ledger(city.settings) as ledger:
        counts = ledger.counts()
    listing = {str(p.relative_to(city.paths.published)): p.lstat().st_mtime_ns for p in city.paths.published.rglob("*")}
    return {
        "counts": counts,
        "current": city.paths.current.readlink(),
        "published": listing,
        "warehouse": city.paths.warehouse.read_bytes(),
    }
