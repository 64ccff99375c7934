"""A city of the family, loaded once; copies of it for tests that change something."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kla_pipeline.decisions import propose
from kla_pipeline.decisions.records import Proposal
from kla_pipeline.decisions.roles import Actor
from kla_pipeline.erasure import steps
from kla_pipeline.erasure.erase import approve_erasure, propose_erasure, resume_erasure
from kla_pipeline.identity.keys import load_key
from kla_pipeline.ledger import chain, open_ledger
from kla_pipeline.quality.overlay import CellEdit
from kla_pipeline_tests.decisions.people import write_roles
from kla_pipeline_tests.erasure.family import GONE, write_family
from kla_pipeline_tests.support import CITY, City, city_in

ROLES = """
[people]
uji-rina = {roles = ["approver"]}
uji-sari = {roles = ["approver"]}
uji-tono = {roles = ["auditor"]}
"""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> City:
    """A city in a folder that all workers of the run share, made by the first of them."""
    base = factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            make(folder)
            (folder / "done").touch()
    return _city(folder)


def _city(folder: Path) -> City:
    return city_in(folder / "data", roles_file=folder / "etc" / "roles.toml", max_file_mb=1)


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The family's city after one night. Read only."""

    def make(folder: Path) -> None:
        write_roles(folder / "etc", ROLES)
        write_family(_city(folder))
        _city(folder).night()

    return made_once(tmp_path_factory, "family", make)


@pytest.fixture
def copy(family: City, tmp_path: Path) -> City:
    """A copy of it to change."""
    return copied(family, tmp_path)


def copied(city: City, folder: Path) -> City:
    """The same city in another folder, under the same key."""
    data = city.settings.data_dir
    shutil.copytree(data, folder / "data", symlinks=True)
    shutil.copyfile(city.settings.key_file, folder / "data.key")
    (folder / "data.key").chmod(0o600)
    write_roles(folder / "etc", ROLES)
    return _city(folder)


def note_the_child(city: City) -> None:
    """A correction of the child's own row, a note about another row that names him, and a workbook that was sent."""
    (own, other) = (row for (row,) in city.rows("SELECT row_id FROM staged.violence_victim ORDER BY _row LIMIT 2"))
    with open_ledger(city.settings) as ledger:
        delivery = next(d for d in ledger.deliveries(CITY) if own.startswith(d.delivery_no))
        about = ("correct", own, delivery.delivery_id, "dp3a", "violence_victim", "v1")
        edit = CellEdit("Nama Korban", GONE.name, f"{GONE.name} Kecil")
        noted = ("release", other, delivery.delivery_id, "dp3a", "violence_victim", "v1")
        proposals = [
            Proposal(*about, cells=(edit,)),  # type: ignore[arg-type]
            Proposal(*noted, rules=("violence_victim.name.required",), note=f"lihat {GONE.name}"),  # type: ignore[arg-type]
        ]
        actor = Actor("uji-rina", CITY, frozenset({"approver"}))
        propose.propose(ledger, load_key(city.settings, ledger), actor, proposals)
    left_by_a_kill = (city.paths.archive / "dinsos" / f"{'0' * 64}.csv", city.paths.archive / ".incoming-00")
    for file in left_by_a_kill:
        file.write_text(f"nama;nik\n{GONE.name};{GONE.nik}\n", encoding="utf-8")
    sent = city.paths.data / "exports" / CITY / "dp3a"
    sent.mkdir(parents=True)
    (sent / "ditolak.csv").write_text(f"nama;nik\n{GONE.name};{GONE.nik}\n", encoding="utf-8")
    (sent / "lain.csv").write_text("nama;nik\nAnak Uji Tetap;1\n", encoding="utf-8")


class Killed(BaseException):
    """What a kill looks like from inside."""


@pytest.fixture(scope="session")
def erased(family: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The family's city after the erasure of the child, killed once after every step. Read only."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            _erase_with_kills(copied(family, folder), patch)

    return made_once(tmp_path_factory, "erased", make)


def _erase_with_kills(city: City, patch: pytest.MonkeyPatch) -> None:
    with open_ledger(city.settings) as ledger:
        child_id = load_key(city.settings, ledger).pseudonym("nik", GONE.nik)
    patch.setattr(chain, "os_actor", lambda: "uji-rina")
    note_the_child(city)
    decision, _ = propose_erasure(city.settings, CITY, child_id, note=f"Permintaan keluarga {GONE.name}")
    patch.setattr(chain, "os_actor", lambda: "uji-sari")
    killed: set[str] = set()

    def once(step: Callable[[steps.Erasing], None]) -> Callable[[steps.Erasing], None]:
        def run(job: steps.Erasing) -> None:
            step(job)
            if step.__name__ not in killed:
                killed.add(step.__name__)
                raise Killed

        return run

    *all_but_last, last = steps.STEPS
    patch.setattr(steps, "STEPS", (*map(once, all_but_last), last))
    with pytest.raises(Killed):
        approve_erasure(city.settings, CITY, decision.decision_id)
    for _ in all_but_last[1:]:
        with pytest.raises(Killed):
            resume_erasure(city.settings, CITY, decision.decision_id)
    resume_erasure(city.settings, CITY, decision.decision_id)
    assert len(killed) == len(all_but_last)
