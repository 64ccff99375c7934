"""Which name of a few a misspelt one may mean. The answer is shown to a person and never taken as the place."""

from __future__ import annotations

from collections.abc import Iterable

from kla_pipeline.places.names import key, plain
from kla_pipeline.places.reference import Area, Areas

_SHORTEST = 4


def allowed(name: str) -> int:
    """How many letters may be wrong, missing, added or swapped: one, two from eight letters on."""
    return 1 + (len(name) >= 8)


def nearest(text: str, areas: Areas, pool: Iterable[Area]) -> tuple[Area, ...]:
    """Areas of the pool whose name is within the allowed distance or goes on behind the text ("Cipocok").

    Nearest first. One area makes a suggestion; several show that the text could be any of them.
    """
    from rapidfuzz.distance import OSA  # most commands never meet a misspelt name

    name, words = key(text), f"{plain(text)} "
    if len(name) < _SHORTEST:
        return ()
    limit = allowed(name)
    found = []
    for area in pool:
        distance = min(OSA.distance(name, known, score_cutoff=limit) for known in areas.keys_of(area))
        if distance <= limit or plain(area.name).startswith(words):
            found.append((distance, area.code, area))
    return tuple(area for _, _, area in sorted(found))
