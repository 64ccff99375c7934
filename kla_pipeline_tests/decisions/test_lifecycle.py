"""A rejected row is in one of six states, and only these moves lead from one to another."""

from __future__ import annotations

import itertools

import pytest

from kla_pipeline.decisions.lifecycle import LEGAL, MOVES, IllegalMove, Move, next_state
from kla_pipeline.decisions.records import STATES, State
from kla_pipeline.errors import WrongUse

MOVES_OF_AN_UNRESOLVED_ROW = {
    "send": "sent",
    "correct": "corrected",
    "release": "released",
    "withdraw": "confirmed_bad",
}
PROMISED: dict[str, dict[str, str]] = {
    "open": MOVES_OF_AN_UNRESOLVED_ROW,
    "sent": MOVES_OF_AN_UNRESOLVED_ROW,
    "corrected": {"expire": "expired", "reopen": "open"},
    "released": {"expire": "expired", "reopen": "open"},
    "confirmed_bad": {"expire": "expired", "reopen": "open"},
    "expired": {"reopen": "open"},
}


@pytest.mark.parametrize(("state", "move"), list(itertools.product(STATES, MOVES)))
def test_a_move_leads_where_it_is_promised_and_every_other_is_refused(state: State, move: Move) -> None:
    if move in PROMISED[state]:
        assert next_state(state, move) == PROMISED[state][move]
        return
    with pytest.raises(IllegalMove, match=f"{state}.*{move}") as refused:
        next_state(state, move)
    assert isinstance(refused.value, WrongUse)


def test_every_state_is_reached_and_left() -> None:
    reached = {state for moves in LEGAL.values() for state in moves.values()}
    assert reached == set(STATES) == set(LEGAL)
    assert all(LEGAL.values())


def test_the_refusal_names_what_the_state_allows_and_never_time_as_a_move_of_people() -> None:
    with pytest.raises(IllegalMove, match=r"Possible: reopen\.$"):
        next_state("corrected", "release")
