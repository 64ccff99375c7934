"""Scripted edge cases of the violence register: one scene per reading that could be got wrong.

Here: who, when and what, each with a name that tests can look up in the truth files. Not here: random cases. Scenes are
never messed up by defects, only by variations a reader must repair.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kla_pipeline_tests.bundle.people import CITY, People
from kla_pipeline_tests.bundle.violence import GAP_MONTH, Victim

HOME = {"district": CITY, "kecamatan": "36.73.02"}


class Scenes:
    """Builds scenes one after the other; `victims` holds them in order."""

    def __init__(self, people: People) -> None:
        self._people = people
        self.victims: list[Victim] = []

    def add(self, scene: str, born: date, reported: date, incident: date | None, **other: Any) -> Victim:
        """A child of the city with a valid NIK unless said otherwise; `services`: (code, days after the report)."""
        home = other.pop("home", HOME)
        has_nik = other.pop("has_nik", True)
        services = [(code, reported + timedelta(days=days)) for code, days in other.pop("services", [("PENGADUAN", 0)])]
        person = other.pop("person", None) or self._people.invent(
            born, other.pop("sex", "P"), has_nik=has_nik, seen=reported, **home
        )
        victim = Victim(
            person, reported, incident, other.pop("forms", ("FISIK",)), services=services, scene=scene, **other
        )
        self.victims.append(victim)
        return victim


def scripted(people: People) -> list[Victim]:
    scenes = Scenes(people)
    _ages(scenes)
    _services(scenes)
    _places_and_statuses(scenes)
    _identities(scenes)
    _gap(scenes)
    return scenes.victims


def _ages(s: Scenes) -> None:
    help_ = [("PENGADUAN", 0), ("KESEHATAN", 5)]
    s.add("turns_18_between_event_and_report", date(2006, 5, 10), date(2024, 5, 15), date(2024, 4, 20), services=help_)
    s.add("event_on_18th_birthday", date(2006, 9, 12), date(2024, 9, 14), date(2024, 9, 12), services=help_)
    s.add("event_day_before_18th_birthday", date(2006, 9, 13), date(2024, 9, 14), date(2024, 9, 12), services=help_)
    s.add("born_29_february_on_28", date(2012, 2, 29), date(2025, 3, 3), date(2025, 2, 28), services=help_)
    s.add("born_29_february_on_1_march", date(2012, 2, 29), date(2025, 3, 4), date(2025, 3, 1), sex="L", services=help_)
    unborn = {"has_nik": False, "services": [("PENGADUAN", 0), ("REHABILITASI_SOSIAL", 8)]}
    s.add("unborn", date(2024, 6, 1), date(2024, 7, 5), date(2024, 2, 10), **unborn)
    s.add("unborn_300_days", date(2024, 11, 5), date(2024, 11, 20), date(2024, 1, 10), **unborn)
    s.add("age_unknown", date(2013, 1, 15), date(2024, 2, 20), date(2024, 2, 18), has_nik=False, birth_known=False)
    s.add("age_unknown", date(2014, 1, 15), date(2025, 8, 20), date(2025, 8, 18), has_nik=False, birth_known=False)


def _services(s: Scenes) -> None:
    born = date(2014, 8, 9)
    s.add("service_before_need_only", born, date(2024, 5, 20), date(2024, 5, 18), services=[("KESEHATAN", -12)])
    s.add("service_on_event_day", born, date(2024, 5, 21), date(2024, 5, 18), services=[("KESEHATAN", -3)], sex="L")
    after = [("PENGADUAN", 0), ("REINTEGRASI_SOSIAL", 30)]
    s.add(
        "service_after_closing_same_quarter",
        born,
        date(2025, 1, 9),
        date(2025, 1, 7),
        services=after,
        closed=date(2025, 1, 28),
    )
    s.add("service_next_quarter_only", born, date(2024, 3, 20), date(2024, 3, 18), services=[("BANTUAN_HUKUM", 25)])
    s.add("service_next_year_only", born, date(2024, 12, 18), date(2024, 12, 15), services=[("KESEHATAN", 40)], sex="L")
    s.add("intake_only", born, date(2024, 10, 8), date(2024, 10, 1), forms=("SEKSUAL",))
    s.add("no_service", born, date(2024, 10, 9), date(2024, 10, 2), services=[], forms=("PENELANTARAN",))
    s.add(
        "substantive_on_day_30",
        born,
        date(2025, 2, 3),
        date(2025, 2, 1),
        services=[("PENGADUAN", 0), ("KESEHATAN", 30)],
    )
    s.add(
        "substantive_on_day_31",
        born,
        date(2025, 2, 4),
        date(2025, 2, 1),
        services=[("PENGADUAN", 0), ("KESEHATAN", 31)],
    )
    s.add(
        "substantive_on_report_day",
        born,
        date(2025, 2, 5),
        date(2025, 2, 1),
        services=[("PENDAMPINGAN_TOKOH_AGAMA", 0)],
    )
    s.add(
        "reported_next_year", born, date(2025, 1, 4), date(2024, 12, 28), services=[("PENGADUAN", 0), ("KESEHATAN", 2)]
    )
    s.add("closed_on_month_end", born, date(2024, 4, 3), date(2024, 4, 1), closed=date(2024, 6, 30))
    s.add("closed_on_first_day_of_quarter", born, date(2024, 4, 4), date(2024, 4, 1), closed=date(2024, 7, 1), sex="L")
    s.add("stale_open", born, date(2024, 1, 8), date(2024, 1, 5), forms=("PSIKIS",))


def _places_and_statuses(s: Scenes) -> None:
    born = date(2011, 11, 3)
    help_ = [("PENGADUAN", 0), ("PEMULANGAN", 3)]
    outside = {"district": "36.04", "kecamatan": None}
    s.add(
        "domicile_outside",
        born,
        date(2024, 2, 6),
        date(2024, 2, 5),
        home=outside,
        services=help_,
        forms=("TRAFFICKING",),
    )
    s.add(
        "domicile_outside",
        born,
        date(2025, 7, 8),
        date(2025, 7, 5),
        home={**outside, "district": "outside"},
        services=help_,
    )
    s.add(
        "domicile_unknown",
        born,
        date(2024, 6, 6),
        date(2024, 6, 5),
        home={"district": None, "kecamatan": None},
        services=help_,
    )
    s.add(
        "kecamatan_unknown",
        born,
        date(2025, 4, 7),
        date(2025, 4, 5),
        home={"district": CITY, "kecamatan": None},
        services=help_,
    )
    s.add("cancelled", born, date(2024, 7, 9), date(2024, 7, 8), final_status="cancelled", services=help_)
    s.add(
        "cancelled_later", born, date(2025, 3, 10), date(2025, 3, 9), final_status="cancelled", closed=date(2025, 4, 2)
    )
    s.add(
        "died_before_service",
        born,
        date(2024, 11, 12),
        date(2024, 11, 10),
        death=date(2024, 11, 11),
        services=[],
        sex="L",
    )
    s.add("died_after_service", born, date(2024, 11, 13), date(2024, 11, 10), death=date(2024, 11, 29), services=help_)
    s.add("estimated_date", born, date(2025, 5, 12), date(2025, 4, 1), quality="estimated", services=help_)
    s.add("no_event_date", born, date(2025, 10, 7), None, quality="unknown", services=help_)
    many = ("EKSPLOITASI", "FISIK", "SEKSUAL")
    s.add("many_categories", born, date(2025, 9, 9), date(2025, 9, 1), forms=many, disability=True, services=help_)
    s.add("form_without_category", born, date(2025, 11, 6), date(2025, 11, 5), forms=("LAINNYA",), services=help_)


def _identities(s: Scenes) -> None:
    first = s.add("same_child_twice", date(2010, 3, 8), date(2024, 3, 12), date(2024, 3, 10), closed=date(2024, 5, 6))
    s.add(
        "same_child_twice",
        date(2010, 3, 8),
        date(2025, 9, 16),
        date(2025, 9, 14),
        person=first.person,
        forms=("SEKSUAL",),
    )
    s.add(
        "nik_arrives_later",
        date(2012, 7, 17),
        date(2024, 9, 18),
        date(2024, 9, 17),
        late_nik=True,
        closed=date(2024, 11, 22),
    )
    s.add("two_victims_one_case", date(2013, 4, 4), date(2025, 8, 12), date(2025, 8, 10))
    s.add(
        "two_victims_one_case",
        date(2016, 9, 5),
        date(2025, 8, 12),
        date(2025, 8, 10),
        victim_no=2,
        register_no="+",
        sex="L",
    )


def _gap(s: Scenes) -> None:
    """Four victims of the month that was never delivered; one becomes known by an update in October."""
    day = GAP_MONTH.replace(day=6)
    born = date(2015, 2, 2)
    late = [("PENGADUAN", 0), ("KESEHATAN", 41)]
    s.add("gap_month", born, day, day, services=late)
    s.add("gap_month", born, day.replace(day=13), day, sex="L")
    s.add("gap_month", born, day.replace(day=20), day, has_nik=False)
    s.add("gap_month_known_by_update", born, day.replace(day=27), day, closed=date(2024, 10, 15), services=late)
