"""Who may: the login of the session, in a file that nobody else can write. Each refusal is an event."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from kla_pipeline.decisions import roles
from kla_pipeline.decisions.roles import NotAllowed, RolesFileProblem, read_people, require
from kla_pipeline.ledger import Event, Ledger, chain
from kla_pipeline.settings import Settings
from kla_pipeline_tests.decisions.people import CITY, ROLES, log_in, write_roles

ME = os.geteuid()


def refusals(ledger: Ledger) -> list[Event]:
    return ledger.events(CITY, "call_refused")


def test_a_login_with_the_role_goes_on_and_leaves_no_event(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(monkeypatch, "uji-rina")

    actor = require(settings, ledger, CITY, "decide approve", "approver", agency="dp3a")

    assert (actor.login, actor.jurisdiction) == ("uji-rina", CITY)
    assert not refusals(ledger)


@pytest.mark.parametrize(
    ("login", "agency", "reason"),
    [
        ("uji-tono", "dp3a", "no_role"),
        ("uji-unknown", "dp3a", "no_role"),
        ("uji-budi", "dinsos", "other_agency"),
        ("uji-budi", None, "other_agency"),
        ("uji-sari", "dp3a", "other_agency"),
        ("uji-sari", None, "other_agency"),
        ("uji-dewi", "dp3a", "other_agency"),
    ],
)
def test_a_login_without_the_role_or_for_another_agency_is_refused_with_an_event(
    settings: Settings,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    login: str,
    agency: str | None,
    reason: str,
) -> None:
    log_in(monkeypatch, login)

    with pytest.raises(NotAllowed, match=login):
        require(settings, ledger, CITY, "decide correct", "agency", "approver", agency=agency)

    (event,) = refusals(ledger)
    assert event.actor == login
    assert event.payload == {
        "command": "decide correct",
        "reason": reason,
        "needed": ["agency", "approver"],
        "agency": agency,
    }


@pytest.mark.parametrize(("login", "agency"), [("uji-budi", "dp3a"), ("uji-sari", "dinsos")])
def test_a_person_limited_to_agencies_may_act_for_them(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, login: str, agency: str
) -> None:
    log_in(monkeypatch, login)

    assert require(settings, ledger, CITY, "decide correct", "agency", "approver", agency=agency).login == login


def test_the_owner_of_the_data_is_operator_without_a_line_in_the_file_and_nothing_more(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(monkeypatch, pwd.getpwuid(ME).pw_name)

    assert require(settings, ledger, CITY, "rejects export", "operator", agency="dp3a").roles == {"operator"}
    with pytest.raises(NotAllowed):
        require(settings, ledger, CITY, "decide approve", "approver", agency="dp3a")


def test_nobody_becomes_operator_by_a_line_in_the_file(settings: Settings, tmp_path: Path) -> None:
    write_roles(tmp_path / "etc", '[people]\nuji-budi = {roles = ["operator"]}\n')

    with pytest.raises(RolesFileProblem, match="unknown role operator"):
        read_people(settings.roles_file, ME)


def test_the_environment_does_not_make_an_actor(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "LOGNAME", "SUDO_USER", "KLA_ACTOR"):
        monkeypatch.setenv(name, "uji-rina")
    chain.os_actor.cache_clear()

    with pytest.raises(NotAllowed):
        require(settings, ledger, CITY, "decide approve", "approver", agency="dp3a")

    assert refusals(ledger)[0].actor != "uji-rina"


def test_the_login_that_began_the_session_is_the_actor_whoever_the_process_runs_as(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = pwd.getpwnam("nobody")
    kernel = tmp_path / "loginuid"
    monkeypatch.setattr(chain, "_LOGIN_UID", kernel)
    for said, expected in [(str(nobody.pw_uid), "nobody"), (str(2**32 - 1), None), ("", None), ("4000000001", "uid:")]:
        kernel.write_text(said)
        chain.os_actor.cache_clear()
        assert chain.os_actor().startswith(expected or pwd.getpwuid(ME).pw_name)
    chain.os_actor.cache_clear()


@pytest.mark.parametrize("change", ["file", "folder", "above"])
def test_a_roles_file_that_others_can_write_gives_nobody_a_role(
    settings: Settings, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    log_in(monkeypatch, "uji-rina")
    {"file": settings.roles_file, "folder": tmp_path / "etc", "above": tmp_path}[change].chmod(0o777)

    with pytest.raises(NotAllowed, match="others"):
        require(settings, ledger, CITY, "decide approve", "approver", agency="dp3a")

    assert refusals(ledger)[0].payload["reason"] == "roles_file"


def test_a_roles_file_that_others_can_write_does_not_stop_the_night(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.roles_file.chmod(0o666)
    log_in(monkeypatch, pwd.getpwuid(ME).pw_name)

    assert require(settings, ledger, CITY, "run", "operator").roles == {"operator"}


def test_a_link_is_no_roles_file(settings: Settings, tmp_path: Path) -> None:
    link = tmp_path / "etc" / "link.toml"
    link.symlink_to(settings.roles_file)

    with pytest.raises(RolesFileProblem, match="link"):
        read_people(link, ME)


def test_a_folder_reached_over_a_link_is_looked_at_where_it_really_lies(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(tmp_path / "etc")
    assert read_people(tmp_path / "way" / "roles.toml", ME)
    (tmp_path / "etc").chmod(0o777)

    with pytest.raises(RolesFileProblem, match="others"):
        read_people(tmp_path / "way" / "roles.toml", ME)


def test_a_roles_file_of_somebody_else_gives_nobody_a_role(settings: Settings) -> None:
    if ME == 0:
        os.chown(settings.roles_file, pwd.getpwnam("nobody").pw_uid, -1)
        with pytest.raises(RolesFileProblem, match="neither root nor the owner"):
            read_people(settings.roles_file, 0)
    else:
        with pytest.raises(RolesFileProblem, match="neither root nor the owner"):
            read_people(settings.roles_file, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[people", "not TOML"),
        ('people = "uji-rina"', "no single table"),
        ("", "no single table"),
        (ROLES + "\n[groups]\n", "no single table"),
        ('[people]\nuji-rina = ["approver"]', "something else"),
        ('[people]\nuji-rina = {roles = "approver"}', "something else"),
        ('[people]\nuji-rina = {roles = ["approver"], until = "2027"}', "something else"),
        ('[people]\nuji-rina = {roles = ["admin"]}', "unknown role admin"),
    ],
)
def test_a_roles_file_that_says_something_unknown_gives_nobody_a_role(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RolesFileProblem, match=said):
        read_people(write_roles(tmp_path / "etc", text), ME)


def test_without_a_roles_file_the_refusal_says_where_it_belongs(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.roles_file.unlink()
    log_in(monkeypatch, "uji-rina")

    with pytest.raises(NotAllowed, match=r"is not there.*roles\.example\.toml"):
        require(settings, ledger, CITY, "decide approve", "approver", agency="dp3a")


def test_the_example_of_a_roles_file_is_one(tmp_path: Path) -> None:
    example = Path(roles.__file__).parents[2] / "deploy" / "roles.example.toml"
    people = read_people(write_roles(tmp_path / "etc", example.read_text(encoding="utf-8")), ME)

    assert set().union(*(given for given, _ in people.values())) == set(roles.ROLES)


def test_a_pipe_is_refused_without_waiting_and_brackets_without_end_are_no_table(tmp_path: Path) -> None:
    file = write_roles(tmp_path / "etc", f"[people]\nuji-rina = {'[' * 5_000}{']' * 5_000}\n")
    with pytest.raises(RolesFileProblem, match="is not TOML"):
        read_people(file, ME)
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(RolesFileProblem, match="is not a plain file"):
        read_people(file, ME)
