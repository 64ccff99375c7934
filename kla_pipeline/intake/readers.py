"""Files to sheets of text rows that keep the row number a person sees.

Here: one function per container. Everything arrives as text; typing is the contract's business (quality/).
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from kla_pipeline.errors import DeliveryRefused
from kla_pipeline.intake import workbook
from kla_pipeline.intake.sniff import decode, sniff

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_RECORDS = 200
_WALL_SECONDS = 180
csv.field_size_limit(2_000_000)


@dataclass(slots=True)
class Sheet:
    """One sheet. `rows[i]` is the row a spreadsheet shows as number i + 1; rows may have different lengths."""

    number: int
    name: str
    rows: list[list[str]] = field(default_factory=list)
    hidden: bool = False


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a file, by its content.

    Raises DeliveryRefused: see `sniff`; also `reader_limit` when the workbook is too large to open safely.
    """
    return _read_csv(path) if sniff(path) == "csv" else _read_workbook(path)


def _read_csv(path: Path) -> list[Sheet]:
    text, _ = decode(path.read_bytes())
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    delimiter = _delimiter(text)
    # strict=False: an unclosed quote must not lose the rows after it; the rules judge what comes out
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))
    return [Sheet(1, "", rows)]


def _delimiter(text: str) -> str:
    """The delimiter under which most records have the same, largest number of fields."""

    def score(delimiter: str) -> tuple[int, int]:
        records = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _SAMPLE_RECORDS)
        widths = Counter(len(record) for record in records if len(record) > 1)
        return max(((width - 1) * count, width) for width, count in widths.items()) if widths else (0, 0)

    return max(DELIMITERS, key=score)


def _read_workbook(path: Path) -> list[Sheet]:
    command = [sys.executable, "-m", "kla_pipeline.intake.workbook", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_WALL_SECONDS, check=False, env=_child_env())
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode < 0:
        raise DeliveryRefused(
            "reader_limit",
            "The workbook needs more time or memory than a table of this kind may.",
            "Save only the table's sheet as a new .xlsx or as .csv and drop that.",
        )
    if done.returncode == workbook.EXIT_ENCRYPTED:
        raise DeliveryRefused(
            "encrypted_workbook", "The workbook is protected with a password to open it.", "Remove it and drop it again."
        )
    if done.returncode != 0:
        raise DeliveryRefused(
            "unreadable_workbook", "The workbook is damaged.", "Open it in Excel, save it as .xlsx and drop that."
        )
    return _parse_rows(done.stdout)


def _child_env() -> dict[str, str]:
    # the child finds this package wherever it was started from, and inherits nothing else
    return {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}


def _parse_rows(output: bytes) -> list[Sheet]:
    sheets: list[Sheet] = []
    for line in output.splitlines():
        item = json.loads(line)
        if isinstance(item, dict):
            sheets.append(Sheet(len(sheets) + 1, item["sheet"], hidden=item["hidden"]))
        else:
            sheets[-1].rows.append(item)
    return sheets


def reader_works() -> bool:
    """Whether the child process that opens workbooks starts and says "not a workbook" of a file that is none."""
    command = [sys.executable, "-m", "kla_pipeline.intake.workbook", __file__]
    done = subprocess.run(command, capture_output=True, timeout=_WALL_SECONDS, check=False, env=_child_env())
    return done.returncode == workbook.EXIT_UNREADABLE
