"""The accessibility statement is one click away from the pages, under a base path too, on a narrow screen."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import OpenFinder, StartApp
from tests.e2e.pages import arrived
from tests.support.servers import ROOT, RunningServer

TITLE = "Accessibility of these pages"
NARROW = {"width": 320, "height": 568}


def test_under_a_base_path_the_foot_of_the_pages_leads_to_the_statement_and_back(
    open_finder: OpenFinder, start_app: StartApp
) -> None:
    server = start_app(ROOT / "data", await_path="/fake/clinics/readyz", LOCATOR_BASE_PATH="fake/clinics")
    page = open_finder(server, viewport=NARROW).page
    for start in ("/", "/refer"):
        page.goto(f"{server.url}/fake/clinics{start}")
        arrived(page)
        page.get_by_role("link", name=TITLE).click()
        expect(page).to_have_url(f"{server.url}/fake/clinics/accessibility")
        expect(page).to_have_title(TITLE)
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    page.get_by_role("link", name="Find a clinic").click()
    expect(page).to_have_title("Find a clinic for DRG stimulation")
    expect(page.locator(".clinic").first).to_be_visible()


def test_the_statement_can_be_opened_by_its_address(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    page = open_finder(app_server).page
    page.goto(f"{app_server.url}/accessibility")
    arrived(page)
    expect(page).to_have_title(TITLE)
    expect(page.get_by_role("heading", name="What we tested")).to_be_visible()
