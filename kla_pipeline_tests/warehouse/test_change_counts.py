"""What reading repaired is counted from the file to the release, and a rejected row says what may have been meant."""

from __future__ import annotations

import pytest

from kla_pipeline_tests.faults.exports import case, cases, person, roster
from kla_pipeline_tests.support import City, city_in

ROWS = [
    person(1, name="  Anak Uji  1 ", birth_date="12 Maret 2015", nik="'3673 0112 0315 0001"),
    person(2, sex="Wanita", report_date="2025-02-01 08:08:08"),
    person(3, sex="Lakki-laki"),
]
COUNTED = "SELECT column_name, kind, cells FROM quality.change WHERE record = 'ppks' ORDER BY ALL"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    made = city_in(tmp_path_factory.mktemp("changes") / "data")
    made.write("dinsos", "uji.csv", roster(*ROWS))
    made.write("polres", "uji.csv", cases("05/2025", case(1)))
    assert made.night().published.outcome == "published"
    return made


def test_repaired_cells_are_counted_by_table_column_and_kind(city: City) -> None:
    rows = {(column, kind): cells for column, kind, cells in city.rows(COUNTED)}

    assert rows[("name", "blanks")] == 1
    assert rows[("birth_date", "month_name")] == 1
    assert (rows[("nik", "apostrophe")], rows[("nik", "nik_spacing")]) == (1, 1)
    assert rows[("sex", "code_spelling")] == 1
    assert rows[("report_date", "time_dropped")] == 1


def test_the_counts_name_their_delivery_and_agency(city: City) -> None:
    query = (
        "SELECT DISTINCT c.agency, c.table_no, d.agency FROM quality.change AS c "
        "LEFT JOIN quality.delivery AS d USING (delivery_id) WHERE c.record = 'ppks'"
    )

    assert city.rows(query) == [("dinsos", 1, "dinsos")]


@pytest.mark.parametrize("tier", ["internal", "audit"])
def test_those_who_check_the_data_see_the_counts(city: City, tier: str) -> None:
    with city.released(tier) as release:
        assert release.execute(COUNTED).fetchall() == city.rows(COUNTED)


def test_the_public_file_has_no_count_of_repairs(city: City) -> None:
    with city.released("public") as release:
        tables = {name for (name,) in release.execute("SELECT table_name FROM duckdb_tables()").fetchall()}

    assert tables
    assert "change" not in tables


def test_a_rejected_row_hints_at_the_code_that_may_be_meant(city: City) -> None:
    assert city.rows("SELECT hints FROM quality.rejected_row WHERE record = 'ppks'") == [("sex: Laki-laki",)]


@pytest.mark.parametrize("tier", ["internal", "audit", "public"])
def test_no_release_tells_what_a_cell_may_mean(city: City, tier: str) -> None:
    """A suggestion is nearly the cell itself: it stays in the warehouse, beside the raw row."""
    with city.released(tier) as release:
        columns = {name for (name,) in release.execute("SELECT column_name FROM duckdb_columns()").fetchall()}

    assert columns
    assert not columns & {"hints", "raw", "row_hash"}
