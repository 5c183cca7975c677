"""The button that searches from the device's own location, and what it says of how that went."""

from __future__ import annotations

from typing import Final

import streamlit as st

from locator.geocoding import ROUGHEST_M
from locator.language import gettext as _
from locator.presentation import STATIC
from locator.ui.finder import question
from locator.web.first_document import location_words

_KEY: Final = "locate"

_component: Final = st.components.v2.component(
    "device_location",
    # The live region stays in place while its text changes, or screen readers would not read it out.
    html='<button type="button" class="locate"></button><p class="locate-said" role="status"></p>',
    js=(STATIC / "locate.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def button() -> None:
    """Offer to search from where the device is; a browser that cannot tell, or not safely, leaves it out."""
    _component(
        key=_KEY,
        data={
            "label": _("Use my location"),
            "words": location_words(),
            "roughest_m": ROUGHEST_M,
            "in_use": question.question().device is not None,
            "turn": question.turn(),
        },
        on_located_change=_located,
    )


def _located() -> None:
    question.ask_from_device(st.session_state[_KEY].located)
