"""HTML as a tree, read by the standard library, so that tests ask what a page says, not how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_ON_ITS_OWN_LINE = frozenset({"br", "dd", "div", "dt", "h2", "h3", "li", "p"})


@dataclass(slots=True)
class Element:
    """One element; `text` is all that is inside it, runs of blanks as one space."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, in reading order."""
        return one_line("".join(_pieces(self)))

    @property
    def classes(self) -> set[str]:
        """The element's classes."""
        return set(self.attributes.get("class", "").split())

    def every(self) -> Iterator[Element]:
        """All elements inside, in document order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.every()

    def all(self, tag: str = "", *, of_class: str = "") -> list[Element]:
        """The elements inside that have this tag and class; an empty one asks for nothing."""
        return [
            one
            for one in self.every()
            if (not tag or one.tag == tag) and (not of_class or of_class in one.classes)
        ]

    def one(self, tag: str = "", *, of_class: str = "") -> Element:
        """The only element inside that has this tag and class."""
        (found,) = self.all(tag, of_class=of_class)
        return found


def one_line(text: str) -> str:
    """Text as a browser lays it out: runs of blanks as one space, none at the ends."""
    return " ".join(text.split())


def _pieces(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        else:
            yield " " if child.tag in _ON_ITS_OWN_LINE else ""
            yield from _pieces(child)


def parse(html: str) -> Element:
    """The tree of an HTML fragment; an element that is closed wrongly or never is an error."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    if len(parser.open) != 1:
        raise ValueError(f"never closed: {parser.open[-1].tag}")
    return parser.open[0]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("fragment", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = self._add(tag, attrs)
        if tag not in _VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        if closed.tag != tag:
            raise ValueError(f"{closed.tag} is closed by {tag}")

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(made)
        return made
