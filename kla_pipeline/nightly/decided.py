"""What people decided as a build needs it, read from the ledger in one go.

Here: decisions, what was sent, repeated drops, and the head of the chain. Not here: what they do to rows (amending.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kla_pipeline.decisions import force
from kla_pipeline.decisions.records import Decision
from kla_pipeline.ledger import Delivery, Head, Ledger
from kla_pipeline.ledger.decided import SentRow
from kla_pipeline.nightly.holds import Repeat, decided_repeats, exports, repeats
from kla_pipeline.quality.overlay import Overlay


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions with their status on the as-of date, and what follows from them."""

    decisions: Sequence[Decision]
    overlays: Mapping[str, Overlay]
    reinstated: frozenset[str]
    repeats: Sequence[Repeat]
    sent: Sequence[SentRow]
    head: Head


def read_decided(ledger: Ledger, jurisdiction: str, as_of: date, deliveries: Sequence[Delivery]) -> Decided:
    """Everything decided about a jurisdiction, as it stands now."""
    decisions = force.load(ledger, jurisdiction, as_of)
    files = exports(ledger, jurisdiction, deliveries)
    return Decided(
        decisions,
        force.overlays(decisions),
        frozenset(force.reinstated(decisions)),
        decided_repeats(repeats(ledger, jurisdiction, files), files, decisions),
        ledger.sent_rows(jurisdiction),
        ledger.head(),
    )
