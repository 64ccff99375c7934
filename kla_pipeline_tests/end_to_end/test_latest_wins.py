"""Which of several deliveries of one register is in force, and what becomes of the rows of the others.

One small city for all promises here: each register plays one scene. Everything is received at once, in the order of the
file names, so that only what the files say can decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kla_pipeline.nightly import build as build_step
from kla_pipeline.nightly import load
from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.tables import SYNTHETIC
from kla_pipeline_tests.faults.exports import (
    NOBODY,
    case,
    cases,
    counted,
    events,
    flood,
    labour,
    person,
    population,
    post,
    roster,
    service,
    services,
    staff,
    worker,
    xlsx_bytes,
)
from kla_pipeline_tests.support import CITY, City, city_in


def drop_scenes(city: City) -> None:
    # the roster loses P9 and P10 of ten, exactly a fifth; P3 comes back with a category nobody knows
    people = [person(n) for n in range(1, 11)]
    city.write("dinsos", "ppks_1.csv", roster(*people, position="30-06-2025"))
    newer = [person(n, status="Selesai", closed_date="01/08/2025") for n in (1, 2)] + people[3:8]
    broken = person(3, category="Kategori Rekaan")
    city.write("dinsos", "ppks_2.csv", roster(*newer, broken, position="31-12-2025"))
    # the labour register would lose two of nine: over a fifth
    workers = [worker(n) for n in range(1, 10)]
    city.write("dinsos", "pekerja_1.xlsx", labour(*workers, position="30-06-2025"))
    city.write("dinsos", "pekerja_2.xlsx", labour(worker(1, sex="P"), *workers[1:7], position="31-12-2025"))
    # services: the second snapshot is nearly empty, the third is whole again and has one more
    given = [service(1, when=f"{day:02}/04/2025") for day in range(1, 6)]
    city.write("dinsos", "layanan_1.csv", services(*given, position="30-06-2025"))
    city.write("dinsos", "layanan_2.csv", services(given[0], position="30-09-2025"))
    city.write("dinsos", "layanan_3.csv", services(*given, service(2), position="31-12-2025"))
    # posts: two of six never were accepted, and the next snapshot drops just those
    posts = [post(n) for n in range(1, 5)]
    bad = [post(n, role="Jabatan Rekaan") for n in (5, 6)]
    city.write("dp3a", "petugas_1.xlsx", staff(2025, *posts, *bad, exported="10-01-2026"))
    city.write("dp3a", "petugas_2.xlsx", staff(2025, *posts, exported="20-01-2026"))
    # the police correct C1 a month later; C2 is spoken of once; the May file is exported anew after June's
    city.write("polres", "abh_a.csv", cases("06/2025", case(1, outcome="Pidana"), exported="02-07-2025"))
    city.write("polres", "abh_b.csv", cases("05/2025", case(1), case(2), exported="02-06-2025"))
    # population by age: a second file speaks for the age of 0 only
    city.write("reference", "penduduk_1.csv", population(*(counted(age) for age in range(3))))
    city.write("reference", "penduduk_2.csv", population(counted(0, 1234)))
    # the event list of July is received before the one of June
    city.write("bpbd", "a_20250701.csv", events(flood(1, **{"Meninggal": 2}), *map(flood, range(2, 6))))
    city.write("bpbd", "b_20250601.csv", events(*map(flood, range(1, 7))))
    # a workbook with a sheet per month, the later one first: V1 was open in March and closed in April; V2 came in March
    april = [victim(1, case_status="Selesai", closed_date="02/04/2025"), victim(3, 4)]
    city.write("dp3a", "register.xlsx", months({4: april, 3: [victim(1), victim(2)]}))
    # one with two sheets of one year: a vehicle said twice alike, a counselling room said twice and not alike
    city.write("polres", "sarana_1.xlsx", facility("10-01-2026", [item("RUANG_KONSELING"), item("KENDARAAN")]))
    sheets = [
        [item("RUANG_KONSELING", "Ya"), item("KENDARAAN")],
        [item("RUANG_KONSELING", "Tidak"), item("KENDARAAN")],
    ]
    city.write("polres", "sarana_2.xlsx", facility("20-01-2026", *sheets))


def victim(number: int, month: int = 3, **cells: object) -> dict[str, object]:
    """A victim reported in a month of 2025, case open."""
    return {
        "register_no": f"V{number}", "victim_no": 1, "no_nik_reason": "belum punya", "name": NOBODY,
        "report_date": f"01/{month:02}/2025", "violence_forms": "Fisik", "case_status": "Terbuka",
    } | cells  # fmt: skip


def months(sheets: dict[int, list[dict[str, object]]]) -> bytes:
    names = {3: "Maret", 4: "April"}
    return xlsx_bytes(
        *(
            (names[n], layouts.VICTIMS_2024, rows, (SYNTHETIC, f"Periode: {names[n]} 2025"))
            for n, rows in sheets.items()
        )
    )


def item(code: str, working: str = "") -> dict[str, object]:
    """A required item that is there."""
    return {
        "reference_year": 2025,
        "unit": "Unit PPA",
        "item": code,
        "is_required": "Ya",
        "is_present": "Ya",
        "is_working": working,
    }


def facility(exported: str, *sheets: Sequence[dict[str, object]]) -> bytes:
    titles = (SYNTHETIC, f"Tanggal ekspor: {exported}")
    return xlsx_bytes(*((f"Lembar {n}", layouts.FACILITY, rows, titles) for n, rows in enumerate(sheets, 1)))


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city after all scenes."""
    folder: Path = tmp_path_factory.mktemp("latest")
    city = city_in(folder / "data")
    drop_scenes(city)
    load.receive(city.settings, CITY)
    load.stage(city.settings, CITY)
    build_step.build(city.settings, CITY)
    return city


def states(city: City, record: str, name: str) -> dict[str, list[tuple[object, ...]]]:
    """Key → (state, day delivered) of each accepted version, older deliveries first."""
    rows = city.rows(
        f"SELECT r.{name}, r._state, CAST(d.delivered_on AS VARCHAR) FROM staged.{record} AS r "
        "INNER JOIN quality.delivery AS d USING (delivery_id) ORDER BY d.sort_no, r._sheet, r._row"
    )
    found: dict[str, list[tuple[object, ...]]] = {}
    for key, *rest in rows:
        found.setdefault(str(key), []).append(tuple(rest))
    return found


def test_an_increment_replaces_the_keys_it_carries_and_leaves_all_others(scenes: City) -> None:
    found = states(scenes, "juvenile_case", "register_no")
    assert found["C1"] == [("superseded", "2025-06-02"), ("current", "2025-07-02")]
    assert found["C2"] == [("current", "2025-06-02")]


def test_a_snapshot_withdraws_the_keys_it_no_longer_has(scenes: City) -> None:
    found = states(scenes, "ppks", "ppks_no")
    assert found["P9"] == found["P10"] == [("withdrawn", "2025-06-30")]
    assert found["P1"] == found["P8"] == [("superseded", "2025-06-30"), ("current", "2025-12-31")]


def test_a_key_that_is_present_but_rejected_keeps_its_last_accepted_version_and_says_so(scenes: City) -> None:
    assert states(scenes, "ppks", "ppks_no")["P3"] == [("current", "2025-06-30")]
    flagged = scenes.rows("SELECT ppks_no FROM staged.ppks WHERE _held_by_reject")
    assert flagged == [("P3",)]
    reasons = scenes.rows("SELECT rule_id FROM quality.reason WHERE record = 'ppks'")
    assert reasons == [("ppks.category.code",)]


def test_a_snapshot_that_withdraws_exactly_a_fifth_is_not_held(scenes: City) -> None:
    assert scenes.rows("SELECT * FROM quality.hold WHERE record = 'ppks'") == []


def test_a_snapshot_that_withdraws_more_than_a_fifth_is_held_and_the_old_rows_stay_in_force(scenes: City) -> None:
    held = scenes.rows(
        "SELECT reason_code, keys_before, keys_withdrawn FROM quality.hold WHERE record = 'child_labour'"
    )
    assert held == [("withdraws_over_20_pct", 9, 2)]
    found = states(scenes, "child_labour", "labour_no")
    assert found["L1"] == [("current", "2025-06-30"), ("held", "2025-12-31")]
    assert found["L9"] == [("current", "2025-06-30")]
    counts = scenes.rows("SELECT _state, count(*) FROM staged.child_labour GROUP BY ALL ORDER BY ALL")
    assert counts == [("current", 9), ("held", 7)]
    assert scenes.rows("SELECT count(*) FROM core.child_labour WHERE sex = 'P'") == [(0,)]


def test_a_snapshot_after_a_held_one_is_measured_against_what_is_in_force(scenes: City) -> None:
    held = scenes.rows(
        "SELECT CAST(d.delivered_on AS VARCHAR), h.keys_before, h.keys_withdrawn FROM quality.hold AS h "
        "INNER JOIN quality.delivery AS d USING (delivery_id) WHERE h.record = 'ppks_service'"
    )
    assert held == [("2025-09-30", 5, 4)]
    found = states(scenes, "ppks_service", "service_date")
    assert found["2025-04-01"] == [("superseded", "2025-06-30"), ("held", "2025-09-30"), ("current", "2025-12-31")]
    assert found["2025-04-02"] == [("superseded", "2025-06-30"), ("current", "2025-12-31")]


def test_rows_that_never_were_accepted_do_not_count_as_withdrawn(scenes: City) -> None:
    assert scenes.rows("SELECT * FROM quality.hold WHERE record = 'staff'") == []
    assert states(scenes, "staff", "staff_no")["S1"] == [("superseded", "2026-01-10"), ("current", "2026-01-20")]


def test_a_snapshot_of_a_part_says_nothing_about_the_rest(scenes: City) -> None:
    rows = scenes.rows("SELECT age_from, population, _state FROM staged.population ORDER BY age_from, population")
    assert sorted(rows) == [(0, 1000, "superseded"), (0, 1234, "current"), (1, 1000, "current"), (2, 1000, "current")]


def test_of_a_file_with_a_sheet_per_month_the_later_month_wins(scenes: City) -> None:
    rows = scenes.rows("SELECT register_no, case_status, _state, _sheet FROM staged.violence_victim ORDER BY ALL")
    assert rows == [
        ("V1", "closed", "current", 1),
        ("V1", "open", "superseded", 2),
        ("V2", "open", "current", 2),
        ("V3", "open", "current", 1),
    ]


def test_a_key_on_two_sheets_of_one_period_is_judged_like_one_that_stands_twice_on_one_sheet(scenes: City) -> None:
    found = states(scenes, "facility_item", "item")
    assert found["KENDARAAN"] == [("superseded", "2026-01-10"), ("current", "2026-01-20")]
    assert found["RUANG_KONSELING"] == [("current", "2026-01-10")]
    held = scenes.rows("SELECT item, is_working FROM staged.facility_item WHERE _held_by_reject")
    assert held == [("RUANG_KONSELING", None)]
    reasons = scenes.rows(
        "SELECT q.rule_id, r.sheet FROM quality.reason AS q "
        "INNER JOIN quality.rejected_row AS r USING (row_id) WHERE q.record = 'facility_item' ORDER BY ALL"
    )
    assert reasons == [
        ("facility_item.conflicting_key", 1),
        ("facility_item.conflicting_key", 2),
        ("facility_item.duplicate_of_row", 2),
    ]


def test_the_day_of_export_decides_and_not_the_order_of_receipt(scenes: City) -> None:
    received = scenes.rows(
        "SELECT CAST(export_date AS VARCHAR) FROM quality.delivery WHERE agency = 'bpbd' ORDER BY sort_no"
    )
    assert received == [("2025-06-01",), ("2025-07-01",)]
    assert scenes.rows("SELECT deaths FROM staged.disaster_event_current WHERE event_id = 'E1'") == [(2,)]
    assert states(scenes, "disaster_event", "event_id")["E6"] == [("withdrawn", "2025-06-01")]


def test_every_accepted_row_is_in_exactly_one_state(scenes: City) -> None:
    rows = scenes.rows(
        "SELECT accepted, current_rows, superseded, withdrawn, rejected_at_build, held FROM quality.reconciliation "
        "WHERE stage = 'build'"
    )
    assert len(rows) == 9, "one row per agency and register"
    assert all(accepted == sum(rest) for accepted, *rest in rows)
    assert sum(row[0] for row in rows) == scenes.rows("SELECT sum(rows_accepted) FROM quality.delivery")[0][0]
