"""How long does reading take beside the bare libraries?

Times fresh processes in one call, in turn, and prints medians and ratios:

- *CSV*: our reader against DuckDB's `read_csv(all_varchar=true)` into a table, on a million rows of fifteen columns;
- *XLSX*: our reader against bare python-calamine (`to_python`), on 200,000 rows of fifteen columns;
- *small*: both again on ten rows, where our child process and our looking twice cost most.

Ours gives text with row numbers, merged ranges, hidden rows and what was repaired; the bare libraries give values.
Belongs here: the measurement and the files it makes. Does not belong here: what is read right (read_suites.py). Timed
is the reading from the call to the last value, without imports; memory is the peak of the process and its children.
Seconds from one machine say little about another; quote the ratios.

    python bench/read.py                 the sizes above
    python bench/read.py --rows 100000 --sheet-rows 20000
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = 15

_FRAME = """
import json, resource, sys, time
{imports}
start = time.perf_counter()
{reading}
seconds = time.perf_counter() - start
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({{"seconds": seconds, "rows": rows, "peak_mb": peak / 1024}}))
"""
READERS = {
    "ours": (
        "from pathlib import Path\nfrom kla_pipeline.intake.readers import read_sheets",
        "rows = sum(sheet.grid.height for sheet in read_sheets(Path(sys.argv[1])))",
    ),
    "duckdb": (
        "import duckdb",
        'duckdb.sql("CREATE TABLE t AS FROM read_csv(\'" + sys.argv[1] + "\', all_varchar=true)")\n'
        'rows = duckdb.sql("SELECT count(*) FROM t").fetchall()[0][0] + 1',
    ),
    "calamine": (
        "from python_calamine import CalamineWorkbook",
        "book = CalamineWorkbook.from_path(sys.argv[1])\n"
        "rows = sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)",
    ),
}


def records(count: int) -> Iterator[list[str | int | float]]:
    """A header and `count` invented rows, a few of whose cells hold commas."""
    yield [f"kolom_{n}" for n in range(COLUMNS)]
    for n in range(count):
        yield [
            n, f"Nama Contoh {n % 5000}", f"2025-01-{n % 28 + 1:02}", "L" if n % 2 else "P", "Kota Serang",
            "Kec. Kasemen", n % 17, f"2024-11-{n % 28 + 1:02}", "FISIK", "ORANG_TUA", "ya",
            f"Jl. Contoh, No. {n % 99}", n * 3, n % 7 / 8, "catatan",
        ]  # fmt: skip


def write_csv(path: Path, count: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(records(count))
    return path


def write_xlsx(path: Path, count: int) -> Path:
    """Needs XlsxWriter, a library of the development environment."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(records(count)):
            sheet.write_row(number, 0, row)
    return path


def reading(reader: str, path: Path) -> dict[str, float]:
    """Seconds, rows and peak MB of one reading in a fresh process. Raises CalledProcessError when it fails."""
    imports, body = READERS[reader]
    script = _FRAME.format(imports=imports, reading=body)
    command = [sys.executable, "-c", script, str(path)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    return json.loads(said.splitlines()[-1])  # DuckDB may show its progress above


def compare(path: Path, other: str, repetitions: int) -> dict[str, object]:
    """Medians of ours and of the other library over readings in turn; `ratio` = ours / other."""
    found: dict[str, list[dict[str, float]]] = {"ours": [], other: []}
    for repetition in range(repetitions):
        for reader in sorted(found, reverse=bool(repetition % 2)):
            found[reader].append(reading(reader, path))
    rows = {reader: {int(each["rows"]) for each in readings} for reader, readings in found.items()}
    if rows["ours"] != rows[other]:
        raise ValueError(f"different numbers of rows: {rows}")
    seconds = {reader: median(each["seconds"] for each in readings) for reader, readings in found.items()}
    return {
        "rows": rows["ours"].pop(),
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "seconds": {reader: round(value, 3) for reader, value in seconds.items()},
        "peak_mb": {reader: round(max(each["peak_mb"] for each in readings)) for reader, readings in found.items()},
        "ratio": round(seconds["ours"] / seconds[other], 2),
    }


def arguments() -> argparse.Namespace:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description="Time our reader against bare DuckDB and bare python-calamine.")
    parser.add_argument("-n", "--repetitions", type=int, default=3, help="readings of each kind (default: 3)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the CSV (default: 1,000,000)")
    parser.add_argument("--sheet-rows", type=int, default=200_000, help="rows of the workbook (default: 200,000)")
    parser.add_argument("--json", action="store_true", help="print one object instead of a table")
    return parser.parse_args()


def main() -> int:
    """Measure and print."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="kla-read-") as folder:
        files = {
            "CSV": (write_csv(Path(folder) / "large.csv", options.rows), "duckdb"),
            "XLSX": (write_xlsx(Path(folder) / "large.xlsx", options.sheet_rows), "calamine"),
            "small CSV": (write_csv(Path(folder) / "small.csv", 10), "duckdb"),
            "small XLSX": (write_xlsx(Path(folder) / "small.xlsx", 10), "calamine"),
        }
        found = {name: compare(path, other, options.repetitions) for name, (path, other) in files.items()}
    if options.json:
        print(json.dumps(found))
        return 0
    for name, each in found.items():
        print(f"{name}: {each['rows']:,} rows, {each['megabytes']} MB; ratio {each['ratio']}")
        for reader, seconds in each["seconds"].items():  # type: ignore[attr-defined]
            print(f"  {reader:<10}{seconds:>8} s   peak {each['peak_mb'][reader]} MB")  # type: ignore[index]
    return 0


if __name__ == "__main__":
    sys.exit(main())
