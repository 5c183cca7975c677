"""Signing in and out as a person does it, in a real browser: with a password, and through a provider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from locator.staff.people import Role
from locator.staff.sign_in.access import COOKIE
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.passwords import argon2id
from locator.staff.sign_in.routes import REFUSED
from tests.support.oidc_provider import running_provider, secrets_for
from tests.support.servers import RunningServer
from tests.support.staff_server import running_page

PHRASE = "a made-up phrase"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A page that says who is signed in: Pat with a password, Kim through a provider."""
    folder = tmp_path_factory.mktemp("sign-in")
    Accounts(folder / "kept" / "staff.json", argon2id()).put("Pat Test", Role.EDITOR, PHRASE)
    settings = {
        "LOCATOR_STAFF__ACCOUNTS_FILE": str(folder / "kept" / "staff.json"),
        "LOCATOR_STAFF__OIDC_APPROVERS": "kim@example.org",
    }
    with running_provider() as provider:
        provider.claims = {"sub": "1", "email": "kim@example.org", "email_verified": True}
        with running_page(folder, settings, secrets=secrets_for(provider)) as started:
            yield started


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context() as made:
        yield made


def fill_in(page: Page, server: RunningServer, password: str) -> None:
    """Sign in by keyboard alone."""
    page.goto(f"{server.url}/staff/sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("pat test")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_a_person_signs_in_by_keyboard_and_out_in_every_tab(
    server: RunningServer, context: BrowserContext
) -> None:
    page = context.new_page()
    problems: list[str] = []
    # Streamlit's start page looks for its server in two places, so what is not found there is no problem.
    page.on("console", lambda said: problems.append(said.text) if "Security Policy" in said.text else None)
    fill_in(page, server, PHRASE)
    page.wait_for_url(f"{server.url}/staff")
    expect(page.get_by_text("Pat Test, editor")).to_be_visible()
    assert COOKIE not in page.evaluate("document.cookie")
    other_tab = context.new_page()
    other_tab.goto(server.url)
    expect(other_tab.get_by_text("Pat Test, editor")).to_be_visible()
    other_tab.goto(f"{server.url}/staff/sign-out")
    other_tab.get_by_role("button", name="Sign out").click()
    expect(other_tab.get_by_role("heading", name="Staff sign-in")).to_be_visible()
    page.reload()
    expect(page.get_by_text("nobody")).to_be_visible()
    assert problems == []


def test_a_wrong_password_is_said_out_loud(server: RunningServer, context: BrowserContext) -> None:
    page = context.new_page()
    fill_in(page, server, "another phrase")
    expect(page.get_by_role("alert")).to_have_text(REFUSED)
    expect(page).to_have_title("Problem: Staff sign-in – DRG Locator")
    assert context.cookies() == []


def test_the_form_fits_a_small_screen_and_a_dark_one(
    server: RunningServer, chromium: Browser, tmp_path: Path
) -> None:
    for scheme in ("light", "dark"):
        with chromium.new_context(viewport={"width": 320, "height": 640}) as small:
            page = small.new_page()
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            fill_in(page, server, "another phrase")
            expect(page.get_by_role("alert")).to_be_visible()
            page.screenshot(path=tmp_path / f"{scheme}.png")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            page.get_by_role("button", name="Sign in").click(trial=True)


def test_a_person_signs_in_through_a_provider(server: RunningServer, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{server.url}/?do=login")
    expect(page.get_by_text("kim@example.org, approver")).to_be_visible()
