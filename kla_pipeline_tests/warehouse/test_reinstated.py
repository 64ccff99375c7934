"""What is held waits for a decision of two people, and counts once they have said so.

One city: a roster that loses too many persons, and a police file whose older version is dropped again after a newer.
"""

from __future__ import annotations

import pytest

from kla_pipeline.nightly import load
from kla_pipeline_tests.faults.exports import case, cases, person, roster
from kla_pipeline_tests.support import CITY, City, city_in
from kla_pipeline_tests.warehouse.decided import Deciding, built

QUESTIONS = {
    "held": "SELECT delivery_id FROM quality.hold",
    "again": "SELECT delivery_id, is_reinstated FROM quality.repeat",
    "persons": "SELECT ppks_no FROM staged.ppks_current ORDER BY ppks_no",
    "offences": "SELECT offence FROM staged.juvenile_case_current ORDER BY register_no",
    "waiting": "SELECT failures FROM quality.check_result WHERE check_id = 'deliveries_held'",
}
Answers = dict[str, list[tuple]]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answers, Answers]:
    """The tables before and after the decision to reinstate both deliveries."""
    city = city_in(tmp_path_factory.mktemp("reinstated") / "data")
    city.write("dinsos", "ppks_1.csv", roster(*(person(n) for n in range(1, 5)), position="30-06-2025"))
    city.write("dinsos", "ppks_2.csv", roster(person(1), position="31-12-2025"))
    first = cases("05/2025", case(1, offence="362 KUHP"))
    for content in (first, cases("05/2025", case(1, offence="351 KUHP"), case(2, offence="351 KUHP")), first):
        city.write("polres", "abh.csv", content)
        load.receive(city.settings, CITY)
    before = asked(built(city))
    with pytest.MonkeyPatch.context() as monkeypatch:
        Deciding(city, monkeypatch).reinstate(before["held"][0][0], "dinsos")
        Deciding(city, monkeypatch).reinstate(before["again"][0][0], "polres")
    return before, asked(built(city))


def asked(city: City) -> Answers:
    return {name: city.rows(query) for name, query in QUESTIONS.items()}


def test_a_snapshot_that_withdraws_too_much_counts_once_it_is_reinstated(nights: tuple[Answers, Answers]) -> None:
    before, after = nights
    assert [len(night["held"]) for night in nights] == [1, 0]
    assert before["persons"] == [("P1",), ("P2",), ("P3",), ("P4",)]
    assert after["persons"] == [("P1",)]


def test_old_bytes_that_come_again_wait_and_count_as_the_newest_once_reinstated(
    nights: tuple[Answers, Answers],
) -> None:
    before, after = nights
    assert [night["again"][0][1] for night in nights] == [False, True]
    assert before["offences"] == [("351 KUHP",), ("351 KUHP",)]
    assert after["offences"] == [("362 KUHP",), ("351 KUHP",)]


def test_what_waits_is_told_by_a_check_that_stops_nothing(nights: tuple[Answers, Answers]) -> None:
    assert [night["waiting"] for night in nights] == [[(2,)], [(0,)]]
