"""A returned workbook that goes another way than foreseen: wrong folder, stopped halfway, decided about meanwhile."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from kla_pipeline.cli.rejects_export import export_command
from kla_pipeline.decisions import propose
from kla_pipeline.errors import StorageProblem
from kla_pipeline.ledger import Delivery, Event, open_ledger
from kla_pipeline.nightly import build, load, release
from kla_pipeline.nightly.decided import read_decided
from kla_pipeline.returns import apply as applying
from kla_pipeline.returns.answers import Result
from kla_pipeline.returns.known import Office
from kla_pipeline.returns.parse import Returned
from kla_pipeline_tests.decisions.people import correction, person
from kla_pipeline_tests.end_to_end.test_latest_wins import months, victim
from kla_pipeline_tests.faults.cities import copy_city
from kla_pipeline_tests.returns.test_round_trip import edited
from kla_pipeline_tests.support import CITY, City, city_in

CHILD = {"birth_date": "01/02/2015", "no_nik_reason": "belum punya"}
BROKEN = {"V2": {"birth_date": "31/02/2015"}, "V3": {"birth_date": "31/02/2015"}}
ANSWER: dict[str, dict[str, object]] = {"V2": {"Tanggal Lahir": "28/02/2015"}}


def stage(city: City) -> dict[str, int]:
    load.receive(city.settings, CITY)
    return load.stage(city.settings, CITY).verdicts


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city with a finished build and two rejected rows that were sent to their agency after it."""
    city = city_in(tmp_path_factory.mktemp("astray") / "data")
    rows = [victim(n) | CHILD | BROKEN.get(f"V{n}", {}) for n in range(1, 4)]
    city.write("dp3a", "register_sintetis.xlsx", months({3: rows}))
    stage(city)
    build.build(city.settings, CITY)
    export_command(city.settings, "dp3a", None, None, None, False)
    return city


@pytest.fixture
def city(waiting: City, tmp_path: Path) -> City:
    return copy_city(waiting, tmp_path)


@pytest.fixture
def workbook(city: City) -> bytes:
    (file,) = (city.paths.data / "exports" / CITY / "dp3a").glob("*.xlsx")
    return file.read_bytes()


def applied(city: City) -> list[dict]:
    return [event.payload["outcomes"] for event in events(city, applying.APPLIED)]


def events(city: City, kind: str) -> list[Event]:
    with open_ledger(city.settings) as ledger:
        return ledger.events(CITY, kind)


def reply(city: City) -> str:
    (file,) = (city.paths.data / "exports" / CITY / "dp3a").glob("jawaban_*.csv")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("stays", [False, True], ids=["moved", "copied"])
def test_a_return_put_into_the_right_folder_after_a_wrong_one_is_applied_there(
    city: City, workbook: bytes, stays: bool
) -> None:
    wrong = city.write("dinsos", "balik.xlsx", edited(workbook, ANSWER))
    stage(city)
    city.drop("dp3a", wrong)
    if not stays:
        wrong.unlink()
    stage(city)
    stage(city)
    assert applied(city) == [{"other_agency": 2}, {"corrected": 1, "unchanged": 1}]


def test_a_reply_that_could_not_be_written_is_written_by_the_next_run(
    city: City, workbook: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.write("dp3a", "balik.xlsx", edited(workbook, ANSWER))

    def full(*_: object) -> None:
        raise OSError(28, "")

    with monkeypatch.context() as patch:
        patch.setattr(applying, "write_private", full)
        with pytest.raises(StorageProblem):
            stage(city)
    stage(city)
    assert applied(city) == [{"corrected": 1, "unchanged": 1}]
    assert len(reply(city).splitlines()) == 3


def test_a_row_decided_about_while_its_return_is_applied_is_not_decided_twice(
    city: City, workbook: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.write("dp3a", "balik.xlsx", edited(workbook, ANSWER))
    write = applying._write_reply

    def decide_first(office: Office, delivery: Delivery, item: Returned, results: Sequence[Result]) -> None:
        monkeypatch.setattr(applying, "_write_reply", write)
        (row_id,) = [result.row_id for result in results if result.outcome == "corrected"]
        (whole_id,) = [d.delivery_id for d in office.ledger.deliveries(CITY) if d.delivery_no == row_id[:16]]
        given = correction(row_id, delivery_id=whole_id, record="violence_victim")
        propose.propose(office.ledger, office.key, person("uji-rina"), [given])
        write(office, delivery, item, results)

    monkeypatch.setattr(applying, "_write_reply", decide_first)
    stage(city)
    (outcomes,) = applied(city)
    assert "corrected" not in outcomes
    assert len(events(city, "decision_proposed")) == 1


@pytest.mark.parametrize("harm", ["columns", "lines"])
def test_a_workbook_of_ours_is_no_export_whatever_was_done_to_its_data_sheets(
    city: City, workbook: bytes, harm: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book.worksheets[1]
    if harm == "columns":
        sheet.delete_cols(1, 7)
    else:
        sheet.insert_rows(1, 25)
    out = io.BytesIO()
    book.save(out)
    city.write("dp3a", "register_sintetis_april.xlsx", out.getvalue())
    assert stage(city) == {"partly": 1, "return": 1}
    assert applied(city) == [{"missing_row": 2} if harm == "columns" else {"unchanged": 2}]


def test_an_export_dropped_again_after_a_return_waits_for_no_decision(city: City, workbook: bytes) -> None:
    city.write("dp3a", "balik.xlsx", edited(workbook, ANSWER))
    stage(city)
    folder = city.paths.raw / "dp3a"
    (folder / "register_sintetis.xlsx").rename(folder / "register_sintetis_salinan.xlsx")
    stage(city)
    assert events(city, "repeat")[0].payload["newer_exists"]
    with open_ledger(city.settings) as ledger:
        assert not read_decided(ledger, CITY, city.settings.as_of_date, ledger.deliveries(CITY)).repeats


def test_what_people_decide_while_a_night_runs_waits_for_the_next_one(city: City) -> None:
    assert release.publish(city.settings, CITY).outcome == "published"
    assert release.publish(city.settings, CITY).outcome == "unchanged"
    assert not release.is_settled(city.settings, CITY)


def test_a_warehouse_with_texts_that_were_erased_since_is_not_published(city: City) -> None:
    with open_ledger(city.settings) as ledger:
        ledger.append(CITY, "decision_values_erased", {"decision_ids": []})
    with pytest.raises(StorageProblem):
        release.publish(city.settings, CITY)
