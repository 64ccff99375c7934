"""Logins and decisions for tests: who calls is the kernel's word, so it is replaced where the ledger asks for it.

All persons, rows and reasons are invented.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kla_pipeline.decisions.records import Proposal
from kla_pipeline.decisions.roles import Actor
from kla_pipeline.ledger import chain
from kla_pipeline.quality.overlay import CellEdit

CITY = "36.73"
DELIVERY = "a1" * 32
ROW = f"{DELIVERY[:16]}/1/7"

ROLES = """
[people]
uji-budi = {roles = ["agency"], agencies = ["dp3a"]}
uji-rina = {roles = ["approver"]}
uji-sari = {roles = ["approver"], agencies = ["dinsos"]}
uji-tono = {roles = ["viewer", "auditor"]}
uji-dewi = {roles = ["agency"]}
"""


def log_in(monkeypatch: pytest.MonkeyPatch, login: str) -> None:
    """From here on the session of this process began with another login."""
    monkeypatch.setattr(chain, "os_actor", lambda: login)


def write_roles(folder: Path, text: str = ROLES) -> Path:
    """A roles file as root would leave it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    folder.chmod(0o755)
    file = folder / "roles.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)
    return file


def person(login: str) -> Actor:
    """Somebody who may; whether he may is asked elsewhere."""
    return Actor(login, CITY, frozenset({"agency", "approver"}))


def correction(row_id: str = ROW, **changes: object) -> Proposal:
    given = Proposal(
        action="correct",
        subject=row_id,
        delivery_id=DELIVERY,
        agency="dp3a",
        record="violence_case",
        row_version="v1",
        cells=(CellEdit("Nama", "Anak Uji Satu", "Anak Uji Dua"), CellEdit("Umur", "170", "17")),
        why="typing_error",
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def release(row_id: str = ROW, **changes: object) -> Proposal:
    given = replace(correction(row_id), action="release", cells=(), rules=("dp3a.age_range",), why="source_checked")
    return replace(given, **changes)  # type: ignore[arg-type]


def withdrawal(row_id: str = ROW, **changes: object) -> Proposal:
    given = replace(correction(row_id), action="withdraw", cells=(), why="entered_twice")
    return replace(given, **changes)  # type: ignore[arg-type]


def reopening(row_id: str = ROW, **changes: object) -> Proposal:
    given = replace(correction(row_id), action="reopen", cells=(), row_version="")
    return replace(given, **changes)  # type: ignore[arg-type]
