"""Signing in through an OpenID Connect provider: Streamlit's own code flow against a real small provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from tests.support.oidc_provider import Provider, running_provider, secrets_for
from tests.support.servers import RunningServer
from tests.support.staff_server import announced_upload, cookie_names, opened, running_page, seen

pytestmark = pytest.mark.process

KIM = {"sub": "1", "email": "Kim@Example.org", "email_verified": True}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as started:
        yield started


@pytest.fixture(scope="module")
def server(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The page, with Kim as an approver and Lee as an editor."""
    settings = {
        "LOCATOR_STAFF__OIDC_APPROVERS": "kim@example.org",
        "LOCATOR_STAFF__OIDC_EDITORS": "lee@example.org",
    }
    with running_page(tmp_path_factory.mktemp("oidc"), settings, secrets=secrets_for(provider)) as started:
        yield started


def log_in(server: RunningServer, browser: httpx.Client, provider: Provider, **claims: Any) -> httpx.Response:  # noqa: ANN401 - as a provider sends them
    """Go the way a browser goes, from the page over the provider and back; the last answer of that way."""
    provider.claims = KIM | claims
    with opened(server, browser) as stream:
        login_url = seen(stream, "do=login").login_url
    assert login_url is not None
    to_provider = browser.get(server.url + login_url)
    assert to_provider.headers["location"].startswith(f"{provider.url}/authorize?")
    back = browser.get(to_provider.headers["location"])
    assert back.headers["location"].startswith(f"{server.url}/oauth2callback?")
    return browser.get(back.headers["location"])


def who(server: RunningServer, browser: httpx.Client, query: str = "") -> str:
    """Whom the page says this browser belongs to."""
    with opened(server, browser) as stream:
        return seen(stream, query).text


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=30) as client:
        yield client


def test_a_listed_person_signs_in_and_is_known_in_every_tab(
    server: RunningServer, browser: httpx.Client, provider: Provider
) -> None:
    assert who(server, browser) == "nobody"
    assert "_streamlit_user" in cookie_names(log_in(server, browser, provider))
    assert who(server, browser) == "kim@example.org, approver"
    assert who(server, browser) == "kim@example.org, approver"


def test_the_lists_say_who_may_do_what(
    server: RunningServer, browser: httpx.Client, provider: Provider
) -> None:
    log_in(server, browser, provider, email="lee@example.org", sub="2")
    assert who(server, browser) == "lee@example.org, editor"


@pytest.mark.parametrize("claims", [{"email": "eve@example.org"}, {"email_verified": False}])
def test_somebody_the_provider_knows_and_the_lists_do_not_is_nobody(
    server: RunningServer, browser: httpx.Client, provider: Provider, claims: dict[str, Any]
) -> None:
    assert "_streamlit_user" in cookie_names(log_in(server, browser, provider, **claims))
    assert who(server, browser) == "nobody"


def test_signing_out_counts_in_tabs_that_were_open_and_with_the_cookie_kept(
    server: RunningServer, browser: httpx.Client, provider: Provider
) -> None:
    log_in(server, browser, provider)
    with opened(server, browser) as other_tab:
        assert seen(other_tab).text == "kim@example.org, approver"
        who(server, browser, "do=logout")
        assert seen(other_tab).text == "nobody"
    assert who(server, browser) == "nobody"


def test_files_are_taken_while_signed_in_and_not_after(
    server: RunningServer, browser: httpx.Client, provider: Provider
) -> None:
    log_in(server, browser, provider)
    with opened(server, browser) as stream:
        path = f"/_stcore/upload_file/{seen(stream).session_id}/f"
        url = server.url + path
        token = {"X-Xsrftoken": browser.cookies["_streamlit_xsrf"]}
        assert browser.put(url, files={"f": b"x"}, headers=token).status_code == 204
        assert browser.put(url, files={"f": b"x"}).status_code == 403
        who(server, browser, "do=logout")
        assert "This is not open here." in announced_upload(server, browser, path, "Content-Length: 9")


def test_a_token_signed_by_somebody_else_signs_nobody_in(
    server: RunningServer, browser: httpx.Client, provider: Provider
) -> None:
    ours = provider.key
    provider.published, provider.key = ours, RSAKey.generate_key(2048, {"kid": "test"})
    try:
        log_in(server, browser, provider)
    finally:
        provider.published, provider.key = None, ours
    assert "_streamlit_user" not in browser.cookies
    assert who(server, browser) == "nobody"


@pytest.mark.parametrize(
    "claims", [{"nonce": "another"}, {"aud": "another-app"}, {"iss": "https://evil.example"}]
)
def test_a_token_for_another_sign_in_app_or_provider_signs_nobody_in(
    server: RunningServer, browser: httpx.Client, provider: Provider, claims: dict[str, Any]
) -> None:
    log_in(server, browser, provider, **claims)
    assert who(server, browser) == "nobody"


def test_an_answer_nobody_asked_for_signs_nobody_in(server: RunningServer, browser: httpx.Client) -> None:
    browser.get(f"{server.url}/oauth2callback?code=forged&state=forged")
    assert who(server, browser) == "nobody"


def test_a_forged_cookie_is_nobody(server: RunningServer, browser: httpx.Client) -> None:
    browser.cookies.set("_streamlit_user", "2|1:0|forged", domain="127.0.0.1")
    assert who(server, browser) == "nobody"
