"""A made-up language that marks every message, to find words that no translator would ever be shown.

Only what the catalogues are made from is marked, and of it only the message itself: what is put into its
braces stands outside the marks again. Its calendar is Greek, so the words of dates are none of English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from locator.language import CLINICAL, INTERFACE, Language, speaking
from scripts.messages import interface
from tests.support.parsed_html import Element, one_line, parse

_TAG: Final = "el"
# What a message only carries along: tags with all that is in them, and the places its values are put into.
_CARRIED: Final = re.compile(r"(<[^>]*>|\{\w*\}|%\(\w+\)s)")
_MARKED: Final = re.compile("⟦[^⟦⟧]*⟧")
_WORD: Final = re.compile(r"[A-Za-zÀ-ɏ]+")
_NEVER_SEEN: Final = frozenset({"script", "style", "template"})
_READ_OUT: Final = ("alt", "aria-label", "aria-description", "placeholder", "title")


@contextmanager
def pseudo_language(clinical: Iterable[str] = ()) -> Iterator[Language]:
    """Have the made-up language hold inside the block; of the content files it knows the texts `clinical`."""
    with TemporaryDirectory() as folder:
        catalogues = Path(folder) / _TAG / "LC_MESSAGES"
        catalogues.mkdir(parents=True)
        (catalogues / f"{INTERFACE}.po").write_bytes(_po(_interface_messages()))
        (catalogues / f"{CLINICAL}.po").write_bytes(_po(tuple(clinical)))
        language = Language(_TAG, "Made-up", Path(folder))
        with speaking(language):
            yield language


def visible_words_outside_marks(html: str) -> list[str]:
    """The words of a piece of HTML that are seen or read out and stand in no message, in order."""
    page = parse(html)
    shown = one_line(" ".join(_texts(page)))
    read_out = (one.attributes.get(name, "") for one in page.every() for name in _READ_OUT)
    return [word for text in (shown, *read_out) for word in words_outside_marks(text)]


def words_outside_marks(text: str) -> list[str]:
    """The words of a text that stand in no message, in order; ValueError for a mark without its other."""
    left = _MARKED.sub(" ", text)
    if "⟦" in left or "⟧" in left:
        raise ValueError(f"a message within a message, or half of one: {left}")
    return _WORD.findall(left)


def _texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag not in _NEVER_SEEN:
            yield from _texts(child)


@cache
def _interface_messages() -> tuple[str | tuple[str, ...], ...]:
    named = (message.id for message in interface() if message.id)
    return tuple(one if isinstance(one, str) else tuple(one) for one in named)


@cache
def _po(messages: tuple[str | tuple[str, ...], ...]) -> bytes:
    """A catalogue of messages, each of them its own translation in marks."""
    catalogue = Catalog(locale=_TAG)
    for message in messages:
        marked = _in_marks(message) if isinstance(message, str) else tuple(map(_in_marks, message))
        catalogue.add(message, marked)
    written = BytesIO()
    write_po(written, catalogue)
    return written.getvalue()


def _in_marks(message: str) -> str:
    parts = _CARRIED.split(message)
    return "".join(
        part if number % 2 or not part.strip() else f"⟦{part}⟧" for number, part in enumerate(parts)
    )
