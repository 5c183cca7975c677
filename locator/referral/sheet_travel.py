"""The visits of a plan and the travel they mean, as a table in words. Pure."""

from __future__ import annotations

from locator import wording
from locator.referral.journey import Visit
from locator.referral.plan import Plan
from locator.referral.sheet_parts import Table, plain
from locator.referral.sheet_sites import NOT_KNOWN, miles_between, part_name


def journey_table(plan: Plan) -> Table:
    """Each kind of visit with where, how often and how many miles there and back, and the sum of them all.

    A plan without visits has no rows.
    """
    visits = [visit for visit in plan.journey.visits if visit.times]
    travel = plan.travel()
    total = NOT_KNOWN if travel is None else f"{wording.miles(travel.total_m):,}"
    times = str(sum(visit.times for visit in visits))
    rows = [_row(plan, visit) for visit in visits]
    return Table(
        heading="Visits and travel",
        columns=("Visit", "When", "Where", "Times", "Miles there and back"),
        rows=(*rows, ("All visits", "", "", times, total)) if rows else (),
        notes=(
            _travel_sentence(plan),
            "Some numbers and places of visits are assumed; the practice decides.",
        ),
    )


def _row(plan: Plan, visit: Visit) -> tuple[str, ...]:
    site, leg = plan.site_at(visit.place), plan.leg_to(visit.place)
    where = part_name(visit.place) if site is None else f"{part_name(visit.place)}, {plain(site.city)}"
    miles = NOT_KNOWN if leg is None else f"{wording.miles(2 * visit.times * leg.distance_m):,}"
    return plain(visit.name), plain(visit.when), where, str(visit.times), miles


def _travel_sentence(plan: Plan) -> str:
    travel = plan.travel()
    if plan.origin is None:
        return "Total travel: not known, because no start was chosen."
    start = f"from {plain(plan.origin.label)}"
    if travel is None:
        return f"Total travel {start}: not known, because a clinic has no map pin."
    spread = miles_between(travel.low_m, travel.high_m)
    amount = f"{wording.miles(travel.total_m):,} miles there and back for all visits"
    around = f" ({spread} for 9 in 10 addresses there)" if spread else ""
    return f"Total travel {start}: {amount}{around}. Measured in a straight line; by road it is farther."
