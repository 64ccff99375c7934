"""Scripted edge cases of the juvenile register: one per reading of the restorative indicator that could be got wrong.

Here: cases with the outcome, documents and dates that decide a number. Not here: random cases. `case` groups the
children of one case; the scene's name is in the truth files.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kla_pipeline_tests.bundle.juvenile import OFFENCES, CaseChild, ending
from kla_pipeline_tests.bundle.people import People, Person
from kla_pipeline_tests.bundle.violence import Victim

BORN = date(2009, 8, 17)


class Scenes:
    def __init__(self, people: People) -> None:
        self._people = people
        self.children: list[CaseChild] = []

    def add(self, scene: str, lp_date: date, *steps: tuple[date, dict[str, Any]], **other: Any) -> CaseChild:
        """A boy of the city aged 14 to 16 who met the police on `lp_date` about an event two days before."""
        born, person = other.pop("born", BORN), other.pop("person", None)
        incident = other.pop("incident", lp_date - timedelta(days=2))
        person = person or self._people.invent(born, "L", has_nik=other.pop("has_nik", True), seen=lp_date)
        number = 1 + sum(child.case == scene for child in self.children)
        child = CaseChild(
            person, lp_date, incident, scene=scene, case=other.pop("case", scene), child_no=number, **other
        )
        child.started = child.started or lp_date
        child.steps = list(steps)
        self.children.append(child)
        return child


def _done(code: str, day: date, papers: int = 2) -> tuple[date, dict[str, Any]]:
    return day, ending(code, day, papers=papers)


def scripted(people: People, victims: list[Victim]) -> list[CaseChild]:
    scenes = Scenes(people)
    _several_children(scenes)
    _documents(scenes)
    _agreements(scenes)
    _outside_the_total(scenes)
    _clock(scenes)
    _same_child(
        scenes, [v.person for v in victims if not v.scene and v.person.nik and v.person.birth_date > date(2008, 1, 1)]
    )
    return scenes.children


def _several_children(s: Scenes) -> None:
    day = date(2024, 2, 12)
    s.add("both_diverted_in_two_quarters", day, _done("DIV_PENYIDIKAN", date(2024, 3, 14)))
    s.add("both_diverted_in_two_quarters", day, _done("DIV_PENYIDIKAN", date(2024, 4, 15)))
    s.add("one_diverted_one_sentenced", day, _done("DIV_PENYIDIKAN", date(2024, 3, 20)))
    s.add("one_diverted_one_sentenced", day, _done("PUTUSAN_PIDANA", date(2024, 6, 5)))
    s.add("one_diverted_one_open", day, _done("DIV_PENYIDIKAN", date(2024, 3, 21)))
    s.add("one_diverted_one_open", day)
    s.add("child_with_adult_offender", date(2025, 7, 3), _done("RJ_POLRI", date(2025, 7, 30)))
    s.add("child_with_adult_offender", date(2025, 7, 3), born=date(2003, 3, 3))
    s.add("offender_victim_witness", date(2025, 8, 5), _done("DIV_PENYIDIKAN", date(2025, 9, 9)))
    s.add("offender_victim_witness", date(2025, 8, 5), role="victim", born=date(2013, 5, 5))
    s.add("offender_victim_witness", date(2025, 8, 5), role="witness", born=date(2012, 5, 5))


def _documents(s: Scenes) -> None:
    drug, narcotics, threat = OFFENCES[5]
    s.add("police_rj_two_papers", date(2024, 4, 3), _done("RJ_POLRI", date(2024, 5, 6)))
    s.add("police_rj_one_paper", date(2024, 4, 4), _done("RJ_POLRI", date(2024, 5, 7), 1))
    about = {"offence": drug, "narcotics": narcotics, "threat": threat}
    s.add("police_rj_narcotics_one_paper", date(2024, 4, 5), _done("RJ_POLRI", date(2024, 5, 8), 1), **about)
    s.add("stopped_with_papers", date(2024, 7, 3), _done("SP3_BUKTI", date(2024, 8, 6)))
    s.add("stopped_with_one_paper", date(2024, 7, 4), _done("SP3_BUKTI", date(2024, 8, 7), 1))
    s.add("stopped_without_papers", date(2024, 7, 5), _done("SP3_BUKTI", date(2024, 8, 8), 0))
    s.add("diverted_without_paper", date(2024, 9, 5), _done("DIV_PENYIDIKAN", date(2024, 10, 8), 0))
    s.add("outcome_unknown", date(2025, 1, 7), _done("UNKNOWN", date(2025, 3, 11)))


def _agreements(s: Scenes) -> None:
    diverted = _done("DIV_PENYIDIKAN", date(2024, 5, 20))
    s.add("agreement_failed", date(2024, 4, 22), diverted, (date(2024, 9, 10), {"failed_date": date(2024, 9, 10)}))
    failed = {"failed_date": date(2024, 10, 1), "outcome": "LIMPAH_P21", "closed_date": None, "outcome_doc_no": None}
    again = _done("PUTUSAN_TINDAKAN", date(2025, 2, 18))
    s.add("agreement_failed_then_sentenced", date(2024, 4, 23), diverted, (date(2024, 10, 1), failed), again)
    s.add("closed_next_year", date(2024, 11, 19), _done("DIV_PENUNTUTAN", date(2025, 1, 22)))
    serious = {"threat": 9.0, "offence": "Pasal 365 ayat (1) KUHP"}
    s.add("diverted_in_court_serious_charge", date(2025, 1, 9), _done("DIV_PENGADILAN", date(2025, 3, 25)), **serious)
    s.add("repeat_offender", date(2025, 1, 10), _done("PUTUSAN_PIDANA", date(2025, 3, 26)), repeat=True)
    s.add("repeat_unknown", date(2025, 1, 13), _done("DIV_PENYIDIKAN", date(2025, 2, 3)), repeat=None)
    s.add("threat_unknown", date(2025, 1, 14), _done("DIV_PENYIDIKAN", date(2025, 2, 4)), threat=None)
    s.add(
        "threat_exactly_7",
        date(2025, 1, 15),
        _done("DIV_PENYIDIKAN", date(2025, 2, 5)),
        threat=7.0,
        offence=OFFENCES[2][0],
    )


def _outside_the_total(s: Scenes) -> None:
    day, end = date(2025, 9, 2), date(2025, 10, 7)
    s.add("under_12", day, _done("UNDER12_RETURN", end), born=date(2015, 1, 1))
    s.add("twelfth_birthday_on_incident", day, _done("DIV_PENYIDIKAN", end), born=date(2013, 8, 31))
    s.add("adult_offender", day, _done("PUTUSAN_PIDANA", end), born=date(2007, 8, 31))
    s.add("turned_18_before_report", day, _done("DIV_PENYIDIKAN", end), born=date(2007, 9, 1))
    s.add("no_incident_date", day, _done("DIV_PENYIDIKAN", end), incident=None, born=date(2007, 9, 2))
    s.add("age_unknown", day, _done("DIV_PENYIDIKAN", end), has_nik=False, birth_known=False)
    s.add("place_outside", day, _done("DIV_PENYIDIKAN", end), district="36.04")
    s.add("place_unknown", day, _done("DIV_PENYIDIKAN", end), district=None)
    s.add("transferred_out", day, _done("LIMPAH_LUAR", end))
    s.add("passed_to_prosecutor", day, (end, {"outcome": "LIMPAH_P21", "stage": "PENUNTUTAN"}))


def _clock(s: Scenes) -> None:
    day = date(2025, 11, 4)
    s.add("offered_on_day_7", day, offered=day + timedelta(days=7))
    s.add("offered_on_day_8", day, offered=day + timedelta(days=8))
    s.add("never_offered", day)


def _same_child(s: Scenes, known: list[Person]) -> None:
    """Children with two cases closed in one year, and children of the violence register as victims here."""
    first = s.add("one_child_two_cases_a", date(2024, 10, 2), _done("DIV_PENYIDIKAN", date(2024, 11, 5)))
    s.add("one_child_two_cases_b", date(2024, 11, 6), _done("DIV_PENYIDIKAN", date(2024, 12, 9)), person=first.person)
    mixed = s.add("one_child_mixed_cases_a", date(2025, 7, 8), _done("DIV_PENYIDIKAN", date(2025, 8, 11)))
    s.add(
        "one_child_mixed_cases_b", date(2025, 9, 10), _done("PUTUSAN_TINDAKAN", date(2025, 11, 12)), person=mixed.person
    )
    for index, person in enumerate(known[::6][:5]):
        s.add("in_dp3a_too", date(2025, 10, 6 + index), case=f"in_dp3a_too_{index}", role="victim", person=person)
