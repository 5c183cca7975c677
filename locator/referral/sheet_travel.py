"""The visits of a plan and the travel they mean, as a table in words. Pure."""

from __future__ import annotations

from locator.language import gettext as _
from locator.referral.journey import Visit
from locator.referral.lengths import miles
from locator.referral.plan import Plan
from locator.referral.sheet_parts import Table, plain
from locator.referral.sheet_sites import NOT_KNOWN, part_name, spread_of


def journey_table(plan: Plan) -> Table:
    """Each kind of visit with where, how often and how many miles there and back, and the sum of them all.

    A plan without visits has no rows.
    """
    visits = [visit for visit in plan.journey.visits if visit.times]
    travel = plan.travel()
    total = _(NOT_KNOWN) if travel is None else miles(travel.total_m, grouped=True)
    times = str(sum(visit.times for visit in visits))
    rows = [_row(plan, visit) for visit in visits]
    return Table(
        heading=_("Visits and travel"),
        columns=(_("Visit"), _("When"), _("Where"), _("Times"), _("Miles there and back")),
        rows=(*rows, (_("All visits"), "", "", times, total)) if rows else (),
        notes=(
            _travel_sentence(plan),
            _("Some numbers and places of visits are assumed; the practice decides."),
        ),
    )


def _row(plan: Plan, visit: Visit) -> tuple[str, ...]:
    site, leg = plan.site_at(visit.place), plan.leg_to(visit.place)
    where = part_name(visit.place) if site is None else f"{part_name(visit.place)}, {plain(site.city)}"
    way = _(NOT_KNOWN) if leg is None else miles(2 * visit.times * leg.distance_m, grouped=True)
    return plain(visit.name), plain(visit.when), where, str(visit.times), way


def _travel_sentence(plan: Plan) -> str:
    travel = plan.travel()
    if plan.origin is None:
        return _("Total travel: not known, because no start was chosen.")
    place = plain(plan.origin.label)
    if travel is None:
        return _("Total travel from {place}: not known, because a clinic has no map pin.").format(place=place)
    said = _(
        "Total travel from {place}: {miles} miles there and back for all visits."
        " Measured in a straight line; by road it is farther."
    )
    low, high = spread_of(travel) or ("", "")
    if low:
        said = _(
            "Total travel from {place}: {miles} miles there and back for all visits"
            " (between {low} and {high} miles for 9 in 10 addresses there)."
            " Measured in a straight line; by road it is farther."
        )
    return said.format(place=place, miles=miles(travel.total_m, grouped=True), low=low, high=high)
