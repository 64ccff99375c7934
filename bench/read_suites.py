"""Which files of the public reader suites open, and which are read right, beside pandas, DuckDB and CleverCSV?

Every reader reads every file in a process of its own, which ends after ten seconds; the same files, the same run.
Writes `docs/readers.md`. Belongs here: the comparison and its words. Does not belong here: times of large files
(read.py). A run takes ten minutes or more, since some of the others hang on files made to crash them.

*Right* is said of Pollock only, whose folder `clean` holds what is expected: the header and the rows of the first table
equal it, cell by cell, as text. Columns at the right end that are empty throughout, header too, count for no reader.

    python bench/read_suites.py                       the suites beside the project, ../shared/data/file_suites
    python bench/read_suites.py FOLDER --print        elsewhere, and to the screen only
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUITES = ("pollock", "frictionless", "duckdb", "calamine")
SECONDS = 10
MEMORY_BYTES = 6_000_000_000
BOOKS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
LEFT_OUT = (".json", ".md", ".yaml", ".yml")
Rows = list[list[str]]

# why a Pollock file is not read right, by the beginning of its name
WHY = {
    "file_field_delimiter_0x20": "blanks delimit and stand inside of unquoted cells too: no reading is the only one",
    "row_field_delimiter": "one row is delimited by blanks, with blanks inside of its unquoted cells: "
    "its cells are left as they stand",
    "row_less_sep": "a delimiter is missing and two values stand in one cell: nothing tells where one ends",
    "row_more_sep": "an empty cell too many, and nothing tells which: the row stands as it is, wider than its header",
}


def ours(path: Path) -> Rows:
    """Our reader and finder: the first table of the first sheet that has one."""
    from kla_pipeline.intake.finding.finder import find
    from kla_pipeline.intake.readers import read_sheets

    sheets = read_sheets(path)
    for sheet in sheets:
        for table in find(sheet):
            header = [table.names] if table.header.rows else []
            return header + [table.cells(int(number)) for number in table.kinds.data]
    return []


def with_pandas(path: Path) -> Rows:
    """pandas with its own search for the delimiter; workbooks through calamine."""
    import pandas as pd

    if path.suffix.lower() in BOOKS:
        frame = pd.read_excel(path, dtype=str, keep_default_na=False, engine="calamine")
    else:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, sep=None, engine="python")
    return _frame_rows(frame)


def with_pandas_defaults(path: Path) -> Rows:
    """pandas as most call it: commas, the fast parser."""
    import pandas as pd

    return _frame_rows(pd.read_csv(path, dtype=str, keep_default_na=False))


def _frame_rows(frame: object) -> Rows:
    names = ["" if str(name).startswith("Unnamed: ") else str(name) for name in frame.columns]  # type: ignore[attr-defined]
    return [names, *([_text(cell) for cell in row] for row in frame.itertuples(index=False))]  # type: ignore[attr-defined]


def with_duckdb(path: Path) -> Rows:
    """DuckDB's sniffer, all as text. Names it has made up itself are no header."""
    import duckdb

    quoted = str(path).replace("'", "''")
    cursor = duckdb.connect().execute(f"FROM read_csv('{quoted}', all_varchar=true)")
    names = [str(column[0]) for column in cursor.description or ()]
    made_up = all(name == f"column{n}" or name == f"column{n:02}" for n, name in enumerate(names))
    rows = [[_text(cell) for cell in row] for row in cursor.fetchall()]
    return rows if made_up else [names, *rows]


def with_clevercsv(path: Path) -> Rows:
    import clevercsv

    return [[str(cell) for cell in row] for row in clevercsv.read_table(str(path))]


def _text(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell)


READERS: dict[str, Callable[[Path], Rows]] = {
    "this project": ours,
    "pandas, sep=None": with_pandas,
    "pandas": with_pandas_defaults,
    "DuckDB sniffer": with_duckdb,
    "CleverCSV": with_clevercsv,
}
TEXT_ONLY = ("pandas", "DuckDB sniffer", "CleverCSV")


@dataclass(frozen=True)
class Result:
    """Of one reader on one file: `opened`, `refused` (an error of its own kind), or `died` (crash, hang, memory)."""

    outcome: str
    is_right: bool | None
    reason: str
    seconds: float
    peak_mb: float


def attempt(reader: str, path: Path, expected: Rows | None) -> Result:
    """One reading in a child of this process, so that the libraries need not be loaded a thousand times."""
    receive, send = os.pipe()
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        _child(reader, path, expected, send)
    os.close(send)
    usage = _waited(pid, start + SECONDS)
    seconds = time.perf_counter() - start
    with os.fdopen(receive, "rb") as pipe:
        said = pipe.read()
    if usage is None or not said:
        return Result("died", None, "no answer" if usage else "more than ten seconds", seconds, 0)
    outcome, is_right, reason = json.loads(said)
    return Result(outcome, is_right, reason, seconds, usage.ru_maxrss / 1024)


def _waited(pid: int, until: float) -> resource.struct_rusage | None:
    """What the child used; None when it had to be stopped."""
    while time.perf_counter() < until:
        done, _, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return usage
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.wait4(pid, 0)
    return None


def _child(reader: str, path: Path, expected: Rows | None, send: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        rows = READERS[reader](path)
        answer = ("opened", None if expected is None else is_equal(rows, expected), "")
    except Exception as exc:
        code = getattr(exc, "code", "")
        is_refusal = reader != "this project" or type(exc).__name__ == "DeliveryRefused"
        nothing = expected == [] and code == "empty_file"
        answer = ("refused" if is_refusal else "died", nothing or None, str(code or type(exc).__name__))
    os.write(send, json.dumps(answer).encode())
    os._exit(0)


def is_equal(rows: Rows, expected: Rows) -> bool:
    """Whether the tables are equal but for columns at the right end that are empty throughout."""
    return _narrow(rows) == _narrow(expected)


def _narrow(rows: Rows) -> Rows:
    width = max((n for row in rows for n, cell in enumerate(row, 1) if cell), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def expected_of(path: Path, suite: Path) -> Rows | None:
    """What Pollock expects of a file."""
    clean = suite / "clean" / path.name
    if path.parent.name != "csv" or not clean.is_file():
        return None
    with clean.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def files_of(suite: Path) -> list[Path]:
    """Files that somebody may take for a table; of Pollock only those with faults."""
    folder = suite / "csv" if suite.name == "pollock" else suite
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in LEFT_OUT)
    return [path for path in found if path.name != "LICENSE"]


def run(root: Path) -> dict[str, dict[str, dict[Path, Result]]]:
    """Results by suite, reader and file."""
    for reader in READERS.values():  # the libraries are loaded once, before the first fork
        try:
            reader(root / "no such file.csv")
        except Exception:
            continue
    found: dict[str, dict[str, dict[Path, Result]]] = {}
    for name in SUITES:
        suite = root / name
        found[name] = {reader: {} for reader in READERS}
        for path in files_of(suite):
            for reader in READERS:
                if not (path.suffix.lower() in BOOKS and reader in TEXT_ONLY) and (
                    reader != "pandas" or name == "pollock"
                ):
                    found[name][reader][path] = attempt(reader, path, expected_of(path, suite))
        print(f"{name}: {len(found[name]['this project'])} files", file=sys.stderr, flush=True)
    return found


def page(found: dict[str, dict[str, dict[Path, Result]]]) -> str:
    """The page as Markdown."""
    pollock = found["pollock"]
    lines = [INTRODUCTION, "## How many open\n", *_opening_table(found), ""]
    slowest = max(each.seconds for suite in found.values() for each in suite["this project"].values())
    largest = max(each.peak_mb for suite in found.values() for each in suite["this project"].values())
    lines += [
        f"The longest reading of this project took {slowest:.1f} s; its largest process {largest:.0f} MB.\n",
        "## Why this project refused\n",
        *_reasons(found),
        "\n## Pollock: read right\n",
        *_right_table(pollock),
        "\n## Pollock: where this project is wrong\n",
        *_wrong_list(pollock),
        "\n## Right elsewhere, wrong here\n",
        *(_right_elsewhere(pollock) or ["None."]),
    ]
    return "\n".join(lines) + "\n"


INTRODUCTION = """# What the readers open

Written by `bench/read_suites.py`: every reader on every file of four public suites, each reading in a process of its
own that is stopped after ten seconds. *Opened* means that some table came back, *refused* that the reader raised an
error of its own, *died* that the process crashed, hung or ran out of memory. pandas reads with its own search for the
delimiter (workbooks through calamine), and of Pollock also as most call it; DuckDB and CleverCSV have no reader for
workbooks and are not asked for them. Opening is no merit by itself: macros, links to other workbooks, passwords and
archives are refused here on purpose.
"""


def _opening_table(found: dict[str, dict[str, dict[Path, Result]]]) -> list[str]:
    lines = ["| suite | reader | files | opened | refused | died |", "|---|---|---|---|---|---|"]
    for suite, readers in found.items():
        for reader, results in ((reader, results) for reader, results in readers.items() if results):
            counts = Counter(each.outcome for each in results.values())
            cells = (suite, reader, len(results), counts["opened"], counts["refused"], counts["died"])
            lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def _reasons(found: dict[str, dict[str, dict[Path, Result]]]) -> list[str]:
    lines = ["| suite | reason | files |", "|---|---|---|"]
    for suite, readers in found.items():
        counts = Counter(each.reason for each in readers["this project"].values() if each.outcome != "opened")
        lines += [f"| {suite} | `{reason}` | {count} |" for reason, count in sorted(counts.items())]
    return lines


def _right_table(pollock: dict[str, dict[Path, Result]]) -> list[str]:
    lines = ["| reader | right | wrong | refused or died |", "|---|---|---|---|"]
    for reader, results in pollock.items():
        right = sum(each.is_right is True for each in results.values())
        wrong = sum(each.is_right is False for each in results.values())
        lines.append(f"| {reader} | {right} | {wrong} | {len(results) - right - wrong} |")
    return lines


def _wrong_list(pollock: dict[str, dict[Path, Result]]) -> list[str]:
    wrong = [path.name for path, each in pollock["this project"].items() if not each.is_right]
    groups: dict[str, list[str]] = {}
    for name in wrong:
        beginning = next((each for each in WHY if name.startswith(each)), "")
        groups.setdefault(beginning, []).append(name.removesuffix(".csv").removeprefix(beginning).strip("_"))
    return [
        f"- {len(names)} of `{beginning or 'others'}`: {WHY.get(beginning, 'not explained')} "
        f"({', '.join(filter(None, names)) or 'the one file'})."
        for beginning, names in groups.items()
    ]


def _right_elsewhere(pollock: dict[str, dict[Path, Result]]) -> list[str]:
    lines = []
    for path, each in pollock["this project"].items():
        others = [reader for reader, results in pollock.items() if results[path].is_right and reader != "this project"]
        if others and not each.is_right:
            lines.append(f"- `{path.name}`: {', '.join(others)}")
    return lines


def main() -> int:
    """Read, write the page, and say by the exit code whether others are right where we are not."""
    parser = argparse.ArgumentParser(description="Compare readers on the public suites.")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT.parent / "shared" / "data" / "file_suites")
    parser.add_argument("--print", action="store_true", dest="to_screen", help="do not write docs/readers.md")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"No such folder: {options.folder}", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT))
    found = run(options.folder)
    text = page(found)
    if options.to_screen:
        print(text)
    else:
        (ROOT / "docs" / "readers.md").write_text(text, encoding="utf-8")
    return 1 if _right_elsewhere(found["pollock"]) else 0


if __name__ == "__main__":
    sys.exit(main())
