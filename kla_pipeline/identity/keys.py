"""The pseudonym key: created once, checked against the ledger before anything is read.

Here: the key's file, its id, and pseudonyms made under it. Not here: which records are the same child. A second key
would silently make a second person of every child, so a missing or another key stops the run instead of being replaced.
"""

from __future__ import annotations

import hmac
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from kla_pipeline.errors import KeyProblem
from kla_pipeline.ledger import Ledger
from kla_pipeline.ledger.durable import create_private, make_folder
from kla_pipeline.settings import Settings

_BYTES = 32
_TEXT = re.compile(rb"\s*([0-9a-fA-F]{64})\s*")


@dataclass(frozen=True, slots=True)
class Key:
    """The key in memory; neither its text form nor a log of it shows the secret."""

    key_id: str
    secret: bytes = field(repr=False)

    def pseudonym(self, kind: str, value: str) -> str:
        """32 hex digits of HMAC-SHA256 over `kind:value`; kinds keep equal values of different sorts apart."""
        return hmac.digest(self.secret, f"{kind}:{value}".encode("utf-8", "surrogateescape"), "sha256").hex()[:32]


def load_key(settings: Settings, ledger: Ledger) -> Key:
    """The key of this ledger. Made only when the ledger knows none and no file is there; then registered once.

    Raises KeyProblem: missing although the ledger knows one, another than the ledger's, open to others, ill-formed.
    """
    file = settings.key_file.expanduser()
    registered = ledger.key_id()
    if not file.exists():
        if registered:
            raise KeyProblem(
                f"The pseudonym key {registered} of this ledger is not at {file}.",
                "Restore it from the safe where it was kept, or set KLA_KEY_FILE; a new key would break every link.",
            )
        _create(file)
    key = _read(file)
    in_force = registered or ledger.set_key_id(key.key_id)
    if key.key_id != in_force:
        raise KeyProblem(
            f"The key at {file} is {key.key_id}, but this ledger was made with {in_force}.",
            f"Put the file of key {in_force} there, or set KLA_KEY_FILE and KLA_DATA_DIR to a pair that fits.",
        )
    return key


def key_id_of(secret: bytes) -> str:
    """16 hex digits that name a key without telling it."""
    return hmac.digest(secret, b"kla key id", "sha256").hex()[:16]


def _create(file: Path) -> None:
    make_folder(file.parent, 0o700)
    # of two first runs one creates it; the other goes on with that one
    create_private(file, f"{secrets.token_hex(_BYTES)}\n".encode())


def _read(file: Path) -> Key:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        found = _TEXT.fullmatch(file.read_bytes())
    except OSError as exc:
        failure = type(exc).__name__
    else:
        if mode & 0o077:
            raise KeyProblem(
                f"The pseudonym key {file} can be read by others (mode {mode:o}).", f"Run: chmod 600 {file}"
            )
        if found:
            secret = bytes.fromhex(found[1].decode())
            return Key(key_id_of(secret), secret)
        raise KeyProblem(
            f"The file {file} is not a pseudonym key ({_BYTES * 2} hexadecimal digits).",
            "Restore it from the safe; do not edit it.",
        )
    raise KeyProblem(f"The pseudonym key {file} cannot be read ({failure}).", "Check its owner and that it is a file.")
