"""A part of a page that is drawn again by itself, where nothing around it depends on what was asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import streamlit as st

from locator.ui import broken, drawing, speaking, visits

_LOGGER: Final = logging.getLogger(__name__)


def part(key: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """What draws a part of a page: with the page, for each act in it, and after `drawing.draw_again`.

    Where it fails, its place says so in our words, and the page around it stands.
    """

    def of(draw: Callable[[], None]) -> Callable[[], None]:
        @st.fragment(key=key)
        def drawn() -> None:
            with visits.run():
                drawing.draw_whole_if_too_soon()
                speaking.resume()
                try:
                    draw()
                except Exception:
                    _LOGGER.exception("a part of the page failed: %s", key)
                    broken.page()

        return drawn

    return of
