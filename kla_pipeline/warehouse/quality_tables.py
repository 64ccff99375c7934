"""Tables of the schema `quality`: where each is declared, when it is made, and which tiers show it as built.

A table is one file in `quality/` (or a part of `quality/tables.sql`): CREATE TABLE with its comments. One that is
worked out from others is one file in `quality/derived/`: declaration and INSERT, run at the end of a build in the order
of the file names. A line `-- tiers: internal, audit` in the comment above CREATE TABLE says which tiers show all of it;
one that is shown in part or in another form has a file in `tiers/` instead. Nothing else lists these tables.

Not here: the statements, and the writers of tables that are not worked out from others (deliveries.py, recorded.py).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_FOLDER = Path(__file__).parent / "quality"
_TABLE = re.compile(r"((?:^--[^\n]*\n)*)^CREATE TABLE quality\.(\w+)", re.MULTILINE)
_TIERS = re.compile(r"^-- tiers:([\w, ]+)$", re.MULTILINE)


def declare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that writers fill. Files beside them without CREATE TABLE are statements of their writers."""
    for path in _files(_FOLDER):
        connection.execute(path.read_text(encoding="utf-8"))


def derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Create and fill the tables that are worked out from others; every other table of the build is there."""
    for path in _files(_FOLDER / "derived"):
        connection.execute(path.read_text(encoding="utf-8"))


@cache
def names() -> tuple[str, ...]:
    """All tables of the schema, ordered."""
    return tuple(sorted(_declared()))


@cache
def shown_as_built(tier: str) -> tuple[str, ...]:
    """Tables that a tier shows with all their rows and columns."""
    return tuple(sorted(name for name, tiers in _declared().items() if tier in tiers))


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.sql")) if _TABLE.search(path.read_text(encoding="utf-8"))]


def _declared() -> dict[str, frozenset[str]]:
    """Table → tiers that show it as built."""
    found: dict[str, frozenset[str]] = {}
    for path in (*_files(_FOLDER), *_files(_FOLDER / "derived")):
        for comment, name in _TABLE.findall(path.read_text(encoding="utf-8")):
            line = _TIERS.search(comment)
            words = line.group(1).split(",") if line else ()
            found[name] = frozenset(word.strip() for word in words)
    return found
