"""The whole loop: rejected, sent to its agency, corrected in the workbook, dropped back, counted, told afterwards."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from kla_pipeline.cli.check import check_command
from kla_pipeline.cli.rejects_export import export_command
from kla_pipeline.decisions import force
from kla_pipeline.decisions.records import Decision
from kla_pipeline.decisions.roles import NotAllowed
from kla_pipeline.errors import WrongUse
from kla_pipeline.ledger import Event, Ledger, chain, open_ledger
from kla_pipeline.nightly import build, load
from kla_pipeline_tests.end_to_end.test_latest_wins import months, victim
from kla_pipeline_tests.support import CITY, City, city_in

REPORTED = """
SELECT denominator FROM mart.measure
WHERE measure_id = 'LAP-04' AND area_code = '36.73' AND period = '2025-03' AND breakdown = ''
"""
BROKEN = {
    "V2": {"birth_date": "31/02/2015"},  # to be corrected
    "V3": {"birth_date": "31/02/2015"},  # to be corrected, wrongly
    "V4": {"case_status": "entah"},  # to be withdrawn
    "V5": {"report_date": "02/03/2025", "incident_date": "05/03/2025"},  # right as it stands
    "V6": {"case_status": "entah"},  # answered twice, not alike
    "V7": {"case_status": "entah"},  # left alone
}


@dataclass(slots=True)
class Loop:
    """A city before and after the return, and what was seen on the way."""

    city: City
    workbook: Path
    reported: tuple[object, object]
    checked: dict[str, object]
    nights: list[dict[str, int]]

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        with open_ledger(self.city.settings) as ledger:
            yield ledger

    def events(self) -> list[Event]:
        with self.ledger() as ledger:
            return ledger.events(CITY, "return_applied")

    def decisions(self) -> list[Decision]:
        with self.ledger() as ledger:
            return force.load(ledger, CITY, self.city.settings.as_of_date)

    def state(self, register_no: str) -> tuple[object, object]:
        found = self.city.rows(
            "SELECT state, state_basis FROM quality.rejected_row WHERE raw ->> 'No. Register' = ? AND row_id NOT NULL",
            [register_no],
        )
        return found[0]


def edited(workbook: bytes, answers: dict[str, dict[str, object]]) -> bytes:
    """The workbook with cells set by register number and head."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book.worksheets[1]
    heads = {str(cell.value): cell.column for cell in sheet[4]}
    for line in range(5, sheet.max_row + 1):
        for head, value in answers.get(str(sheet.cell(line, heads["No. Register"]).value), {}).items():
            sheet.cell(line, heads[head]).value = value  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _night(city: City) -> dict[str, int]:
    load.receive(city.settings, CITY)
    staged = load.stage(city.settings, CITY)
    build.build(city.settings, CITY)
    return staged.verdicts


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Loop:
    city = city_in(tmp_path_factory.mktemp("round_trip") / "data")
    child = {"birth_date": "01/02/2015", "no_nik_reason": "belum punya"}
    rows = [victim(n) | child | BROKEN.get(f"V{n}", {}) for n in range(1, 8)]
    city.write("dp3a", "register_sintetis.xlsx", months({3: rows}))
    nights = [_night(city)]
    before = city.rows(REPORTED)[0][0]
    assert export_command(city.settings, "dp3a", None, None, None, False) == 0
    (workbook,) = (city.paths.data / "exports" / CITY / "dp3a").glob("*.xlsx")
    answers: dict[str, dict[str, object]] = {
        "V2": {"Tanggal Lahir": "28/02/2015"},
        "V3": {"Tanggal Lahir": "30/02/2015"},
        "V4": {"KLA: tindakan": "baris ini salah"},
        "V5": {"KLA: tindakan": "sudah benar"},
        "V6": {"Status Kasus": "Terbuka"},
    }
    city.write("dp3a", "sudah diperbaiki.xlsx", edited(workbook.read_bytes(), answers))
    city.write("dp3a", "jawaban lain.xlsx", edited(workbook.read_bytes(), {"V6": {"Status Kasus": "Selesai"}}))
    checked = _checked(city, "sudah diperbaiki.xlsx")
    nights.append(_night(city))
    after = city.rows(REPORTED)[0][0]
    return Loop(city, workbook, (before, after), checked, nights)


def _checked(city: City, name: str) -> dict[str, object]:
    out = io.StringIO()
    with redirect_stdout(out):
        check_command(city.settings, city.paths.raw / "dp3a" / name, "dp3a", True, None, False)
    return json.loads(out.getvalue())


def test_the_workbook_is_for_its_owner_only(loop: Loop) -> None:
    assert stat.S_IMODE(loop.workbook.stat().st_mode) == 0o600
    assert stat.S_IMODE(loop.workbook.parent.stat().st_mode) == 0o700


def test_a_corrected_row_is_accepted_and_the_figure_counts_it(loop: Loop) -> None:
    before, after = loop.reported
    assert (before, after) == (1, 2)
    assert loop.state("V2") == ("corrected", "decision")


def test_the_history_of_a_corrected_cell_leads_to_its_return(loop: Loop) -> None:
    (changed,) = loop.city.rows(
        "SELECT c.column_name, c.kind, d.origin, d.outcome, v.verdict FROM quality.change AS c "
        "JOIN quality.decision AS d USING (decision_id) "
        "JOIN quality.delivery AS v ON v.delivery_id = d.return_delivery_id"
    )
    assert changed == ("birth_date", "corrected", "return", "applied", "return")


def test_a_correction_that_is_still_wrong_leaves_the_row_waiting(loop: Loop) -> None:
    assert loop.state("V3")[0] == "sent"


def test_a_row_called_wrong_by_its_agency_is_confirmed_bad(loop: Loop) -> None:
    assert loop.state("V4") == ("confirmed_bad", "decision")


def test_a_row_called_right_waits_for_a_second_person(loop: Loop) -> None:
    (release,) = [d for d in loop.decisions() if d.action == "release"]
    assert (release.status, release.origin) == ("proposed", "return")
    assert loop.state("V5")[0] == "sent"


def test_two_different_answers_decide_nothing(loop: Loop) -> None:
    assert loop.state("V6")[0] == "sent"
    assert len(loop.decisions()) == 4


def test_each_return_is_one_event_with_counts_and_no_cell(loop: Loop) -> None:
    outcomes = [event.payload["outcomes"] for event in loop.events()]
    assert sorted(outcomes, key=len)[0] == {"conflict": 1, "unchanged": 5}
    assert sorted(outcomes, key=len)[1] == {
        "conflict": 1,
        "corrected": 1,
        "release_proposed": 1,
        "still_rejected": 1,
        "unchanged": 1,
        "withdrawn": 1,
    }
    assert "2015" not in json.dumps([event.payload for event in loop.events()])


def test_check_says_beforehand_what_the_night_will_do(loop: Loop) -> None:
    assert loop.checked["verdict"] == "return"
    facts = loop.checked["return"]
    assert isinstance(facts, dict)
    # alone the answer to V6 contradicts nothing
    assert facts["outcomes"] == {
        "corrected": 2,
        "release_proposed": 1,
        "still_rejected": 1,
        "unchanged": 1,
        "withdrawn": 1,
    }


def test_a_return_is_no_export_it_replaces_nothing_and_covers_no_month(loop: Loop) -> None:
    assert loop.nights[1]["return"] == 2
    returns = loop.city.rows("SELECT delivery_id FROM quality.delivery WHERE verdict = 'return'")
    assert len(returns) == 2
    for (delivery_id,) in returns:
        assert loop.city.rows("SELECT * FROM quality.coverage WHERE delivery_id = ?", [delivery_id]) == []
        sheets = loop.city.rows(
            "SELECT sheet_rows, set_aside, difference FROM quality.reconciliation WHERE delivery_id = ?", [delivery_id]
        )
        assert len(sheets) == 6
        assert all(rows == aside and difference == 0 for rows, aside, difference in sheets)


def test_a_later_night_does_not_apply_it_again(loop: Loop) -> None:
    load.stage(loop.city.settings, CITY)
    assert len(loop.events()) == 2
    assert len(loop.decisions()) == 4


def test_the_agency_is_told_row_by_row_without_any_cell(loop: Loop) -> None:
    replies = sorted(loop.workbook.parent.glob("jawaban_*.csv"))
    assert len(replies) == 2
    text = "".join(file.read_text(encoding="utf-8-sig") for file in replies)
    assert "diusulkan diterima" in text
    assert "28/02/2015" not in text
    assert "V2" not in text


def test_the_next_workbook_asks_only_about_what_is_still_open(loop: Loop, capsys: pytest.CaptureFixture[str]) -> None:
    out = loop.workbook.with_name("berikut.xlsx")
    export_command(loop.city.settings, "dp3a", None, None, out, True)
    facts = json.loads(capsys.readouterr().out)
    # V3, V6 and V7; V5 waits for its second person
    assert (facts["rows"], facts["waiting"]) == (3, 1)


def test_a_workbook_can_be_limited_to_a_rule_and_nothing_found_writes_nothing(
    loop: Loop, capsys: pytest.CaptureFixture[str]
) -> None:
    out = loop.workbook.with_name("satu aturan.xlsx")
    export_command(loop.city.settings, "dp3a", "violence_victim.case_status.code", None, out, True)
    assert json.loads(capsys.readouterr().out)["rows"] == 2
    nothing = loop.workbook.with_name("kosong.xlsx")
    export_command(loop.city.settings, "dp3a", None, "staff", nothing, True)
    assert json.loads(capsys.readouterr().out)["file"] is None
    assert not nothing.exists()


def test_an_export_never_replaces_a_file_not_even_the_ledger(loop: Loop) -> None:
    target = loop.city.paths.ledger
    before = target.read_bytes()
    with loop.ledger() as ledger:
        sent = len(ledger.sent_rows(CITY))
    with pytest.raises(WrongUse, match="is there already"):
        export_command(loop.city.settings, "dp3a", None, None, target, True)
    assert target.read_bytes()[:16] == before[:16] == b"SQLite format 3\x00"
    with loop.ledger() as ledger:
        assert len(ledger.sent_rows(CITY)) == sent, "what was not written was not sent either"


def test_a_person_without_a_role_gets_no_workbook_and_the_call_is_an_event(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "os_actor", lambda: "orang-lain")
    with pytest.raises(NotAllowed):
        export_command(loop.city.settings, "dp3a", None, None, None, True)
    with loop.ledger() as ledger:
        refused = ledger.events(CITY, "call_refused")
    assert [event.payload["command"] for event in refused] == ["rejects export"]
