"""The referral page without scripts, and how Streamlit's page takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import inspect
from tests.e2e.conftest import DESKTOP, PATIENCE_MS
from tests.e2e.held_back import STREAMLIT, HeldBack, let_streamlit_come
from tests.e2e.referral_sheets import BURNSVILLE, CHASKA, assert_sheet_of_chaska_and_burnsville
from tests.support.servers import RunningServer

PHONE = {"width": 390, "height": 844}


@contextmanager
def a_page(chromium: Browser, **options: Any) -> Iterator[Page]:  # noqa: ANN401 - as Playwright takes them
    context = chromium.new_context(**{"viewport": PHONE, "reduced_motion": "reduce", **options})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def is_clean(chromium: Browser, page: Page, scheme: str) -> None:
    """Nothing on the page breaks a rule of axe, which needs scripts: it gets the page as it is now."""
    with a_page(chromium, color_scheme=scheme) as judged:
        judged.route("**/*", lambda route: route.abort())
        judged.set_content(page.content(), wait_until="domcontentloaded")
        expect(judged.locator("#start")).to_be_visible()
        report = inspect(judged)
        assert "color-contrast" in report.passed
        assert [one for one in report.found if one.verdict == "breaks"] == []


def has_no_sideways_scrolling(page: Page) -> None:
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_a_phone_does_all_but_the_live_map(
    chromium: Browser, app_server: RunningServer, tmp_path: Path, scheme: str
) -> None:
    with a_page(chromium, java_script_enabled=False, color_scheme=scheme) as page:
        page.goto(f"{app_server.url}/refer")
        is_clean(chromium, page, scheme)
        page.get_by_label("Patient's ZIP code, city or county").fill("55318")
        page.get_by_role("button", name="Show sites").click()
        expect(page.locator(".found")).to_contain_text("Pairs of sites from ZIP 55318")
        expect(page.get_by_role("button", name="Show on map")).to_have_count(0)
        page.locator(".pair", has_text=BURNSVILLE).get_by_role("button", name="Choose").first.click()
        page.get_by_role("combobox", name="Evaluation clinic").select_option("chaska")
        page.get_by_role("combobox", name="Procedure site").select_option("burnsville")
        page.get_by_role("button", name="Take these sites").click()
        compared = page.get_by_role("region", name="Comparison of the sites")
        expect(compared.get_by_role("columnheader").nth(0)).to_contain_text(CHASKA)
        expect(compared.get_by_role("columnheader").nth(1)).to_contain_text(BURNSVILLE)
        expect(page.locator(".first-map img")).to_be_visible()
        lasting = page.get_by_role("group", name="Nerve pain in one area for six months or more")
        lasting.get_by_role("radio", name="Yes").check()
        page.get_by_role("checkbox", name="Knee").check()
        page.get_by_role("button", name="Sum up the answers").click()
        expect(page.locator(".criteria-said")).to_contain_text("2 met, 0 not met, 4 not answered")
        # All of it still stands after each of these pages.
        expect(page.get_by_role("combobox", name="Evaluation clinic")).to_have_value("chaska")
        has_no_sideways_scrolling(page)
        is_clean(chromium, page, scheme)
        with page.expect_download() as coming:
            page.get_by_role("button", name="Download the sheet (PDF)").click()
        sheet = tmp_path / coming.value.suggested_filename
        coming.value.save_as(sheet)
        assert_sheet_of_chaska_and_burnsville(sheet)
        with page.expect_download() as card:
            page.get_by_role("button", name="Contact card: Chaska").click()
        assert card.value.suggested_filename == "ispine-clinics-chaska.vcf"
        assert page.url == f"{app_server.url}/refer"
        expect(page.get_by_role("button", name="Print")).to_be_hidden()


def test_without_scripts_it_is_in_spanish_too(chromium: Browser, app_server: RunningServer) -> None:
    with a_page(chromium, java_script_enabled=False) as page:
        page.goto(f"{app_server.url}/refer")
        page.get_by_role("link", name="Español").click()
        page.get_by_role("textbox").first.fill("Ciudad Nada")
        page.get_by_role("button", name="Mostrar centros").click()
        expect(page.locator(".first-places")).to_be_visible()
        is_clean(chromium, page, "light")
        page.get_by_role("textbox").first.fill("55407")
        page.get_by_role("button", name="Mostrar centros").click()
        expect(page.locator(".found .count")).to_contain_text("Pares de centros desde ZIP 55407")
        has_no_sideways_scrolling(page)
        is_clean(chromium, page, "light")


def take_over(page: Page, streamlit: HeldBack) -> None:
    """Let Streamlit come, and wait until its page has taken the place."""
    let_streamlit_come(page, streamlit)
    expect(page.locator("#start")).to_have_count(0)


@pytest.mark.parametrize("view", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_streamlits_page_goes_on_with_all_that_was_asked_chosen_and_answered(
    chromium: Browser, app_server: RunningServer, view: dict[str, int]
) -> None:
    with a_page(chromium, viewport=view) as page:
        streamlit = HeldBack(page, STREAMLIT)
        page.goto(f"{app_server.url}/refer")
        start = page.locator("#start")
        start.get_by_label("Patient's ZIP code, city or county").fill("55318")
        start.get_by_role("button", name="Show sites").click()
        expect(start.locator(".found")).to_contain_text("Pairs of sites from ZIP 55318")
        start.get_by_role("button", name="Choose").nth(1).click()
        expect(start.locator(".pair").nth(1)).to_contain_class("is-chosen")
        start.get_by_role("checkbox", name="Knee").check()
        expect(start.locator(".criteria-said")).to_contain_text("1 met")
        # What scripts do at once needs no button.
        expect(start.get_by_role("button", name="Take these sites")).to_be_hidden()
        parts = (".found", ".pair-list", ".compared", ".journey", ".criteria-said", ".print-sheet")
        before = [start.locator(part).inner_text() for part in parts]
        take_over(page, streamlit)
        expect(page.locator("#root .print-sheet .sheet")).to_be_attached()
        assert [page.locator(f"#root {part}").inner_text() for part in parts] == before
        expect(page.locator("#root .pair").nth(1)).to_contain_class("is-chosen")
        # Whoever goes through the answers by keyboard goes on from the same one.
        criteria = page.locator("#root .st-key-criteria")
        expect(criteria.locator("button", has_text="Knee")).to_be_focused()
        expect(page.get_by_label("Patient's ZIP code, city or county")).to_have_value(
            "ZIP 55318 (Chaska or Victoria, MN)"
        )


def test_a_link_is_shown_at_once_and_by_streamlits_page_after_it(
    chromium: Browser, app_server: RunningServer
) -> None:
    with a_page(chromium, viewport=DESKTOP) as page:
        streamlit = HeldBack(page, STREAMLIT)
        page.goto(f"{app_server.url}/refer?from=55318&evaluation=chaska&procedure=burnsville")
        before = page.locator("#start .print-sheet").inner_text()
        assert CHASKA in before
        take_over(page, streamlit)
        expect(page.locator("#root .print-sheet .sheet")).to_be_attached()
        assert page.locator("#root .print-sheet").inner_text() == before
