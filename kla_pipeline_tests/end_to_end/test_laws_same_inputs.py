"""The same inputs give the same tables, and a night that finds nothing new writes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kla_pipeline.ledger import open_ledger
from kla_pipeline.nightly.inputs import TEMPLATES, code_hash
from kla_pipeline.warehouse.sql import open_read_only, table_hashes
from kla_pipeline.warehouse.tiers import TIERS
from kla_pipeline_tests.faults.cities import copy_city, counts, events, state, tree
from kla_pipeline_tests.support import BUNDLE, City, city_in, copy_bundle


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The bundle's social registers, its population and the police register of May and June 2024: one release."""
    city = city_in(tmp_path_factory.mktemp("inputs") / "data")
    copy_bundle(city, "dinsos", "reference")
    city.drop("polres", *(BUNDLE / "polres" / f"abh_sintetis_2024_0{month}.csv" for month in (5, 6)))
    assert city.night().published.outcome == "published"
    return city


@pytest.fixture
def again(loaded: City, tmp_path: Path) -> City:
    """A copy of that city which had one quiet night: files have new numbers on disk, so the index was written once."""
    city = copy_city(loaded, tmp_path)
    assert city.night().published.outcome == "unchanged"
    return city


def all_hashes(city: City) -> dict[str, str]:
    """Content of every table of the warehouse and of every published file, without the facts of the run."""
    files = {"warehouse": city.paths.warehouse}
    files |= {tier: city.paths.current / tier / name for tier, name in TIERS.items()}
    hashes = {}
    for name, file in files.items():
        with open_read_only(file) as connection:
            hashes |= {f"{name}.{table}": value for table, value in table_hashes(connection).items()}
    return hashes


def input_key(city: City) -> str:
    with open_ledger(city.settings) as ledger:
        return ledger.releases(city.paths.jurisdiction)[-1].input_key


def test_staged_files_and_warehouse_come_back_the_same_and_make_no_release(again: City) -> None:
    before, released, ledger = all_hashes(again), tree(again.paths.published), counts(again)
    staged = {p: p.read_bytes() for p in again.paths.staged.rglob("*") if p.is_file()}
    shutil.rmtree(again.settings.data_dir / "staged")
    shutil.rmtree(again.settings.data_dir / "warehouse")

    night = again.night()

    assert night.staged.judged == night.staged.deliveries
    assert night.built.built
    assert night.published.outcome == "unchanged"
    after = all_hashes(again)
    assert len(after) > 60
    assert {name for name in after if after[name] != before[name]} == set()
    assert after.keys() == before.keys()
    assert {p: p.read_bytes() for p in again.paths.staged.rglob("*") if p.is_file()} == staged
    assert tree(again.paths.published) == released
    assert counts(again) == ledger


def test_one_lost_staged_file_comes_back_from_the_archive(again: City) -> None:
    lost = next(again.paths.staged.glob("agency=dinsos/*/*/rejected.parquet"))
    content = lost.read_bytes()
    lost.unlink()
    assert again.night().staged.judged == 1
    assert lost.read_bytes() == content


def test_the_same_deliveries_and_key_in_another_folder_give_the_same_tables(loaded: City, tmp_path: Path) -> None:
    # given the same files under other names, received in the opposite order at another time
    other = city_in(tmp_path / "data")
    shutil.copyfile(loaded.settings.key_file, other.settings.key_file)
    other.settings.key_file.chmod(0o600)
    for agency in ("dinsos", "polres", "reference"):
        for n, path in enumerate(sorted((loaded.paths.raw / agency).iterdir(), reverse=True)):
            other.drop(agency, path, name=f"{n:02}_{path.name}")

    assert other.night().published.outcome == "published"

    # names and times of receipt are part of the key; on one day they decide none of these tables
    assert input_key(loaded) != input_key(other)
    here, there = all_hashes(loaded), all_hashes(other)
    same = [name for name in here if name.split(".")[1] in ("core", "mart") or name == "warehouse.identity.person"]
    assert len(same) > 15
    assert {name for name in same if here[name] != there[name]} == set()


def test_a_table_that_changes_in_one_cell_has_another_hash(again: City, tmp_path: Path) -> None:
    import duckdb

    copied = tmp_path / "changed.duckdb"
    shutil.copyfile(again.paths.warehouse, copied)
    with duckdb.connect(str(copied)) as connection:
        before = table_hashes(connection)
        connection.execute(
            "UPDATE core.need SET is_unborn = NOT is_unborn WHERE need_id = (SELECT min(need_id) FROM core.need)"
        )
        after = table_hashes(connection)
    assert [name for name in after if after[name] != before[name]] == ["core.need"]


def test_a_changed_sql_template_or_page_template_is_another_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kla_pipeline

    package = tmp_path / "kla_pipeline"
    shutil.copytree(Path(kla_pipeline.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(kla_pipeline, "__file__", str(package / "__init__.py"))
    seen = {fresh_code_hash(package)}
    for number, ending in enumerate(TEMPLATES, 2):
        file = next(iter(sorted(package.rglob(f"*{ending}"))))
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        seen.add(fresh_code_hash(package))
        assert len(seen) == number, ending


def fresh_code_hash(package: Path) -> str:
    code_hash.cache_clear()
    try:
        return code_hash((package / "sources",))
    finally:
        code_hash.cache_clear()


def test_a_second_night_without_news_writes_nothing(again: City) -> None:
    before = state(again)
    night = again.night()
    assert (night.staged.judged, night.built.built, night.published.outcome) == (0, False, "unchanged")
    assert state(again) == before


def test_the_same_bytes_under_another_name_are_no_delivery_and_told_once(again: City) -> None:
    before, deliveries = state(again), counts(again)["delivery"]
    again.drop("dinsos", BUNDLE / "dinsos" / "ppks_sintetis_20251231.csv", name="salinan_sintetis.csv")

    nights = [again.night() for _ in range(2)]

    assert [night.published.outcome for night in nights] == ["unchanged", "unchanged"]
    assert counts(again)["delivery"] == deliveries
    assert events(again, "repeat") == 1
    after = state(again)
    assert after.pop("counts") != before.pop("counts"), "the repeat is an event of the chain"
    assert after == before


def test_another_date_is_settled_once_and_then_quiet(again: City) -> None:
    releases = counts(again)["release"]
    tomorrow = again.on("2026-07-01")
    first = tomorrow.night().published.outcome
    assert first in ("published", "checked")
    assert counts(again)["release"] == releases + (first == "published")
    assert events(again, "checked") == (first == "checked")
    before = state(tomorrow)
    assert tomorrow.night().published.outcome == "unchanged"
    assert state(tomorrow) == before


def test_a_date_that_changes_no_table_is_recorded_as_checked_and_makes_no_release(again: City) -> None:
    current = again.paths.current.readlink()
    released = tree(again.paths.published)
    tomorrow = again.on("2026-06-29")
    assert tomorrow.night().published.outcome == "checked"
    assert events(again, "checked") == 1
    assert again.paths.current.readlink() == current
    assert tree(again.paths.releases).keys() == {name for name in released if "/releases" in name}
