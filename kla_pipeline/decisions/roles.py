"""Who may do what: the roles file, and the one question that every command with an effect asks.

Here: the actor, his roles, and refusing. Not here: what a decision does. The roles file is TOML:

    [people]
    rina = {roles = ["approver"]}
    budi = {roles = ["agency"], agencies = ["dp3a"]}

`agencies` limits a person to these agencies in every role; the role `agency` has none without it. The user who owns the
data (and runs the night) is `operator` besides, without a line in the file: he may export and apply returns, not
decide.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kla_pipeline.errors import KlaError
from kla_pipeline.ledger import Ledger, chain, decided
from kla_pipeline.settings import Settings

ROLES = ("viewer", "agency", "auditor", "approver")
OPERATOR = "operator"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class NotAllowed(KlaError):
    """Whoever calls may not do this; the refusal is an event of the ledger."""


class RolesFileProblem(KlaError):
    """The roles file is missing, ill-formed or open to people it must not be open to."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The login that calls, what it may do, and where. `agencies` is None for a person who is not limited to some."""

    login: str
    jurisdiction: str
    roles: frozenset[str]
    agencies: frozenset[str] | None = None

    def may(self, role: str, agency: str | None) -> bool:
        """Whether this role of the actor covers `agency`; None = what concerns no single agency."""
        if role not in self.roles:
            return False
        if role == OPERATOR:
            return True
        if role == "agency" and self.agencies is None:
            return False
        return self.agencies is None or agency in self.agencies


def require(
    settings: Settings, ledger: Ledger, jurisdiction: str, command: str, *roles: str, agency: str | None = None
) -> Actor:
    """The actor of this process, who has one of `roles` (for `agency`, if the command concerns one).

    `command` is the command's name as typed, without values. Raises NotAllowed, after the event `call_refused`.
    """
    login = chain.os_actor()
    actor, problem = _actor(settings, jurisdiction, login)
    if any(actor.may(role, agency) for role in roles):
        return actor
    reason = "roles_file" if problem else "no_role" if not actor.roles.intersection(roles) else "other_agency"
    refuse(ledger, actor, command, reason, roles, agency)
    needed = " or ".join(roles) + (f" for {agency}" if agency else "")
    if problem:
        raise NotAllowed(
            f"`kla {command}` needs the role {needed}, and nobody has one: {problem.message}", problem.hint
        )
    raise NotAllowed(
        f"{login} may not use `kla {command}`: it needs the role {needed}{_limit(actor, reason)}.",
        "Ask for one agency: --agency."
        if reason == "other_agency" and agency is None and actor.agencies
        else f"Whoever administers this machine gives roles in {settings.roles_file}.",
    )


def refuse(
    ledger: Ledger, actor: Actor, command: str, reason: str, needed: tuple[str, ...] = (), agency: str | None = None
) -> None:
    """Enter a call that is refused: by whom, of what, why (`no_role`, `other_agency`, `roles_file`, `same_person`)."""
    payload = {"command": command, "reason": reason, "needed": list(needed), "agency": agency}
    ledger.append(actor.jurisdiction, decided.CALL_REFUSED, payload, actor.login)


def _limit(actor: Actor, reason: str) -> str:
    if reason != "other_agency":
        return ""
    return f" (this login is limited to: {', '.join(sorted(actor.agencies or ())) or 'no agency'})"


def _actor(settings: Settings, jurisdiction: str, login: str) -> tuple[Actor, RolesFileProblem | None]:
    owner = service_uid(settings)
    own = frozenset({OPERATOR}) if login == chain.user_name(owner) else frozenset[str]()
    try:
        person = read_people(settings.roles_file.expanduser(), owner).get(login)
    except RolesFileProblem as exc:
        return Actor(login, jurisdiction, own), exc
    if person is None:
        return Actor(login, jurisdiction, own), None
    roles, agencies = person
    return Actor(login, jurisdiction, own | roles, agencies), None


def service_uid(settings: Settings) -> int:
    """Owner of the ledger's file, or of the data folder where the ledger is on a server."""
    paths = settings.paths()
    for path in (paths.ledger, paths.data):
        if path.exists():
            return path.stat().st_uid
    return os.geteuid()


Person = tuple[frozenset[str], frozenset[str] | None]


def read_people(file: Path, owner: int) -> dict[str, Person]:
    """Roles and agencies by login. Raises RolesFileProblem, also for a file that others than root and `owner` write."""
    try:
        # O_NONBLOCK: a pipe that nobody writes to is refused below, not waited for
        with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            _check_file(file, os.fstat(stream.fileno()), owner)
            content = stream.read()
        _check_folders(file, owner)
    except FileNotFoundError:
        raise _problem(file, "is not there", "Let root make it; deploy/roles.example.toml shows how.") from None
    except OSError:
        raise _problem(file, "cannot be read, or is a link", "Let root put a plain file there.") from None
    try:
        parsed = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _problem(file, "is not TOML", "Compare it with deploy/roles.example.toml.") from None
    return {login: _person(file, login, entry) for login, entry in _table(file, parsed).items()}


def _check_file(file: Path, found: os.stat_result, owner: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise _problem(file, "is not a plain file", "Let root put one there.")
    if found.st_uid not in (0, owner):
        raise _problem(file, "belongs to neither root nor the owner of the data", "Let root run chown root on it.")
    if found.st_mode & _OTHERS_WRITE:
        raise _problem(file, "can be written by others", f"Run: chmod go-w {file}")


def _check_folders(file: Path, owner: int) -> None:
    """Whoever may rename a folder above the file may replace the file; in a sticky one only its owner may.

    Where the path leads over links, both ways count: the one that is written and the one it comes to.
    """
    nearest = {file.absolute().parent, file.parent.resolve()}
    for folder in sorted({*file.absolute().parents, *nearest, *file.parent.resolve().parents}):
        found = folder.stat()
        is_open = bool(found.st_mode & _OTHERS_WRITE) and (folder in nearest or not found.st_mode & stat.S_ISVTX)
        if is_open or found.st_uid not in (0, owner):
            raise _problem(
                file,
                f"lies below {folder}, which others can write",
                "Move it to a folder that belongs to root, such as /etc/kla, or run chmod go-w on that folder.",
            )


def _table(file: Path, parsed: Mapping[str, Any]) -> Mapping[str, Any]:
    people = parsed.get("people")
    if not isinstance(people, dict) or parsed.keys() != {"people"}:
        raise _problem(file, "has no single table [people]", "Compare it with deploy/roles.example.toml.")
    return people


def _person(file: Path, login: str, entry: object) -> Person:
    fields = entry if isinstance(entry, dict) else {}
    roles, agencies = fields.get("roles"), fields.get("agencies")
    if not _is_texts(roles) or not (agencies is None or _is_texts(agencies)) or fields.keys() - {"roles", "agencies"}:
        raise _problem(file, f"says of {login} something else than roles and agencies", 'Write {roles = ["viewer"]}.')
    if unknown := sorted(set(roles) - set(ROLES)):  # type: ignore[arg-type]
        raise _problem(file, f"gives {login} the unknown role {unknown[0]}", f"Roles are {', '.join(ROLES)}.")
    return frozenset(roles), None if agencies is None else frozenset(agencies)  # type: ignore[arg-type]


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _problem(file: Path, what: str, hint: str) -> RolesFileProblem:
    return RolesFileProblem(f"the roles file {file} {what}.", hint)
