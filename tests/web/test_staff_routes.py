"""Signing in and out over HTTP: what is let in, what is refused, and that a refusal tells nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from locator.staff.people import Role, StaffMember
from locator.staff.sign_in.access import COOKIE, LocalSignIn, StaffAccess
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import Lockout
from locator.staff.sign_in.queue import MOST_ADDRESSES, MOST_EACH
from locator.staff.sign_in.routes import MOST_BODY_BYTES, REFUSED, ProviderRoutes, create_staff_routes
from locator.staff.sign_in.sessions import StaffSessions
from tests.support.fake_hasher import FakeHasher
from tests.support.parsed_html import parse
from tests.support.staff_server import cookie_of
from tests.support.web_client import WebClient, policy

PHRASE = "a made-up phrase"
FORM = {"content-type": "application/x-www-form-urlencoded"}
HERE = {"origin": "http://127.0.0.1:8501", "sec-fetch-site": "same-origin"}
RIGHT = {"name": "Pat Test", "password": PHRASE}


class SignInPage:
    """A server with one account, and what its hasher was asked."""

    def __init__(self, folder: Path, *, base_path: str = "", hasher: FakeHasher | None = None) -> None:
        self.hasher = hasher or FakeHasher()
        self.accounts = Accounts(folder / "staff.json", self.hasher)
        self.accounts.put("Pat Test", Role.EDITOR, PHRASE)
        sessions = StaffSessions(self.accounts.find, idle_s=60)
        self.access = StaffAccess(LocalSignIn(self.accounts, Lockout(folder), sessions))
        self.web = WebClient(access=self.access, base_path=base_path, client_address_header="X-Forwarded-For")
        self.prefix = f"/{base_path}" if base_path else ""

    def post(
        self, fields: dict[str, str], headers: dict[str, str] | None = None, query: str = ""
    ) -> httpx.Response:
        """The answer to the form."""
        sent = FORM | (HERE if headers is None else headers)
        return self.web.request(
            "POST", f"{self.prefix}/staff/sign-in{query}", content=urlencode(fields), headers=sent
        )


@pytest.fixture
def sign_in_page(tmp_path: Path) -> SignInPage:
    return SignInPage(tmp_path)


def test_the_form_can_be_filled_in_by_anybody_with_any_aid(sign_in_page: SignInPage) -> None:
    response = sign_in_page.web.get("/staff/sign-in")
    page = parse(response.text)
    assert response.status_code == 200
    labels = {label.attributes["for"]: label.text for label in page.all("label")}
    assert labels == {"name": "Name", "password": "Password"}
    assert [field.attributes["autocomplete"] for field in page.all("input")] == [
        "username",
        "current-password",
    ]
    assert page.one("form").attributes["action"] == "/staff/sign-in"
    assert page.one("form").attributes["method"] == "post"
    assert (page.one("html").attributes["lang"], page.one("h1").text) == ("en", "Staff sign-in")


def test_the_pages_run_no_script_and_fetch_nothing(sign_in_page: SignInPage) -> None:
    for path in ("/staff/sign-in", "/staff/sign-out"):
        response = sign_in_page.web.get(path)
        assert policy(response)["form-action"] == ["'self'"]
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-frame-options"] == "DENY"
        for tag in ("script", "link", "img", "iframe"):
            assert parse(response.text).all(tag) == []


def test_a_right_password_leads_to_the_staff_page_with_a_cookie_no_script_can_read(
    sign_in_page: SignInPage,
) -> None:
    response = sign_in_page.post(RIGHT)
    assert (response.status_code, response.headers["location"]) == (303, "/staff")
    assert response.headers["cache-control"] == "no-store"
    cookie = cookie_of(response)
    assert sign_in_page.access.member_for(cookie) == StaffMember("Pat Test", Role.EDITOR)
    assert "httponly" in cookie
    assert (cookie["samesite"], cookie["path"]) == ("strict", "/")
    assert not {"secure", "max-age", "expires", "domain"} & cookie.keys()


def test_under_a_base_path_all_of_it_stays_there(tmp_path: Path) -> None:
    sign_in_page = SignInPage(tmp_path, base_path="clinics")
    response = sign_in_page.post(RIGHT)
    assert response.headers["location"] == "/clinics/staff"
    assert cookie_of(response)["path"] == "/clinics"
    headers = HERE | {"cookie": f"{COOKIE}={cookie_of(response)[COOKIE]}"}
    left = sign_in_page.web.request("POST", "/clinics/staff/sign-out", headers=headers)
    assert (left.headers["location"], cookie_of(left)["path"]) == ("/clinics/staff/sign-in", "/clinics")
    assert 'action="/clinics/staff/sign-in"' in sign_in_page.web.get("/clinics/staff/sign-in").text


def test_a_wrong_name_a_wrong_password_and_a_lock_give_the_very_same_answer(tmp_path: Path) -> None:
    answers = []
    for n, fields in enumerate(
        [{"name": "Pat Test", "password": "x" * 16}, {"name": "Nobody", "password": PHRASE}, {}, RIGHT]
    ):
        sign_in_page = SignInPage(tmp_path / str(n))
        if fields is RIGHT:
            for _ in range(5):
                sign_in_page.post({"name": "Pat Test", "password": "wrong"})
        before = len(sign_in_page.hasher.checked)
        response = sign_in_page.post(fields)
        assert len(sign_in_page.hasher.checked) - before == 1, "a locked name takes the work of any other"
        answers.append((response.status_code, response.text, sorted(response.headers.items())))
    assert answers[0][0] == 403
    assert REFUSED in answers[0][1]
    assert answers == [answers[0]] * 4


def test_what_was_typed_is_never_sent_back(sign_in_page: SignInPage) -> None:
    response = sign_in_page.post({"name": "<b>Nobody{{7*7}}", "password": "a secret phrase"})
    assert "Nobody" not in response.text
    assert "secret phrase" not in response.text
    alert = parse(response.text).one("p", of_class="problem")
    assert (alert.attributes["role"], alert.text) == ("alert", REFUSED)


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://127.0.0.1:8501.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://127.0.0.1:8501", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    ],
)
def test_a_form_of_another_site_is_refused_before_anything_is_checked(
    sign_in_page: SignInPage, path: str, headers: dict[str, str]
) -> None:
    cookie = {COOKIE: cookie_of(sign_in_page.post(RIGHT))[COOKIE]}
    sign_in_page.hasher.checked.clear()
    sent = FORM | headers | {"cookie": f"{COOKIE}={cookie[COOKIE]}"}
    response = sign_in_page.web.request("POST", path, content=urlencode(RIGHT), headers=sent)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers
    assert sign_in_page.hasher.checked == []
    assert sign_in_page.access.member_for(cookie) is not None


@pytest.mark.parametrize("headers", [{"origin": "http://127.0.0.1:8501"}, {"sec-fetch-site": "same-origin"}])
def test_a_browser_that_says_only_one_of_the_two_can_sign_in(
    sign_in_page: SignInPage, headers: dict[str, str]
) -> None:
    assert sign_in_page.post(RIGHT, headers).status_code == 303


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_what_is_no_form_is_refused(sign_in_page: SignInPage, kind: str) -> None:
    response = sign_in_page.post(RIGHT, HERE | {"content-type": kind})
    assert (response.status_code, sign_in_page.hasher.checked) == (415, [])


@pytest.mark.parametrize("body", [b"name=%ff&password=x", b"name=\xff", b"&a=1" * 11])
def test_a_form_that_cannot_be_read_is_refused(sign_in_page: SignInPage, body: bytes) -> None:
    response = sign_in_page.web.request("POST", "/staff/sign-in", content=body, headers=FORM | HERE)
    assert (response.status_code, sign_in_page.hasher.checked) == (400, [])


def test_a_form_may_be_four_kilobytes_long_and_no_longer(sign_in_page: SignInPage) -> None:
    filler = MOST_BODY_BYTES - len(urlencode(RIGHT | {"filler": ""}))
    assert sign_in_page.post(RIGHT | {"filler": "x" * filler}).status_code == 303
    assert sign_in_page.post(RIGHT | {"filler": "x" * (filler + 1)}).status_code == 413


def test_signing_out_ends_the_session_and_takes_the_cookie_back(sign_in_page: SignInPage) -> None:
    cookie = cookie_of(sign_in_page.post(RIGHT))
    headers = HERE | {"cookie": f"{COOKIE}={cookie[COOKIE]}"}
    response = sign_in_page.web.request("POST", "/staff/sign-out", headers=headers)
    assert (response.status_code, response.headers["location"]) == (303, "/staff/sign-in")
    assert cookie_of(response)["max-age"] == "0"
    assert sign_in_page.access.member_for(cookie) is None


def test_looking_at_the_sign_out_page_signs_nobody_out(sign_in_page: SignInPage) -> None:
    cookie = cookie_of(sign_in_page.post(RIGHT))
    sign_in_page.web.get("/staff/sign-out", cookie=f"{COOKIE}={cookie[COOKIE]}")
    assert sign_in_page.access.member_for(cookie) is not None


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/sign-out"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_accounts_there_is_nothing_to_sign_in_to(path: str, method: str) -> None:
    response = WebClient().request(method, path, headers=HERE | FORM)
    assert (response.status_code, response.text) == (404, "There is nothing at this address.")


def test_accounts_that_cannot_be_read_let_nobody_in_and_name_no_path(
    sign_in_page: SignInPage, tmp_path: Path
) -> None:
    (tmp_path / "staff.json").write_text("damaged")
    response = sign_in_page.post(RIGHT)
    assert response.status_code == 503
    assert "Nobody can sign in at the moment" in response.text
    assert str(tmp_path) not in response.text


@pytest.mark.parametrize(
    ("query", "accepted", "spoken"),
    [
        ("", "", "en"),
        ("", "es-MX,es;q=0.9,en;q=0.8", "es"),
        ("", "tlh", "en"),
        ("?lang=es", "en-US", "es"),
        ("?lang=en", "es", "en"),
        ("?lang=tlh", "es", "es"),
    ],
)
@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/sign-out"])
def test_the_pages_speak_what_the_address_asks_for_else_what_the_browser_prefers(
    path: str, query: str, accepted: str, spoken: str, sign_in_page: SignInPage
) -> None:
    response = sign_in_page.web.request("GET", path + query, headers={"accept-language": accepted})
    assert parse(response.text).one("html").attributes["lang"] == spoken


def test_the_language_asked_for_goes_along_on_every_way_onwards(sign_in_page: SignInPage) -> None:
    page = parse(sign_in_page.web.get("/staff/sign-in?lang=es&other=1").text)
    assert page.one("form").attributes["action"] == "/staff/sign-in?lang=es"
    ways = [(link.attributes["href"], link.attributes.get("lang")) for link in page.all("a")]
    assert ways == [("/?lang=es", None), ("/staff/sign-in?lang=en", "en")]
    response = sign_in_page.post(RIGHT, query="?lang=es")
    assert response.headers["location"] == "/staff?lang=es"
    left = sign_in_page.web.request("POST", "/staff/sign-out?lang=es", headers=HERE)
    assert left.headers["location"] == "/staff/sign-in?lang=es"


def test_a_language_that_there_is_not_goes_nowhere(sign_in_page: SignInPage) -> None:
    page = parse(sign_in_page.web.get('/staff/sign-in?lang="><b>').text)
    assert page.one("form").attributes["action"] == "/staff/sign-in"


def test_the_log_is_in_english_whoever_is_signing_in(
    sign_in_page: SignInPage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "staff.json").write_text("damaged")
    assert parse(sign_in_page.post(RIGHT, query="?lang=es").text).one("html").attributes["lang"] == "es"
    assert "The accounts file is damaged: restore it" in caplog.text


class HeldHasher(FakeHasher):
    """Keeps every check waiting until it is let go, and notes how many were at it at once."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.at_once = 0
        self.most_at_once = 0

    def verify(self, hash: str, password: str) -> bool:  # noqa: A002 - argon2-cffi's own name
        """As the fake one does, when let go."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.go.wait(timeout=60)
        self.at_once -= 1
        return super().verify(hash, password)


WRONG = {"name": "Nobody", "password": "a wrong phrase"}


async def sent(
    client: httpx.AsyncClient, fields: dict[str, str], address: str, **headers: str
) -> httpx.Response:
    """The answer to the form from somebody at this address."""
    named = FORM | HERE | {"x-forwarded-for": address} | headers
    return await client.post("/staff/sign-in", content=urlencode(fields), headers=named)


async def answered(tries: list[asyncio.Task[httpx.Response]], count: int) -> list[int]:
    """The statuses of those that have an answer, once so many have one."""
    waiting: set[asyncio.Task[httpx.Response]] = set(tries)
    while len(tries) - len(waiting) < count:
        _done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    return sorted(one.result().status_code for one in tries if one.done())


def test_a_locked_address_is_refused_without_any_check_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    sign_in_page = SignInPage(tmp_path)
    strangers, staff = "192.0.2.66", "192.0.2.1"

    async def everybody() -> tuple[list[int], int]:
        async with sign_in_page.web.client() as client:
            for n in range(5):
                await sent(client, WRONG | {"name": f"Nobody {n}"}, strangers)
            sign_in_page.hasher.checked.clear()
            refused = await asyncio.gather(*(sent(client, WRONG, strangers) for _ in range(25)))
            assert sign_in_page.hasher.checked == []
            return [one.status_code for one in refused], (await sent(client, RIGHT, staff)).status_code

    refused, honest = asyncio.run(everybody())
    assert set(refused) <= {403, 429}
    assert honest == 303


def test_of_one_address_few_wait_and_the_rest_are_refused_at_once_in_a_plain_sentence(tmp_path: Path) -> None:
    sign_in_page = SignInPage(tmp_path, hasher=(held := HeldHasher()))

    async def flood() -> list[int]:
        async with sign_in_page.web.client() as client:
            tries = [asyncio.create_task(sent(client, WRONG, "192.0.2.66")) for _ in range(25)]
            # Not one has been checked yet.
            refused = await answered(tries, 25 - MOST_EACH)
            (first, *_) = [one.result() for one in tries if one.done()]
            assert "Your earlier tries are still being checked." in first.text
            honest = asyncio.create_task(sent(client, RIGHT, "192.0.2.1"))
            held.go.set()
            assert (await honest).status_code == 303
            await asyncio.gather(*tries)
            return refused

    assert asyncio.run(flood()) == [429] * (25 - MOST_EACH)
    assert held.most_at_once == 1


def test_strangers_at_many_addresses_keep_out_other_strangers_but_nobody_who_is_known(tmp_path: Path) -> None:
    sign_in_page = SignInPage(tmp_path, hasher=(held := HeldHasher()))
    held.go.set()

    async def crowd() -> None:
        async with sign_in_page.web.client() as client:
            assert (await sent(client, RIGHT, "192.0.2.1")).status_code == 303
            # It is their address that counts here, not that they are signed in.
            client.cookies.clear()
            held.go.clear()
            # One of them is being checked, and has left the line.
            tries = [
                asyncio.create_task(sent(client, WRONG | {"name": f"Nobody {n}"}, f"198.51.100.{n}"))
                for n in range(MOST_ADDRESSES + 2)
            ]
            assert await answered(tries, 1) == [503]
            stranger = await sent(client, RIGHT, "192.0.2.99")
            assert stranger.status_code == 503
            assert "Many people are trying to sign in." in stranger.text
            known = asyncio.create_task(sent(client, RIGHT, "192.0.2.1"))
            held.go.set()
            assert (await known).status_code == 303
            # It did not wait for all of those before it.
            assert sum(one.done() for one in tries) < MOST_ADDRESSES
            await asyncio.gather(*tries)

    asyncio.run(crowd())


def test_who_is_signed_in_waits_for_no_password_of_a_stranger(tmp_path: Path) -> None:
    sign_in_page = SignInPage(tmp_path, hasher=(held := HeldHasher()))
    held.go.set()
    cookie = {COOKIE: cookie_of(sign_in_page.post(RIGHT))[COOKIE]}
    held.go.clear()

    async def crowd() -> None:
        async with sign_in_page.web.client() as client:
            tries = [
                asyncio.create_task(sent(client, WRONG, f"198.51.100.{n}")) for n in range(MOST_ADDRESSES + 2)
            ]
            await answered(tries, 1)
            assert sign_in_page.access.member_for(cookie) is not None
            signed_in = {"cookie": f"{COOKIE}={cookie[COOKIE]}"}
            again = asyncio.create_task(sent(client, RIGHT, "192.0.2.99", **signed_in))
            left = await client.post("/staff/sign-out", headers=HERE | signed_in)
            assert left.status_code == 303
            assert sign_in_page.access.member_for(cookie) is None
            held.go.set()
            await asyncio.gather(again, *tries)

    asyncio.run(crowd())


def test_a_form_that_does_not_arrive_is_given_up(tmp_path: Path) -> None:
    sign_in_page = SignInPage(tmp_path)
    app = Starlette(routes=create_staff_routes("", sign_in_page.access, form_timeout_s=0.01))

    async def half_a_form() -> AsyncIterator[bytes]:
        yield b"name=Pat"
        await asyncio.Event().wait()

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501") as client:
            return await client.post("/staff/sign-in", content=half_a_form(), headers=FORM | HERE)

    response = asyncio.run(ask())
    assert (response.status_code, response.headers["connection"]) == (408, "close")
    assert response.text == "This form took too long to arrive. Try again."
    assert sign_in_page.hasher.checked == []


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/oauth2callback"])
def test_few_at_a_time_of_one_address_make_the_server_ask_the_provider(path: str) -> None:
    async def flood() -> tuple[list[int], list[int]]:
        answer = asyncio.Event()

        async def asks_the_provider(_request: Request) -> Response:
            await answer.wait()
            return PlainTextResponse("asked")

        app = Starlette(routes=[Route(path, asks_the_provider)], middleware=[Middleware(ProviderRoutes)])
        async with (
            httpx.AsyncClient(transport=httpx.ASGITransport(app, client=("192.0.2.66", 1))) as stranger,
            httpx.AsyncClient(transport=httpx.ASGITransport(app, client=("192.0.2.1", 1))) as staff,
        ):
            url = f"http://127.0.0.1:8501{path}"
            tries = [asyncio.create_task(stranger.get(url)) for _ in range(MOST_EACH + 4)]
            refused = await answered(tries, 4)
            honest = asyncio.create_task(staff.get(url))
            answer.set()
            return refused, [(await honest).status_code, *[(await one).status_code for one in tries[:1]]]

    assert asyncio.run(flood()) == ([429] * 4, [200, 200])


def test_of_all_addresses_together_no_more_ask_the_provider_than_may_wait_to_sign_in() -> None:
    async def flood() -> list[int]:
        answer = asyncio.Event()

        async def asks_the_provider(_request: Request) -> Response:
            await answer.wait()
            return PlainTextResponse("asked")

        app = Starlette(
            routes=[Route("/oauth2callback", asks_the_provider)], middleware=[Middleware(ProviderRoutes)]
        )

        async def one(number: int) -> httpx.Response:
            transport = httpx.ASGITransport(app, client=(f"198.51.100.{number}", 1))
            async with httpx.AsyncClient(transport=transport) as client:
                return await client.get("http://127.0.0.1:8501/oauth2callback")

        tries = [asyncio.create_task(one(number)) for number in range(MOST_ADDRESSES + 2)]
        refused = await answered(tries, 2)
        answer.set()
        await asyncio.gather(*tries)
        return refused

    assert asyncio.run(flood()) == [503, 503]
