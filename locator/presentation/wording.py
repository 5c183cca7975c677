"""Facts about sites and places as sentences people read, in the current language; units become miles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel.dates import format_date, format_skeleton, get_day_names
from babel.numbers import format_decimal

from locator.clinics import STALE_AFTER_DAYS, Match, Need, checked_on, is_stale, months_passed
from locator.language import current, ngettext
from locator.language import gettext as _
from locator.language import marked as N_
from locator.language import marked_plural as NN_
from locator.sites import (
    METRES_PER_MILE,
    Answer,
    Claim,
    ClinicRole,
    Origin,
    PinPrecision,
    Precision,
    Site,
    Status,
)

# Minn. Stat. 62K.10: a health plan's specialty care is to be within 60 miles or 60 minutes.
TRAVEL_STANDARD_MI: Final = 60
# Said here and, with its gaps left open, by the script of a saved copy.
MILES: Final = NN_("{count} mile", "{count} miles")
DISTANCE: Final = N_("%(miles)s mi")
IN_A_STRAIGHT_LINE: Final = N_("in a straight line,")
MILES_IN_A_STRAIGHT_LINE: Final = N_("{miles} miles in a straight line")
SAME_DISTANCE: Final = N_("About the same distance as the clinic above")
RANGE: Final = N_("between {low} and {high} miles")
STRAIGHT_LINES: Final = N_("Distances are in a straight line.")
SPREAD: Final = N_("About 9 in 10 addresses there are within {miles} miles of that point.")
WITHIN: Final = N_("Within {miles} miles")
DISTANCES_MI: Final = (5, 10, 25, 50)
"""The distances that a search may be limited to."""

WEEKDAYS: Final = range(5)
"""The weekdays that a search may ask for, counted from 0, Monday."""

_ONE_DECIMAL: Final = "#,##0.0"


def miles(metres: float) -> float:
    """Metres as miles to one decimal."""
    return round(metres / METRES_PER_MILE, 1)


def whole_miles(metres: float) -> int:
    """Metres as whole miles."""
    return round(metres / METRES_PER_MILE)


def miles_text(metres: float, *, grouped: bool = False) -> str:
    """Metres as miles to one decimal, in figures of the language: "4.0", or with `grouped` "1,234.5"."""
    return format_decimal(miles(metres), _ONE_DECIMAL, locale=current().locale, group_separator=grouped)


def reach(within_m: float) -> str:
    """How far a search may go, as it was chosen: "1 mile", "7.5 miles"."""
    chosen = f"{within_m / METRES_PER_MILE:.10g}"
    return ngettext(*MILES, 1 if chosen == "1" else 2).format(count=chosen)


def whole_number(count: int) -> str:
    """A whole number with its thousands apart: "1,234"."""
    return format_decimal(count, locale=current().locale)


def weekday_name(weekday: int) -> str:
    """A weekday counted from 0, Monday, in words."""
    return str(get_day_names("wide", locale=current().locale)[weekday])


def plural(count: int, one: str, many: str) -> str:
    """A count with its English noun, for the command line: "1 clinic", "3 clinics"."""
    return f"{count} {one if count == 1 else many}"


def tel_link(phone: str) -> str:
    """The link that dials a US number of ten digits, however it is written."""
    digits = "".join(char for char in phone if char.isascii() and char.isdigit())[-10:]
    return f"tel:+1-{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def full_date(day: date) -> str:
    """A date in words: "December 8, 2025"."""
    return format_date(day, "long", locale=current().locale)


def month_or_date(text: str) -> str:
    """A month or day in ISO form in words: "2025-02" is "February 2025"."""
    if len(text) == len("2025-02"):
        return format_skeleton("yMMMM", date.fromisoformat(text + "-01"), locale=current().locale)
    return full_date(date.fromisoformat(text))


def distance_range(match: Match) -> str:
    """The distance's range in miles: "between 4.1 and 8.7 miles"."""
    return _(RANGE).format(low=miles(match.low_m), high=miles(match.high_m))


def role(claim: Claim) -> str:
    """What is known of one thing done at a site, in a few words."""
    if claim.answer is Answer.UNKNOWN:
        return _("not known – call to ask")
    if claim.status is Status.CONFIRMED:
        return _("yes") if claim.answer is Answer.YES else _("no")
    return _("yes, not yet confirmed") if claim.answer is Answer.YES else _("no, not yet confirmed")


_ANSWERS: Final = {Answer.YES: N_("yes"), Answer.NO: N_("no"), Answer.UNKNOWN: N_("not known")}


def plain_answer(answer: Answer) -> str:
    """Yes, no, or that it is not known."""
    return _(_ANSWERS[answer])


@dataclass(frozen=True, slots=True)
class _RoleWords:
    """A role's name and the sentence on its evidence, as messages, and the sign of where it is done."""

    name: str
    evidence: str
    sign: str = ""


_ROLES: Final = {
    ClinicRole.EVALUATION: _RoleWords(N_("Evaluation"), N_("Evaluation: {source} ({date}).")),
    # The same sign as in the legend of the markers.
    ClinicRole.PROCEDURE: _RoleWords(N_("Procedures"), N_("Procedures: {source} ({date})."), sign="*"),
}


def role_name(site: Site, of: ClinicRole) -> str:
    """What a role is called at a site: with its sign if it is known to be done there."""
    words = _ROLES[of]
    return _(words.name) + (words.sign if site.claims[of].answer is Answer.YES else "")


def roles(site: Site) -> str:
    """Both roles of a site in one line."""
    star = "*" if site.procedure.answer is Answer.YES else ""
    return _("Evaluation: {evaluation}. Procedures{star}: {procedure}.").format(
        evaluation=role(site.evaluation), star=star, procedure=role(site.procedure)
    )


def role_evidence(site: Site) -> list[str]:
    """For each known role, what says so and as of when."""
    return [
        _(_ROLES[role].evidence).format(source=claim.source, date=full_date(claim.as_of))
        for role, claim in site.claims.items()
        if claim.source and claim.as_of
    ]


_PIN_SOURCES: Final = {
    PinPrecision.ROOFTOP: N_("Map pin: {source}, exact to the rooftop."),
    PinPrecision.ADDRESS: N_("Map pin: {source}, exact to the address."),
    PinPrecision.STREET: N_("Map pin: {source}, exact to the street."),
    PinPrecision.ZIP: N_("Map pin: {source}, exact to the ZIP code."),
    PinPrecision.CITY: N_("Map pin: {source}, exact to the city."),
    PinPrecision.UNKNOWN: N_("Map pin: {source}; how exact it is was not stated."),
}


def provenance(site: Site) -> str:
    """Where a listing comes from, and how its map pin was placed."""
    listed_by = _("Listing: {source} ({date}).").format(source=site.source, date=full_date(site.as_of))
    if site.pin is None:
        without = _("It has no map pin.")
        return f"{listed_by} {without}"
    return f"{listed_by} {_(_PIN_SOURCES[site.pin.precision]).format(source=site.pin.source)}"


def freshness(site: Site) -> str:
    """How old a listing is, and who checked it."""
    if site.verified_on is not None:
        return _("Checked by the practice on {date}").format(date=full_date(site.verified_on))
    return _("Third-party listing of {date}; not checked by the practice").format(date=full_date(site.as_of))


def days(count: int) -> str:
    """So many days, as in "1 day" and "90 days"."""
    return ngettext("{count} day", "{count} days", count).format(count=count)


def listing_age(site: Site, today: date, after_days: int = STALE_AFTER_DAYS) -> str:
    """The age of a listing in words, with a remark once nobody has checked it for over `after_days` days."""
    if not is_stale(site, today, after_days):
        return freshness(site)
    passed = months_passed(checked_on(site), today)
    if passed:
        long = ngettext("{count} month", "{count} months", passed).format(count=passed)
    else:
        long = days(after_days)
    if site.verified_on is not None:
        return _("Not checked for over {time}: last by the practice on {date}").format(
            time=long, date=full_date(site.verified_on)
        )
    return _("Not checked for over {time}: third-party listing of {date}").format(
        time=long, date=full_date(site.as_of)
    )


def is_unconfirmed(site: Site) -> bool:
    """Whether anything a person would travel for still waits for the practice's word."""
    claims = site.claims.values()
    return site.verified_on is None or any(claim.status is not Status.CONFIRMED for claim in claims)


def confirm_by_phone(site: Site) -> str:
    """What to do while a listing is unconfirmed."""
    return _("Not yet confirmed by the practice. Call {phone} before you travel.").format(phone=site.phone)


def wheelchair(site: Site) -> str:
    """What is known of wheelchair access, feature by feature."""
    access = site.wheelchair
    features = {
        _("entrance"): access.entrance,
        _("parking"): access.parking,
        _("restroom"): access.restroom,
    }
    parts = []
    for answer, template in (
        (Answer.YES, _("Wheelchair {features}")),
        (Answer.NO, _("No wheelchair {features}")),
        (Answer.UNKNOWN, _("Not known: {features}")),
    ):
        named = [name for name, value in features.items() if value is answer]
        if named:
            parts.append(template.format(features=listed(named)))
    return "; ".join(parts)


def listed(words: Sequence[str]) -> str:
    """Words joined as in a sentence: "a, b and c"."""
    if len(words) == 1:
        return words[0]
    return _("{most} and {last}").format(most=", ".join(words[:-1]), last=words[-1])


_NEED_NAMES: Final = {
    Need.ANY: N_("any DRG care"),
    Need.EVALUATION: N_("DRG evaluation"),
    Need.PROCEDURE: N_("DRG procedures"),
    Need.BOTH: N_("both DRG evaluation and procedures"),
}


NEED_CHOICES: Final = {
    Need.ANY: N_("All"),
    Need.EVALUATION: N_("Evaluation"),
    Need.PROCEDURE: N_("Procedures*"),
    Need.BOTH: N_("Both"),
}
"""What a person may ask for, as the page offers it."""


def need_name(need: Need) -> str:
    """What a person asked for, inside a sentence."""
    return _(_NEED_NAMES[need])


def how_exact(origin: Origin) -> str:
    """What kind of distance is given from a place, and how far off a person's own door may be."""
    straight = _(STRAIGHT_LINES)
    if origin.uncertainty_m <= 0:
        return straight
    if origin.precision in {Precision.ADDRESS, Precision.STREET}:
        spread = _("That point may be off by up to {miles} miles.")
    else:
        spread = _(SPREAD)
    # A house is known to within less than what a tenth of a mile can say; it is never "0.0".
    return f"{straight} {spread.format(miles=max(0.1, miles(origin.uncertainty_m)))}"
