"""The index that saves rehashing: which hash a path had when its file looked exactly like now.

Here: one small restricted JSON file per jurisdiction. Not here: anything that counts. It may be deleted at any time and
is rebuilt by hashing; it is only believed for a delivery that the ledger knows.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from kla_pipeline.ledger.durable import write_private

_FRESH_NS = 2_000_000_000
"""A file changed less than this before it is indexed could change again within one tick of the clock: not indexed."""


class Seen:
    """path hash → size, times, inode, sha256."""

    def __init__(self, file: Path, entries: dict[str, list[object]]) -> None:
        self._file, self._old = file, entries
        self._new: dict[str, list[object]] = {}

    @classmethod
    def load(cls, file: Path) -> Seen:
        """The index, or an empty one when it is missing or unreadable in any way."""
        try:
            entries = json.loads(file.read_bytes())
        except (OSError, ValueError):
            entries = {}
        return cls(file, entries if isinstance(entries, dict) else {})

    def find(self, path_hash: str, found: os.stat_result) -> str | None:
        """sha256 of the file's bytes if it is certainly the one indexed under this path."""
        entry = self._old.get(path_hash)
        if isinstance(entry, list) and len(entry) == 5 and entry[:4] == _look(found):
            return str(entry[4])
        return None

    def note(self, path_hash: str, found: os.stat_result, sha256: str) -> None:
        entry = [*_look(found), sha256]
        # one believed before stays: it was old enough then
        is_old = time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) >= _FRESH_NS
        if is_old or self._old.get(path_hash) == entry:
            self._new[path_hash] = entry

    def save(self) -> None:
        """Write what was noted, and only that: paths that are gone are forgotten. Nothing when nothing changed."""
        if self._new != self._old:
            write_private(self._file, json.dumps(self._new, sort_keys=True).encode())
            self._old = self._new


def _look(found: os.stat_result) -> list[object]:
    # the change time cannot be set back like the modification time can
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
