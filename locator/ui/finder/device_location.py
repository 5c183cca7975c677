"""The button that searches from the device's own location, and what it says of how that went."""

from __future__ import annotations

from typing import Final

import streamlit as st

from locator.geocoding import ROUGHEST_M
from locator.language import gettext as _
from locator.presentation import STATIC, wording
from locator.ui.finder import question

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
            "words": _words(),
            "roughest_m": ROUGHEST_M,
            "in_use": question.question().device is not None,
            "turn": question.turn(),
        },
        on_located_change=_located,
    )


def _words() -> dict[str, str]:
    """What is said of each outcome, by the name the script has for it."""
    return {
        "waiting": _("Waiting for your location. Your browser may ask you to allow it."),
        "in_use": _("Your location is in use. It is forgotten when you leave."),
        "denied": _(
            "Your browser did not share your location. You can allow it for this site in the browser's"
            " settings, then try again. Or type a ZIP code or city."
        ),
        "unavailable": _("Your device could not find its location. Type a ZIP code or city."),
        "timed_out": _("Finding your location took too long. Try again, or type a ZIP code or city."),
        "imprecise": _(
            "Your device may be off by about {miles} miles or more, so its location was not used. Type a ZIP"
            " code or city."
        ).format(miles=wording.whole_miles(ROUGHEST_M)),
    }


def _located() -> None:
    question.ask_from_device(st.session_state[_KEY].located)
