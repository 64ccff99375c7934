"""`kla doctor`: one line per thing that a night needs, with what to do when it is missing."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from kla_pipeline.errors import KlaError, translate
from kla_pipeline.intake.locking import jurisdiction_lock
from kla_pipeline.ledger import open_ledger
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.settings import Settings

_LOW_DISK_GB = 2
_TWO_PERSONS = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: state is ok, note (worth knowing) or bad."""

    name: str
    state: str
    text: str


def doctor_command(settings: Settings, as_json: bool) -> int:
    """Exit code 1 when anything is bad. Changes nothing but what opening the ledger makes."""
    findings = [_look(name, function, settings) for name, function in _LOOKS.items()]
    bad = any(finding.state == "bad" for finding in findings)
    if as_json:
        print(json.dumps({"healthy": not bad, "findings": [asdict(f) for f in findings]}, ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False)
        marks = {"ok": "[green]ok[/green]  ", "note": "[yellow]note[/yellow]", "bad": "[red]BAD[/red] "}
        for finding in findings:
            console.print(f"{marks[finding.state]} {finding.name}: {finding.text}", soft_wrap=True)
    return 1 if bad else 0


def _look(name: str, function: Callable[[Settings], tuple[str, str]], settings: Settings) -> Finding:
    try:
        return Finding(name, *function(settings))
    except KlaError as exc:
        return Finding(name, "bad", str(exc))
    except Exception as exc:  # a doctor reports what it trips over, without a library's message
        return Finding(name, "bad", str(translate(exc, name)))


def _python(_settings: Settings) -> tuple[str, str]:
    return "ok", f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def _data(settings: Settings) -> tuple[str, str]:
    folder = settings.paths().data
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder):
        pass
    free = shutil.disk_usage(folder).free / 1e9
    state = "ok" if free >= _LOW_DISK_GB else "note"
    return state, f"{folder} is writable, {free:.1f} GB free"


def _as_of(settings: Settings) -> tuple[str, str]:
    source = "KLA_AS_OF" if settings.as_of else "today in Asia/Jakarta"
    return "ok", f"{settings.as_of_date} ({source})"


def _declarations(settings: Settings) -> tuple[str, str]:
    from kla_pipeline.measures.registry import load_measures

    catalogue = load_catalogue(settings.source_folders())
    contracts = catalogue.contracts()
    layouts = sum(len(agency.layouts) for agency in catalogue.agencies.values())
    measures = len(load_measures())
    agencies = len(catalogue.agencies)
    return "ok", f"{agencies} agencies, {len(contracts)} record types, {layouts} layouts, {measures} measures"


def _jurisdiction(settings: Settings) -> tuple[str, str]:
    area = load_catalogue(settings.source_folders()).areas.by_code.get(settings.jurisdiction)
    if area is None:
        return "bad", f"{settings.jurisdiction} is no code of the region reference. Set KLA_JURISDICTION."
    folder = settings.paths().raw
    state = "ok" if folder.is_dir() else "note"
    return state, f"{area.name} ({area.code}); exports are taken from {folder}"


def _ledger(settings: Settings) -> tuple[str, str]:
    with open_ledger(settings) as ledger:
        verdict = ledger.verify()
        counts = ledger.counts()
    if not verdict.is_valid:
        return "bad", f"the chain breaks at event {verdict.first_bad_seq} ({verdict.reason}). Restore the ledger."
    return "ok", f"{counts['delivery']} deliveries, {verdict.count} chained events, head {verdict.head[:12]}"


def _archive(settings: Settings) -> tuple[str, str]:
    from kla_pipeline.intake import archive

    paths = settings.paths()
    with open_ledger(settings) as ledger:
        deliveries = ledger.deliveries(paths.jurisdiction)
    damaged = [d.delivery_no for d in deliveries if not archive.is_intact(paths, d)]
    if damaged:
        return "bad", f"{len(damaged)} archived files are missing or changed ({damaged[0]} …). Restore the archive."
    return "ok", f"{len(deliveries)} archived files have the bytes that the ledger names"


def _releases_known(settings: Settings) -> tuple[str, str]:
    from kla_pipeline.warehouse import publish

    paths = settings.paths()
    with open_ledger(settings) as ledger:
        known = {release.release_id for release in ledger.releases(paths.jurisdiction)}
    on_disk = {folder.name for folder in publish.list_releases(paths)}
    if on_disk - known:
        return (
            "bad",
            f"release {min(on_disk - known)} is on disk but not in the ledger: its end was cut off. Restore it.",
        )
    return "ok", f"{len(on_disk)} releases on disk, all in the ledger"


def _key(settings: Settings) -> tuple[str, str]:
    from kla_pipeline.identity.keys import load_key

    with open_ledger(settings) as ledger:
        if ledger.key_id() is None and not settings.key_file.expanduser().exists():
            return "note", f"not made yet; the first run makes it at {settings.key_file}"
        key = load_key(settings, ledger)
    return "ok", f"{key.key_id} at {settings.key_file}; keep a copy in the safe"


def _roles(settings: Settings) -> tuple[str, str]:
    from kla_pipeline.decisions import roles

    file = settings.roles_file.expanduser()
    if not os.path.lexists(file):
        return "note", f"{file} is not there: nobody may decide, approve or erase. Let root make it."
    people = roles.read_people(file, roles.service_uid(settings))
    approvers = sum("approver" in given for given, _ in people.values())
    if approvers < _TWO_PERSONS:
        return "note", f"{file} has {approvers} approvers: what needs a second person cannot be approved."
    return "ok", f"{len(people)} logins, {approvers} of them approvers, in {file}"


def _lock(settings: Settings) -> tuple[str, str]:
    with jurisdiction_lock(settings.paths()):
        return "ok", "nobody else is loading this jurisdiction"


def _release(settings: Settings) -> tuple[str, str]:
    from kla_pipeline.warehouse import publish
    from kla_pipeline.warehouse.sql import open_read_only
    from kla_pipeline.warehouse.tiers import TIERS

    folder = publish.current_release(settings.paths())
    if folder is None:
        return "note", "none yet; `kla run` publishes the first"
    for tier, name in TIERS.items():
        with open_read_only(folder / tier / name) as connection:
            connection.execute("SELECT count(*) FROM meta.release").fetchone()
    return "ok", f"{folder.name} opens ({', '.join(TIERS)})"


def _telemetry(settings: Settings) -> tuple[str, str]:
    config = settings.paths().dagster_home / "dagster.yaml"
    if not config.is_file():
        return "note", "DAGSTER_HOME is not made yet; the first run makes it with telemetry off"
    if "telemetry:\n  enabled: false" in config.read_text(encoding="utf-8"):
        return "ok", f"off in {config}"
    return "bad", f"{config} does not switch it off. Delete the file; the next run writes it anew."


def _workbooks(_settings: Settings) -> tuple[str, str]:
    from kla_pipeline.intake.readers import reader_works

    return ("ok", "the child process that opens workbooks starts") if reader_works() else ("bad", "it does not start")


def _key_place(settings: Settings) -> tuple[str, str]:
    data, key = settings.paths().data, Path(settings.key_file).expanduser().resolve()
    if data in key.parents:
        return "bad", "the key lies inside the data folder: a copy of the data would carry it. Set KLA_KEY_FILE."
    return "ok", "outside of the data folder"


_LOOKS: dict[str, Callable[[Settings], tuple[str, str]]] = {
    "python": _python,
    "data folder": _data,
    "as-of date": _as_of,
    "declarations": _declarations,
    "jurisdiction": _jurisdiction,
    "ledger": _ledger,
    "archive": _archive,
    "releases": _releases_known,
    "key": _key,
    "place of the key": _key_place,
    "roles file": _roles,
    "lock": _lock,
    "workbook reader": _workbooks,
    "dagster telemetry": _telemetry,
    "current release": _release,
}
