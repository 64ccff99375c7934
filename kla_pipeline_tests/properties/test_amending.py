"""Whatever people decide about the rows of a file, each row ends in one place and no key stands twice."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kla_pipeline.quality.overlay import RowDecision
from kla_pipeline_tests.examples import many
from kla_pipeline_tests.quality.amending import Export, base_of, header_name, rows, standing
from kla_pipeline_tests.quality.tables import csv_text, good_row, layout_of

PPKS = layout_of("ppks")
STATUS, NAME, NUMBER = (header_name(PPKS, column) for column in ("status", "name", "ppks_no"))
# few numbers and names, so that rows repeat and contradict each other
NUMBERS = st.integers(1, 3)
PERSONS = st.builds(
    lambda number, name, status: good_row("ppks", number, name=name, status=status),
    NUMBERS,
    st.sampled_from(["Anak Uji A", "Anak Uji B"]),
    st.sampled_from(["Selesai", "Selesai", "?"]),
)
EDITS = st.dictionaries(
    st.sampled_from([STATUS, NUMBER, NAME]), st.sampled_from(["Selesai", "?", "PPKS-1", "PPKS-2", "Anak Uji A", ""])
)
DECISIONS = st.fixed_dictionaries(
    {
        "edits": EDITS,
        "released": st.sets(st.sampled_from(["ppks.conflicting_key", "ppks.status.code", "ppks.closed_before_report"])),
        "withdrawn": st.sampled_from([False, False, True]),
        "is_stale": st.sampled_from([False, False, False, True]),
    }
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[dict[str, str]], dict[int, dict]]:
    """Rows of a file, and decisions about some of them by row number."""
    people = draw(st.lists(PERSONS, min_size=1, max_size=6))
    return people, draw(st.dictionaries(st.integers(2, len(people) + 1), DECISIONS, max_size=4))


def made(asked: Export, number: int, said: dict) -> RowDecision:
    decision = asked.decide(number, edits=said["edits"], released=said["released"], withdrawn=said["withdrawn"])
    version = "another" if said["is_stale"] else decision.row_version
    return RowDecision(
        decision.row_id, version, decision.decision_ids, decision.edits, decision.released, decision.withdrawn
    )


@settings(max_examples=many(25), deadline=None)
@given(case=cases())
def test_random_decisions_lose_no_row_keep_undecided_rows_and_let_no_key_in_twice(
    case: tuple[list[dict[str, str]], dict[int, dict]],
) -> None:
    people, said = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ekspor.csv"
        path.write_text(csv_text(PPKS, people), encoding="utf-8")
        asked = Export(path, "dinsos")
        staged = asked.staged
        decisions = [made(asked, number, what) for number, what in said.items()]

        amended = asked.amended(*decisions)

    base, decided = base_of(staged), {decision.row_id for decision in decisions}
    accepted, rejected, withdrawn = standing(staged, amended)
    assert accepted | rejected | withdrawn == base.accepted | base.rejected
    assert len(accepted) + len(rejected) + len(withdrawn) == len(base.accepted) + len(base.rejected)
    assert base.accepted - decided <= accepted
    assert decided <= {row.row_id for row in amended.rows}
    kept = pd.concat([*(table.accepted for table in staged.tables), rows(amended, "accepted")], ignore_index=True)
    versions = kept[kept["row_id"].isin(list(accepted))].drop_duplicates("row_id", keep="last")
    assert not versions["ppks_no"].duplicated().any()
