"""The violence register of the synthetic DP3A: victims, what was done for them, and the monthly files of it.

Here: cases with their true dates, the random ones and how versions of a case are spread over the months (an update is a
row with the same key in a later file). Not here: the scripted edge cases (violence_scenes.py) and what is messed up.
One month (August 2024) was never delivered; June 2025 is a nil report: headers and no rows.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.calendars import (
    DAY,
    MONTH_NAMES,
    add_months,
    any_day,
    born_with_age,
    month_end,
    month_of,
    months,
    write_date,
)
from kla_pipeline_tests.bundle.people import People, Person
from kla_pipeline_tests.bundle.tables import SYNTHETIC, File, Row, Table

GAP_MONTH = date(2024, 8, 1)
NIL_MONTH = date(2025, 6, 1)
PER_MONTH = {2024: (5, 5, 5, 5, 5, 5, 5, 4, 5, 6, 5, 5), 2025: (6, 5, 5, 6, 5, 0, 6, 5, 6, 5, 5, 6)}
LAST_DAY = date(2025, 12, 31)
LATE = {date(2025, 9, 1): date(2025, 10, 28)}  # exported late: still before the next month's file
FORMS = ("FISIK", "PSIKIS", "SEKSUAL", "EKSPLOITASI", "PENELANTARAN", "TRAFFICKING", "LAINNYA")
FORM_WEIGHTS = (30, 22, 28, 4, 10, 3, 3)
BEYOND_INTAKE = (
    "KESEHATAN",
    "BANTUAN_HUKUM",
    "PENEGAKAN_HUKUM",
    "REHABILITASI_SOSIAL",
    "REINTEGRASI_SOSIAL",
    "PEMULANGAN",
    "PENDAMPINGAN_TOKOH_AGAMA",
)
PROVIDERS = ("UPTD PPA Sintetis", "Puskesmas Sintetis", "LBH Sintetis", "Puspaga Sintetis")


@dataclass
class Victim:
    """One victim of one case. `services`: (code, date). `late_nik`: the last version brings the NIK."""

    person: Person
    reported: date
    incident: date | None
    forms: tuple[str, ...]
    closed: date | None = None
    final_status: str = "closed"
    quality: str | None = None
    disability: bool | None = False
    death: date | None = None
    birth_known: bool = True
    late_nik: bool = False
    location: str | None = "RUMAH_TANGGA"
    relation: str | None = "KELUARGA"
    domestic: bool | None = False
    services: list[tuple[str, date]] = field(default_factory=list)
    scene: str = ""
    register_no: str = ""
    victim_no: int = 1

    def facts(self, status: str, closed: date | None, *, is_last: bool) -> dict[str, Any]:
        who = self.person
        hides_nik = self.late_nik and not is_last
        return {
            "register_no": self.register_no,
            "victim_no": self.victim_no,
            "nik": None if hides_nik else who.nik,
            "no_nik_reason": "Belum memiliki NIK" if hides_nik else who.no_nik_reason,
            "name": who.name,
            "birth_date": who.birth_date if self.birth_known else None,
            "sex": who.sex,
            "district": who.district,
            "kecamatan": who.kecamatan,
            "incident_date": self.incident,
            "report_date": self.reported,
            "date_quality": self.quality,
            "violence_forms": self.forms,
            "location": self.location,
            "relation": self.relation,
            "is_domestic": self.domestic,
            "has_disability": self.disability,
            "case_status": status,
            "closed_date": closed,
            "death_date": self.death,
        }


def random_victims(people: People, rng: random.Random, scripted: Iterable[Victim]) -> list[Victim]:
    """Fills the months up to PER_MONTH: three of four victims are children, the others women."""
    taken: dict[date, int] = defaultdict(int)
    for victim in scripted:
        taken[month_of(victim.reported)] += 1
    found: list[Victim] = []
    for month in months():
        wanted = PER_MONTH[month.year][month.month - 1] - taken[month]
        found += [_random_victim(people, rng, month) for _ in range(wanted)]
    return found


def _random_victim(people: People, rng: random.Random, month: date) -> Victim:
    reported = any_day(rng, month, month_end(month))
    incident = None if rng.random() < 0.06 else reported - timedelta(days=rng.choice((0, 1, 2, 3, 5, 9, 16, 30, 61)))
    event = incident or reported
    is_child = rng.random() < 0.8
    born = born_with_age(rng, event, rng.randrange(2, 18) if is_child else rng.randrange(19, 50))
    person = people.invent(born, None if is_child else "P", seen=event)
    first = rng.choices(FORMS, FORM_WEIGHTS)[0]
    second = rng.choices(FORMS[:5], FORM_WEIGHTS[:5])[0] if rng.random() < 0.25 else first
    victim = Victim(
        person=person,
        reported=reported,
        incident=incident,
        forms=tuple(sorted({first, second})),
        closed=_closing(rng, reported),
        quality=None if incident and rng.random() < 0.7 else ("stated" if incident else "unknown"),
        disability=rng.random() < 0.08,
        location=rng.choice(("RUMAH_TANGGA", "SEKOLAH", "FASILITAS_UMUM", "DARING", "LAINNYA", None)),
        relation=rng.choice(("ORANG_TUA", "KELUARGA", "TETANGGA", "PACAR_TEMAN", "GURU", "LAINNYA", "NA", None)),
        domestic=rng.random() < 0.4,
    )
    victim.services = _random_services(rng, victim)
    return victim


def _closing(rng: random.Random, reported: date) -> date | None:
    """Two of three cases are closed within the two years; never in the gap month or the nil month."""
    if rng.random() < 0.3:
        return None
    closed = out_of_silence(reported + timedelta(days=rng.randrange(5, 200)))
    return closed if closed <= LAST_DAY else None


def out_of_silence(day: date) -> date:
    """Moves a day out of the months in which the register shows nothing."""
    while month_of(day) in (GAP_MONTH, NIL_MONTH):
        day += 31 * DAY
    return day


def _random_services(rng: random.Random, victim: Victim) -> list[tuple[str, date]]:
    """Mostly the complaint on the day of the report, then up to three more within about two months."""
    found = {("PENGADUAN", victim.reported)} if rng.random() < 0.9 else set()
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        day = victim.reported + timedelta(days=rng.randrange(1, 60))
        if month_of(day) == NIL_MONTH:
            day = out_of_silence(day)
        if day <= LAST_DAY:
            found.add((rng.choice(BEYOND_INTAKE), day))
    return sorted(found, key=lambda one: (one[1], one[0]))


def number(victims: list[Victim]) -> list[Victim]:
    """Gives register numbers by year and order of report; a scene with `register_no` "+" joins the case before it."""
    counts: dict[int, int] = defaultdict(int)
    victims = sorted(victims, key=lambda v: (v.reported, v.person.child))
    joined = [v for v in victims if v.register_no == "+"]
    for victim in (v for v in victims if v.register_no != "+"):
        counts[victim.reported.year] += 1
        victim.register_no = f"SINT-{victim.reported.year}-{counts[victim.reported.year]:03d}"
    for victim in joined:
        first = next(v for v in victims if v is not victim and v.scene == victim.scene and v.victim_no == 1)
        victim.register_no = first.register_no
    return victims


def files(victims: list[Victim]) -> list[File]:
    """The 24 monthly workbooks, that of the gap month among them as not delivered."""
    rows, services = _versions(victims), _service_rows(victims)
    return [_file(month, rows.get(month, []), services.get(month, [])) for month in months()]


def _versions(victims: list[Victim]) -> dict[date, list[Row]]:
    found: dict[date, list[Row]] = defaultdict(list)
    for victim in victims:
        first = month_of(victim.reported)
        last = max(first, month_of(victim.closed)) if victim.closed else first
        if last > first:
            found[first].append(_row(victim, "open", None, is_last=False))
            found[last].append(_row(victim, victim.final_status, victim.closed, is_last=True, is_update=True))
        else:
            is_done = victim.closed is not None or victim.final_status == "cancelled"
            status = victim.final_status if is_done else "active"
            found[first].append(_row(victim, status, victim.closed, is_last=True))
    return found


def _row(victim: Victim, status: str, closed: date | None, *, is_last: bool, is_update: bool = False) -> Row:
    ignored = {
        "Alamat": "Jl. Sintetis No. 0",
        "Kronologi": "(tidak diisi, data sintetis)",
        "uraian": "(tidak diisi, data sintetis)",
    }
    return Row(
        victim.facts(status, closed, is_last=is_last), victim.person, dict(ignored), victim.scene, is_update=is_update
    )


def _service_rows(victims: list[Victim]) -> dict[date, list[Row]]:
    found: dict[date, list[Row]] = defaultdict(list)
    for victim in victims:
        for index, (code, day) in enumerate(victim.services):
            facts = {
                "register_no": victim.register_no,
                "victim_no": victim.victim_no,
                "service_code": code,
                "service_date": day,
                "provider": PROVIDERS[(index + len(victim.register_no) + day.day) % len(PROVIDERS)],
            }
            month = max(month_of(day), month_of(victim.reported))
            found[month].append(Row(facts, victim.person, scene=victim.scene))
    return found


def _file(month: date, victims: list[Row], services: list[Row]) -> File:
    is_2024 = month.year == 2024
    victims = sorted(victims, key=lambda r: (r.facts["report_date"], r.facts["register_no"], r.facts["victim_no"]))
    services = sorted(services, key=lambda r: (r.facts["service_date"], r.facts["register_no"], r.facts["victim_no"]))
    for position, row in enumerate(victims, start=1):
        row.ignored["No"] = position
    exported = LATE.get(month, add_months(month, 1) + 4 * DAY)
    style = layouts.DP3A_2024 if is_2024 else layouts.DP3A_2025
    shared: dict[str, Any] = {
        "agency": "dp3a",
        "style": style,
        "total": True,
        "footers": ("Sumber: register UPTD PPA (sintetis)",),
    }
    return File(
        f"dp3a/dp3a_sintetis_{month:%Y_%m}.xlsx",
        [
            Table(
                record="violence_victim",
                key=("register_no", "victim_no"),
                columns=layouts.VICTIMS_2024 if is_2024 else layouts.VICTIMS_2025,
                titles=_titles("REGISTER KASUS KEKERASAN", month, exported),
                sheet="Korban",
                rows=victims,
                **shared,
            ),
            Table(
                record="victim_service",
                key=("register_no", "victim_no", "service_code", "service_date"),
                columns=layouts.SERVICES_2024 if is_2024 else layouts.SERVICES_2025,
                titles=_titles("REGISTER LAYANAN KORBAN", month, exported),
                sheet="Layanan",
                rows=services,
                **shared,
            ),
        ],
        exported,
        is_delivered=month != GAP_MONTH,
    )


def _titles(name: str, month: date, exported: date) -> tuple[str, ...]:
    if month.year == 2024:
        period = f"Periode: {MONTH_NAMES[month.month - 1]} {month.year}"
        return SYNTHETIC, name, period, f"Tanggal ekspor: {write_date(exported, 'slash')}"
    return SYNTHETIC, name, f"Periode {month:%Y-%m}", f"Diekspor: {exported.isoformat()}"
