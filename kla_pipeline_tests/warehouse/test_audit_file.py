"""What auditors get of rows, decisions and events: everything but the cells.

One city with two nights: two rejected rows, one of them corrected in between by a person.
"""

from __future__ import annotations

import pytest

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.faults.exports import NOBODY, person, roster
from kla_pipeline_tests.support import City, city_in
from kla_pipeline_tests.warehouse.decided import Deciding

NUMBER, SEX = (next(c.header for c in layouts.PPKS if c.field == field) for field in ("ppks_no", "sex"))
# a column that no layout knows, under a header that could be the first row of a file without headers
STRAY = "Anak Uji Nyasar"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    made = city_in(tmp_path_factory.mktemp("audited") / "data")
    rows = [
        person(1),
        person(2, sex="Lakki-laki", nik="3673011203150001"),
        person(3, category="Rekaan", nik="'367301120315001", birth_date="12 Maret 2015", kecamatan="-"),
    ]
    title, position, header, *lines = roster(*rows).splitlines()
    text = "\n".join([title, position, f"{header},{STRAY}", *(f"{line},{NOBODY}" for line in lines)])
    made.write("dinsos", "uji.csv", text + "\n")
    made.night()
    with pytest.MonkeyPatch.context() as monkeypatch:
        by = Deciding(made, monkeypatch)
        by.correct(by.row("ppks", NUMBER, "P2"), {SEX: "Laki-laki"})
    made.night()
    return made


def asked(city: City, query: str) -> list[tuple]:
    with city.released("audit") as release:
        return release.execute(query).fetchall()


def test_a_rejected_row_shows_what_its_cells_look_like(city: City) -> None:
    [(cells,)] = asked(city, "SELECT cells FROM quality.rejected_row WHERE state = 'open'")

    expected = {"nik": "15 digits", "birth_date": "date", "report_date": "date", "sex": "code", "kecamatan": "empty"}
    assert expected.items() <= cells.items()
    assert (cells["category"], cells["name"], cells["ppks_no"]) == ("text", "text", "text")


def test_a_column_that_no_contract_knows_is_named_by_its_place(city: City) -> None:
    found = asked(city, "SELECT DISTINCT unnest(map_keys(cells)) FROM quality.rejected_row")

    names = {name for (name,) in found}
    assert f"column {len(layouts.PPKS) + 1}" in names
    assert STRAY not in names


def test_a_corrected_cell_is_told_with_its_decision(city: City) -> None:
    changed = asked(
        city,
        "SELECT c.column_name, c.kind, c.cells, d.action, d.status, d.outcome, d.column_names, d.subject = r.row_id "
        "FROM quality.change AS c INNER JOIN quality.decision AS d USING (decision_id) "
        "INNER JOIN quality.rejected_row AS r ON r.state = 'corrected' WHERE c.source = 'decision'",
    )

    assert changed == [("sex", "corrected", 1, "correct", "in_force", "applied", ["sex"], True)]


def test_events_come_in_order_up_to_the_head_that_the_release_names(city: City) -> None:
    events = asked(city, "SELECT seq, kind, actor FROM quality.event")
    [(count, head)] = asked(city, "SELECT event_count, head_hash FROM meta.run")
    numbers = [seq for seq, *_ in events]

    assert numbers == list(range(1, count + 1))
    assert ("decision_proposed", "uji-budi") in {(kind, actor) for _, kind, actor in events}
    assert asked(city, f"SELECT hash FROM quality.event WHERE seq = {count}") == [(head,)]


def test_a_night_without_news_gives_the_tables_of_the_release_before(city: City) -> None:
    """Each night writes events; they must not make a new release out of nothing."""
    assert city.night().published.outcome == "unchanged"


def test_no_cell_of_a_row_reaches_the_files_for_auditors(city: City) -> None:
    secrets = [NOBODY, STRAY, "3673011203150001", "367301120315001", "Lakki", "Rekaan", "uji.csv"]
    folder = city.paths.current / "audit"
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.html")]
    with city.released("audit") as release:
        for schema, table in release.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
            # the examples of rules are invented by their authors
            left_out = "EXCLUDE (bad_example, good_example)" if table == "rule" else ""
            rows = release.execute(f"SELECT * {left_out} FROM {schema}.{table}").fetchall()
            texts.append(repr(rows))

    assert len(texts) > 25
    for secret in secrets:
        assert not [text[:80] for text in texts if secret in text], secret


def test_the_report_of_the_agency_names_the_decision_and_both_states(city: City) -> None:
    page = (city.paths.current / "audit" / "report" / "dinsos" / "index.html").read_text(encoding="utf-8")

    assert "proposed by uji-budi" in page
    assert "2 rejected rows = 2 when read + 0 at build + 0 by decision." in page
