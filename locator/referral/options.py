"""The choices a referrer is offered, in words: pairs of sites, or single ones for the evaluation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from locator import wording
from locator.referral.journey import Journey, VisitPlace
from locator.referral.legs import Leg
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
        OptionGroup("Least travel first", "", tuple(_pair_option(pair, journey) for pair in pairing.pairs)),
        _maybe(tuple(_pair_option(pair, journey) for pair in pairing.possible), phone),
    )
    return tuple(group for group in groups if group.options)


def evaluation_groups(results: Results, *, phone: str) -> tuple[OptionGroup, ...]:
    """The evaluation clinics by distance, and apart from them those of which it is not known."""
    groups = (
        OptionGroup("Nearest evaluation clinics", "", tuple(_site_option(m) for m in results.matches)),
        _maybe(tuple(_site_option(match) for match in results.possible), phone),
    )
    return tuple(group for group in groups if group.options)


def _maybe(options: tuple[Option, ...], phone: str) -> OptionGroup:
    why = "Not all that is asked for is known of these sites. Not known does not mean no:"
    return OptionGroup("May fit – not known", f"{why} call {phone} to ask.", options)


def _pair_option(pair: Pair, journey: Journey) -> Option:
    first, second = pair.evaluation, pair.procedure
    apart = (("Evaluation", first.site), ("Procedures", second.site))
    together = (("All visits", first.site),) if pair.is_one_site else apart
    lines = [
        _total(pair),
        _ways(pair, journey),
        _certainty((("Evaluation", first.site.evaluation), ("Procedures", second.site.procedure))),
    ]
    if pair.about_same_as_previous:
        lines.insert(1, "About the same travel as the one above")
    return Option(f"{first.site.site_id} {second.site.site_id}", together, tuple(lines))


def _total(pair: Pair) -> str:
    total, low, high = map(wording.whole_miles, (pair.total_m, pair.low_m, pair.high_m))
    said = f"{wording.plural(total, 'mile', 'miles')} in all"
    return said if low == high else f"{said} (between {low} and {high})"


def _ways(pair: Pair, journey: Journey) -> str:
    at_first, at_second = (journey.times_at(place) for place in VisitPlace)
    if pair.is_one_site:
        return _way(pair.evaluation, at_first + at_second)
    return f"{_way(pair.evaluation, at_first)}, {_way(pair.procedure, at_second)}"


def _way(leg: Leg, times: int) -> str:
    return f"{wording.plural(times, 'visit', 'visits')} of {wording.miles(leg.distance_m)} mi one way"


def _certainty(claims: Sequence[tuple[str, Claim]]) -> str:
    return " ".join(f"{part}: {wording.role(claim)}." for part, claim in claims)


def _site_option(match: Match) -> Option:
    lines = [f"{wording.miles(match.distance_m)} miles one way"]
    if not match.is_exact:
        lines[0] += f", {wording.distance_range(match)}"
    if match.about_same_as_previous:
        lines.append("About the same distance as the one above")
    lines.append(_certainty((("Evaluation", match.site.evaluation),)))
    return Option(match.site.site_id, (("Evaluation", match.site),), tuple(lines))
