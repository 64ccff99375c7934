"""Comparisons: what differs becomes rows with both values, what agrees is counted, and a wrong declaration is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kla_pipeline.errors import DeclarationError
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.warehouse.comparisons import compare, load_comparison, load_comparisons
from kla_pipeline_tests.measures.town import DP3A, PACKAGE, POLRES, Town, catalogue

SOURCES = PACKAGE / "sources"
DECLARED = "title: {id: A, en: A}\nequal_means: {id: A, en: A}\nresponsible: [dp3a]\nrelation: equal\n"
Row = tuple[object, ...]


def compared(town: Town) -> Town:
    """The town with its comparisons run."""
    town.core("SELECT 1")
    assert town.con is not None
    compare(town.con, catalogue())
    return town


def counts(town: Town, comparison: str) -> Row:
    """(figures that both have, of these different, figures only one has) of a comparison."""
    query = "SELECT compared, differing, one_sided FROM quality.comparison WHERE comparison_id = "
    return town.core(f"{query}'{comparison}'")[0]


def rows(town: Town, comparison: str) -> list[Row]:
    """(pair, item, kind, value a, value b) of its disagreements."""
    return town.core(
        "SELECT pair, item, kind, value_a, value_b FROM quality.disagreement"
        f" WHERE comparison_id = '{comparison}' ORDER BY ALL"
    )


def test_totals_of_two_tables_are_compared_per_district_and_year():
    town = Town(jurisdiction="36")
    for district, education in (("36.01", 12), ("36.73", 10)):
        town.aggregate(district, 2025, 4)
        town.aggregate(district, 2025, 6, category="0-5", sex="L")
        town.aggregate(district, 2025, education, "education", "SD")
    town.aggregate("36.02", 2025, 5)

    compared(town)

    assert rows(town, "victims_age_education") == [("36.01/2025", "victims", "differs", 10, 12)]
    assert counts(town, "victims_age_education") == (2, 1, 0)
    assert counts(town, "victims_age_occupation") == (0, 0, 0)


def test_fewer_served_than_reported_is_no_disagreement_and_more_is_one():
    town = Town(jurisdiction="36")
    for district, served in (("36.01", 3), ("36.02", 4), ("36.03", 5)):
        town.aggregate(district, 2025, 4)
        town.aggregate(district, 2025, served, "none")

    compared(town)

    assert rows(town, "served_victims") == [("36.03/2025", "persons", "exceeds", 5, 4)]
    assert counts(town, "served_victims") == (3, 1, 0)


def test_one_flood_in_two_exports_keeps_both_values_of_every_figure_that_differs():
    town = Town()
    town.flood("2022-03-01", "e1", deaths=5, houses_flooded=5121, affected_displaced=26498)
    town.report("2022-03-01", deaths=5, houses_flooded=5100)

    compared(town)

    assert [row[1:] for row in rows(town, "disaster_generations")] == [
        ("affected_displaced", "only_b", None, 26498),
        ("houses_flooded", "differs", 5100, 5121),
    ]
    assert counts(town, "disaster_generations") == (2, 1, 1)


def test_both_sources_and_the_rows_behind_them_stand_beside_the_values():
    town = Town()
    event, report = town.flood("2022-03-01", "e1", deaths=5), town.report("2022-03-01", deaths=4)

    compared(town)

    found = town.core("SELECT source_b, source_a, row_ids_b, row_ids_a FROM quality.disagreement WHERE item = 'deaths'")
    assert found == [("unknown", "bpbd.dibi_2022", [event], [report])]


def test_figures_that_both_exports_lack_do_not_differ():
    town = Town()
    town.flood("2022-03-01", "e1", affected_displaced=None, deaths=0, houses_flooded=0)
    town.report("2022-03-01")

    compared(town)

    assert rows(town, "disaster_generations") == []
    assert counts(town, "disaster_generations") == (2, 0, 0)


def test_months_of_police_and_dp3a_are_compared_only_where_both_delivered():
    town = Town().covers(POLRES, "2025-01", "2025-03").covers(DP3A, "2025-02", "2025-04")
    town.case("A", "C1", role="victim", incident_date="2025-02-08", outcome="PROSES", closed_date=None)
    town.case("B", "C2", role="victim", incident_date="2025-02-09", outcome="PROSES", closed_date=None)
    town.case("C", "C3", incident_date="2025-02-09")
    known = town.victim("A", incident_date="2025-02-08")
    town.victim("D", "R2", incident_date="2025-03-08", report_date="2025-03-09")

    compared(town)

    assert rows(town, "police_dp3a_victims") == [
        ("2025-02", "child_victims", "differs", 2, 1),
        ("2025-02", "police_victims_known_to_dp3a", "differs", 2, 1),
        ("2025-03", "child_victims", "differs", 0, 1),
    ]
    assert counts(town, "police_dp3a_victims") == (4, 3, 0)
    behind = "SELECT row_ids_b FROM quality.disagreement WHERE item = 'police_victims_known_to_dp3a'"
    assert town.core(behind) == [([known],)]


def test_every_comparison_says_in_both_languages_what_equal_would_mean():
    found = load_comparisons(catalogue())

    assert {"disaster_generations", "police_dp3a_victims", "served_victims"} <= {item.id for item in found}
    assert all(all(item.title) and all(item.equal_means) and item.responsible for item in found)
    agencies = set(catalogue().agencies)
    assert all(set(item.responsible) <= agencies for item in found)


def test_a_citys_own_folder_adds_a_comparison(tmp_path: Path):
    folder = tmp_path / "dp3a" / "compare"
    folder.mkdir(parents=True)
    (folder / "two_books.yaml").write_text(DECLARED, encoding="utf-8")
    (folder / "two_books.sql").write_text("SELECT 1", encoding="utf-8")

    found = {item.id for item in load_comparisons(load_catalogue([SOURCES, tmp_path]))}

    assert found == {item.id for item in load_comparisons(catalogue())} | {"two_books"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title: {id: A, en: A}", "does not hold"),
        ("title: {id: A}\nequal_means: {id: A, en: A}\nresponsible: [dp3a]\nrelation: equal", "title is not given"),
        ("title: {id: A, en: A}\nequal_means: {id: A, en: A}\nresponsible: [dp3a]\nrelation: near", "neither equal"),
        (DECLARED, "does not exist"),
    ],
)
def test_a_wrong_declaration_names_its_file_and_what_to_mend(text: str, complaint: str, tmp_path: Path):
    path = tmp_path / "two_books.yaml"
    path.write_text(text + "\n", encoding="utf-8")

    with pytest.raises(DeclarationError, match=complaint):
        load_comparison(path)


def test_a_comparison_whose_sql_fails_is_named_without_the_librarys_words(monkeypatch: pytest.MonkeyPatch):
    town = Town()
    town.core("SELECT 1")
    broken = replace(
        load_comparisons(catalogue())[0], id="two_books", query="SELECT CAST('Anak Uji' AS INTEGER) AS pair"
    )
    monkeypatch.setattr("kla_pipeline.warehouse.comparisons.load_comparisons", lambda _: [broken])

    assert town.con is not None

    with pytest.raises(DeclarationError, match="two_books") as caught:
        compare(town.con, catalogue())

    assert "Anak Uji" not in str(caught.value)


def test_a_figure_that_one_export_lacks_is_one_sided_and_no_difference():
    town = Town()
    town.flood("2022-03-01", "e1", deaths=5, houses_flooded=7, affected_displaced=26498)
    town.report("2022-03-01", deaths=5, houses_flooded=7)

    compared(town)

    assert counts(town, "disaster_generations") == (2, 0, 1)
    assert [row[0] for row in rows(town, "disaster_generations")] == ["2022-03-01/36.73/flood"]


def test_what_a_comparison_counts_is_what_the_table_of_disagreements_lists():
    town = Town()
    town.flood("2022-03-01", "e1", deaths=5, houses_flooded=5121, affected_displaced=1)
    town.report("2022-03-01", deaths=4, houses_flooded=5100)

    compared(town)

    listed = town.core(
        "SELECT count(*) FILTER (kind IN ('differs', 'exceeds')), count(*) FILTER (kind IN ('only_a', 'only_b'))"
        " FROM quality.disagreement"
    )
    assert listed == [counts(town, "disaster_generations")[1:]] == [(2, 1)]
