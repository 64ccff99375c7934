"""How much a file may cost to open.

Here: ceilings, and limits in proportion to the size of a file, so that a small file cannot take what only a large one
may need. Not here: what happens when one is reached (readers.py).
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_COLUMNS = 16_384  # as a spreadsheet
# a full sheet of a million rows and fifteen columns takes 1.5 GB; what needs more than two is no register
MOST_MEMORY_BYTES = 2_000_000_000
MOST_CPU_SECONDS = 120
MOST_WALL_SECONDS = 180
# what a workbook may unfold to; a sheet of a million rows and twenty columns stays below it
MOST_OUTPUT_BYTES = 500_000_000
MOST_UNPACKED_BYTES = 1_000_000_000

_MEGABYTE = 1_000_000
_FREE_UNPACKED_BYTES = 10 * _MEGABYTE
_UNPACKED_RATIO = 100
# every cell of an even table of text takes a byte at least, its delimiter
_FREE_CELLS, _MOST_CELLS = 20_000_000, 250_000_000
_FREE_MENDED_ROWS, _BYTES_OF_MENDED_ROW = 50_000, 50
_TEXT_RATIO = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the child process that opens one file: address space, processor and wall seconds, bytes it may answer."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    output_bytes: int

    @classmethod
    def of(cls, size: int) -> Limits:
        """Limits for a file of `size` bytes. A workbook of 14 MB (200,000 rows of 15 cells) takes 3 s and 350 MB."""
        return cls(
            min(MOST_MEMORY_BYTES, 700 * _MEGABYTE + 20 * size),
            min(MOST_CPU_SECONDS, 8 + 8 * size // _MEGABYTE),
            min(MOST_WALL_SECONDS, 9 + 12 * size // _MEGABYTE),
            min(MOST_OUTPUT_BYTES, 100 * _MEGABYTE + 20 * size),
        )


@dataclass(frozen=True, slots=True)
class TextLimits:
    """Of a text that is read carefully: cells of its sheet, and rows whose marks or delimiters are mended."""

    cells: int
    mended_rows: int

    @classmethod
    def of(cls, size: int, packed: int | None = None) -> TextLimits:
        """Limits for a text of `size` bytes that came packed in so many, if it did."""
        fair = size if packed is None else min(size, _TEXT_RATIO * packed)
        return cls(
            max(_FREE_CELLS, min(_MOST_CELLS, 2 * fair)),
            _FREE_MENDED_ROWS + fair // _BYTES_OF_MENDED_ROW,
        )


def most_unpacked(size: int) -> int:
    """Bytes that a packed file of `size` bytes may unfold to; text packs to a twentieth, a bomb to a thousandth."""
    return min(MOST_UNPACKED_BYTES, max(_FREE_UNPACKED_BYTES, _UNPACKED_RATIO * size))
