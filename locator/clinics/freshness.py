"""How long ago a listing was looked at, and from when on it counts as old. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final

from locator.sites import Answer, Claim, Site, Status

STALE_AFTER_DAYS: Final = 90
"""The days after which a listing counts as old, unless the operator says otherwise."""


def checked_on(site: Site) -> date:
    """The day the practice confirmed the listing; where it never did, the date of the listing's source."""
    return site.verified_on or site.as_of


def role_checked_on(site: Site, claim: Claim) -> date | None:
    """The day that speaks for one of the site's roles; None for an unknown one, which no day speaks for.

    A confirmed role is as fresh as the last confirmation of the row, which includes it.
    """
    if claim.answer is Answer.UNKNOWN or claim.as_of is None:
        return None
    if claim.status is Status.CONFIRMED and site.verified_on is not None:
        return max(claim.as_of, site.verified_on)
    return claim.as_of


def is_old(day: date, today: date, after_days: int = STALE_AFTER_DAYS) -> bool:
    """Whether more than `after_days` days have passed since that day."""
    return (today - day).days > after_days


def is_stale(site: Site, today: date, after_days: int = STALE_AFTER_DAYS) -> bool:
    """Whether the listing as a whole was not looked at for more than `after_days` days."""
    return is_old(checked_on(site), today, after_days)


def months_passed(since: date, today: date) -> int:
    """The whole calendar months that are over between two days, so that "over N months" is true."""
    months = (today.year - since.year) * 12 + today.month - since.month
    return max(0, months - (today.day <= since.day))
