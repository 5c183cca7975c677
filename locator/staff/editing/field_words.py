"""What the fields of a clinic are called in its form, and the words they offer, in the language that holds.

The table of all clinics, the changes and the problems speak of columns and words as the file has them.
"""

from __future__ import annotations

from typing import Final

from locator.language import gettext as _
from locator.language import marked as N_

_LABELS: Final = {
    "site_id": N_("Site ID"),
    "name": N_("Name"),
    "street": N_("Street"),
    "unit": N_("Unit"),
    "city": N_("City"),
    "state": N_("State"),
    "zip": N_("ZIP"),
    "country": N_("Country"),
    "phone": N_("Phone"),
    "fax": N_("Fax"),
    "website": N_("Website"),
    "npi": N_("NPI"),
    "hours": N_("Hours"),
    "hours_as_of": N_("Hours as of"),
    "time_zone": N_("Time zone"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "pin_source": N_("Pin source"),
    "pin_precision": N_("Pin precision"),
    "pin_address": N_("Pin address"),
    "evaluation": N_("Evaluation"),
    "evaluation_status": N_("Evaluation status"),
    "evaluation_source": N_("Evaluation source"),
    "evaluation_as_of": N_("Evaluation as of"),
    "procedure": N_("Procedure"),
    "procedure_status": N_("Procedure status"),
    "procedure_source": N_("Procedure source"),
    "procedure_as_of": N_("Procedure as of"),
    "wheelchair_entrance": N_("Wheelchair entrance"),
    "wheelchair_parking": N_("Wheelchair parking"),
    "wheelchair_restroom": N_("Wheelchair restroom"),
    "accepting_new_patients": N_("Accepting new patients"),
    "source": N_("Source"),
    "as_of": N_("As of"),
    "verified_on": N_("Verified on"),
    "verified_by": N_("Verified by"),
    "active": N_("Active"),
    "note": N_("Note"),
}
_CHOICES: Final = {
    "yes": N_("yes"),
    "no": N_("no"),
    "unknown": N_("unknown"),
    "confirmed": N_("confirmed"),
    "provisional": N_("provisional"),
    "rooftop": N_("rooftop"),
    "address": N_("address"),
    "street": N_("street"),
    "zip": N_("zip"),
    "city": N_("city"),
}


def label(column: str) -> str | None:
    """What the field of a column is called; None for a column that the directory does not know."""
    known = _LABELS.get(column)
    return _(known) if known else None


def choice(text: str) -> str:
    """A word of the file as a person reads it; any other text as it is."""
    known = _CHOICES.get(text)
    return _(known) if known else text
