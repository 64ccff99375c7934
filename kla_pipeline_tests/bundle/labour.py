"""The child labour register of the synthetic Dinsos: from identification to follow-up, in two cumulative snapshots.

Here: children in worst forms and other work, with every step of the way out. Not here: street children's PPKS records
(social.py), though some children stand in both under one NIK. "Freed" is withdrawn and placed; a follow-up at six
months lies 150 to 240 days later.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.calendars import any_day, born_with_age, write_date
from kla_pipeline_tests.bundle.people import CITY, People, Person
from kla_pipeline_tests.bundle.social import SNAPSHOTS, Ppks
from kla_pipeline_tests.bundle.tables import SYNTHETIC, File, Row, Table

NEW_PER_YEAR = {2023: 4, 2024: 14, 2025: 14}
SHARED_CHILDREN = 5
FORMS = ("BPTA-08", "BPTA-06", "BPTA-09", "BPTA-04", "BPTA-01", "BPTA-10")
PLACEMENTS = ("SEKOLAH", "KEJAR_PAKET", "PELATIHAN", "KELUARGA", "LKSA")


@dataclass
class Worker:
    """One child of the register. Dates later than a snapshot are not in it yet."""

    person: Person
    identified: date
    form: str = "BPTA-08"
    is_worst: bool = True
    verified: date | None = None
    withdrawn: date | None = None
    placed: date | None = None
    placement: str | None = None
    followup: date | None = None
    followup_status: str | None = None
    relapse: date | None = None
    closed: date | None = None
    closed_reason: str | None = None
    birth_known: bool = True
    scene: str = ""
    labour_no: str = ""

    def facts(self, snapshot: date) -> dict[str, Any]:
        def seen(day: date | None) -> date | None:
            return day if day and day <= snapshot else None

        who = self.person
        return {
            "labour_no": self.labour_no,
            "nik": who.nik,
            "no_nik_reason": who.no_nik_reason,
            "name": who.name,
            "birth_date": who.birth_date if self.birth_known else None,
            "sex": who.sex,
            "district": who.district,
            "kecamatan": who.kecamatan,
            "identified_date": self.identified,
            "work_form": self.form,
            "is_worst_form": self.is_worst,
            "verified_date": seen(self.verified),
            "withdrawn_date": seen(self.withdrawn),
            "placed_date": seen(self.placed),
            "placement": self.placement if seen(self.placed) else None,
            "followup_date": seen(self.followup),
            "followup_status": self.followup_status if seen(self.followup) else None,
            "relapse_date": seen(self.relapse),
            "closed_date": seen(self.closed),
            "closed_reason": self.closed_reason if seen(self.closed) else None,
        }


def workers(people: People, rng: random.Random, ppks: list[Ppks]) -> list[Worker]:
    found = [_random(people, rng, year) for year, count in NEW_PER_YEAR.items() for _ in range(count)]
    streets = [
        r
        for r in ppks
        if r.category == "PMKS-04" and r.person.nik and r.reported and not r.scene and r.reported.year > 2023
    ]
    for record in rng.sample(streets, min(SHARED_CHILDREN, len(streets))):
        found.append(_onward(rng, Worker(record.person, record.start, scene="in_ppks_too")))
    found += _scenes(people)
    found.sort(key=lambda w: (w.identified, w.person.child))
    for index, worker in enumerate(found, start=1):
        worker.labour_no = f"PA-SINT-{index:03d}"
    return found


def _random(people: People, rng: random.Random, year: int) -> Worker:
    identified = any_day(rng, date(year, 1, 5), date(year, 12, 20))
    person = people.invent(born_with_age(rng, identified, rng.randrange(9, 18)), seen=identified)
    is_worst = rng.random() < 0.85
    form = rng.choice(FORMS) if is_worst else "LAIN"
    return _onward(rng, Worker(person, identified, form, is_worst))


def _onward(rng: random.Random, worker: Worker) -> Worker:
    """Steps after identification; each needs the one before it."""
    worker.verified = worker.identified + timedelta(days=rng.randrange(2, 20))
    if rng.random() < 0.65:
        worker.withdrawn = worker.verified + timedelta(days=rng.randrange(3, 60))
        if rng.random() < 0.8:
            worker.placed = worker.withdrawn + timedelta(days=rng.randrange(0, 45))
            worker.placement = rng.choice(PLACEMENTS)
            if rng.random() < 0.75:
                worker.followup = worker.placed + timedelta(days=rng.randrange(155, 235))
                worker.followup_status = rng.choice(("free", "free", "free", "relapsed", "lost"))
                worker.relapse = worker.followup if worker.followup_status == "relapsed" else None
    return worker


def _scenes(people: People) -> list[Worker]:
    found: list[Worker] = []

    def add(scene: str, identified: date, born: date = date(2010, 6, 15), **other: Any) -> None:
        home = {"district": CITY, "kecamatan": "36.73.06"} | other.pop("home", {})
        person = people.invent(born, "L", has_nik=other.pop("has_nik", True), seen=identified, **home)
        found.append(Worker(person, identified, scene=scene, **other))

    def freed(placed: date, days: int | None = None, status: str | None = None) -> dict[str, Any]:
        followup = placed + timedelta(days=days) if days else None
        return {
            "withdrawn": placed,
            "placed": placed,
            "placement": "SEKOLAH",
            "followup": followup,
            "followup_status": status,
        }

    add("placed_next_quarter", date(2024, 2, 5), withdrawn=date(2024, 3, 18), placed=date(2024, 4, 9), placement="LKSA")
    add("withdrawn_not_placed", date(2024, 5, 5), withdrawn=date(2024, 6, 1))
    add("followup_day_150", date(2024, 2, 6), **freed(date(2024, 3, 1), 150, "free"))
    add("followup_day_149", date(2024, 2, 7), **freed(date(2024, 3, 2), 149, "free"))
    add("followup_day_240", date(2024, 2, 8), **freed(date(2024, 3, 3), 240, "free"))
    add("followup_day_241", date(2024, 2, 9), **freed(date(2024, 3, 4), 241, "free"))
    add("followup_missing", date(2024, 9, 2), **freed(date(2024, 10, 1)))
    add("followup_lost", date(2024, 9, 3), **freed(date(2024, 10, 2), 180, "lost"))
    relapse = freed(date(2024, 10, 3), 182, "relapsed")
    add("relapse_opens_again", date(2024, 9, 4), **relapse, relapse=relapse["followup"])
    add("adult_at_identification", date(2024, 7, 7), date(2006, 7, 7), **freed(date(2024, 8, 1)))
    add("turns_18_while_open", date(2024, 3, 3), date(2006, 11, 20))
    add("age_unknown", date(2025, 3, 3), has_nik=False, birth_known=False)
    add("not_a_worst_form", date(2025, 4, 4), form="LAIN", is_worst=False, **freed(date(2025, 5, 5)))
    add(
        "domicile_outside", date(2025, 8, 11), home={"district": "18.71", "kecamatan": None}, **freed(date(2025, 8, 20))
    )
    add("closed_for_another_reason", date(2025, 2, 2), closed=date(2025, 6, 6), closed_reason="Pindah keluar kota")
    add("open_since_2023", date(2023, 6, 6))
    return found


def files(found: list[Worker]) -> list[File]:
    return [_file(found, snapshot) for snapshot in SNAPSHOTS]


def _file(found: list[Worker], snapshot: date) -> File:
    rows = [
        Row(w.facts(snapshot), w.person, scene=w.scene, is_update=snapshot > SNAPSHOTS[0] >= w.identified)
        for w in found
        if w.identified <= snapshot
    ]
    table = Table(
        record="child_labour",
        agency="dinsos",
        key=("labour_no",),
        columns=layouts.LABOUR,
        style=layouts.ANNUAL,
        titles=(SYNTHETIC, "DAFTAR PEKERJA ANAK", f"Posisi: {write_date(snapshot, 'dash')}"),
        sheet="Pekerja Anak",
        rows=rows,
        total=True,
        footers=("Sumber: daftar pekerja anak (sintetis)",),
        is_snapshot=True,
    )
    return File(f"dinsos/pekerja_anak_sintetis_{snapshot:%Y%m%d}.xlsx", [table], snapshot)
