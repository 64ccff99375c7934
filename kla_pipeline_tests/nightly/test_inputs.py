"""Everything that decides a table is part of the input key, and nothing readable of a file name is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kla_pipeline.intake import archive
from kla_pipeline.ledger import open_ledger
from kla_pipeline.nightly import inputs, load
from kla_pipeline.nightly.inputs import Inputs, code_hash, current_inputs
from kla_pipeline_tests.faults.exports import person, roster
from kla_pipeline_tests.support import CITY, city_in

MORNING, EVENING = "2026-06-29T01:00:00.000000Z", "2026-06-29T12:00:00.000000Z"


def received(folder: Path, name: str, moment: str) -> Inputs:
    """Inputs of a city that received one roster under a name at a moment; nothing is staged."""
    city = city_in(folder / "data")
    city.write("dinsos", name, roster(person(1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "utc_text", lambda: moment)
        load.receive(city.settings, CITY)
    with open_ledger(city.settings) as ledger:
        return current_inputs(city.settings, ledger, CITY, "0" * 16)


def test_time_of_receipt_and_file_name_are_part_of_the_key(tmp_path: Path) -> None:
    first = received(tmp_path / "1", "ppks.csv", MORNING)
    assert received(tmp_path / "2", "ppks.csv", MORNING).key == first.key
    assert received(tmp_path / "3", "ppks.csv", EVENING).key != first.key
    assert received(tmp_path / "4", "ppks_2024.csv", MORNING).key != first.key


def test_the_key_is_told_without_reading_what_is_staged_and_shows_no_name(tmp_path: Path) -> None:
    told = received(tmp_path, "nama_rekaan.csv", MORNING)
    assert "nama_rekaan" not in repr(told)


@pytest.mark.parametrize("library", ["duckdb", "pandas", "pandera", "pyarrow"])
def test_another_version_of_a_library_is_another_code(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code_hash.cache_clear()
    before, version = code_hash(()), inputs.version
    monkeypatch.setattr(inputs, "version", lambda name: "999" if name == library else version(name))
    code_hash.cache_clear()
    assert code_hash(()) != before
    code_hash.cache_clear()
