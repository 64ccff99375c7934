"""Declarations are checked when they are loaded: a wrong one stops with its name, not on the first row it spoils."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kla_pipeline.errors import DeclarationError
from kla_pipeline.quality.catalogue import Catalogue, fingerprint, load_catalogue
from kla_pipeline.quality.store import judging_fingerprint
from kla_pipeline_tests.quality.tables import SOURCES

CONTRACT = '''"""Toy contract."""

from kla_pipeline.quality.contract import Contract, Text, code, contract, text


@contract("toy", title=("Mainan", "Toy"))
class Toy(Contract):
    """One row per toy."""

    toy_no: Text = text("Nomor", "Number", key=True)
    kind: Text = code("toy_kind", "Jenis", "Kind")
'''
LAYOUT = "id: toys.toy\nrecord: toy\nmode: snapshot\ncolumns:\n  toy_no: [Nomor]\n  kind: [Jenis]\n"


@pytest.fixture
def extra(tmp_path: Path) -> Path:
    """A source folder of a city with one agency of its own."""
    folder = tmp_path / "sumber" / "toys"
    for name in ("codes", "layouts"):
        (folder / name).mkdir(parents=True)
    (folder / "agency.yaml").write_text("name: {id: Mainan, en: Toys}\nfeeds:\n  toy: {cadence: monthly, due_day: 5}\n")
    (folder / "codes" / "toy_kind.yaml").write_text("id: toy_kind\ncodes:\n  A: {id: Satu, en: One}\n")
    (folder / "layouts" / "toy.yaml").write_text(LAYOUT)
    (folder / "contracts.py").write_text(CONTRACT)
    return folder


def loaded(extra: Path) -> Catalogue:
    catalogue = load_catalogue([SOURCES, extra.parent])
    catalogue.contracts()
    return catalogue


def complaint(extra: Path) -> str:
    with pytest.raises(DeclarationError) as caught:
        loaded(extra)
    return caught.value.message


def test_a_city_adds_an_agency_without_touching_the_package(extra: Path) -> None:
    catalogue = loaded(extra)

    assert set(catalogue.contracts()) > {"toy", "ppks"}
    assert [feed.id for feed in catalogue.feeds() if feed.agency == "toys"] == ["toys/toy"]
    assert catalogue.contracts()["toy"].key == ["toy_no"]


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        ("layouts/toy.yaml", "record: toy", "record: toi", "names the record toi"),
        ("layouts/toy.yaml", "  kind: [Jenis]", "  kinds: [Jenis]", "columns its contract lacks: kinds"),
        ("layouts/toy.yaml", "mode: snapshot", "mode: snapshot\nscope: [town]", "columns its contract lacks: town"),
        ("layouts/toy.yaml", "mode: snapshot",
         "mode: snapshot\nperiod: {covers: year, found_in: [{in: column, pattern: year}]}", "lacks: year"),
        ("layouts/toy.yaml", "mode: snapshot",
         "mode: snapshot\nperiod: {covers: month, fallback_column: day, found_in: []}", "lacks: day"),
        ("codes/toy_kind.yaml", "id: toy_kind", "id: sex", "declared twice"),
        ("contracts.py", '"toy_kind"', '"toy_sort"', "code list 'toy_sort'"),
    ],
)  # fmt: skip
def test_a_declaration_that_names_what_does_not_exist_is_refused(
    part: str, old: str, new: str, words: str, extra: Path
) -> None:
    path = extra / part
    path.write_text(path.read_text().replace(old, new))

    assert words in complaint(extra)


def test_rules_of_a_contract_that_failed_do_not_reach_another(extra: Path, tmp_path: Path) -> None:
    rule = (
        "\n    @rule(\"lost\")\n    def lost(frame):\n        return frame['kind'].notna()\n\n    raise RuntimeError\n"
    )
    broken = extra / "contracts.py"
    broken.write_text(CONTRACT.replace("contract, text", "contract, rule, text") + rule)
    with pytest.raises(RuntimeError):
        loaded(extra)

    other = tmp_path / "lain"
    shutil.copytree(extra.parent, other)
    (other / "toys" / "contracts.py").write_text(CONTRACT)
    contracts = loaded(other / "toys").contracts()

    assert not [record.record for record in contracts.values() if "lost" in record.code]


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("sections: colour\n", "lacks: colour"),
        ("constants: {colour: red}\n", "lacks: colour"),
        ("compose: {colour: '{A}-{B}'}\n", "lacks: colour"),
        ("context: {colour: [{in: title, pattern: '(?P<value>x)'}]}\n", "lacks: colour"),
        ("series: {colour: '(?P<label>x)'}\n", "lacks: colour"),
        ("series: {kind: '(?P<label>x)'}\n", "kind is no series"),
    ],
)
def test_what_a_layout_fills_stands_in_its_contract(field: str, problem: str, extra: Path) -> None:
    (extra / "layouts" / "toy.yaml").write_text(LAYOUT + field)

    assert problem in complaint(extra)


def test_a_layout_that_gives_a_required_column_no_text_is_refused(extra: Path) -> None:
    (extra / "layouts" / "toy.yaml").write_text(LAYOUT.replace("  toy_no: [Nomor]\n", ""))

    assert "required columns toy_no" in complaint(extra)


def test_a_required_column_may_stand_elsewhere_than_in_a_header(extra: Path) -> None:
    (extra / "layouts" / "toy.yaml").write_text(LAYOUT.replace("  toy_no: [Nomor]\n", "") + "sections: toy_no\n")

    assert "toy" in loaded(extra).contracts()


def test_an_unknown_agency_is_told_with_the_known_ones(extra: Path) -> None:
    with pytest.raises(DeclarationError, match="dinsos"):
        loaded(extra).agency("dinsoz")


def test_the_fingerprint_follows_every_byte_and_name_of_a_declaration(extra: Path) -> None:
    before = fingerprint([extra])
    path = extra / "layouts" / "toy.yaml"

    path.write_text(LAYOUT + "# x\n")
    changed = fingerprint([extra])
    path.rename(path.with_name("other.yaml"))
    renamed = fingerprint([extra])

    assert len({before, changed, renamed}) == 3
    (extra / "layouts" / "notes.txt").write_text("x")
    assert fingerprint([extra]) == renamed


def test_all_that_judges_a_row_is_part_of_the_cache_key() -> None:
    from kla_pipeline.quality import store

    parts = {path.relative_to(store.PACKAGE).as_posix() for path in store.judging_code()}

    assert {"intake/readers.py", "intake/layouts.py", "intake/dates.py", "quality/normalise.py"} <= parts
    assert not any("archive" in part or "locking" in part for part in parts)
    assert len(judging_fingerprint((SOURCES,))) == 64
