"""What titles say of a table: one year or several, children or women or both."""

from __future__ import annotations

import pytest

from kla_pipeline.intake.layouts import Layout
from kla_pipeline.intake.matching.matching import Around, first_value
from kla_pipeline.quality.codes import code_key
from kla_pipeline_tests.quality.tables import the_catalogue

CATALOGUE = the_catalogue()
LAYOUTS = {layout.id: layout for agency in CATALOGUE.agencies.values() for layout in agency.layouts}
TITLED = sorted(
    name
    for name, layout in LAYOUTS.items()
    if any(item.source == "title" for item in layout.context.get("reference_year", ()))
)
VIOLENCE = sorted(name for name, layout in LAYOUTS.items() if "victim_group" in layout.context)


def said(layout: Layout, column: str, title: str, file_name: str = "tabel.csv") -> str:
    """What a layout takes from a title or a file's name for a column."""
    return first_value(layout.context[column], Around((title,), "Sheet1", file_name), ())


@pytest.mark.parametrize(
    "years",
    [
        "2023 dan 2024", "2023 s.d. 2024", "2023 s/d 2024", "2023/2024", "2023-2024", "2023 \u2013 2024",
        "2023 sampai 2024", "2023 sampai dengan 2024", "2023 & 2024", "2023, 2024", "2023 dan Tahun 2024", "2023/24",
        "2023 hingga 2024",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", TITLED)
def test_a_title_of_several_years_gives_no_single_year(name: str, years: str) -> None:
    assert said(LAYOUTS[name], "reference_year", f"Jumlah Kejadian di Kota Serang Tahun {years}") == ""


@pytest.mark.parametrize("title", ["Jumlah di Kota Serang Tahun 2024", "Januari - Desember Tahun 2024 (sementara)"])
@pytest.mark.parametrize("name", TITLED)
def test_a_title_of_one_year_gives_it(name: str, title: str) -> None:
    assert said(LAYOUTS[name], "reference_year", title) == "2024"


@pytest.mark.parametrize(
    "who",
    ["Perempuan & Anak", "Perempuan/Anak", "Perempuan serta Anak", "Anak & Perempuan", "Perempuan dan Anak",
     "Anak dan Perempuan"],
)  # fmt: skip
@pytest.mark.parametrize("name", VIOLENCE)
def test_women_and_children_in_a_title_are_both_and_not_one_of_them(name: str, who: str) -> None:
    text = said(LAYOUTS[name], "victim_group", f"Kekerasan terhadap {who} di Kota Serang Tahun 2024")

    assert CATALOGUE.code_lists["victim_group"].lookup.get(code_key(text)) == "PEREMPUAN_ANAK"


@pytest.mark.parametrize(("who", "code"), [("Anak", "ANAK"), ("Perempuan", "PEREMPUAN")])
@pytest.mark.parametrize("name", VIOLENCE)
def test_one_group_in_a_title_is_that_group(name: str, who: str, code: str) -> None:
    text = said(LAYOUTS[name], "victim_group", f"Kekerasan terhadap {who} di Kota Serang Tahun 2024")

    assert CATALOGUE.code_lists["victim_group"].lookup.get(code_key(text)) == code


@pytest.mark.parametrize("name", VIOLENCE)
def test_girls_are_neither_all_children_nor_women(name: str) -> None:
    assert said(LAYOUTS[name], "victim_group", "Kekerasan terhadap Anak Perempuan Tahun 2024") == ""
