"""Promises of the bundled exports: the committed files are what the generator makes, and hold what tests need."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kla_pipeline_tests.bundle import bad_files
from kla_pipeline_tests.bundle.__main__ import RAW, TRUTH, contents, differences, main
from kla_pipeline_tests.bundle.build import SEED, Bundle, make_bundle
from kla_pipeline_tests.bundle.catalogue import CATALOGUE
from kla_pipeline_tests.bundle.people import KECAMATAN, MARKER, QUIET_KECAMATAN, REGION_PART
from kla_pipeline_tests.bundle.tables import SYNTHETIC, Row, Table
from kla_pipeline_tests.bundle.writers import write_file

Lines = list[dict[str, str]]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return make_bundle()


def truth(name: str) -> Lines:
    with (TRUTH / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def rows_of(bundle: Bundle) -> list[tuple[Table, Row]]:
    return [(t, row) for file in bundle.files for t in file.tables for row in t.rows if not t.is_real]


def test_the_committed_files_are_what_the_generator_makes() -> None:
    assert differences(SEED, "normal") == []


def test_another_seed_gives_other_people_and_the_check_sees_it() -> None:
    assert differences(SEED + 1, "normal") != []


def test_the_output_folder_can_be_chosen(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--messy", "heavy"]) == 0

    assert len(contents(tmp_path / "raw" / "36.73")) == len(contents(RAW))
    assert contents(tmp_path / "raw" / "36.73") != contents(RAW)


def test_clean_exports_break_nothing_but_what_the_missing_month_breaks() -> None:
    clean = make_bundle(level="none")

    rules = Counter(b.rule for _, row in rows_of(clean) for b in row.breaks)

    assert set(rules) == {"victim_service.unknown_victim"}


def test_every_name_carries_the_marker(bundle: Bundle) -> None:
    names = [row.facts["name"] for _, row in rows_of(bundle) if row.facts.get("name")]

    assert len(names) > 600
    assert all(MARKER in name for name in names)
    assert all(MARKER in person.name for person in bundle.people.known)


def test_every_nik_has_the_region_part_that_exists_nowhere() -> None:
    texts = [str(cell) for _, row in rows_of(make_bundle()) for cell in row.cells if cell is not None]

    niks = [text for text in texts if re.search(r"\d{11}", text)]

    assert len(niks) > 400
    assert all(text.strip(" '").startswith(REGION_PART) for text in niks)


def test_every_valid_nik_tells_its_bearers_birth_date_and_sex(bundle: Bundle) -> None:
    for person in bundle.people.known:
        if person.nik:
            day = int(person.nik[6:8])
            assert day == person.birth_date.day + (40 if person.sex == "P" else 0)
            assert person.nik[8:12] == f"{person.birth_date:%m%y}"
    niks = [person.nik for person in bundle.people.known if person.nik]
    assert len(niks) == len(set(niks))


def test_every_synthetic_sheet_says_so_in_its_first_line_and_file_name(bundle: Bundle) -> None:
    for file in bundle.files:
        for table in file.tables:
            if not table.is_real:
                assert table.titles[0] == SYNTHETIC
                assert "sintetis" in file.path


def test_the_floods_and_regions_are_facts_and_untouched(bundle: Bundle) -> None:
    real = {t.record: t for file in bundle.files for t in file.tables if t.is_real}

    assert len(real["disaster_event"].rows) == 38
    assert len(real["region"].rows) == 2 + 6 + 67
    assert all(not row.breaks for table in real.values() for row in table.rows)
    assert {row.cells[7] for row in real["disaster_event"].rows} == {"36.73"}


def test_the_bundle_is_as_large_as_the_tests_of_measures_need() -> None:
    counts: Counter[str] = Counter()
    for line in truth("files"):
        counts[line["record"]] += int(line["rows_data"])
    assert counts.total() >= 600
    for year in ("2024", "2025"):
        victims = [v for v in truth("victims") if v["row_ok"] == "yes" and v["report_date"][:4] == year]
        assert len(victims) >= 50
        assert sum(v["is_child"] == "yes" for v in victims) >= 40
        assert sum(j["lp_date"][:4] == year for j in truth("juvenile")) >= 50


def test_at_most_one_row_in_fifteen_is_rejected_or_flagged() -> None:
    rows = sum(int(line["rows_data"]) for line in truth("files"))
    bad = {(d["file"], d["sheet"], d["row"]) for d in truth("defects") if d["expected"] != "repaired"}

    assert len(bad) / rows < 1 / 15


def test_every_kind_of_defect_befalls_the_bundle() -> None:
    found = {(d["rule_id"], d["expected"]) for d in truth("defects")}

    assert {(defect.rule, defect.expected) for defect in CATALOGUE} <= found
    for kind in ("duplicate_of_row", "conflicting_key", "possible_duplicate", "unknown_victim", "unknown_ppks"):
        assert any(rule.endswith(f".{kind}") for rule, _ in found)


def test_a_defect_is_listed_on_the_row_a_person_sees(tmp_path: Path, bundle: Bundle) -> None:
    """Counted again from the file itself, not from the table it was made of."""
    file = next(f for f in bundle.files if f.path == "dinsos/ppks_sintetis_20251231.csv")
    path = write_file(file, tmp_path)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        records = list(csv.reader(handle))
    found = [d for d in truth("defects") if d["file"] == file.path and d["rule_id"] == "ppks.possible_duplicate"]

    (number,) = (int(d["row"]) for d in found)

    assert records[number - 1][0].strip() == f"{records[number - 2][0].strip()}X"


def test_one_month_of_the_violence_register_is_missing_and_one_is_a_nil_report() -> None:
    months = {line["file"]: line["rows_data"] for line in truth("files") if line["record"] == "violence_victim"}

    assert len(months) == 23
    assert "dp3a/dp3a_sintetis_2024_08.xlsx" not in months
    assert [file for file, rows in months.items() if rows == "0"] == ["dp3a/dp3a_sintetis_2025_06.xlsx"]


def test_one_quarter_of_the_juvenile_register_is_a_reported_zero() -> None:
    nil = [
        line["file"][-11:-4]
        for line in truth("files")
        if line["record"] == "juvenile_case" and line["rows_data"] == "0"
    ]

    assert nil == ["2025_04", "2025_05", "2025_06"]


def test_twelve_children_are_known_to_two_agencies_by_one_nik() -> None:
    def linked(name: str) -> set[str]:
        return {v["linked_child"] for v in truth(name) if v["row_ok"] == "yes" and v["link_basis"] == "nik"}

    assert len(linked("victims") & linked("ppks")) >= 12
    assert len(linked("labour") & linked("ppks")) >= 3
    assert len(linked("victims") & linked("juvenile")) >= 3


def test_a_few_records_are_withdrawn_by_the_second_snapshot() -> None:
    records = [p for p in truth("ppks") if p["first_roster_month"] == "2024-12-01"]

    share = sum(p["row_state"] == "withdrawn" for p in records) / len(records)

    assert 0.02 < share < 0.06
    assert any(p["row_state"] == "held" for p in records)


def test_outcomes_of_closed_juvenile_cases_are_mostly_known() -> None:
    for year in ("2024", "2025"):
        closed = [j for j in truth("juvenile") if j["role"] == "offender" and j["effective_closed_date"][:4] == year]

        assert sum(j["outcome_known"] == "yes" for j in closed) / len(closed) >= 0.8
        assert 0 < sum(j["is_restorative"] == "yes" for j in closed) < len(closed)


@pytest.mark.parametrize(("year", "exists"), [(2024, "no"), (2025, "insufficient")])
def test_the_mechanism_exists_in_no_year_but_for_different_reasons(year: int, exists: str) -> None:
    last_day = date(year, 12, 31)
    lines = [m for m in truth("mechanism") if m["reference_year"] == str(year) and m["row_ok"] == "yes"]
    by_item = {m["item_id"]: m for m in lines}
    judged = {"yes": "good", "unchecked": "open"}
    answers = set()
    for item in (m for m in truth("mechanism") if m["reference_year"] == str(year) and m["is_mandatory"] == "yes"):
        line = by_item.get(item["item_id"])
        verdict = judged.get(line["verdict"], "bad") if line else "open"
        if (
            line
            and verdict == "good"
            and (not line["valid_until"] or date.fromisoformat(line["valid_until"]) < last_day)
        ):
            verdict = "bad"
        answers.add(verdict)
    applicable = 20 - sum(m["verdict"] == "not_applicable" for m in lines)
    checked = sum(m["verdict"] in ("yes", "partial", "no") for m in lines)

    assert ("no" if "bad" in answers else "insufficient" if "open" in answers else "yes") == exists
    assert checked / applicable >= 0.8


def test_one_kecamatan_has_no_child_in_the_first_quarter_of_2024() -> None:
    early = [n for n in truth("needs") if n["period_date"] < "2024-04-01" and n["agency"] in ("dp3a", "dinsos")]
    areas = {n["area_code"] for n in early}

    assert QUIET_KECAMATAN not in areas
    assert len(areas & set(KECAMATAN)) >= 3


@pytest.mark.parametrize("kind", bad_files.ALL)
def test_files_to_be_refused_can_be_written_and_stay_out_of_the_bundle(kind: str, tmp_path: Path) -> None:
    path = bad_files.ALL[kind](tmp_path)

    assert path.is_file()
    assert path.name not in {p.name for p in RAW.rglob("*")}


def test_the_encrypted_workbook_is_a_compound_file_with_the_stream_office_writes(tmp_path: Path) -> None:
    data = bad_files.encrypted_workbook(tmp_path).read_bytes()

    assert data[:8] == bytes.fromhex("d0cf11e0a1b11ae1")
    assert "EncryptedPackage".encode("utf-16-le") in data
    assert len(data) % 512 == 0
