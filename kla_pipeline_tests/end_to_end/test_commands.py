"""The commands as people and scripts meet them: words, JSON keys, exit codes, and the real event list of the nation."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kla_pipeline_tests.faults.cities import Spoken, copy_city, kla, python
from kla_pipeline_tests.faults.exports import labour, person, roster, worker
from kla_pipeline_tests.support import SHARED, City, city_in

DIBI = SHARED / "data" / "disaster" / "dibi_raw_20260609_131743.csv"


@pytest.fixture(scope="module")
def city(bundle: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """A copy of the loaded bundle."""
    return copy_city(bundle, tmp_path_factory.mktemp("commands"))


def object_of(said: Spoken) -> dict[str, Any]:
    """What `--json` printed: one object and nothing else on standard output."""
    return json.loads(said.out)


# kla run


def test_run_with_nothing_new_says_so_and_shows_what_is_published(city: City) -> None:
    said = kla(city, "run")
    assert said.code == 0
    assert "Nothing changed since release" in said.out
    for word in ("Serang", "30 June 2026", "SYNTHETIC DATA", "K5-28", ".a Any service", "K5-31", "index.html"):
        assert word in said.out, word


def test_run_prints_one_object_with_release_outcome_and_summary(city: City) -> None:
    facts = object_of(kla(city, "run", "--json"))
    assert {"release_id", "outcome", "run_id", "seconds", "received", "page", "public_page", "summary"} <= set(facts)
    assert facts["outcome"] == "unchanged"
    assert facts["release_id"] == city.paths.current.readlink().name
    assert Path(facts["page"]).is_file()
    assert Path(facts["public_page"]).is_file()
    assert {"agencies", "refused", "overdue", "held", "indicators"} <= set(facts["summary"])


def test_run_under_strict_ends_with_3_when_rows_were_rejected(city: City) -> None:
    assert kla(city, "run", "--strict").code == 3


def test_run_in_indonesian_is_the_default(city: City) -> None:
    said = kla(city, "run", KLA_LANG="id")
    assert "Tidak ada yang berubah sejak rilis" in said.out


# kla check


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "ppks.csv"
    path.write_text(roster(person(1), person(2, category="Rekaan")), encoding="utf-8")
    return path


def test_check_judges_a_file_and_loads_nothing(tmp_path: Path, export: Path) -> None:
    empty = city_in(tmp_path / "data")
    said = kla(empty, "check", str(export), "--agency", "dinsos")
    assert said.code == 0
    assert "partly" in said.out
    assert "ppks.category.code" in said.out
    assert "2 rows read = 1 accepted + 1 rejected" in said.out
    assert not empty.settings.data_dir.exists()


def test_check_prints_the_documented_keys(city: City, export: Path) -> None:
    facts = object_of(kla(city, "check", str(export), "-a", "dinsos", "--json"))
    assert {"file", "sha256", "verdict", "reason", "tables"} <= set(facts)
    assert (facts["verdict"], facts["reason"]) == ("partly", None)
    (table,) = facts["tables"]
    assert {"sheet", "layout", "record", "rows", "rules", "drift", "not_run"} <= set(table)
    assert table["rows"] == {"read": 2, "accepted": 1, "rejected": 1, "set_aside": {}}
    assert table["rules"]["ppks.category.code"] == 1
    assert set(table["drift"]) == {"unknown", "missing", "renamed"}


def test_check_shows_what_an_agency_wrote_as_it_stands(city: City, tmp_path: Path) -> None:
    title, position, header, row = roster(person(1)).splitlines()
    written = ("Umur [th]", "Ket [/x]", "Ket :no:")
    path = tmp_path / "ppks [red] dan [rinci].csv"
    path.write_text("\n".join((title, position, f"{header},{','.join(written)}", f"{row},1,2,3")), encoding="utf-8")

    said = kla(city, "check", str(path), "-a", "dinsos")

    shown = " ".join(said.out.split())
    assert said.code == 0, said.err
    assert path.name in shown
    assert all(name in shown for name in written)


def test_check_tells_why_a_whole_file_is_refused_and_still_ends_well(city: City, tmp_path: Path) -> None:
    path = tmp_path / "kosong.csv"
    path.touch()
    said = kla(city, "check", str(path), "-a", "dinsos", "--json")
    assert said.code == 0
    facts = object_of(said)
    assert (facts["verdict"], facts["reason"]["code"], facts["tables"]) == ("refused", "empty_file", [])


def test_check_names_the_rules_that_compare_with_other_deliveries(city: City) -> None:
    path = next((city.paths.raw / "dinsos").glob("layanan_ppks*.csv"))
    (table,) = object_of(kla(city, "check", str(path), "-a", "dinsos", "--json"))["tables"]
    assert table["not_run"] == ["ppks_service.unknown_ppks"]


def test_check_under_strict_ends_with_3_only_when_something_was_rejected(
    city: City, tmp_path: Path, export: Path
) -> None:
    assert kla(city, "check", str(export), "-a", "dinsos", "--strict").code == 3
    clean = tmp_path / "pekerja.xlsx"
    clean.write_bytes(labour(worker(1)))
    assert kla(city, "check", str(clean), "-a", "dinsos", "--strict").code == 0


def test_check_does_not_import_dagster_and_neither_does_the_command_line(city: City, export: Path) -> None:
    program = f"""
        import sys
        sys.argv = ["kla", "check", {str(export)!r}, "-a", "dinsos", "--json"]
        from kla_pipeline.cli import main
        try:
            main()
        except SystemExit as end:
            assert not end.code
        loaded = sorted(name for name in sys.modules if name.split(".")[0].startswith("dagster"))
        print("loaded:", loaded)
    """
    ended = python(city, program)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == "loaded: []"


# kla doctor, kla release list


def test_doctor_finds_a_loaded_city_healthy(city: City) -> None:
    said = kla(city, "doctor")
    assert said.code == 0
    assert "BAD" not in said.out
    facts = object_of(kla(city, "doctor", "--json"))
    assert facts["healthy"] is True
    assert {"ledger", "key", "data folder", "current release"} <= {finding["name"] for finding in facts["findings"]}


def test_doctor_ends_with_1_and_says_what_to_do_when_something_is_wrong(city: City) -> None:
    said = kla(city, "doctor", "--json", KLA_KEY_FILE=str(city.settings.data_dir / "elsewhere.key"))
    assert said.code == 1
    bad = {f["name"]: f["text"] for f in object_of(said)["findings"] if f["state"] == "bad"}
    assert "Restore it" in bad["key"]
    assert "KLA_KEY_FILE" in bad["place of the key"]


def test_release_list_marks_the_current_one(city: City) -> None:
    current = city.paths.current.readlink().name
    said = kla(city, "release", "list")
    assert said.code == 0
    assert current in said.out
    assert "current" in said.out
    listed = object_of(kla(city, "release", "list", "--json"))["releases"]
    assert [(row["release_id"], row["is_current"], row["is_on_disk"], row["as_of"]) for row in listed] == [
        (current, True, True, "2026-06-30")
    ]


def test_release_list_before_the_first_run_is_empty_and_no_error(tmp_path: Path) -> None:
    assert object_of(kla(city_in(tmp_path / "data"), "release", "list", "--json"))["releases"] == []


# wrong use


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("run", "--no-such-option"),
        ("run", "-j", "99.99"),
        ("check", "no-such-file.csv", "-a", "dinsos"),
        ("check", __file__, "-a", "no-such-agency"),
        ("check", __file__),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_is_wrong(city: City, words: tuple[str, ...]) -> None:
    said = kla(city, *words)
    assert said.code == 2
    assert said.err
    assert "Traceback" not in said.err


def test_a_wrong_setting_is_one_line_that_names_it(city: City) -> None:
    said = kla(city, "run", KLA_AS_OF="yesterday")
    assert said.code == 1
    assert len(said.err.splitlines()) == 1
    assert "KLA_AS_OF" in said.err


# the event list of the nation, a real file


@dataclass(slots=True)
class Judged:
    """What `kla check --json --out` made of the event list, and the file itself read without the pipeline."""

    facts: dict[str, Any]
    out: Path
    raw: list[dict[str, str]]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the views `accepted`, `rejected` and `judged` (both)."""
        with duckdb.connect() as connection:
            for name in ("accepted", "rejected"):
                connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{self.out / name}.parquet')")
            connection.execute("CREATE VIEW judged AS SELECT * FROM accepted UNION ALL BY NAME SELECT * FROM rejected")
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    if not DIBI.is_file():
        pytest.skip(f"the real event list is not on this machine ({DIBI.name})")
    folder = tmp_path_factory.mktemp("dibi")
    said = kla(city_in(folder / "data"), "check", str(DIBI), "-a", "bpbd", "--json", "--out", str(folder / "out"))
    assert said.code == 0, said.err
    with DIBI.open(encoding="utf-8-sig", newline="") as stream:
        return Judged(object_of(said), folder / "out", list(csv.DictReader(stream)))


def test_every_event_of_the_real_list_is_read(judged: Judged) -> None:
    (table,) = judged.facts["tables"]
    assert table["layout"] == "bpbd.dibi_superset"
    assert table["rows"]["read"] == len(judged.raw) == 19423
    assert table["rows"]["accepted"] + table["rows"]["rejected"] == 19423
    assert judged.rows("SELECT count(*), count(DISTINCT event_id) FROM judged") == [(19423, 19423)]


def test_sums_over_accepted_and_rejected_are_those_of_the_file(judged: Judged) -> None:
    assert judged.rows("SELECT sum(deaths), sum(affected_displaced) FROM judged") == [(12576, 68962686)]


def test_district_codes_stay_text(judged: Judged) -> None:
    expected = Counter(row["Kode Kabupaten"] for row in judged.raw)
    assert expected["72.10"] > 0
    found = dict(judged.rows("SELECT district_code, count(*) FROM judged GROUP BY ALL"))
    assert found == dict(expected)


def test_events_split_over_districts_keep_their_fraction(judged: Judged) -> None:
    expected = [float(row["Jumlah Kejadian"]) for row in judged.raw]
    assert sum(share != 1 for share in expected) == 1423
    found = dict(judged.rows("SELECT event_id, event_share FROM judged"))
    assert [found[row["id"]] for row in judged.raw] == expected


def test_both_ways_of_writing_a_time_are_read_to_the_millisecond(judged: Judged) -> None:
    ways = Counter("." in row["Tanggal / Waktu Kejadian"] for row in judged.raw)
    assert ways == {False: 15720, True: 3703}
    found = dict(judged.rows("SELECT event_id, event_at FROM judged"))
    wrong = [
        row["id"] for row in judged.raw if found[row["id"]] != datetime.fromisoformat(row["Tanggal / Waktu Kejadian"])
    ]
    assert wrong == []
    assert not any(rule.startswith("disaster_event.event_at") for rule in judged.facts["tables"][0]["rules"])


def test_rows_alike_apart_from_their_id_are_flagged_and_kept(judged: Judged) -> None:
    assert judged.facts["tables"][0]["rules"]["disaster_event.possible_duplicate"] == 18
    flagged = "SELECT count(*) FROM accepted WHERE list_contains(_flags, 'disaster_event.possible_duplicate')"
    assert judged.rows(flagged) == [(18,)]


def test_every_rejected_event_has_its_reasons_and_its_raw_text(judged: Judged) -> None:
    rows = judged.rows("SELECT _reasons, _raw FROM rejected")
    assert len(rows) == judged.facts["tables"][0]["rows"]["rejected"]
    assert all(reasons and json.loads(raw)["id"] for reasons, raw in rows)


def test_columns_in_the_files_begin_with_where_the_row_stands_and_dates_are_typed(judged: Judged) -> None:
    described = judged.rows("DESCRIBE accepted")
    assert [name for name, *_ in described][:2] == ["_sheet", "_row"]
    types = {name: kind for name, kind, *_ in described}
    assert (types["event_at"], types["deaths"], types["event_share"], types["district_code"]) == (
        "TIMESTAMP", "BIGINT", "DOUBLE", "VARCHAR",
    )  # fmt: skip


def test_of_the_nations_list_only_the_citys_own_events_reach_its_tables(tmp_path: Path) -> None:
    if not DIBI.is_file():
        pytest.skip(f"the real event list is not on this machine ({DIBI.name})")
    city = city_in(tmp_path / "data")
    city.drop("bpbd", DIBI)
    assert city.night().published.outcome == "published"
    assert city.rows("SELECT count(*), count(DISTINCT district_code) FROM core.disaster_event") == [(38, 1)]
    scopes = dict(city.rows("SELECT _scope, count(*) FROM staged.disaster_event GROUP BY ALL"))
    accepted = city.rows("SELECT rows_accepted FROM quality.delivery")[0][0]
    assert scopes == {"inside": 38, "outside": accepted - 38}
