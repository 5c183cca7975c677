"""What a referrer chose: the sites, the place they are measured from, and the visits. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from locator.referral.journey import Journey, VisitPlace
from locator.referral.legs import Leg, Travel, leg_to, travel
from locator.sites import Claim, Origin, Site, Status


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """Sites by their ids; "" for a part that nobody has chosen."""

    evaluation_id: str = ""
    procedure_id: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """An evaluation clinic and a procedure site, which may be one and the same, and the travel they mean.

    `procedure` is None where only the evaluation is planned, `origin` where no start is known: then no
    distance is stated. A site without a map pin has no distance either.
    """

    evaluation: Site
    procedure: Site | None
    origin: Origin | None
    journey: Journey

    @property
    def is_one_site(self) -> bool:
        """Whether all visits take place at one site."""
        return self.procedure is None or self.procedure.site_id == self.evaluation.site_id

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What is claimed of the sites' parts in this plan."""
        first = self.evaluation.evaluation
        return (first,) if self.procedure is None else (first, self.procedure.procedure)

    @property
    def is_confirmed(self) -> bool:
        """Whether the practice has confirmed the part of each site."""
        return all(claim.status is Status.CONFIRMED for claim in self.claims)

    def site_at(self, place: VisitPlace) -> Site | None:
        """The site at which visits of that kind take place."""
        return self.evaluation if place is VisitPlace.EVALUATION else self.procedure

    def leg_to(self, place: VisitPlace) -> Leg | None:
        """The way there, one way; None without a start, a site or its pin."""
        site = self.site_at(place)
        return None if self.origin is None or site is None else leg_to(self.origin, site)

    def travel(self) -> Travel | None:
        """All round trips of all visits together; None where one of the ways is not known."""
        parts = []
        for place in VisitPlace:
            times = self.journey.times_at(place)
            leg = self.leg_to(place)
            if times and leg is None:
                return None
            if leg is not None:
                parts.append((leg, times))
        return travel(parts)
