"""Typed rows and their verdicts to accepted and rejected rows, with reasons, hints and the raw cells of the rejected.

Not here: the verdicts (evaluate.py) and the order in which a delivery is judged (staging.py).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kla_pipeline.intake.tables import Table
from kla_pipeline.quality.evaluate import UNREAD, Outcome
from kla_pipeline.quality.raw_rows import raw_cells
from kla_pipeline.quality.typed import TypedRows


def split_rows(typed: TypedRows, outcomes: list[Outcome], table: Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(accepted, rejected) rows: a row is rejected when it breaks a rule that does more than warn."""
    frame = typed.frame
    bad = np.zeros(len(frame), bool)
    for outcome in outcomes:
        if outcome.severity != "warn":
            bad |= outcome.failed
    body = frame.drop(columns=["_received_on", UNREAD])
    flags = _lists(np.arange(len(frame)), [o for o in outcomes if o.severity == "warn"])
    body.insert(4, "_flags", pd.Series(flags, index=body.index, dtype="object"))
    positions = np.flatnonzero(bad)
    accepted = body.iloc[np.flatnonzero(~bad)].reset_index(drop=True)
    rejected = body.iloc[positions].reset_index(drop=True)
    reasons = _lists(positions, [o for o in outcomes if o.severity != "warn"])
    rejected["_reasons"] = pd.Series(reasons, dtype="object")
    rejected["_hints"] = pd.Series([typed.hints.get(int(n), []) for n in positions], dtype="object")
    rejected["_raw"] = pd.Series(raw_cells(table, table.row_numbers[positions]), dtype="object")
    return accepted, rejected


def _lists(positions: np.ndarray, outcomes: list[Outcome]) -> list[list[str]]:
    """For each of these rows the ids of the rules it breaks."""
    lists: list[list[str]] = [[] for _ in range(len(positions))]
    for outcome in outcomes:
        for place in np.flatnonzero(outcome.failed[positions]):
            lists[place].append(outcome.rule)
    return lists


def outcome_matrix(frame: pd.DataFrame, outcomes: list[Outcome]) -> pd.DataFrame:
    """`_sheet`, `_row` and one boolean column per rule."""
    columns = {"_sheet": frame["_sheet"], "_row": frame["_row"]}
    return pd.DataFrame(columns | {outcome.rule: outcome.failed for outcome in outcomes})
