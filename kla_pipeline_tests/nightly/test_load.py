"""Receiving and staging: what a stopped run leaves is completed, and damaged bytes are not judged."""

from __future__ import annotations

import shutil

import pytest

from kla_pipeline.errors import StorageProblem
from kla_pipeline.intake import archive
from kla_pipeline.ledger import Delivery, open_ledger
from kla_pipeline.nightly import load, release
from kla_pipeline_tests.faults.cities import counts, events
from kla_pipeline_tests.faults.exports import case, cases, person, roster
from kla_pipeline_tests.nightly.stops import stopped_before_event
from kla_pipeline_tests.support import CITY, City


def deliveries(city: City) -> list[Delivery]:
    with open_ledger(city.settings) as ledger:
        return ledger.deliveries(CITY)


def test_a_run_stopped_before_the_event_of_a_staged_delivery_is_told_by_the_next(city: City) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    load.receive(city.settings, CITY)
    with stopped_before_event("delivery_staged"):
        load.stage(city.settings, CITY)

    assert load.stage(city.settings, CITY).judged == 0

    assert events(city, "delivery_staged") == 1
    with open_ledger(city.settings) as ledger:
        assert ledger.data_kind(CITY) == "synthetic"
    before = counts(city)
    load.stage(city.settings, CITY)
    assert counts(city) == before


def test_a_run_stopped_before_the_kind_of_data_was_fixed_is_completed_by_the_next(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    load.receive(city.settings, CITY)
    with monkeypatch.context() as patch:
        patch.setattr("kla_pipeline.ledger.Ledger.set_data_kind", lambda *_: None)
        load.stage(city.settings, CITY)
    load.stage(city.settings, CITY)
    with open_ledger(city.settings) as ledger:
        assert ledger.data_kind(CITY) == "synthetic"


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_bytes_that_are_not_those_of_the_ledger_are_not_judged(city: City, damage: str) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    load.receive(city.settings, CITY)
    (delivery,) = deliveries(city)
    file = archive.file_of(city.paths, delivery)
    file.chmod(0o600)
    if damage == "gone":
        file.unlink()
    else:
        file.write_text(roster(person(2)), encoding="utf-8")
    with pytest.raises(StorageProblem, match=delivery.delivery_no):
        load.stage(city.settings, CITY)
    assert not list(city.paths.staged.glob("*/*/manifest.json"))


def test_a_look_before_the_first_run_makes_no_key_and_calls_everything_pending(city: City) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    assert load.pending_key(city.settings, CITY)
    assert not release.is_current(city.settings, CITY)
    assert not city.settings.key_file.exists()
    with open_ledger(city.settings) as ledger:
        assert ledger.key_id() is None


def test_a_file_of_the_wrong_folder_counts_after_it_was_moved_to_the_right_one(city: City) -> None:
    wrong = city.write("dinsos", "abh.csv", cases("05/2025", case(1)))
    first = city.night()
    assert first.staged.verdicts == {"refused": 1}

    right = city.paths.raw / "polres" / "abh.csv"
    right.parent.mkdir()
    shutil.move(wrong, right)
    second = city.night()

    assert second.staged.verdicts == {"accepted": 1}
    assert second.published.outcome == "published"
    assert city.rows("SELECT count(*) FROM staged.juvenile_case") == [(1,)]
    assert [d.agency for d in deliveries(city)] == ["polres"]
    assert [p.parent.name for p in city.paths.staged.glob("*/*")] == ["agency=polres"], "nothing is left of the other"
    quiet = counts(city)
    assert city.night().published.outcome == "unchanged"
    assert counts(city) == quiet


def test_a_file_moved_to_and_fro_is_judged_where_it_lies_until_it_is_of_use(city: City) -> None:
    file = city.write("dinsos", "abh.csv", cases("05/2025", case(1)))
    path, owners, accepted = ("dinsos", "dp3a", "dinsos", "polres", "dinsos"), [], []
    for agency in path:
        place = city.paths.raw / agency / "abh.csv"
        place.parent.mkdir(exist_ok=True)
        file = file.replace(place)
        load.receive(city.settings, CITY)
        accepted.append(load.stage(city.settings, CITY).verdicts.get("accepted", 0))
        owners += [delivery.agency for delivery in deliveries(city)]
    assert owners == ["dinsos", "dp3a", "dinsos", "polres", "polres"], "not back to where it was refused before"
    assert accepted == [0, 0, 0, 1, 1]
    with open_ledger(city.settings) as ledger:
        assert ledger.verify().is_valid
