"""What the referral page shows for what was asked and chosen, whoever draws it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from locator.clinics import SiteIndex
from locator.language import gettext as _
from locator.presentation import listing, wording
from locator.presentation.map import PinLabel
from locator.referral.comparison import Choices, ComparedSite, choices, columns
from locator.referral.journey import VisitPlace
from locator.referral.offer import Offer, Preferences, no_start, offer, plan_of
from locator.referral.plan import Plan, SiteChoice
from locator.sites import Ambiguous, Answer, Claim, Located, NotLocated, Origin, PlaceAnswer, Site


@dataclass(frozen=True, slots=True)
class ReferralView:
    """The offer for a place, the choice that holds and the plan it makes, and the sites side by side.

    `choice` is the person's own or, as long as there is none, the best of the offer. `on_map` are the sites
    of the map; without a start that is more of them than are compared.
    """

    origin: Origin | None
    offered: Offer
    choice: SiteChoice
    plan: Plan | None
    compared: tuple[ComparedSite, ...]
    on_map: tuple[ComparedSite, ...]

    @property
    def chosen_option(self) -> str:
        """Which option stands for the choice; where clinics are offered, only the clinic of a pair counts."""
        pair = f"{self.choice.evaluation_id} {self.choice.procedure_id}".strip()
        options = (option for group in self.offered.groups for option in group.options)
        return pair if any(option.choice == pair for option in options) else self.choice.evaluation_id

    @property
    def ways_to(self) -> tuple[Site, ...]:
        """The chosen sites, to each of which a line leads on the map; a site with both parts gets one."""
        sites = dict.fromkeys(self.plan.site_at(place) for place in VisitPlace) if self.plan else {}
        return tuple(site for site in sites if site)

    @property
    def pins(self) -> list[PinLabel]:
        """The pins of the map, under the numbers of the comparison."""
        return [
            PinLabel(
                column.site,
                column.number,
                f"{column.number}. {column.site.title}",
                tuple(line for line in (column.part, column.distance, wording.roles(column.site)) if line),
            )
            for column in self.on_map
        ]


def referral_view(
    index: SiteIndex, place: PlaceAnswer | None, preferences: Preferences, chosen: SiteChoice, *, phone: str
) -> ReferralView:
    """What is shown for a place, None before any was given, and for the sites `chosen` by hand so far."""
    origin = place.origin if isinstance(place, Located) else None
    offered = _offer(index, place, preferences, phone)
    choice = offered.best if chosen == SiteChoice() else chosen
    plan = plan_of(index, choice, origin, preferences)
    sites = choices(index, origin, plan).sites
    compared = columns(plan, sites if origin else [])
    # Without a place to start from, none of them are nearest: the map has all there are to choose from.
    on_map = compared if origin else columns(plan, sites, limit=len(sites))
    return ReferralView(origin, offered, choice, plan, compared, on_map)


def _offer(index: SiteIndex, place: PlaceAnswer | None, preferences: Preferences, phone: str) -> Offer:
    without = no_start(index, preferences, phone=phone)
    match place:
        case Located(origin):
            return offer(index, origin, preferences, phone=phone)
        case Ambiguous() | NotLocated():
            return replace(without, announcement=listing.said_of(place))
        case None:
            return without


@dataclass(frozen=True, slots=True)
class SiteList:
    """A list to choose the site of a part from: each site's id with what is known of it; "" stands for none.

    `part` is the field of a `SiteChoice`.
    """

    part: str
    label: str
    options: dict[str, str]
    chosen_id: str


def site_lists(offered: Choices, chosen: SiteChoice, *, evaluation_only: bool) -> tuple[SiteList, ...]:
    """The lists for the parts of a plan; a site that is known not to do a part is not in its list."""
    evaluating = [(site, site.evaluation, distance) for site, distance in offered.sites]
    lists = [_site_list("evaluation_id", _("Evaluation clinic"), evaluating, chosen.evaluation_id)]
    if not evaluation_only:
        treating = [(site, site.procedure, distance) for site, distance in offered.sites]
        lists.append(_site_list("procedure_id", _("Procedure site"), treating, chosen.procedure_id))
    return tuple(lists)


def _site_list(part: str, label: str, sites: Sequence[tuple[Site, Claim, str]], chosen_id: str) -> SiteList:
    options = {"": _("Choose a site")}
    for site, claim, distance in sites:
        if claim.answer is not Answer.NO:
            known = (site.title, distance, wording.role(claim))
            options[site.site_id] = ", ".join(text for text in known if text)
    return SiteList(part, label, options, chosen_id if chosen_id in options else "")
