"""What a defect of one row is, and the ways a cell or a date goes wrong.

Here: the building blocks. Not here: which defects the bundle holds (catalogue.py), duplicates and rows that point to
nobody (structure.py) and harmless variations (mess.py). A defect of kind `rejected` takes the row out; one that is
`flagged` leaves it in, with the facts that a correct reading still gets.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kla_pipeline_tests.bundle.calendars import ROMAN, birthday
from kla_pipeline_tests.bundle.codes import code_list
from kla_pipeline_tests.bundle.people import REGION_PART, mothers_nik
from kla_pipeline_tests.bundle.tables import Break, Row

Fits = Callable[[dict[str, Any]], bool]
Apply = Callable[[Row, random.Random], None]


@dataclass(frozen=True)
class Defect:
    """`times`: how often the bundle has it. `column`: contract column that shows it ("" = the row as a whole)."""

    record: str
    rule: str
    column: str
    fits: Fits
    apply: Apply
    expected: str = "rejected"
    times: int = 1
    note: str = ""

    def befall(self, row: Row, header: str, rng: random.Random) -> None:
        self.apply(row, rng)
        row.breaks.append(Break(self.rule, self.expected, header, self.note))


def always(facts: dict[str, Any]) -> bool:
    return True


def no_nik(facts: dict[str, Any]) -> bool:
    return not facts.get("nik")


def has(*columns: str) -> Fits:
    return lambda facts: all(facts.get(c) is not None for c in columns)


def all_of(*tests: Fits) -> Fits:
    return lambda facts: all(test(facts) for test in tests)


def empty(record: str, column: str, times: int = 1) -> Defect:
    return Defect(record, f"{record}.{column}.required", column, has(column), cell(column, ""), times=times)


def junk(record: str, column: str, family: str, text: str, fits: Fits = always, times: int = 1) -> Defect:
    """A cell with a value that is no `type`, or not in the `code` list, or out of range."""
    rule = f"{record}.{column}.{family}"
    return Defect(record, rule, column, all_of(has(column), fits), cell(column, text), times=times)


def cell(column: str, text: str) -> Apply:
    def apply(row: Row, rng: random.Random) -> None:
        row.override[column] = text

    return apply


def shifted(column: str, base: str, days: int) -> Apply:
    """Writes a date `days` from another one of the row."""

    def apply(row: Row, rng: random.Random) -> None:
        row.facts[column] = row.facts[base] + timedelta(days=days)

    return apply


def emptied(column: str) -> Apply:
    def apply(row: Row, rng: random.Random) -> None:
        row.facts[column] = None

    return apply


def typed_in_2042(column: str) -> Apply:
    def apply(row: Row, rng: random.Random) -> None:
        row.facts[column] = date(2042, 3, 12)

    return apply


def _bad_nik(make: Callable[[str], str | int]) -> Apply:
    """The cell holds something that is no NIK; the row stays, its key is null."""

    def apply(row: Row, rng: random.Random) -> None:
        row.override["nik"] = make(row.facts["nik"])
        row.facts["nik"] = None

    return apply


def _other_day(row: Row, rng: random.Random) -> None:
    born: date = row.facts["birth_date"]
    row.facts["birth_date"] = born + timedelta(days=1)


def _other_sex(row: Row, rng: random.Random) -> None:
    row.facts["sex"] = "L" if row.facts["sex"] == "P" else "P"


def mothers(row: Row, rng: random.Random) -> None:
    row.facts["nik"] = mothers_nik(rng, 9001)


def grown_up(row: Row, rng: random.Random) -> None:
    reported: date = row.facts["report_date"]
    row.facts["birth_date"] = birthday(reported.replace(day=1), -19)


def other_roman(row: Row, rng: random.Random) -> None:
    parts = row.facts["lp_no"].split("/")
    parts[3] = ROMAN[ROMAN.index(parts[3]) - 1]
    row.facts["lp_no"] = "/".join(parts)


def model_c(row: Row, rng: random.Random) -> None:
    row.facts["lp_no"] = row.facts["lp_no"].replace("LP/B/", "LP-C/")


def final(facts: dict[str, Any]) -> bool:
    return bool(facts["closed_date"]) and code_list("case_outcome")[facts["outcome"]]["final"]


def is_child_category(facts: dict[str, Any]) -> bool:
    return code_list("ppks_category")[facts["category"]]["child"]


def flagged(record: str, rule: str, column: str, fits: Fits, apply: Apply, times: int = 1, note: str = "") -> Defect:
    return Defect(record, f"{record}.{rule}", column, fits, apply, "flagged", times, note)


def cross(record: str, rule: str, column: str, fits: Fits, apply: Apply, times: int = 1) -> Defect:
    return Defect(record, f"{record}.{rule}", column, fits, apply, times=times)


def niks(record: str, *, shapes: int = 2) -> list[Defect]:
    """What a NIK column suffers. The 16-digit run and the number cell are what a spreadsheet leaves behind."""
    fits = has("nik", "birth_date")
    makes: list[tuple[str, Callable[[str], str | int]]] = [
        ("one digit missing", lambda nik: nik[:-1]),
        ("number cell, last digits lost", lambda nik: int(nik[:12] + "0000")),
        ("all digits the same", lambda nik: REGION_PART[0] * 16),
        ("letter among the digits", lambda nik: nik[:8] + "O" + nik[9:]),
        ("day 35 does not exist", lambda nik: REGION_PART + "35" + nik[8:]),
    ]
    bad = [flagged(record, "nik.type", "nik", fits, _bad_nik(make), note=note) for note, make in makes[:shapes]]
    not_month_end: Fits = lambda facts: facts["birth_date"].day < 27  # noqa: E731
    return [
        *bad,
        flagged(
            record,
            "nik_birth_mismatch",
            "birth_date",
            all_of(fits, not_month_end),
            _other_day,
            note="birth date one day off",
        ),
        flagged(record, "nik_sex_mismatch", "sex", all_of(fits, has("sex")), _other_sex),
    ]


def fact(column: str, value: Any) -> Apply:
    def apply(row: Row, rng: random.Random) -> None:
        row.facts[column] = value

    return apply
