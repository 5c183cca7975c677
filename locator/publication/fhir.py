"""The sites as a FHIR R4 Bundle (hl7.org/fhir/R4), for programs that keep health records.

The practice is an Organization, each site a Location, each thing known to be done there a HealthcareService.
What is not known has no element of its own, and the Location's description says that it is not known. The
directory's words stand in elements of the type string only: in one of type markdown they could load images.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from locator.clinics import Format
from locator.publication import remarks
from locator.publication.part import Part
from locator.publication.remarks import Service, code_system, stable_uuid
from locator.publication.week import SharedOpening, shared_openings
from locator.settings import Practice
from locator.sites import Site, Status

US_NPI: Final = "http://hl7.org/fhir/sid/us-npi"
STATUS: Final = code_system("status")
AS_OF: Final = code_system("as-of")
VERIFIED_ON: Final = code_system("verified-on")
PIN_PRECISION: Final = code_system("pin-precision")

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Resource = dict[str, Any]


def fhir_bundle(part: Part, publisher: Practice) -> Resource:
    """A collection: the practice, then each site followed by its services, every reference within it.

    A part of a directory has links to the first part and the next. There is no timestamp, so that one version
    of the directory has one form; `meta.versionId` is that version.
    """
    practice = _practice(publisher)
    resources = [practice]
    for site in part.sites:
        location = _location(site, publisher, practice)
        resources += [location, *_services(site, publisher, practice, location)]
    return {
        "resourceType": "Bundle",
        "id": str(stable_uuid(publisher, "Bundle")),
        **_known(meta=_known(versionId=publisher.directory_version)),
        "language": "en",
        "type": "collection",
        **_known(
            link=[{"relation": one, "url": url} for one, url in part.links("clinics.fhir.json").items()]
        ),
        "entry": [{"fullUrl": _urn(resource), "resource": resource} for resource in resources],
    }


def _practice(publisher: Practice) -> Resource:
    return {
        "resourceType": "Organization",
        "id": str(stable_uuid(publisher, "Organization")),
        "active": True,
        "name": publisher.practice_name,
        "telecom": list(_telecom(phone=publisher.practice_phone, url=publisher.practice_website)),
    }


def _location(site: Site, publisher: Practice, practice: Resource) -> Resource:
    return {
        "resourceType": "Location",
        "id": str(stable_uuid(publisher, "Location", site.site_id)),
        "meta": {"tag": list(_listing_tags(site))},
        "identifier": list(_identifiers(site)),
        "status": "active",
        "name": site.title,
        "alias": [site.name],
        "description": " ".join(_description(site)),
        "mode": "instance",
        "telecom": list(_telecom(phone=site.phone, fax=site.fax, url=site.website)),
        "address": _address(site),
        **_known(
            position=_position(site),
            hoursOfOperation=list(map(_opening, shared_openings(site.hours))),
            availabilityExceptions=remarks.hours(site),
        ),
        "managingOrganization": _reference(practice),
    }


def _services(site: Site, publisher: Practice, practice: Resource, location: Resource) -> Iterator[Resource]:
    for service in remarks.services(site):
        if service.is_known:
            yield {
                "resourceType": "HealthcareService",
                "id": str(stable_uuid(publisher, "HealthcareService", site.site_id, service.kind)),
                "meta": {"tag": list(_claim_tags(service))},
                "active": True,
                "providedBy": _reference(practice),
                "type": [{"text": service.name}],
                "location": [_reference(location)],
                "name": service.qualified_name,
                "comment": remarks.evidence(service.claim),
                **_known(characteristic=list(_characteristics(site))),
                "telecom": list(_telecom(phone=site.phone)),
            }


def _known(**elements: object) -> Resource:
    """The elements that hold something: FHIR has no empty ones."""
    return {name: element for name, element in elements.items() if element}


def _urn(resource: Mapping[str, Any]) -> str:
    return f"urn:uuid:{resource['id']}"


def _reference(resource: Mapping[str, Any]) -> dict[str, str]:
    return {"reference": _urn(resource), "type": resource["resourceType"], "display": resource["name"]}


def _telecom(**ways: str | None) -> Iterator[dict[str, str]]:
    """Ways to reach somebody, by FHIR's word for the system: a phone, a fax, a web page."""
    for system, value in ways.items():
        if value is not None:
            text = value if system == "url" else remarks.dialled(value)
            yield {"system": system, "value": text, "use": "work"}


def _identifiers(site: Site) -> Iterator[Resource]:
    yield {"use": "usual", "type": {"text": "site_id in this directory"}, "value": site.site_id}
    if site.npi is not None:
        yield {"use": "official", "system": US_NPI, "value": site.npi}


def _address(site: Site) -> Resource:
    return {
        "use": "work",
        "text": site.address,
        "line": [site.street, *([site.unit] if site.unit else [])],
        "city": site.city,
        "state": site.state,
        "postalCode": site.zip_code,
        "country": site.country,
    }


def _position(site: Site) -> Resource | None:
    if site.pin is None:
        return None
    return {"longitude": site.pin.point.lon_deg, "latitude": site.pin.point.lat_deg}


def _opening(opening: SharedOpening) -> Resource:
    days = {"daysOfWeek": [_DAYS[weekday] for weekday in opening.weekdays]}
    if opening.is_all_day:
        return {**days, "allDay": True}
    return {
        **days,
        "openingTime": opening.opens.isoformat("seconds"),
        "closingTime": opening.closes.isoformat("seconds"),
    }


def _tag(system: str, code: str, display: str) -> dict[str, str]:
    return {"system": system, "code": code, "display": display}


def _day_tag(system: str, day: date, words: str) -> dict[str, str]:
    return _tag(system, day.isoformat(), f"{words} {day}")


def _listing_tags(site: Site) -> Iterator[dict[str, str]]:
    if site.verified_on is None:
        yield _tag(STATUS, Status.PROVISIONAL, "Not checked by the practice")
    else:
        yield _tag(STATUS, Status.CONFIRMED, "Checked by the practice")
        yield _day_tag(VERIFIED_ON, site.verified_on, "Checked on")
    yield _day_tag(AS_OF, site.as_of, "Source of")
    if site.pin is not None:
        yield _tag(PIN_PRECISION, site.pin.precision, remarks.pin(site))


def _claim_tags(service: Service) -> Iterator[dict[str, str]]:
    claim = service.claim
    yield _tag(STATUS, claim.status, remarks.how_sure(claim))
    if claim.as_of is not None:
        yield _day_tag(AS_OF, claim.as_of, "Source of")


def _characteristics(site: Site) -> Iterator[Resource]:
    for feature in remarks.wheelchair_words(site):
        yield {"text": feature}


def _description(site: Site) -> Iterator[str]:
    if site.note:
        yield site.note
    remarked: Iterable[str | None] = (remarks.not_offered(one, site) for one in remarks.services(site))
    yield from (remark for remark in remarked if remark)
    takes = remarks.new_patients(site)
    if takes is not None:
        yield f"Accepting new patients: {'yes' if takes else 'no'}."
    # R4 has characteristics of services only, and a site may have none that is known.
    yield from (f"{feature}." for feature in remarks.wheelchair_words(site))
    for column, text in remarks.further(site, Format.FHIR):
        yield f"{column.about.line.format(value=text)}."
    yield remarks.listing(site)
    yield remarks.pin(site)
