"""Cities that several tests read: each is loaded once for all workers. Read only: copy what you change."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kla_pipeline_tests.support import SHARED, City, city_in

TABLES = SHARED / "data" / "child_violence" / "jabar_dp3akb" / "raw_combined_eda.xlsx"
FLOODS = SHARED / "data" / "disaster" / "kota_serang_dibi_superset_38rows.csv"
OLD_FLOODS = SHARED / "data" / "disaster" / "dibi_export_banjir_2022_11973rows_redacted.xlsx"
PROVINCE = "32"


def loaded_once(factory: pytest.TempPathFactory, name: str, jurisdiction: str, fill: Callable[[City], None]) -> City:
    """A city with one night behind it, in a folder that all workers of the run share."""
    base = factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    folder.mkdir(exist_ok=True)
    city = city_in(folder / "data", jurisdiction=jurisdiction)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            fill(city)
            city.night()
            (folder / "done").touch()
    return city


def needs(*files: Path) -> None:
    """Skip where the public files that a test reads are not beside the checkout."""
    if missing := [file.name for file in files if not file.is_file()]:
        pytest.skip(f"the shared data set is not here: {', '.join(missing)}")


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Jurisdiction 32 with one workbook of aggregate tables and nothing else."""
    needs(TABLES)
    return loaded_once(tmp_path_factory, "province", PROVINCE, lambda city: city.drop("dp3a", TABLES))


@pytest.fixture(scope="session")
def two_generations(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Kota Serang with the newest export of its floods and the rows of its province from the export of 2022."""
    needs(FLOODS, OLD_FLOODS)

    def fill(city: City) -> None:
        city.drop("bpbd", FLOODS, name="dibi_20260609.csv")
        city.write("bpbd", "banjir_2022.csv", _rows_of_province(OLD_FLOODS, "BANTEN"))

    return loaded_once(tmp_path_factory, "two_generations", "36.73", fill)


def _rows_of_province(workbook: Path, province: str) -> str:
    """The header and one province's rows, as text: a national list takes longer to judge than a test may."""
    header, *rows = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0).to_python()
    column = header.index("Provinsi")
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in row] for row in rows if row[column] == province)
    return stream.getvalue()


def _plain(cell: object) -> object:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
