"""Plain values that go into and come out of the ledger.

Here: frozen dataclasses and the two text forms everything is stored in (times, JSON). Not here: SQL, and the hash
chain.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

DataKind = Literal["synthetic", "real"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One accepted drop. `delivery_id` is the sha256 of its first bytes and stays its name for ever."""

    jurisdiction: str
    delivery_id: str
    agency: str
    """Whose export it is: the folder it was dropped in, or the one it was moved to since."""
    size_bytes: int
    suffix: str
    """Ending of the file name in lower case with its dot, or ''; a hint only, readers sniff the bytes."""
    received_at: str
    """UTC text as `utc_text` writes it; orders deliveries."""
    current_sha256: str = ""
    """Hash of the bytes now in the archive: another one than `delivery_id` only after an erasure."""
    archived_under: str = ""
    """Agency whose folder of the archive holds the bytes: the first one, also when the delivery moved to another."""

    def __post_init__(self) -> None:
        if not self.current_sha256:
            object.__setattr__(self, "current_sha256", self.delivery_id)
        if not self.archived_under:
            object.__setattr__(self, "archived_under", self.agency)

    @property
    def delivery_no(self) -> str:
        """First 16 digits of the id: the part that row ids carry."""
        return self.delivery_id[:16]


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the chain. `payload` holds ids, rules, counts and keyed hashes, never a cell or a file name."""

    seq: int
    at: str
    jurisdiction: str
    """'' for what concerns the whole ledger."""
    kind: str
    actor: str
    payload: dict[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Release:
    """One published release. `table_hashes` maps a published table to the content hash of its rows."""

    release_id: str
    jurisdiction: str
    input_key: str
    as_of: str
    """Business date, ISO text."""
    created_at: str
    table_hashes: dict[str, str] = field(default_factory=dict)
    edition_id: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: number of events and hash of the last one. Kept elsewhere, it proves that no tail was
    cut.
    """

    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `Ledger.verify` found.

    `reason` is '' or one of: `changed` (an event's content does not give its hash), `broken_link` (an event does not
    follow the one before it), `gap` (a number is missing), `tail_cut` (fewer events than the known head counts),
    `other_chain` (the known head is not in this chain), `row_differs` (a row beside the chain is not what its event
    recorded), `row_without_event`, `event_without_row`, `not_canonical` (a payload is not the text that was hashed).
    """

    count: int
    head: str
    first_bad_seq: int | None
    reason: str

    @property
    def is_valid(self) -> bool:
        return not self.reason


def utc_text(moment: datetime | None = None) -> str:
    """`2026-06-30T17:00:00.000000Z`: always UTC and microseconds, so that texts sort as times. None = now."""
    value = datetime.now(UTC) if moment is None else moment.astimezone(UTC)
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_json(value: Mapping[str, Any]) -> str:
    """The one text of a value: sorted keys, no spaces, real characters. Not-a-number and foreign types raise."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
