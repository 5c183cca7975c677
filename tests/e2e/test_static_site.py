"""The saved page in a browser: with a script and without, by keyboard, on a phone, and keeping to itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from locator.clinics.filters import Filters
from locator.clinics.search import SiteIndex, search
from locator.geocoding.places.offline import OfflinePlaces
from locator.language import languages
from locator.presentation import listing
from locator.presentation.cards import render_list
from locator.publication.static_site.source import page_names
from locator.sites import Located
from tests.e2e.conftest import DESKTOP
from tests.e2e.saved_page import SavedSite, address_of
from tests.support.parsed_html import parse
from tests.support.static_copy import PHONE, gazetteer, make_source, shipped_sites, write_copy

PHONE_SIZE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class OpenSaved(Protocol):
    """Opens the saved copy of the shipped directory."""

    def __call__(self, name: str = "index.html", **options: Any) -> SavedSite:  # noqa: ANN401 - as Playwright's
        """The page in a context of its own, not yet visited."""
        ...


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped directory, saved."""
    return write_copy(tmp_path_factory.mktemp("saved") / "copy", make_source(shipped_sites()))


@pytest.fixture
def open_saved(chromium: Browser, folder: Path) -> Iterator[OpenSaved]:
    """What opens the copy from its folder; afterwards no page may have had an error in its console."""
    contexts: list[BrowserContext] = []
    opened: list[SavedSite] = []

    def open_one(name: str = "index.html", **options: Any) -> SavedSite:  # noqa: ANN401
        context = chromium.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        contexts.append(context)
        opened.append(SavedSite(context.new_page(), address_of(folder, name)))
        return opened[-1]

    yield open_one
    for context in contexts:
        context.close()
    assert [site.seen.errors + site.seen.dialogs for site in opened] == [[] for _ in opened]


@pytest.fixture
def saved(open_saved: OpenSaved) -> SavedSite:
    """The copy on a desktop."""
    made = open_saved()
    made.visit()
    return made


def test_after_a_search_the_page_says_just_what_the_app_would(saved: SavedSite) -> None:
    saved.search("55387")
    sites = shipped_sites()
    answer = OfflinePlaces(gazetteer(), sites).locate("55387")
    assert isinstance(answer, Located)
    results = search(SiteIndex(sites), answer.origin, Filters(), limit=50)
    found = listing.found(answer.origin, results, Filters(), phone=PHONE)
    written = parse(render_list(found.groups, now=datetime(2026, 11, 22, 18, tzinfo=UTC), open_now=False))
    shown = parse(saved.page.locator(".clinic-list").inner_html())
    assert any(card.match and card.match.about_same_as_previous for card in found.cards)
    assert [card.text for card in shown.all(of_class="clinic")] == [
        card.text for card in written.all(of_class="clinic")
    ]
    assert saved.announcement.text_content() == found.announcement
    assert saved.notes.all_text_contents() == list(found.notes)


def test_the_pins_are_numbered_as_the_cards_before_and_after_a_search(saved: SavedSite) -> None:
    assert saved.pin_names() == saved.titles()
    before = saved.titles()
    saved.search("55407")
    expect(saved.announcement).to_have_text("We found 8 clinics near ZIP 55407 (Minneapolis, MN).")
    assert saved.pin_names() == saved.titles() != before
    expect(saved.page.locator(".origin-area")).to_have_count(1)


def test_a_card_opens_its_pin_and_a_pin_marks_its_card(saved: SavedSite) -> None:
    saved.search("55407")
    saved.card(2).get_by_role("button", name="Show on map").click()
    expect(saved.popup.locator("strong")).to_have_text(saved.titles()[1])
    expect(saved.popup).to_contain_text("miles in a straight line")
    expect(saved.card(2).get_by_role("button", name="Show on map")).to_have_attribute("aria-pressed", "true")
    saved.pin(1).focus()
    saved.page.keyboard.press("Enter")
    expect(saved.popup.locator("strong")).to_have_text(saved.titles()[0])
    expect(saved.page.locator(".clinic.is-chosen")).to_have_count(1)
    expect(saved.card(1)).to_be_in_viewport()
    expect(saved.card(1).get_by_role("button", name="Show on map")).to_have_attribute("aria-pressed", "true")


def test_a_filter_changes_the_list_and_the_map_together(saved: SavedSite) -> None:
    saved.page.get_by_role("radio", name="Procedures*").check()
    expect(saved.announcement).to_have_text("We found 2 clinics; 6 more may fit.")
    expect(saved.page.get_by_role("heading", name="May fit – not known")).to_be_visible()
    assert saved.pin_names() == saved.titles()


def test_of_several_places_the_person_chooses_one(saved: SavedSite) -> None:
    saved.search("twin cities")
    expect(saved.question.get_by_role("heading")).to_have_text("We found 2 places. Which one do you mean?")
    expect(saved.question).to_be_focused()
    saved.question.get_by_role("button", name="Saint Paul, MN").click()
    expect(saved.announcement).to_have_text("We found 8 clinics near Saint Paul, MN.")
    expect(saved.question).to_be_hidden()
    assert "Saint Paul, MN" in saved.focused()


def test_an_unknown_place_gets_a_reason_and_all_clinics(saved: SavedSite) -> None:
    saved.search("Nowhereville")
    expect(saved.question).to_contain_text("We could not find that place. Check the spelling.")
    expect(saved.announcement).to_have_text("We could not find that place. Below are all clinics.")
    expect(saved.cards).to_have_count(8)


def test_what_is_typed_goes_nowhere(saved: SavedSite) -> None:
    loaded = len(saved.seen.requests)
    saved.search("55407")
    saved.search("Nowhereville Fakename")
    saved.page.get_by_role("button", name="Find clinics").click()
    assert len(saved.seen.requests) == loaded
    assert all(request.url.startswith("file:") for request in saved.seen.requests)
    assert saved.page.url == saved.address
    kept = (
        "() => [document.cookie, localStorage.length, sessionStorage.length, history.length, document.title]"
    )
    cookie, local, session, history, title = saved.page.evaluate(kept)
    assert (cookie, local, session) == ("", 0, 0)
    assert history <= 2  # the empty page before, and this one
    assert "Fakename" not in title


def test_by_keyboard_the_links_pass_the_form_and_the_map(saved: SavedSite) -> None:
    saved.page.keyboard.press("Tab")
    assert saved.focused() == "Skip to the results"
    saved.page.keyboard.press("Enter")
    assert saved.focused() == "results"
    skip = saved.page.get_by_role("link", name="Skip the map")
    skip.focus()
    expect(skip).to_be_in_viewport()
    saved.page.keyboard.press("Enter")
    assert saved.focused() == "overview"


def test_tab_leads_through_the_map_and_out_of_it(saved: SavedSite) -> None:
    saved.page.get_by_role("link", name="Skip the map").focus()
    passed = []
    for _ in range(20):
        saved.page.keyboard.press("Tab")
        passed.append(saved.focused())
        if saved.page.evaluate("() => !!document.activeElement.closest('.overview')"):
            break
    assert {"Zoom in", "Zoom out", *saved.titles()} <= set(passed)
    assert saved.page.evaluate("() => !!document.activeElement.closest('.overview')")


def test_results_are_announced_and_have_the_focus(saved: SavedSite) -> None:
    saved.search("55407")
    status = saved.page.locator(".found[role=status]")
    expect(status).to_contain_text("We found 8 clinics near ZIP 55407")
    expect(status).to_be_focused()


@pytest.mark.parametrize("width", [320, 390])
def test_a_small_screen_needs_no_sideways_scrolling(open_saved: OpenSaved, width: int) -> None:
    small = open_saved(viewport={"width": width, "height": 700})
    small.visit()
    assert small.page.evaluate(SIDEWAYS) <= 0
    small.search("twin cities")
    assert small.page.evaluate(SIDEWAYS) <= 0
    small.search("55407")
    small.page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
    assert small.page.evaluate(SIDEWAYS) <= 0


def test_without_a_script_the_list_and_the_overview_say_everything(open_saved: OpenSaved) -> None:
    plain = open_saved(java_script_enabled=False)
    plain.page.goto(plain.address)
    page = plain.page
    expect(
        page.get_by_text("The search and the map need JavaScript. All clinics are listed below.")
    ).to_be_visible()
    expect(page.locator("#search")).to_be_hidden()
    expect(page.locator("#map")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    for site in shipped_sites():
        card = page.locator(f"#clinic-{site.site_id}")
        expect(card).to_be_visible()
        expect(card).to_contain_text(site.street)
        expect(card.get_by_role("link", name=f"Call {site.phone}")).to_be_visible()
    expect(page.get_by_role("heading", name="What it is")).to_be_visible()


def test_a_printed_page_has_the_clinics_and_nothing_to_press(saved: SavedSite) -> None:
    saved.page.emulate_media(media="print")
    expect(saved.page.locator("#search")).to_be_hidden()
    expect(saved.page.locator("#map")).to_be_hidden()
    expect(saved.cards.first.locator(".address")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "scheme"), list(product(page_names(languages()).values(), ["light", "dark"]))
)
def test_axe_finds_nothing(open_saved: OpenSaved, name: str, scheme: str) -> None:
    size = DESKTOP if scheme == "light" else PHONE_SIZE
    site = open_saved(name, color_scheme=scheme, viewport=size)
    site.page.goto(site.address)
    expect(site.page.locator("#search")).to_be_visible()
    problems = violations(site)
    for text in ("Virginia", "55407"):
        site.page.locator("#place").fill(text)
        site.page.locator("#place").press("Enter")
        problems += violations(site)
    site.cards.first.locator(".show").click()
    site.page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
    assert problems + violations(site) == []


def violations(site: SavedSite) -> list[str]:
    """Each rule that something on the page breaks, with what does."""
    found = Axe().run(site.page, options={"runOnly": RULES, "preload": False}).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder as any web host does, and logs nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Say nothing."""


def test_it_works_from_any_host_under_any_path(chromium: Browser, folder: Path) -> None:
    serve = partial(_Quiet, directory=str(folder.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        context = chromium.new_context()
        site = SavedSite(context.new_page(), f"http://127.0.0.1:{server.server_port}/{folder.name}/")
        site.visit()
        site.search("55407")
        expect(site.announcement).to_have_text("We found 8 clinics near ZIP 55407 (Minneapolis, MN).")
        assert len(site.pin_names()) == 8
        site.page.get_by_role("link", name="Español").click()
        expect(site.page.locator("html")).to_have_attribute("lang", "es")
        assert {request.url.split("/copy/")[0] for request in site.seen.requests} == {
            f"http://127.0.0.1:{server.server_port}"
        }
        assert (site.seen.errors, site.seen.refusals) == ([], [])
        context.close()
        server.shutdown()
