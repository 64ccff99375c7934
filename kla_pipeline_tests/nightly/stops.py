"""Ways to stop a step where a kill could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kla_pipeline.ledger import Ledger


class Stopped(BaseException):
    """Stands for a kill: nothing in the program handles it."""


@contextmanager
def stopped_before_event(kind: str) -> Iterator[None]:
    """The step inside is stopped when it wants to write an event of this kind."""
    append = Ledger.append

    def stop(self: Ledger, jurisdiction: str, written: str, *args: Any) -> Any:
        if written == kind:
            raise Stopped
        return append(self, jurisdiction, written, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ledger, "append", stop)
        with pytest.raises(Stopped):
            yield
