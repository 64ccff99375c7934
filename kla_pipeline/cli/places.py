"""`kla places`: what the resolver of places makes of a text, shown to a person."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.errors import WrongUse
from kla_pipeline.i18n import Speaker
from kla_pipeline.places.mentions import Mention, read_mentions
from kla_pipeline.places.reference import Areas
from kla_pipeline.places.resolver import Resolver
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.settings import Settings

# of a name that many areas bear a person is shown so many
_MOST_CANDIDATES = 8
_WIDTH = 120


def places_command(settings: Settings, texts: list[str], jurisdiction: str | None, as_json: bool) -> int:
    """Exit code 0. A text `-` stands for standard input, one text per line. Raises WrongUse for an unknown code."""
    areas = load_catalogue(settings.source_folders()).areas
    code = _jurisdiction(jurisdiction or settings.jurisdiction, areas)
    if not (texts := _given(texts)):
        raise WrongUse("There is no text to read.", "Give one, or `-` and lines on standard input.")
    resolver = Resolver(areas, code)
    district = code[:5] if len(code) >= 5 else ""
    found = [(text, read_mentions(text, resolver, district)) for text in texts]
    if as_json:
        facts = {"jurisdiction": code, "texts": [{"text": text, "mentions": _facts(ms)} for text, ms in found]}
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _show(found, speaker_of(settings.lang))
    return 0


def _jurisdiction(code: str, areas: Areas) -> str:
    area = areas.by_code.get(code)
    if area is None:
        raise WrongUse(f"{code} is no code of the region reference.", "Use a Kemendagri code such as 36.73.")
    if area.level not in ("province", "district"):
        raise WrongUse(
            f"{code} is a {area.level} ({area.name}), not a jurisdiction.",
            f"Give a province or a district, such as {code[:5]}.",
        )
    return code


def _given(texts: list[str]) -> list[str]:
    """Texts as given; empty ones keep their place, so that answers can be laid beside the questions."""
    given: list[str] = []
    for text in texts:
        given.extend(line.rstrip("\r\n") for line in sys.stdin) if text == "-" else given.append(text)
    return given if any(text.strip() for text in given) else []


def _facts(mentions: list[Mention]) -> list[dict[str, Any]]:
    facts = [mention.as_dict() for mention in mentions]
    return [fact | {"candidates": list(fact["candidates"])[:_MOST_CANDIDATES]} for fact in facts]  # type: ignore[call-overload]


def _show(found: list[tuple[str, list[Mention]]], speaker: Speaker) -> None:
    # a text of an agency is shown as it stands: no markup, no emoji codes; and nothing is cut to the screen's width
    console = PlainConsole()
    console.width = max(console.width, _WIDTH)
    for number, (text, mentions) in enumerate(found):
        if number:
            console.print()
        console.print(f"[bold]{escape(text)}[/bold]", soft_wrap=True)
        if mentions:
            _show_mentions(console, _facts(mentions), speaker)
        else:
            console.print(f"  {speaker.t('places.nothing')}")


def _show_mentions(console: Console, facts: list[dict[str, Any]], speaker: Speaker) -> None:
    heads = ("raw", "level", "code", "name", "how", "problem", "suggestion")
    table = Table(*(speaker.t(f"places.head.{name}") for name in heads), box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for fact in facts:
        table.add_row(*(escape(text) for text in _row(fact, speaker)))
    console.print(table)
    for fact in facts:
        for area in fact["candidates"]:
            level = speaker.word("places.level", area["level"])
            said = speaker.t("places.perhaps", raw=fact["raw"], name=area["name"], code=area["code"], level=level)
            console.print(escape(said), soft_wrap=True)


def _row(fact: dict[str, Any], speaker: Speaker) -> list[str]:
    """A suggestion stands in a column of its own: name and level are those of what was found, not of a guess."""
    is_guess = fact["how"] == "suggestion"
    level = "" if is_guess else fact["level"]
    return [
        fact["raw"],
        speaker.word("places.level", level) if level else "",
        fact["code"] or "",
        "" if is_guess else fact["name"] or "",
        speaker.word("places.how", fact["how"]),
        speaker.word("places.problem", fact["problem"]) if fact["problem"] else "",
        (fact["name"] or "") if is_guess else "",
    ]
