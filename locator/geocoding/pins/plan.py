"""Which answer becomes a pin, what speaks against it, and what may be written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from locator.clinics import distance_m
from locator.geocoding import AnswerKind, Found
from locator.geocoding.pins.asking import PIN_ADDRESS, ServiceResponse, requested_address
from locator.geocoding.pins.audit import stray_from_zip
from locator.geocoding.places import Gazetteer, keys_of
from locator.language import gettext as _
from locator.language import ngettext
from locator.sites import Coordinate, PinPrecision, Site

MOVED_FAR_M: Final = 300.0
"""Farther than a pin can be put right within one property."""

APART_M: Final = 300.0
"""Two candidates farther from each other than this are two places."""

PIN_DECIMALS: Final = 6
"""About 10 cm, finer than any service knows an address."""


class Flag(StrEnum):
    """Why a person should look at a row before it is written, as the JSON report names it."""

    WRONG_STATE = "wrong_state"
    WRONG_CITY = "wrong_city"
    WRONG_ZIP = "wrong_zip"
    OUTSIDE_ZIP = "outside_zip"
    IMPRECISE = "imprecise"
    AMBIGUOUS = "ambiguous"
    MOVED_FAR = "moved_far"
    NOT_FOUND = "not_found"
    SAME_POINT = "same_point"
    MANUAL = "manual"


_NEVER_WRITTEN: Final = frozenset({Flag.NOT_FOUND, Flag.SAME_POINT, Flag.MANUAL})
_BY_PRECISION: Final = tuple(AnswerKind)
_COARSE: Final = frozenset({AnswerKind.ZIP, AnswerKind.CITY})


@dataclass(frozen=True, slots=True)
class Doubt:
    """A flag, and what it rests on in a reader's words."""

    flag: Flag
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The pin a row could get, and what speaks against it; `choice` None where there is none to write.

    `moved_m` is the distance from the old pin to the new, None where one of them is missing.
    """

    site: Site
    answered: ServiceResponse | None
    choice: Found | None
    doubts: tuple[Doubt, ...]
    moved_m: float | None = None
    accepted: bool = False

    @property
    def point(self) -> Coordinate | None:
        """The new pin, to the decimals it is written in."""
        return None if self.choice is None else _rounded(self.choice.point)

    @property
    def precision(self) -> PinPrecision | None:
        """What the new pin stands for; no service says that it knows the roof: rooftop is never claimed."""
        return None if self.choice is None else PinPrecision(self.choice.kind.precision.value)

    @property
    def acceptable(self) -> bool:
        """Whether a person may have it written in spite of its doubts."""
        return _NEVER_WRITTEN.isdisjoint(doubt.flag for doubt in self.doubts)

    @property
    def to_write(self) -> bool:
        """Whether nothing keeps it from the file."""
        return self.acceptable and (self.accepted or not self.doubts)


def propose(site: Site, answered: ServiceResponse, gazetteer: Gazetteer) -> Proposal:
    """The offer with the least against it, the service's order breaking ties."""
    if not answered.found:
        message = _("{service} does not know this address: check it, or place the pin by hand")
        reason = message.format(service=answered.service)
        return Proposal(site, answered, None, (Doubt(Flag.NOT_FOUND, reason),))
    weighed = [(offer, tuple(_against(site, offer, gazetteer))) for offer in answered.found]
    choice, doubts = min(weighed, key=lambda pair: len(pair[1]))
    doubts += tuple(_rivalry(choice, [offer for offer, against in weighed if len(against) <= len(doubts)]))
    moved_m = None if site.pin is None else distance_m(site.pin.point, _rounded(choice.point))
    if moved_m is not None and moved_m > MOVED_FAR_M:
        reason = _("moved more than {metres} m").format(metres=f"{MOVED_FAR_M:.0f}")
        doubts += (Doubt(Flag.MOVED_FAR, reason),)
    return Proposal(site, answered, choice, doubts, moved_m)


def left_alone(site: Site) -> Proposal:
    """A row whose pin a person placed for another address: never moved, but said."""
    reason = _("placed by hand for another address: check the pin, then correct or empty {column}")
    return Proposal(site, None, None, (Doubt(Flag.MANUAL, reason.format(column=PIN_ADDRESS)),))


def settle(
    proposals: Sequence[Proposal], sites: Sequence[Site], accepted: Collection[str]
) -> tuple[Proposal, ...]:
    """The proposals with what people accepted; kept back are those that would put two clinics on one point.

    The directory refuses a file with two equal pins. So no proposal may take a point where another clinic is
    now, or that an earlier proposal takes; the later one is kept back, whether accepted or not.
    """
    site_ids_at: dict[Coordinate, list[str]] = {}
    for site in sites:
        if site.pin is not None:
            site_ids_at.setdefault(_rounded(site.pin.point), []).append(site.site_id)
    settled: list[Proposal] = []
    for proposal in proposals:
        mine, point = proposal.site.site_id, proposal.point
        holders = [] if point is None else site_ids_at.setdefault(point, [])
        other = next((site_id for site_id in holders if site_id != mine), None)
        doubts = proposal.doubts
        if other is None:
            holders.append(mine)
        else:
            reason = _("the same point as {site_id}: place one of the two by hand")
            doubts = (*doubts, Doubt(Flag.SAME_POINT, reason.format(site_id=other)))
        settled.append(replace(proposal, doubts=doubts, accepted=mine in accepted))
    return tuple(settled)


def changes(proposals: Sequence[Proposal]) -> Mapping[str, Mapping[str, str]]:
    """The cells to write, by `site_id` and column."""
    return {proposal.site.site_id: dict(_cells(proposal)) for proposal in proposals if proposal.to_write}


def _cells(proposal: Proposal) -> Iterator[tuple[str, str]]:
    if proposal.point is None or proposal.precision is None or proposal.answered is None:
        return
    yield "latitude", f"{proposal.point.lat_deg:.{PIN_DECIMALS}f}"
    yield "longitude", f"{proposal.point.lon_deg:.{PIN_DECIMALS}f}"
    yield "pin_source", f"geocoded: {proposal.answered.service}, {proposal.answered.on.isoformat()}"
    yield "pin_precision", proposal.precision
    yield PIN_ADDRESS, requested_address(proposal.site).one_line


def _against(site: Site, offer: Found, gazetteer: Gazetteer) -> Iterator[Doubt]:
    """What speaks against one offer by itself; what the service does not say speaks neither way."""
    if offer.state is not None and offer.state.upper() != site.state:
        message = _("wrong state: the service says {state}")
        yield Doubt(Flag.WRONG_STATE, message.format(state=offer.state))
    if offer.city is not None and not _is_city_of(site, offer.city, gazetteer):
        message = _("wrong city: the service says {city}")
        yield Doubt(Flag.WRONG_CITY, message.format(city=offer.city))
    if offer.zip_code is not None and offer.zip_code[:5] != site.zip_code[:5]:
        message = _("wrong ZIP: the service says {zip_code}")
        yield Doubt(Flag.WRONG_ZIP, message.format(zip_code=offer.zip_code))
    stray = stray_from_zip(offer.point, site.zip_code, gazetteer)
    if stray is not None:
        message = _(
            "outside its ZIP: {distance} miles from the middle of ZIP {zip_code},"
            " whose addresses lie within about {reach}"
        )
        yield Doubt(Flag.OUTSIDE_ZIP, stray.told_by(message))
    if offer.kind in _COARSE:
        is_zip = offer.kind is AnswerKind.ZIP
        middle = _("only the middle of the ZIP code") if is_zip else _("only the middle of the city")
        yield Doubt(Flag.IMPRECISE, middle)


def _is_city_of(site: Site, city: str, gazetteer: Gazetteer) -> bool:
    """Whether it is the site's city, or another name that mail to the site's ZIP code carries."""
    area = gazetteer.zips.get(site.zip_code[:5])
    names = (site.city,) if area is None else (site.city, area.city, *area.other_cities)
    keys = {key for name in names for key in keys_of(name)}
    return not keys.isdisjoint(keys_of(city))


def _rivalry(choice: Found, equals: Sequence[Found]) -> Iterator[Doubt]:
    """Ambiguity, where an offer elsewhere is as good as the choice and as precise."""
    rank: Callable[[AnswerKind], int] = _BY_PRECISION.index
    rivals = [offer for offer in equals if rank(offer.kind) <= rank(choice.kind)]
    apart_m = max((distance_m(choice.point, rival.point) for rival in rivals), default=0.0)
    if apart_m > APART_M:
        message = ngettext(
            "ambiguous: {count} candidate, one {metres} m from this",
            "ambiguous: {count} candidates, one {metres} m from this",
            len(rivals),
        )
        reason = message.format(count=len(rivals), metres=f"{apart_m:,.0f}")
        yield Doubt(Flag.AMBIGUOUS, reason)


def _rounded(point: Coordinate) -> Coordinate:
    return Coordinate(round(point.lat_deg, PIN_DECIMALS), round(point.lon_deg, PIN_DECIMALS))
