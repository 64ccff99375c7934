"""The input key: one hash over everything that decides a release's tables. Equal keys, equal tables."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import kla_pipeline
from kla_pipeline.decisions import force
from kla_pipeline.intake import archive
from kla_pipeline.ledger import Delivery, Ledger
from kla_pipeline.nightly.holds import exports, repeats
from kla_pipeline.quality.catalogue import fingerprint
from kla_pipeline.settings import Paths, Settings

LINKAGE_MODEL = "nik-exact-1"
TEMPLATES = (".j2", ".css", ".js")
LIBRARIES = ("duckdb", "pandas", "pandera", "pyarrow")
"""Those that read, judge and compute; their versions are part of the code."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Parts of the input key; `deliveries` also tells which bytes were dropped again after newer ones."""

    jurisdiction: str
    as_of: date
    deliveries: str
    decisions: str
    code: str
    linkage_model: str
    key_id: str
    data_kind: str

    @property
    def key(self) -> str:
        """The input key, SHA-256 in hex."""
        return _hash(asdict(self) | {"as_of": self.as_of.isoformat()})

    @property
    def key_without_date(self) -> str:
        """The key of the same inputs on any day: two runs that differ by the date only have it in common."""
        return _hash(asdict(self) | {"as_of": ""})


def current_inputs(settings: Settings, ledger: Ledger, jurisdiction: str, key_id: str) -> Inputs:
    """Inputs as they stand now."""
    paths = settings.paths(jurisdiction)
    known = ledger.deliveries(jurisdiction)
    deliveries = sorted(_delivery_part(paths, delivery) for delivery in known)
    found = repeats(ledger, jurisdiction, exports(ledger, jurisdiction, known))
    again = [["again", repeat.delivery_id, repeat.at] for repeat in found]
    return Inputs(
        jurisdiction=jurisdiction,
        as_of=settings.as_of_date,
        deliveries=_hash(deliveries + again),
        decisions=force.decisions_hash(ledger, jurisdiction, settings.as_of_date),
        code=code_hash(tuple(settings.source_folders())),
        linkage_model=LINKAGE_MODEL,
        key_id=key_id,
        data_kind=ledger.data_kind(jurisdiction) or "",
    )


def decided_by(ledger: Ledger, inputs: Inputs, event: int) -> Inputs:
    """The inputs with the decisions as they stood after that event of the ledger."""
    decisions = force.decisions_hash(ledger, inputs.jurisdiction, inputs.as_of, event + 1)
    return replace(inputs, decisions=decisions)


def _delivery_part(paths: Paths, delivery: Delivery) -> list[str]:
    """What of a delivery decides its rows: beside its bytes the time of receipt (order, rules about the future) and
    the name, from which a layout may read the period; of the name its hash only.
    """
    name = archive.original_name(paths, delivery).encode("utf-8", "surrogateescape")
    part = [delivery.delivery_id, delivery.current_sha256, delivery.agency, delivery.received_at]
    return [*part, hashlib.sha256(name).hexdigest()]


@lru_cache(maxsize=4)
def code_hash(source_folders: tuple[Path, ...]) -> str:
    """Hash over the package's code and declarations, further source folders and the versions of the libraries."""
    package = Path(kla_pipeline.__file__).parent
    further = [folder for folder in source_folders if package not in folder.parents]
    # the fingerprint of a folder covers declarations and code; models and pages are templates beside them
    own = fingerprint([package, *sorted(p for p in package.rglob("*") if p.suffix in TEMPLATES), *further])
    return _hash([own, *(f"{name} {version(name)}" for name in LIBRARIES)])


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
