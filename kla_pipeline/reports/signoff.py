"""The sign-off sheet of a release as a page: what was approved, by whom, and where the chain of events stood.

Here: the page from a sheet's facts. Not here: the facts (nightly/signoff.py) and the frame of pages (engine.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kla_pipeline.errors import boundary
from kla_pipeline.i18n import Lang, Speaker, load
from kla_pipeline.i18n.formats import LANGS
from kla_pipeline.reports.engine import Titles, render
from kla_pipeline.settings import TIME_ZONE


@boundary("writing the sign-off sheet")
def render_signoff(sheet: Mapping[str, Any], target: Path, *, lang: Lang = "id") -> Path:
    """Write `target/index.html` from the content of `signoff.json`."""
    release = dict(sheet["release"]) | {"as_of_date": date.fromisoformat(sheet["release"]["as_of_date"])}
    signatures = [entry | {"local": _local(entry["at"])} for entry in sheet["signatures"]]
    return render(
        "signoff.html.j2",
        release,
        target,
        lang=lang,
        titles={code: _titles(code, release) for code in LANGS},
        sheet=sheet,
        signatures=signatures,
    )


def _titles(lang: Lang, release: Mapping[str, Any]) -> Titles:
    speaker = Speaker(load(), lang)
    window = speaker.t("signoff.window", city=release["jurisdiction_name"], release=release["release_id"])
    return Titles(speaker.t("signoff.title"), window)


def _local(at: str) -> datetime:
    return datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(TIME_ZONE)
