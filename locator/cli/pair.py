"""The command `python -m locator pair PLACE`: pairs of sites by the travel of the whole therapy."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from locator.cli.arguments import whole_number
from locator.cli.exit_codes import Exit
from locator.cli.places import Start, add_place_arguments, find_start, write_json, write_lines
from locator.clinics import Filters, SiteIndex
from locator.presentation import freshness_json, listing, origin_json, site_json, wording
from locator.referral import (
    MOST_TIMES,
    PROGRAMMING_VISIT,
    Journey,
    Leg,
    Pair,
    Pairing,
    VisitPlace,
    announcement,
    procedure_warning,
    rank_pairs,
    read_content,
    reasons,
)
from locator.settings import load_settings
from locator.sites import METRES_PER_MILE

_DEFAULT_LIMIT: Final = 5
_NOTHING: Final[dict[str, list[Any]]] = {"visits": [], "pairs": [], "possible": []}
_MAY_FIT: Final = "\nMay fit. Something of these pairs is not known; not known is not no."


@dataclass(frozen=True, slots=True)
class _RankedPairs:
    """A query, and the pairs and notes for it."""

    query: str
    start: Start
    journey: Journey
    pairing: Pairing
    notes: Sequence[str]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `pair` to the commands of the command line."""
    pair = commands.add_parser("pair", help="rank pairs of evaluation clinic and procedure site by travel")
    add_place_arguments(pair, limit=_DEFAULT_LIMIT)
    pair.add_argument(
        "--programming", type=_times, metavar="N", help="how many programming sessions to count"
    )
    pair.set_defaults(run=run)


def _times(text: str) -> int:
    try:
        times = whole_number(text)
    except argparse.ArgumentTypeError:
        times = MOST_TIMES + 1
    if times > MOST_TIMES:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {MOST_TIMES}")
    return times


def run(options: argparse.Namespace) -> Exit:
    """Rank pairs for the place that `options` names; the exit code says how that went."""
    settings = load_settings().with_data()
    journey = read_content(settings.data_files.referral).journey
    if options.programming is not None:
        journey = journey.with_times(PROGRAMMING_VISIT, options.programming)
    start = find_start(options, settings, nothing=_NOTHING)
    if isinstance(start, Exit):
        return start
    index = SiteIndex(start.sites)
    filters = Filters(within_m=options.within * METRES_PER_MILE)
    pairing = rank_pairs(index, start.origin, journey, filters, limit=options.limit)
    phone = settings.practice_phone
    warning = procedure_warning(index, pairing.pairs, phone=phone)
    briefing = [
        *([warning] if warning else []),
        announcement(pairing, start.origin, filters),
        *reasons(pairing, start.origin, filters, phone=phone),
    ]
    notes = _notes(start, journey, pairing, briefing)
    answer = _RankedPairs(options.place, start, journey, pairing, notes)
    if options.json:
        write_json(_report(answer))
    else:
        write_lines(_lines(answer))
    return Exit.DONE


def _notes(start: Start, journey: Journey, pairing: Pairing, briefing: Sequence[str]) -> list[str]:
    evaluating, treating = (journey.times_at(place) for place in VisitPlace)
    visits = wording.plural(evaluating, "visit", "visits")
    return [
        *briefing,
        f"Counted: {visits} to the evaluation clinic and {treating} to the procedure site, there and back.",
        *start.origin.notes,
        wording.how_exact(start.origin),
        *listing.unplaced_note(pairing.unplaced),
    ]


def _report(answer: _RankedPairs) -> dict[str, Any]:
    return {
        "query": answer.query,
        "origin": origin_json(answer.start.origin),
        "visits": [
            {"visit_id": visit.visit_id, "name": visit.name, "place": visit.place, "times": visit.times}
            for visit in answer.journey.visits
        ],
        "pairs": _pairs_json(answer.pairing.pairs),
        "possible": _pairs_json(answer.pairing.possible),
        "notes": answer.notes,
    }


def _pairs_json(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    return [
        {
            "rank": rank,
            "evaluation_site": _leg_json(pair.evaluation),
            "procedure_site": _leg_json(pair.procedure),
            "is_one_site": pair.is_one_site,
            "is_confirmed": pair.is_confirmed,
            "total_mi": wording.miles(pair.total_m),
            "total_low_mi": wording.miles(pair.low_m),
            "total_high_mi": wording.miles(pair.high_m),
            "about_same_as_previous": pair.about_same_as_previous,
        }
        for rank, pair in enumerate(pairs, start=1)
    ]


def _leg_json(leg: Leg) -> dict[str, Any]:
    return {
        **site_json(leg.site),
        "distance_mi": wording.miles(leg.distance_m),
        "distance_low_mi": wording.miles(leg.low_m),
        "distance_high_mi": wording.miles(leg.high_m),
        **freshness_json(leg.site),
    }


def _lines(answer: _RankedPairs) -> Iterator[str]:
    yield from answer.notes
    for rank, pair in enumerate(answer.pairing.pairs, start=1):
        yield from _pair_lines(rank, pair, answer.journey)
    if answer.pairing.possible:
        yield _MAY_FIT
    for rank, pair in enumerate(answer.pairing.possible, start=1):
        yield from _pair_lines(rank, pair, answer.journey)


def _pair_lines(rank: int, pair: Pair, journey: Journey) -> Iterator[str]:
    yield f"\n{rank}. {_total(pair)}"
    evaluating, treating = (journey.times_at(place) for place in VisitPlace)
    if pair.is_one_site:
        yield from _leg_lines("All visits", pair.evaluation, evaluating + treating)
    else:
        yield from _leg_lines("Evaluation", pair.evaluation, evaluating)
        yield from _leg_lines("Procedures", pair.procedure, treating)
    for site in dict.fromkeys((pair.evaluation.site, pair.procedure.site)):
        if wording.is_unconfirmed(site):
            yield f"   {site.title}: {wording.confirm_by_phone(site)}"


def _total(pair: Pair) -> str:
    total, low, high = (wording.whole_miles(metres) for metres in (pair.total_m, pair.low_m, pair.high_m))
    text = f"{wording.plural(total, 'mile', 'miles')} in all"
    if low != high:
        text += f" (between {low} and {high})"
    return f"{text}, about the same as the pair before" if pair.about_same_as_previous else text


def _leg_lines(part: str, leg: Leg, times: int) -> Iterator[str]:
    trips = f"{wording.plural(times, 'visit', 'visits')}, {wording.miles(leg.distance_m)} mi one way"
    yield f"   {part}: {leg.site.title}, {trips}"
    yield f"   {leg.site.address}; {leg.site.phone}"
    yield f"   {wording.roles(leg.site)}"
