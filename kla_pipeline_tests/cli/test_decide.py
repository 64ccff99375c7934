"""`kla decide` and `kla rejects` on the bundled exports, whose people are invented: who may, what is asked and said.

Each test has a copy of a city after one night. Rows are taken from its quarantine, whichever they are.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kla_pipeline.cli import decide, rejects
from kla_pipeline.cli.decide import Grounds
from kla_pipeline.cli.deciding import find_row
from kla_pipeline.decisions import force
from kla_pipeline.decisions.lifecycle import IllegalMove
from kla_pipeline.decisions.roles import NotAllowed
from kla_pipeline.errors import WrongUse
from kla_pipeline.ledger import open_ledger
from kla_pipeline.quality.amend import releasable_rules
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.settings import Settings
from kla_pipeline.warehouse.quarantine import QuarantinedRow, open_quarantine
from kla_pipeline_tests.decisions.people import CITY, log_in, write_roles
from kla_pipeline_tests.support import City, city_in

TYPO = Grounds("typing_error")


@pytest.fixture
def settings(bundle: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The bundle after its night, with roles, and Budi of DP3A at the terminal."""
    source = bundle.settings.data_dir
    data = tmp_path / "data"
    data.mkdir()
    for name in ("archive", "warehouse"):
        shutil.copytree(source / name, data / name)
    for file in source.glob("ledger.sqlite*"):
        shutil.copy(file, data)
    shutil.copy(bundle.settings.key_file, tmp_path / "data.key")
    (tmp_path / "data.key").chmod(0o600)
    log_in(monkeypatch, "uji-budi")
    return city_in(data, roles_file=write_roles(tmp_path / "etc"), lang="en").settings


def a_row(settings: Settings, fits: Callable[[QuarantinedRow], bool] = lambda row: True) -> QuarantinedRow:
    """The first open row of DP3A that fits."""
    with open_quarantine(settings.paths()) as quarantine:
        return next(row for row in quarantine.rows(agency="dp3a", state="open") if fits(row))


def a_releasable(settings: Settings) -> tuple[QuarantinedRow, str]:
    contracts = load_catalogue(settings.source_folders()).contracts()

    def lifted(row: QuarantinedRow) -> list[str]:
        return [rule for rule in row.rules if rule in releasable_rules(contracts[row.record])]

    row = a_row(settings, lambda candidate: bool(lifted(candidate)))
    return row, lifted(row)[0]


def columns_of(settings: Settings, row_id: str) -> tuple[list[str], list[str]]:
    """Headers that may be typed on a command line, and headers that may name a person."""
    with open_ledger(settings) as ledger:
        row = find_row(settings, ledger, row_id)
    declared = load_catalogue(settings.source_folders()).contracts()[row.table.record].columns
    fed = [column for column in row.table.columns if column.feeds]
    private = [c.header for c in fed if any(declared[name].privacy != "none" for name in c.feeds)]
    return [c.header for c in fed if c.header not in private], private


def last_decision(settings: Settings):
    with open_ledger(settings) as ledger:
        return force.load(ledger, CITY, settings.as_of_date)[-1]


def answer(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_a_correction_takes_the_cell_that_stands_there_as_what_it_expects(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    row = a_row(settings)
    header = columns_of(settings, row.row_id)[0][0]

    assert decide.correct_command(settings, row.row_id, [f"{header}=uji=1"], TYPO, as_json=True) == 0

    said, decision = answer(capsys), last_decision(settings)
    assert (said["decision_id"], said["status"], said["proposed_by"]) == (decision.decision_id, "in_force", "uji-budi")
    assert "cells" not in said
    with open_ledger(settings) as ledger:
        found = find_row(settings, ledger, row.row_id)
    (edit,) = decision.cells
    assert (edit.column, edit.value) == (header, "uji=1")
    assert found.cells[header] == "uji=1"
    assert decision.row_version != found.version


def test_what_may_name_a_person_is_asked_for_and_never_taken_from_the_command_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = a_row(settings)
    header = columns_of(settings, row.row_id)[1][0]
    with pytest.raises(WrongUse, match="may name a person") as refused:
        decide.correct_command(settings, row.row_id, [f"{header}=Anak Uji Lima"], TYPO, as_json=True)
    assert "Anak Uji Lima" not in str(refused.value)
    monkeypatch.setattr("sys.stdin", io.StringIO("Anak Uji Lima\n"))

    decide.correct_command(settings, row.row_id, [header], TYPO, as_json=True)

    assert last_decision(settings).cells[0].value == "Anak Uji Lima"
    out, err = capsys.readouterr()
    assert "Anak Uji Lima" not in out + err
    assert header in err


@pytest.mark.parametrize("given", [["Kolom yang tidak ada=1"], []])
def test_a_correction_of_no_column_that_is_read_is_refused(settings: Settings, given: list[str]) -> None:
    with pytest.raises(WrongUse, match=r"column|cell"):
        decide.correct_command(settings, a_row(settings).row_id, given, TYPO, as_json=True)


def test_a_correction_that_changes_nothing_is_refused(settings: Settings) -> None:
    row = a_row(settings)
    header = columns_of(settings, row.row_id)[0][0]
    with open_ledger(settings) as ledger:
        same = find_row(settings, ledger, row.row_id).cells.get(header, "")

    with pytest.raises(WrongUse, match="already"):
        decide.correct_command(settings, row.row_id, [f"{header}={same}"], TYPO, as_json=True)


def test_a_release_is_proposed_by_one_login_and_approved_by_another(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row, rule = a_releasable(settings)
    decide.release_command(settings, row.row_id, [rule], Grounds("source_checked"), as_json=True)
    decision_id = answer(capsys)["decision_id"]
    with pytest.raises(NotAllowed):
        decide.approve_command(settings, decision_id, as_json=True)
    log_in(monkeypatch, "uji-sari")
    with pytest.raises(NotAllowed):
        decide.approve_command(settings, decision_id, as_json=True)
    log_in(monkeypatch, "uji-rina")

    decide.list_command(settings, None, None, is_waiting=True, as_json=True)
    assert [d["decision_id"] for d in answer(capsys)["decisions"]] == [decision_id]
    decide.approve_command(settings, decision_id, as_json=True)

    assert answer(capsys)["approved_by"] == "uji-rina"
    assert last_decision(settings).status == "in_force"
    with open_ledger(settings) as ledger:
        assert [e.actor for e in ledger.events(CITY, "call_refused")] == ["uji-budi", "uji-sari"]
        assert [e.kind for e in ledger.decision_events(CITY)] == ["decision_proposed", "decision_approved"]


def test_a_release_names_rules_that_the_row_breaks_and_that_may_be_lifted(settings: Settings) -> None:
    row, _ = a_releasable(settings)
    with pytest.raises(WrongUse, match="does not break"):
        decide.release_command(settings, row.row_id, ["no.rule"], TYPO, as_json=True)
    fixed = a_row(settings, lambda candidate: any(rule.endswith((".required", ".code")) for rule in candidate.rules))
    rule = next(rule for rule in fixed.rules if rule.endswith((".required", ".code")))

    with pytest.raises(WrongUse, match="cannot be released"):
        decide.release_command(settings, fixed.row_id, [rule], TYPO, as_json=True)


def test_a_rejected_row_is_withdrawn_by_its_agency_and_a_counted_one_by_two_people(
    settings: Settings, bundle: City, capsys: pytest.CaptureFixture[str]
) -> None:
    decide.withdraw_command(settings, a_row(settings).row_id, TYPO, as_json=True)
    assert answer(capsys)["status"] == "in_force"
    ((counted,),) = bundle.rows("SELECT min(row_id) FROM staged.violence_victim WHERE _state = 'current'")

    decide.withdraw_command(settings, counted, TYPO, as_json=True)

    assert answer(capsys)["status"] == "proposed"


def test_a_row_decided_about_is_only_reopened_until_the_next_night(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    row = a_row(settings)
    decide.withdraw_command(settings, row.row_id, TYPO, as_json=True)
    with pytest.raises(IllegalMove, match="only be reopened"):
        decide.withdraw_command(settings, row.row_id, TYPO, as_json=True)

    decide.reopen_command(settings, row.row_id, Grounds("other"), as_json=True)
    decide.withdraw_command(settings, row.row_id, TYPO, as_json=True)

    assert last_decision(settings).status == "in_force"


def test_only_a_held_delivery_is_reinstated(settings: Settings) -> None:
    delivery = a_row(settings).delivery_id
    with open_quarantine(settings.paths()) as quarantine:
        assert delivery not in quarantine.held()

    with pytest.raises(IllegalMove, match="not held"):
        decide.reinstate_command(settings, delivery[:16], TYPO, as_json=True)


@pytest.mark.parametrize(
    "call",
    [
        lambda s, row: decide.correct_command(s, row, ["x"], TYPO, as_json=True),
        lambda s, row: decide.release_command(s, row, ["x"], TYPO, as_json=True),
        lambda s, row: decide.withdraw_command(s, row, TYPO, as_json=True),
        lambda s, row: decide.reinstate_command(s, row[:16], TYPO, as_json=True),
        lambda s, row: decide.reopen_command(s, row, TYPO, as_json=True),
        lambda s, row: rejects.show_command(s, row, with_cells=True, as_json=True),
    ],
    ids=["correct", "release", "withdraw", "reinstate", "reopen", "show-cells"],
)
@pytest.mark.parametrize("login", ["uji-tono", "uji-sari", "uji-nobody"])
def test_no_decision_and_no_cell_without_the_role_for_the_agency(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, call: Callable[[Settings, str], int], login: str
) -> None:
    row = a_row(settings)
    log_in(monkeypatch, login)

    with pytest.raises(NotAllowed, match=login):
        call(settings, row.row_id)

    with open_ledger(settings) as ledger:
        assert ledger.decision_events(CITY) == []
        assert [event.actor for event in ledger.events(CITY, "call_refused")] == [login]


def test_a_decision_whose_last_day_is_over_is_not_taken(settings: Settings) -> None:
    day = settings.as_of_date.replace(day=1)

    with pytest.raises(WrongUse, match="is over"):
        decide.withdraw_command(settings, a_row(settings).row_id, Grounds("other", day), as_json=True)


def test_a_note_is_typed_at_the_terminal_and_shown_nowhere(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("catatan uji\n"))

    decide.withdraw_command(settings, a_row(settings).row_id, Grounds("other", asks_note=True), as_json=False)
    decide.list_command(settings, "dp3a", None, is_waiting=False, as_json=True)

    out, err = capsys.readouterr()
    assert last_decision(settings).note == "catatan uji"
    assert "catatan uji" not in out + err


def test_the_rows_listed_are_those_of_the_quarantine_in_their_states(
    settings: Settings, capsys: pytest.CaptureFixture[str], bundle: City
) -> None:
    rejects.list_command(settings, {"agency": "dp3a"}, as_json=True)

    said = answer(capsys)
    expected = bundle.rows("SELECT row_id FROM quality.rejected_row WHERE agency = 'dp3a' ORDER BY ALL")
    assert sorted(row["row_id"] for row in said["rows"]) == [row_id for (row_id,) in expected]
    assert sum(said["counts"].values()) == len(expected) > 0
    assert all(row["rules"] for row in said["rows"] if row["state"] == "open")
    with pytest.raises(WrongUse, match="no state"):
        rejects.list_command(settings, {"agency": "dp3a", "state": "lost"}, as_json=True)


def test_cells_of_a_row_are_masked_unless_somebody_who_answers_for_them_asks(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = a_row(settings)
    rejects.show_command(settings, row.row_id, with_cells=True, as_json=True)
    open_cells = answer(capsys)
    log_in(monkeypatch, "uji-tono")
    rejects.show_command(settings, row.row_id, with_cells=False, as_json=True)
    masked = capsys.readouterr().out

    assert json.loads(masked)["is_masked"] is True
    assert json.loads(masked)["cells"]
    private = columns_of(settings, row.row_id)[1]
    telling = [open_cells["cells"][name] for name in private if len(open_cells["cells"].get(name, "")) > 5]
    assert telling
    assert not any(text in masked for text in telling)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_people_read_both_languages_and_a_row_as_text_needs_no_options(
    settings: Settings, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    said = settings.model_copy(update={"lang": lang})
    row = a_row(settings)
    decide.withdraw_command(said, row.row_id, TYPO, as_json=False)
    rejects.list_command(said, {"agency": "dp3a"}, as_json=False)
    rejects.show_command(said, row.row_id, with_cells=False, as_json=False)
    decide.list_command(said, "dp3a", None, is_waiting=False, as_json=False)

    out = capsys.readouterr().out
    assert {"id": "penarikan baris", "en": "withdrawal"}[lang] in out
    assert row.row_id in out
    assert row.rules[0] in out
