"""`kla places`: what the resolver of places makes of a text, shown to a person."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kla_pipeline.errors import WrongUse
from kla_pipeline.places.mentions import Mention, read_mentions
from kla_pipeline.places.resolver import Resolver
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.settings import Settings

# of a name that many areas bear a person is shown so many
_MOST_CANDIDATES = 8
_WIDTH = 120


def places_command(settings: Settings, texts: list[str], jurisdiction: str | None, as_json: bool) -> int:
    """Exit code 0. A text `-` stands for standard input, one text per line. Raises WrongUse for an unknown code."""
    areas = load_catalogue(settings.source_folders()).areas
    code = jurisdiction or settings.jurisdiction
    if code not in areas.by_code:
        raise WrongUse(f"{code} is no code of the region reference.", "Use a Kemendagri code such as 36.73.")
    if not (texts := _given(texts)):
        raise WrongUse("There is no text to read.", "Give one, or `-` and lines on standard input.")
    resolver = Resolver(areas, code)
    district = code[:5] if len(code) >= 5 else ""
    found = [(text, read_mentions(text, resolver, district)) for text in texts]
    if as_json:
        facts = {"jurisdiction": code, "texts": [{"text": text, "mentions": _facts(ms)} for text, ms in found]}
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _show(found)
    return 0


def _given(texts: list[str]) -> list[str]:
    given = []
    for text in texts:
        given.extend(line.rstrip("\n") for line in sys.stdin) if text == "-" else given.append(text)
    return [text for text in given if text.strip()]


def _facts(mentions: list[Mention]) -> list[dict[str, Any]]:
    facts = [mention.as_dict() for mention in mentions]
    return [fact | {"candidates": list(fact["candidates"])[:_MOST_CANDIDATES]} for fact in facts]  # type: ignore[call-overload]


def _show(found: list[tuple[str, list[Mention]]]) -> None:
    # a text of an agency is shown as it stands: no markup, no emoji codes; and nothing is cut to the screen's width
    console = Console(highlight=False, emoji=False)
    console.width = max(console.width, _WIDTH)
    for number, (text, mentions) in enumerate(found):
        if number:
            console.print()
        console.print(f"[bold]{escape(text)}[/bold]", soft_wrap=True)
        _show_mentions(console, _facts(mentions))


def _show_mentions(console: Console, facts: list[dict[str, Any]]) -> None:
    table = Table("raw", "level", "code", "name", "how", "problem", box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for fact in facts:
        table.add_row(
            *(escape(str(fact[column] or "")) for column in ("raw", "level", "code", "name", "how", "problem"))
        )
    console.print(table)
    for fact in facts:
        for area in fact["candidates"]:
            console.print(
                escape(f"  {fact['raw']}: perhaps {area['name']} ({area['code']}, {area['level']})"), soft_wrap=True
            )
