"""Public files that nobody here made, and how to stage one: what agencies really send. They lie beside the project."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache

import pytest

from kla_pipeline.quality.staging import StagedDelivery, StagedTable, stage_file
from kla_pipeline_tests.quality.tables import DELIVERY, the_catalogue
from kla_pipeline_tests.support import SHARED

DATA = SHARED / "data"
FOLDERS = ("child_violence", "disaster", "social_welfare", "police", "region", "messy_indonesian")
RECEIVED = date(2026, 6, 30)
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the public files are not beside the project (../shared/data)"
)


def files() -> list[str]:
    """All exports below the folders, as paths relative to the data folder; licence texts are none."""
    found = [path for folder in FOLDERS for path in (DATA / folder).rglob("*") if path.suffix not in ("", ".txt")]
    return sorted(path.relative_to(DATA).as_posix() for path in found if path.is_file())


@cache
def staged(agency: str, name: str) -> StagedDelivery:
    """What staging makes of a file in the folder of an agency."""
    path = DATA / name
    return stage_file(path, path.name, agency, the_catalogue(), RECEIVED, DELIVERY)


def table_of(agency: str, name: str) -> StagedTable:
    """The one table of a file."""
    (table,) = staged(agency, name).tables
    return table


def read_plainly(name: str) -> list[dict[str, str]]:
    """Rows of a tidy CSV by header, read by Python's own module."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
