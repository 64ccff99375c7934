"""Fixtures for all tests."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from kla_pipeline_tests.support import City, city_in, copy_bundle


@pytest.fixture(autouse=True)
def _no_developer_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A test never sees the settings, key or data of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("KLA_")]:
        if name != "KLA_TEST_POSTGRES_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def city(tmp_path: Path) -> City:
    """An empty city."""
    return city_in(tmp_path / "data")


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The bundled exports, loaded once for all workers as of 2026-06-30. Read only: copy what you change."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "bundle"
    shared.mkdir(exist_ok=True)
    city = city_in(shared / "data")
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            copy_bundle(city)
            city.night()
            (shared / "done").touch()
    return city
