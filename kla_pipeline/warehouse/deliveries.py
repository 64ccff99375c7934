"""What is known of deliveries, as tables: `quality.delivery`, `delivery_table`, `coverage`, `rule`, `rule_run`, more.

Everything here comes from manifests and declarations; rows are read by staged.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.rule_texts import RuleText
from kla_pipeline.quality.store import Manifest
from kla_pipeline.settings import TIME_ZONE
from kla_pipeline.warehouse.sql import insert_rows
from kla_pipeline.warehouse.staged import StagedFile


@dataclass(frozen=True, slots=True)
class KnownDelivery:
    """A delivery as the build sees it.

    `refusal` (code, reason_id, reason_en) is set when the whole file counts for nothing. `amended` is the manifest of
    the rows that decisions changed. `reinstated_at` (UTC text): when its bytes came again, where a decision says that
    they count as the newest of that moment.
    """

    delivery_id: str
    agency: str
    file_name: str
    suffix: str
    size_bytes: int
    received_on: date
    received_at: str
    manifest: Manifest
    refusal: dict[str, str] | None
    amended: Manifest | None = None
    reinstated_at: str | None = None

    @property
    def label(self) -> str:
        """Short name that is safe to show."""
        return f"{self.agency}-{self.delivery_id[:8]}"

    @property
    def tables(self) -> list[dict[str, Any]]:
        return [] if self.refusal else self.manifest.tables

    @property
    def export_date(self) -> date | None:
        dates = [date.fromisoformat(t["export_date"]) for t in self.tables if t["export_date"]]
        return max(dates) if dates else None

    @property
    def delivered_on(self) -> date:
        return self.export_date or self.received_on


def in_order(deliveries: Iterable[KnownDelivery]) -> list[KnownDelivery]:
    """The order in which deliveries replace each other: day delivered, time received, hash."""
    return sorted(deliveries, key=_place)


def _place(d: KnownDelivery) -> tuple[date, str, str]:
    if d.reinstated_at is None:
        return d.delivered_on, d.received_at, d.delivery_id
    again_on = datetime.fromisoformat(d.reinstated_at).astimezone(TIME_ZONE).date()
    return max(d.delivered_on, again_on), d.reinstated_at, d.delivery_id


def write_deliveries(connection: duckdb.DuckDBPyConnection, ordered: Sequence[KnownDelivery]) -> None:
    """Fill delivery, delivery_table, coverage, rule_run, change and the staging rows of reconciliation."""
    insert_rows(connection, "quality.delivery", [_delivery_row(d, n) for n, d in enumerate(ordered, 1)])
    tables = [(d, n, table) for n, d in enumerate(ordered, 1) for table in d.tables]
    insert_rows(connection, "quality.delivery_table", [_table_row(d, n, table) for d, n, table in tables])
    insert_rows(
        connection,
        "quality.coverage",
        [row for d in ordered for row in _coverage_rows(d)],
    )
    insert_rows(
        connection,
        "quality.rule_run",
        [
            (d.delivery_id, d.agency, t["number"], t["record"], run["rule"], run["judged"], run["failed"])
            for d, _, t in tables
            for run in t["rules"]
        ],
    )
    insert_rows(
        connection,
        "quality.change",
        [
            (
                "normaliser",
                d.delivery_id,
                d.agency,
                t["record"],
                t["number"],
                change["column"],
                change["kind"],
                change["cells"],
                None,
            )
            for d, _, t in tables
            for change in t["changes"]
        ],
    )
    insert_rows(connection, "quality.reconciliation", [row for d in ordered for row in _reconciliation_rows(d)])


def write_rules(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Fill `quality.rule` from the contracts and from the reasons for which files are refused."""
    from kla_pipeline.quality.rule_fingerprints import fingerprinted, fingerprinted_files

    rows = [_rule_row(text, None, None) for text in fingerprinted_files()]
    for name, record in sorted(catalogue.contracts().items()):
        rows += [_rule_row(text, name, record.sheet.agency or None) for text in fingerprinted(record)]
    insert_rows(connection, "quality.rule", rows)


def _rule_row(text: RuleText, record: str | None, declared_by: str | None) -> tuple[Any, ...]:
    said = (text.what_id, text.what_en, text.why_id, text.why_en, text.mend_id, text.mend_en)
    examples = [json.dumps(rows, ensure_ascii=False) if rows else None for rows in (text.bad, text.good)]
    return (
        text.id,
        record,
        declared_by,
        ", ".join(text.columns) or None,
        text.severity,
        text.scope,
        text.dimension,
        *said,
        *examples,
        text.responsible,
        text.source or None,
        text.since,
        text.is_releasable,
        text.fingerprint,
    )


def write_declarations(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Fill `meta.code`, `meta.layout`, `meta.source_feed` and `quality.contract_column`."""
    insert_rows(connection, "quality.contract_column", _column_rows(catalogue))
    lists = sorted(catalogue.code_lists.values(), key=lambda item: item.id)
    insert_rows(connection, "meta.code", [row for item in lists for row in item.rows()])
    layouts = [layout for agency in catalogue.agencies.values() for layout in agency.layouts]
    insert_rows(
        connection,
        "meta.layout",
        [(x.id, x.agency, x.record, x.mode, x.precedence) for x in sorted(layouts, key=lambda item: item.id)],
    )
    rows: list[tuple[Any, ...]] = []
    for agency in sorted(catalogue.agencies.values(), key=lambda item: item.id):
        names = (agency.id, agency.name_id, agency.name_en)
        rows += [(*names, feed.record, feed.cadence, feed.due_day) for feed in agency.feeds] or [
            (*names, None, None, None)
        ]
    insert_rows(connection, "meta.source_feed", rows)


def write_areas(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, jurisdiction: str) -> None:
    """Fill `meta.area`: the jurisdiction and its parts, so that tables and pages can name them."""
    parts = [
        area for code, area in sorted(catalogue.areas.by_code.items()) if f"{code}.".startswith(f"{jurisdiction}.")
    ]
    rows = [(area.code, area.name, area.level) for area in parts if area.level in ("province", "district", "kecamatan")]
    insert_rows(connection, "meta.area", rows)


def write_set_aside(
    connection: duckdb.DuckDBPyConnection, ordered: Sequence[KnownDelivery], files: Sequence[StagedFile]
) -> None:
    """Fill `quality.set_aside` from the staged files."""
    agency_of = {d.delivery_id: d.agency for d in ordered}
    for file in files:
        if file.is_amended:
            continue
        connection.execute(
            "INSERT INTO quality.set_aside SELECT ?, ?, _sheet, _row, kind FROM read_parquet(?) ORDER BY _row",
            [file.delivery_id, agency_of[file.delivery_id], str(file.folder / "set_aside.parquet")],
        )


def staged_files(ordered: Sequence[KnownDelivery]) -> list[StagedFile]:
    """All tables of deliveries that were not refused, and beside them those of their amended rows."""
    return [
        StagedFile(d.delivery_id, t["number"], t["record"], manifest.table_folder(t), manifest is d.amended)
        for d in ordered
        if not d.refusal
        for manifest in (d.manifest, d.amended)
        if manifest
        for t in manifest.tables
    ]


def write_repeats(connection: duckdb.DuckDBPyConnection, repeats: Iterable[Any]) -> None:
    """Fill `quality.repeat`; a repeat has `delivery_id`, `agency`, `at` (UTC text) and `decision_id`."""
    rows = [
        (
            r.delivery_id,
            r.agency,
            datetime.fromisoformat(r.at).replace(tzinfo=None),
            r.decision_id is not None,
            r.decision_id,
        )
        for r in repeats
    ]
    insert_rows(connection, "quality.repeat", rows)


def write_amended(connection: duckdb.DuckDBPyConnection, ordered: Sequence[KnownDelivery]) -> None:
    """Fill `quality.amended_row` from the manifests of amended deliveries."""
    rows = [
        (
            row["row_id"],
            d.delivery_id,
            d.agency,
            row["record"] or None,
            row["table_no"] or None,
            row["outcome"],
            row["effect"],
            row["decision_ids"],
            row["released"],
            row["was_accepted"],
            row["is_taken"],
        )
        for d in ordered
        if d.amended and not d.refusal
        for row in d.amended.content["rows"]
    ]
    insert_rows(connection, "quality.amended_row", rows)


def _column_rows(catalogue: Catalogue) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for name, record in sorted(catalogue.contracts().items()):
        for place, (column, x) in enumerate(record.columns.items(), 1):
            facts = (x.kind, x.label_id, x.label_en, column in record.required, column in record.key)
            rows.append((name, column, place, *facts, x.code_list or None, x.privacy))
    return rows


def _sum(tables: Sequence[dict[str, Any]], name: str) -> int:
    return sum(sum(t[name].values()) if isinstance(t[name], dict) else t[name] for t in tables)


def _delivery_row(d: KnownDelivery, sort_no: int) -> tuple[Any, ...]:
    tables = d.tables
    months = sorted(month for t in tables for month in t["months"])
    reason = d.refusal or {}
    return (
        d.delivery_id,
        d.label,
        d.agency,
        d.file_name,
        d.suffix,
        d.size_bytes,
        d.received_on,
        d.export_date,
        d.delivered_on,
        sort_no,
        "refused" if d.refusal else d.manifest.verdict,
        reason.get("code"),
        reason.get("reason_id"),
        reason.get("reason_en"),
        ", ".join(t["layout"] for t in tables) or None,
        _sum(tables, "rows_read"),
        _sum(tables, "accepted"),
        _sum(tables, "rejected"),
        _sum(tables, "set_aside"),
        d.manifest.data_kind == "synthetic",
        months[0] if months else None,
        months[-1] if months else None,
        tables[0]["period_basis"] if tables else None,
        any(t["has_request_ref"] for t in tables),
    )


def _table_row(d: KnownDelivery, sort_no: int, table: dict[str, Any]) -> tuple[Any, ...]:
    drift = table["drift"]
    return (
        d.delivery_id,
        table["number"],
        d.agency,
        table["record"],
        table["layout"],
        table["mode"],
        sort_no,
        max(table["months"], default=None),
        len(drift["unknown"]),
        len(drift["missing"]),
        len(drift["renamed"]),
    )


def _coverage_rows(d: KnownDelivery) -> list[tuple[Any, ...]]:
    """One row per record and month: several tables of a delivery that cover it are one cover, nil when all are."""
    covering: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for table in d.tables:
        for month in table["months"]:
            covering.setdefault((table["record"], month), []).append(table)
    rows: list[tuple[Any, ...]] = []
    for (record, month), tables in covering.items():
        basis = ", ".join(sorted({t["period_basis"] for t in tables}))
        is_nil = all(t["is_nil"] for t in tables)
        rows.append((d.agency, record, month, d.delivery_id, basis, is_nil, d.delivered_on))
    return rows


def _reconciliation_rows(d: KnownDelivery) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for t in d.tables:
        above, aside = sum(t["above"].values()), sum(t["set_aside"].values())
        difference = t["sheet_rows"] - above - t["accepted"] - t["rejected"] - aside
        counts = (t["sheet_rows"], above, t["rows_read"], t["accepted"], t["rejected"], aside)
        rows.append(("staging", d.delivery_id, d.agency, t["record"], t["sheet"], *counts, *[None] * 9, difference))
    if not d.refusal:
        for sheet in d.manifest.content["other_sheets"]:
            counts = (sheet["rows"], 0, sheet["rows"], 0, 0, sheet["rows"])
            rows.append(("staging", d.delivery_id, d.agency, None, sheet["sheet"], *counts, *[None] * 9, 0))
    return rows
