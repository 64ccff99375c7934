"""`python -m kla_pipeline_tests.bundle`: makes the bundled exports and their truth files again, or checks them.

Here: the command line. Not here: what is made (build.py).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from kla_pipeline_tests.bundle.build import LEVELS, SEED, make_bundle, write_bundle

HERE = Path(__file__).resolve().parent
RAW = HERE.parents[1] / "data" / "raw" / "36.73"
TRUTH = HERE / "truth"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m kla_pipeline_tests.bundle", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, help="write into DIR/raw/36.73 and DIR/truth instead of the project")
    parser.add_argument("--messy", choices=LEVELS, default="normal")
    parser.add_argument("--check", action="store_true", help="change nothing; compare with what is committed")
    options = parser.parse_args(arguments)
    if options.check:
        return _check(options.seed, options.messy)
    raw, truth = (options.out / "raw" / "36.73", options.out / "truth") if options.out else (RAW, TRUTH)
    for old in [*raw.rglob("*sintetis*"), *truth.glob("*.csv")]:
        old.unlink()  # only what this generator made; other exports may lie beside them
    write_bundle(make_bundle(options.seed, options.messy), raw, truth)
    print(f"{len(contents(raw))} exports in {raw}, {len(contents(truth))} truth files in {truth}")
    return 0


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its relative path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def differences(seed: int, level: str) -> list[str]:
    """One line per file that is missing, left over or different from what the generator makes now."""
    with tempfile.TemporaryDirectory() as place:
        raw, truth = Path(place) / "raw", Path(place) / "truth"
        write_bundle(make_bundle(seed, level), raw, truth)
        return [*_compare(contents(raw), contents(RAW), "raw"), *_compare(contents(truth), contents(TRUTH), "truth")]


def _compare(made: dict[str, bytes], kept: dict[str, bytes], where: str) -> list[str]:
    missing = [f"{where}/{name}: not committed" for name in made.keys() - kept.keys()]
    extra = [f"{where}/{name}: not made any more" for name in kept.keys() - made.keys()]
    other = [f"{where}/{name}: differs" for name in made.keys() & kept.keys() if made[name] != kept[name]]
    return sorted(missing + extra + other)


def _check(seed: int, level: str) -> int:
    found = differences(seed, level)
    print("\n".join(found) if found else "the committed bundle is what the generator makes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
