"""Which rows are a person's: by NIK, by register key, by reference; and which nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kla_pipeline.erasure.persons import People, Person, staged_rows
from kla_pipeline.erasure.plan import plan_delivery
from kla_pipeline.erasure.terms import Terms
from kla_pipeline.errors import WrongUse
from kla_pipeline.identity.keys import load_key
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.ledger import open_ledger
from kla_pipeline.nightly import load
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline_tests.end_to_end.canary.exports import _PPKS, _PPKS_SERVICE, Row, _csv, _with
from kla_pipeline_tests.erasure.family import GONE, OTHERS, SYNTHETIC, _person
from kla_pipeline_tests.support import CITY, City, city_in

NAMESAKE, STRANGER = 3, 4


def _roster(rows: list[Row], day: str) -> bytes:
    return _csv([SYNTHETIC, ("REGISTER PPKS",), (f"Posisi: {day}",), _PPKS, *rows], ",")


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Two versions of a roster: the child, another of the same name with a NIK, one of the same name without."""
    city = city_in(tmp_path_factory.mktemp("roster") / "data")
    child, namesake = _person(1, GONE), _with(_person(NAMESAKE, OTHERS[0]), 3, GONE.name)
    unknown = _with(_with(_person(STRANGER, OTHERS[1]), 3, GONE.name), 1, "")
    damaged = _with(child, 1, "3,67301E+15")  # rejected: a spreadsheet took its digits
    city.write("dinsos", "awal.csv", _roster([damaged, namesake, unknown], "30-06-2024"))
    city.write("dinsos", "akhir.csv", _roster([child, namesake, unknown, _person(5, OTHERS[2])], "31-12-2024"))
    helped = [(f"PPKS-{n:03d}", "Dukungan Keluarga", "11/10/2024", "Panti Uji") for n in (1, NAMESAKE, STRANGER)]
    service = [SYNTHETIC, ("REGISTER PPKS",), ("Posisi: 31-12-2024",), _PPKS_SERVICE, *helped]
    city.write("dinsos", "layanan.csv", _csv(service, ","))
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
        assert {item.child_id for item in found} == {person.child_id}
        with pytest.raises(WrongUse, match="No staged row"):
            people.find("0" * 32)
        with pytest.raises(WrongUse, match="no person"):
            people.find(f"{'0' * 16}/1/1")


def test_another_person_of_the_same_name_keeps_his_name(roster: City, tmp_path: Path) -> None:
    person = _child(roster)
    terms = Terms.of(person.niks, person.names, person.row_ids)
    catalogue = load_catalogue(roster.settings.source_folders())
    left = []
    with open_ledger(roster.settings) as ledger:
        for delivery in ledger.deliveries(CITY):
            plan = plan_delivery(roster.paths, delivery, catalogue, terms)
            assert plan is not None
            assert plan.content is not None
            file = tmp_path / delivery.delivery_no
            file.write_bytes(plan.content)
            left += [cell for _, row in read_sheets(file)[0].grid.rows() for cell in row]
    # two versions of the namesake and two of the row without a NIK
    assert left.count(GONE.name) == 4
    assert GONE.nik not in left
