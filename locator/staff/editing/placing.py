"""Pins for the rows of a table that lack one, from the service that places clinics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from locator.clinics import ClinicTable
from locator.geocoding import StreetGeocoder
from locator.geocoding.pins import (
    PIN_ADDRESS,
    Proposal,
    ServiceResponse,
    changes,
    is_due,
    propose,
    requested_address,
    settle,
)
from locator.geocoding.places import Gazetteer
from locator.language import gettext as _
from locator.sites import Site


def without_a_pin(table: ClinicTable, sites: Iterable[Site]) -> tuple[Site, ...]:
    """The clinics of a table that need a pin: they have none, or one for another address that nobody set."""
    made_for = table.column(PIN_ADDRESS)
    return tuple(site for site in sites if is_due(site, made_for.get(site.site_id, "")))


def ask(
    site: Site, geocoder: StreetGeocoder, gazetteer: Gazetteer, *, today: date, budget_s: float
) -> Proposal:
    """What the service says of one clinic's address, with all that speaks against it.

    Raises the service's own error, as `StreetGeocoder.geocode` does.
    """
    address = requested_address(site)
    offers = geocoder.geocode(address, budget_s=budget_s)
    return propose(site, ServiceResponse(geocoder.name, address.one_line, today, offers), gazetteer)


def with_pins(
    table: ClinicTable, proposals: Sequence[Proposal], sites: Sequence[Site]
) -> tuple[ClinicTable, tuple[str, ...]]:
    """The table with every pin that nothing speaks against, and a sentence for each that was left out."""
    settled = settle(proposals, sites, ())
    left_out = tuple(f"{one.site.site_id}: {_why_not(one)}" for one in settled if not one.to_write)
    return table.with_cells(changes(settled)), left_out


def _why_not(proposal: Proposal) -> str:
    return " ".join(doubt.reason for doubt in proposal.doubts) or _("no pin was found.")
