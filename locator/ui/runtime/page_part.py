"""A part of a page that is drawn again without the rest, and what a visitor reads where drawing failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import streamlit as st

from locator.language import gettext as _
from locator.ui.runtime import redraw, resources, runs, visit_language

_LOGGER: Final = logging.getLogger(__name__)


def part(key: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Draw a part of a page: with the page, for each action in it, and after `redraw.draw_again`.

    If it fails, a message takes its place, and the page around it stays.
    """

    def decorate(draw: Callable[[], None]) -> Callable[[], None]:
        @st.fragment(key=key)
        def draw_part() -> None:
            with runs.run():
                redraw.draw_whole_if_too_soon()
                visit_language.resume()
                try:
                    draw()
                except Exception:
                    _LOGGER.exception("a part of the page failed: %s", key)
                    show_failure()

        return draw_part

    return decorate


def show_failure() -> None:
    """Say, below what has been drawn, that the rest is missing and what to do instead."""
    message = _(
        "Something went wrong on our side, and part of this page is missing. Call {phone}: we help you."
    )
    st.error(message.format(phone=resources.settings().practice_phone), icon=":material/error:")
