"""Signing in on servers as they run: beside Streamlit's page, behind a proxy, and with files to send."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from locator.staff.people import Role
from locator.staff.sign_in.access import COOKIE
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.passwords import argon2id
from tests.support.servers import RunningServer, running_app
from tests.support.staff_server import announced_upload, cookie_of, opened, running_page, seen

pytestmark = pytest.mark.process

# A check of a password takes a second where many tests run at once, and several wait.
_TIMEOUT_S = 60.0
PHRASE = "a made-up phrase"
RIGHT = {"name": "Pat Test", "password": PHRASE}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The real app with one account."""
    folder = tmp_path_factory.mktemp("staff")
    Accounts(folder / "kept" / "staff.json", argon2id()).put("Pat Test", Role.EDITOR, PHRASE)
    settings = {
        "LOCATOR_TILE_URL": "none",
        "LOCATOR_CLIENT_ADDRESS_HEADER": "X-Forwarded-For",
        "LOCATOR_STAFF__ACCOUNTS_FILE": str(folder / "kept" / "staff.json"),
    }
    with running_app(folder / "log.txt", settings) as started:
        yield started


def posted(
    server: RunningServer, fields: dict[str, str], path: str = "/staff/sign-in", **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    origin = {"origin": server.url}
    return httpx.post(
        server.url + path, data=fields, headers=origin | named, trust_env=False, timeout=_TIMEOUT_S
    )


def test_streamlit_still_serves_the_page_beside_the_sign_in(server: RunningServer) -> None:
    page = httpx.get(f"{server.url}/staff", trust_env=False)
    assert page.status_code == 200
    assert '<div id="root">' in page.text
    assert "Staff sign-in" in httpx.get(f"{server.url}/staff/sign-in", trust_env=False).text
    moved = httpx.get(f"{server.url}/staff/sign-in/", trust_env=False)
    assert (moved.status_code, moved.headers["location"]) == (301, "/staff/sign-in")


def test_a_person_signs_in_and_out_of_the_real_server(server: RunningServer) -> None:
    signed_in = posted(server, RIGHT)
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/staff")
    token = signed_in.cookies[COOKIE]
    out = posted(server, {}, "/staff/sign-out", cookie=f"{COOKIE}={token}")
    assert (out.status_code, out.headers["location"]) == (303, "/staff/sign-in")


def test_behind_a_proxy_the_cookie_is_for_https_and_the_lock_for_whom_the_proxy_names(
    server: RunningServer,
) -> None:
    proxied = {"x_forwarded_proto": "https", "x_forwarded_for": "192.0.2.77"}
    assert "secure" in cookie_of(posted(server, RIGHT, **proxied))
    for n in range(5):
        assert posted(server, {"name": f"Nobody {n}", "password": "wrong"}, **proxied).status_code == 403
    assert posted(server, RIGHT, **proxied).status_code == 403
    assert posted(server, RIGHT, x_forwarded_for="192.0.2.78").status_code == 303


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A page that says who is signed in, with one account."""
    folder = tmp_path_factory.mktemp("page")
    Accounts(folder / "kept" / "staff.json", argon2id()).put("Pat Test", Role.EDITOR, PHRASE)
    with running_page(
        folder, {"LOCATOR_STAFF__ACCOUNTS_FILE": str(folder / "kept" / "staff.json")}
    ) as started:
        yield started


@pytest.fixture
def browser(page: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(
        trust_env=False, base_url=page.url, headers={"origin": page.url}, timeout=_TIMEOUT_S
    ) as client:
        yield client


def test_the_page_knows_who_signed_in_and_every_tab_who_signed_out(
    page: RunningServer, browser: httpx.Client
) -> None:
    with opened(page, browser) as before:
        assert seen(before).text == "nobody"
    assert browser.post("/staff/sign-in", data=RIGHT).status_code == 303
    with opened(page, browser) as one_tab, opened(page, browser) as other_tab:
        assert seen(one_tab).text == seen(other_tab).text == "Pat Test, editor"
        assert browser.post("/staff/sign-out").status_code == 303
        assert seen(one_tab).text == seen(other_tab).text == "nobody"


@pytest.mark.parametrize("forged", ["x", "A" * 43, "../../staff.json"])
def test_a_forged_cookie_is_nobody_to_the_page(
    page: RunningServer, browser: httpx.Client, forged: str
) -> None:
    browser.cookies.set(COOKIE, forged, domain="127.0.0.1")
    with opened(page, browser) as stream:
        assert seen(stream).text == "nobody"


def test_the_real_server_takes_files_from_whoever_is_signed_in(
    page: RunningServer, browser: httpx.Client
) -> None:
    browser.post("/staff/sign-in", data=RIGHT)
    with opened(page, browser) as stream:
        path = f"/_stcore/upload_file/{seen(stream).session_id}/f"
        token = {"X-Xsrftoken": browser.cookies["_streamlit_xsrf"]}
        assert browser.put(path, files={"f": b"x"}, headers=token).status_code == 204
        assert browser.delete(path, headers=token).status_code == 204
        refused = announced_upload(page, browser, path, "Transfer-Encoding: chunked")
        assert " 411 " in refused.splitlines()[0]
        refused = announced_upload(page, browser, path)
        assert " 411 " in refused.splitlines()[0]
        refused = announced_upload(page, browser, path, "Content-Length: 900000000")
        assert " 413 " in refused.splitlines()[0]
        browser.post("/staff/sign-out")
        refused = announced_upload(page, browser, path, "Content-Length: 9")
        assert " 403 " in refused.splitlines()[0]


def test_a_visitors_file_is_refused_by_the_real_server(page: RunningServer, browser: httpx.Client) -> None:
    with opened(page, browser) as stream:
        path = f"/_stcore/upload_file/{seen(stream).session_id}/f"
        assert " 403 " in announced_upload(page, browser, path, "Content-Length: 9").splitlines()[0]
