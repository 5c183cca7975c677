"""The states of the patients' page, and of what it is when it is taken elsewhere."""

from __future__ import annotations

from functools import partial
from typing import Final

from playwright.sync_api import expect

from tests.e2e.embedding_site import inside, search
from tests.e2e.exact_search import ADDRESS, search_exactly
from tests.e2e.gallery.kinds import Screen, Sheet, State
from tests.e2e.gallery.visitor import Visitor

ZIP_CODE: Final = "55407"
NEAREST: Final = "iSpine Clinics – Edina"
_MAP: Final = ".st-key-map-panel"
_LOCATE: Final = ".st-key-locate .locate"


def _open(summary: str, visitor: Visitor) -> None:
    card = visitor.found(ZIP_CODE).card(NEAREST)
    card.locator(summary).first.click()
    expect(card.locator(".facts:visible").first).to_be_visible()


def _report(visitor: Visitor) -> None:
    card = visitor.finder(visitor.stage.staff).cards.first
    card.locator(".wrong > summary").click()
    expect(card.locator(".wrong .complaints")).to_be_visible()


def _procedures(visitor: Visitor) -> None:
    visitor.found(ZIP_CODE).need("Procedures*")


def _filters(visitor: Visitor) -> None:
    visitor.found(ZIP_CODE)
    visitor.page.get_by_role("button", name="More filters").click()
    expect(visitor.page.get_by_role("dialog")).to_be_visible()


def _wheelchair(visitor: Visitor) -> None:
    visitor.finder(visitor.stage.gaps).ask_for_wheelchair_entrance()


def _pin(visitor: Visitor) -> None:
    finder = visitor.found(ZIP_CODE)
    finder.click_pin(NEAREST)
    finder.map.view()


def _shown_on_map(visitor: Visitor) -> None:
    finder = visitor.found(ZIP_CODE)
    finder.choose_card(NEAREST)
    finder.map.view()


def _located(visitor: Visitor) -> None:
    finder = visitor.finder()
    visitor.page.context.grant_permissions(["geolocation"])
    visitor.page.context.set_geolocation({"latitude": 44.93, "longitude": -93.26, "accuracy": 200})
    with finder.doing():
        visitor.page.locator(_LOCATE).click()
    expect(finder.announcement).to_contain_text("near")


def _not_located(visitor: Visitor) -> None:
    visitor.finder()
    visitor.page.locator(_LOCATE).click()
    expect(visitor.page.locator(".locate-said")).to_contain_text("did not share")


def _exact(visitor: Visitor) -> None:
    search_exactly(visitor.finder(visitor.stage.asking), ADDRESS)


def _in_spanish(visitor: Visitor) -> None:
    finder = visitor.found(ZIP_CODE)
    with finder.doing():
        visitor.page.get_by_role("button", name="Español", exact=True).click()


def _embedded(visitor: Visitor) -> None:
    visitor.page.goto(visitor.stage.host_site.origin)
    search(inside(visitor.page), ZIP_CODE)
    expect(inside(visitor.page).frame_locator("iframe").locator(".pin-holder").first).to_be_visible()


def _printed(visitor: Visitor) -> bytes:
    visitor.found(ZIP_CODE)
    return visitor.page.pdf(format="Letter")


def _saved(visitor: Visitor) -> None:
    saved = visitor.saved()
    saved.search(ZIP_CODE)
    expect(saved.announcement).to_contain_text(ZIP_CODE)


def _statement(visitor: Visitor) -> None:
    visitor.go(f"{visitor.stage.shipped.url}/accessibility", ".statement h2")


_screen: Final = partial(Screen, "For patients")
_elsewhere: Final = partial(Screen, "Taken elsewhere")

STATES: Final[tuple[State, ...]] = (
    _screen(
        "find-first-visit",
        "First visit",
        "Before any search: the question, all clinics by city, the map and the overview.",
        Visitor.finder,
    ),
    _screen(
        "find-results",
        "Results",
        "The clinics around a ZIP code, nearest first, with how sure each distance is.",
        lambda visitor: visitor.found(ZIP_CODE),
    ),
    _screen(
        "find-map",
        "The map",
        "The same clinics as numbered pins, the area searched from, and what the signs mean.",
        lambda visitor: visitor.found(ZIP_CODE),
        _MAP,
    ),
    _screen(
        "find-pin",
        "A pin's pop-up",
        "A pin was clicked: its clinic in a few lines, and its card marked in the list.",
        _pin,
        _MAP,
    ),
    _screen(
        "find-shown-on-map",
        "A card shown on the map",
        "“Show on map” was pressed on a card.",
        _shown_on_map,
        is_window=True,
    ),
    _screen(
        "find-details",
        "A card's details",
        "Where a listing comes from, how old it is, and what is not known.",
        partial(_open, ".more > summary"),
        ".clinic-list",
    ),
    _screen(
        "find-directions",
        "Directions",
        "Links to map services, after a word on what each of them is told.",
        partial(_open, ".menu > summary"),
        ".clinic-list",
    ),
    _screen(
        "find-report",
        "A wrong listing",
        "What a visitor can say is wrong with a listing, where staff can sign in to see it.",
        _report,
        ".clinic-list",
    ),
    _screen(
        "find-procedures",
        "Only procedures",
        "No clinic is confirmed for procedures yet: the page says so, and keeps apart what is not known.",
        _procedures,
    ),
    _screen(
        "find-filters",
        "More filters",
        "Distance, weekday and wheelchair entrance.",
        _filters,
        is_window=True,
    ),
    _screen(
        "find-wheelchair",
        "A filter that not every clinic answers",
        "Clinics of which the entrance is not known stay, under a heading of their own.",
        _wheelchair,
    ),
    _screen(
        "find-several-places",
        "A name of several places",
        "The page asks which one is meant.",
        lambda visitor: visitor.found("ramsey"),
    ),
    _screen(
        "find-unknown-place",
        "A misspelt place",
        "Nothing is guessed: the page offers what may have been meant.",
        lambda visitor: visitor.found("Minneaplis"),
    ),
    _screen(
        "find-outside",
        "Outside the area",
        "How far the nearest clinic is, and what to do instead.",
        lambda visitor: visitor.found("Duluth"),
    ),
    _screen(
        "find-my-location",
        "From the device's own location",
        "The browser shared where the device is; it is rounded, stays on this server and is forgotten.",
        _located,
    ),
    _screen(
        "find-location-denied",
        "The location is not shared",
        "The browser said no: the page says what to do instead.",
        _not_located,
    ),
    _screen(
        "find-exact-address",
        "An exact address",
        "Where the operator has set up a service, one address may be sent to it, this one time.",
        _exact,
    ),
    _screen(
        "find-spanish",
        "In Spanish",
        "The results in Spanish; the text on the treatment awaits a clinician's review and says so.",
        _in_spanish,
    ),
    _screen(
        "accessibility",
        "Accessibility statement",
        "What was tested, how, and what is known to fail.",
        _statement,
    ),
    _elsewhere(
        "embedded",
        "In a frame on another web site",
        "The finder as the practice's own site holds it.",
        _embedded,
        is_window=True,
    ),
    Sheet(
        "Taken elsewhere",
        "find-printed",
        "Results on paper",
        "What the browser prints: the clinics, and nothing to press.",
        _printed,
    ),
    _elsewhere(
        "static-site",
        "The static site",
        "One page with all assets beside it, searched in the browser with no server at all.",
        _saved,
    ),
    _elsewhere(
        "static-site-map",
        "The static site's map",
        "Its map and its overview.",
        _saved,
        "#map",
    ),
)
