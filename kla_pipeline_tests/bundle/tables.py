"""Shapes that the bundle is made of: columns of a layout, rows with their facts, tables and files.

Here: plain data and the order of the lines of a sheet, so that a row's number is known before anything is written.
Not here: what the rows say, how cells are messed up (mess.py) and file formats (writers.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kla_pipeline_tests.bundle.people import Person

Cell = str | int | float | date | None
SYNTHETIC = "DATA SINTETIS - bukan data nyata"


@dataclass(frozen=True)
class Column:
    """`field` is the contract column, None for one the pipeline does not ingest; `kind` as the normalisers name it."""

    header: str
    field: str | None = None
    kind: str = "text"
    codes: str = ""


@dataclass(frozen=True)
class Style:
    """How one layout writes things: dates, several values in a cell, numbers with a decimal."""

    date: str
    separator: str = ", "
    decimal: str = ","


@dataclass(frozen=True)
class Break:
    """One thing that is wrong in a row: the rule it breaks and what must become of the row."""

    rule: str
    expected: str  # rejected | flagged | repaired
    column: str = ""
    note: str = ""
    stage: str = "staging"


@dataclass
class Row:
    """One row of an export. `facts` are what a correct reading gives; `override` holds raw cells that hide them."""

    facts: dict[str, Any]
    person: Person | None = None
    ignored: dict[str, Cell] = field(default_factory=dict)
    scene: str = ""  # a scripted edge case: defects leave it alone
    override: dict[str, Cell] = field(default_factory=dict)
    breaks: list[Break] = field(default_factory=list)
    copy_of: Row | None = None
    is_update: bool = False  # its key was in an earlier file
    has_other: bool = False  # its key is in another file too
    truth: dict[str, Any] = field(default_factory=dict)  # the facts before anything happened to the row

    def __post_init__(self) -> None:
        self.truth = dict(self.facts)

    cells: list[Cell] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        return not any(b.expected == "rejected" for b in self.breaks)


@dataclass
class Table:
    """One sheet (or the one table of a CSV). `key` are the contract columns that name a record."""

    record: str
    agency: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    style: Style
    titles: tuple[str, ...] = ()
    sheet: str = ""
    rows: list[Row] = field(default_factory=list)
    blank_after_titles: bool = True
    total: bool = False
    footers: tuple[str, ...] = ()
    is_snapshot: bool = False
    is_real: bool = False  # facts, never messed up

    def header_of(self, column: str) -> str:
        return next(c.header for c in self.columns if c.field == column)

    def key_of(self, row: Row) -> tuple[Any, ...]:
        return tuple(row.facts.get(name) for name in self.key)

    def lines(self) -> Iterator[tuple[str, list[Cell]]]:
        """(kind, cells) of every line in order; kind: title, blank, header, data, total, footer."""
        for title in self.titles:
            yield "title", [title]
        if self.titles and self.blank_after_titles:
            yield "blank", []
        yield "header", [c.header for c in self.columns]
        for row in self.rows:
            yield "data", row.cells
        if self.total and self.rows:
            yield "total", ["Jumlah", str(len(self.rows))]
        if self.footers:
            yield "blank", []
        for footer in self.footers:
            yield "footer", [footer]

    def first_data_line(self) -> int:
        """Number of the line, as a person sees it, on which the first data row stands."""
        kinds = [kind for kind, _ in self.lines()]
        return kinds.index("header") + 2

    def line_counts(self) -> Counter[str]:
        return Counter(kind for kind, _ in self.lines())


@dataclass
class File:
    """One export. `path` is relative to data/raw/<jurisdiction>/; `exported` orders deliveries of one register."""

    path: str
    tables: list[Table]
    exported: date
    delimiter: str = ","
    encoding: str = "utf-8"
    line_end: str = "\r\n"
    pad_titles: bool = False
    is_delivered: bool = True

    @property
    def is_workbook(self) -> bool:
        return self.path.endswith(".xlsx")
