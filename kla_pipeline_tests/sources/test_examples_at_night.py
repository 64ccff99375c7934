"""The example of every layout of public tables and event registers passes through a whole night."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from kla_pipeline_tests.quality.tables import the_catalogue
from kla_pipeline_tests.sources.layout_examples import example_of, fields_of
from kla_pipeline_tests.support import city_in

RECORDS = (
    "crime_statistic", "disaster_by_area", "disaster_by_hazard", "disaster_statistic", "fire_report", "flood_report",
    "ppks_area", "ppks_list", "social_aid", "violence_monthly",
)  # fmt: skip


def test_records_without_a_place_in_the_core_are_staged_with_their_types(tmp_path: Path) -> None:
    city = city_in(tmp_path / "data")
    layouts = [x for agency in the_catalogue().agencies.values() for x in agency.layouts if x.record in RECORDS]
    for layout in layouts:
        path = city.write(layout.agency, f"{layout.id}_{example_of(layout).file_name}", "")
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows(zip(*fields_of(layout), strict=True))

    city.night()

    rows = {record: city.rows(f"SELECT count(*) FROM staged.{record}")[0][0] for record in RECORDS}
    assert rows == Counter(layout.record for layout in layouts)
    assert city.rows("SELECT count(*) FROM quality.rejected_row") == [(0,)]
    crimes = "SELECT (reported ->> '2024')::INTEGER, resolved ->> '2025' FROM staged.crime_statistic"
    assert city.rows(f"{crimes} WHERE area_kind = 'KOTA'") == [(1029, "30")]
    assert city.rows("SELECT CAST(event_time AS VARCHAR), loss_rp FROM staged.fire_report") == [("13:45:00", 6_000_000)]
    assert city.rows("SELECT kelurahan, _scope FROM staged.flood_report") == [("36.73.01.1007", "inside")]
