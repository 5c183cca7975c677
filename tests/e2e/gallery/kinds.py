"""What a state is: how it is called, what is seen, and how a visitor comes to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.e2e.gallery.visitor import Visitor


@dataclass(frozen=True, slots=True)
class _Named:
    part: str
    name: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Screen(_Named):
    """A state of a page in a window.

    `begins_at` is the selector of what comes first in the picture, "" the top of the page; with `is_window`
    the picture is the window as the visitor left it. With `is_drawn` the page draws on a canvas, which does
    not follow when the colours change: each colour scheme is then visited by itself.
    """

    reach: Callable[[Visitor], object]
    begins_at: str = ""
    is_window: bool = False
    is_drawn: bool = False


@dataclass(frozen=True, slots=True)
class Sheet(_Named):
    """A state on paper: `printed` gives it as a PDF."""

    printed: Callable[[Visitor], bytes]


State = Screen | Sheet
