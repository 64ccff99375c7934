"""A contract column gets its text from wherever the layout says: headers, rows, titles, names, or a constant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from kla_pipeline.errors import DeclarationError, DeliveryRefused
from kla_pipeline.intake.grid import Grid, Merge, Sheet
from kla_pipeline.intake.layouts import Layout, load_layout
from kla_pipeline.intake.tables import Found, Table, find_tables

BASE = "id: x.crime\nrecord: crime\nmode: increment\n"
CRIME = (
    BASE
    + "columns:\n  unit: [Satuan]\n"
    + "series: {reported: 'jumlah kejahatan (?P<label>\\d{4})', solved: 'selesai (?P<label>\\d{4})'}\n"
)
TOP = ["Satuan", "Jumlah Kejahatan", "", "Selesai", ""]
YEARS = ["", "2023", "2024", "2023", "2024"]
BODY = [["Curug", "1", "2", "", "4"], ["Serang", "5", "", "7", "8"], ["Kasemen", "1", "1", "1", "1"]]


def layout(text: str, folder: Path) -> Layout:
    path = folder / "layout.yaml"
    path.write_text(text, encoding="utf-8")
    return load_layout(path, "x")


def find(rows: Sequence[Sequence[str]], *layouts: Layout, required: Sequence[str] = (), **around: str) -> Found:
    sheet = Sheet(1, around.get("sheet", ""), Grid.from_rows(rows))
    return find_tables([sheet], layouts, lambda _: required, around.get("file_name", ""), lambda _: required)


def one(rows: Sequence[Sequence[str]], item: Layout, required: Sequence[str] = (), **around: str) -> Table:
    (table,) = find(rows, item, required=required, **around).tables
    return table


def texts(table: Table, column: str) -> list[str]:
    return table.texts(column).to_pylist()


def kinds(table: Table) -> dict[int, str]:
    return {item.row: item.kind for item in table.set_aside}


def test_wide_columns_become_one_text_of_labels_and_cells(tmp_path: Path) -> None:
    table = one([["Judul"], TOP, YEARS, *BODY], layout(CRIME, tmp_path))

    assert table.match.header_rows == (2, 3)
    assert [json.loads(text) for text in texts(table, "reported")[:2]] == [{"2023": "1", "2024": "2"}, {"2023": "5"}]
    assert json.loads(texts(table, "solved")[0]) == {"2024": "4"}
    assert table.match.unknown == ()


def test_the_labels_keep_the_order_of_the_sheet_and_an_empty_row_is_an_empty_text(tmp_path: Path) -> None:
    table = one([["Satuan", "Selesai 2024", "selesai_2023"], ["a", "2", "1"], ["b", "", " "]], layout(CRIME, tmp_path))

    assert texts(table, "solved") == ['{"2024": "2", "2023": "1"}', ""]


def test_rows_of_one_text_qualify_the_rows_below(tmp_path: Path) -> None:
    item = layout(CRIME + "sections: kind\n", tmp_path)

    table = one([TOP, YEARS, BODY[0], ["Kabupaten"], BODY[1], ["Kota"], BODY[2]], item)

    assert texts(table, "kind") == ["", "Kabupaten", "Kota"]
    assert kinds(table) == {1: "header", 2: "header", 4: "section", 6: "section"}


def test_without_sections_in_the_layout_a_row_of_one_text_is_data(tmp_path: Path) -> None:
    table = one([TOP, YEARS, BODY[0], ["Kabupaten"], BODY[1]], layout(CRIME, tmp_path))

    assert list(table.row_numbers) == [3, 4, 5]


@pytest.mark.parametrize(
    ("place", "rows", "around"),
    [
        ("title", [["Kejahatan"], ["Tahun", "2024"]], {}),
        ("sheet", [], {"sheet": "tahun 2024"}),
        ("file_name", [], {"file_name": "tahun 2024.csv"}),
    ],
)
def test_one_text_for_all_rows_is_found_around_the_table(
    place: str, rows: list[list[str]], around: dict[str, str], tmp_path: Path
) -> None:
    item = layout(CRIME + f"context: {{year: [{{in: {place}, pattern: 'tahun (?P<value>\\d{{4}})'}}]}}\n", tmp_path)

    table = one([*rows, TOP, YEARS, *BODY], item, ["year"], **around)

    assert texts(table, "year") == ["2024"] * 3


def test_a_text_may_stand_in_the_header_and_a_column_of_its_own_goes_before_it(tmp_path: Path) -> None:
    text = BASE + "columns: {unit: [Satuan], cases: ['Jumlah 2024', Jumlah], year: [Tahun]}\n"
    item = layout(text + "context: {year: [{in: header, pattern: 'jumlah (?P<value>\\d{4})'}]}\n", tmp_path)

    assert texts(one([["Satuan", "Jumlah 2024"], ["a", "1"]], item), "year") == ["2024"]
    assert texts(one([["Satuan", "Jumlah", "Tahun"], ["a", "1", "2020"]], item), "year") == ["2020"]


def test_what_is_found_nowhere_is_a_missing_column(tmp_path: Path) -> None:
    item = layout(CRIME + "context: {year: [{in: title, pattern: 'tahun (?P<value>\\d{4})'}]}\n", tmp_path)

    with pytest.raises(DeliveryRefused) as caught:
        find([TOP, YEARS, *BODY], item, required=["unit", "year"])

    assert (caught.value.code, caught.value.detail["missing"]) == ("missing_required_column", ["year"])
    assert one([TOP, YEARS, *BODY], item).match.missing == ("year",)


def test_a_constant_fills_a_column_that_nothing_else_fills(tmp_path: Path) -> None:
    item = layout(CRIME + "constants: {province: Banten, unit: tidak dipakai}\n", tmp_path)

    table = one([TOP, YEARS, *BODY], item, ["province"])

    assert texts(table, "province") == ["Banten"] * 3
    assert texts(table, "unit")[0] == "Curug"


def test_a_text_is_put_together_of_several_headers(tmp_path: Path) -> None:
    text = BASE + 'columns: {unit: [Satuan]}\ncompose: {day: "{Tahun}-{Bulan}-{Tgl}"}\n'
    rows = [["Satuan", "tahun", "BULAN", "Tgl"], ["a", "2024", " 3", "7"], ["b", "", "", ""]]

    table = one(rows, layout(text, tmp_path))

    assert texts(table, "day") == ["2024-3-7", ""]
    assert table.match.unknown == ()


def test_a_text_of_several_headers_is_missing_when_one_of_them_is(tmp_path: Path) -> None:
    item = layout(BASE + 'columns: {unit: [Satuan], n: [Jumlah]}\ncompose: {day: "{Tahun}-{Bulan}"}\n', tmp_path)

    assert one([["Satuan", "Jumlah", "Tahun"], ["a", "1", "2024"]], item).match.missing == ("day",)


def test_the_last_part_of_a_header_is_enough_when_no_other_column_has_it(tmp_path: Path) -> None:
    item = layout(BASE + "columns: {unit: [Satuan], dead: [Meninggal], hurt: [Luka]}\n", tmp_path)

    table = one([["Satuan", "Korban", ""], ["", "Meninggal", "Luka"], ["a", "1", "2"]], item)

    assert (texts(table, "dead"), texts(table, "hurt"), table.match.unknown) == (["1"], ["2"], ())


def test_a_total_by_sum_is_no_data_where_the_layout_asks_for_it(tmp_path: Path) -> None:
    rows = [TOP, YEARS, *BODY, ["Provinsi", "7", "3", "8", "13"]]

    asked = one(rows, layout(CRIME + "totals: {by_sum: true}\n", tmp_path))
    silent = one(rows, layout(CRIME, tmp_path))

    assert (kinds(asked)[6], len(asked.row_numbers)) == ("total", 3)
    assert len(silent.row_numbers) == 4


def test_subtotals_end_sections_and_the_total_is_the_sum_of_all(tmp_path: Path) -> None:
    item = layout(BASE + "columns: {unit: [Satuan], n: [Jumlah]}\nsections: kind\ntotals: {by_sum: true}\n", tmp_path)
    part = [["a", "100"], ["b", "200"], ["c", "400"], ["semua kabupaten", "700"]]
    rows = [["Satuan", "Jumlah"], ["Kabupaten"], *part, ["Kota"], ["d", "5"], ["e", "6"], ["provinsi", "711"]]

    table = one(rows, item)

    assert (kinds(table)[6], kinds(table)[10]) == ("subtotal", "total")
    assert texts(table, "unit") == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    "counts",
    [[0, 1, 0, 2, 0, 3], [3, 0, 1, 0, 2, 0], [0, 0, 2, 2]],
)
def test_small_numbers_that_happen_to_add_up_are_data(counts: list[int], tmp_path: Path) -> None:
    item = layout(BASE + "columns: {year: [Tahun], unit: [Satuan], n: [Jumlah]}\ntotals: {by_sum: true}\n", tmp_path)
    rows = [["2024", f"satuan {number}", str(count)] for number, count in enumerate(counts)]

    table = one([["Tahun", "Satuan", "Jumlah"], *rows], item, ["unit"])

    assert len(table.row_numbers) == len(counts)


def test_a_section_is_a_row_whose_text_the_column_can_mean(tmp_path: Path) -> None:
    item = layout(BASE + "columns: {unit: [Satuan], n: [Jumlah], m: [Selesai]}\nsections: kind\n", tmp_path)
    rows = [["Satuan", "Jumlah", "Selesai"], ["Kota"], ["Serang", "1", "2"], ["Cilegon"], ["Tangerang", "3", "4"]]
    sheet = Sheet(1, "", Grid.from_rows(rows))

    told = find_tables([sheet], [item], lambda _: ["unit"], reads_of=lambda _: {"kind": lambda text: text == "Kota"})
    untold = one([*rows, ["Lebak"], ["Pandeglang"]], item, ["unit"])

    assert texts(told.tables[0], "unit") == ["Serang", "Cilegon", "Tangerang"]
    assert set(texts(told.tables[0], "kind")) == {"Kota"}
    assert texts(untold, "unit")[-2:] == ["Lebak", "Pandeglang"]


def test_a_crosstab_of_which_a_layout_knows_half_is_refused_and_the_other_half_named(tmp_path: Path) -> None:
    item = layout(BASE + "columns: {unit: [Satuan]}\nseries: {n: '(?:perempuan )?(?P<label>\\d+-\\d+)'}\n", tmp_path)
    rows = [["Satuan", "Laki-laki", "", "Perempuan", ""], ["", "0-12", "13-17", "0-12", "13-17"], ["a", *"1234"]]

    with pytest.raises(DeliveryRefused) as caught:
        one(rows, item, ["unit", "n"])

    assert caught.value.code == "unknown_layout"
    assert "“Laki-laki 0-12”, “Laki-laki 13-17”" in caught.value.message


def test_of_twin_headers_below_two_names_the_first_is_not_read_for_both(tmp_path: Path) -> None:
    item = layout(BASE + "columns: {unit: [Satuan], n: [Jumlah]}\n", tmp_path)
    rows = [["", "Laki-laki", "Perempuan"], ["Satuan", "Jumlah", "Jumlah"], ["a", "1", "2"]]

    with pytest.raises(DeliveryRefused):
        one(rows, item, ["unit", "n"])


def test_a_total_as_a_thirteenth_month_is_a_total(tmp_path: Path) -> None:
    item = layout(BASE + "columns: {month: [Bulan], year: [Tahun], n: [Jumlah]}\n", tmp_path)
    rows = [["Bulan", "Tahun", "Jumlah"], ["Desember", "2024", "1"], ["Total", "2024", "9"], ["Januari", "2025", "2"]]

    table = one(rows, item, ["month", "year", "n"])

    assert kinds(table) == {1: "header", 3: "total"}


def test_tables_side_by_side_are_each_read_by_their_layout(tmp_path: Path) -> None:
    left = layout(BASE + "columns: {unit: [Satuan], n: [Jumlah]}\n", tmp_path)
    right = layout("id: x.posts\nrecord: posts\nmode: snapshot\ncolumns: {post: [Pos], staff: [Petugas]}\n", tmp_path)
    rows = [
        ["Satuan", "Jumlah", "", "Pos", "Petugas"],
        ["a", "1", "", "p", "3"],
        ["b", "2", "", "q", "4"],
        ["c", "3", "", "", ""],
        ["d", "4", "", "", ""],
    ]

    first, second = find(rows, left, right).tables

    assert (texts(first, "unit"), first.place) == (["a", "b", "c", "d"], 1)
    assert (texts(second, "post"), second.place, kinds(second)[4]) == (["p", "q"], 2, "side_table")
    assert first.match.unknown == second.match.unknown == ()


def test_a_table_below_another_is_read_by_its_own_layout(tmp_path: Path) -> None:
    upper = layout(BASE + "columns: {unit: [Satuan], n: [Jumlah]}\n", tmp_path)
    lower = layout("id: x.posts\nrecord: posts\nmode: snapshot\ncolumns: {day: [Tanggal], post: [Pos]}\n", tmp_path)
    rows = [["Satuan", "Jumlah"], ["a", "1"], ["b", "2"], [], ["Piket"], ["Tanggal", "Pos"], ["1/2/2024", "p"]]

    first, second = find(rows, upper, lower).tables
    alone = find(rows, upper)

    assert (list(first.row_numbers), first.last_row) == ([2, 3], 4)
    assert (list(second.row_numbers), second.first_row, kinds(second)) == ([7], 5, {5: "title", 6: "header"})
    assert [(item.header_row, item.rows) for item in alone.other_tables] == [(6, 1)]
    assert kinds(alone.tables[0]) == {1: "header", 4: "blank", 5: "other_table", 6: "other_table", 7: "other_table"}


def test_rows_below_a_gap_that_look_like_those_above_are_data(tmp_path: Path) -> None:
    item = layout(BASE + "columns: {unit: [Satuan], n: [Jumlah]}\n", tmp_path)
    rows = [["Satuan", "Jumlah"], ["a", "1"], ["b", "2"], [], ["Lanjutan"], ["Pos", "Petugas"], ["p", "3"]]

    result = find(rows, item)

    assert list(result.tables[0].row_numbers) == [2, 3, 5, 6, 7]
    assert result.other_tables == []


def test_a_table_that_fits_no_layout_beside_one_that_does_is_named(tmp_path: Path) -> None:
    item = layout(BASE + "columns: {unit: [Satuan], n: [Jumlah]}\n", tmp_path)
    pivot = [["Row Labels", "Sum"], ["x", "1"], ["Grand Total", "1"], ["", ""], ["", ""]]
    rows = [["Satuan", "Jumlah"], ["a", "1"], ["b", "2"], ["c", "3"], ["d", "4"]]

    result = find([[*one_row, "", *side] for one_row, side in zip(rows, pivot, strict=True)], item)

    assert list(result.tables[0].row_numbers) == [2, 3, 4, 5]
    assert result.tables[0].match.unknown == ()
    assert [(other.columns, other.rows) for other in result.other_tables] == [((3, 4), 1)]


def test_merged_headings_are_known_by_their_reach(tmp_path: Path) -> None:
    item = layout(BASE + "columns: {unit: [Satuan], boys: [Anak L], girls: [Anak P], note: [Ket]}\n", tmp_path)
    rows = [["Satuan", "Anak", "", "Ket"], ["", "L", "P", ""], ["a", "1", "2", "x"]]
    sheet = Sheet(1, "", Grid.from_rows(rows), merges=(Merge(1, 1, 1, 2), Merge(1, 0, 2, 0), Merge(1, 3, 2, 3)))

    (table,) = find_tables([sheet], [item], lambda _: ["unit", "boys", "girls", "note"]).tables

    assert [texts(table, name) for name in ("boys", "girls", "note")] == [["1"], ["2"], ["x"]]


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        ("series: {a: 'x'}\n", "series"),
        ("series: {a: '('}\n", "unterminated"),
        ("context: {a: [{in: title, pattern: 'x'}]}\n", "context"),
        ("context: {a: [{in: column, pattern: '(?P<value>x)'}]}\n", "context"),
        ("constants: {a: [b]}\n", "constants"),
        ("compose: {a: 'x'}\n", "compose"),
        ("totals: {by_sums: true}\n", "by_sums"),
        ("totals: {by_sum: yes}\n", "totals.by_sum"),
        ("two_digit_years: '50'\n", "two_digit_years"),
        ("serial_dates: '1905'\n", "serial_dates"),
        ("dash: none\n", "dash"),
        ("precedence: first\n", "precedence"),
        ("repeat: last\n", "repeat"),
        ("sections: [a]\n", "one text"),
    ],
)
def test_a_field_that_would_be_misunderstood_is_refused(field: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as caught:
        layout(CRIME.split("series")[0] + field, tmp_path)

    assert complaint in caught.value.message


def test_how_an_export_writes_dates_and_numbers_is_said_in_its_layout(tmp_path: Path) -> None:
    said = "two_digit_years: '1950'\nserial_dates: '1904'\ndash: zero\nprecedence: -2\nrepeat: first\n"

    item, plain = layout(CRIME + said, tmp_path), layout(CRIME, tmp_path)

    assert (item.two_digit_years, item.serial_dates, item.dash, item.precedence, item.repeat_first) == (
        1950, "1904", "zero", -2, True,
    )  # fmt: skip
    assert (plain.two_digit_years, plain.serial_dates, plain.dash, plain.precedence, plain.repeat_first) == (
        None, "1900", "empty", 0, False,
    )  # fmt: skip
