"""A source folder in which every column of every record has a header of its own, and files written for it.

The real layouts read a part of the columns each; with these every rule can be broken in a file that a night loads.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml
from openpyxl import Workbook

from kla_pipeline.quality.rule_texts import Row
from kla_pipeline_tests.quality.tables import RECORDS, contract_of, the_catalogue
from kla_pipeline_tests.sources.rule_cases import Cases

NAMES = ("kosong", "asing", "tanpa_kolom")


def write_layouts(folder: Path) -> Path:
    """Layouts of all records in a further source folder, each in the folder of an agency that delivers the record."""
    for record in RECORDS:
        write_layout(folder / agency_of(record), record)
    return folder


def write_layout(agency: Path, record: str) -> None:
    """The layout of a record in an agency's folder."""
    columns = contract_of(record).columns
    many = [name for name, column in columns.items() if column.kind == "series"]
    layout = {
        "id": f"{agency.name}.uji_{record}",
        "record": record,
        "mode": "increment",
        "columns": {name: [_header(record, name)] for name in columns if name not in many},
        "series": {name: f"{_header(record, name)} (?P<label>.+)" for name in many},
    }
    path = agency / "layouts" / f"uji_{record}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({key: value for key, value in layout.items() if value}))


def agency_of(record: str) -> str:
    """The agency whose first layout reads the record."""
    agencies = the_catalogue().agencies
    return next(name for name, agency in agencies.items() if any(x.record == record for x in agency.layouts))


def _header(record: str, column: str) -> str:
    return f"uji {record} {column}".replace("_", " ")


def table_of(record: str, rows: Sequence[Row]) -> list[list[str]]:
    """Header and cells of rows; the labels of a series become columns."""
    columns = contract_of(record).columns
    labels = {name: _labels(name, rows) for name, column in columns.items() if column.kind == "series"}
    plain = [name for name in columns if name not in labels]
    many = [(name, label) for name, found in labels.items() for label in found]
    header = [_header(record, name) for name in plain] + [f"{_header(record, name)} {label}" for name, label in many]
    lines = [header]
    for row in rows:
        series = {name: json.loads(row.get(name) or "{}") for name in labels}
        cells = [row.get(name, "") for name in plain] + [series[name].get(label, "") for name, label in many]
        lines.append([*cells, row["_beyond"]] if row.get("_beyond") else cells)
    return lines


def _labels(name: str, rows: Sequence[Row]) -> list[str]:
    return sorted({label for row in rows for label in json.loads(row.get(name) or "{}")})


def csv_bytes(lines: Sequence[Sequence[str]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """Lines as CSV."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return stream.getvalue().encode(encoding)


def xlsx_bytes(*sheets: Sequence[Sequence[str]]) -> bytes:
    """Lines of each sheet as a workbook, all cells text."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for lines in sheets:
        sheet = book.create_sheet()
        for line in lines:
            sheet.append(list(line))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@cache
def _cases(record: str) -> tuple[tuple[Row, ...], ...]:
    """Rows of each case of a record; those of one case stay together, because rules of a table need both."""
    return tuple(tuple(_later(row) for row in case.rows) for case in Cases(record).all())


def _later(row: Row) -> Row:
    """The cases' dates lie in the future of their own day; a night receives files today."""
    return {
        name: text.replace("01/07/2026", "01/07/2099").replace("2026-07-01", "2099-07-01") for name, text in row.items()
    }


def generated(number: int) -> tuple[str, str, bytes]:
    """Agency, name and bytes of a file: some cases of a record, shuffled, in some dialect; now and then a bad file."""
    choose = random.Random(number)
    record = RECORDS[number % len(RECORDS)]
    chosen = _some(_cases(record), number // len(RECORDS), choose)
    rows = [row for case in chosen for row in case]
    choose.shuffle(rows)
    lines = table_of(record, rows)
    above = choose.choice(([], [["Laporan uji"]], [["Laporan uji", ""], []]))
    below = choose.choice(([], [["Sumber: data uji"]], [[], ["Catatan: rekaan"]]))
    kind = NAMES[number // 25 % len(NAMES)] if number % 25 == 24 else choose.choice(("csv", "csv", "xlsx"))
    content = _bad(kind, number, lines, contract_of(record).required) if kind in NAMES else None
    if content is None and kind == "xlsx":
        return agency_of(record), f"uji_{number}.xlsx", xlsx_bytes([*above, *lines, *below])
    if content is None:
        delimiter, encoding = choose.choice(",;\t|"), choose.choice(("utf-8", "utf-8-sig", "utf-16"))
        content = csv_bytes([*above, *lines, *below], delimiter, encoding)
    return agency_of(record), f"uji_{number}.csv", content


def _some(cases: Sequence[tuple[Row, ...]], turn: int, choose: random.Random) -> list[tuple[Row, ...]]:
    """The next five cases in turn, so that many files have all of them, and some others."""
    places = {(5 * turn + step) % len(cases) for step in range(5)}
    places |= set(choose.sample(range(len(cases)), k=min(len(cases), choose.randint(0, 10))))
    return [cases[place] for place in sorted(places)]


def _bad(kind: str, number: int, lines: list[list[str]], required: Sequence[str]) -> bytes:
    # the same bytes twice would be one delivery
    if kind == "kosong":
        return b"\n" * number
    if kind == "asing":
        return csv_bytes([["barang", "jumlah"], ["meja", "4"], ["kursi", str(number)]])
    header = next(name for name in lines[0] if name.endswith(required[0].replace("_", " ")))
    place = lines[0].index(header)
    return csv_bytes([line[:place] + line[place + 1 :] for line in lines])
