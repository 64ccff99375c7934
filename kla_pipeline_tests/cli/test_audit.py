"""`kla audit verify` names the first bad event, and what only a printed head or the key can show."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from kla_pipeline.cli.audit import verify_command
from kla_pipeline.decisions import propose
from kla_pipeline.errors import WrongUse
from kla_pipeline.identity.keys import load_key
from kla_pipeline.ledger import open_ledger
from kla_pipeline.settings import Settings
from kla_pipeline_tests.decisions.people import correction, person
from kla_pipeline_tests.support import city_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A ledger of four events: the key, two corrections and another one."""
    given = city_in(tmp_path / "data", lang="en").settings
    with open_ledger(given) as ledger:
        key = load_key(given, ledger)
        propose.propose(ledger, key, person("uji-budi"), [correction(), correction("a1" * 8 + "/1/8")])
        ledger.append("36.73", "checked", {"n": 1})
    return given


def tamper(settings: Settings, statement: str) -> None:
    raw = sqlite3.connect(settings.paths().ledger)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute(statement)
    raw.commit()
    raw.close()


def head_of(settings: Settings) -> str:
    with open_ledger(settings) as ledger:
        head = ledger.head()
    return f"{head.count}:{head.hash}"


def test_a_whole_ledger_is_told_with_the_head_to_be_kept(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_command(settings, None, as_json=False) == 0
    assert head_of(settings) in capsys.readouterr().out

    assert verify_command(settings, head_of(settings), as_json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["is_valid"] is True
    assert (said["events"], said["is_head_given"], said["are_texts_checked"]) == (4, True, True)


@pytest.mark.parametrize(
    ("statement", "seq", "reason"),
    [
        ("UPDATE event SET actor = 'x' WHERE seq = 3", 3, "changed"),
        ("DELETE FROM event WHERE seq = 3", 3, "gap"),
        ("DELETE FROM decision_value WHERE event_seq = 2 AND position = 2", 2, "row_differs"),
        ("UPDATE decision_value SET value = 'x' WHERE event_seq = 3", 3, "text_differs"),
    ],
)
def test_the_first_bad_event_is_named_with_what_to_do(
    settings: Settings, capsys: pytest.CaptureFixture[str], statement: str, seq: int, reason: str
) -> None:
    tamper(settings, statement)

    assert verify_command(settings, None, as_json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["is_valid"], said["first_bad_event"], said["reason"]) == (False, seq, reason)
    assert verify_command(settings, None, as_json=False) == 1
    text = capsys.readouterr().out
    assert f"Event {seq} " in text
    assert "backup" in text


def test_a_cut_end_shows_with_the_printed_head_and_only_then(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = head_of(settings)
    tamper(settings, "DELETE FROM event WHERE seq = 4")

    assert verify_command(settings, None, as_json=True) == 0
    capsys.readouterr()
    assert verify_command(settings, printed, as_json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["first_bad_event"], said["reason"]) == (4, "tail_cut")


def test_without_the_key_the_chain_is_checked_and_that_is_said(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.key_file.unlink()

    assert verify_command(settings, None, as_json=False) == 0
    assert "key is not at hand" in capsys.readouterr().out


@pytest.mark.parametrize("head", ["", "4", "4:abc", "x:" + "0" * 64])
def test_a_head_that_is_none_is_wrong_use(settings: Settings, head: str) -> None:
    with pytest.raises(WrongUse, match="COUNT:HASH"):
        verify_command(settings, head, as_json=True)
