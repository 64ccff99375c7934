"""The juvenile register of the synthetic Polres: one row per child of a case, in monthly CSV files.

Here: offenders, victims and witnesses with the way each case went, and updates as rows of a later month. Not here: the
scripted edge cases (juvenile_scenes.py) and mess. April to June 2025 are nil reports, so that one quarter is a reported
zero. Identities of witnesses are not written; modus and narrative are columns the pipeline leaves behind.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.calendars import (
    DAY,
    ROMAN,
    add_months,
    any_day,
    born_with_age,
    month_end,
    month_of,
    months,
    write_date,
)
from kla_pipeline_tests.bundle.codes import code_list
from kla_pipeline_tests.bundle.people import CITY, KECAMATAN, People, Person
from kla_pipeline_tests.bundle.tables import SYNTHETIC, File, Row, Table

NIL_MONTHS = (date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1))
LAST_DAY = date(2025, 12, 31)
PER_MONTH = {2024: 3, 2025: 4}
# articles, is a narcotics case, threat in years
OFFENCES: tuple[tuple[str, bool, float | None], ...] = (
    ("Pasal 80 ayat (1) jo. Pasal 76C UU 35/2014", False, 3.5),
    ("Pasal 362 KUHP", False, 5.0),
    ("Pasal 363 ayat (1) KUHP", False, 7.0),
    ("Pasal 170 ayat (1), Pasal 351 ayat (1) KUHP", False, 5.5),
    ("Pasal 81 ayat (2) UU 35/2014", False, 15.0),
    ("Pasal 127 ayat (1) UU 35/2009", True, 4.0),
    ("Pasal 310 ayat (4) UU 22/2009", False, 6.0),
    ("Pasal 335 ayat (1) KUHP", False, None),
)
ENDINGS = (
    "DIV_PENYIDIKAN",
    "RJ_POLRI",
    "SP3_BUKTI",
    "PUTUSAN_TINDAKAN",
    "PUTUSAN_PIDANA",
    "CABUT",
    "DIV_PENUNTUTAN",
    "BEBAS",
    "UNKNOWN",
)
ENDING_WEIGHTS = (30, 16, 7, 14, 10, 6, 9, 3, 5)


@dataclass
class CaseChild:
    """One child in a case. `steps`: (day of the file it stands in, facts that changed), the first on the LP date."""

    person: Person
    lp_date: date
    incident: date | None
    role: str = "offender"
    offence: str = OFFENCES[1][0]
    narcotics: bool = False
    threat: float | None = 5.0
    repeat: bool | None = False
    district: str | None = CITY
    kecamatan: str | None = "36.73.01"
    started: date | None = None
    offered: date | None = None
    birth_known: bool = True
    steps: list[tuple[date, dict[str, Any]]] = field(default_factory=list)
    scene: str = ""
    case: str = ""
    child_no: int = 1
    register_no: str = ""
    lp_no: str = ""

    def facts(self, changes: dict[str, Any]) -> dict[str, Any]:
        who = self.person
        is_hidden = self.role == "witness"
        return {
            "register_no": self.register_no,
            "child_no": self.child_no,
            "lp_no": self.lp_no,
            "lp_date": self.lp_date,
            "role": self.role,
            "nik": None if is_hidden else who.nik,
            "no_nik_reason": "Identitas saksi dirahasiakan" if is_hidden else who.no_nik_reason,
            "name": None if is_hidden else who.name,
            "birth_date": who.birth_date if self.birth_known else None,
            "sex": who.sex,
            "tkp_district": self.district,
            "tkp_kecamatan": self.kecamatan if self.district == CITY else None,
            "incident_date": self.incident,
            "offence": self.offence,
            "is_narcotics": self.narcotics,
            "threat_years": self.threat,
            "is_repeat": self.repeat,
            "investigation_start": self.started,
            "diversion_offer_date": self.offered,
            "stage": "PENYIDIKAN",
            "outcome": "PROSES",
            "outcome_doc_no": None,
            "rights_doc_no": None,
            "closed_date": None,
            "failed_date": None,
        } | changes


def out_of_silence(day: date) -> date:
    """Nothing is written in the months of the nil reports; what happened then is dated July."""
    return date(2025, 7, 1 + day.day % 28) if month_of(day) in NIL_MONTHS else day


def ending(code: str, day: date, *, papers: int = 2) -> dict[str, Any]:
    """The facts of a case that ended on `day`; `papers`: how many of the two document numbers it has."""
    about = code_list("case_outcome")[code]
    stamp = f"{day:%m%d}/SINTETIS/{day.year}"
    needs = about["documents_needed"]
    return {
        "outcome": code,
        "closed_date": day,
        "stage": about.get("stage", "PENYIDIKAN"),
        "outcome_doc_no": f"DOK/{stamp}" if papers >= 1 and needs else None,
        "rights_doc_no": f"HAK/{stamp}" if papers >= 2 and needs == 2 else None,
    }


def random_children(people: People, rng: random.Random) -> list[CaseChild]:
    """Cases of the months that are no nil reports, with one to three children each."""
    found: list[CaseChild] = []
    for month in months():
        if month in NIL_MONTHS:
            continue
        for index in range(PER_MONTH[month.year]):
            found += _case(people, rng, any_day(rng, month, month_end(month)), f"random-{month:%Y%m}-{index}")
    return found


def _case(people: People, rng: random.Random, lp_date: date, case: str) -> list[CaseChild]:
    roles = rng.choice((["offender"], ["offender"], ["offender", "victim"], ["victim"], ["offender", "witness"]))
    incident = lp_date - timedelta(days=rng.choice((0, 1, 2, 4, 8, 20))) if rng.random() < 0.93 else None
    offence, narcotics, threat = rng.choice(OFFENCES)
    district = rng.choices((CITY, "36.04", None), (86, 10, 4))[0]
    started = lp_date + timedelta(days=rng.randrange(0, 4))
    shared = {
        "offence": offence,
        "narcotics": narcotics,
        "threat": threat,
        "district": district,
        "kecamatan": rng.choice(tuple(KECAMATAN)),
        "started": started,
        "case": case,
    }
    return [_child(people, rng, role, number, lp_date, incident, shared) for number, role in enumerate(roles, start=1)]


def _child(
    people: People,
    rng: random.Random,
    role: str,
    number: int,
    lp_date: date,
    incident: date | None,
    shared: dict[str, Any],
) -> CaseChild:
    event = incident or lp_date
    age = rng.choice((10, 13, 14, 15, 15, 16, 16, 17, 17, 19)) if role == "offender" else rng.randrange(5, 18)
    person = people.invent(born_with_age(rng, event, age), "L" if rng.random() < 0.75 else "P", seen=event)
    child = CaseChild(person, lp_date, incident, role, child_no=number, **shared)
    child.repeat = role == "offender" and rng.random() < 0.12
    if role == "offender" and rng.random() < 0.7:
        child.offered = child.started and child.started + timedelta(days=rng.choice((1, 3, 5, 6, 9)))
    closed = out_of_silence(lp_date + timedelta(days=rng.randrange(8, 150)))
    if rng.random() < 0.8 and closed <= LAST_DAY:
        code = "UNDER12_RETURN" if age < 12 and role == "offender" else rng.choices(ENDINGS, ENDING_WEIGHTS)[0]
        child.steps.append((closed, ending(code, closed, papers=rng.choice((2, 2, 2, 1, 0)))))
    return child


def number(children: list[CaseChild]) -> list[CaseChild]:
    """Register and LP numbers by year, one per case, in the order of the LP date."""
    children = sorted(children, key=lambda c: (c.lp_date, c.case, c.child_no))
    cases: dict[str, tuple[str, str]] = {}
    counts: dict[int, int] = defaultdict(int)
    for child in children:
        day = child.lp_date
        if child.case not in cases:
            counts[day.year] += 1
            count = counts[day.year]
            report = f"LP/B/{count + 40}/{ROMAN[day.month - 1]}/{day.year}/SPKT/POLRES SINTETIS/POLDA SINTETIS"
            cases[child.case] = (f"ABH-SINT-{day.year}-{count:03d}", report)
        child.register_no, child.lp_no = cases[child.case]
    return children


def files(children: list[CaseChild]) -> list[File]:
    rows: dict[date, list[Row]] = defaultdict(list)
    for child in children:
        _spread(child, rows)
    return [_file(month, rows.get(month, [])) for month in months()]


def _spread(child: CaseChild, rows: dict[date, list[Row]]) -> None:
    """One row per month in which something new was known; steps of the same month are one row."""
    known: dict[str, Any] = {}
    versions = {month_of(child.lp_date): dict(known)}
    for day, changes in child.steps:
        known = known | changes
        versions[month_of(day)] = dict(known)
    first = month_of(child.lp_date)
    for month, changes in versions.items():
        ignored = {"Modus": "(tidak diisi, data sintetis)", "Uraian Singkat": "(tidak diisi, data sintetis)"}
        rows[month].append(
            Row(child.facts(changes), child.person, dict(ignored), child.scene, is_update=month != first)
        )


def _file(month: date, rows: list[Row]) -> File:
    rows = sorted(rows, key=lambda r: (r.facts["lp_date"], r.facts["register_no"], r.facts["child_no"]))
    for position, row in enumerate(rows, start=1):
        row.ignored["No Urut"] = position
        if month == date(2024, 5, 1) and position == 1:
            row.ignored["Uraian Singkat"] = (
                "(tidak diisi,\ndata sintetis)"  # a cell of two lines: records are not lines
            )
    exported = add_months(month, 1) + 4 * DAY
    titles = (
        SYNTHETIC,
        "REGISTER ANAK BERHADAPAN DENGAN HUKUM",
        f"Ref. permintaan data: B/{month.month:03d}/SINTETIS/{month.year}",
        f"Periode: {month:%m/%Y}",
        f"Tanggal ekspor: {write_date(exported, 'dash')}",
    )
    table = Table(
        record="juvenile_case",
        agency="polres",
        key=("register_no", "child_no"),
        columns=layouts.JUVENILE,
        style=layouts.POLRES_CSV,
        titles=titles,
        rows=rows,
        blank_after_titles=False,
        total=True,
        footers=("Sumber: register Unit PPA (sintetis)",),
    )
    return File(f"polres/abh_sintetis_{month:%Y_%m}.csv", [table], exported)
