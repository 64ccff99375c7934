"""A drop becomes one delivery, whole, once, and whatever should not be taken is not. Files and names are invented."""

from __future__ import annotations

import bz2
import hashlib
import io
import json
import os
import socket
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from kla_pipeline.errors import Locked, StorageProblem
from kla_pipeline.intake import archive
from kla_pipeline.intake.archive import Received, pending, receive, seen
from kla_pipeline.intake.archive import files as archive_files
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger import Delivery, Ledger, open_ledger
from kla_pipeline.ledger.durable import TEMPORARY
from kla_pipeline.settings import Paths, Settings, load_settings
from kla_pipeline_tests.ledger.kill import every_step, exit_code, in_child
from kla_pipeline_tests.support import let_others_through

CITY = "36.73"
AGENCIES = ("dinsos", "dp3a")
OLD = 3600.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", stable_seconds=0.2)


@pytest.fixture
def paths(settings: Settings) -> Paths:
    return settings.paths(CITY)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with open_ledger(settings) as opened:
        yield opened


def drop(paths: Paths, name: str, data: bytes = b"a;b\n1;2\n", age: float = OLD) -> Path:
    """Put a file into raw/ as if it had lain there for `age` seconds."""
    file = paths.raw / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    moment = time.time() - age
    os.utime(file, (moment, moment))
    return file


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def a_zip(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive_file:
        for name in names:
            archive_file.writestr(name, b"x")
    return packed.getvalue()


def a_workbook() -> bytes:
    packed = io.BytesIO()
    openpyxl.Workbook().save(packed)
    return packed.getvalue()


def look(settings: Settings, ledger: Ledger) -> Received:
    return receive(settings, ledger, CITY, AGENCIES)


def reasons(received: Received) -> dict[str, str]:
    return {item.path: item.reason for item in received.refused}


def test_a_drop_becomes_a_delivery_with_its_bytes_its_name_and_its_ledger_row(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    data = b"nama;umur\nContoh Rekaan;9\n"
    drop(paths, "dp3a/Laporan Januari.CSV", data)

    received = look(settings, ledger)

    (delivery,) = ledger.deliveries(CITY)
    assert received == Received(new=[sha(data)])
    assert (delivery.delivery_id, delivery.agency, delivery.size_bytes, delivery.suffix) == (
        sha(data),
        "dp3a",
        len(data),
        ".csv",
    )
    assert archive.file_of(paths, delivery) == paths.archive / "dp3a" / f"{sha(data)}.csv"
    assert archive.file_of(paths, delivery).read_bytes() == data
    assert archive.original_name(paths, delivery) == "Laporan Januari.CSV"
    assert archive.is_intact(paths, delivery)


def test_the_archive_is_read_only_and_the_name_is_for_the_owner_only(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/a.csv", b"x")
    before = os.umask(0)
    try:
        look(settings, ledger)
    finally:
        os.umask(before)

    modes = {
        file.name.replace(sha(b"x"), "ID"): oct(stat.S_IMODE(file.stat().st_mode))
        for file in (paths.archive, *paths.archive.rglob("*"))
    }
    assert modes.pop("dp3a") == modes.pop(CITY) == "0o750"
    assert modes == {"ID.csv": "0o440", "ID.json": "0o600"}


def test_neither_the_chain_nor_a_text_form_of_the_result_holds_a_file_name(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/rekaan-contoh.csv", b"1")
    drop(paths, "dp3a/rekaan-salinan.csv", b"1")
    drop(paths, "dp3a/rekaan-arsip.zip", a_zip("a.csv"))
    (paths.raw / "dp3a" / "rekaan-tautan.csv").symlink_to("/etc/hostname")

    received = look(settings, ledger)

    assert len(received.refused) == 2
    assert "rekaan" not in repr(received)
    assert all("rekaan" not in str(event.payload) for event in ledger.events())


def test_a_second_look_finds_nothing_new_and_writes_nothing(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    drop(paths, "dp3a/a.csv", b"1")
    drop(paths, "dp3a/2025/b.csv", b"2")
    drop(paths, "dp3a/copy of a.csv", b"1")
    drop(paths, "dinsos/c.zip", a_zip("x"))
    drop(paths, "unknown agency/d.csv", b"3")
    first = look(settings, ledger)
    before = ledger.counts(), sorted(path.stat().st_mtime_ns for path in paths.archive.rglob("*.csv"))

    again = look(settings, ledger)

    assert (len(first.new), first.repeats) == (2, 1)
    assert (again.new, again.known, again.repeats) == ([], 3, 0)
    assert reasons(again) == reasons(first)
    assert (ledger.counts(), sorted(path.stat().st_mtime_ns for path in paths.archive.rglob("*.csv"))) == before


def test_deliveries_are_entered_in_order_of_their_paths(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    for name in ("dp3a/b.csv", "dinsos/z.csv", "dp3a/a.csv"):
        drop(paths, name, name.encode())

    received = look(settings, ledger)

    expected = [sha(name) for name in (b"dinsos/z.csv", b"dp3a/a.csv", b"dp3a/b.csv")]
    assert received.new == expected
    assert [delivery.delivery_id for delivery in ledger.deliveries(CITY)] == expected


def test_progress_counts_files_up_to_their_number(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    for name in "abc":
        drop(paths, f"dp3a/{name}.csv", name.encode())
    told: list[tuple[int, int]] = []

    receive(settings, ledger, CITY, AGENCIES, lambda done, total: told.append((done, total)))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_empty_file_is_a_delivery_too(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    drop(paths, "dp3a/empty.xlsx", b"")

    look(settings, ledger)

    (delivery,) = ledger.deliveries(CITY)
    assert delivery.size_bytes == 0
    assert archive.file_of(paths, delivery).stat().st_size == 0


def test_without_a_raw_folder_nothing_is_received(settings: Settings, ledger: Ledger) -> None:
    assert look(settings, ledger) == Received()


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.XLSX", ".xlsx"),
        ("a", ""),
        ("daftar.budi", ""),
        ("a.csv.ods", ".ods"),
        ("a.json", ""),
    ],
)
def test_only_known_endings_are_kept_because_others_may_be_part_of_a_name(
    settings: Settings, paths: Paths, ledger: Ledger, name: str, suffix: str
) -> None:
    drop(paths, f"dp3a/{name}")

    look(settings, ledger)

    (delivery,) = ledger.deliveries(CITY)
    assert delivery.suffix == suffix
    assert archive.file_of(paths, delivery).is_file()
    assert archive.original_name(paths, delivery) == name


def test_the_same_bytes_at_a_new_path_are_one_event_and_no_delivery(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/a.csv")
    (delivery_id,) = look(settings, ledger).new
    drop(paths, "dp3a/the same again.xlsx")

    received = look(settings, ledger)

    assert (received.new, received.known, received.repeats) == ([], 1, 1)
    (event,) = ledger.events(CITY, "repeat")
    assert event.payload["delivery_id"] == delivery_id
    assert event.payload["newer_exists"] is False
    assert look(settings, ledger).repeats == 0


def test_old_bytes_that_return_after_something_newer_are_marked_so(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/january.csv", b"old")
    look(settings, ledger)
    drop(paths, "dinsos/other.csv", b"another agency's")
    look(settings, ledger)
    drop(paths, "dp3a/copy 1.csv", b"old")
    look(settings, ledger)
    drop(paths, "dp3a/february.csv", b"new")
    look(settings, ledger)
    drop(paths, "dp3a/copy 2.csv", b"old")
    look(settings, ledger)

    assert [event.payload["newer_exists"] for event in ledger.events(CITY, "repeat")] == [False, True]


def test_old_bytes_that_return_under_their_old_name_are_seen_too(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    for data in (b"version 1", b"version 2", b"version 1", b"version 3"):
        drop(paths, "dp3a/register.csv", data)
        look(settings, ledger)
        assert look(settings, ledger).repeats == 0

    (event,) = ledger.events(CITY, "repeat")
    assert event.payload["delivery_id"] == sha(b"version 1")
    assert event.payload["newer_exists"] is True


def test_a_copy_dropped_together_with_a_newer_file_is_no_return(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    for name, data in (("1.csv", b"old"), ("2.csv", b"new"), ("3.csv", b"old")):
        drop(paths, f"dp3a/{name}", data)

    look(settings, ledger)

    assert [event.payload["newer_exists"] for event in ledger.events(CITY, "repeat")] == [False]


def test_an_older_file_copied_together_with_a_newer_one_is_no_return_and_told_first(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/2.csv", b"old")
    look(settings, ledger)
    drop(paths, "dp3a/1.csv", b"new")
    drop(paths, "dp3a/3.csv", b"old")

    look(settings, ledger)

    assert [event.kind for event in ledger.events(CITY)] == ["delivery_received", "repeat", "delivery_received"]
    assert [event.payload["newer_exists"] for event in ledger.events(CITY, "repeat")] == [False]


def test_a_keyed_hash_names_the_path_when_one_is_given(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    drop(paths, "dp3a/sub/a.csv")

    receive(settings, ledger, CITY, AGENCIES, hash_path=lambda path: f"keyed({len(path)})")

    (event,) = ledger.events(CITY)
    assert event.payload["path_hash"] == f"keyed({len('dp3a/sub/a.csv')})"


@pytest.mark.parametrize(
    "name", [".hidden.csv", "~$a.xlsx", "a.csv.tmp", "A.PART", "a.xlsx.crdownload", "Thumbs.db", ".git/a.csv"]
)
def test_hidden_and_temporary_files_are_passed_over(
    settings: Settings, paths: Paths, ledger: Ledger, name: str
) -> None:
    drop(paths, f"dp3a/{name}")

    assert look(settings, ledger) == Received()
    assert ledger.counts()["event"] == 0


def test_a_folder_no_source_declares_and_a_file_outside_of_any_are_refused_with_one_event_each(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dpa3/a.csv", b"1")
    drop(paths, "lost.csv", b"2")

    assert reasons(look(settings, ledger)) == {"dpa3": "unknown_folder", "lost.csv": "outside_agency_folder"}
    look(settings, ledger)

    assert sorted(event.payload["reason"] for event in ledger.events(CITY, "drop_refused")) == [
        "outside_agency_folder",
        "unknown_folder",
    ]
    assert ledger.deliveries(CITY) == []


def test_links_are_refused_wherever_they_lead(settings: Settings, paths: Paths, ledger: Ledger, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_bytes(b"secret")
    inside = drop(paths, "dp3a/real.csv")
    (paths.raw / "dp3a" / "file link.csv").symlink_to(outside / "secret.csv")
    (paths.raw / "dp3a" / "inner link.csv").symlink_to(inside)
    (paths.raw / "dp3a" / "folder link").symlink_to(outside)
    (paths.raw / "dp3a" / "broken link").symlink_to(outside / "nothing")
    (paths.raw / "dinsos").symlink_to(outside)

    received = look(settings, ledger)

    assert len(received.new) == 1
    assert reasons(received) == {
        "dinsos": "link",
        "dp3a/broken link": "link",
        "dp3a/file link.csv": "link",
        "dp3a/folder link": "link",
        "dp3a/inner link.csv": "link",
    }
    assert not any(b"secret" in file.read_bytes() for file in paths.archive.rglob("*") if file.is_file())


def test_pipes_and_sockets_are_refused_and_do_not_hang_the_night(
    settings: Settings, paths: Paths, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paths.raw / "dp3a"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "pipe.csv")
    monkeypatch.chdir(folder)  # names of sockets must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.csv")
        received = look(settings, ledger)

    assert reasons(received) == {"dp3a/pipe.csv": "special_file", "dp3a/socket.csv": "special_file"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_devices_are_refused(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    (paths.raw / "dp3a").mkdir(parents=True)
    try:
        os.mknod(paths.raw / "dp3a" / "zero.csv", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this container may not make devices")

    assert reasons(look(settings, ledger)) == {"dp3a/zero.csv": "special_file"}


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_taken(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    small = settings.model_copy(update={"max_file_mb": 1})
    drop(paths, "dp3a/at.csv", b"x" * 1024 * 1024)
    drop(paths, "dp3a/over.csv", b"x" * (1024 * 1024 + 1))

    received = look(small, ledger)

    assert reasons(received) == {"dp3a/over.csv": "too_large"}
    assert received.new == [sha(b"x" * 1024 * 1024)]


@pytest.mark.parametrize(
    "data",
    [
        a_zip("a.csv", "b.csv"),
        a_zip("inner.xlsx"),
        a_zip(),
        a_zip("[Content_Types].xml", "word/document.xml"),
        b"7z\xbc\xaf\x27\x1c" + b"x" * 50,
        b"Rar!\x1a\x07\x00" + b"x" * 50,
        bz2.compress(b"x"),
        b"a.csv".ljust(257, b"\x00") + b"ustar".ljust(255, b"\x00"),
    ],
    ids=["zip", "zip of a workbook", "empty zip", "letter", "7z", "rar", "bzip2", "tar"],
)
def test_a_packed_archive_is_refused_also_under_the_name_of_a_workbook(
    settings: Settings, paths: Paths, ledger: Ledger, data: bytes
) -> None:
    drop(paths, "dp3a/a.xlsx", data)

    assert reasons(look(settings, ledger)) == {"dp3a/a.xlsx": "nested_archive"}
    assert ledger.deliveries(CITY) == []
    assert [file.name for file in paths.archive.rglob("*")] in ([], ["index.json"])


@pytest.mark.parametrize(
    "data",
    [
        a_workbook(),
        a_zip("mimetype", "content.xml"),
        a_workbook()[:-40],
        b"PK is how this text begins",
        b"BZh is how this text begins",
        b"\x1f\x8b\x08" + b"x" * 50,
    ],
    ids=["xlsx", "ods", "cut off xlsx", "text like zip", "text like bzip2", "gzip"],
)
def test_workbooks_also_damaged_ones_and_texts_are_deliveries_for_staging_to_judge(
    settings: Settings, paths: Paths, ledger: Ledger, data: bytes
) -> None:
    drop(paths, "dp3a/a.bin", data)

    assert look(settings, ledger).new == [sha(data)]


def test_a_young_file_that_stays_as_it_is_is_taken_by_the_same_run(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/a.csv", age=0)
    begun = time.monotonic()

    received = look(settings, ledger)

    assert len(received.new) == 1
    assert time.monotonic() - begun >= 0.2


def test_a_file_from_the_future_is_watched_instead_of_believed(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/a.csv", age=-OLD)

    assert len(look(settings, ledger).new) == 1


def at_every_pause(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    """Do something to a watched file each time the watch pauses, so that no test depends on the speed of threads."""
    real = time.sleep

    def pause(seconds: float) -> None:
        action()
        real(seconds)

    monkeypatch.setattr(time, "sleep", pause)


def test_a_file_that_keeps_growing_is_left_for_the_next_run_without_an_event(
    settings: Settings, paths: Paths, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(paths, "dp3a/growing.csv", age=0)
    drop(paths, "dp3a/ready.csv", b"ready")

    def grow() -> None:
        with file.open("ab") as stream:
            stream.write(b"more\n")

    at_every_pause(monkeypatch, grow)
    begun = time.monotonic()
    received = look(settings, ledger)
    waited = time.monotonic() - begun
    monkeypatch.undo()

    assert received.new == [sha(b"ready")]
    assert [(item.path, item.reason) for item in received.waiting] == [("dp3a/growing.csv", "still_changing")]
    assert 0.6 <= waited < 1.7
    assert ledger.counts()["event"] == 1
    assert look(settings, ledger).new == [sha(file.read_bytes())]


def test_a_file_taken_away_while_it_is_watched_never_was_there(
    settings: Settings, paths: Paths, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(paths, "dp3a/a.csv", age=0)
    at_every_pause(monkeypatch, lambda: file.unlink(missing_ok=True))

    assert look(settings, ledger) == Received()


def test_a_file_written_to_between_hashing_and_copying_waits_and_leaves_no_trace(
    settings: Settings, paths: Paths, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(paths, "dp3a/a.csv", b"before")
    real = archive_files._copy

    def change_first(*args: object) -> bool:
        file.write_bytes(b"after!")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(archive_files, "_copy", change_first)
    received = look(settings, ledger)

    assert [item.reason for item in received.waiting] == ["still_changing"]
    assert received.new == ledger.deliveries(CITY) == []
    assert list((paths.archive / "dp3a").iterdir()) == []
    monkeypatch.undo()
    assert look(settings, ledger).new == [sha(b"after!")]


def test_a_link_put_in_place_of_a_file_after_the_look_is_not_followed(
    settings: Settings, paths: Paths, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop(paths, "dp3a/a.csv")
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    real = archive.settle

    def swap(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        file.unlink()
        file.symlink_to(secret)
        return found

    monkeypatch.setattr(archive, "settle", swap)

    assert look(settings, ledger) == Received()
    assert ledger.deliveries(CITY) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_a_file_that_may_not_be_read_is_refused_and_the_others_are_taken(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/closed.csv", b"closed").chmod(0)
    drop(paths, "dp3a/open.csv", b"open")
    ledger.close()
    let_others_through(settings.data_dir)
    os.chown(settings.data_dir, 65534, 65534)
    for file in settings.data_dir.glob("ledger*"):
        os.chown(file, 65534, 65534)

    def as_nobody() -> None:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        with open_ledger(settings) as own:
            received = look(settings, own)
            assert reasons(received) == {"dp3a/closed.csv": "unreadable"}
            assert received.new == [sha(b"open")]

    assert exit_code(in_child(as_nobody)) == 0


def test_what_is_pending_is_told_without_taking_it(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    drop(paths, "dp3a/known.csv", b"known")
    look(settings, ledger)
    drop(paths, "dp3a/known again.csv", b"known")
    drop(paths, "dp3a/new.csv", b"new")
    drop(paths, "dp3a/new again.csv", b"new")
    drop(paths, "dp3a/young.csv", b"young", age=0)
    drop(paths, "dp3a/packed.zip", a_zip("a.csv"))
    drop(paths, "lost.csv", b"lost")
    before = ledger.counts(), sorted(paths.archive.rglob("*"))

    assert pending(settings, ledger, CITY, AGENCIES) == [sha(b"new")]

    assert (ledger.counts(), sorted(paths.archive.rglob("*"))) == before


def test_nothing_is_pending_after_everything_was_received(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    drop(paths, "dp3a/a.csv", b"a")
    drop(paths, "dp3a/packed.zip", a_zip("a.csv"))
    assert len(pending(settings, ledger, CITY, AGENCIES)) == 1

    look(settings, ledger)

    assert pending(settings, ledger, CITY, AGENCIES) == []


def test_only_one_process_receives_at_a_time(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    def try_it() -> None:
        with open_ledger(settings) as own, pytest.raises(Locked):
            look(settings, own)

    with jurisdiction_lock(paths):
        assert exit_code(in_child(try_it)) == 0


@pytest.mark.parametrize("by_error", [False, True], ids=["kill", "full disk"])
def test_a_run_stopped_at_any_step_leaves_nothing_or_a_delivery_and_the_next_run_completes_it(
    tmp_path: Path, by_error: bool
) -> None:
    trials = iter(range(1000))
    now: list[Settings] = []

    def fresh() -> Paths:
        now[:] = [load_settings(data_dir=tmp_path / str(next(trials)), stable_seconds=0)]
        paths = now[0].paths(CITY)
        drop(paths, "dp3a/a.csv", b"first bytes")
        drop(paths, "dp3a/copy.csv", b"first bytes")
        drop(paths, "lost.csv", b"lost")
        open_ledger(now[0]).close()
        return paths

    def run() -> None:
        with open_ledger(now[0]) as ledger:
            look(now[0], ledger)

    paths = fresh()
    for step in every_step(run, by_error=by_error):
        with open_ledger(now[0]) as ledger:
            before = ledger.deliveries(CITY)
            assert ledger.verify().is_valid
            assert all(archive.is_intact(paths, delivery) for delivery in before), step
            assert all(archive.original_name(paths, delivery).endswith(".csv") for delivery in before), step

            look(now[0], ledger)

            assert [delivery.delivery_id for delivery in ledger.deliveries(CITY)] == [sha(b"first bytes")], step
            kinds = sorted(event.kind for event in ledger.events(CITY))
            assert kinds == ["delivery_received", "drop_refused", "repeat"], step
            assert [event.payload["newer_exists"] for event in ledger.events(CITY, "repeat")] == [False], step
            assert all(archive.is_intact(paths, delivery) for delivery in ledger.deliveries(CITY))
            assert list(paths.archive.rglob(f"{TEMPORARY}*")) == [], step
        paths = fresh()


def test_bytes_and_name_are_on_disk_before_the_ledger_speaks_of_them(
    settings: Settings, paths: Paths, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(paths, "dp3a/a.csv", b"x")
    log: list[str] = []
    real_fsync, real_record = os.fsync, ledger.record_delivery

    def fsync(handle: int) -> None:
        name = os.path.relpath(os.readlink(f"/proc/self/fd/{handle}"), paths.archive)
        log.append("temporary" if TEMPORARY in name else name)
        real_fsync(handle)

    def record(*args: object) -> bool:
        log.append("ledger")
        return real_record(*args)  # type: ignore[arg-type]

    (paths.archive / "dp3a").mkdir(parents=True)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(ledger, "record_delivery", record)
    look(settings, ledger)

    # the copy twice (bytes, then mode) and its folder, the sidecar and its folder
    assert log == ["temporary", "temporary", "dp3a", "temporary", "dp3a", "ledger"]


def old_enough(file: Path) -> None:
    """Wait until the file's change time, which nobody can set, is old enough for the index."""
    while time.time() - file.stat().st_ctime < 0.35:
        time.sleep(0.05)


def test_the_index_saves_hashing_of_files_that_did_not_change_and_of_no_others(
    settings: Settings, paths: Paths, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[int] = []
    real = archive.sha256_of

    def counting(stream: object) -> str:
        hashed.append(1)
        return real(stream)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "sha256_of", counting)
    assert seen._FRESH_NS == 2e9
    monkeypatch.setattr(seen, "_FRESH_NS", 3e8)  # so that the test need not wait two seconds

    def hashes_of_a_look() -> int:
        hashed.clear()
        look(settings, ledger)
        return len(hashed)

    index = paths.archive / "index.json"
    one, two = drop(paths, "dp3a/1.csv", b"one"), drop(paths, "dp3a/2.csv", b"two")
    assert hashes_of_a_look() == 2
    assert hashes_of_a_look() == 2, "files changed a moment ago are not believed to stay"

    old_enough(two)
    assert hashes_of_a_look() == 2
    assert hashes_of_a_look() == 0
    assert stat.S_IMODE(index.stat().st_mode) == 0o600
    assert "1.csv" not in index.read_text()

    # the same size and modification time: only the change time tells
    moment = one.stat()
    one.write_bytes(b"uno")
    os.utime(one, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert hashes_of_a_look() == 1
    assert len(ledger.deliveries(CITY)) == 3

    for damage in (b"", b"[]", b"{", b'{"x": 1}', json.dumps(dict.fromkeys(json.loads(index.read_text()))).encode()):
        index.write_bytes(damage)
        assert hashes_of_a_look() == 2
    index.unlink()
    assert hashes_of_a_look() == 2
    assert len(ledger.deliveries(CITY)) == 3


def test_an_index_of_another_ledger_is_not_believed(settings: Settings, paths: Paths, ledger: Ledger) -> None:
    file = drop(paths, "dp3a/1.csv", b"one")
    look(settings, ledger)
    index = paths.archive / "index.json"
    found = file.stat()
    key = ledger.events(CITY)[0].payload["path_hash"]
    index.write_text(json.dumps({key: [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, "f" * 64]}))

    assert look(settings, ledger).known == 1
    assert len(ledger.deliveries(CITY)) == 1


def test_a_missing_sidecar_or_changed_bytes_are_told_and_not_guessed(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/1.csv", b"one")
    look(settings, ledger)
    (delivery,) = ledger.deliveries(CITY)

    file = archive.file_of(paths, delivery)
    file.chmod(0o600)
    file.write_bytes(b"eno")
    assert not archive.is_intact(paths, delivery)
    file.unlink()
    assert not archive.is_intact(paths, delivery)

    (paths.archive / "dp3a" / f"{delivery.delivery_id}.json").unlink()
    with pytest.raises(StorageProblem, match=delivery.delivery_no) as caught:
        archive.original_name(paths, delivery)
    assert caught.value.__context__ is None


def test_after_an_erasure_the_redacted_file_is_found_and_the_raw_drop_is_not_taken_again(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dp3a/1.csv", b"one")
    look(settings, ledger)
    (delivery,) = ledger.deliveries(CITY)
    redacted = b"***"
    (paths.archive / "dp3a" / f"{sha(redacted)}.csv").write_bytes(redacted)

    moved: Delivery = ledger.move_rendition(delivery, sha(redacted))

    assert archive.file_of(paths, moved).read_bytes() == redacted
    assert archive.is_intact(paths, moved)
    assert archive.original_name(paths, moved) == "1.csv"
    assert look(settings, ledger).new == []


# a file in the wrong agency's folder


def say(ledger: Ledger, data: bytes, verdict: str) -> None:
    """What staging says about a delivery."""
    ledger.append(CITY, "delivery_staged", {"delivery_id": sha(data), "verdict": verdict})


@pytest.mark.parametrize(("verdict", "is_moved"), [("refused", True), ("refused", False), ("accepted", True)])
def test_a_file_put_into_the_right_folder_is_a_delivery_of_that_agency(
    settings: Settings, paths: Paths, ledger: Ledger, verdict: str, is_moved: bool
) -> None:
    data = b"of the other agency"
    wrong = drop(paths, "dinsos/Laporan.csv", data)
    look(settings, ledger)
    say(ledger, data, verdict)
    drop(paths, "dp3a/laporan benar.csv", data)
    if is_moved:
        wrong.unlink()

    received = look(settings, ledger)

    assert (received.rehomed, received.repeats, received.new) == (1, 0, [])
    (delivery,) = ledger.deliveries(CITY)
    assert (delivery.agency, delivery.delivery_id) == ("dp3a", sha(data))
    assert archive.file_of(paths, delivery).read_bytes() == data
    assert archive.is_intact(paths, delivery)
    assert archive.original_name(paths, delivery) == "Laporan.csv"
    (event,) = ledger.events(CITY, "delivery_rehomed")
    assert (event.payload["from_agency"], event.payload["to_agency"]) == ("dinsos", "dp3a")
    assert ledger.verify().is_valid
    before = ledger.counts()
    again = look(settings, ledger)
    assert (again.rehomed, again.repeats, ledger.counts()) == (0, 0, before)


def test_two_copies_of_a_file_that_nobody_can_use_do_not_change_owner_every_night(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    data = b"of no use"
    drop(paths, "dinsos/a.csv", data)
    for _ in range(4):
        look(settings, ledger)
        say(ledger, data, "refused")
        drop(paths, "dp3a/a.csv", data)
    assert len(ledger.events(CITY, "delivery_rehomed")) == 1


def test_a_copy_of_an_accepted_file_in_another_folder_is_a_repeat_as_long_as_the_first_lies_there(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    drop(paths, "dinsos/a.csv", b"x")
    look(settings, ledger)
    say(ledger, b"x", "accepted")
    drop(paths, "dp3a/a.csv", b"x")
    received = look(settings, ledger)
    assert (received.rehomed, received.repeats) == (0, 1)
    assert [delivery.agency for delivery in ledger.deliveries(CITY)] == ["dinsos"]


def test_after_an_erasure_the_raw_file_moves_to_no_other_agency(
    settings: Settings, paths: Paths, ledger: Ledger
) -> None:
    raw = drop(paths, "dinsos/a.csv", b"x")
    look(settings, ledger)
    ledger.move_rendition(ledger.deliveries(CITY)[0], sha(b"redacted"))
    raw.unlink()
    drop(paths, "dp3a/a.csv", b"x")
    assert look(settings, ledger).rehomed == 0
