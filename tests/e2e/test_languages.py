"""Two languages in a browser: the browser's wish, the switch, and what stays as it was."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenFinder
from tests.e2e.pages import Finder, arrived
from tests.support.servers import RunningServer


def switch_to(finder: Finder, name: str) -> None:
    with finder.doing():
        finder.page.get_by_role("button", name=name, exact=True).click()


def page_language(finder: Finder) -> str | None:
    return finder.page.locator("html").get_attribute("lang")


def test_a_browser_that_asks_for_spanish_gets_spanish_all_through(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server, locale="es-MX")
    finder.visit()
    assert page_language(finder) == "es"
    expect(finder.page).to_have_title("Encuentre una clínica para la estimulación DRG")
    expect(finder.announcement).to_have_text("Encontramos 8 clínicas.")
    with finder.doing():
        finder.page.get_by_label("Código ZIP, ciudad o dirección").fill("cerca de Edina")
        finder.page.get_by_role("button", name="Buscar clínicas").click()
    expect(finder.announcement).to_contain_text("cerca de Edina, MN")
    expect(finder.page.locator(".translation-note")).to_contain_text("aún no ha revisado")
    assert "lang" not in finder.page.url
    # The sentences of the page that were once English, none of them left.
    for english in ("clinics", "Call ", "Directions", "not known", "Closed", "miles", "Wheelchair"):
        assert english not in finder.page.locator(".clinic-list").inner_text(), english


def test_the_switch_keeps_what_was_typed_found_and_chosen(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server, locale="en-US")
    finder.visit()
    finder.search("55369")
    finder.need("Evaluation")
    finder.choose_filter("How far", "Within 25 miles")
    shown = finder.site_ids()
    switch_to(finder, "Español")
    assert page_language(finder) == "es"
    assert finder.site_ids() == shown
    expect(finder.page.get_by_label("Código ZIP, ciudad o dirección")).to_have_value("55369")
    expect(finder.page.get_by_role("radio", name="Evaluación", exact=True)).to_be_checked()
    expect(finder.announcement).to_contain_text("Encontramos")
    assert re.search(r"[?&]lang=es\b", finder.page.url)
    switch_to(finder, "English")
    assert finder.site_ids() == shown
    expect(finder.announcement).to_contain_text("We found")


def test_the_language_stays_on_the_next_page_and_after_a_reload(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server, locale="en-US")
    finder.visit()
    switch_to(finder, "Español")
    finder.page.get_by_role("link", name="Para médicos").click()
    expect(finder.page).to_have_title("Remita a un paciente para la estimulación DRG")
    assert page_language(finder) == "es"
    finder.page.reload()
    expect(finder.page).to_have_title("Remita a un paciente para la estimulación DRG")
    expect(finder.page.locator("html")).to_have_attribute("lang", "es")


def test_a_language_that_is_not_there_is_the_browsers(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server, locale="en-US")
    finder.page.goto(f"{finder.url}?lang=xx")
    arrived(finder.page)
    expect(finder.announcement).to_have_text("We found 8 clinics.")
    assert page_language(finder) == "en"
