"""`kla rules`: every rule explained on the terminal, as JSON and as pages; loads nothing and looks at no delivery."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.errors import WrongUse
from kla_pipeline.i18n import Speaker
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline.quality.rule_fingerprints import fingerprinted, fingerprinted_files
from kla_pipeline.quality.rule_texts import Row, RuleText
from kla_pipeline.settings import Settings


def list_command(settings: Settings, agency: str | None, record: str | None, as_json: bool) -> int:
    """Rules of everything, of an agency's records, or of one record. Raises WrongUse for an unknown one."""
    catalogue = load_catalogue(settings.source_folders())
    texts = _chosen(catalogue, agency, record)
    if as_json:
        print(json.dumps({"rules": [_facts(text) for text in texts]}, ensure_ascii=False, indent=2))
        return 0
    console, speaker = PlainConsole(), speaker_of(settings.lang)
    heads = (speaker.t(f"rules.head.{name}") for name in ("rule", "severity", "scope", "what"))
    table = Table(*heads, box=None, pad_edge=False)
    table.columns[0].overflow = "fold"
    for text in texts:
        table.add_row(text.id, text.severity, text.scope, escape(_said(text, "what", speaker)))
    console.print(table)
    console.print(speaker.t("rules.count", rules=len(texts)))
    return 0


def show_command(settings: Settings, rule_id: str, as_json: bool) -> int:
    """One rule, whole. Raises WrongUse for an unknown one, naming those that look alike."""
    catalogue = load_catalogue(settings.source_folders())
    texts = {text.id: text for text in _chosen(catalogue, None, None)}
    if rule_id not in texts:
        alike = [known for known in texts if rule_id in known or known.endswith(f".{rule_id}")][:5]
        raise WrongUse(
            f"There is no rule {rule_id!r}.", f"Alike: {', '.join(alike)}." if alike else "`kla rules list` names all."
        )
    if as_json:
        print(json.dumps(_facts(texts[rule_id]), ensure_ascii=False, indent=2))
    else:
        _show(texts[rule_id], speaker_of(settings.lang))
    return 0


def pages_command(settings: Settings, out: Path, as_json: bool) -> int:
    """Write the pages about rules into a folder; what is up to date is left alone."""
    from kla_pipeline.reports.rule_pages import rule_pages

    pages = rule_pages(load_catalogue(settings.source_folders()))
    out.mkdir(parents=True, exist_ok=True)
    changed = [name for name, page in pages.items() if _read(out / name) != page]
    for name in changed:
        (out / name).write_text(pages[name], encoding="utf-8")
    if as_json:
        print(json.dumps({"folder": str(out), "pages": sorted(pages), "changed": sorted(changed)}, indent=2))
    else:
        said = speaker_of(settings.lang).t("rules.written", pages=len(pages), folder=out, changed=len(changed))
        PlainConsole().print(escape(said))
    return 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _chosen(catalogue: Catalogue, agency: str | None, record: str | None) -> list[RuleText]:
    contracts = catalogue.contracts()
    if agency is not None:
        catalogue.agency(agency)
        contracts = {name: item for name, item in contracts.items() if item.sheet.agency == agency}
    if record is not None and record not in contracts:
        raise WrongUse(f"There is no record {record!r}.", f"Known: {', '.join(sorted(contracts))}.")
    chosen = [contracts[record]] if record else [item for _, item in sorted(contracts.items())]
    files = [] if agency or record else fingerprinted_files()
    return [*files, *(text for item in chosen for text in fingerprinted(item))]


def _facts(text: RuleText) -> dict[str, Any]:
    return asdict(text) | {"is_releasable": text.is_releasable}


def _said(text: RuleText, part: str, speaker: Speaker) -> str:
    return getattr(text, f"{part}_{speaker.lang}")


def _show(text: RuleText, speaker: Speaker) -> None:
    console = PlainConsole()
    console.print(f"[bold]{escape(text.id)}[/bold]")
    for part in ("what", "why", "mend"):
        console.print(escape(speaker.t(f"rules.{part}", text=_said(text, part, speaker))))
    names = ("severity", "scope", "dimension", "since", "fingerprint")
    console.print(speaker.t("rules.facts", **{name: getattr(text, name) for name in names}))
    console.print(speaker.t("rules.responsible", who=speaker.word("rules.who", text.responsible)))
    if text.source:
        console.print(escape(speaker.t("rules.source", source=text.source)))
    console.print(speaker.t(f"rules.releasable.{'yes' if text.is_releasable else 'no'}"))
    _show_examples(console, speaker, "bad", text.bad)
    _show_examples(console, speaker, "good", text.good)


def _show_examples(console: PlainConsole, speaker: Speaker, kind: str, rows: Sequence[Row]) -> None:
    for row in rows:
        words = row.get(speaker.lang) if set(row) == {"id", "en"} else None
        cells = words or ", ".join(f"{name} = {value or speaker.t('rules.empty')}" for name, value in row.items())
        console.print(escape(speaker.t(f"rules.{kind}", row=cells)))
