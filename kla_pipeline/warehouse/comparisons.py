"""Comparisons: the same figure from two sources side by side, and every difference kept with both values.

Here: finding declared comparisons, running them and filling `quality.comparison` and `quality.disagreement`. Not here:
deciding which source is right; nobody does, and no measure reads these tables.

A comparison is `compare/<id>.yaml` (title, what equal would mean, who is responsible, relation) with `<id>.sql` beside
it, in an agency's folder or, for two agencies, in `warehouse/compare/`. The SQL gives one row per pair of figures that
were held against each other: pair (what the figures are about, in a word), area_code, period_type, period_start, item,
value_a, value_b, source_a, source_b, row_ids_a, row_ids_b. It reads core and mart tables; it never gives a name or a
number of a person. Figures that both sources have are compared and may differ; a figure that only one of them has
(an empty value on the other side) is listed and counted apart as one-sided; one that both lack is nothing. Those that
agree are counted, so that "no difference" can be told from "not compared".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import yaml

from kla_pipeline.errors import DeclarationError
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.warehouse.sql import FOLDER, identifier, run_file

_FIELDS = {"title", "equal_means", "responsible", "relation"}
_LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One declared comparison with the text of its SQL.

    `relation`: `equal`, or `at_most` when only a greater first value contradicts the second. `responsible` are agency
    ids, or the word that says who can explain a difference.
    """

    id: str
    title: tuple[str, str]
    equal_means: tuple[str, str]
    responsible: tuple[str, ...]
    relation: Literal["equal", "at_most"]
    query: str

    @property
    def row(self) -> tuple[Any, ...]:
        """What is declared, in the order of the first columns of `quality.comparison`."""
        return (self.id, *self.title, *self.equal_means, list(self.responsible), self.relation)


def load_comparisons(catalogue: Catalogue) -> list[Comparison]:
    """All comparisons of the agencies' folders and of this package, by id.

    Raises DeclarationError naming file and field for a wrong declaration, a missing SQL file, or two of one id.
    """
    paths = [*sorted((FOLDER / "compare").glob("*.yaml")), *catalogue.files("compare/*.yaml")]
    found: dict[str, Comparison] = {}
    for path in paths:
        comparison = load_comparison(path)
        if comparison.id in found:
            raise DeclarationError(f"The comparison {comparison.id} is declared twice.", "Rename one of its files.")
        found[comparison.id] = comparison
    return [found[key] for key in sorted(found)]


def load_comparison(path: Path) -> Comparison:
    """One declaration with its SQL. Raises DeclarationError (see `load_comparisons`)."""
    where = f"compare/{path.name}"
    with path.open(encoding="utf-8") as stream:
        raw = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(raw, dict) or set(raw) != _FIELDS:
        raise DeclarationError(f"{where} does not hold {', '.join(sorted(_FIELDS))}.", "Write these and nothing else.")
    if raw["relation"] not in ("equal", "at_most"):
        raise DeclarationError(f"{where}: relation is neither equal nor at_most.", "Write one of them.")
    title, equal_means = _both(raw, "title", where), _both(raw, "equal_means", where)
    query = path.with_suffix(".sql")
    if not query.is_file():
        raise DeclarationError(f"{where}: {query.name} does not exist beside it.", "Write the SQL of the comparison.")
    return Comparison(
        identifier(path.stem),
        title,
        equal_means,
        tuple(raw["responsible"]),
        raw["relation"],
        query.read_text(encoding="utf-8").rstrip().rstrip(";"),
    )


def _both(raw: dict[str, Any], name: str, where: str) -> tuple[str, str]:
    texts = raw[name]
    if not isinstance(texts, dict) or set(texts) != set(_LANGUAGES) or not all(texts.values()):
        raise DeclarationError(f"{where}: {name} is not given in id and en.", "Give both texts.")
    return texts["id"], texts["en"]


def compare(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Run all comparisons over the core tables and fill the two tables, which exist and are empty.

    Raises DeclarationError naming the comparison whose SQL does not run; DuckDB's own message stays behind.
    """
    for comparison in load_comparisons(catalogue):
        _pair(connection, comparison)
        run_file(
            connection, FOLDER / "models" / "disagreement.sql", {"id": comparison.id, "relation": comparison.relation}
        )
        marks = ", ".join("?" * len(comparison.row))
        connection.execute(
            f"INSERT INTO quality.comparison SELECT {marks}, count(*) FILTER (has_both), "
            "count(*) FILTER (has_both AND differs), count(*) FILTER (differs AND NOT has_both) FROM compared",
            list(comparison.row),
        )


_COMPARED = """
CREATE OR REPLACE TEMP TABLE compared AS
SELECT
    CAST(pair AS VARCHAR) AS pair, CAST(area_code AS VARCHAR) AS area_code, period_type,
    CAST(period_start AS DATE) AS period_start, item,
    CAST(value_a AS DOUBLE) AS value_a, CAST(value_b AS DOUBLE) AS value_b, source_a, source_b, row_ids_a, row_ids_b,
    value_a IS NOT NULL AND value_b IS NOT NULL AS has_both,
    CASE ?
        WHEN 'at_most' THEN coalesce(value_a > value_b, (value_a IS NULL) <> (value_b IS NULL))
        ELSE value_a IS DISTINCT FROM value_b
    END AS differs
FROM (
{query}
)
"""


def _pair(connection: duckdb.DuckDBPyConnection, comparison: Comparison) -> None:
    failure = ""
    try:
        connection.execute(_COMPARED.replace("{query}", comparison.query), [comparison.relation])
    except duckdb.Error as exc:
        failure = type(exc).__name__
    if failure:
        raise DeclarationError(
            f"compare/{comparison.id}.sql does not run ({failure}).",
            "Compare its columns with the list in warehouse/comparisons.py and with the core tables.",
        )
