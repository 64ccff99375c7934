"""Deliveries and quality of a release arranged for a page.

Here: agencies with their files, the coverage calendar, refused files, overdue months, rules. Not here: names of files
or any cell of a row; the queries select none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kla_pipeline.i18n import Speaker
from kla_pipeline.reports.reader import Reader, Row


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """One record of an agency in one year: twelve states, '' where nothing was expected or delivered."""

    agency: str
    record: str
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overdue:
    """Months of one record that are past their due day, oldest first."""

    agency: str
    record: str
    cadence: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DeliveryBook:
    """Everything the page shows of the quality schema."""

    agencies: tuple[Row, ...]
    files: dict[str, list[Row]]
    refused: tuple[Row, ...]
    calendar: dict[int, list[CalendarLine]]
    earlier: tuple[Row, ...]
    overdue: tuple[Overdue, ...]
    reconciliation: dict[str, Row]
    rejecting: tuple[Row, ...]
    flagging: tuple[Row, ...]
    sums: Row
    holds: tuple[Row, ...]
    checks: tuple[Row, ...]
    comparisons: tuple[Row, ...]
    names: dict[str, Row]

    def agency(self, code: str, speaker: Speaker) -> str:
        """Short name of an agency; the name its own source folder declares when we have none; else its code."""
        if not speaker.knows("agency", code) and code in self.names:
            return speaker.pick(self.names[code], "name")
        return speaker.word("agency", code)

    def of(self, code: str) -> DeliveryBook:
        """The deliveries of one agency. What is told of the release as a whole (rules, checks, comparisons) stays."""

        def mine(rows: Sequence[Row]) -> tuple[Row, ...]:
            return tuple(row for row in rows if row["agency"] == code)

        years = {year: [line for line in lines if line.agency == code] for year, lines in self.calendar.items()}
        return replace(
            self,
            agencies=mine(self.agencies),
            files={agency: files for agency, files in self.files.items() if agency == code},
            refused=mine(self.refused),
            calendar={year: lines for year, lines in years.items() if lines},
            earlier=mine(self.earlier),
            overdue=tuple(item for item in self.overdue if item.agency == code),
            holds=mine(self.holds),
        )

    @property
    def states(self) -> list[str]:
        """States that occur in the calendar, for its legend."""
        used = {state for lines in self.calendar.values() for line in lines for state in line.months}
        return [state for state in ("delivered", "late", "nil", "overdue", "awaited") if state in used]

    @property
    def elsewhere(self) -> tuple[Row, ...]:
        """Agencies with rows in force about other places, or about places nobody can tell."""
        return tuple(row for row in self.agencies if row["current_outside"] or row["current_unknown"])

    @property
    def totals(self) -> Row:
        """Sums over the agencies."""
        names = [name for name in (self.agencies[0] if self.agencies else {}) if name != "agency"]
        return {name: sum(row[name] for row in self.agencies) for name in names}


def calendar(rows: Sequence[Row]) -> dict[int, list[CalendarLine]]:
    """Year → lines, from coverage.sql, so that a year fits on a phone and on a page of paper."""
    months: dict[tuple[int, str, str], list[str]] = {}
    for row in rows:
        line = months.setdefault((row["year"], row["agency"], row["record"]), [""] * 12)
        line[row["month_no"] - 1] = row["state"]
    years: dict[int, list[CalendarLine]] = {}
    for (year, agency, record), states in sorted(months.items()):
        years.setdefault(year, []).append(CalendarLine(agency, record, tuple(states)))
    return years


def _overdue(rows: Sequence[Row]) -> tuple[Overdue, ...]:
    late: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["state"] == "overdue":
            late.setdefault((row["agency"], row["record"]), []).append(row)
    return tuple(Overdue(*key, found[0]["cadence"], tuple(found)) for key, found in late.items())


def own_words(row: Row, speaker: Speaker) -> str:
    """What a refusal says beyond the general sentences of its reason code, e.g. which column is missing; may be ''."""
    said, code = speaker.pick(row, "reason"), row["reason_code"]
    for part in ("means", "do"):
        if speaker.knows("reason", f"{code}.{part}"):
            said = said.removeprefix(speaker.t(f"reason.{code}.{part}")).strip()
    return said


def delivery_book(reader: Reader) -> DeliveryBook:
    """Deliveries and quality of the attached `audit` file."""
    deliveries = reader.rows("deliveries")
    months = reader.rows("coverage")
    rules = reader.rows("rules")
    files: dict[str, list[Row]] = {}
    for row in deliveries:
        files.setdefault(row["agency"], []).append(row)
    return DeliveryBook(
        agencies=tuple(reader.rows("agencies")),
        files=files,
        refused=tuple(row for row in deliveries if row["verdict"] == "refused"),
        calendar=calendar(months),
        earlier=tuple(reader.rows("earlier_coverage")),
        overdue=_overdue(months),
        reconciliation={row["stage"]: row for row in reader.rows("reconciliation")},
        rejecting=tuple(row for row in rules if row["effect"] == "reject"),
        flagging=tuple(row for row in rules if row["effect"] == "warn"),
        sums=reader.row("rule_sums"),
        holds=tuple(reader.rows("holds")),
        checks=tuple(reader.rows("checks")),
        comparisons=tuple(reader.rows("comparisons")),
        names={row["agency"]: row for row in reader.rows("agency_names")},
    )
