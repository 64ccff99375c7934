"""Which rows are a person's: by NIK, by register key, by reference; and which nobody can tell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kla_pipeline.erasure.persons import People, Person, staged_rows
from kla_pipeline.erasure.plan import DeliveryPlan, plan_delivery
from kla_pipeline.erasure.terms import Terms, in_bytes
from kla_pipeline.errors import WrongUse
from kla_pipeline.identity.keys import load_key
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.ledger import open_ledger
from kla_pipeline.nightly import load
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline_tests.end_to_end.canary.exports import (
    _PPKS,
    _PPKS_SERVICE,
    Child,
    Row,
    Sheet,
    _csv,
    _with,
    _workbook,
)
from kla_pipeline_tests.erasure.family import GONE, OTHERS, SYNTHETIC, _person
from kla_pipeline_tests.support import CITY, City, city_in

NAMESAKE, STRANGER = 3, 4


def _roster(rows: list[Row], day: str) -> bytes:
    return _csv([SYNTHETIC, ("REGISTER PPKS",), (f"Posisi: {day}",), _PPKS, *rows], ",")


def _returned(*children: Child) -> list[Row]:
    """What an agency sends back: its own columns, our marks."""
    heads = (*_PPKS, "KLA: Alasan", "KLA: Tindakan", "kla-baris uji")
    rows = [(*_person(n, child), "", "", f"{'a' * 16}/1/{n}") for n, child in enumerate(children, 8)]
    return [heads, *rows]


def _with_a_comment(text: str) -> bytes:
    """A workbook of which no cell mentions anybody."""
    stream = io.BytesIO(_workbook(Sheet("Catatan", [SYNTHETIC, ("Kolom", "Isi"), ("a", "b")])))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/comments1.xml", f"<comments><t>{text}</t></comments>")
    return stream.getvalue()


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Two versions of a roster: the child, another of the same name with a NIK, one of the same name without."""
    city = city_in(tmp_path_factory.mktemp("roster") / "data")
    child, namesake = _person(1, GONE), _with(_person(NAMESAKE, OTHERS[0]), 3, GONE.name)
    unknown = _with(_with(_person(STRANGER, OTHERS[1]), 3, GONE.name), 1, "")
    damaged = _with(child, 1, "3,67301E+15")  # rejected: a spreadsheet took its digits
    city.write("dinsos", "awal.csv", _roster([damaged, namesake, unknown], "30-06-2024"))
    city.write(
        "dinsos",
        "akhir.csv",
        _roster([child, namesake, unknown, _with(_person(5, OTHERS[2]), 3, f"{GONE.name} Kedua")], "31-12-2024"),
    )
    helped = [(f"PPKS-{n:03d}", "Dukungan Keluarga", "11/10/2024", "Panti Uji") for n in (1, NAMESAKE, STRANGER)]
    service = [SYNTHETIC, ("REGISTER PPKS",), ("Posisi: 31-12-2024",), _PPKS_SERVICE, *helped]
    city.write("dinsos", "anak_uji_terhapus/layanan.csv", _csv(service, ","))
    unread = _with(_with(_person(6, GONE), 1, f"{GONE.nik} / KK 1"), 3, "Anak Uji Sama")
    city.write("dinsos", "lain.csv", _roster([unread, _person(7, OTHERS[3])], "31-08-2024"))
    city.write("dinsos", "kembali.csv", _csv([*_returned(GONE, OTHERS[4])], ";"))
    city.write("dinsos", "catatan.xlsx", _with_a_comment(f"cek {GONE.nik}"))
    load.receive(city.settings, CITY)
    load.stage(city.settings, CITY)
    return city


@contextmanager
def _people(city: City) -> Iterator[People]:
    catalogue = load_catalogue(city.settings.source_folders())
    with open_ledger(city.settings) as ledger:
        key, deliveries = load_key(city.settings, ledger), ledger.deliveries(CITY)
        with staged_rows(city.settings, city.paths, catalogue, deliveries) as rows:
            yield People(rows, catalogue, key)


def _child(city: City) -> Person:
    with _people(city) as people:
        return people.of_nik(GONE.nik)


def _plans(city: City) -> list[DeliveryPlan]:
    person = _child(city)
    terms = Terms.of(person.niks, person.names, person.row_ids)
    catalogue = load_catalogue(city.settings.source_folders())
    with open_ledger(city.settings) as ledger:
        plans = [plan_delivery(city.paths, delivery, catalogue, terms) for delivery in ledger.deliveries(CITY)]
    return [plan for plan in plans if plan is not None]


def test_a_person_has_the_rows_of_his_nik_of_his_register_key_and_the_services_given_to_him(roster: City) -> None:
    # one row each in the two rosters, the damaged one too, and one service
    assert len(_child(roster).row_ids) == 3
    assert _child(roster).names == {GONE.name}


def test_rows_of_the_same_name_without_a_nik_are_named_and_stay(roster: City) -> None:
    person = _child(roster)
    assert len(person.possible) == 2
    assert not person.possible & person.row_ids


def test_pseudonym_row_and_nik_lead_to_the_same_person(roster: City) -> None:
    person = _child(roster)
    with _people(roster) as people:
        found = [people.find(person.child_id), *(people.find(row) for row in sorted(person.row_ids))]
        register = people.child_id(("rec", "dinsos:ppks:PPKS-001"))
        assert people.find(register) == person
        assert person.aliases == {register}
        assert {item.child_id for item in found} == {person.child_id}
        with pytest.raises(WrongUse, match="No staged row"):
            people.find("0" * 32)
        with pytest.raises(WrongUse, match="no person"):
            people.find(f"{'0' * 16}/1/1")


def test_another_person_of_the_same_name_keeps_his_name(roster: City, tmp_path: Path) -> None:
    left = []
    for plan in _plans(roster):
        if plan.delivery.suffix == ".csv":
            assert plan.content is not None
            file = tmp_path / plan.delivery.delivery_no
            file.write_bytes(plan.content)
            left += [cell for _, row in read_sheets(file)[0].grid.rows() for cell in row]
    assert left.count(f"{GONE.name} Kedua") == 1
    # two versions of the namesake and two of the row without a NIK
    assert left.count(GONE.name) == 4
    assert GONE.nik not in left


def _left(city: City, mark: str) -> str:
    """The text that is left of the file that says `mark`."""
    contents = (plan.content.decode() for plan in _plans(city) if plan.content and plan.delivery.suffix == ".csv")
    (left,) = (text for text in contents if mark in text)
    return left


def test_a_row_whose_number_no_reader_takes_is_the_person_s_all_the_same(roster: City) -> None:
    left = _left(roster, "31-08-2024")
    assert "Anak Uji Sama" not in left
    assert GONE.nik not in left
    assert OTHERS[3].name in left


def test_of_a_return_the_person_s_rows_go_and_the_others_stay(roster: City) -> None:
    left = _left(roster, "kla-baris")
    assert GONE.name not in left
    assert OTHERS[4].name in left


def test_a_comment_of_a_workbook_and_the_name_of_a_folder_are_places_too(roster: City) -> None:
    plans = _plans(roster)
    (workbook,) = (plan for plan in plans if plan.delivery.suffix == ".xlsx")
    assert workbook.content is not None
    assert not in_bytes(workbook.content, Terms.of({GONE.nik}, {GONE.name}))
    assert [plan.renames for plan in plans].count(True) == 1
