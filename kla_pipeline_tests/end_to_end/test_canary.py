"""Law of privacy: NIKs, names, free text and file names stay in the restricted places, whatever goes wrong.

Hundreds of invented values are planted in exports, the job and the commands run as people run them, and every byte that
others may read is searched. Then one thing after the other is broken over a planted value. The control takes the
boundary away and must find a leak: it shows that the search would see one.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import dagster as dg
import pytest
from sqlalchemy.exc import IntegrityError

from kla_pipeline.cli import app as cli
from kla_pipeline.cli.check import check_command
from kla_pipeline.errors import InternalFault, KlaError, boundary
from kla_pipeline.intake.readers import reader_works
from kla_pipeline.ledger import open_ledger
from kla_pipeline.ledger.engine import writing
from kla_pipeline.ledger.tables import meta
from kla_pipeline.nightly import build, load, release
from kla_pipeline.orchestration import run
from kla_pipeline.warehouse.files import remove_tree
from kla_pipeline_tests.end_to_end.canary.exports import Exports
from kla_pipeline_tests.end_to_end.canary.plants import Plants
from kla_pipeline_tests.end_to_end.canary.scene import Printed, Scene
from kla_pipeline_tests.support import CITY, ROOT, City

COMMANDS = ("run", "run --json", "run again", "doctor", "doctor --json", "releases", "releases --json")
CHECKS = ("check", "check --json")
EXPORTS = ("dp3a", "dinsos", "polres")
STOPPING = {
    "cast_in_conform_model": "agency/conform/need.wrong.sql does not run (ConversionException).",
    "cast_in_history_rule": "Building the warehouse failed (ConversionException).",
    "ledger_constraint": "Receiving deliveries failed (IntegrityError).",
}
REFUSING = {"raising_rule": {"rule_did_not_run": 1}, "crashing_reader": {"reader_limit": 1, "unreadable_workbook": 1}}
CONTROLS = ("cast_in_history_rule", "ledger_constraint")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A city that loaded the exports: in text and Indonesian first, then as JSON in English for another day."""
    scene = Scene(tmp_path_factory.mktemp("canary"), Plants())
    Exports(scene.paths.raw, scene.plants).write_all()
    scene.kla("run", "run", KLA_LANG="id")
    scene.kla("run --json", "run", "--json", KLA_LANG="en", KLA_AS_OF="2026-05-31")
    file = str(max(scene.paths.raw.glob("dinsos/*.csv"), key=lambda path: path.stat().st_size))
    asked = [
        # those that take the lock of the city, one after the other
        [("run again", "run", "--strict"), ("doctor", "doctor"), ("doctor --json", "doctor", "--json")],
        [("check", "check", file, "-a", "dinsos"), ("check --json", "check", file, "-a", "dinsos", "--json")],
        [("releases", "release", "list"), ("releases --json", "release", "list", "--json")],
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda line: [scene.kla(*words, KLA_LANG="en", KLA_AS_OF="2026-05-31") for words in line], asked))
    for agency in EXPORTS:
        scene.export(f"export {agency}", agency, KLA_AS_OF="2026-05-31")
    return scene


@pytest.fixture(scope="module")
def faults(scene: Scene) -> Iterator[dict[str, tuple[Scene, Printed]]]:
    """For each fault a copy of the city in which it happened; `control …` are those without the boundary."""
    plans = {fault: [fault] for fault in (*STOPPING, *REFUSING)}
    plans |= {f"control {fault}": [fault, "--without-boundary"] for fault in CONTROLS}
    copies = {title: scene.copy(scene.world.with_name(f"{scene.world.name} {title}")) for title in plans}
    for title in copies:
        if "ledger" in title:
            Exports(copies[title].paths.raw, scene.plants).drop("polres", b"a;b\n1;2\n", ".csv")
    Exports(copies["raising_rule"].paths.raw, scene.plants).drop("dinsos", _roster(scene.plants), ".csv")
    copies["crashing_reader"].drop_workbook_that("raises")
    copies["crashing_reader"].drop_workbook_that("dies by signal")
    values = {title: scene.plants.word("fault") for title in plans}

    def happen(title: str) -> Printed:
        fault, *flags = plans[title]
        # a day nothing was built for
        return copies[title].broken(fault, values[title], *flags, KLA_AS_OF="2026-06-29")

    with ThreadPoolExecutor(2) as pool:
        yield {title: (copies[title], said) for title, said in zip(plans, pool.map(happen, plans), strict=True)}
    for copy in copies.values():
        remove_tree(copy.world)


def _roster(plants: Plants) -> bytes:
    return Exports(Path(), plants).roster(12)


# ------------------------------------------------------------------------------------------------ what was planted
@pytest.mark.slow
def test_the_canary_is_large_and_meets_every_fate_a_row_or_file_can_have(scene: Scene) -> None:
    facts = json.loads(scene.printed["run --json"].out)
    agencies = facts["summary"]["agencies"]
    assert len(scene.plants.of("nik")) >= 200
    assert scene.plants.of("name", "text", "cell", "header", "extra", "sheet", "title", "footer", "file", "folder")
    assert sum(row["accepted"] for row in agencies) >= 200
    assert sum(row["rejected"] for row in agencies) >= 8
    assert {row["reason_code"] for row in facts["summary"]["refused"]} == {
        *("missing_required_column", "unknown_layout", "empty_file", "no_table", "other_kind", "unreadable_workbook"),
    }
    assert facts["received"]["refused"] == 5


@pytest.mark.slow
def test_the_search_finds_the_values_where_they_belong(scene: Scene) -> None:
    search = scene.search()
    found = {place: {(hit.kind, hit.number) for hit in search.in_tree(place)} for place in scene.restricted[:3]}
    found[scene.paths.warehouse] = {(h.kind, h.number) for h in search.in_file(scene.paths.warehouse, "warehouse")}
    kinds = {place.name: {kind for kind, _ in values} for place, values in found.items()}
    assert kinds["raw"] == set(scene.plants.values) - {"fault"}
    assert kinds["archive"] >= {"nik", "name", "text", "cell", "header", "extra", "sheet", "title", "footer", "file"}
    # packed in Parquet and DuckDB
    for place in ("staged", f"{CITY}.duckdb"):
        assert kinds[place] >= {"nik", "name", "cell", "extra", "text"}
    for values in found.values():
        assert len([kind for kind, _ in values if kind == "nik"]) >= 200


# ------------------------------------------------------------------------------------------------ when all goes well
@pytest.mark.slow
def test_no_planted_value_is_published(scene: Scene) -> None:
    assert scene.paths.current.is_symlink()
    assert scene.leaks(scene.world / "data" / "published") == set()


@pytest.mark.slow
def test_no_planted_value_is_in_any_byte_of_dagster_home(scene: Scene) -> None:
    assert list(scene.paths.dagster_home.rglob("*.err"))
    assert scene.leaks(scene.paths.dagster_home) == set()


@pytest.mark.slow
def test_the_ledger_holds_no_planted_value(scene: Scene) -> None:
    search = scene.search()
    assert {hit for file in scene.world.glob("data/ledger.sqlite*") for hit in search.in_file(file, file.name)} == set()


@pytest.mark.slow
def test_core_mart_and_meta_hold_no_planted_value(scene: Scene) -> None:
    assert scene.search().in_tables(scene.paths.warehouse, ("core", "mart", "meta")) == set()


@pytest.mark.slow
def test_no_planted_value_is_anywhere_else_in_the_world_of_the_processes(scene: Scene) -> None:
    """Home, temporary and current folder, locks, files beside the warehouse."""
    assert scene.search().in_tree(scene.world, scene.restricted) == set()


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_no_planted_value(scene: Scene, command: str) -> None:
    printed = scene.printed[command]
    assert printed.code == (3 if command == "run again" else 0), printed.err
    assert printed.out
    assert scene.search().in_text(printed.text, command) == set()


@pytest.mark.slow
@pytest.mark.parametrize("command", CHECKS)
def test_check_prints_no_cell_of_a_person(scene: Scene, command: str) -> None:
    """It shows whoever asks the file's name, its sheets and its headers; never what stands in a row."""
    printed = scene.printed[command]
    assert printed.code == 0, printed.err
    kinds = {hit.kind for hit in scene.search().in_text(printed.text, command)}
    assert kinds <= {"file", "sheet", "header"}
    assert "header" in kinds


@pytest.mark.slow
@pytest.mark.parametrize("agency", EXPORTS)
def test_a_workbook_of_rejected_rows_holds_values_of_its_own_agency_and_no_other(scene: Scene, agency: str) -> None:
    printed = scene.printed[f"export {agency}"]
    assert printed.code == 0, printed.err
    search = scene.search()
    assert search.in_text(printed.text, agency) == set()
    (workbook,) = (scene.exports / CITY / agency).iterdir()
    found = {(hit.kind, hit.number) for hit in search.in_file(workbook, agency)}
    own = {(hit.kind, hit.number) for hit in search.in_tree(scene.paths.raw / agency)}
    assert {kind for kind, _ in found} >= {"nik", "name"}
    assert found <= own


# ------------------------------------------------------------------------------------------------ who may read what
@pytest.mark.slow
def test_files_with_identities_are_for_the_owner_only(scene: Scene) -> None:
    data = scene.paths.data
    deliveries = list(data.glob("staged/*/*/delivery=*"))
    files = [file for folder in deliveries for file in folder.rglob("*") if file.is_file()]
    assert {_mode(folder) for folder in deliveries} == {0o700}
    assert {_mode(file) for file in files} == {0o600}
    assert _mode(scene.paths.warehouse.parent) == 0o700
    assert _mode(scene.paths.warehouse) == 0o600
    assert _mode(scene.paths.ledger) == 0o600
    assert _mode(scene.paths.dagster_home) == 0o700
    archived = [file for file in scene.paths.archive.rglob("*") if file.is_file()]
    assert {_mode(file) & 0o007 for file in [*archived, *scene.paths.archive.iterdir()]} == {0}


@pytest.mark.slow
def test_nothing_is_left_in_temporary_folders(scene: Scene) -> None:
    left = [path for name in ("tmp", "here") for path in (scene.world / name).rglob("*") if path.is_file()]
    spilled = [path for path in scene.paths.data.rglob("*") if path.name.startswith((".spill", ".incoming-"))]
    unfinished = list(scene.paths.data.rglob("*.next"))
    assert (left, spilled, unfinished) == ([], [], [])


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# ------------------------------------------------------------------------------------------------ when something breaks
@pytest.mark.slow
@pytest.mark.parametrize("fault", STOPPING)
def test_a_fault_that_stops_the_night_ends_in_one_clear_line(
    faults: dict[str, tuple[Scene, Printed]], fault: str
) -> None:
    printed = faults[fault][1]
    (line,) = printed.err.strip().splitlines()
    assert line.startswith(f"kla: {STOPPING[fault]}")
    assert printed.code == 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", STOPPING)
def test_a_fault_leaves_the_release_that_readers_have(
    scene: Scene, faults: dict[str, tuple[Scene, Printed]], fault: str
) -> None:
    assert faults[fault][0].paths.current.readlink() == scene.paths.current.readlink()


@pytest.mark.slow
@pytest.mark.parametrize("fault", REFUSING)
def test_a_file_that_a_rule_or_the_reader_breaks_on_is_refused(
    scene: Scene, faults: dict[str, tuple[Scene, Printed]], fault: str
) -> None:
    broken, printed = faults[fault]
    assert printed.code == 0, printed.err
    assert _refusals(broken) - _refusals(scene) == REFUSING[fault]


def _refusals(scene: Scene) -> Counter[str]:
    """How many staged files are refused, by reason."""
    reasons = [json.loads(file.read_text())["reason"] for file in scene.paths.staged.rglob("manifest.json")]
    return Counter(reason["code"] for reason in reasons if reason)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*STOPPING, *REFUSING])
def test_a_fault_over_a_planted_value_leaks_it_nowhere(faults: dict[str, tuple[Scene, Printed]], fault: str) -> None:
    broken, printed = faults[fault]
    assert broken.search().in_text(printed.text, "terminal") == set()
    assert broken.search().in_tree(broken.paths.data, broken.restricted) == set()


@pytest.mark.slow
@pytest.mark.parametrize("fault", CONTROLS)
def test_the_search_finds_the_leak_that_the_boundary_prevents(
    faults: dict[str, tuple[Scene, Printed]], fault: str
) -> None:
    broken, printed = faults[f"control {fault}"]
    leaked = broken.leaks(broken.paths.dagster_home)
    assert printed.code == 1
    assert broken.search().in_text(printed.err, "terminal")
    assert {hit.kind for hit in leaked} & {"name", "fault"}
    assert {Path(hit.place.split(" › ")[0]).suffix for hit in leaked} >= {".db"}  # noqa: RUF001


@pytest.mark.slow
@pytest.mark.parametrize("fault", STOPPING)
def test_the_exception_that_dagster_stores_has_no_chain(faults: dict[str, tuple[Scene, Printed]], fault: str) -> None:
    (ours,) = _stored_errors(faults[fault][0])
    assert STOPPING[fault] in ours.message
    assert (ours.cause, ours.context) == (None, None)


@pytest.mark.slow
def test_without_the_boundary_dagster_would_store_the_librarys_message(
    faults: dict[str, tuple[Scene, Printed]],
) -> None:
    broken, _ = faults["control cast_in_history_rule"]
    (theirs,) = _stored_errors(broken)
    assert {hit.kind for hit in broken.search().in_text(str(theirs), "stored")} == {"name"}


def _stored_errors(scene: Scene) -> list[Any]:
    """What user code raised in the steps of the last run, as Dagster keeps it below its own wrapper."""
    with dg.DagsterInstance.from_config(str(scene.paths.dagster_home)) as instance:
        (record,) = instance.get_run_records(limit=1)
        events = [entry.dagster_event for entry in instance.all_logs(record.dagster_run.run_id)]
    failures = [e.step_failure_data.error for e in events if e and e.is_step_failure and e.step_failure_data.error]
    return [failure.cause for failure in failures]


# ------------------------------------------------------------------------------------------------ the boundary itself
VALUE = Plants().name()

EDGES: dict[str, tuple[Callable[..., Any], Any, str]] = {
    "receive": (load.receive, load, "load_key"),
    "stage": (load.stage, load, "load_catalogue"),
    "pending files": (load.pending_key, load, "known_key"),
    "build": (build.build, build, "load_key"),
    "current release": (release.is_current, release, "known_key"),
    "publish": (release.publish, release, "load_key"),
    "job": (run.run_job, run, "prepare_home"),
}


class PanicException(BaseException):
    """Named like what a panic of a Rust library becomes, which is no Exception."""


class WithoutText(Exception):
    """Its text cannot be made."""

    def __str__(self) -> str:
        raise ValueError(VALUE)


def _fail(*_args: object, **_kwargs: object) -> NoReturn:
    try:
        raise KeyError(VALUE)
    except KeyError as exc:
        raise ValueError(f"could not convert {VALUE}") from exc


def _assert_clean(exc: BaseException) -> None:
    assert VALUE not in f"{exc}{exc!r}{exc.__dict__}"
    assert (exc.__cause__, exc.__context__) == (None, None)


@pytest.mark.parametrize("edge", EDGES)
def test_a_librarys_message_does_not_leave_a_step_of_the_night(
    city: City, monkeypatch: pytest.MonkeyPatch, edge: str
) -> None:
    function, module, inner = EDGES[edge]
    monkeypatch.setattr(module, inner, _fail)
    with pytest.raises(InternalFault) as caught:
        function(city.settings, CITY)
    _assert_clean(caught.value)


def test_a_librarys_message_does_not_leave_a_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "app", _fail)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    said = capsys.readouterr()
    assert caught.value.code == 1
    assert said.err.startswith("kla: kla failed (ValueError).")
    assert VALUE not in said.out + said.err


@pytest.mark.parametrize("foreign", [PanicException(VALUE), WithoutText()], ids=["panic", "without text"])
def test_no_foreign_exception_is_strange_enough_to_pass(foreign: BaseException) -> None:
    def fail() -> None:
        raise foreign

    with pytest.raises(InternalFault) as caught:
        boundary("A step")(fail)()
    _assert_clean(caught.value)
    assert caught.value.kind == type(foreign).__name__


@pytest.mark.parametrize("ours", [KlaError("ours"), KeyboardInterrupt()], ids=["our error", "interrupt"])
def test_what_passes_the_boundary_leaves_behind_what_was_being_handled(ours: BaseException) -> None:
    def fail() -> None:
        try:
            _fail()
        except ValueError:
            raise ours  # noqa: B904

    with pytest.raises(type(ours)) as caught:
        boundary("A step")(fail)()
    assert caught.value is ours
    _assert_clean(caught.value)


def test_a_warning_inside_the_boundary_shows_its_class_and_place_only(capsys: pytest.CaptureFixture[str]) -> None:
    def warn() -> None:
        warnings.warn(f"{VALUE} is odd", RuntimeWarning, stacklevel=1)

    boundary("A step")(warn)()
    said = capsys.readouterr()
    assert said.err.startswith("RuntimeWarning in test_canary.py, line ")
    assert VALUE not in said.out + said.err


def test_the_ledger_hides_the_parameters_of_a_failed_statement(city: City) -> None:
    row = meta.insert().values(name=VALUE, value=VALUE)
    with open_ledger(city.settings) as ledger, writing(ledger._engine) as connection:
        connection.execute(row)
        with pytest.raises(IntegrityError) as caught:
            connection.execute(row)
    assert VALUE not in str(caught.value)


# ------------------------------------------------------------------------------------------------ processes and files
def test_the_reading_process_imports_nothing_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(0)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert reader_works()


def test_a_command_leaves_no_core_file_when_it_crashes(tmp_path: Path) -> None:
    lines = (
        "import os, resource, sys",
        "hard = resource.getrlimit(resource.RLIMIT_CORE)[1]",
        "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))",
        "from kla_pipeline.cli import app",
        "app.app = lambda **_: sys.exit(resource.getrlimit(resource.RLIMIT_CORE)[0])",
        "app.main()",
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], env=env, cwd=tmp_path, check=False)
    assert done.returncode == 0


def test_check_writes_its_tables_for_the_owner_only(city: City, tmp_path: Path) -> None:
    file = Exports(city.paths.raw, Plants()).drop("dinsos", _roster(Plants()), ".csv")
    before = os.umask(0)
    try:
        assert check_command(city.settings, file, "dinsos", True, tmp_path / "out", False) == 0
    finally:
        os.umask(before)
    assert _mode(tmp_path / "out") == 0o700
    assert {_mode(path) for path in (tmp_path / "out").iterdir()} == {0o600}


def test_a_failed_build_leaves_no_half_warehouse_and_an_unfinished_one_is_nobody_elses(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    Exports(city.paths.raw, Plants()).drop("dinsos", _roster(Plants()), ".csv")
    load.receive(city.settings, CITY)
    load.stage(city.settings, CITY)
    seen = []

    def look_and_fail(*_args: object) -> NoReturn:
        seen.append(_mode(city.paths.warehouse.parent))
        seen.append(city.paths.warehouse.with_name(f"{CITY}.duckdb.next").is_file())
        _fail()

    monkeypatch.setattr(build, "_load_records", look_and_fail)
    with pytest.raises(InternalFault):
        build.build(city.settings, CITY)
    assert seen == [0o700, True]
    assert list(city.paths.warehouse.parent.iterdir()) == []
