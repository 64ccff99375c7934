"""Delimiters are found, and a quotation mark left open costs one row and not the rows below it."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake.text import records
from kla_pipeline.intake.text.delimited import read_delimited
from kla_pipeline.intake.text.records import dialect, split_records

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
    assert dialect(text).delimiter == delimiter


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


def test_marks_inside_a_quoted_cell_are_letters_and_noted() -> None:
    rows, broken = split_records(HEADER + '1;"Toko "Maju" Jaya";a;x\n2;Ani;b;y\n')

    assert rows[1] == ["1", 'Toko "Maju" Jaya', "a", "x"]
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


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('1;"Siti;a;x', ["1", '"Siti', "a", "x"]),
        ('"1;Siti;"a; b";x', ['"1', "Siti", "a; b", "x"]),
        ('1;""Siti";a;x', ["1", '"Siti', "a", "x"]),
        ('1;Siti;a;"', ["1", "Siti", "a", '"']),
        ('1;"layar 5"";"a";x', ["1", 'layar 5"', "a", "x"]),
        ('1;"layar 5" x 3", baru";a;x', ["1", 'layar 5" x 3", baru', "a", "x"]),
    ],
)
def test_a_stray_mark_costs_no_cell_and_the_row_is_noted(line: str, cells: list[str]) -> None:
    rows, broken = split_records(HEADER + '7;"a; b";c;d\n' + line + "\n8;e;f;g\n")

    assert rows[2] == cells
    assert rows[3] == ["8", "e", "f", "g"]
    assert broken == {3}


def test_a_row_that_another_delimiter_joins_is_split_by_it_and_noted() -> None:
    rows, broken = split_records("a,b,c,d,e\n1,2,3,4,5\n1;2;3;4;5\n6,7,8,9,0\n")

    assert rows[2] == ["1", "2", "3", "4", "5"]
    assert broken == {3}


def test_backslashes_escape_marks_where_records_are_whole_only_then() -> None:
    text = 'a,b,c\n1,"layar 5\\", baru",x\n2,"layar 6\\" lama",y\n3,"d",z\n'

    assert split_records(text) == (
        [["a", "b", "c"], ["1", 'layar 5", baru', "x"], ["2", 'layar 6" lama', "y"], ["3", "d", "z"]],
        set(),
    )


def test_a_path_that_ends_in_a_backslash_escapes_nothing() -> None:
    text = 'a;b;c\n1;"C:\\dir\\";x\n2;"C:\\dir\\";y\n'

    assert split_records(text) == ([["a", "b", "c"], ["1", "C:\\dir\\", "x"], ["2", "C:\\dir\\", "y"]], set())


def test_single_marks_quote_where_every_row_has_cells_within_them() -> None:
    rows, broken = split_records("'No','Nama'\n'1','Ani, S.H.'\n'2','Budi'\n")

    assert rows == [["No", "Nama"], ["1", "Ani, S.H."], ["2", "Budi"]]
    assert not broken


def test_an_apostrophe_before_a_number_is_no_quotation_mark() -> None:
    text = "NIK;Nama\n'3673010101010001;Anak Uji\n'3673010101010002;Ma'ruf\n"

    assert split_records(text)[0][1:] == [["'3673010101010001", "Anak Uji"], ["'3673010101010002", "Ma'ruf"]]


def test_a_blank_behind_every_delimiter_belongs_to_it() -> None:
    assert split_records('a, b, c\n1, "x, y", z\n2, v, w\n')[0] == [
        ["a", "b", "c"],
        ["1", "x, y", "z"],
        ["2", "v", "w"],
    ]
    assert split_records("a;b\n1; x\n2;y\n")[0] == [["a", "b"], ["1", " x"], ["2", "y"]]


def test_blanks_delimit_numbers_and_not_words() -> None:
    assert split_records("tgl jam n\n1 2 3\n4 5 6\n")[0] == [["tgl", "jam", "n"], ["1", "2", "3"], ["4", "5", "6"]]
    assert split_records("Nama anak uji\nSiti Uji Satu\nAni Uji Dua\n")[0] == [
        ["Nama anak uji"],
        ["Siti Uji Satu"],
        ["Ani Uji Dua"],
    ]


@pytest.mark.parametrize(
    "narrative",
    ["Ibu, ayah, kakak\nadik, paman, bibi", "Ibu\nadik, paman, bibi", "Ibu,ayah,kakak\nadik,paman,bibi\nnenek,a,b"],
)
def test_a_narrative_of_several_lines_stays_one_cell_however_many_delimiters_it_has(narrative: str) -> None:
    text = f'no,nama,catatan\n1,Anak Uji A,"{narrative}"\n2,Anak Uji B,"x"\n'

    assert split_records(text) == (
        [["no", "nama", "catatan"], ["1", "Anak Uji A", narrative], ["2", "Anak Uji B", "x"]],
        set(),
    )
    assert list(read_delimited(text.encode()).grid.rows())[1] == (2, ["1", "Anak Uji A", narrative])


def test_many_rows_that_two_stray_marks_swallow_are_rows_again_although_one_has_a_delimiter_more() -> None:
    lines = [f"{n};Anak Uji {n};a;x" for n in range(3, 40)]
    lines[20] += ";1"
    text = HEADER + '1;"Siti;a;x\n' + "\n".join(lines) + '\n2;layar 5";c;z\n'

    rows, broken = split_records(text)

    assert len(rows) == 40
    assert 2 in broken


def test_a_note_of_as_many_words_as_a_record_has_cells_stays_a_note() -> None:
    note = "Anak Uji tinggal bersama nenek"

    rows, broken = split_records(f"a,b,c,d,e\n1,2,3,4,5\n{note}\n6 7 8 9 0\n1,2,3,4,5\n")

    assert rows[2:4] == [[note], ["6", "7", "8", "9", "0"]]
    assert broken == {4}


def test_a_text_is_read_alike_wherever_its_pieces_end(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEADER + '1;"Siti\nAminah";a;x\n\n2;"Ani;b;y\n3;"a\n\nb";c;z\n' * 5 + "\n\n4;d;e;f"
    whole = split_records(text)

    for size in (1, 7, 40):
        monkeypatch.setattr(records, "_BLOCK", size)
        assert split_records(text) == whole


@pytest.mark.parametrize(
    "text",
    ["1,2\n" * 2_000 + "," * 15_000 + "\n", '1,"2\n' * 60_000],
    ids=["one very wide row", "every row broken"],
)
def test_a_text_that_unfolds_to_no_table_of_its_packed_size_is_refused(text: str) -> None:
    with pytest.raises(DeliveryRefused) as caught:
        read_delimited(f"a,b\n{text}".encode(), packed=100)

    assert caught.value.code == "reader_limit"


def test_one_open_mark_at_the_end_of_a_packed_text_does_not_cost_an_object_per_row() -> None:
    data = b"a,b\n" + b"1,2\n" * 300_000 + b'1,"2\n'
    tracemalloc.start()

    sheet = read_delimited(data, packed=1_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (sheet.grid.height, sheet.broken_quotes) == (300_002, {300_002})
    assert peak < 40 * len(data)
