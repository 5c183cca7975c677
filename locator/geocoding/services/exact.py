"""A person's street address, sent to a service only with that person's consent, and checked.

The gazetteer's answer stands unless the service's is better founded: in the state, ZIP code and surroundings
that the address itself names, and more precise than what is known without it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from locator.clinics import distance_m
from locator.errors import ServiceUnavailableError
from locator.geocoding import AnswerKind, Found, PostalAddress, ServiceRefusedError, StreetGeocoder
from locator.geocoding.places import BY_CITY, BY_ZIP
from locator.geocoding.services.addresses import parse_address
from locator.language import gettext as _
from locator.language import marked as N_
from locator.sites import Ambiguous, Located, NotLocated, Origin, PlaceAnswer

_LOGGER: Final = logging.getLogger(__name__)

# The gazetteer's radius holds about 90 % of a place's addresses; nearly all lie within twice that.
_REACH: Final = 2.0
# Two offers nearer to each other than this are the same place for the purpose of choosing a clinic.
_SAME_PLACE_M: Final = 800.0
_NO_STREET: Final = N_("No street was found in what you typed, so nothing was sent.")
_NOT_PLACED: Final = N_(
    "Nothing was sent: type a ZIP code or city with the street, so that an answer can be checked."
)


def place_exactly(
    text: str, offline: PlaceAnswer, geocoder: StreetGeocoder, *, budget_s: float
) -> PlaceAnswer:
    """The better founded of the gazetteer's answer and the service's; its notes say which, and why.

    Sends at most one request, and none when `text` holds no street or the gazetteer cannot place it. Takes no
    longer than `budget_s` seconds, and never raises for what a service does.
    """
    if isinstance(offline, NotLocated):
        return replace(offline, reason=f"{offline.reason} {_(_NOT_PLACED)}")
    if isinstance(offline, Ambiguous):
        return offline
    rough = offline.origin
    if rough.uncertainty_m == 0:
        # A clinic's own address: no service knows it better, so nothing is sent.
        return offline
    address = parse_address(text)
    if address is None or address.street is None:
        return Located(_kept(rough, _(_NO_STREET)))
    # From here on the address has left this server, and what says otherwise must not be shown.
    rough = replace(rough, notes=tuple(note for note in rough.notes if note not in {_(BY_ZIP), _(BY_CITY)}))
    try:
        offers = geocoder.geocode(address, budget_s=budget_s)
    except ServiceUnavailableError as exc:
        return Located(_kept(rough, _why_unavailable(exc, geocoder.name)))
    return Located(_better(address, rough, offers, geocoder.name))


def _better(address: PostalAddress, rough: Origin, offers: Sequence[Found], service: str) -> Origin:
    objections = [_objection(address, rough, offer) for offer in offers]
    accepted = [offer for offer, objection in zip(offers, objections, strict=True) if objection is None]
    if not accepted:
        why = (
            objections[0]
            if objections
            else _("{service} does not know this address.").format(service=service)
        )
        return _kept(rough, why or "")
    best = accepted[0]
    if any(distance_m(best.point, other.point) > _SAME_PLACE_M for other in accepted[1:]):
        several = _("{service} knows several places of this address. A ZIP code would tell them apart.")
        return _kept(rough, several.format(service=service))
    measured = _("Measured from your address, as {service} places it.").format(service=service)
    return Origin(
        label=_("your address in {place}").format(place=rough.label),
        point=best.point,
        precision=best.kind.precision,
        uncertainty_m=best.uncertainty_m,
        source=f"{service} ({best.attribution})",
        notes=(f"{measured} {_(_KIND_NOTES[best.kind])}",),
    )


def _objection(address: PostalAddress, rough: Origin, offer: Found) -> str | None:
    """Why an offer is not to be trusted over the gazetteer's answer; None if it is."""
    if address.state and offer.state and offer.state != address.state:
        return _("The address service found the address in another state, so its answer was not used.")
    if address.zip_code and offer.zip_code and offer.zip_code != address.zip_code:
        return _("The address service found the address in another ZIP code, so its answer was not used.")
    if distance_m(rough.point, offer.point) > _REACH * rough.uncertainty_m + offer.uncertainty_m:
        return _("The address service's answer lies outside the place you named, so it was not used.")
    if offer.uncertainty_m >= rough.uncertainty_m:
        return _("The address service's answer is no more exact than this, so it was not used.")
    return None


def _kept(rough: Origin, why: str) -> Origin:
    """The gazetteer's result, with the reason why it is kept as its first note."""
    return replace(rough, notes=(why, *rough.notes))


def _why_unavailable(exc: ServiceUnavailableError, service: str) -> str:
    if isinstance(exc, ServiceRefusedError):
        # For the operator; the error's text carries no address.
        _LOGGER.error("the patient geocoder refused: %s", exc)
    return _("{service} could not answer just now, so your exact address was not used.").format(
        service=service
    )


_KIND_NOTES: Final = {
    AnswerKind.ADDRESS: N_("It knows the house number."),
    AnswerKind.INTERPOLATED: N_("It knows house numbers near yours."),
    AnswerKind.STREET: N_("It knows the street, not the house number."),
    AnswerKind.ZIP: N_("It knows the ZIP code only."),
    AnswerKind.CITY: N_("It knows the city only."),
}
