"""Invented people of the bundle: names that nobody bears, and NIKs that no office can have issued.

Here: persons with their true birth date, sex, NIK and domicile. Not here: what happens to them. Every surname carries
the marker "Sintetis"; every NIK has the region part 99 99 99, which exists nowhere, and is otherwise built by the rules
of the population register: date of birth with 40 added to the day for girls, and a serial from 0001.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date

from kla_pipeline_tests.bundle.calendars import any_day

MARKER = "Sintetis"
REGION_PART = "999999"
NO_NIK_REASONS = ("Belum memiliki NIK", "Dokumen hilang", "Tidak diketahui", "Belum direkam")
CITY = "36.73"
KECAMATAN = {
    "36.73.01": "Serang",
    "36.73.02": "Kasemen",
    "36.73.03": "Walantaka",
    "36.73.04": "Curug",
    "36.73.05": "Cipocok Jaya",
    "36.73.06": "Taktakan",
}
OUTSIDE = {
    "36.04": "Kabupaten Serang",
    "36.01": "Kabupaten Pandeglang",
    "36.72": "Kota Cilegon",
    "18.71": "Kota Bandar Lampung",
    "outside": "Luar kota",
}
QUIET_KECAMATAN = "36.73.04"  # no child of it before April 2024, so that one cell of a quarter has nothing to divide
QUIET_UNTIL = date(2024, 4, 1)

_HEADS = ("Zav", "Vex", "Qir", "Jov", "Xel", "Wuz", "Fyr", "Kwo", "Zhe", "Vul", "Yix", "Qam")
_TAILS = ("ora", "ini", "uvel", "axo", "eru", "ilo", "oza", "ymi")
_SURNAMES = ("Vaxolu", "Qirumo", "Zefawi", "Xowiru", "Jyvela", "Kwuzan", "Fovixa", "Zhuremi", "Wyqolo", "Vemuxi")


@dataclass(frozen=True)
class Person:
    """A truth record. `district`: Kemendagri code, "outside" or None (unknown); `kecamatan` only within the city."""

    child: str
    name: str
    sex: str
    birth_date: date
    nik: str | None
    no_nik_reason: str | None
    district: str | None
    kecamatan: str | None


class People:
    """Invents persons in order; the same seed gives the same people."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names: set[str] = set()
        self._count = 0
        self.known: list[Person] = []

    def invent(
        self, born: date, sex: str | None = None, *, has_nik: bool | None = None, seen: date, **home: object
    ) -> Person:
        """A new person born on `born`, first recorded on `seen`. `home`: district and kecamatan, drawn if not given."""
        rng = self._rng
        self._count += 1
        sex = sex or rng.choice("LP")
        has_nik = rng.random() < 0.8 if has_nik is None else has_nik
        district, kecamatan = _home(rng, seen)
        person = Person(
            child=f"S{self._count:04d}",
            name=self._name(),
            sex=sex,
            birth_date=born,
            nik=make_nik(born, sex, self._count) if has_nik else None,
            no_nik_reason=None if has_nik else rng.choice(NO_NIK_REASONS),
            district=district,
            kecamatan=kecamatan,
        )
        person = replace(person, **home) if home else person  # type: ignore[arg-type]
        self.known.append(person)
        return person

    def _name(self) -> str:
        while True:
            first = self._rng.choice(_HEADS) + self._rng.choice(_TAILS)
            middle = self._rng.choice(_HEADS) + self._rng.choice(_TAILS)
            name = f"{first} {middle} {self._rng.choice(_SURNAMES)} {MARKER}"
            if name not in self._names:
                self._names.add(name)
                return name


def make_nik(born: date, sex: str, serial: int) -> str:
    day = born.day + (40 if sex == "P" else 0)
    return f"{REGION_PART}{day:02d}{born:%m%y}{serial:04d}"


def mothers_nik(rng: random.Random, serial: int) -> str:
    """The NIK of an invented adult woman, as it is sometimes written on a child's row."""
    return make_nik(any_day(rng, date(1980, 1, 1), date(1990, 12, 28)), "P", serial)


def _home(rng: random.Random, seen: date) -> tuple[str | None, str | None]:
    """Mostly the city; some from elsewhere, some not known, a few of the city without a kecamatan."""
    draw = rng.random()
    if draw < 0.10:
        return rng.choice(tuple(OUTSIDE)), None
    if draw < 0.16:
        return None, None
    choices = [code for code in KECAMATAN if code != QUIET_KECAMATAN or seen >= QUIET_UNTIL]
    return CITY, rng.choice(choices) if draw < 0.97 else None
