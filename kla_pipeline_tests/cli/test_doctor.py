"""What `kla doctor` says of the file that says who may decide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kla_pipeline.cli.doctor import doctor_command
from kla_pipeline_tests.decisions.people import write_roles
from kla_pipeline_tests.support import city_in

TWO = '[people]\nuji-rina = {roles = ["approver"]}\nuji-sari = {roles = ["approver"]}\n'


def _said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    city = city_in(tmp_path / "data", roles_file=tmp_path / "etc" / "roles.toml")
    doctor_command(city.settings, as_json=True)
    found = {item["name"]: item for item in json.loads(capsys.readouterr().out)["findings"]}
    return found["roles file"]["state"], found["roles file"]["text"]


@pytest.mark.parametrize(
    ("text", "state", "word"), [(TWO, "ok", "2 of them approvers"), ("[people]\n", "note", "0 app")]
)
def test_the_roles_file_is_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, state: str, word: str
) -> None:
    write_roles(tmp_path / "etc", text)
    said = _said(tmp_path, capsys)
    assert said[0] == state
    assert word in said[1]


def test_a_missing_roles_file_is_a_note_and_one_that_others_write_is_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _said(tmp_path, capsys)[0] == "note"
    write_roles(tmp_path / "etc", TWO).chmod(0o666)
    assert _said(tmp_path, capsys)[0] == "bad"
