"""What the documents share: identifiers that never change, and remarks on a site in words.

The remarks are plain English, for formats that have no field for a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from locator.clinics import FURTHER_COLUMNS, Column, Format
from locator.publication.facts import Fact, fact
from locator.settings import Practice
from locator.sites import Answer, Claim, ClinicRole, PinPrecision, Site, Status

_FEATURES: Final = ("entrance", "parking", "restroom")

# Drawn at random once for this project; the names derived from it never change.
_NAMESPACE: Final = UUID("5b9d7c52-8a0e-4c39-9d0f-1f0b7c6f2a64")


def stable_uuid(publisher: Practice, *parts: str) -> UUID:
    """The UUID (version 5 of RFC 9562) of one thing of one practice; it is the same in every document."""
    return uuid5(uuid5(_NAMESPACE, publisher.practice_name), "/".join(parts))


def code_system(name: str) -> str:
    """The URI of a code system that this project defines; docs/api.md says what its codes mean."""
    return uuid5(_NAMESPACE, f"code-system/{name}").urn


@dataclass(frozen=True, slots=True)
class Service:
    """One of the things that may be done at a site, and what is claimed of it."""

    kind: str
    name: str
    claim: Claim

    @property
    def is_known(self) -> bool:
        """Whether it is known to be done, however surely."""
        return self.claim.answer is Answer.YES

    @property
    def qualified_name(self) -> str:
        """The name with its doubt, since many programs show a name and nothing beside it."""
        sure = self.claim.status is Status.CONFIRMED
        return self.name if sure else f"{self.name} (not yet confirmed by the practice)"


_NAMES: Final = {
    ClinicRole.EVALUATION: "Evaluation for dorsal root ganglion (DRG) stimulation",
    ClinicRole.PROCEDURE: "Dorsal root ganglion (DRG) stimulation procedures",
}


def services(site: Site) -> tuple[Service, ...]:
    """What is claimed of each role of a site, known or not."""
    return tuple(Service(role, _NAMES[role], claim) for role, claim in site.claims.items())


def how_sure(claim: Claim) -> str:
    """How sure a known claim is, in a sentence."""
    sure = claim.status is Status.CONFIRMED
    return "Confirmed by the practice." if sure else "Not yet confirmed by the practice."


def evidence(claim: Claim) -> str:
    """How sure a known claim is, what says so and as of when."""
    return f"{how_sure(claim)} Source: {claim.source} (as of {claim.as_of})."


def not_offered(service: Service, site: Site) -> str | None:
    """Why a service does not stand among those of a site; None where it does."""
    if service.is_known:
        return None
    if service.claim.answer is Answer.NO:
        return f"{service.name}: no. {evidence(service.claim)}"
    return f"{service.name}: not known. Not known does not mean no. Call {site.phone} to ask."


def listing(site: Site) -> str:
    """Where a listing comes from, and whether the practice has checked it."""
    source = f"Source of the listing: {site.source} (as of {site.as_of})."
    if site.verified_on is None:
        return f"{source} Not checked by the practice. Call {site.phone} before you travel."
    return f"{source} Checked by the practice on {site.verified_on}."


def pin(site: Site) -> str:
    """How a map pin was placed, and how exact it is."""
    if site.pin is None:
        return "No map pin."
    if site.pin.precision is PinPrecision.UNKNOWN:
        return f"Map pin: {site.pin.source}; how exact it is was not stated."
    return f"Map pin: {site.pin.source}; exact to the {site.pin.precision}."


def hours(site: Site) -> str | None:
    """As of when the hours hold and on which clock; None where no hours are known."""
    if site.hours is None:
        return None
    listed = f" as listed in about {site.hours_as_of}" if site.hours_as_of else ""
    return f"Hours{listed}, on the clock of {site.time_zone}. Public holidays may differ."


def wheelchair(site: Site) -> dict[str, bool]:
    """The features of wheelchair access that are known, each there or not there."""
    answers = (site.wheelchair.entrance, site.wheelchair.parking, site.wheelchair.restroom)
    return {
        f"Wheelchair accessible {feature}": answer is Answer.YES
        for feature, answer in zip(_FEATURES, answers, strict=True)
        if answer is not Answer.UNKNOWN
    }


def wheelchair_words(site: Site) -> list[str]:
    """The same in words."""
    return [f"{feature}: {'yes' if there else 'no'}" for feature, there in wheelchair(site).items()]


def new_patients(site: Site) -> bool | None:
    """Whether new patients are taken; None where that is not known."""
    is_known = site.accepting_new_patients is not Answer.UNKNOWN
    return site.accepting_new_patients is Answer.YES if is_known else None


def further(site: Site, document: Format) -> Iterator[tuple[Column, Fact]]:
    """What a document has no code of its own for, as far as it is known."""
    for column in FURTHER_COLUMNS:
        told = fact(column, site)
        if column.is_in(document) and told not in {None, Answer.UNKNOWN}:
            yield column, told


def dialled(phone: str) -> str:
    """A number of the directory, NNN-NNN-NNNN, as it is dialled from abroad."""
    return f"+1-{phone}"
