"""How many examples a property is tried on: a share in every run, all of them by `make test-thorough`."""

from __future__ import annotations

import os

THOROUGH = "KLA_TEST_THOROUGH"
_SHARE = 3


def many(count: int) -> int:
    """`count` where KLA_TEST_THOROUGH is set, else a third of it; asked when a test module is imported."""
    return count if os.environ.get(THOROUGH) else max(count // _SHARE, 4)
