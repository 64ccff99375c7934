"""The PPKS register of the synthetic Dinsos: people, their services, two cumulative snapshots.

Here: records of all 26 categories (most of them children's), children who also stand in the violence register under
the same NIK, and what a snapshot shows on its day. Not here: child labour (labour.py) and mess. The snapshot of 2025
holds that of 2024, some records closed meanwhile, a few gone (withdrawn by the office). Some roster rows carry no
report date.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.calendars import any_day, birthday, born_with_age, write_date
from kla_pipeline_tests.bundle.codes import code_list
from kla_pipeline_tests.bundle.people import CITY, QUIET_KECAMATAN, QUIET_UNTIL, People, Person
from kla_pipeline_tests.bundle.tables import SYNTHETIC, File, Row, Table
from kla_pipeline_tests.bundle.violence import Victim

SNAPSHOTS = (date(2024, 12, 31), date(2025, 12, 31))
NEW_PER_YEAR = {2023: 12, 2024: 104, 2025: 104}
WITHDRAWN = 4
SHARED_CHILDREN = 17
CHILD_CATEGORIES = ("PMKS-01", "PMKS-02", "PMKS-03", "PMKS-04", "PMKS-05", "PMKS-06", "PMKS-07")
CHILD_WEIGHTS = (16, 24, 6, 18, 18, 12, 2)
SERVICES = tuple(code_list("atensi"))


@dataclass
class Ppks:
    """`reported` None: a roster row without a date, first carried by the snapshot `first_seen`."""

    person: Person
    category: str
    reported: date | None
    first_seen: date
    closed: date | None = None
    birth_known: bool = True
    withdrawn: bool = False
    services: list[tuple[str, date]] = field(default_factory=list)
    scene: str = ""
    ppks_no: str = ""

    @property
    def start(self) -> date:
        return self.reported or self.first_seen.replace(day=1)

    def facts(self, snapshot: date) -> dict[str, Any]:
        who = self.person
        closed = self.closed if self.closed and self.closed <= snapshot else None
        return {
            "ppks_no": self.ppks_no,
            "nik": who.nik,
            "no_nik_reason": who.no_nik_reason,
            "name": who.name,
            "birth_date": who.birth_date if self.birth_known else None,
            "sex": who.sex,
            "category": self.category,
            "district": who.district,
            "kecamatan": who.kecamatan,
            "report_date": self.reported,
            "roster_month": None if self.reported else snapshot.replace(day=1),
            "status": "closed" if closed else "open",
            "closed_date": closed,
        }


def records(people: People, rng: random.Random, victims: list[Victim]) -> list[Ppks]:
    """All records, numbered by the year they were first carried."""
    found = [_random(people, rng, year) for year, count in NEW_PER_YEAR.items() for _ in range(count)]
    found += _shared(rng, victims)
    found += _scenes(people)
    for record in rng.sample([r for r in found if r.reported and r.reported.year == 2024 and not r.scene], WITHDRAWN):
        record.withdrawn, record.closed, record.scene = True, None, "withdrawn_by_snapshot"
    return _number(found)


def _random(people: People, rng: random.Random, year: int) -> Ppks:
    reported = any_day(rng, date(year, 1, 2), date(year, 12, 24))
    category = (
        rng.choices(CHILD_CATEGORIES, CHILD_WEIGHTS)[0] if rng.random() < 0.72 else f"PMKS-{rng.randrange(8, 27):02d}"
    )
    record = Ppks(_person(people, rng, category, reported), category, reported, _snapshot_of(reported))
    if rng.random() < 0.45:
        closed = reported + timedelta(days=rng.randrange(10, 300))
        record.closed = closed if closed <= SNAPSHOTS[-1] else None
    record.services = _random_services(rng, record)
    return record


def _person(people: People, rng: random.Random, category: str, reported: date) -> Person:
    about = code_list("ppks_category")[category]
    first, last = (about["age_min"], about["age_max"]) if about["child"] else (about["age_min"] or 19, 79)
    born = born_with_age(rng, reported, rng.randrange(first, last + 1))
    return people.invent(born, about.get("sex"), seen=reported)


def _snapshot_of(day: date) -> date:
    return next(snapshot for snapshot in SNAPSHOTS if day <= snapshot)


def _random_services(rng: random.Random, record: Ppks) -> list[tuple[str, date]]:
    """None to three; taking the data alone is common."""
    found = {("PENDATAAN", record.start)} if rng.random() < 0.35 else set()
    for _ in range(rng.choice((0, 0, 1, 1, 1, 2))):
        day = record.start + timedelta(days=rng.randrange(0, 150))
        if day <= SNAPSHOTS[-1]:
            found.add((rng.choice(SERVICES), day))
    return sorted(found, key=lambda one: (one[1], one[0]))


def _shared(rng: random.Random, victims: list[Victim]) -> list[Ppks]:
    """Children of the violence register whom Dinsos knows too, under the same NIK."""
    fit = [
        v
        for v in victims
        if not v.scene and v.person.nik and v.person.birth_date > birthday(v.reported, -17) and v.birth_known
    ]
    found = []
    for victim in rng.sample(fit, SHARED_CHILDREN):
        reported = min(victim.reported + timedelta(days=rng.randrange(0, 60)), date(2025, 12, 20))
        record = Ppks(victim.person, "PMKS-06", reported, _snapshot_of(reported), scene="in_dp3a_too")
        record.services = _random_services(rng, record)
        found.append(record)
    return found


def _scenes(people: People) -> list[Ppks]:
    """Edge cases of the roster; homes keep the quiet kecamatan quiet in the first quarter of 2024."""
    found: list[Ppks] = []

    def add(scene: str, born: date, category: str, reported: date | None, first_seen: date, **other: Any) -> None:
        home = {"district": CITY, "kecamatan": "36.73.05"} | other.pop("home", {})
        person = people.invent(
            born, other.pop("sex", None) or "L", has_nik=other.pop("has_nik", True), seen=first_seen, **home
        )
        found.append(Ppks(person, category, reported, first_seen, scene=scene, **other))

    first, second = SNAPSHOTS
    for index, born in enumerate((date(2016, 3, 3), date(2012, 5, 6), date(2014, 9, 30), date(2018, 1, 19))):
        add("roster_without_report_date", born, "PMKS-02" if index < 3 else "PMKS-05", None, first)
    add("roster_without_report_date", date(2013, 6, 7), "PMKS-04", None, second)
    add("roster_without_report_date", date(2011, 2, 1), "PMKS-02", None, second, closed=date(2025, 12, 20))
    add("roster_served", date(2015, 7, 7), "PMKS-02", None, first, services=[("LKSA", date(2024, 12, 9))])
    add("stale_open", date(2012, 10, 10), "PMKS-02", date(2023, 4, 12), first)
    add(
        "open_at_start_served",
        date(2013, 3, 21),
        "PMKS-05",
        date(2023, 11, 2),
        first,
        services=[("TERAPI", date(2024, 2, 13))],
    )
    add(
        "data_entry_only",
        date(2011, 8, 1),
        "PMKS-04",
        date(2024, 5, 3),
        first,
        services=[("PENDATAAN", date(2024, 5, 3))],
    )
    raid = [("RAZIA", date(2025, 8, 11)), ("PEMULANGAN_SERAH_TERIMA", date(2025, 8, 14))]
    home = {"district": "36.01", "kecamatan": None}
    add("raid_and_returned_home", date(2010, 12, 24), "PMKS-04", date(2025, 8, 11), second, services=raid, home=home)
    add(
        "raid_only",
        date(2010, 4, 2),
        "PMKS-04",
        date(2025, 8, 11),
        second,
        services=raid[:1],
        home={**home, "district": "18.71"},
    )
    add("age_unknown", date(2015, 1, 1), "PMKS-02", date(2024, 9, 9), first, has_nik=False, birth_known=False)
    add(
        "unspecified_category",
        date(2012, 2, 9),
        "PMKS-07",
        date(2025, 3, 7),
        second,
        services=[("DUKUNGAN_KELUARGA", date(2025, 3, 20))],
    )
    return found


def _number(found: list[Ppks]) -> list[Ppks]:
    found = sorted(found, key=lambda r: (r.start, r.person.child))
    counts: dict[int, int] = {}
    for record in found:
        assert record.start >= QUIET_UNTIL or record.person.kecamatan != QUIET_KECAMATAN
        year = record.start.year
        counts[year] = counts.get(year, 0) + 1
        record.ppks_no = f"PPKS-SINT-{year}-{counts[year]:04d}"
    return found


def files(found: list[Ppks]) -> list[File]:
    return [file for snapshot in SNAPSHOTS for file in (_people_file(found, snapshot), _service_file(found, snapshot))]


def _carried(found: list[Ppks], snapshot: date) -> list[Ppks]:
    last = SNAPSHOTS[-1]
    return [r for r in found if r.first_seen <= snapshot and not (r.withdrawn and snapshot == last)]


def _people_file(found: list[Ppks], snapshot: date) -> File:
    rows = [
        Row(
            record.facts(snapshot),
            record.person,
            {"Kelurahan": "", "Lokasi Penemuan": "Sintetis", "Keterangan": "(tidak diisi, data sintetis)"},
            record.scene,
            is_update=record.first_seen < snapshot,
        )
        for record in _carried(found, snapshot)
    ]
    table = Table(
        record="ppks",
        agency="dinsos",
        key=("ppks_no",),
        columns=layouts.PPKS,
        style=layouts.DINSOS_CSV,
        titles=(SYNTHETIC, "DAFTAR PPKS", f"Posisi: {write_date(snapshot, 'dash')}"),
        rows=rows,
        footers=("Sumber: daftar PPKS (sintetis)",),
        is_snapshot=True,
    )
    return File(f"dinsos/ppks_sintetis_{snapshot:%Y%m%d}.csv", [table], snapshot, encoding="utf-8-sig")


def _service_file(found: list[Ppks], snapshot: date) -> File:
    rows = []
    for record in _carried(found, snapshot):
        for index, (code, day) in enumerate(record.services):
            if day > snapshot:
                continue
            facts = {
                "ppks_no": record.ppks_no,
                "service_code": code,
                "service_date": day,
                "provider": ("Dinsos Sintetis", "LKSA Sintetis", "Sentra Sintetis")[(index + day.day) % 3],
            }
            is_update = snapshot == SNAPSHOTS[-1] and day <= SNAPSHOTS[0]
            rows.append(Row(facts, record.person, scene=record.scene, is_update=is_update))
    table = Table(
        record="ppks_service",
        agency="dinsos",
        key=("ppks_no", "service_code", "service_date"),
        columns=layouts.PPKS_SERVICES,
        style=layouts.DINSOS_CSV,
        titles=(SYNTHETIC, "LAYANAN PPKS", f"Posisi: {write_date(snapshot, 'dash')}"),
        rows=rows,
        is_snapshot=True,
    )
    path = f"dinsos/layanan_ppks_sintetis_{snapshot:%Y%m%d}.csv"
    return File(path, [table], snapshot, delimiter=";", pad_titles=True, line_end="\n")
