"""A table written in any dialect is read back equal, and both ways of reading give the same grid."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kla_pipeline.intake.grid import Grid
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.intake.text.delimited import read_delimited
from kla_pipeline.intake.text.plain import read_plain
from kla_pipeline.intake.text.records import dialect, one_line_end, split_records
from kla_pipeline_tests.examples import many

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
WORDS = st.text(st.sampled_from("abcXYZ 0123456789.-/éñ"), max_size=12)
NASTY = st.text(st.sampled_from("ab1 ,;|\t\"'\\é\n"), max_size=10)


def written(rows: list[list[str]], delimiter: str, quote: str, end: str, quoting: int, closed: bool) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quotechar=quote, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    text = stream.getvalue()
    return text if closed else text.removesuffix(end)


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[str] = WORDS) -> list[list[str]]:
    """A header of different names and up to eight rows of the same width."""
    width = draw(st.integers(2, 6))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8))
    return [[f"Kolom {n}" for n in range(width)], *rows]


def trimmed(rows: list[list[str]]) -> list[list[str]]:
    kept = [[*row] for row in rows]
    for row in kept:
        while row and not row[-1]:
            row.pop()
    return kept


@given(
    rows=tables(),
    delimiter=st.sampled_from(",;\t|"),
    quote=st.sampled_from("\"'"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(ENCODINGS),
    closed=st.booleans(),
)
@settings(max_examples=many(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_in_any_dialect_is_read_back_equal_with_its_row_numbers(
    tmp_path: Path, rows: list, delimiter: str, quote: str, end: str, quoting: int, encoding: str, closed: bool
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(written(rows, delimiter, quote, end, quoting, closed).encode(encoding))

    (sheet,) = read_sheets(path)

    for number, row in enumerate(trimmed(rows), 1):
        assert sheet.grid.row(number) == row
    assert sheet.grid.height == len(rows)
    assert not sheet.broken_quotes


@given(rows=tables(NASTY), delimiter=st.sampled_from(",;\t|"), end=st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=many(150), deadline=None)
def test_cells_with_marks_delimiters_and_line_ends_are_read_back_when_all_are_quoted(
    rows: list, delimiter: str, end: str
) -> None:
    # a line inside a cell with as many delimiters as a record is taken for a record on purpose
    most = max(len(rows[0]) - 1, 2)
    assume(
        all(line.count(mark) < most for row in rows for cell in row for line in cell.split("\n") for mark in ",;\t|")
    )
    text = written(rows, delimiter, '"', end, csv.QUOTE_ALL, closed=True)

    sheet = read_delimited(text.encode())

    assert [cells for _, cells in sheet.grid.rows()] == trimmed(rows)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_fast_reading_gives_the_grid_of_the_careful_one_or_none(end: str) -> None:
    chance = random.Random(4)
    taken = 0
    for _ in range(2_500):
        letters = chance.choice(['ab;"\n\r\t 1', 'ab;;1"', "ab;1 é\n", '"";;a\n'])
        lines = ["".join(chance.choices(letters, k=chance.randint(0, 9))) for _ in range(chance.randint(0, 5))]
        text = end.join(["No;Nama", "1;a", *lines]) + chance.choice(["", end])
        spoken = dialect(text)
        fast = read_plain(text.encode(), spoken)
        if fast is None:
            continue
        taken += 1
        rows, broken = split_records(one_line_end(text), spoken)
        careful = Grid.from_rows(rows)
        assert not broken, text
        assert (fast.height, fast.width) == (careful.height, careful.width), text
        assert list(fast.rows()) == list(careful.rows()), text
    assert taken > 200


@given(rows=tables(st.text(st.sampled_from('ab;"\n1 '), max_size=6)), end=st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=many(150), deadline=None)
def test_well_written_tables_take_the_fast_reading_and_both_agree(rows: list, end: str) -> None:
    assume(not any("\n" in cell for row in rows for cell in row) or end == "\n" or len(rows) < 3)
    text = written(rows, ";", '"', end, csv.QUOTE_ALL, closed=True)
    spoken = dialect(text)
    assume(spoken.delimiter == ";" and spoken.width == len(rows[0]))

    fast = read_plain(text.encode(), spoken)
    careful, broken = split_records(text, spoken)

    if not broken:
        assert fast is None or list(fast.rows()) == list(Grid.from_rows(careful).rows())
    if fast is not None:
        assert not broken


@pytest.mark.parametrize("blank_lines", [0, 1, 3])
def test_the_fast_reading_is_really_taken_also_with_blank_lines_at_the_end(blank_lines: int) -> None:
    text = "a;b\n" + '1;"x; ""y"""\n' * 3 + "\n" * blank_lines

    grid = read_plain(text.encode(), dialect(text))

    assert grid is not None
    assert grid.height == 4 + blank_lines
    assert grid.row(4) == ["1", 'x; "y"']
    assert grid.row(4 + blank_lines) == ([] if blank_lines else ["1", 'x; "y"'])
