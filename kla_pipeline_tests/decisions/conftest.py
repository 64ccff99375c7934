"""A ledger and a key for tests of decisions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kla_pipeline.identity.keys import Key
from kla_pipeline.ledger import Ledger, open_ledger
from kla_pipeline.settings import Settings
from kla_pipeline_tests.decisions.people import write_roles
from kla_pipeline_tests.support import city_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    roles = write_roles(tmp_path / "etc")
    return city_in(tmp_path / "data", roles_file=roles).settings


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with open_ledger(settings) as opened:
        yield opened


@pytest.fixture
def key() -> Key:
    return Key("uji", b"0" * 32)
