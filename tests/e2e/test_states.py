"""What a person sees while the page is on its way, slow, cut off, missing or printed."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from tests.e2e.conftest import PATIENCE_MS, OpenFinder, StartApp
from tests.e2e.exact_search import ADDRESS, asking, placed, say_yes
from tests.e2e.pages import Finder, arrived
from tests.e2e.referral_page import ReferralPage
from tests.e2e.trouble import line_of
from tests.support.fake_geocoder import Handler, answering, fake_geocoder
from tests.support.servers import ROOT, RunningServer

PHONE = "763-201-8191"
PHONE_VIEW = {"width": 390, "height": 844}
DESKTOP_VIEW = {"width": 1280, "height": 900}
_WATCH_SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""
MOST_SHIFT = 0.1  # web.dev calls a page good up to this cumulative layout shift


@contextmanager
def visiting(chromium: Browser, **options: Any) -> Iterator[Page]:  # noqa: ANN401 - as Playwright takes them
    """A page in a context of its own, whose console may say what it likes."""
    context = chromium.new_context(**{"viewport": DESKTOP_VIEW, "reduced_motion": "reduce", **options})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def shipped() -> list[dict[str, str]]:
    """The rows of the shipped clinic file."""
    with (ROOT / "data" / "clinics.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# On its way


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_before_any_script_arrives_the_page_says_who_this_is_and_whom_to_call(
    chromium: Browser, app_server: RunningServer, scheme: str
) -> None:
    with visiting(chromium, color_scheme=scheme) as page:
        page.route("**/static/js/**", lambda route: route.abort())
        page.goto(app_server.url)
        start = page.locator("#start")
        expect(start.get_by_role("heading", level=1)).to_have_text("Find a clinic for DRG stimulation")
        expect(start.get_by_role("link", name=PHONE, exact=True).first).to_be_visible()
        for row in shipped():
            expect(start).to_contain_text(row["street"])
        ground = start.evaluate("(node) => getComputedStyle(node).backgroundColor")
        assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 25, 32)"}[scheme]


@pytest.mark.parametrize("view", [PHONE_VIEW, DESKTOP_VIEW], ids=["phone", "desktop"])
def test_the_page_takes_the_place_of_the_start_screen_without_jumping(
    chromium: Browser, app_server: RunningServer, view: dict[str, int]
) -> None:
    with visiting(chromium, viewport=view) as page:
        page.add_init_script(f"({_WATCH_SHIFTS})()")
        finder = Finder(page, app_server.url)
        finder.visit()
        expect(page.locator("#start")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(finder.cards.first).to_be_visible()
        assert page.evaluate("() => window.shifted") < MOST_SHIFT


@pytest.mark.parametrize("path", ["/refer", "/staff", "/accessibility"])
def test_no_page_stays_behind_the_start_screen(
    chromium: Browser, app_server: RunningServer, path: str
) -> None:
    with visiting(chromium) as page:
        page.goto(app_server.url + path)
        arrived(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_without_any_clinic_the_page_says_so_and_whom_to_call(
    chromium: Browser, start_app: StartApp, data_dir: Path
) -> None:
    clinics = data_dir / "clinics.csv"
    clinics.write_text(clinics.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    server = start_app(data_dir, await_path="/healthz")
    with visiting(chromium) as page:
        page.goto(server.url)
        expect(page.locator("#start")).to_have_count(0)
        expect(page.locator(".found")).to_contain_text(f"No clinic is listed at the moment. Call {PHONE}")


def test_a_page_without_its_notices_comes_all_the_same(chromium: Browser, app_server: RunningServer) -> None:
    with visiting(chromium) as page:
        page.route("**/connection.js*", lambda route: route.abort())
        page.goto(app_server.url)
        arrived(page)
        expect(page.locator(".clinic").first).to_be_visible()


@pytest.mark.parametrize("attribute", ['"data-test-script-state"', "`stApp`"])
def test_a_page_whose_streamlit_has_other_attributes_does_not_stay_hidden(
    chromium: Browser, app_server: RunningServer, attribute: str
) -> None:
    replaced = []

    def rename(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        if attribute in text:
            replaced.append(route.request.url)
        route.fulfill(response=answer, body=text.replace(attribute, f"{attribute[0]}made-up{attribute[0]}"))

    with visiting(chromium) as page:
        page.clock.install()
        page.route("**/static/js/*.js", rename)
        page.goto(app_server.url)
        expect(page.locator("#root .clinic").first).to_be_attached()
        assert replaced
        page.clock.run_for("01:00")
        expect(page.locator("#start")).to_have_count(0)
        expect(page.locator(".clinic").first).to_be_visible()


def test_without_scripts_every_clinic_is_listed_and_found(
    chromium: Browser, app_server: RunningServer
) -> None:
    with visiting(chromium, java_script_enabled=False, viewport=PHONE_VIEW) as page:
        page.goto(app_server.url)
        for row in shipped():
            expect(page.locator(".clinic-list")).to_contain_text(row["street"])
        expect(page.get_by_role("link", name=PHONE).first).to_be_visible()
        page.get_by_label("ZIP code, city or address").fill("ramsey")
        page.get_by_role("button", name="Find clinics").click()
        expect(page.get_by_role("heading", name="We found 2 places.")).to_be_visible()
        page.get_by_role("button", name="Ramsey County").click()
        expect(page.locator(".found")).to_contain_text("near Ramsey County")
        page.get_by_role("radio", name="Both").check()
        page.get_by_role("button", name="Find clinics").click()
        expect(page.locator(".found")).to_contain_text("may fit")
        expect(page.locator(".clinic").first.get_by_role("link", name="Call")).to_be_visible()
        expect(page.locator(".clinic").first.get_by_role("button")).to_have_count(0)
        assert page.url == f"{app_server.url}/"


# Slow


def after_a_while(handler: Handler) -> None:
    """A service that takes its time."""
    handler.server.closing.wait(1.8)
    answering([placed()])(handler)


def test_a_lookup_that_takes_long_says_so_once_until_the_answer_is_there(
    open_finder: OpenFinder, start_app: StartApp
) -> None:
    with fake_geocoder() as service:
        service.behave = after_a_while
        finder = open_finder(start_app(ROOT / "data", **asking(service.host)))
        finder.visit()
        say_yes(finder)
        finder.place.fill(ADDRESS)
        finder.page.get_by_role("button", name="Find clinics").click()
        status = finder.page.locator("#page-status")
        expect(status).to_have_attribute("role", "status")
        expect(status).to_have_text("Looking up the address …")
        expect(finder.announcement).to_contain_text("near your address")
        expect(status).to_be_empty()


def test_an_answer_that_waits_for_many_others_says_so_and_comes_by_itself(
    chromium: Browser, app_server: RunningServer
) -> None:
    with visiting(chromium, viewport=PHONE_VIEW) as page, line_of(page) as line:
        finder = Finder(page, app_server.url)
        finder.visit()
        line.keep_waiting()
        finder.place.fill("55407")
        page.get_by_role("button", name="Find clinics").click()
        status = page.locator("#page-status")
        expect(status).to_have_text("One moment: the page is working on it.")
        expect(status).to_contain_text("Many people may be using the page at once")
        line.go_on()
        expect(finder.announcement).to_contain_text("near ZIP 55407")
        expect(status).to_be_empty()


# Cut off


def test_a_lost_line_is_told_calmly_and_what_was_found_stays(
    chromium: Browser, app_server: RunningServer
) -> None:
    with visiting(chromium, viewport=PHONE_VIEW) as page, line_of(page) as line:
        finder = Finder(page, app_server.url)
        page.goto(app_server.url)
        arrived(page)
        finder.place.fill("55407")
        page.get_by_role("button", name="Find clinics").click()
        expect(finder.announcement).to_contain_text("near ZIP 55407")
        status = page.locator("#page-status")
        line.cut()
        expect(status).to_contain_text("The connection to our server is lost.")
        expect(status.get_by_role("link", name=PHONE)).to_be_visible()
        # Long enough for Streamlit to have opened the dialog of its own.
        page.wait_for_event("console", lambda said: "not responding" in said.text)
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.locator("[inert]#root").count() == 0
        expect(finder.cards.first).to_be_visible()
        line.mend()
        expect(status).to_contain_text("You are connected again.")
        expect(finder.announcement).to_contain_text("near ZIP 55407")
        expect(finder.place).to_have_value("55407")
        expect(status).to_be_empty()
        page.get_by_role("radio", name="Evaluation", exact=True).click()
        expect(finder.cards.locator(".distance").first).to_be_visible()


def test_being_offline_is_told_at_once_and_taken_back(chromium: Browser, app_server: RunningServer) -> None:
    with visiting(chromium) as page:
        Finder(page, app_server.url).visit()
        status = page.locator("#page-status")
        page.context.set_offline(True)
        expect(status).to_contain_text("You are offline.")
        page.context.set_offline(False)
        expect(status).not_to_contain_text("You are offline.")


def test_the_notices_are_in_the_pages_language(chromium: Browser, app_server: RunningServer) -> None:
    with visiting(chromium) as page:
        page.goto(f"{app_server.url}/?lang=es")
        expect(page.locator(".clinic").first).to_be_visible()
        page.context.set_offline(True)
        expect(page.locator("#page-status > *")).to_have_attribute("lang", "es")


# Missing


def test_an_unknown_page_is_404_and_leads_to_the_finder(chromium: Browser, app_server: RunningServer) -> None:
    with visiting(chromium) as page:
        answer = page.goto(f"{app_server.url}/nonsense")
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("heading", level=1)).to_have_text("We do not have this page")
        page.get_by_role("link", name="Find a clinic for DRG stimulation").click()
        expect(page.locator(".clinic").first).to_be_visible()


def test_a_page_that_fails_in_part_shows_the_rest(
    chromium: Browser, start_app: StartApp, data_dir: Path
) -> None:
    (data_dir / "overview.md").write_text("no facts", encoding="utf-8")
    server = start_app(data_dir)
    with visiting(chromium) as page:
        finder = Finder(page, server.url)
        finder.visit()
        expect(finder.cards).to_have_count(len(shipped()))
        expect(page.get_by_text("cannot be shown at the moment")).to_contain_text(PHONE)
        expect(page.get_by_test_id("stException")).to_have_count(0)


# On paper


def printed(page: Page) -> str:
    """All the text of the printed page."""
    pages = PdfReader(io.BytesIO(page.pdf(format="Letter"))).pages
    texts = [one.extract_text() for one in pages]
    assert [number for number, text in enumerate(texts, start=1) if not text.strip()] == []
    # Where our font came too late, the letters of "confirmed" may be set as one.
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", " ".join(texts)))


def test_a_printed_search_has_every_clinic_and_nothing_to_press(
    chromium: Browser, app_server: RunningServer
) -> None:
    with visiting(chromium, color_scheme="dark") as page:
        finder = Finder(page, app_server.url)
        finder.visit()
        finder.search("55407")
        paper = printed(page)
        for row in shipped():
            for fact in (row["street"], f"{row['city']}, MN {row['zip']}", row["phone"]):
                assert fact in paper
        assert paper.count(" mi between") == len(shipped())
        for said in ("iSpine Pain Physicians", PHONE, "55407", "not yet confirmed", "This is information"):
            assert said in paper
        for button in (
            "Find clinics",
            "Show on map",
            "Directions",
            "More filters",
            "Use my location",
            "Zoom",
        ):
            assert button not in paper
        page.emulate_media(media="print", color_scheme="dark")
        colours = "(node) => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color]"
        assert page.get_by_test_id("stMain").evaluate(colours)[0] == "rgb(255, 255, 255)"
        assert finder.cards.first.evaluate(colours)[1] == "rgb(0, 0, 0)"


def test_a_printed_referral_page_is_its_sheet(chromium: Browser, app_server: RunningServer) -> None:
    with visiting(chromium) as page:
        referral = ReferralPage(page, app_server.url)
        referral.visit("?from=55407&evaluation=edina&procedure=burnsville")
        expect(referral.sheet).to_be_attached()
        paper = printed(page)
        for said in ("Referral: DRG stimulation", "7700 France Ave S", "14000 Nicollet Ave", PHONE):
            assert said in paper
        assert "Download the sheet" not in paper
