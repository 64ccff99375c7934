"""The months a table speaks for come from its title, file name or column, and from nowhere if these are silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kla_pipeline.quality.periods import Coverage
from kla_pipeline.quality.staging import stage_file
from kla_pipeline_tests.quality.tables import DELIVERY, csv_text, good_row, layout_of, stage_text, the_catalogue


def period_of(record: str, folder: Path, *above: list[str], name: str = "ekspor.csv", layout_id: str = "") -> Coverage:
    layouts = [layout for agency in the_catalogue().agencies.values() for layout in agency.layouts]
    layout = next((item for item in layouts if item.id == layout_id), layout_of(record))
    (table,) = stage_text(csv_text(layout, [good_row(record, 1)], above), layout.agency, folder, name).tables
    return table.period


@pytest.mark.parametrize(
    ("layout_id", "title"),
    [
        ("dp3a.victims_2024", ["Periode: Maret 2025"]),
        ("dp3a.victims_2024", ["PERIODE", "Maret 2025"]),
        ("dp3a.victims_2025", ["periode 2025-03"]),
    ],
)
def test_a_month_is_read_from_the_title(layout_id: str, title: list[str], tmp_path: Path) -> None:
    period = period_of("violence_victim", tmp_path, title, layout_id=layout_id)

    assert (period.months(), period.basis) == ([date(2025, 3, 1)], "title")


def test_a_snapshot_speaks_for_all_months_since_its_beginning(tmp_path: Path) -> None:
    period = period_of("ppks", tmp_path, ["Posisi: 28-02-2025"], ["Diekspor: 03/03/2025"])

    assert len(period.months()) == 14
    assert (period.start, period.end) == (date(2024, 1, 1), date(2025, 2, 1))
    assert period.export_date == date(2025, 3, 3)


def test_an_export_date_is_found_in_the_file_name(tmp_path: Path) -> None:
    period = period_of("disaster_event", tmp_path, name="dibi_20260609.csv")

    assert (period.export_date, period.end, period.basis) == (date(2026, 6, 9), date(2026, 5, 1), "file_name")


def test_the_last_row_that_is_no_slip_tells_the_period_where_the_layout_says_so(tmp_path: Path) -> None:
    layout = layout_of("disaster_event")
    rows = [good_row("disaster_event", 1), good_row("disaster_event", 2, event_at="9999-12-31")]

    (table,) = stage_text(csv_text(layout, rows), layout.agency, tmp_path, "dibi.csv").tables

    assert (table.period.end, table.period.basis) == (date(2025, 2, 1), "last_row")


def test_a_date_after_the_delivery_was_received_tells_no_period(tmp_path: Path) -> None:
    for title in ("Posisi: 01-07-2026", "Posisi: 31-12-2099", "Posisi: 31-12-9999"):
        period = period_of("ppks", tmp_path, [title])
        assert (period.months(), period.basis, period.export_date) == ([], "unknown", None), title
    assert period_of("violence_victim", tmp_path, ["Periode: Juli 2026"]).basis == "unknown"
    assert period_of("violence_victim", tmp_path, ["Periode: Juni 2026"]).basis == "title"
    assert period_of("ppks", tmp_path, ["Posisi: 30-06-2026"]).end == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("exported", "months", "basis"),
    [
        ("30-03-2025", [], "partial_month"),
        ("31-03-2025", [date(2025, 3, 1)], "title"),
        ("02-04-2025", [date(2025, 3, 1)], "title"),
        ("", [date(2025, 3, 1)], "title"),
    ],
)
def test_a_month_exported_before_it_ended_is_not_covered(
    exported: str, months: list[date], basis: str, tmp_path: Path
) -> None:
    above = [["Periode: 03/2025"], *([[f"Tanggal ekspor: {exported}"]] if exported else [])]

    period = period_of("juvenile_case", tmp_path, *above)

    assert (period.months(), period.basis) == (months, basis)


def test_without_an_export_date_the_day_of_receipt_decides_whether_the_month_had_ended(tmp_path: Path) -> None:
    layout = layout_of("juvenile_case")
    path = tmp_path / "abh.csv"
    path.write_text(csv_text(layout, [good_row("juvenile_case", 1)], [["Periode: 06/2026"]]), encoding="utf-8")

    for day, basis in ((29, "partial_month"), (30, "title")):
        received = date(2026, 6, day)
        (table,) = stage_file(path, path.name, layout.agency, the_catalogue(), received, DELIVERY).tables
        assert table.period.basis == basis
        assert len(table.accepted) == 1


@pytest.mark.parametrize("title", [["Periode: Foo 2025"], ["Posisi: 31-02-2025"], ["tanpa periode"]])
def test_a_period_that_is_not_said_is_unknown(title: list[str], tmp_path: Path) -> None:
    for record in ("violence_victim", "ppks"):
        period = period_of(record, tmp_path, title)
        assert (period.months(), period.basis, period.export_date) == ([], "unknown", None)


def test_several_years_in_the_column_of_the_year_tell_no_period(tmp_path: Path) -> None:
    layout = layout_of("facility_item")
    rows = [good_row("facility_item", number, reference_year=str(2023 + number)) for number in (1, 2)]

    (two,) = stage_text(csv_text(layout, rows), layout.agency, tmp_path).tables
    (one,) = stage_text(csv_text(layout, rows[:1]), layout.agency, tmp_path).tables

    assert two.period.basis == "unknown"
    assert (len(one.period.months()), one.period.basis) == (12, "column")


def test_the_reference_of_a_data_request_is_noticed_and_not_kept(tmp_path: Path) -> None:
    with_ref = period_of("juvenile_case", tmp_path, ["Ref. permintaan data: B/001/2025"], ["Periode: 02/2025"])
    without = period_of("juvenile_case", tmp_path, ["Periode: 02/2025"])

    assert (with_ref.has_request_ref, without.has_request_ref) == (True, False)
    assert "B/001" not in repr(with_ref)


def test_a_period_that_ends_before_it_begins_has_no_months() -> None:
    period = Coverage(date(2025, 3, 1), date(2025, 1, 1), "title", None, is_nil=False)

    assert period.months() == []
    assert replace(period, end=date(2026, 1, 1)).months()[-1] == date(2026, 1, 1)
