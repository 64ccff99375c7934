"""Delimiters are found, and a quotation mark left open costs one row and not the rows below it."""

from __future__ import annotations

import time

import pytest

from kla_pipeline.intake.records import dialect, split_records

HEADER = "No;Nama;Alamat;Status\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows, _ = split_records(delimiter.join("abcd") + "\n" + delimiter.join("1234") + "\n")

    assert rows == [list("abcd"), list("1234")]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n", ";"),
        ("Data, bukan nyata, sintetis\n" + HEADER, ";"),
        ("judul;;;\n" + HEADER + "1;x;y;z\n", ";"),
        (HEADER + "1;x;" + ", ".join("kata" for _ in range(80)) + ";z\n", ";"),
        ("a;b\n1,5;2,5\n", ";"),
        ("a,b\n1;2,x\n", ","),
        ("sep=|\na|b\n", "|"),
        ("SEP=\t\na\tb\n", "\t"),
        ("nama\nSiti\n", ","),
        ("Laporan, 2025\n" + HEADER + "\nSerang, 5 Januari 2025\nMengetahui, Kepala\n", ";"),
        ('"Nama, gelar";"Alamat"\n"Ani, S.H.";"Jl. A, B"\n"Budi, M.M.";"Jl. C, D"\n', ";"),
    ],
)
def test_commas_in_titles_and_narratives_do_not_mislead(text: str, delimiter: str) -> None:
    assert dialect(text)[0] == delimiter


def test_one_column_blank_lines_and_no_final_line_break_are_records() -> None:
    assert split_records("nama\n\nSiti\n \nAni")[0] == [["nama"], [], ["Siti"], [" "], ["Ani"]]
    assert split_records("")[0] == []
    assert split_records("x")[0] == [["x"]]
    assert split_records("\n\n")[0] == [[], []]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_gives_the_same_rows_and_numbers(end: str) -> None:
    assert split_records(end.join(["a;b", "", "1;2"]) + end)[0] == [["a", "b"], [], ["1", "2"]]


def test_nul_characters_vanish() -> None:
    assert split_records("a\x00;b\n\x001;2\n")[0] == [["a", "b"], ["1", "2"]]


def test_line_breaks_delimiters_and_doubled_marks_inside_quotes_belong_to_the_cell() -> None:
    rows, broken = split_records(HEADER + '1;"Siti\nAminah";"Jl. ""A""; 3";x\n2;a;b;c\n')

    assert rows[1:] == [["1", "Siti\nAminah", 'Jl. "A"; 3', "x"], ["2", "a", "b", "c"]]
    assert not broken


def test_a_mark_left_open_until_the_end_costs_one_row() -> None:
    rows, broken = split_records(HEADER + '1;"Siti;a;x\n2;Ani;b;y\n3;Budi;c;z\n')

    assert rows[1:] == [["1", '"Siti', "a", "x"], ["2", "Ani", "b", "y"], ["3", "Budi", "c", "z"]]
    assert broken == {2}


def test_two_marks_left_open_do_not_swallow_the_rows_between_them() -> None:
    rows, broken = split_records(HEADER + '1;"Siti;a;x\n2;Ani;b;y\n3;"Budi;c;z\n4;Edi;d;w\n')

    assert [row[0] for row in rows] == ["No", "1", "2", "3", "4"]
    assert broken == {2, 4}


def test_an_inch_mark_that_closes_what_another_row_opened_does_not_swallow_rows() -> None:
    rows, broken = split_records(HEADER + '1;"Siti;a;x\n2;Ani;b;y\n3;layar 5";c;z\n4;Edi;d;w\n')

    assert [row[0] for row in rows] == ["No", "1", "2", "3", "4"]
    assert rows[3] == ["3", 'layar 5"', "c", "z"]
    assert broken == {2}


def test_marks_inside_a_quoted_cell_are_read_leniently_and_noted() -> None:
    rows, broken = split_records(HEADER + '1;"Toko "Maju" Jaya";a;x\n2;Ani;b;y\n')

    assert rows[1] == ["1", 'Toko Maju" Jaya"', "a", "x"]
    assert rows[2] == ["2", "Ani", "b", "y"]
    assert broken == {2}


def test_a_very_long_cell_is_one_cell() -> None:
    narrative = "kata, " * 500_000
    rows, broken = split_records(HEADER + f'1;"{narrative}";b;c\n2;a;b;c\n')

    assert rows[1][1] == narrative
    assert len(rows) == 3
    assert not broken


def test_many_marks_left_open_take_no_longer_than_their_rows() -> None:
    text = HEADER + "".join(f'{n};"Siti;a;x\n' for n in range(20_000))
    start = time.process_time()

    rows, broken = split_records(text)

    assert len(rows) == 20_001
    assert len(broken) == 20_000
    assert time.process_time() - start < 20
