"""A small tree over html.parser, enough to ask a page what a reader would: texts, headings, tables, languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "use", "rect", "path", "line", "circle", "ellipse"}


@dataclass
class Node:
    """An element; `children` holds elements and texts in order."""

    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, *tags: str) -> list[Node]:
        return [node for node in self.walk() if node.tag in tags]

    def having(self, name: str, word: str) -> list[Node]:
        """Elements whose attribute holds a word: `having('class', 'chip')`."""
        return [node for node in self.walk() if word in node.attributes.get(name, "").split()]

    @property
    def text(self) -> str:
        """Visible and hidden text, spaces collapsed; script and style left out."""
        if self.tag in ("script", "style"):
            return ""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(parts).split())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open[-1].tag != tag:
            raise AssertionError(f"</{tag}> closes <{self.open[-1].tag}> {self.open[-1].attributes}")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    """The tree of a page. Raises AssertionError when elements are not properly nested."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    if builder.open != [builder.root]:
        raise AssertionError(f"never closed: {[node.tag for node in builder.open[1:]]}")
    return builder.root


def edition(page: Node, lang: str) -> Node:
    """The part of the main content in one language."""
    [main] = page.all("main")
    [part] = [node for node in main.having("class", f"t-{lang}") if node.tag == "div"]
    return part
