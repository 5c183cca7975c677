"""The sites as JSON-LD in the words of schema.org, for search engines and the practice's own web site.

What is not known is absent. A service stands only where it is known, with its doubt in its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from locator.clinics import Format
from locator.publication import remarks
from locator.publication.part import Part
from locator.publication.remarks import Service, stable_uuid
from locator.publication.week import SharedOpening, shared_openings
from locator.settings import Practice
from locator.sites import Pin, Site, Status

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def linked_data(part: Part, publisher: Practice) -> dict[str, Any]:
    """A graph: what this is, the practice, then one MedicalClinic a site."""
    practice = _id(publisher, "Organization")
    return {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "Dataset",
                "@id": _id(publisher, "Dataset"),
                "name": f"Clinics of {publisher.practice_name} and dorsal root ganglion (DRG) stimulation",
                "description": "Where DRG stimulation is evaluated and done. What is not known is left out;"
                f" left out does not mean no.{_whereabouts(part)}",
                "version": publisher.directory_version,
                "inLanguage": "en",
                "isAccessibleForFree": True,
                "about": {"@id": practice},
                **_known(url=publisher.public_url),
            },
            {
                "@type": "MedicalOrganization",
                "@id": practice,
                "name": publisher.practice_name,
                "telephone": remarks.dialled(publisher.practice_phone),
                **_known(url=publisher.practice_website),
            },
            *(_clinic(site, publisher, practice) for site in part.sites),
        ],
    }


def _whereabouts(part: Part) -> str:
    if part.is_all:
        return ""
    onwards = part.links("clinics.jsonld").get("next")
    return f" These are {part.in_words}; {f'the next are at {onwards}' if onwards else 'they are the last'}."


def _clinic(site: Site, publisher: Practice, practice: str) -> dict[str, Any]:
    return {
        "@type": "MedicalClinic",
        "@id": _id(publisher, "Location", site.site_id),
        "name": site.title,
        "alternateName": site.name,
        "identifier": _properties(site_id=site.site_id, npi=site.npi),
        "parentOrganization": {"@id": practice},
        "address": _address(site),
        "telephone": remarks.dialled(site.phone),
        **_known(
            faxNumber=remarks.dialled(site.fax) if site.fax else None,
            url=site.website,
            geo=_geo(site, site.pin) if site.pin else None,
            openingHoursSpecification=[_opening(site, one) for one in shared_openings(site.hours)],
            isAcceptingNewPatients=remarks.new_patients(site),
            amenityFeature=[_feature(name, there=there) for name, there in remarks.wheelchair(site).items()],
            availableService=[_service(one) for one in remarks.services(site) if one.is_known],
            additionalProperty=_properties(**_circumstances(site)),
        ),
        "description": " ".join(_description(site)),
        "subjectOf": _listing(site),
    }


def _id(publisher: Practice, *parts: str) -> str:
    return stable_uuid(publisher, *parts).urn


def _known(**facts: object) -> dict[str, object]:
    """The facts that are known: neither None nor an empty list."""
    return {name: fact for name, fact in facts.items() if fact is not None and fact != []}


def _properties(**values: str | None) -> list[dict[str, str]]:
    """What schema.org has no word for, under the names of the directory's columns; None is left out."""
    return [
        {"@type": "PropertyValue", "propertyID": name, "value": value}
        for name, value in values.items()
        if value is not None
    ]


def _circumstances(site: Site) -> dict[str, str | None]:
    return {
        "pin_source": site.pin.source if site.pin else None,
        "pin_precision": site.pin.precision if site.pin else None,
        "hours_as_of": site.hours_as_of,
        "time_zone": site.time_zone,
        "verified_on": site.verified_on.isoformat() if site.verified_on else None,
        **{column.name: str(text) for column, text in remarks.further(site, Format.JSON_LD)},
    }


def _address(site: Site) -> dict[str, str]:
    return {
        "@type": "PostalAddress",
        "streetAddress": site.street_line,
        "addressLocality": site.city,
        "addressRegion": site.state,
        "postalCode": site.zip_code,
        "addressCountry": site.country,
    }


def _geo(site: Site, pin: Pin) -> dict[str, Any]:
    return {
        "@type": "GeoCoordinates",
        "latitude": pin.point.lat_deg,
        "longitude": pin.point.lon_deg,
        "description": remarks.pin(site),
    }


def _opening(site: Site, opening: SharedOpening) -> dict[str, Any]:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": [f"https://schema.org/{_DAYS[weekday]}" for weekday in opening.weekdays],
        "opens": f"{opening.opens:%H:%M}",
        # Search engines read a day from 00:00 to 00:00 as closed.
        "closes": "23:59" if opening.is_all_day else f"{opening.closes:%H:%M}",
        "description": remarks.hours(site),
    }


def _feature(name: str, *, there: bool) -> dict[str, Any]:
    return {"@type": "LocationFeatureSpecification", "name": name, "value": there}


def _service(service: Service) -> dict[str, Any]:
    claim = service.claim
    return {
        "@type": "MedicalProcedure",
        "name": service.qualified_name,
        "description": remarks.evidence(claim),
        "subjectOf": {
            "@type": "CreativeWork",
            "name": f"What says so: {service.kind}",
            "citation": claim.source,
            "temporalCoverage": str(claim.as_of),
            "creativeWorkStatus": claim.status,
        },
    }


def _description(site: Site) -> Iterator[str]:
    if site.note:
        yield site.note
    for service in remarks.services(site):
        yield remarks.not_offered(service, site) or f"{service.name}: yes. {remarks.how_sure(service.claim)}"
    yield remarks.listing(site)


def _listing(site: Site) -> dict[str, Any]:
    return {
        "@type": "CreativeWork",
        "name": "The listing these facts come from",
        "citation": site.source,
        "temporalCoverage": site.as_of.isoformat(),
        "creativeWorkStatus": Status.PROVISIONAL if site.verified_on is None else Status.CONFIRMED,
    }
