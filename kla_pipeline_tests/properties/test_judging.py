"""The engine that calls pandera's checks judges the same rows as pandera itself, and order changes no verdict."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from kla_pipeline.quality import staging
from kla_pipeline.quality.contract import Column, RecordType
from kla_pipeline.quality.evaluate import judge_rows, row_rules
from kla_pipeline.quality.kinds import DTYPES
from kla_pipeline.quality.staging import StagedTable
from kla_pipeline_tests.examples import many
from kla_pipeline_tests.quality.tables import RECORDS, TextRow, contract_of, stage_rows
from kla_pipeline_tests.sources.rule_cases import Cases

DAYS = [
    pd.Timestamp(day) for day in ("2007-02-01", "2010-03-12", "2024-12-31", "2025-02-01", "2025-02-03", "2025-11-30")
]
# of these rules pandera knows nothing: they follow from the kinds of the columns and from the day of receipt
BEYOND_PANDERA = ("future_date", "nik_birth_mismatch", "nik_sex_mismatch")


def values_of(column: Column, checks: list) -> list[object]:
    """Typed values of a column around its bounds, lists and patterns, and null."""
    bounds = [value for check in checks for name, value in check.statistics.items() if name.endswith("_value")]
    allowed = [str(code) for check in checks for code in list(check.statistics.get("allowed_values", ()))[:5]]
    values: dict[str, list[object]] = {
        "int": [bound + step for bound in (bounds or [1]) for step in (-1, 0, 1)],
        "decimal": [bound + step for bound in (bounds or [1]) for step in (-0.5, 0.0, 0.5)],
        "bool": [True, False],
        "date": list(DAYS),
        "timestamp": list(DAYS),
        "nik": ["3673011203100004", "3673015203150002"],
        "multi": ["FISIK", "FISIK|PSIKIS", "FISIK|", "lain"],
        "district": ["36.73", "outside", "Kota Sereng", "36.73.01"],
        "kecamatan": ["36.73.01", "36.73", "Serang"],
        "kelurahan": ["36.73.01.1001", "36.73.01", "Unyur"],
        "area": ["36.73", "36", "Kota Sereng", "36.73.01"],
        "time": ["00:00:00", "23:59:59"],
        "series": ['{"2024": 1}', '{"2024": 5, "2025": 0}', '{"persentase ppks": 101}'],
        "mentions": ["[]"],
    }
    values["money"] = values["decimal"]
    words = [
        "LP/B/12/II/2025/SPKT/X",
        "lp / a / 1 / xii / 2024 / spkt",
        "36.73.01.1001",
        "36.73",
        "32",
        "x",
        "not_applicable",
    ]
    return [None, *values.get(column.kind, [*allowed, *words])]


@cache
def pools(record: str) -> dict[str, list[object]]:
    contract = contract_of(record)
    columns = contract.model.to_schema().columns
    return {name: values_of(column, columns[name].checks or []) for name, column in contract.columns.items()}


def frames(record: str) -> st.SearchStrategy[pd.DataFrame]:
    contract = contract_of(record)
    row = st.tuples(*(st.sampled_from(pool) for pool in pools(record).values()))

    def build(rows: list[tuple[object, ...]]) -> pd.DataFrame:
        data = {
            name: pd.Series([row[position] for row in rows], dtype=DTYPES[column.kind])  # type: ignore[call-overload]
            for position, (name, column) in enumerate(contract.columns.items())
        }
        data["_received_on"] = pd.Series([pd.Timestamp("2026-06-30")] * len(rows), dtype="datetime64[us]")
        return pd.DataFrame(data)

    return st.lists(row, min_size=1, max_size=6).map(build)


def by_pandera(contract: RecordType, frame: pd.DataFrame) -> set[int]:
    """Rows that pandera's own validation fails."""
    try:
        contract.model.validate(frame[list(contract.columns)], lazy=True)
    except SchemaErrors as exc:
        index = exc.failure_cases["index"]
        assert index.notna().all(), "a failure without a row"
        return {int(position) for position in index}
    return set()


@pytest.mark.parametrize("record", RECORDS)
@settings(max_examples=many(15), deadline=None)
@given(data=st.data())
def test_the_engine_and_pandera_fail_the_same_rows(record: str, data: st.DataObject) -> None:
    contract = contract_of(record)
    frame = data.draw(frames(record))
    outcomes = judge_rows(contract, frame, row_rules(contract))
    known = [outcome for outcome in outcomes if not outcome.rule.endswith(BEYOND_PANDERA)]

    failed = np.logical_or.reduce([outcome.failed for outcome in known])

    assert set(np.flatnonzero(failed)) == by_pandera(contract, frame)


@pytest.mark.parametrize("record", RECORDS)
@settings(max_examples=many(10), deadline=None)
@given(data=st.data())
def test_judging_in_parts_is_judging_the_whole(record: str, data: st.DataObject) -> None:
    contract = contract_of(record)
    frame = data.draw(frames(record))
    cut = data.draw(st.integers(min_value=0, max_value=len(frame)))
    runs = row_rules(contract)

    whole = judge_rows(contract, frame, runs)
    parts = [judge_rows(contract, part.reset_index(drop=True), runs) for part in (frame[:cut], frame[cut:])]

    for position, outcome in enumerate(whole):
        assert outcome.failed.tolist() == [*parts[0][position].failed, *parts[1][position].failed]


# ------------------------------------------------------------------------------------------------- rows of text, whole
@cache
def text_rows(record: str) -> list[TextRow]:
    """All rows of all rule cases of a record: good, broken, doubled and contradictory ones."""
    return [row for case in Cases(record).all() for row in case.rows]


def stage(record: str, rows: list[TextRow]) -> StagedTable:
    with tempfile.TemporaryDirectory() as folder:
        return stage_rows(record, rows, Path(folder))


def verdicts(table: StagedTable, rows: list[TextRow], leave_out: tuple[str, ...] = ()) -> set[tuple[object, str]]:
    """Pairs of row and rule it breaks; identical rows are one."""
    return {
        (frozenset(rows[position].items()), outcome.rule)
        for outcome in table.rules
        if not outcome.rule.endswith(leave_out)
        for position in np.flatnonzero(outcome.failed)
    }


@pytest.mark.parametrize("record", RECORDS)
@settings(max_examples=many(8), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_order_of_rows_decides_which_copy_stays_and_nothing_else(record: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.sampled_from(text_rows(record)), min_size=2, max_size=12))
    shuffled = data.draw(st.permutations(rows))
    first, second = stage(record, rows), stage(record, shuffled)

    by_position = ("duplicate_of_row", "possible_duplicate")
    assert verdicts(first, rows, by_position) == verdicts(second, shuffled, by_position)
    for rule in by_position:
        counts = [[o.failed.sum() for o in table.rules if o.rule.endswith(rule)] for table in (first, second)]
        assert counts[0] == counts[1]
    assert len(first.accepted) == len(second.accepted)


@pytest.mark.parametrize("record", RECORDS)
@settings(max_examples=many(8), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_accepted_rows_pass_the_contract_and_rejected_ones_have_a_reason(record: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.sampled_from(text_rows(record)), min_size=1, max_size=12))
    contract = contract_of(record)
    table = stage(record, rows)
    warnings = {outcome.rule for outcome in table.rules if outcome.severity == "warn"}

    assert len(table.accepted) + len(table.rejected) == len(rows)
    assert all(reasons and not warnings & set(reasons) for reasons in table.rejected["_reasons"])
    assert all(set(flags) <= warnings for flags in table.accepted["_flags"])
    failed = by_pandera(contract, table.accepted)
    assert all(table.accepted["_flags"][position] for position in failed), "only a warning lets a failed row pass"
    if not failed:
        contract.model.validate(table.accepted[list(contract.columns)], lazy=True)


@pytest.mark.parametrize("record", ["ppks", "juvenile_case"])
@settings(max_examples=many(8), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_staging_in_chunks_is_staging_the_whole(record: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.sampled_from(text_rows(record)), min_size=2, max_size=12))
    size = data.draw(st.integers(min_value=1, max_value=len(rows)))
    whole = stage(record, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "CHUNK_ROWS", size)
        parts = stage(record, rows)

    for name in ("accepted", "rejected", "outcomes"):
        pd.testing.assert_frame_equal(getattr(parts, name), getattr(whole, name))
