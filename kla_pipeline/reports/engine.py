"""The page engine: data of a release in, one self-contained HTML file out.

Here: the template environment, the frame of every page (style sheet, language switch, content security policy) and the
two start pages. Not here: the auditors' report (audit_report.py), arranging data (measure_view.py, delivery_view.py),
sentences (i18n/), colours (style.css).

A page holds its body twice, once per language, and shows one of them by two radio buttons: that works without a script,
without a network and in print, and lets attributes and drawings speak the chosen language too. A further page is a
template that extends `base.html.j2` and a function here that calls `render`.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from kla_pipeline.errors import boundary
from kla_pipeline.i18n import Lang, Speaker, load
from kla_pipeline.i18n.formats import LANGS
from kla_pipeline.reports import audit_figures, figures
from kla_pipeline.reports.delivery_view import delivery_book, own_words
from kla_pipeline.reports.measure_view import MeasureBook, book
from kla_pipeline.reports.reader import Reader, Row, reading

HERE = Path(__file__).parent
PAGE = "index.html"
STATUSES = ("value", "zero_reported", "not_applicable", "not_reported", "insufficient", "suppressed")


@dataclass(frozen=True, slots=True)
class Titles:
    """Heading of a page and title of its window, in one language."""

    page: str
    window: str


@functools.cache
def environment() -> jinja2.Environment:
    """Templates with everything escaped and nothing undefined; figures are filters of a cell and a speaker.

    One for the process: compiling the templates takes longer than filling them.
    """
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= {
        "count": figures.count,
        "value": figures.value,
        "basis": figures.basis,
        "fraction": figures.fraction,
        "span": figures.span,
        "chart": figures.chart,
        "law": figures.law,
        "own_words": own_words,
        "code": _code_words,
    } | audit_figures.FILTERS
    return env


def _code_words(text: str) -> Markup:
    """Text with `back-quoted` words as <code>; everything is escaped first."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(Markup.escape(text))))


def _policy_hash(content: str) -> str:
    """The source expression by which the page's own policy admits one inline block and nothing else."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def _style(foot: Mapping[Lang, str], warning: Mapping[Lang, str] | None) -> str:
    """The style sheet and the margins of printed pages, which must name the release in the chosen language."""
    rules = [(HERE / "style.css").read_text(encoding="utf-8")]
    for lang in LANGS:
        top = f'@top-center{{content:"{_css_text(warning[lang])}"}}' if warning else ""
        rules.append(f'@page {lang}{{@bottom-left{{content:"{_css_text(foot[lang])}"}}{top}}}')
    return "\n".join(rules) + "\n"


def _css_text(text: str) -> str:
    """Text for a CSS string: whatever could end the string or the style element is written as an escape."""
    return re.sub(r"[^\w .,:()\u00b7\u2013/-]", lambda found: f"\\{ord(found[0]):x} ", text)


def render(
    template: str,
    release: Row,
    target: Path,
    *,
    lang: Lang = "id",
    titles: Mapping[Lang, Titles] | None = None,
    **context: Any,
) -> Path:
    """Write `target/index.html` from a template that extends base.html.j2, and return its path.

    `lang` is the language shown first; `titles` are those of the start pages unless given. The same arguments give the
    same bytes: nothing here reads a clock. The file is complete or absent: it is written beside its name and renamed.
    """
    speakers = [Speaker(load(), code) for code in sorted(LANGS, key=lambda code: code != lang)]
    foot: dict[Lang, str] = {
        code.lang: code.t("page.print_foot", city=release["jurisdiction_name"], release=release["release_id"])
        for code in speakers
    }
    warning: dict[Lang, str] = {code.lang: code.t("page.synthetic.name") for code in speakers}
    style, script = (
        _style(foot, warning if release["is_synthetic"] else None),
        (HERE / "switch.js").read_text(encoding="utf-8"),
    )
    html = (
        environment()
        .get_template(template)
        .render(
            release=release,
            speakers=speakers,
            titles=titles or {code.lang: _start_titles(release, code) for code in speakers},
            style=Markup(style),
            script=Markup(script),
            style_hash=_policy_hash(style),
            script_hash=_policy_hash(script),
            statuses=STATUSES,
            **context,
        )
    )
    target.mkdir(parents=True, exist_ok=True)
    path, part = target / PAGE, target / f".{PAGE}.part"
    part.write_text(html, encoding="utf-8", newline="\n")
    os.replace(part, path)
    return path


def _start_titles(release: Row, speaker: Speaker) -> Titles:
    date = speaker.day(release["as_of_date"])
    window = speaker.t("page.head_title", city=release["jurisdiction_name"], date=date)
    return Titles(speaker.t("page.title"), window)


def release_facts(reader: Reader, release_id: str | None) -> Row:
    """The release's facts. An id is always shown: without one, the first figures of the input key."""
    facts = reader.row("release")
    return facts | {"release_id": release_id or str(facts["input_key"])[:12]}


def _measures(reader: Reader) -> MeasureBook:
    return book(reader.rows("measures"), reader.rows("city_cells"), reader.rows("area_cells"))


@boundary("writing the release page")
def render_release(internal_db: Path, audit_db: Path, target: Path, *, lang: Lang = "id") -> Path:
    """Write the task force's start page, with exact counts, to `target/index.html`.

    Reads `mart.measure` and `meta.*` of the internal file and `quality.*` of the audit file, both read-only. Raises
    KlaError when a file or table is missing; no message quotes a cell.
    """
    with reading(release=internal_db, audit=audit_db) as reader:
        release = release_facts(reader, reader.row("run")["release_id"])
        measures, deliveries = _measures(reader), delivery_book(reader)
    return render("release.html.j2", release, target, lang=lang, measures=measures, deliveries=deliveries)


@boundary("writing the public page")
def render_public(public_db: Path, target: Path, *, edition_id: str = "", lang: Lang = "id") -> Path:
    """Write the public edition's start page to `target/index.html`: the city's yearly totals only.

    Reads `mart.measure`, `meta.release` and `meta.measure` of the public file, read-only. Rows of finer grain are left
    out here even if the file held some. `edition_id` names the edition on the page.
    """
    with reading(release=public_db) as reader:
        registry, cells = reader.rows("measures"), reader.rows("city_cells")
        release = release_facts(reader, edition_id)
    yearly = [row for row in cells if row["period_type"] == "year" and row["breakdown"] == ""]
    return render("public.html.j2", release, target, lang=lang, measures=book(registry, yearly, []))
