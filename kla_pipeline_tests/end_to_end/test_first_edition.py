"""When the public part speaks for the first time, and that it then stays as it is."""

from __future__ import annotations

from kla_pipeline_tests.faults.exports import case, cases, events, flood
from kla_pipeline_tests.support import City


def shown(city: City) -> list[tuple]:
    """Statuses of K5-29.a in the public file of the current release."""
    with city.released("public") as connection:
        return connection.execute(
            "SELECT period, status FROM mart.measure WHERE measure_id = 'K5-29.a' ORDER BY period"
        ).fetchall()


def edition(city: City) -> str:
    """The edition that the current release carries, by the run that cut it."""
    with city.released("public") as connection:
        return connection.execute("SELECT input_key FROM meta.release").fetchall()[0][0]


def year(outcome: str = "Diversi penyidikan") -> list[str]:
    """Twelve months of the police register with one case each."""
    return [cases(f"{month:02}/2025", case(month, outcome=outcome)) for month in range(1, 13)]


def test_an_edition_without_any_indicator_is_followed_by_the_first_that_has_one_and_that_one_stays(city: City) -> None:
    city.write("bpbd", "a_20260601.csv", events(flood(1)))
    city.night()
    empty = edition(city)
    assert not [row for row in shown(city) if row[1] != "not_reported"]
    for month, text in enumerate(year(), 1):
        city.write("polres", f"abh_{month:02}.csv", text)
    city.night()
    first = edition(city)
    assert first != empty
    assert any(status in ("value", "suppressed", "zero_reported") for _, status in shown(city))
    city.write("polres", "abh_koreksi.csv", cases("12/2025", case(12, sex="P"), exported="20-01-2026"))
    assert city.night().published.outcome == "published"
    assert edition(city) == first
