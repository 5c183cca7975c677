"""The command `python -m locator nearest PLACE`: clinics around a place, as sentences or as JSON."""

from __future__ import annotations

import argparse
from datetime import date

from locator.cli.arguments import one_of
from locator.cli.exit_codes import Exit
from locator.cli.places import add_place_arguments, find_start, write_json, write_lines
from locator.clinics import Filters, Match, Need, SiteIndex
from locator.clock import chicago_today
from locator.presentation import DEFAULT_LIMIT, find_nearest, nearest_json, wording
from locator.settings import load_settings
from locator.sites import METRES_PER_MILE, Site


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `nearest` to the commands of the command line."""
    near = commands.add_parser("nearest", help="list the clinics nearest to a place")
    add_place_arguments(near, limit=DEFAULT_LIMIT)
    needs = (Need.EVALUATION.value, Need.PROCEDURE.value)
    near.add_argument(
        "--need",
        type=one_of(*needs),
        choices=needs,
        help="what must be offered there: a known no is left out, the unknown come last; any unless told",
    )
    near.set_defaults(run=run)


def run(options: argparse.Namespace) -> Exit:
    """List the clinics around the place that `options` names; the exit code says how that went."""
    settings = load_settings().with_data()
    start = find_start(options, settings, nothing={"matches": []})
    if isinstance(start, Exit):
        return start
    filters = Filters(Need(options.need or Need.ANY), options.within * METRES_PER_MILE)
    nearest = find_nearest(
        SiteIndex(start.sites), start.origin, filters, limit=options.limit, phone=settings.practice_phone
    )
    if options.json:
        write_json(nearest_json(options.place, nearest))
    else:
        write_lines(nearest.notes)
        today = chicago_today()
        ranked = enumerate(nearest.matches, start=1)
        write_lines(line for rank, match in ranked for line in _lines(rank, match, today))
    return Exit.DONE


def _lines(rank: int, match: Match, today: date) -> list[str]:
    site: Site = match.site
    distance = f"{wording.miles(match.distance_m)} mi"
    if not match.is_exact:
        distance += f" ({wording.distance_range(match)})"
    if match.about_same_as_previous:
        distance += ", about the same as the one before"
    lines = [
        f"\n{rank}. {site.title}: {distance}",
        f"   {site.address}; {site.phone}",
        f"   {wording.roles(site)}",
    ]
    if wording.is_unconfirmed(site):
        lines.append(f"   {wording.confirm_by_phone(site)}")
    lines.append(f"   {wording.listing_age(site, today)}")
    return lines
