"""A value of every kind reaches the warehouse as what it is."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from kla_pipeline.quality.columns import Column
from kla_pipeline.quality.kinds import KINDS, PLACE_KINDS, TYPES
from kla_pipeline.quality.normalise import Context, normalise
from kla_pipeline_tests.quality.tables import the_catalogue

CATALOGUE = the_catalogue()
CONTEXT = Context(CATALOGUE.code_lists, CATALOGUE.areas)
# kind → (cell, its value in the warehouse, facts of the column)
STORED = {
    "text": ("Anak Uji", "Anak Uji", {}),
    "code": ("Kesehatan", "KESEHATAN", {"code_list": "service"}),
    "multi": ("Psikis, Fisik", "FISIK|PSIKIS", {"code_list": "violence_form"}),
    "nik": ("'3673011203150001", "3673011203150001", {}),
    "int": ("2 531", 2531, {}),
    "decimal": ("0.5", 0.5, {}),
    "money": ("Rp847.542.209.097,05", Decimal("847542209097.05"), {}),
    "bool": ("Ya", True, {}),
    "date": ("13/5/2024", date(2024, 5, 13), {}),
    "timestamp": ("2024-05-13 08:08:08.123", datetime(2024, 5, 13, 8, 8, 8, 123_000), {}),
    "time": ("14.30 WIB", time(14, 30), {}),
    "series": ('{"2021": "3", "2020": "-"}', '{"2021": 3}', {"labels": "year"}),
}


def test_every_kind_that_is_read_here_is_tried() -> None:
    assert set(STORED) == set(KINDS) - set(PLACE_KINDS)


@pytest.mark.parametrize("kind", sorted(STORED))
def test_a_value_is_stored_as_its_kind_and_nothing_as_null(kind: str, tmp_path: Path) -> None:
    cell, value, facts = STORED[kind]
    typed = normalise(pd.Series([cell, ""], dtype="object"), Column(kind, "Uji", "Test", **facts), CONTEXT)
    pd.DataFrame({"cell": typed.values}).to_parquet(tmp_path / "cells.parquet")

    with duckdb.connect() as connection:
        stored = connection.execute(
            f"SELECT CAST(cell AS {TYPES[kind]}) FROM read_parquet(?)", [str(tmp_path / "cells.parquet")]
        ).fetchall()

    assert stored == [(value,), (None,)]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_type_of_every_kind_is_one_of_the_database(kind: str) -> None:
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT CAST(NULL AS {TYPES[kind]})").fetchall() == [(None,)]
