"""The choices a referrer is offered, in words: pairs of sites, or single ones for the evaluation. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from locator import wording
from locator.language import gettext as _
from locator.language import ngettext
from locator.referral.journey import Journey, VisitPlace
from locator.referral.legs import Leg
from locator.referral.lengths import miles
from locator.referral.pairing import Pair, Pairing
from locator.search import Match, Results
from locator.sites import Claim, Site


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the sites with their parts, what to know about them, and the ids that name it."""

    choice: str
    parts: tuple[tuple[str, Site], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Options under a heading, with a sentence that says why they are apart."""

    heading: str
    explanation: str
    options: tuple[Option, ...]


def pair_groups(pairing: Pairing, journey: Journey, *, phone: str) -> tuple[OptionGroup, ...]:
    """The pairs in order of travel, and apart from them those whose part or fact is not known."""
    groups = (
        OptionGroup(
            _("Least travel first"), "", tuple(_pair_option(pair, journey) for pair in pairing.pairs)
        ),
        _maybe(tuple(_pair_option(pair, journey) for pair in pairing.possible), phone),
    )
    return tuple(group for group in groups if group.options)


def evaluation_groups(results: Results, *, phone: str) -> tuple[OptionGroup, ...]:
    """The evaluation clinics by distance, and apart from them those of which it is not known."""
    groups = (
        OptionGroup(_("Nearest evaluation clinics"), "", tuple(_site_option(m) for m in results.matches)),
        _maybe(tuple(_site_option(match) for match in results.possible), phone),
    )
    return tuple(group for group in groups if group.options)


def _maybe(options: tuple[Option, ...], phone: str) -> OptionGroup:
    why = _(
        "Not all that is asked for is known of these sites. Not known does not mean no: call {phone} to ask."
    )
    return OptionGroup(_("May fit – not known"), why.format(phone=phone), options)


def _pair_option(pair: Pair, journey: Journey) -> Option:
    first, second = pair.evaluation, pair.procedure
    apart = ((_("Evaluation"), first.site), (_("Procedures"), second.site))
    together = ((_("All visits"), first.site),) if pair.is_one_site else apart
    known = f"{_evaluation(first.site.evaluation)} {_procedures(second.site.procedure)}"
    lines = [_total(pair), _ways(pair, journey), known]
    if pair.about_same_as_previous:
        lines.insert(1, _("About the same travel as the one above"))
    return Option(f"{first.site.site_id} {second.site.site_id}", together, tuple(lines))


def _total(pair: Pair) -> str:
    total, low, high = map(wording.whole_miles, (pair.total_m, pair.low_m, pair.high_m))
    if low == high:
        return ngettext("{count} mile in all", "{count} miles in all", total).format(count=total)
    said = ngettext(
        "{count} mile in all (between {low} and {high})",
        "{count} miles in all (between {low} and {high})",
        total,
    )
    return said.format(count=total, low=low, high=high)


def _ways(pair: Pair, journey: Journey) -> str:
    at_first, at_second = (journey.times_at(place) for place in VisitPlace)
    if pair.is_one_site:
        return _way(pair.evaluation, at_first + at_second)
    return f"{_way(pair.evaluation, at_first)}, {_way(pair.procedure, at_second)}"


def _way(leg: Leg, times: int) -> str:
    said = ngettext("{count} visit of {miles} mi one way", "{count} visits of {miles} mi one way", times)
    return said.format(count=times, miles=miles(leg.distance_m))


def _evaluation(claim: Claim) -> str:
    return _("Evaluation: {known}.").format(known=wording.role(claim))


def _procedures(claim: Claim) -> str:
    return _("Procedures: {known}.").format(known=wording.role(claim))


def _site_option(match: Match) -> Option:
    way = _("{miles} miles one way") if match.is_exact else _("{miles} miles one way, {range}")
    lines = [way.format(miles=miles(match.distance_m), range=wording.distance_range(match))]
    if match.about_same_as_previous:
        lines.append(_("About the same distance as the one above"))
    lines.append(_evaluation(match.site.evaluation))
    return Option(match.site.site_id, ((_("Evaluation"), match.site),), tuple(lines))
