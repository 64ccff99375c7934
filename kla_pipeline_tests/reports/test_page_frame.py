"""What holds for every page: self-contained, two languages, readable without eyes, script or network."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections import Counter
from pathlib import Path

import pytest

from kla_pipeline.reports.engine import HERE, render_public, render_release
from kla_pipeline_tests.reports.html_tree import Node, edition, parse
from kla_pipeline_tests.reports.release_builder import ReleaseBuilder

PAGES = ("release", "public", "report")
NAMESPACE = re.compile(r"https?://www\.w3\.org/(?:1999|2000)/[\w/]+")


@pytest.fixture(params=PAGES)
def html(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(f"{request.param}_html")


@pytest.fixture
def page(html: str) -> Node:
    return parse(html)


def test_a_page_names_no_outside_address(html: str) -> None:
    assert not re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+", NAMESPACE.sub("", html))


def test_links_and_drawings_stay_inside_the_page(page: Node) -> None:
    targets = {node.attributes["id"] for node in page.walk() if "id" in node.attributes}
    beside = {
        id(node) for nav in page.having("class", "pages") for node in nav.all("a")
    }  # test_audit_report.py has them
    links = [node.attributes["href"] for node in page.all("a", "use") if id(node) not in beside]
    assert links
    assert {link[1:] for link in links} <= targets
    assert all(link.startswith("#") for link in links)
    assert not [node for node in page.walk() if {"src", "srcset", "action", "data"} & node.attributes.keys()]


def test_the_policy_admits_exactly_the_inline_style_and_script(page: Node) -> None:
    [policy] = [n.attributes["content"] for n in page.all("meta") if "http-equiv" in n.attributes]
    [style], [script] = page.all("style"), page.all("script")
    for kind, node in (("style-src", style), ("script-src", script)):
        digest = base64.b64encode(hashlib.sha256("".join(map(str, node.children)).encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not [n for n in page.walk() if "style" in n.attributes or any(a.startswith("on") for a in n.attributes)]


def test_ids_are_unique(page: Node) -> None:
    ids = Counter(node.attributes["id"] for node in page.walk() if "id" in node.attributes)
    assert [name for name, times in ids.items() if times > 1] == []


def test_labels_of_regions_exist(page: Node) -> None:
    ids = {node.attributes.get("id") for node in page.walk()}
    named = [word for n in page.walk() for word in n.attributes.get("aria-labelledby", "").split()]
    assert named
    assert set(named) <= ids


@pytest.mark.parametrize("lang", ["id", "en"])
def test_headings_descend_one_level_at_a_time(page: Node, lang: str) -> None:
    levels = [1] + [int(node.tag[1]) for node in edition(page, lang).all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert len(page.all("h1")) == 1
    assert len(levels) > 5
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert 1 not in levels[1:]


def test_tables_have_captions_and_scoped_headers(page: Node) -> None:
    tables = page.all("table")
    assert tables
    for table in tables:
        [caption] = table.all("caption")
        assert caption.text
        assert table.all("thead")
        assert all(th.attributes.get("scope") for th in table.all("th"))


def test_drawings_have_a_title_and_a_description_with_the_figures(page: Node) -> None:
    drawings = [svg for svg in page.all("svg") if svg.attributes.get("role") == "img"]
    assert drawings
    for svg in drawings:
        assert svg.all("title")[0].text
        assert re.search(r"\d", svg.all("desc")[0].text)
    others = [svg for svg in page.all("svg") if svg.attributes.get("role") != "img"]
    assert all(svg.attributes.get("aria-hidden") == "true" for svg in others)


def test_both_languages_say_the_same_things(page: Node) -> None:
    shapes = [[n.tag for n in edition(page, lang).walk()] for lang in ("id", "en")]
    assert shapes[0] == shapes[1]


def test_language_is_a_radio_choice_that_needs_no_script(page: Node) -> None:
    radios = [n for n in page.all("input") if n.attributes["type"] == "radio"]
    assert [(n.attributes["value"], "checked" in n.attributes) for n in radios] == [("id", True), ("en", False)]
    labels = {n.attributes["for"] for n in page.all("label")}
    assert labels == {n.attributes["id"] for n in radios}
    css = page.all("style")[0].children[0]
    assert "#lang-id:checked ~ * .t-en" in str(css)
    assert "#lang-en:checked ~ * .t-id" in str(css)


def test_every_part_that_is_switched_declares_its_language(page: Node) -> None:
    for lang in ("id", "en"):
        switched = page.having("class", f"t-{lang}")
        assert len(switched) >= 4
        assert all(node.attributes["lang"] == lang for node in switched)


def test_the_first_focusable_element_skips_to_the_content(page: Node) -> None:
    first = next(n for n in page.walk() if n.tag in ("a", "input", "button", "summary") or "tabindex" in n.attributes)
    assert first.attributes["href"] == "#content"
    assert page.all("main")[0].attributes["id"] == "content"


def test_wide_tables_can_be_scrolled_by_keyboard(page: Node) -> None:
    for region in page.having("class", "scroll"):
        assert region.attributes["tabindex"] == "0"
        assert region.attributes["role"] == "region"
        assert region.attributes.get("aria-label") or region.attributes.get("aria-labelledby")


def test_nothing_is_left_of_the_templates(html: str) -> None:
    body = html.partition("</style>")[2]
    assert not re.search(r"\{\{|\}\}|\{%|\bNone\b|\bnan\b|Undefined", body)


def test_paper_is_a4_and_names_the_release_on_every_sheet(html: str) -> None:
    assert "size: A4" in html
    assert "@page en{@bottom-left{content:" in html
    assert re.search(r"(rilis|release) (20260630-0001-4be19c07|4be19c074be1)", html.partition("</style>")[0])


def test_the_same_release_gives_the_same_bytes(tmp_path: Path, release_html: str, public_html: str) -> None:
    internal, audit, public = ReleaseBuilder().write(tmp_path)
    assert render_release(internal, audit, tmp_path / "a").read_text(encoding="utf-8") == release_html
    assert render_public(public, tmp_path / "b").read_text(encoding="utf-8") == public_html


def test_a_page_can_show_english_first(tmp_path: Path) -> None:
    *_, public = ReleaseBuilder().write(tmp_path)
    page = parse(render_public(public, tmp_path / "site", lang="en").read_text(encoding="utf-8"))
    assert page.all("html")[0].attributes["lang"] == "en"
    assert [n.attributes["value"] for n in page.all("input") if "checked" in n.attributes] == ["en"]


def test_no_template_marks_data_as_safe() -> None:
    for template in (HERE / "templates").glob("*.j2"):
        assert "|safe" not in template.read_text(encoding="utf-8").replace(" ", ""), template.name


@pytest.mark.parametrize("synthetic", [True, False])
def test_the_synthetic_banner_stands_before_everything_or_not_at_all(render, synthetic: bool) -> None:
    page = render(ReleaseBuilder(is_synthetic=synthetic))
    banners = page.having("class", "synthetic")
    text = page.all("body")[0].text
    assert len(banners) == synthetic
    assert ("DATA SINTETIS" in text) == synthetic
    assert ("SYNTHETIC DATA" in text) == synthetic
    assert ("DATA SINTETIS" in str(page.all("style")[0].children[0])) == synthetic  # the margin of printed sheets
    if synthetic:
        order = [n.tag if n is not banners[0] else "banner" for n in page.walk()]
        assert order.index("banner") < order.index("header")


def test_markup_in_data_is_shown_and_never_run(render) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    builder = ReleaseBuilder(city=f"Kota {evil} </style>")
    builder.registry = [(row[0], f"{evil} {row[0]}", f"{evil} {row[0]}", *row[3:]) for row in builder.registry]
    builder.rules = [(*rule[:3], evil, evil) for rule in builder.rules]
    builder.deliveries = [(*row[:6], evil, evil, *row[8:]) for row in builder.deliveries]
    page = render(builder)
    assert len(page.all("script")) == 1
    assert len(page.all("style")) == 1
    assert not page.all("img")
    assert evil in page.all("main")[0].text
