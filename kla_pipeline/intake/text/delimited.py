"""Bytes of a text with delimiters to one sheet.

Here: the choice between the fast and the careful reading, and what is told about it. Not here: how either reads.
"""

from __future__ import annotations

from kla_pipeline.intake.grid import Grid, Sheet
from kla_pipeline.intake.limits import MOST_COLUMNS, TextLimits
from kla_pipeline.intake.refusals import refusal
from kla_pipeline.intake.text.dialect import SAMPLE_LINES, Dialect
from kla_pipeline.intake.text.encodings import decode, utf8_body
from kla_pipeline.intake.text.plain import read_plain
from kla_pipeline.intake.text.records import dialect, one_line_end, read_carefully

_SAMPLE_BYTES = 1 << 20


def read_delimited(data: bytes, packed: int | None = None) -> Sheet:
    """The one sheet of a text that came packed in so many bytes, if it did.

    Raises DeliveryRefused with `too_many_columns` or `reader_limit`.
    """
    limits = TextLimits.of(len(data), packed)
    body = utf8_body(data)
    spoken = _dialect_of_beginning(body) if body else None
    if body and spoken:
        grid = read_plain(body, spoken)
        if grid is not None:
            return _sheet(grid, spoken, "utf-8")
    text, encoding = decode(data)
    del body, data  # a careful reading needs no second copy
    has_nul = "\x00" in text
    text = one_line_end(text)
    spoken = dialect(text)
    _check_width(spoken.width)
    grid = read_plain(text.encode("utf-8", "replace"), spoken) if encoding != "utf-8" else None
    broken: set[int] = set()
    if grid is None:
        grid, broken = read_carefully(text, spoken, limits)
    return _sheet(grid, spoken, encoding, has_nul, frozenset(broken))


def _dialect_of_beginning(body: bytes) -> Dialect | None:
    """The dialect by the first lines, without decoding the rest; None when they are not enough to say it."""
    head = body[:_SAMPLE_BYTES]
    if len(body) > len(head):
        head = head[: head.rfind(b"\n") + 1]
        if head.count(b"\n") <= SAMPLE_LINES:
            return None
    try:
        return dialect(head.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _check_width(width: int) -> None:
    if width > MOST_COLUMNS:
        raise refusal("too_many_columns")


def _sheet(
    grid: Grid, spoken: Dialect, encoding: str, has_nul: bool = False, broken: frozenset[int] = frozenset()
) -> Sheet:
    _check_width(grid.width)
    how = {"format": "text", "encoding": encoding, **spoken.how()}
    repairs = []
    if has_nul:
        repairs.append("NUL characters removed")
    if broken:
        repairs.append(f"{len(broken)} rows are a best reading (quotation marks or delimiters do not fit)")
    if repairs:
        how["repaired"] = "; ".join(repairs)
    return Sheet(1, "", grid, broken_quotes=broken, how=how)
