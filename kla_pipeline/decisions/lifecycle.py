"""The states of a rejected row and the moves between them.

Here: a pure function and its table. Not here: who may make a move (roles.py), and what state a row is in (that is a
fact of the build: quality.rejected_row.state).
"""

from __future__ import annotations

from typing import Literal, get_args

from kla_pipeline.decisions.records import State
from kla_pipeline.errors import WrongUse

Move = Literal["send", "correct", "release", "withdraw", "expire", "reopen"]
MOVES: tuple[Move, ...] = get_args(Move)

_UNRESOLVED: dict[Move, State] = {
    "send": "sent",
    "correct": "corrected",
    "release": "released",
    "withdraw": "confirmed_bad",
}
_RESOLVED: dict[Move, State] = {"expire": "expired", "reopen": "open"}
LEGAL: dict[State, dict[Move, State]] = {
    "open": _UNRESOLVED,
    "sent": _UNRESOLVED,
    "corrected": _RESOLVED,
    "released": _RESOLVED,
    "confirmed_bad": _RESOLVED,
    "expired": {"reopen": "open"},
}
"""Per state the moves it allows and where they lead. `expire` is made by time alone."""


class IllegalMove(WrongUse):
    """The row's state does not allow what was asked."""


def next_state(state: State, move: Move) -> State:
    """The state after `move`.

    Raises IllegalMove, which names the moves that the state allows.
    """
    moves = LEGAL[state]
    if move not in moves:
        allowed = ", ".join(name for name in moves if name != "expire")
        raise IllegalMove(f"A row that is {state} does not take `{move}`.", f"Possible: {allowed}.")
    return moves[move]
