"""Keeping the directory true, from signing in to what visitors see, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from locator.staff.people import Role
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.passwords import argon2id
from tests.e2e.conftest import DESKTOP, PATIENCE_MS, OpenFinder, StartApp
from tests.e2e.staff_page import StaffPage
from tests.support.servers import RunningServer

PHRASE = "a made-up phrase"
PAT, KIM = "Pat Test", "Kim Test"
PHONE, FAX, OTHER_PHONE = "612-555-0177", "612-555-0199", "612-555-0188"
EDINA = "Edina (edina)"
_OPTIONS: dict[str, Any] = {"viewport": DESKTOP, "reduced_motion": "reduce"}
_TRY_TO_SEND = """async (url) => {
  const token = document.cookie.match(/_streamlit_xsrf=([^;]+)/)?.[1] ?? "";
  const body = new FormData();
  body.append("file", new Blob(["site_id"]), "clinics.csv");
  return (await fetch(url, {method: "PUT", body, headers: {"X-Xsrftoken": token}})).status;
}"""


@pytest.fixture
def accounts_file(tmp_path: Path) -> Path:
    """The accounts of two editors."""
    path = tmp_path / "kept" / "staff.json"
    for name in (PAT, KIM):
        Accounts(path, argon2id()).put(name, Role.EDITOR, PHRASE)
    return path


@pytest.fixture
def server(start_app: StartApp, data_dir: Path, accounts_file: Path) -> RunningServer:
    """The real app on a copy of the shipped data, with two editors."""
    return start_app(data_dir, LOCATOR_STAFF__ACCOUNTS_FILE=str(accounts_file))


class OpenStaff:
    """Opens the staff page of a server; afterwards no page may have had an error in its console."""

    def __init__(self, browser: Browser, server: RunningServer) -> None:
        self._browser = browser
        self._server = server
        self.pages: list[StaffPage] = []

    def __call__(self, context: BrowserContext | None = None) -> StaffPage:
        """A tab of this browser context, or of a new one; not yet visited."""
        if context is None:
            context = self._browser.new_context(**_OPTIONS)
            context.set_default_timeout(PATIENCE_MS)
        self.pages.append(StaffPage(context.new_page(), self._server.url))
        return self.pages[-1]


@pytest.fixture
def open_staff(chromium: Browser, server: RunningServer) -> Iterator[OpenStaff]:
    """What opens the staff page."""
    made = OpenStaff(chromium, server)
    yield made
    for page in made.pages:
        page.page.close()
    for context in {page.page.context for page in made.pages}:
        context.close()
    assert [page.seen.errors for page in made.pages] == [[] for _ in made.pages]


def test_a_published_phone_number_is_on_an_open_visitors_page_at_its_next_interaction(
    open_staff: OpenStaff, open_finder: OpenFinder, server: RunningServer
) -> None:
    finder = open_finder(server)
    finder.visit()
    staff = open_staff()
    staff.sign_in(PAT, PHRASE)
    staff.choose(EDINA)
    staff.edit("Phone (required)", PHONE)
    expect(staff.proposal).to_contain_text("nothing changes for anybody")
    expect(finder.card("iSpine Clinics – Edina")).not_to_contain_text(PHONE)
    staff.publish("the front desk said so")
    expect(staff.said).to_have_text("Published. Every visitor sees it from now on.")
    finder.need("Evaluation")
    expect(finder.card("iSpine Clinics – Edina")).to_contain_text(PHONE)


def test_two_editors_changes_come_together_and_a_conflict_is_decided(
    open_staff: OpenStaff, data_dir: Path
) -> None:
    pat, kim = open_staff(), open_staff()
    for staff, name in ((pat, PAT), (kim, KIM)):
        staff.sign_in(name, PHRASE)
        staff.choose(EDINA)
    pat.edit("Phone (required)", PHONE)
    kim.edit("Fax", FAX)
    kim.edit("Phone (required)", OTHER_PHONE)
    kim.publish("Kim's change")
    expect(kim.said).to_have_text("Published. Every visitor sees it from now on.")
    pat.publish("Pat's change")
    expect(pat.said).to_contain_text("Somebody else published meanwhile.")
    expect(pat.proposal).to_contain_text(f"yours is “{PHONE}”, theirs “{OTHER_PHONE}”")
    pat.press("Take mine")
    pat.publish("Pat's change")
    expect(pat.said).to_have_text("Published. Every visitor sees it from now on.")
    (edina,) = [line for line in (data_dir / "clinics.csv").read_text().splitlines() if "edina," in line]
    assert f"{PHONE},{FAX}" in edina


def test_signing_out_in_one_tab_empties_the_other_at_its_next_interaction(open_staff: OpenStaff) -> None:
    tab = open_staff()
    tab.sign_in(PAT, PHRASE)
    tab.choose(EDINA)
    tab.edit("Phone (required)", PHONE)
    other_tab = open_staff(tab.page.context)
    other_tab.visit()
    expect(other_tab.page.get_by_text("14000 Nicollet Ave")).to_be_visible()
    other_tab.press("Sign out")
    expect(other_tab.way_in).to_be_visible()
    tab.do("To call")
    expect(tab.way_in).to_be_visible()
    for page in (tab.page, other_tab.page):
        assert not re.search(rf"Nicollet|{PHONE}", page.content())


def test_the_pin_is_dragged_to_where_the_clinic_is(open_staff: OpenStaff) -> None:
    staff = open_staff()
    staff.sign_in(PAT, PHRASE)
    staff.choose(EDINA)
    expect(staff.pin).to_be_visible()
    note = staff.page.get_by_label("Note", exact=True)
    note.fill("Typed, not yet taken over.")
    staff.drag_pin(40, -30)
    rows = staff.changes.get_by_role("row")
    expect(rows.filter(has_text="latitude")).to_have_count(1)
    expect(rows.filter(has_text="longitude")).to_have_count(1)
    moved = {row.split("\t")[1]: row.split("\t")[2:] for row in rows.all_inner_texts()[1:]}
    # Up on the screen is north, to the right is east.
    assert float(moved["latitude"][1]) > float(moved["latitude"][0])
    assert float(moved["longitude"][1]) > float(moved["longitude"][0])
    assert moved["pin_source"] == ["listing", "manual"]
    expect(staff.page.get_by_label("Latitude", exact=True)).to_have_value(moved["latitude"][1])
    expect(staff.proposal).to_contain_text("Pin moved: edina")
    expect(note).to_have_value("Typed, not yet taken over.")
    staff.press("Take over into the changes")
    expect(rows.filter(has_text="Typed, not yet taken over.")).to_have_count(1)
    expect(rows.filter(has_text=moved["latitude"][1])).to_have_count(1)


def sessions_of(page: Page) -> list[str]:
    """The ids that the server gives to the visits of this tab from now on."""
    found: list[str] = []

    def received(message: str | bytes) -> None:
        said = ForwardMsg.FromString(message if isinstance(message, bytes) else message.encode())
        if said.HasField("new_session"):
            found.append(said.new_session.initialize.session_id)

    page.on("websocket", lambda socket: socket.on("framereceived", received))
    return found


def test_staff_can_send_a_file_and_a_visitor_cannot(
    open_staff: OpenStaff, open_finder: OpenFinder, server: RunningServer, data_dir: Path, tmp_path: Path
) -> None:
    staff = open_staff()
    staff.sign_in(PAT, PHRASE)
    staff.do("A file")
    mine = tmp_path / "mine.csv"
    mine.write_bytes((data_dir / "clinics.csv").read_bytes().replace(b"Ste 240 & 260", b"Ste 9"))
    url = staff.upload(mine)
    staff.press("Take this table into the changes")
    expect(staff.changes).to_contain_text("Ste 9")
    finder = open_finder(server)
    sessions = sessions_of(finder.page)
    finder.visit()
    assert sessions != []
    own = re.sub("upload_file/[^/]+", f"upload_file/{sessions[-1]}", url)
    assert own != url
    assert finder.page.evaluate(_TRY_TO_SEND, own) == 403
    staff.press("Sign out")
    expect(staff.way_in).to_be_visible()
    assert staff.page.evaluate(_TRY_TO_SEND, url) == 403


def test_where_the_accounts_cannot_be_read_nobody_stays_and_the_page_says_why(
    open_staff: OpenStaff, accounts_file: Path
) -> None:
    staff = open_staff()
    staff.sign_in(PAT, PHRASE)
    accounts_file.chmod(0o644)
    staff.do("History")
    expect(staff.page.get_by_role("alert")).to_contain_text("set its mode to 600")
    assert "Nicollet" not in staff.page.content()
    accounts_file.chmod(0o600)
    staff.visit()
    expect(staff.page.get_by_text(f"Signed in: {PAT}")).to_be_visible()
