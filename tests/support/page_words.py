"""What a page that was run without a browser has to read, and what of it is no message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Final

import markupsafe
from streamlit.testing.v1 import AppTest

from tests.support.pseudo_language import visible_words_outside_marks, words_outside_marks

_READ: Final = {"label", "help", "body", "placeholder", "options", "content", "text"}
"""What of a widget is read or read out; the rest are keys, addresses and values."""


def said(app: AppTest) -> Iterator[str]:
    """Every text of the page that is read, but for what a component's script writes."""
    pending = [*app._tree.children.values()]  # noqa: SLF001 - it has no public walk
    while pending:
        node = pending.pop()
        if hasattr(node.proto, "ListFields"):
            yield from _texts_of(node.proto)
        pending.extend(getattr(node, "children", {}).values())


def _texts_of(sent: Any) -> Iterator[str]:  # noqa: ANN401 - protobuf's messages have no types here
    for field, value in sent.ListFields():
        is_one = isinstance(value, str) or hasattr(value, "ListFields") or not isinstance(value, Iterable)
        for one in [value] if is_one else value:
            if hasattr(one, "ListFields"):
                yield from _texts_of(one)
            elif isinstance(one, str) and field.name in _READ:
                yield one


def words_outside(texts: Iterable[str], known: Iterable[str]) -> list[str]:
    """The words of texts, read as HTML where they have tags, that stand in no message and are not `known`."""
    every = {*known}
    # The two ways in which templates here write the same sign.
    escaped = {*map(escape, every)} | {str(markupsafe.escape(phrase)) for phrase in every}
    phrases = sorted(every | escaped, key=len, reverse=True)
    words = []
    for text in texts:
        left = text
        # To look for a text is quick, and few of these many occur.
        for phrase in (one for one in phrases if one in text):
            left = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", left)
        words += visible_words_outside_marks(left) if "<" in left else words_outside_marks(left)
    return words
