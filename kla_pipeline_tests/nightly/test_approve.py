"""Approving a release: two people, one statement, a sheet that follows from ledger and release; strict mode."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from kla_pipeline.decisions.roles import NotAllowed
from kla_pipeline.errors import KlaError, WrongUse
from kla_pipeline.ledger import Event, Head, open_ledger
from kla_pipeline.nightly import editions, release, signoff
from kla_pipeline.nightly.approve import Approval, approve, look
from kla_pipeline.warehouse import publish as files
from kla_pipeline_tests.decisions.people import log_in, write_roles
from kla_pipeline_tests.faults.cities import copy_city, kla
from kla_pipeline_tests.faults.exports import person, roster
from kla_pipeline_tests.nightly.stops import Stopped, stopped_before_event
from kla_pipeline_tests.support import CITY, City, city_in

ROLES = """
[people]
uji-rina = {roles = ["approver"]}
uji-wati = {roles = ["approver"]}
uji-sari = {roles = ["approver"], agencies = ["dinsos"]}
uji-tono = {roles = ["viewer", "auditor"]}
"""
Sign = Callable[..., Approval]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A release that readers have, with one rejected row."""
    city = city_in(tmp_path_factory.mktemp("approved") / "data")
    city.write("dinsos", "ppks.csv", roster(person(1), person(2, sex="?")))
    city.night()
    return city


@pytest.fixture(scope="module")
def waiting_once(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A strict city whose first release waits."""
    city = city_in(tmp_path_factory.mktemp("strict") / "data", strict_releases=True)
    city.write("dinsos", "ppks.csv", roster(person(1)))
    city.night()
    return city


@pytest.fixture(scope="module")
def two_waiting_once(waiting_once: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The same a night later: a second release waits, with a further file and a rejected row."""
    city = _again(waiting_once, tmp_path_factory.mktemp("two"), is_strict=True)
    city.write("dinsos", "ppks_2.csv", roster(person(1), person(2), person(3, sex="?")))
    city.night()
    return city


def _again(city: City, folder: Path, *, is_strict: bool = False) -> City:
    copied = copy_city(city, folder)
    roles = write_roles(folder / "etc", ROLES)
    return city_in(copied.settings.data_dir, roles_file=roles, strict_releases=is_strict)


@pytest.fixture
def city(loaded: City, tmp_path: Path) -> City:
    return _again(loaded, tmp_path)


@pytest.fixture
def strict(waiting_once: City, tmp_path: Path) -> City:
    return _again(waiting_once, tmp_path, is_strict=True)


@pytest.fixture
def two_waiting(two_waiting_once: City, tmp_path: Path) -> City:
    return _again(two_waiting_once, tmp_path, is_strict=True)


@pytest.fixture
def sign(monkeypatch: pytest.MonkeyPatch) -> Sign:
    def signing(city: City, login: str, release_id: str | None = None) -> Approval:
        with monkeypatch.context() as session:
            log_in(session, login)
            return approve(city.settings, release_id)

    return signing


def events(city: City, kind: str) -> list[Event]:
    with open_ledger(city.settings) as ledger:
        return ledger.events(CITY, kind)


def releases_of(city: City) -> list[Path]:
    return files.list_releases(city.paths)


def only_release(city: City) -> Path:
    (folder,) = releases_of(city)
    return folder


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


# two people


def test_an_approval_is_made_by_two_people_who_sign_one_statement(city: City, sign: Sign) -> None:
    first = sign(city, "uji-rina")
    second = sign(city, "uji-wati")

    assert (first.outcome, first.sheet, second.outcome) == ("signed", None, "approved")
    assert second.signed_by == ["uji-rina", "uji-wati"]
    told = events(city, "release_approved")
    assert [event.actor for event in told] == ["uji-rina", "uji-wati"]
    assert {event.payload["statement"] for event in told} == {second.statement["hash"]}


def test_one_person_cannot_be_the_second_and_the_attempt_is_an_event(city: City, sign: Sign) -> None:
    sign(city, "uji-rina")
    with pytest.raises(NotAllowed, match="second person"):
        sign(city, "uji-rina")
    assert len(events(city, "release_approved")) == 1
    (refused,) = events(city, "call_refused")
    assert (refused.actor, refused.payload["reason"]) == ("uji-rina", "same_person")


@pytest.mark.parametrize("login", ["uji-tono", "uji-sari", "uji-nobody"])
def test_only_an_approver_of_all_agencies_can_sign(city: City, sign: Sign, login: str) -> None:
    with pytest.raises(NotAllowed):
        sign(city, login)
    assert events(city, "release_approved") == []
    assert [event.actor for event in events(city, "call_refused")] == [login]


def test_a_third_signature_changes_nothing(city: City, sign: Sign) -> None:
    sign(city, "uji-rina")
    sign(city, "uji-wati")
    assert sign(city, "uji-rina").outcome == "already"
    assert len(events(city, "release_approved")) == 2


def test_looking_signs_nothing(city: City) -> None:
    found = look(city.settings)
    assert (found.outcome, found.signed_by) == ("looked", [])
    assert events(city, "release_approved") == []


def test_a_release_that_does_not_exist_cannot_be_signed(city: City, sign: Sign) -> None:
    with pytest.raises(WrongUse, match="no release 20990101"):
        sign(city, "uji-rina", "20990101-0001-aaaaaaaa")


def test_signatures_under_a_release_whose_files_were_rewritten_count_no_more(
    city: City, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(city, "uji-rina")
    original = signoff.statement
    monkeypatch.setattr(signoff, "statement", lambda *args: original(*args) | {"hash": "another"})
    assert sign(city, "uji-wati").outcome == "signed"


# the sheet


def test_the_statement_names_rules_files_and_open_rejects_of_the_release(city: City) -> None:
    statement = look(city.settings).statement
    with city.released("audit") as audit:
        rules = audit.execute("SELECT count(*) FROM quality.rule").fetchone()
        deliveries = audit.execute("SELECT delivery_id, delivery_label FROM quality.delivery").fetchall()

    assert (statement["rules"]["count"],) == rules
    assert [(file["sha256"], file["delivery_label"]) for file in statement["files"]["list"]] == deliveries
    assert statement["open_rejects"]["count"] == 1
    assert [(row["agency"], row["row_count"]) for row in statement["open_rejects"]["list"]] == [("dinsos", 1)]
    assert "ppks.csv" not in json.dumps(statement), "a file name may hold a person's name"


def test_another_file_or_open_reject_is_another_statement(two_waiting: City) -> None:
    earlier, later = (look(two_waiting.settings, folder.name).statement for folder in releases_of(two_waiting))
    assert earlier["rules"]["hash"] == later["rules"]["hash"]
    for part in ("files", "open_rejects"):
        assert earlier[part]["hash"] != later[part]["hash"], part
    assert earlier["hash"] != later["hash"]


def test_the_sheet_carries_two_names_and_a_head_that_proves_the_chain(city: City, sign: Sign) -> None:
    sign(city, "uji-rina")
    sheet = sign(city, "uji-wati").sheet
    assert sheet is not None
    content = json.loads((sheet / "signoff.json").read_text(encoding="utf-8"))
    page = (sheet / "index.html").read_text(encoding="utf-8")

    head = Head(content["chain"]["count"], content["chain"]["hash"])
    with open_ledger(city.settings) as ledger:
        assert ledger.verify(head).is_valid
        assert not ledger.verify(Head(head.count, "0" * 64)).is_valid
    assert f"--head {head.count}:{head.hash}" in page
    for text in ("uji-rina", "uji-wati", content["hash"], content["rules"]["hash"], content["files"]["hash"]):
        assert page.count(text) >= 2, "once in each language"
    assert mode(sheet / "signoff.json") == 0o440


def test_a_lost_sheet_is_written_again_equal_to_the_byte(city: City, sign: Sign) -> None:
    sign(city, "uji-rina")
    sheet = sign(city, "uji-wati").sheet
    assert sheet is not None
    before = {file.name: file.read_bytes() for file in sheet.iterdir()}
    shutil.rmtree(sheet)
    again = sign(city, "uji-rina").sheet
    assert again is not None
    assert {file.name: file.read_bytes() for file in again.iterdir()} == before


# strict mode


def test_a_strict_release_is_complete_recorded_closed_and_not_what_readers_get(strict: City) -> None:
    folder = only_release(strict)
    assert release.is_whole(folder)
    assert not strict.paths.current.exists()
    assert mode(folder) == mode(files.list_editions(strict.paths)[0]) == 0o500
    (recorded,) = events(strict, "release_recorded")
    assert recorded.payload["release_id"] == folder.name
    assert events(strict, "release_swapped") == []


def test_the_second_signature_publishes_and_the_first_does_not(strict: City, sign: Sign) -> None:
    first = sign(strict, "uji-rina")
    assert not first.is_published
    assert not strict.paths.current.exists()

    second = sign(strict, "uji-wati")

    assert second.is_published
    assert strict.paths.current.resolve() == only_release(strict)
    assert mode(only_release(strict)) == mode(files.list_editions(strict.paths)[0]) == 0o555
    assert [event.payload["release_id"] for event in events(strict, "release_swapped")] == [only_release(strict).name]


def test_a_night_with_the_same_inputs_leaves_the_waiting_release_waiting(strict: City) -> None:
    night = strict.night()
    assert (night.built.built, night.published.outcome) == (False, "waiting")
    assert release.is_settled(strict.settings, CITY)
    assert len(files.list_releases(strict.paths)) == 1


def test_readers_keep_the_approved_release_and_edition_while_a_newer_one_waits(strict: City, sign: Sign) -> None:
    approved = sign(strict, "uji-rina").statement["release"]["release_id"]
    sign(strict, "uji-wati")
    strict.write("dinsos", "ppks_2.csv", roster(person(1), person(2)))

    newer = strict.night().published

    assert (newer.outcome, newer.release_id != approved) == ("waiting", True)
    assert strict.paths.current.readlink().name == approved
    assert len(files.list_editions(strict.paths)) == 1, "what is public stays as it is"
    sign(strict, "uji-rina")
    assert sign(strict, "uji-wati").is_published
    assert strict.paths.current.readlink().name == newer.release_id


def test_a_release_that_was_overtaken_before_its_approval_cannot_take_readers_back(
    two_waiting: City, sign: Sign
) -> None:
    overtaken, newest = (folder.name for folder in releases_of(two_waiting))
    sign(two_waiting, "uji-rina")
    sign(two_waiting, "uji-wati")
    assert two_waiting.paths.current.readlink().name == newest
    with pytest.raises(WrongUse, match="another was approved"):
        sign(two_waiting, "uji-rina", overtaken)


def test_after_an_older_release_its_edition_stays_and_the_newer_inputs_come_under_a_new_release(
    two_waiting: City, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "_says_anything", lambda *_: True)  # as of a city whose registers all came
    older, newest = (folder.name for folder in releases_of(two_waiting))
    sign(two_waiting, "uji-rina", older)
    assert sign(two_waiting, "uji-wati", older).is_published
    assert two_waiting.paths.current.readlink().name == older

    with pytest.raises(WrongUse, match="another was approved"):
        sign(two_waiting, "uji-rina", newest)
    night = two_waiting.night()

    assert (night.built.built, night.published.outcome) == (False, "waiting")
    held = {
        event.payload["release_id"]: event.payload["edition_id"] for event in events(two_waiting, "release_recorded")
    }
    assert held[night.published.release_id] == held[older] != held[newest]


def test_an_edition_that_no_approved_release_holds_is_cut_anew_with_what_was_corrected(
    two_waiting: City, sign: Sign
) -> None:
    assert [edition.name[-4:] for edition in files.list_editions(two_waiting.paths)] == ["0001", "0002"]
    sign(two_waiting, "uji-rina")
    sign(two_waiting, "uji-wati")
    assert [mode(edition) for edition in files.list_editions(two_waiting.paths)] == [0o500, 0o555]


@pytest.mark.parametrize("where", ["sheet", "swap", "event"])
def test_an_approval_that_was_stopped_is_finished_by_the_next_night(
    strict: City, sign: Sign, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def stop(*_: object) -> None:
        raise Stopped

    sign(strict, "uji-rina")
    if where == "event":
        with stopped_before_event("release_swapped"):
            sign(strict, "uji-wati")
    else:
        with monkeypatch.context() as patch:
            patch.setattr(*{"sheet": (signoff, "write_sheet"), "swap": (files, "make_current")}[where], stop)
            with pytest.raises(Stopped):
                sign(strict, "uji-wati")

    assert strict.night().published.outcome == "unchanged"

    assert strict.paths.current.resolve() == only_release(strict)
    assert len(events(strict, "release_swapped")) == 1
    assert sign(strict, "uji-rina").sheet is not None, "the sheet follows from the ledger at any time"


def test_a_waiting_release_is_published_by_the_next_night_when_nobody_asks_for_approvals_any_more(strict: City) -> None:
    open_city = city_in(strict.settings.data_dir)
    assert open_city.night().published.outcome == "published"
    assert open_city.paths.current.resolve() == only_release(strict)
    assert mode(only_release(strict)) == 0o555


# commands


def test_the_list_and_the_command_say_how_an_approval_stands(strict: City, sign: Sign) -> None:
    more = {"KLA_STRICT_RELEASES": "true", "KLA_ROLES_FILE": str(strict.settings.roles_file), "COLUMNS": "200"}
    assert "waits for approval" in kla(strict, "release", "list", **more).out
    sign(strict, "uji-rina")
    assert "uji-rina (1 of 2)" in kla(strict, "release", "list", **more).out
    sign(strict, "uji-wati")
    listed = json.loads(kla(strict, "release", "list", "--json", **more).out)["releases"]
    assert [(row["is_current"], row["is_waiting"], row["approval"]["is_complete"]) for row in listed] == [
        (True, False, True)
    ]


def test_a_refused_approval_is_one_of_our_errors_without_a_cause(city: City, sign: Sign) -> None:
    with pytest.raises(KlaError) as failed:
        sign(city, "uji-tono")
    assert failed.value.__cause__ is failed.value.__context__ is None
