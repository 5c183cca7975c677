"""Facts about sites and places as the sentences people read. Pure; units become miles here."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from typing import Final

from locator.freshness import STALE_AFTER_DAYS, checked_on, is_stale, months_passed
from locator.search import Match, Need
from locator.sites import METRES_PER_MILE, Answer, Claim, Origin, PinPrecision, Site, Status

# Minn. Stat. 62K.10: a health plan's specialty care is to be within 60 miles or 60 minutes.
TRAVEL_STANDARD_MI: Final = 60


def miles(metres: float) -> float:
    """Metres as miles to one decimal."""
    return round(metres / METRES_PER_MILE, 1)


def whole_miles(metres: float) -> int:
    """Metres as whole miles."""
    return round(metres / METRES_PER_MILE)


def weekday_name(weekday: int) -> str:
    """A weekday counted from 0, Monday, in words."""
    return calendar.day_name[weekday]


def plural(count: int, one: str, many: str) -> str:
    """A count with its noun: "1 clinic", "3 clinics"."""
    return f"{count} {one if count == 1 else many}"


def tel_link(phone: str) -> str:
    """The link that dials a US number of ten digits, however it is written."""
    digits = "".join(char for char in phone if char.isascii() and char.isdigit())[-10:]
    return f"tel:+1-{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def full_date(day: date) -> str:
    """A date in US words: "December 8, 2025"."""
    return f"{day:%B} {day.day}, {day.year}"


def month_or_date(text: str) -> str:
    """A month or day in ISO form in US words: "2025-02" is "February 2025"."""
    if len(text) == len("2025-02"):
        return f"{date.fromisoformat(text + '-01'):%B %Y}"
    return full_date(date.fromisoformat(text))


def distance_range(match: Match) -> str:
    """The distance's range in miles: "between 4.1 and 8.7 miles"."""
    return f"between {miles(match.low_m)} and {miles(match.high_m)} miles"


def role(claim: Claim) -> str:
    """What is known of one thing done at a site, in a few words."""
    if claim.answer is Answer.UNKNOWN:
        return "not known – call to ask"
    stated = "yes" if claim.answer is Answer.YES else "no"
    return stated if claim.status is Status.CONFIRMED else f"{stated}, not yet confirmed"


def plain_answer(answer: Answer) -> str:
    """Yes, no, or that it is not known."""
    return "not known" if answer is Answer.UNKNOWN else str(answer)


def roles(site: Site) -> str:
    """Both roles of a site in one line."""
    star = "*" if site.procedure.answer is Answer.YES else ""
    return f"Evaluation: {role(site.evaluation)}. Procedures{star}: {role(site.procedure)}."


def role_evidence(site: Site) -> list[str]:
    """For each known role, what says so and as of when."""
    return [
        f"{name}: {claim.source} ({full_date(claim.as_of)})."
        for name, claim in (("Evaluation", site.evaluation), ("Procedures", site.procedure))
        if claim.source and claim.as_of
    ]


def provenance(site: Site) -> str:
    """Where a listing comes from, and how its map pin was placed."""
    said = f"Listing: {site.source} ({full_date(site.as_of)})."
    if site.pin is None:
        return f"{said} It has no map pin."
    if site.pin.precision is PinPrecision.UNKNOWN:
        return f"{said} Map pin: {site.pin.source}; how exact it is was not stated."
    return f"{said} Map pin: {site.pin.source}, exact to the {site.pin.precision}."


def freshness(site: Site) -> str:
    """How old a listing is, and who checked it."""
    if site.verified_on is not None:
        return f"Checked by the practice on {full_date(site.verified_on)}"
    return f"Third-party listing of {full_date(site.as_of)}; not checked by the practice"


def listing_age(site: Site, today: date, after_days: int = STALE_AFTER_DAYS) -> str:
    """How old a listing is, in words that say so once nobody has checked it for over `after_days` days."""
    if not is_stale(site, today, after_days):
        return freshness(site)
    passed = months_passed(checked_on(site), today)
    long = plural(passed, "month", "months") if passed else plural(after_days, "day", "days")
    if site.verified_on is not None:
        return f"Not checked for over {long}: last by the practice on {full_date(site.verified_on)}"
    return f"Not checked for over {long}: third-party listing of {full_date(site.as_of)}"


def is_unconfirmed(site: Site) -> bool:
    """Whether anything a person would travel for still waits for the practice's word."""
    claims = (site.evaluation, site.procedure)
    return site.verified_on is None or any(claim.status is not Status.CONFIRMED for claim in claims)


def confirm_by_phone(site: Site) -> str:
    """What to do while a listing is unconfirmed."""
    return f"Not yet confirmed by the practice. Call {site.phone} before you travel."


def wheelchair(site: Site) -> str:
    """What is known of wheelchair access, feature by feature."""
    access = site.wheelchair
    features = {"entrance": access.entrance, "parking": access.parking, "restroom": access.restroom}
    parts = []
    for answer, lead in (
        (Answer.YES, "Wheelchair"),
        (Answer.NO, "No wheelchair"),
        (Answer.UNKNOWN, "Not known:"),
    ):
        named = [name for name, value in features.items() if value is answer]
        if named:
            parts.append(f"{lead} {listed(named)}")
    return "; ".join(parts)


def listed(words: Sequence[str]) -> str:
    """Words joined as in a sentence: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


_NEED_NAMES: Final = {
    Need.ANY: "any DRG care",
    Need.EVALUATION: "DRG evaluation",
    Need.PROCEDURE: "DRG procedures",
    Need.BOTH: "both DRG evaluation and procedures",
}


def need_name(need: Need) -> str:
    """What a person asked for, inside a sentence."""
    return _NEED_NAMES[need]


def how_exact(origin: Origin) -> str:
    """What kind of distance is given from a place, and how far off a person's own door may be."""
    if origin.uncertainty_m <= 0:
        return "Distances are in a straight line."
    around = miles(origin.uncertainty_m)
    return (
        f"Distances are in a straight line. About 9 in 10 addresses there are within {around} miles of"
        " that point."
    )
