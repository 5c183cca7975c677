"""What is said of each way that the search for a device's own location ends."""

from __future__ import annotations

from locator.geocoding import ROUGHEST_M
from locator.language import gettext as _
from locator.presentation import wording


def location_words() -> dict[str, str]:
    """What is said of each outcome, by the name the scripts have for it."""
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
