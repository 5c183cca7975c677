"""The staff page before Streamlit is there: the way to sign in, and nothing of the directory for anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from locator.staff.people import Role
from locator.staff.sign_in.access import COOKIE, LocalSignIn, StaffAccess
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import Lockout
from locator.staff.sign_in.oidc import OidcSignIns
from locator.staff.sign_in.sessions import StaffSessions
from tests.support.fake_hasher import FakeHasher
from tests.support.first_documents import PHONE, Documents, parsed, shipped_snapshot, start_of


class Staffed:
    """Documents of a site with one account, and a browser that is signed in."""

    def __init__(self, folder: Path, *, base_path: str = "") -> None:
        self.accounts = accounts = Accounts(folder / "staff.json", FakeHasher())
        accounts.put("Pat Test", Role.EDITOR, "a made-up phrase")
        self.sessions = StaffSessions(accounts.find, idle_s=60)
        local = LocalSignIn(accounts, Lockout(folder), self.sessions)
        self.documents = Documents(access=StaffAccess(local), base_path=base_path)

    def cookie(self) -> str:
        """What a browser sends after somebody has signed in with it."""
        account = self.accounts.find("Pat Test")
        assert account is not None
        return f"{COOKIE}={self.sessions.begin(account)}"


def links(page: str) -> dict[str, str]:
    """The addresses that the page leads to, by the words of the links."""
    return {one.text: one.attributes["href"] for one in start_of(page).all("a") if "href" in one.attributes}


def test_a_stranger_is_shown_the_way_to_sign_in_and_nothing_of_the_directory(tmp_path: Path) -> None:
    answer = Staffed(tmp_path).documents.get("/staff")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "/staff/sign-in" in links(answer.text).values()
    assert PHONE in start_of(answer.text).text
    for site in shipped_snapshot().served.sites:
        assert site.street not in answer.text
        assert site.site_id not in answer.text
    assert "data-live" in start_of(answer.text).attributes


def test_who_is_signed_in_sees_no_way_to_sign_in_nor_do_others_get_that_page(tmp_path: Path) -> None:
    staffed = Staffed(tmp_path)
    signed_in = staffed.documents.get("/staff", cookie=staffed.cookie())
    assert "/staff/sign-in" not in links(signed_in.text).values()
    assert "loading" in start_of(signed_in.text).text
    stranger = staffed.documents.get("/staff", if_none_match=signed_in.headers["etag"])
    assert stranger.status_code == 200
    assert "/staff/sign-in" in links(stranger.text).values()


def test_looking_at_the_document_does_not_keep_anybody_signed_in(tmp_path: Path) -> None:
    staffed = Staffed(tmp_path)
    cookie = staffed.cookie()
    staffed.sessions.end(cookie.partition("=")[2])
    after = staffed.documents.get("/staff", cookie=cookie)
    assert "/staff/sign-in" in links(after.text).values()


@pytest.mark.parametrize("cookie", ["", "nonsense", f"{COOKIE}=", f"{COOKIE}=forged", f"{COOKIE}=é; ="])
def test_a_forged_cookie_is_a_stranger(tmp_path: Path, cookie: str) -> None:
    answer = Staffed(tmp_path).documents.ask("GET", "/staff", headers=[(b"cookie", cookie.encode())])
    assert answer.status_code == 200
    assert "/staff/sign-in" in links(answer.text).values()


def test_where_nobody_can_sign_in_there_is_no_way_to() -> None:
    page = Documents().get("/staff").text
    assert [one for one in links(page).values() if "sign-in" in one or "login" in one] == []


def test_with_a_provider_the_page_itself_has_its_button() -> None:
    page = Documents(access=StaffAccess(oidc=OidcSignIns({}, idle_s=60))).get("/staff").text
    assert "/staff/sign-in" not in links(page).values()
    assert "data-live" in start_of(page).attributes


def test_the_way_keeps_the_language_and_the_path(tmp_path: Path) -> None:
    documents = Staffed(tmp_path, base_path="clinics").documents
    page = documents.get("/clinics/staff?lang=es").text
    assert "/clinics/staff/sign-in?lang=es" in links(page).values()
    assert parsed(page).one("html").attributes["lang"] == "es"


def test_the_accessibility_statement_is_whole_before_any_script() -> None:
    for tag, heading in (("en", "Accessibility of these pages"), ("es", "Accesibilidad de estas páginas")):
        start = start_of(Documents().get(f"/accessibility?lang={tag}").text)
        assert start.one("h1").text == heading
        assert len(start.all("h2")) >= 3
        assert PHONE in start.text
