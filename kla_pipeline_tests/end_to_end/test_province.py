"""A province from one workbook of aggregate tables: read whole, computed by district, shown inside, never in public."""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import Workbook

from kla_pipeline.nightly import load
from kla_pipeline.nightly.summary import read_summary
from kla_pipeline_tests.end_to_end.conftest import PROVINCE, TABLES
from kla_pipeline_tests.support import City, city_in

ROWS = {"age": 1512, "education": 1728, "occupation": 1728, "none": 216}
REPORTED = {"2018": (227, 452), "2019": (561, 935), "2020": (448, 1587), "2021": (611, 1934)}
YEARLY = "SELECT period, numerator, denominator FROM mart.measure WHERE measure_id = 'K5-28.r' AND breakdown = ''"


def test_every_row_of_the_four_tables_is_read_and_nothing_of_the_pivots_beside_them(province: City) -> None:
    found = dict(province.rows("SELECT dimension, count(*) FROM staged.violence_aggregate GROUP BY ALL"))

    assert found == ROWS
    assert province.rows("SELECT rows_accepted, rows_rejected FROM quality.delivery") == [(sum(ROWS.values()), 0)]


def test_a_category_written_na_is_kept_as_not_known_and_line_breaks_are_spelling(province: City) -> None:
    rows = dict(
        province.rows(
            "SELECT category, count(*) FROM staged.violence_aggregate WHERE dimension = 'education' GROUP BY ALL"
        )
    )

    assert (rows["NA"], rows["TIDAK_SEKOLAH"]) == (216, 216)
    assert len(rows) == 8


def test_codes_without_points_become_districts_of_the_province(province: City) -> None:
    found = province.rows("SELECT district, _scope FROM staged.violence_aggregate GROUP BY ALL ORDER BY ALL")

    assert len(found) == 27
    assert {scope for _, scope in found} == {"inside"}
    assert found[0][0] == "32.01"


def test_victims_served_of_victims_reported_by_year_for_the_province(province: City) -> None:
    found = {year: (n, of) for year, n, of in province.rows(f"{YEARLY} AND area_code = '32' AND numerator IS NOT NULL")}

    assert found == REPORTED


def test_the_districts_add_up_to_the_province_in_every_year(province: City) -> None:
    found = province.rows(
        "SELECT period, sum(numerator), sum(denominator), count(*) FROM mart.measure"
        " WHERE measure_id = 'K5-28.r' AND breakdown = '' AND area_level = 'district' GROUP BY period"
    )

    assert {year: (n, of) for year, n, of, _ in found} == REPORTED
    assert {districts for *_, districts in found} == {27}


def test_nine_district_years_with_more_served_than_reported_are_flagged_and_keep_both_numbers(province: City) -> None:
    found = province.rows(
        "SELECT area_code, period, numerator > denominator, value IS NULL, status FROM mart.measure"
        " WHERE flag = 'exceeds_denominator' AND breakdown = '' AND area_level = 'district'"
    )

    assert len(found) == 9
    assert {row[2:] for row in found} == {(True, True, "insufficient")}
    assert {("32.09", "2018"), ("32.09", "2019")} <= {row[:2] for row in found}


def test_contradictions_between_the_tables_are_disagreements_and_the_rest_was_compared(province: City) -> None:
    found = province.rows("SELECT comparison_id, compared, differing, one_sided FROM quality.comparison")

    assert {row for row in found if row[1]} == {
        ("victims_age_education", 108, 12, 0),
        ("victims_age_occupation", 108, 15, 0),
        ("served_victims", 108, 9, 0),
    }
    listed = province.rows("SELECT comparison_id, count(*) FROM quality.disagreement GROUP BY ALL ORDER BY ALL")
    assert listed == [("served_victims", 9), ("victims_age_education", 12), ("victims_age_occupation", 15)]


def test_a_disagreement_names_both_tables_and_leads_to_their_rows(province: City) -> None:
    rows = province.rows(
        "SELECT source_a, source_b, len(row_ids_a), len(row_ids_b) FROM quality.disagreement"
        " WHERE comparison_id = 'victims_age_education' AND kind = 'differs'"
    )

    assert all(
        a.startswith("dp3a.aggregate_age dp3a-") and b.startswith("dp3a.aggregate_education") for a, b, *_ in rows
    )
    assert all(first > 0 and second > 0 for *_, first, second in rows)
    assert not any(TABLES.stem in text for row in rows for text in row[:2])


def test_cells_that_a_table_has_twice_are_flagged_not_dropped(province: City) -> None:
    found = province.rows("SELECT count(*) FROM quality.flag WHERE rule_id = 'violence_aggregate.repeated_cell'")

    assert found == [(132,)]


def test_reported_totals_are_shown_to_the_task_force_and_nowhere_in_public(province: City) -> None:
    page = (province.paths.current / "internal" / "index.html").read_text(encoding="utf-8")
    public = (province.paths.current / "public" / "site" / "index.html").read_text(encoding="utf-8")

    assert "227/452" in page
    assert "Kabupaten Cirebon" in page
    assert "K5-28.r" not in public
    with province.released("public") as connection:
        for table in ("mart.measure", "meta.measure"):
            query = f"SELECT count(*) FROM {table} WHERE measure_id = 'K5-28.r'"
            assert connection.execute(query).fetchone() == (0,)


def test_the_disagreements_stand_in_both_restricted_tiers_and_not_in_the_public_one(province: City) -> None:
    for tier in ("internal", "audit"):
        with province.released(tier) as connection:
            assert connection.execute("SELECT count(*) FROM quality.disagreement").fetchone() == (36,)
    with province.released("public") as connection:
        tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert "disagreement" not in tables


def test_a_province_owes_no_registers_of_a_city(province: City) -> None:
    assert province.rows("SELECT count(*) FROM quality.expected") == [(0,)]
    assert province.rows("SELECT DISTINCT area_level FROM mart.measure ORDER BY ALL") == [("district",), ("province",)]


def test_the_same_workbook_again_changes_nothing(province: City) -> None:
    assert province.jurisdiction == PROVINCE
    assert province.night().published.outcome == "unchanged"


def test_a_newer_table_replaces_a_cell_though_its_rows_are_numbered_otherwise(tmp_path: Path) -> None:
    header = "id,kode_kabupaten_kota,nama_kabupaten_kota,jenis_kelamin,kategori_usia,jumlah_korban,satuan,tahun"
    old = (
        "1,3201,KABUPATEN BOGOR,PEREMPUAN,0-5 TAHUN,3,ORANG,2020",
        "2,3202,KABUPATEN SUKABUMI,PEREMPUAN,0-5 TAHUN,4,ORANG,2020",
    )
    new = ("2,3201,KABUPATEN BOGOR,PEREMPUAN,0-5 TAHUN,5,ORANG,2020",)
    city = city_in(tmp_path / "data", jurisdiction=PROVINCE)
    for name, rows in (("usia_lama.csv", old), ("usia_baru.csv", new)):
        city.write("dp3a", name, "\n".join([header, *rows]) + "\n")
        load.receive(city.settings, PROVINCE)
    city.night()

    assert city.rows("SELECT area_code, persons, table_rows FROM core.violence_aggregate ORDER BY ALL") == [
        ("32.01", 5, 1),
        ("32.02", 4, 1),
    ]


def test_the_summary_shows_the_latest_year_with_data_of_the_reported_totals(province: City) -> None:
    with province.released("internal") as connection:
        released = connection.execute("SELECT release_id FROM meta.run").fetchall()
    summary = read_summary(province.paths.current.resolve())

    assert [(summary["release_id"],)] == released
    (row,) = [row for row in summary["indicators"] if row["measure_id"] == "K5-28.r"]
    assert (row["period"], row["numerator"], row["denominator"]) == ("2021", 611, 1934)


def test_the_calendar_of_a_province_shows_every_year_its_tables_cover(province: City) -> None:
    page = (province.paths.current / "internal" / "index.html").read_text(encoding="utf-8")

    assert "611/1.934" in page
    assert all(f"Bulan yang tercakup, {year}" in page for year in REPORTED)


def test_what_no_feed_reported_is_covered_by_none(province: City) -> None:
    found = province.rows(
        "SELECT DISTINCT status, coverage_note FROM mart.measure WHERE coverage_note = 'none' OR coverage = 0"
    )

    assert found == [("not_reported", "none")]


def test_several_tables_of_one_workbook_cover_a_month_once(province: City) -> None:
    found = province.rows(
        "SELECT count(*) FROM quality.coverage GROUP BY agency, record, month, delivery_id HAVING count(*) > 1"
    )

    assert found == []
    assert province.rows("SELECT count(*) FROM quality.coverage") == [(48,)]


def test_one_cell_in_two_tables_of_a_delivery_counts_once_and_is_flagged(tmp_path: Path) -> None:
    header = "id,kode_kabupaten_kota,nama_kabupaten_kota,jenis_kelamin,kategori_usia,jumlah_korban,satuan,tahun"
    below = [header, "9,3201,KABUPATEN BOGOR,PEREMPUAN,0-5 TAHUN,3,ORANG,2020"]
    above = [header, "1,3201,KABUPATEN BOGOR,PEREMPUAN,0-5 TAHUN,3,ORANG,2020"]
    city = city_in(tmp_path / "data", jurisdiction=PROVINCE)
    book = Workbook()
    for sheet, lines in ((book.active, above), (book.create_sheet("B"), below)):
        assert sheet is not None
        for line in lines:
            sheet.append([*line.split(",")])
    stream = io.BytesIO()
    book.save(stream)
    city.write("dp3a", "usia.xlsx", stream.getvalue())
    city.night()

    assert city.rows("SELECT persons, table_rows FROM core.violence_aggregate") == [(3, 1)]
    assert city.rows("SELECT DISTINCT rule_id FROM quality.flag") == [("violence_aggregate.cell_in_other_table",)]
