"""Verdicts of scope delivery: rules over all rows of a record type in one file, whatever sheets they stand on.

Here: which rows are judged together, in which order, and which copy of a key stays. Not here: the rules themselves
(evaluate.py) and rules of scope row (staging.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kla_pipeline.intake.tables import Table
from kla_pipeline.quality import periods
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.evaluate import Outcome, judge_delivery
from kla_pipeline.quality.typed import TypedRows


@dataclass(slots=True)
class Judged:
    """A table on its way: all its rows, typed, and the verdicts so far."""

    table: Table
    record: RecordType
    typed: TypedRows
    period: periods.Coverage
    outcomes: list[Outcome]

    @property
    def frame(self) -> pd.DataFrame:
        return self.typed.frame


@dataclass(frozen=True, slots=True)
class Standing:
    """What decisions say about rows before they are judged together, as row ids.

    `withdrawn` are judged with nobody. `kept` stay accepted whatever is decided about others, so of two rows that
    cannot both stand they are the first.
    """

    withdrawn: Collection[str] = ()
    kept: Collection[str] = ()

    def order(self, row_ids: pd.Series) -> np.ndarray:
        """Positions of the rows that are judged, in the order in which they are."""
        later = ~row_ids.isin(self.kept).to_numpy(dtype=bool)
        judged = np.flatnonzero(~row_ids.isin(self.withdrawn).to_numpy(dtype=bool))
        return judged[np.argsort(later[judged], kind="stable")]


def judge_together(judged: Sequence[Judged], standing: Standing | None = None) -> None:
    """Add the verdicts of scope delivery. A register that fills several sheets of one period has its keys once.

    Hidden sheets come last: of a row on both the visible one stays, also when the hidden one says something else.
    """
    groups: dict[tuple[str, object, object], list[Judged]] = {}
    for item in judged:
        groups.setdefault((item.record.record, item.period.start, item.period.end), []).append(item)
    for group in groups.values():
        group.sort(key=lambda item: item.table.sheet.hidden)
        outcomes = _group_outcomes(group, standing)
        end = 0
        for item in group:
            start, end = end, end + len(item.frame)
            item.outcomes += [replace(outcome, failed=outcome.failed[start:end]) for outcome in outcomes]


def _group_outcomes(group: Sequence[Judged], standing: Standing | None) -> list[Outcome]:
    """Verdicts over all rows of a group, one after the other as its tables are."""
    record = group[0].record
    whole = pd.concat([item.frame for item in group], ignore_index=True) if len(group) > 1 else group[0].frame
    hidden = np.repeat([item.table.sheet.hidden for item in group], [len(item.frame) for item in group])
    first_stays = all(item.table.match.layout.repeat_first for item in group)
    if standing is None:
        return _outcomes(record, whole, hidden, first_stays)
    order = standing.order(whole["row_id"])
    found = _outcomes(record, whole.iloc[order].reset_index(drop=True), hidden[order], first_stays)
    return [replace(outcome, failed=_put_back(outcome.failed, order, len(whole))) for outcome in found]


def _put_back(failed: np.ndarray, order: np.ndarray, length: int) -> np.ndarray:
    """Verdicts of rows in another order at the rows' own positions; a row that was not judged broke nothing."""
    whole = np.zeros(length, bool)
    whole[order] = failed
    return whole


def _outcomes(record: RecordType, frame: pd.DataFrame, hidden: np.ndarray, first_stays: bool) -> list[Outcome]:
    outcomes = judge_delivery(record, frame)
    if first_stays:
        return _first_of_each_key(record, frame, outcomes)
    return _visible_of_each_key(record, frame, outcomes, hidden)


def _first_of_each_key(record: RecordType, frame: pd.DataFrame, outcomes: list[Outcome]) -> list[Outcome]:
    """Of rows that contradict each other under one key, the first one stays, where the layout says so."""
    rule = f"{record.record}.conflicting_key"
    kept = []
    for outcome in outcomes:
        if outcome.rule == rule and outcome.failed.any():
            again = np.zeros(len(frame), bool)
            again[outcome.failed] = frame.loc[outcome.failed, record.key].duplicated().to_numpy()
            outcome = replace(outcome, failed=again)
        kept.append(outcome)
    return kept


def _visible_of_each_key(
    record: RecordType, frame: pd.DataFrame, outcomes: list[Outcome], hidden: np.ndarray
) -> list[Outcome]:
    """Of rows that contradict each other under one key, the only one on a visible sheet stays.

    A hidden sheet is an old copy as a rule; what two visible rows say is a contradiction as before.
    """
    if not hidden.any() or hidden.all():
        return outcomes
    rule = f"{record.record}.conflicting_key"
    kept = []
    for outcome in outcomes:
        if outcome.rule == rule and outcome.failed.any():
            visible = outcome.failed & ~hidden
            twice = np.zeros(len(frame), bool)
            twice[visible] = frame.loc[visible, record.key].duplicated(keep=False).to_numpy()
            outcome = replace(outcome, failed=twice | (outcome.failed & hidden))
        kept.append(outcome)
    return kept
