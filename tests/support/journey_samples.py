"""Made-up visits, pairs and claims for tests of the referral."""

from __future__ import annotations

from locator.referral.journey import Journey, Visit, VisitPlace
from locator.sites import Coordinate
from tests.support.samples import MINNEAPOLIS


def make_visit(
    visit_id: str = "evaluation", place: VisitPlace = VisitPlace.EVALUATION, times: int = 1
) -> Visit:
    """A fake kind of visit."""
    return Visit(
        visit_id, f"Fake {visit_id}", place, times, "Some day", "A made-up reason", "A made-up basis"
    )


def make_journey(evaluating: int, treating: int) -> Journey:
    """A journey with so many visits to the evaluation clinic and to the procedure site."""
    return Journey(
        (
            make_visit("evaluation", VisitPlace.EVALUATION, evaluating),
            make_visit("implant", VisitPlace.PROCEDURE, treating),
        )
    )


def miles_east(miles: float) -> Coordinate:
    """A point about so many miles east of the fake places' middle."""
    return Coordinate(MINNEAPOLIS.lat_deg, MINNEAPOLIS.lon_deg + miles / 48.97)
