"""A site's facts as flat names and values, under the names of the directory's columns."""

from __future__ import annotations

from locator.sites import Claim, Site

Fact = str | float | None
"""None is not known. An answer is yes, no or unknown; unknown is never no."""


def facts(site: Site) -> dict[str, Fact]:
    """What is published of a site, in the order of the directory's columns.

    Who at the practice checked a row is not: only that it was checked, and on which day.
    """
    pin = site.pin
    return {
        "site_id": site.site_id,
        "name": site.name,
        "street": site.street,
        "unit": site.unit,
        "city": site.city,
        "state": site.state,
        "zip": site.zip_code,
        "country": site.country,
        "phone": site.phone,
        "fax": site.fax,
        "website": site.website,
        "npi": site.npi,
        "hours": site.hours,
        "hours_as_of": site.hours_as_of,
        "time_zone": site.time_zone,
        "latitude": pin.point.lat_deg if pin else None,
        "longitude": pin.point.lon_deg if pin else None,
        "pin_source": pin.source if pin else None,
        "pin_precision": pin.precision if pin else None,
        **_claim("evaluation", site.evaluation),
        **_claim("procedure", site.procedure),
        "wheelchair_entrance": site.wheelchair.entrance,
        "wheelchair_parking": site.wheelchair.parking,
        "wheelchair_restroom": site.wheelchair.restroom,
        "accepting_new_patients": site.accepting_new_patients,
        "source": site.source,
        "as_of": site.as_of.isoformat(),
        "verified_on": site.verified_on.isoformat() if site.verified_on else None,
        "note": site.note,
    }


def _claim(role: str, claim: Claim) -> dict[str, Fact]:
    return {
        role: claim.answer,
        f"{role}_status": claim.status,
        f"{role}_source": claim.source,
        f"{role}_as_of": claim.as_of.isoformat() if claim.as_of else None,
    }
