"""The trail of a number down to file, sheet and row, and of a row up to every number: facts for two commands.

Here: what the measures' trail (measures/trace.py) lacks to reach a file: deliveries, names of files and sheets, what
became of a row. Not here: how it is shown (cli/explain.py, cli/trace.py).

File and sheet names may hold a person's name. They are for the terminal of the operator, who alone can open the
warehouse; nothing here goes into a release, an event or a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kla_pipeline.errors import WrongUse, boundary
from kla_pipeline.ledger import open_ledger
from kla_pipeline.nightly.release import release_of
from kla_pipeline.nightly.summary import QUERIES
from kla_pipeline.quality.store import read_manifest
from kla_pipeline.settings import Paths, Settings

if TYPE_CHECKING:
    import duckdb

    from kla_pipeline.measures.trace import Cell

Facts = dict[str, Any]
_LABEL = re.compile(r"(?:[a-z0-9_]+-)?([0-9a-f]{8,64})")


@boundary("Explaining a number")
def explain_number(
    settings: Settings, measure: str, area: str | None, period: str, breakdown: str | None = None
) -> Facts:
    """A number with the units behind it and the rows they rest on.

    `area` is a code or a name (None: the jurisdiction), `breakdown` is written name=value. Keys: release, measure,
    cell (a row of mart.measure), units; each unit has `rows` with delivery, file, sheet and row. Raises WrongUse that
    lists what could have been meant.
    """
    from kla_pipeline.measures import trace

    with _warehouse(settings) as (connection, release):
        cell = _find_cell(connection, measure, area, period, breakdown)
        (figure,) = trace.figures(connection, [cell]) or [None]
        if figure is None:
            raise _no_such_cell(connection, cell)
        files = _Files(settings.paths(), connection)
        units = trace.explain(connection, [cell])
        for unit in units:
            unit["rows"] = [files.place(row_id) for row_id in unit.pop("row_ids")]
        return {"release": release, "measure": _measure(connection, cell.measure_id), "cell": figure, "units": units}


@boundary("Tracing a row")
def trace_row(settings: Settings, file: str, row: int, sheet: str | None = None) -> Facts:
    """What became of a line of a file and which numbers it stands behind.

    `file` is a path, a delivery's label or id, or the name it was dropped under. Keys: release, delivery, rows; each of
    the rows (one per sheet and place with that number) has what staging and build said, `decisions` and `numbers`.
    Raises WrongUse.
    """
    from kla_pipeline.measures import trace

    paths = settings.paths()
    with _warehouse(settings) as (connection, release):
        delivery = _find_delivery(settings, connection, file)
        files = _Files(paths, connection)
        sheet_no = files.sheet_number(delivery, sheet)
        rows = _rows_at(connection, delivery["delivery_id"], row, sheet_no)
        row_ids = [found["row_id"] for found in rows if found["row_id"]]
        numbers = _by_row(trace.touched(connection, row_ids))
        decisions = _by_row(_dicts(connection.execute(_query("row_decisions.sql"), {"row_ids": row_ids})))
        for found in rows:
            found["decisions"] = decisions.get(found["row_id"], [])
            found["sheet_name"] = files.sheet_name(delivery["delivery_id"], found["sheet"])
            found["replaced_by"] = files.place(found["replaced_by"]) if found["replaced_by"] else None
            found["numbers"] = numbers.get(found["row_id"], [])
        return {"release": release, "delivery": delivery, "row": row, "rows": rows}


def _by_row(facts: Sequence[Facts]) -> dict[str, list[Facts]]:
    grouped: dict[str, list[Facts]] = {}
    for fact in facts:
        grouped.setdefault(fact.pop("row_id"), []).append(fact)
    return grouped


@contextmanager
def _warehouse(settings: Settings) -> Iterator[tuple[duckdb.DuckDBPyConnection, Facts]]:
    from kla_pipeline.warehouse.sql import open_read_only

    paths = settings.paths()
    if not paths.warehouse.is_file():
        raise WrongUse(f"There is no warehouse of {paths.jurisdiction} yet.", "Run `kla run` first.")
    with open_read_only(paths.warehouse) as connection, open_ledger(settings) as ledger:
        key, as_of = connection.execute("SELECT input_key, as_of_date FROM meta.release").fetchall()[0]
        yield connection, {"as_of": as_of.isoformat(), **release_of(paths, ledger, key)}


def _find_cell(
    connection: duckdb.DuckDBPyConnection, measure: str, area: str | None, period: str, breakdown: str | None
) -> Cell:
    from kla_pipeline.measures.trace import Cell

    known = [row[0] for row in connection.execute("SELECT measure_id FROM meta.measure ORDER BY ALL").fetchall()]
    found = [name for name in known if name.lower() == measure.lower()]
    if not found:
        near = [name for name in known if name.lower().startswith(measure.lower())]
        raise WrongUse(f"There is no measure {measure!r}.", f"Did you mean: {', '.join(near or known)}?")
    name, equals, value = (breakdown or "").partition("=")
    if breakdown and not (name and equals):
        raise WrongUse("A breakdown is written NAME=VALUE.", "For instance: --breakdown sex=P")
    return Cell(found[0], period, _area_code(connection, area), name, value)


def _area_code(connection: duckdb.DuckDBPyConnection, area: str | None) -> str:
    """The code itself, also `outside` and `unknown`; or the code of the area of this name."""
    query = "SELECT area_code FROM meta.area WHERE lower(area_name) = lower($area) ORDER BY length(area_code) DESC"
    if area is None:
        query = "SELECT jurisdiction FROM meta.release"
    row = connection.execute(query, {"area": area} if area is not None else {}).fetchone()
    return row[0] if row else str(area)


def _no_such_cell(connection: duckdb.DuckDBPyConnection, cell: Cell) -> WrongUse:
    """Says which of the parts names nothing and what the measure has instead."""
    for column, words in (("period", "period"), ("area_code", "area"), ("breakdown", "breakdown")):
        values = _values(connection, cell, column)
        if getattr(cell, column) not in values:
            shown = ", ".join(value for value in values if value) or "none"
            return WrongUse(f"{cell.measure_id} has no {words} {getattr(cell, column)!r}.", f"It has: {shown}.")
    query = (
        "SELECT DISTINCT breakdown_value FROM mart.measure WHERE measure_id = ? AND period = ? AND area_code = ?"
        " AND breakdown = ? ORDER BY ALL"
    )
    found = connection.execute(query, [cell.measure_id, cell.period, cell.area_code, cell.breakdown]).fetchall()
    values = ", ".join(row[0] for row in found) or "nothing"
    return WrongUse(
        f"{cell.measure_id} has no number for {cell.breakdown}={cell.breakdown_value} in {cell.period}, "
        f"{cell.area_code}.",
        f"Of {cell.breakdown or 'this total'} it has there: {values}.",
    )


def _values(connection: duckdb.DuckDBPyConnection, cell: Cell, column: str) -> list[str]:
    query = f"SELECT DISTINCT {column} FROM mart.measure WHERE measure_id = ? ORDER BY ALL"
    return [row[0] for row in connection.execute(query, [cell.measure_id]).fetchall()]


def _measure(connection: duckdb.DuckDBPyConnection, measure_id: str) -> Facts:
    columns = (
        "measure_id, measure_version, name_id, name_en, numerator_id, numerator_en, denominator_id, denominator_en"
    )
    return _dicts(connection.execute(f"SELECT {columns}, kind FROM meta.measure WHERE measure_id = ?", [measure_id]))[0]


def _find_delivery(settings: Settings, connection: duckdb.DuckDBPyConnection, file: str) -> Facts:
    columns = "delivery_id, delivery_label, agency, file_name, received_on, verdict, reason_code"
    known = _dicts(connection.execute(f"SELECT {columns} FROM quality.delivery ORDER BY sort_no"))
    named = _named(settings, file)
    found = [d for d in known if any(d["delivery_id"].startswith(start) for start in named)]
    if not found and not Path(file).is_file():
        found = [d for d in known if d["file_name"] == file]
    if len(found) == 1:
        return found[0]
    if found:
        labels = ", ".join(d["delivery_label"] for d in found)
        raise WrongUse("Several deliveries bear this name.", f"Give one of the labels: {labels}.")
    raise WrongUse(
        "The warehouse knows no delivery of this file, label or name.",
        "Run `kla run` if the file is new; `kla rejects list` and the release page show labels such as dp3a-1a2b3c4d.",
    )


def _named(settings: Settings, file: str) -> list[str]:
    """Beginnings of the delivery ids that `file` may mean: by its bytes, original or erased, or by a label."""
    from kla_pipeline.intake.archive.files import sha256_of

    path = Path(file)
    if path.is_file():
        with path.open("rb") as stream:
            sha256 = sha256_of(stream)
        with open_ledger(settings) as ledger:
            known = ledger.deliveries(settings.jurisdiction)
        return [d.delivery_id for d in known if sha256 in (d.delivery_id, d.current_sha256)]
    match = _LABEL.fullmatch(file.lower().split("/")[0])
    return [match[1]] if match else []


def _rows_at(connection: duckdb.DuckDBPyConnection, delivery_id: str, row: int, sheet: int | None) -> list[Facts]:
    """Every row with this number: accepted, rejected (both, when a decision or another row mended it) or set aside."""
    asked = {"delivery_id": delivery_id, "row_no": row, "sheet": sheet}
    rows: dict[str, Facts] = {}
    for staged in _staged_at(connection, asked):
        rows[staged["row_id"]] = _empty(staged) | {"staged": staged, "replaced_by": staged.pop("replaced_by")}
        rows[staged["row_id"]]["person"] = staged.pop("person")
    for reason in _dicts(connection.execute(_query("row_rejected.sql"), asked)):
        words = {name: reason.pop(name) for name in _REASON}
        found = rows.setdefault(reason["row_id"], _empty(reason))
        found["rejected"] = found["rejected"] or reason | {"reasons": []}
        if words["rule_id"]:
            found["rejected"]["reasons"].append(words)
    aside = _dicts(connection.execute(_query("row_set_aside.sql"), asked))
    lines = [_empty({"row_id": None, "record": None, **line}) | {"set_aside": line["kind"]} for line in aside]
    return sorted(rows.values(), key=lambda found: found["row_id"]) + lines


_REASON = ("rule_id", "column_name", "what_id", "what_en", "mend_id", "mend_en")


def _empty(row: Mapping[str, Any]) -> Facts:
    kept = {name: row[name] for name in ("row_id", "record", "sheet", "row_no")}
    return kept | {"staged": None, "rejected": None, "set_aside": None, "person": None, "replaced_by": None}


def _staged_at(connection: duckdb.DuckDBPyConnection, asked: Mapping[str, Any]) -> list[Facts]:
    from jinja2 import Template

    from kla_pipeline.warehouse.sql import identifier

    template = Template(_query("row_staged.sql.j2"))
    names = connection.execute(
        "SELECT DISTINCT record FROM quality.delivery_table WHERE delivery_id = ? ORDER BY ALL", [asked["delivery_id"]]
    ).fetchall()
    return [
        row
        for (record,) in names
        for row in _dicts(connection.execute(template.render(record=identifier(record)), dict(asked)))
    ]


class _Files:
    """Where a row id leads: delivery, file and sheet, looked up once per delivery."""

    def __init__(self, paths: Paths, connection: duckdb.DuckDBPyConnection) -> None:
        self._paths = paths
        query = "SELECT left(delivery_id, 16), delivery_id, delivery_label, agency, file_name FROM quality.delivery"
        self._known = {row[0]: row[1:] for row in connection.execute(query).fetchall()}
        self._sheets: dict[str, dict[int, str]] = {}

    def place(self, row_id: str) -> Facts:
        """File, sheet and row of a row id; sheet and row are None for a delivery as a whole."""
        number, *rest = row_id.split("/")
        delivery_id, label, agency, file_name = self._known.get(number, (None, number, None, None))
        sheet = int(rest[0]) if rest else None
        return {
            "row_id": row_id,
            "agency": agency,
            "delivery": label,
            "file": file_name,
            "sheet": sheet,
            "sheet_name": self.sheet_name(delivery_id, sheet) if delivery_id and sheet else None,
            "row": int(rest[1]) if rest else None,
            "place": int(rest[2]) if len(rest) > 2 else None,
        }

    def sheet_name(self, delivery_id: str, sheet: int) -> str | None:
        """What the sheet is called in its file; None for a file without sheets, or when it is not staged."""
        return self._names(delivery_id).get(sheet) or None

    def sheet_number(self, delivery: Mapping[str, Any], sheet: str | None) -> int | None:
        """The number of a sheet given by name or number; None when none was given. Raises WrongUse."""
        if sheet is None or sheet.isdecimal():
            return None if sheet is None else int(sheet)
        names = self._names(delivery["delivery_id"])
        found = [number for number, name in names.items() if name == sheet]
        if not found:
            numbers = ", ".join(str(number) for number in sorted(names)) or "none known"
            raise WrongUse(f"{delivery['delivery_label']} has no sheet of this name.", f"Its sheets: {numbers}.")
        return found[0]

    def _names(self, delivery_id: str) -> dict[int, str]:
        if delivery_id not in self._sheets:
            agency = self._known[delivery_id[:16]][2]
            manifest = read_manifest(self._paths.staged_delivery(agency, delivery_id))
            content: Mapping[str, Any] = manifest.content if manifest else {"tables": [], "other_sheets": []}
            names = {table["sheet"]: table["sheet_name"] for table in content["tables"]}
            names |= {other["sheet"]: other["name"] for other in content["other_sheets"]}
            self._sheets[delivery_id] = names
        return self._sheets[delivery_id]


def _query(name: str) -> str:
    return (QUERIES / name).read_text(encoding="utf-8")


def _dicts(cursor: duckdb.DuckDBPyConnection) -> list[Facts]:
    names: Sequence[str] = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
