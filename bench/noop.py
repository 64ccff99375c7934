"""How much does a nightly run cost when there is nothing to do?

Times two kinds of fresh process in one call, in turn, and prints medians, their ratio and their difference:

- *ten assets*: ten trivial Dagster assets in one process with a persistent instance in a temporary DAGSTER_HOME. It is
  what Dagster alone costs, and the yardstick.
- *kla run*: the real command over a data folder that it has already loaded.

Belongs here: the measurement and the proof that the timed runs did nothing. Does not belong here: timing of the load
itself. Seconds from one machine say little about another; quote the ratio.

    python bench/noop.py                      loads the bundled exports into a temporary folder first
    python bench/noop.py --data-dir DIR       times against a data folder of yours, loaded once before the timing
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
KLA = Path(sys.executable).with_name("kla")

TEN_ASSETS = '''\
"""Ten trivial assets, run in process against the instance in DAGSTER_HOME."""
import dagster as dg


def trivial(number: int) -> dg.AssetsDefinition:
    @dg.asset(name=f"trivial_{number}", deps=[f"trivial_{number - 1}"] if number else [])
    def body() -> None:
        pass

    return body


assets = [trivial(number) for number in range(10)]
with dg.DagsterInstance.get() as instance:
    result = dg.materialize(assets, instance=instance)
    assert result.success and len(result.get_asset_materialization_events()) == 10
'''


class NotIdleError(Exception):
    """A timed `kla run` changed something, so its time says nothing about doing nothing."""


def releases(data_dir: Path) -> dict[str, str]:
    """The current release of every jurisdiction under `data_dir/published`, by jurisdiction code."""
    links = (data_dir / "published").glob("*/current")
    return {link.parent.name: os.readlink(link) for link in sorted(links)}


def seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Wall seconds of `command` in a fresh process. Raises CalledProcessError when it fails."""
    start = time.perf_counter()
    subprocess.run(command, env=dict(environment), cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def measure(data_dir: Path, repetitions: int, workshop: Path) -> dict[str, list[float]]:
    """Seconds per repetition of both commands; each is run once before the clock counts.

    The order alternates, so that neither profits from being second. Raises NotIdleError when a timed `kla run` made a
    release or when the untimed one made none.
    """
    script = workshop / "ten_assets.py"
    script.write_text(TEN_ASSETS, encoding="utf-8")
    home = workshop / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    base = {**os.environ, "DAGSTER_DISABLE_TELEMETRY": "yes", "DO_NOT_TRACK": "1"}
    commands = {
        "ten_assets": ([sys.executable, str(script)], {**base, "DAGSTER_HOME": str(home)}),
        "kla_run": ([str(KLA), "run"], {**base, "KLA_DATA_DIR": str(data_dir)}),
    }
    for command, environment in commands.values():
        seconds(command, environment)
    before = releases(data_dir)
    if not before:
        raise NotIdleError(f"{data_dir} holds no release after a run; is there an export in its raw folder?")
    times: dict[str, list[float]] = {name: [] for name in commands}
    for repetition in range(repetitions):
        for name in sorted(commands, reverse=bool(repetition % 2)):
            times[name].append(seconds(*commands[name]))
    if releases(data_dir) != before:
        raise NotIdleError("A timed run made a new release. Did the day change, or was an export dropped meanwhile?")
    return times


def summary(times: Mapping[str, Sequence[float]]) -> dict[str, object]:
    """Medians in seconds, `ratio` = kla run / ten assets, `difference_seconds` = kla run - ten assets."""
    ten_assets, kla_run = median(times["ten_assets"]), median(times["kla_run"])
    return {
        "repetitions": len(times["kla_run"]),
        "ten_assets_seconds": round(ten_assets, 3),
        "kla_run_seconds": round(kla_run, 3),
        "ratio": round(kla_run / ten_assets, 3),
        "difference_seconds": round(kla_run - ten_assets, 3),
        "all_seconds": {name: [round(value, 3) for value in values] for name, values in times.items()},
    }


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line of this script."""
    parser = argparse.ArgumentParser(
        description="Time `kla run` with nothing to do against ten trivial Dagster assets."
    )
    parser.add_argument("-n", "--repetitions", type=int, default=7, help="runs of each kind (default: 7)")
    parser.add_argument("--data-dir", type=Path, help="a data folder (default: the bundled exports, copied)")
    parser.add_argument("--json", action="store_true", help="print one object instead of a table")
    chosen = parser.parse_args(words)
    if chosen.repetitions < 1:
        parser.error("--repetitions must be 1 or more")
    return chosen


def bundled(workshop: Path) -> Path:
    """A data folder of its own with a copy of the bundled exports."""
    data_dir = workshop / "data"
    shutil.copytree(ROOT / "data" / "raw" / "36.73", data_dir / "raw" / "36.73")
    return data_dir


def main() -> int:
    """Measure, print, and say by the exit code whether the measurement holds."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="kla-noop-") as folder:
        workshop = Path(folder)
        # The key of an invented bundle must not be the key of a real ledger.
        if options.data_dir is None:
            os.environ.setdefault("KLA_KEY_FILE", str(workshop / "linkage.key"))
        try:
            data_dir = options.data_dir.resolve() if options.data_dir else bundled(workshop)
            found = summary(measure(data_dir, options.repetitions, workshop))
        except subprocess.CalledProcessError as error:
            print(f"{error.cmd} failed:\n{error.stderr.decode(errors='replace')[-2000:]}", file=sys.stderr)
            return 1
        except NotIdleError as error:
            print(error, file=sys.stderr)
            return 1
    if options.json:
        print(json.dumps(found))
    else:
        print(f"median of {found['repetitions']} fresh processes each, in turn")
        print(f"  ten trivial Dagster assets   {found['ten_assets_seconds']:>7} s")
        print(f"  kla run, nothing to do       {found['kla_run_seconds']:>7} s")
        print(f"  ratio {found['ratio']}, difference {found['difference_seconds']} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
