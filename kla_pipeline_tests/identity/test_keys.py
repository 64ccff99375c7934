"""The pseudonym key is made once, kept to its owner, and never silently replaced. All numbers are invented."""

from __future__ import annotations

import hashlib
import hmac
import os
import pickle
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kla_pipeline.errors import KeyProblem
from kla_pipeline.identity.keys import Key, key_id_of, load_key
from kla_pipeline.ledger import Ledger, open_ledger
from kla_pipeline.settings import Settings, load_settings
from kla_pipeline_tests.ledger.kill import every_step, exit_code, in_child
from kla_pipeline_tests.support import let_others_through


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", key_file=tmp_path / "config" / "kla" / "pseudonym.key")


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with open_ledger(settings) as opened:
        yield opened


def write_key(settings: Settings, text: str, mode: int = 0o600) -> None:
    settings.key_file.parent.mkdir(parents=True, exist_ok=True)
    settings.key_file.write_text(text)
    settings.key_file.chmod(mode)


def test_the_first_run_makes_a_key_for_its_owner_only_and_registers_its_id(settings: Settings, ledger: Ledger) -> None:
    key = load_key(settings, ledger)

    assert len(key.secret) == 32
    assert settings.key_file.read_text() == f"{key.secret.hex()}\n"
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.key_file.parent.stat().st_mode) == 0o700
    assert key.key_id == hmac.new(key.secret, b"kla key id", hashlib.sha256).hexdigest()[:16] == ledger.key_id()
    assert [event.payload for event in ledger.events(kind="key_registered")] == [{"key_id": key.key_id}]
    assert [file.name for file in settings.key_file.parent.iterdir()] == ["pseudonym.key"]


def test_two_ledgers_get_two_keys(tmp_path: Path, settings: Settings, ledger: Ledger) -> None:
    other = load_settings(data_dir=tmp_path / "other", key_file=tmp_path / "other.key")
    with open_ledger(other) as second:
        assert load_key(other, second).secret != load_key(settings, ledger).secret


def test_later_runs_load_the_same_key_and_add_nothing_to_the_ledger(settings: Settings, ledger: Ledger) -> None:
    first = load_key(settings, ledger)
    before = ledger.counts()

    assert load_key(settings, ledger) == first
    assert ledger.counts() == before


def test_a_key_that_was_brought_along_is_taken_by_a_fresh_ledger(settings: Settings, ledger: Ledger) -> None:
    write_key(settings, "ab" * 32)

    assert load_key(settings, ledger).secret == b"\xab" * 32
    assert ledger.key_id() == key_id_of(b"\xab" * 32)


def test_a_missing_key_stops_the_run_and_none_is_made(settings: Settings, ledger: Ledger) -> None:
    key = load_key(settings, ledger)
    settings.key_file.unlink()

    with pytest.raises(KeyProblem, match="safe") as caught:
        load_key(settings, ledger)

    assert key.key_id in str(caught.value)
    assert str(settings.key_file) in str(caught.value)
    assert not settings.key_file.exists()


def test_another_key_stops_the_run_and_both_ids_are_named(settings: Settings, ledger: Ledger) -> None:
    first = load_key(settings, ledger)
    write_key(settings, "cd" * 32)

    with pytest.raises(KeyProblem) as caught:
        load_key(settings, ledger)

    assert first.key_id in str(caught.value)
    assert key_id_of(b"\xcd" * 32) in str(caught.value)
    assert ledger.key_id() == first.key_id


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o611])
def test_a_key_that_others_can_open_is_refused_with_the_command_to_mend_it(
    settings: Settings, ledger: Ledger, mode: int
) -> None:
    write_key(settings, "ab" * 32, mode)

    with pytest.raises(KeyProblem, match="chmod 600"):
        load_key(settings, ledger)

    assert ledger.key_id() is None


@pytest.mark.parametrize("text", ["", "ab" * 31, "ab" * 33, "zz" * 32, "ab" * 16 + " " + "ab" * 16])
def test_a_file_that_is_no_key_is_refused_without_showing_it(settings: Settings, ledger: Ledger, text: str) -> None:
    write_key(settings, text)

    with pytest.raises(KeyProblem, match="not a pseudonym key") as caught:
        load_key(settings, ledger)

    assert not text or text not in str(caught.value)
    assert ledger.key_id() is None


def test_a_folder_in_place_of_the_key_is_one_clear_line(settings: Settings, ledger: Ledger) -> None:
    settings.key_file.mkdir(parents=True)

    with pytest.raises(KeyProblem, match="cannot be read") as caught:
        load_key(settings, ledger)

    assert caught.value.__context__ is None


def test_a_key_file_of_another_user_is_one_clear_line(tmp_path: Path, settings: Settings, ledger: Ledger) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    write_key(settings, "ab" * 32)
    let_others_through(settings.key_file.parent)

    def as_nobody() -> None:
        # a stand-in for the ledger: the file is judged before anything is registered
        ledger.key_id = lambda: None  # type: ignore[method-assign]
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        with pytest.raises(KeyProblem, match="cannot be read"):
            load_key(settings, ledger)

    assert exit_code(in_child(as_nobody)) == 0


def test_a_tilde_in_the_setting_means_the_home_folder(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    load_key(load_settings(data_dir=tmp_path, key_file=Path("~/k/pseudonym.key")), ledger)

    assert (tmp_path / "home" / "k" / "pseudonym.key").is_file()


def test_first_runs_at_the_same_time_agree_on_one_key(settings: Settings) -> None:
    def load() -> None:
        with open_ledger(settings) as ledger:
            assert load_key(settings, ledger).key_id == ledger.key_id()

    children = [in_child(load) for _ in range(4)]

    assert [exit_code(pid) for pid in children] == [0, 0, 0, 0]
    with open_ledger(settings) as ledger:
        assert len(ledger.events(kind="key_registered")) == 1
    assert [file.name for file in settings.key_file.parent.iterdir()] == ["pseudonym.key"]


def test_a_first_run_killed_at_any_step_leaves_a_key_the_next_run_goes_on_with(tmp_path: Path) -> None:
    with open_ledger(load_settings(data_dir=tmp_path / "warm-up")):
        pass
    trial = iter(range(1000))
    current: list[Settings] = []

    def fresh() -> Settings:
        folder = tmp_path / str(next(trial))
        current[:] = [load_settings(data_dir=folder, key_file=folder / "config" / "pseudonym.key")]
        return current[0]

    def first_run() -> None:
        with open_ledger(current[0]) as ledger:
            load_key(current[0], ledger)

    fresh()
    for _ in every_step(first_run):
        with open_ledger(current[0]) as ledger:
            key = load_key(current[0], ledger)
            assert ledger.key_id() == key.key_id
            assert len(ledger.events(kind="key_registered")) == 1
        fresh()


def test_a_pseudonym_is_the_first_32_digits_of_the_hmac_of_kind_and_value() -> None:
    key = Key("id", b"\x01" * 32)

    assert (
        key.pseudonym("nik", "3673010101010001")
        == hmac.new(b"\x01" * 32, b"nik:3673010101010001", hashlib.sha256).hexdigest()[:32]
    )
    assert key.pseudonym("nik", "3673010101010001") == key.pseudonym("nik", "3673010101010001")


def test_pseudonyms_differ_by_kind_by_value_and_by_key() -> None:
    one, two = Key("1", b"\x01" * 32), Key("2", b"\x02" * 32)

    names = [
        one.pseudonym("nik", "3673010101010001"),
        one.pseudonym("nik", "3673010101010002"),
        one.pseudonym("rec", "3673010101010001"),
        two.pseudonym("nik", "3673010101010001"),
    ]

    assert len(set(names)) == 4


def test_no_text_form_of_a_key_shows_the_secret() -> None:
    key = Key("0123456789abcdef", b"\xab" * 32)

    for text in (repr(key), str(key), f"{key}", f"{[key]}"):
        assert "abab" not in text
        assert "\\xab" not in text
        assert "0123456789abcdef" in text
    assert pickle.loads(pickle.dumps(key)) == key
