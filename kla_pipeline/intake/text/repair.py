"""The best reading of one line whose quotation marks do not pair, or whose delimiter is another one.

Here: what may be said of a single line once its table's usual width is known. Not here: reading whole files
(records.py). Nothing is made up: every letter of the line is in the cells, and the
caller notes the row as a best reading.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

DELIMITERS = (",", ";", "\t", "|")
# what a reading costs; the cheapest one with the usual number of cells wins
_OPEN_MARK_IS_LETTER = 3.0
_MARK_INSIDE_QUOTES = 1.0
_MARK_INSIDE_WORD = 0.5
_BORDER_INSIDE_QUOTES = 2.0
_CELL_TOO_MANY_OR_FEW = 4.0
# a wrong number of cells is mended without a broken mark only where this little has to be assumed
_LITTLE = 2.0
_MOST_STEPS = 200_000
_OTHER_DELIMITER_WIDTH = 5
_NUMBER_OR_QUOTED = re.compile(r'[-+]?[\d.,:/%$-]+|".*"')
_BETWEEN_BLANKS = re.compile(r'"[^"]*"|\S+')


class _Cell(NamedTuple):
    text: str
    end: int
    cost: float


def best_reading(line: str, delimiter: str, quote: str, width: int) -> list[str]:
    """Cells of a line with broken marks: as near as can be to `width` cells (0: unknown), with the least to assume."""
    found = _cheapest(line, delimiter, quote, width)
    return found[0] if found else _leniently(line, delimiter, quote)


def exact_reading(line: str, delimiter: str, quote: str, width: int) -> list[str] | None:
    """Cells of a line that reads well but to a wrong number of cells, when hardly anything must be assumed."""
    found = _cheapest(line, delimiter, quote, width)
    return found[0] if found and len(found[0]) == width and found[1] <= _LITTLE else None


def under_another_delimiter(line: str, cells: list[str], delimiter: str, quote: str, width: int) -> list[str] | None:
    """Cells of a line that another program has joined: exactly the usual number under exactly one other delimiter.

    Blanks stand between words too, and a note may have as many words as a record has cells: see `are_typed`.
    """
    if width < _OTHER_DELIMITER_WIDTH or len(cells) > width // 2:
        return None
    fitting = []
    for other in (*DELIMITERS, " ") if are_typed([line]) else DELIMITERS:
        if other != delimiter and line.count(other) >= width - 1:
            try:
                (row,) = csv.reader([line], delimiter=other, quotechar=quote, strict=True)
            except (csv.Error, ValueError):
                continue
            if len(row) == width:
                fitting.append(row)
    return fitting[0] if len(fitting) == 1 else None


def are_typed(lines: Sequence[str]) -> bool:
    """Whether what stands between the blanks of these lines is numbers or quoted for the most part, and not words."""
    cells = [cell for line in lines for cell in _BETWEEN_BLANKS.findall(line)]
    return sum(bool(_NUMBER_OR_QUOTED.fullmatch(cell)) for cell in cells) * 2 >= len(cells)


def _cheapest(line: str, delimiter: str, quote: str, width: int) -> tuple[list[str], float] | None:
    """(cells, cost) over all readings, by the cheapest way to every start of a cell with every number of cells."""
    borders = line.count(delimiter) + 1
    if borders * borders * (line.count(quote) + 1) > _MOST_STEPS:
        return None
    most = max(width, 1) + 3 if width else borders
    ways: dict[tuple[int, int], tuple[float, tuple]] = {(0, 0): (0.0, ())}
    starts = [0, *(at + 1 for at, letter in enumerate(line) if letter == delimiter)]
    ends: dict[int, tuple[float, tuple]] = {}
    for start in starts:
        here = [(count, *ways[start, count]) for count in range(most) if (start, count) in ways]
        for cell in _cells_at(line, start, delimiter, quote) if here else ():
            for count, cost, chain in here:
                total, grown = cost + cell.cost, (chain, cell.text)
                table, key = (ends, count + 1) if cell.end == len(line) else (ways, (cell.end + 1, count + 1))
                if key not in table or total < table[key][0]:  # type: ignore[index, operator]
                    table[key] = (total, grown)  # type: ignore[index]
    if not ends:
        return None
    best = min(ends, key=lambda count: ends[count][0] + (abs(count - width) * _CELL_TOO_MANY_OR_FEW if width else 0))
    return _unchained(ends[best][1]), ends[best][0]


def _cells_at(line: str, start: int, delimiter: str, quote: str) -> Iterator[_Cell]:
    """The cells that may begin at `start`, with the place of the delimiter or end behind each."""
    stop = line.find(delimiter, start)
    stop = len(line) if stop < 0 else stop
    text = line[start:stop]
    is_marked = text.startswith(quote)
    marks = text.count(quote) - is_marked
    yield _Cell(text, stop, marks * _MARK_INSIDE_WORD + is_marked * _OPEN_MARK_IS_LETTER)
    if not is_marked:
        return
    at = line.find(quote, start + 1)
    while at >= 0:
        if at + 1 == len(line) or line[at + 1] == delimiter:
            inner = line[start + 1 : at]
            lone = inner.replace(quote * 2, "")
            borders = lone.count(quote + delimiter) + lone.count(delimiter + quote)
            cost = lone.count(quote) * _MARK_INSIDE_QUOTES + borders * _BORDER_INSIDE_QUOTES
            yield _Cell(inner.replace(quote * 2, quote), at + 1, cost)
        at = line.find(quote, at + 1)


def _unchained(chain: tuple) -> list[str]:
    cells: list[str] = []
    while chain:
        chain, text = chain
        cells.append(text)
    return cells[::-1]


def _leniently(line: str, delimiter: str, quote: str) -> list[str]:
    """A line with too many marks to weigh: leniently if that stays on the line, else the marks are letters."""
    lenient = list(csv.reader([line + "\n", "end"], delimiter=delimiter, quotechar=quote))
    if len(lenient) == 2:
        return lenient[0]
    return next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE))
