"""What the commands about one file share: a console that shows text as it stands, files given, refusals in words.

Here: words around facts, in the language that is set. Not here: the facts (read.py, check.py) and sentences (i18n/).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from rich import markup
from rich.console import Console

from kla_pipeline.errors import DeliveryRefused, WrongUse
from kla_pipeline.i18n import Lang, Speaker, load

_HIDDEN_NAMED = 10
# what a terminal obeys instead of showing: an export must not rename the window or turn the text around
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class PlainConsole(Console):
    """No markup is guessed, no emoji codes; a closed pipe ends the command (app.py) instead of failing it."""

    def __init__(self) -> None:
        super().__init__(highlight=False, emoji=False)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def escape(text: str) -> str:
    """Text of a file for a console: no markup, and a mark in place of each control character."""
    return markup.escape(_CONTROLS.sub("\ufffd", text))


def speaker_of(lang: Lang) -> Speaker:
    """The package's texts in a language."""
    return Speaker(load(), lang)


def require_file(file: Path) -> None:
    """Raises WrongUse that tells a folder from a file that is not there."""
    if file.is_dir():
        raise WrongUse(f"{file} is a folder.", "Give the path of one export.")
    if not file.is_file():
        raise WrongUse(f"There is no file {file}.", "Give the path of one export.")


def kinds_text(speaker: Speaker, prefix: str, counts: Mapping[str, int]) -> str:
    """`2 title, 1 blank` in words."""
    said = ", ".join(f"{n} {speaker.word(prefix, kind)}" for kind, n in counts.items())
    return said or speaker.t("said.none")


def hidden_rows_text(speaker: Speaker, rows: Collection[int]) -> str:
    """How many rows a workbook hides and the first of them; empty when it hides none."""
    if not rows:
        return ""
    first = sorted(rows)[:_HIDDEN_NAMED]
    named = ", ".join(map(str, first)) + (" …" if len(rows) > len(first) else "")
    return speaker.t("said.hidden_rows", count=len(rows), rows=named)


def reason_facts(refusal: DeliveryRefused) -> dict[str, Any]:
    """The object of a refusal that `--json` prints: English, and the Indonesian sentences as `message_id`."""
    own = {"code": refusal.code, "message": refusal.message, "what_to_do": refusal.hint}
    return own | {"message_id": _indonesian(refusal.code) or refusal.message} | refusal.detail


def _indonesian(code: str) -> str:
    return " ".join(load().find(f"reason.{code}.{part}", "id", "") for part in ("means", "do")).strip()


def reason_text(reason: Mapping[str, Any], speaker: Speaker) -> str:
    """A refusal as sentences, with what else is known of it."""
    english = f"{reason['message']} {reason['what_to_do']}".strip()
    said = [f"{speaker.word('reason', reason['code'])} ({reason['code']}):"]
    said.append(english if speaker.lang == "en" else str(reason["message_id"]))
    if speaker.lang == "id" and reason.get("missing"):
        said.append(speaker.t("reason_detail.missing", columns=", ".join(reason["missing"])))
        said.append(speaker.t("check.looks_like", layout=reason["layout"]))
    if speaker.lang == "id" and reason.get("layouts"):
        said.append(speaker.t("check.layouts_alike", layouts=", ".join(reason["layouts"])))
    if reason.get("header"):
        said.append(speaker.t("check.header_seen", names=", ".join(f"“{name}”" for name in reason["header"])))
    said += [speaker.t("check.fits", layout=fit["layout"], agency=fit["agency"]) for fit in reason.get("fits", ())]
    return " ".join(said)
