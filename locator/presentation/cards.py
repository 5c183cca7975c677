"""The list of clinics as HTML: all the map shows and more, escaped by its template; no data is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup

from locator.clinics import FURTHER_COLUMNS, STALE_AFTER_DAYS, Match, hours
from locator.clock import chicago_date
from locator.language import Language, current
from locator.language import gettext as _
from locator.presentation import wording
from locator.presentation.markers import LEGEND, LegendEntry, is_confirmed, marker_kind, marker_svg
from locator.presentation.templating import render, render_once
from locator.sites import Answer, Site


@dataclass(frozen=True, slots=True)
class Card:
    """One site in the list, under the number it has on the map; `match` is None before any search."""

    number: int
    site: Site
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class Pagination:
    """Which page of a group is shown, in words, and the buttons to the pages before and after it.

    `buttons` has the words of each by the value it sends.
    """

    group: str
    status: str
    buttons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CardGroup:
    """Cards under a heading of their own, with a sentence that says why they are apart."""

    heading: str
    explanation: str
    cards: tuple[Card, ...]
    pagination: Pagination | None = None


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a person may report as wrong on a card, and whom to call about the rest.

    `complaints` has the words of each button by the value it sends, in the order of the buttons.
    """

    complaints: Mapping[str, str]
    phone: str


def marker(site: Site, number: int | None = None) -> Markup:
    """A site's marker, the same as on the map; safe mark-up made of constants and a number."""
    return Markup(marker_svg(marker_kind(site), confirmed=is_confirmed(site), number=number))  # noqa: S704


def marker_image(entry: LegendEntry) -> str:
    """The shape a legend entry explains, as a data URL: Streamlit strips SVG elements from its HTML."""
    return "data:image/svg+xml," + quote(marker_svg(entry.kind, confirmed=entry.confirmed))


def site_marker_image(site: Site, number: int) -> str:
    """A site's marker as on the map, as a data URL for the same reason."""
    return "data:image/svg+xml," + quote(
        marker_svg(marker_kind(site), confirmed=is_confirmed(site), number=number)
    )


def directions(site: Site) -> dict[str, str]:
    """Addresses of route planners by name, each to the clinic and from nowhere: the start stays private."""
    address = quote(site.address)
    links = {
        "Google Maps": f"https://www.google.com/maps/dir/?api=1&destination={address}",
        "Apple Maps": f"https://maps.apple.com/?daddr={address}",
    }
    if site.pin is not None:
        point = site.pin.point
        links["OpenStreetMap"] = (
            f"https://www.openstreetmap.org/directions?to={point.lat_deg}%2C{point.lon_deg}"
        )
    return links


def render_list(
    groups: Sequence[CardGroup],
    *,
    now: datetime,
    stale_after_days: int = STALE_AFTER_DAYS,
    reporting: Reporting | None = None,
    open_now: bool = True,
) -> str:
    """The groups of cards as one HTML fragment; `now` is aware and decides what is open and what is old.

    Without `reporting` nothing can be reported from a card. Without `open_now` a card says nothing that is
    true only for the moment: for a page that is kept.
    """
    reports = None if reporting is None else (tuple(reporting.complaints.items()), reporting.phone)

    def facts(site: Site) -> Markup:
        says_when = open_now or not site.hours
        state = hours.open_state(site.hours, now, site.time_zone) if says_when else None
        return _facts(current(), site, state, chicago_date(now), stale_after_days, reports)

    return render("clinic_list.html", groups=groups, marker=marker, facts=facts)


@lru_cache(maxsize=1024)
def _facts(
    _language: Language,
    site: Site,
    state: hours.OpenState | None,
    today: date,
    stale_after_days: int,
    reports: tuple[tuple[tuple[str, str], ...], str] | None,
) -> Markup:
    """What a card says of a clinic whoever asks from wherever: most of it, and the same for hours."""
    return Markup(  # noqa: S704 - a template's own mark-up, its values escaped
        render(
            "clinic_facts.html",
            site=site,
            state=state,
            today=today,
            stale_after_days=stale_after_days,
            reporting=None if reports is None else Reporting(dict(reports[0]), reports[1]),
            hours=hours,
            directions=directions,
            further=_further,
        )
    )


def _further(site: Site) -> Iterator[Markup]:
    """The lines of the columns that have no place of their own on a card, where they are known."""
    for column in FURTHER_COLUMNS:
        value = column.value(site)
        if value is not None:
            # A message is this project's own mark-up, as in the templates; the value is escaped.
            line = Markup(_(column.about.line))  # noqa: S704
            yield line.format(value=_shown(value, is_prose=column.words.is_prose))


def _shown(value: object, *, is_prose: bool) -> str:
    match value:
        case Answer():
            return wording.plain_answer(value)
        case date():
            return wording.full_date(value)
        case _ if is_prose:
            # Whatever language the card is in, people write in English.
            return Markup('<span lang="en">{}</span>').format(value)
        case _:
            return str(value)


def render_legend() -> str:
    """What each marker means, in shapes and words."""
    return render_once("legend.html", entries=LEGEND, marker_image=marker_image)
