"""Walks through the pages, which stop at every state a page can be in, for a test to look around there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect

from locator.staff.people import Role
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.passwords import argon2id
from tests.e2e.pages import Finder, arrived
from tests.e2e.referral_page import ReferralPage
from tests.e2e.staff_page import StaffPage
from tests.support.servers import ROOT, RunningServer, running_app

PAT = "Pat Test"
PHRASE = "a made-up phrase"
EDINA = "iSpine Clinics – Edina"
OPEN_ALL = "(all) => all.forEach((details) => { details.open = true; })"


@contextmanager
def walked_app(folder: Path) -> Iterator[tuple[RunningServer, Path]]:
    """The real app on a copy of the shipped data, with an editor; and the clinic file of that copy."""
    data = folder / "data"
    shutil.copytree(ROOT / "data", data)
    accounts = folder / "kept" / "staff.json"
    Accounts(accounts, argon2id()).put(PAT, Role.EDITOR, PHRASE)
    settings = {
        "LOCATOR_TILE_URL": "none",
        "LOCATOR_DATA_DIR": str(data),
        "LOCATOR_STAFF__ACCOUNTS_FILE": str(accounts),
    }
    with running_app(folder / "log", settings) as server:
        yield server, data / "clinics.csv"


def through_the_finder(finder: Finder, clinics: Path) -> Iterator[str]:
    """Every state of the finder; `clinics` is its file, which has an error for one of them."""
    page = finder.page
    finder.visit()
    arrived(page)
    yield "first visit"
    finder.search("55407")
    yield "results"
    page.get_by_role("button", name="More filters").click()
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_have_count(2)
    yield "filters open"
    page.keyboard.press("Escape")
    finder.cards.first.locator("details").evaluate_all(OPEN_ALL)
    yield "details open"
    with finder.doing():
        finder.cards.first.get_by_role("button", name="The hours are wrong").click()
    yield "reported"
    finder.choose_card(EDINA)
    expect(finder.map.popup_name).to_contain_text(EDINA)
    yield "pop-up open"
    finder.need("Procedures*")
    yield "may fit"
    finder.map.popup.get_by_role("button", name="Close").click()
    for place, name in (("ramsey", "ambiguous"), ("nowhere at all", "unknown"), ("Minneapolos", "misspelt")):
        finder.search(place)
        yield name
    finder.search("55407")
    finder.choose_filter("How far", "Within 5 miles")
    finder.choose_filter("Listed as open on", "Friday")
    expect(finder.cards).to_have_count(0)
    yield "no result"
    whole = clinics.read_bytes()
    clinics.write_bytes(whole.replace(b"14000 Nicollet Ave", b""))
    try:
        finder.search("55318")
        expect(finder.notice).to_be_visible()
        yield "a directory with problems"
    finally:
        clinics.write_bytes(whole)


def through_the_referral_page(referral: ReferralPage) -> Iterator[str]:
    """Every state of the referral page."""
    page = referral.page
    referral.visit()
    arrived(page)
    yield "first visit"
    referral.start_from("ramsey")
    yield "ambiguous"
    referral.start_from("55387")
    expect(referral.sheet).to_be_visible()
    yield "pair, comparison and sheet"
    referral.answer("Nerve pain in one area for six months or more", "Yes")
    referral.answer("Where the pain is", "Knee", "Foot")
    page.locator("details").evaluate_all(OPEN_ALL)
    yield "criteria answered"
    with referral.doing():
        page.get_by_role("radio", name="Evaluation only").click()
    yield "evaluation only"
    referral.visit("?evaluation=gone&procedure=burnsville")
    expect(page.get_by_role("alert")).to_be_visible()
    arrived(page)
    yield "a link that names no site"


def through_the_staff_page(staff: StaffPage) -> Iterator[str]:
    """Every state of the staff page, from before the way in to what is proposed there."""
    page = staff.page
    staff.visit()
    arrived(page)
    # Streamlit writes the words of its first buttons a moment after the buttons.
    expect(page.get_by_role("button", name="Español")).to_be_visible()
    yield "signed out"
    page.goto(f"{staff.url}/staff/sign-in")
    yield "sign-in"
    page.get_by_label("Name").fill(PAT)
    page.get_by_label("Password").fill("another phrase")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "sign-in refused"
    staff.sign_in(PAT, PHRASE)
    arrived(page)
    expect(page.get_by_text("The hours are wrong")).to_be_visible()
    yield "calls and reports"
    staff.choose("Edina (edina)")
    expect(staff.pin).to_be_visible()
    yield "a clinic's form"
    staff.edit("Phone (required)", "612-555-01")
    yield "a proposal with problems"
    staff.edit("Phone (required)", "612-555-0177")
    expect(staff.proposal).to_contain_text("nothing changes for anybody")
    yield "a proposal"
    for task in ("All clinics", "A file", "History"):
        staff.do(task)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        yield task
