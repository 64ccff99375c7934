"""How a text with delimiters was written: delimiter, quotation mark, escapes, blanks behind delimiters.

Here: the evidence for a dialect. Not here: reading records with it (records.py) and mending lines (repair.py).
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kla_pipeline.intake.text.repair import DELIMITERS, are_typed

SAMPLE_LINES = 400
_SAMPLE_RECORDS = 200
_SEP_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_SINGLE = re.compile(r"(?:^|[,;\t|]) ?'[^'\n]*'(?=[,;\t|]|$)", re.MULTILINE)
_DOUBLE = re.compile(r'(?:^|[,;\t|]) ?"[^"\n]*"(?=[,;\t|]|$)', re.MULTILINE)
Split = Callable[[Sequence[str], "Dialect"], tuple[list[list[str]], set[int]]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """`escape`: empty when a mark inside quotes is doubled, `\\` when a backslash stands before it, `"` when a text
    within `'` doubles its `"` too. `width`: usual number of cells of a record."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skips_blank: bool = False
    width: int = 0

    @property
    def is_plain(self) -> bool:
        return not self.escape and not self.skips_blank

    def how(self) -> dict[str, str]:
        """For people: names of the characters."""
        names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}
        delimiter = names.get(self.delimiter, self.delimiter) + (" and blank" if self.skips_blank else "")
        found = {"delimiter": delimiter, "quote": self.quote}
        return {**found, "escape": self.escape} if self.escape else found


def dialect(text: str, split: Split) -> Dialect:
    """The delimiter under which most records share the largest number of cells; then marks, escapes and blanks.

    A width that only one record has proves nothing (a narrative full of commas), unless no other delimiter occurs in
    that record: then it is the header, perhaps all there is. Under the wrong delimiter the quotation marks of a cell do
    not pair, so records with broken ones count only where there are no others. Excel's line `sep=;` is believed.
    """
    lines = list(_first_lines(text))
    sample = "\n".join(lines)
    declared = _SEP_LINE.match(text)
    candidates = (declared.group(1),) if declared else DELIMITERS
    quote = _quote(lines, sample)
    scores = {mark: _score(lines, Dialect(mark, quote), split) for mark in candidates}
    best = max(candidates, key=lambda mark: scores[mark])
    found = Dialect(best, quote, width=scores[best][-1])
    if found.width < 2 and not declared:
        return _blank_delimited(lines, split) or found
    found = _with_escape(lines, sample, found, scores[best], split)
    return _with_blanks(lines, found, scores[best], split)


def _quote(lines: Sequence[str], sample: str) -> str:
    """`'` when about every line has cells within such marks and none within the usual ones."""
    if "'" not in sample:
        return '"'
    lone = len(_SINGLE.findall(sample))
    filled = sum(bool(line) for line in lines)
    return "'" if lone >= max(2, filled / 2) and not _DOUBLE.search(sample) else '"'


def _with_escape(
    lines: Sequence[str], sample: str, found: Dialect, score: tuple[int, int, int], split: Split
) -> Dialect:
    """Backslashes escape when records are whole only then, or when no backslash has any other use."""
    if found.quote == "'":
        marks = re.findall('"+', sample)
        return replace(found, escape='"') if marks and all(len(mark) % 2 == 0 for mark in marks) else found
    if '\\"' not in sample:
        return found
    escaped = replace(found, escape="\\")
    score_of_escaped = _score(lines, escaped, split)
    border = re.escape(found.delimiter)
    used_within = re.search(rf'\\"(?!{border}|$)', sample, re.MULTILINE) and '""' not in sample
    used_elsewhere = re.search(rf'\\(?!["\\{border}])', sample)
    better = score_of_escaped[0] > score[0] or (
        score_of_escaped[0] == score[0] and used_within is not None and not used_elsewhere
    )
    return replace(escaped, width=score_of_escaped[-1]) if better else found


def _with_blanks(lines: Sequence[str], found: Dialect, score: tuple[int, int, int], split: Split) -> Dialect:
    """A blank belongs to the delimiter when it stands behind (nearly) every one: marks pair only so, or all cells but
    the first of each record begin with it."""
    written = found.delimiter + " "
    raw = [line for line in lines if found.delimiter in line]
    if found.delimiter == " " or len(raw) < 2 or sum(written in line for line in raw) < len(raw) * 0.9:
        return found
    spaced = replace(found, skips_blank=True)
    score_of_spaced = _score(lines, spaced, split)
    if score_of_spaced[0] > score[0] or _all_begin_with_blank(raw, found, split):
        return replace(spaced, width=score_of_spaced[-1])
    return found


def _all_begin_with_blank(lines: Sequence[str], found: Dialect, split: Split) -> bool:
    rows, broken = split(lines, found)
    return not broken and all(cell.startswith(" ") for row in rows for cell in row[1:] if cell)


def _blank_delimited(lines: Sequence[str], split: Split) -> Dialect | None:
    """Blanks delimit when nothing else does, every line has as many, and the cells are numbers or quoted for the most
    part; else they are the blanks between words."""
    blank = Dialect(" ")
    rows, broken = split(lines, blank)
    widths = {len(row) for row in rows}
    if broken or len(rows) < 3 or len(widths) != 1 or min(widths) < 3:
        return None
    return replace(blank, width=min(widths)) if are_typed(lines[1:]) else None


def _score(lines: Sequence[str], candidate: Dialect, split: Split) -> tuple[int, int, int]:
    """(score over whole records, score over all records, usual width)."""
    rows, broken = split(lines, candidate)
    sample = [(number in broken, row) for number, row in enumerate(rows[:_SAMPLE_RECORDS], 1) if len(row) > 1]
    others = [other for other in DELIMITERS if other != candidate.delimiter]
    score, width = _regularity([row for is_broken, row in sample if not is_broken], others)
    score_of_all, width_of_all = _regularity([row for _, row in sample], others)
    return score, score_of_all, width if score else width_of_all


def _regularity(rows: Sequence[Sequence[str]], others: Sequence[str]) -> tuple[int, int]:
    counts = Counter(len(row) for row in rows)
    repeated, width = max((((width - 1) * (count - 1), width) for width, count in counts.items()), default=(0, 1))
    pure = max((len(row) - 1 for row in rows if not any(mark in cell for cell in row for mark in others)), default=0)
    return repeated + 3 * pure, max(width, pure + 1) if not repeated else width


def _first_lines(text: str) -> Iterator[str]:
    stream = io.StringIO(text[: SAMPLE_LINES * 100_000], newline="")
    for _, line in zip(range(SAMPLE_LINES), stream, strict=False):
        yield line.removesuffix("\n")
