"""Amended rows lie beside the staged ones: made once for the same decisions, gone when nothing is decided."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from kla_pipeline.identity.keys import Key, load_key
from kla_pipeline.ledger import Delivery, open_ledger
from kla_pipeline.nightly import load
from kla_pipeline.nightly.amending import amended, taken
from kla_pipeline.nightly.inputs import current_inputs
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.quality.overlay import CellEdit, Overlay, RowDecision
from kla_pipeline.quality.raw_rows import read_raw, row_version
from kla_pipeline.quality.store import Manifest, read_manifest
from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.faults.exports import person, roster
from kla_pipeline_tests.support import CITY, City
from kla_pipeline_tests.warehouse.decided import Deciding

CATEGORY = next(column.header for column in layouts.PPKS if column.field == "category")
NUMBER = next(column.header for column in layouts.PPKS if column.field == "ppks_no")


@dataclass
class Staged:
    """A city with one staged roster, one row of which was rejected, and a correction of that row."""

    city: City
    delivery: Delivery
    catalogue: Catalogue
    key: Key
    base: Manifest
    overlay: Overlay

    def amended(self, overlay: Overlay | None) -> Manifest | None:
        return amended(self.city.paths, self.delivery, self.catalogue, overlay, self.base, self.key)


@pytest.fixture
def staged(city: City) -> Staged:
    city.write("dinsos", "ppks.csv", roster(person(1), person(2, category="Rekaan")))
    load.receive(city.settings, CITY)
    load.stage(city.settings, CITY)
    catalogue = load_catalogue(city.settings.source_folders())
    with open_ledger(city.settings) as ledger:
        (delivery,), key = ledger.deliveries(CITY), load_key(city.settings, ledger)
    (table,) = read_raw(city.paths, delivery, catalogue).tables
    row_id = table.row_ids[1]
    cells = table.cells(row_id)
    edit = CellEdit(CATEGORY, "Rekaan", "Anak terlantar")
    decision = RowDecision(row_id, row_version(key.pseudonym, row_id, cells), ("d1",), (edit,))
    base = read_manifest(city.paths.staged_delivery("dinsos", delivery.delivery_id))
    assert base is not None
    return Staged(city, delivery, catalogue, key, base, Overlay(delivery.delivery_id, {row_id: decision}))


def test_rows_are_amended_once_for_the_same_decisions(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    first = staged.amended(staged.overlay)
    assert first is not None
    assert [(row["outcome"], row["effect"]) for row in first.content["rows"]] == [("applied", "corrected")]

    monkeypatch.setattr("kla_pipeline.quality.amend.amend", lambda *_: pytest.fail("judged again"))

    assert staged.amended(staged.overlay) == first


def test_other_decisions_about_the_delivery_are_judged_again(staged: Staged) -> None:
    staged.amended(staged.overlay)
    ((row_id, decision),) = staged.overlay.rows.items()

    again = staged.amended(Overlay(staged.overlay.delivery_id, {row_id: replace(decision, withdrawn=True)}))

    assert again is not None
    assert [row["effect"] for row in again.content["rows"]] == ["withdrawn"]


def test_nothing_is_left_of_decisions_that_ended(staged: Staged) -> None:
    manifest = staged.amended(staged.overlay)
    assert manifest is not None
    assert manifest.folder.is_dir()

    assert staged.amended(None) is None
    assert not manifest.folder.exists()


def test_decisions_about_a_file_that_is_refused_today_do_not_stop_the_night(staged: Staged) -> None:
    staged.amended(staged.overlay)
    reason = {"code": "unknown_layout", "message": "", "hint": "", "detail": {}}
    staged.base = replace(staged.base, content=staged.base.content | {"reason": reason, "tables": []})
    (staged.base.folder / "amended.next").mkdir()

    assert staged.amended(staged.overlay) is None
    assert not list(staged.base.folder.glob("amended*"))


def test_amended_rows_are_for_the_owner_only_and_the_manifest_holds_no_cell(staged: Staged) -> None:
    manifest = staged.amended(staged.overlay)
    assert manifest is not None
    paths = [manifest.folder, *manifest.folder.rglob("*")]
    assert {path.stat().st_mode & 0o077 for path in paths} == {0}
    assert "terlantar" not in (manifest.folder / "manifest.json").read_text(encoding="utf-8")


def test_raw_rows_are_read_as_they_stand_under_the_decisions_that_are_taken(staged: Staged) -> None:
    overlay = taken(staged.overlay, staged.amended(staged.overlay))
    ((row_id, _),) = staged.overlay.rows.items()

    raw = read_raw(staged.city.paths, staged.delivery, staged.catalogue, overlay, staged.key.pseudonym)

    table = raw.table_of(row_id)
    assert table is not None
    assert table.cells(row_id)[CATEGORY] == "Anak terlantar"
    assert [column.feeds for column in table.columns if column.header == CATEGORY] == [("category",)]
    assert taken(staged.overlay, None) is None


def test_a_decision_is_part_of_the_input_key(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    def key(as_of: str) -> str:
        settings = staged.city.on(as_of).settings
        with open_ledger(settings) as ledger:
            return current_inputs(settings, ledger, CITY, staged.key.key_id).decisions

    before = key("2026-06-30")
    by = Deciding(staged.city, monkeypatch)
    wrong = by.row("ppks", NUMBER, "P2")
    by.withdraw(wrong)
    decided = key("2026-06-30")
    by.send(wrong)

    assert len({before, decided, key("2026-06-30")}) == 3
    assert key("2026-06-30") == key("2026-07-01")
