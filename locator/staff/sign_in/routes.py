"""The addresses under which staff sign in with a password, and sign out; plain pages without Streamlit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from locator.client_address import client_network
from locator.errors import LocatorError
from locator.language import ENGLISH, Language, current, language_of, languages, preferred, speaking
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import render
from locator.staff.sign_in.access import COOKIE, LocalSignIn, StaffAccess
from locator.staff.sign_in.lockout import Standing
from locator.staff.sign_in.queue import MOST_ADDRESSES, CrowdedError, SignInQueue, TooManyTriesError

_LOGGER: Final = logging.getLogger(__name__)

MOST_BODY_BYTES: Final = 4096
_FORM_TIMEOUT_S: Final = 10.0
"""How long a form may take to arrive: it is smaller than what a network sends at once."""
_LOOKS_AT_ONCE: Final = 4
_FORM: Final = "application/x-www-form-urlencoded"
_PROVIDER_PATHS: Final = ("auth/login", "auth/logout", "oauth2callback")
_NO_STORE: Final = {"Cache-Control": "no-store"}
_NOTHING_HERE: Final = N_("There is nothing at this address.")
REFUSED: Final = N_("Wrong name or password, or too many tries: wait a few minutes.")
_BUSY: Final = N_("Many people are trying to sign in. Wait a minute and try again.")
_TOO_MANY: Final = N_("Your earlier tries are still being checked. Wait a few seconds and try again.")
_CLOSED_FOR_NOW: Final = N_("Nobody can sign in at the moment. The server's log says why.")


def create_staff_routes(
    prefix: str, access: StaffAccess, *, form_timeout_s: float = _FORM_TIMEOUT_S
) -> list[BaseRoute]:
    """`/staff/sign-in` and `/staff/sign-out` under `prefix`; without a sign-in of our own there is neither.

    The page `/staff` itself is Streamlit's.
    """
    pages = _SignInPages(prefix, access, form_timeout_s)
    return [
        Route(f"{prefix}/staff/sign-in", _guarded(pages.form, access), methods=["GET"]),
        Route(f"{prefix}/staff/sign-in", _guarded(pages.sign_in, access), methods=["POST"]),
        Route(f"{prefix}/staff/sign-out", _guarded(pages.leave, access), methods=["GET"]),
        Route(f"{prefix}/staff/sign-out", _guarded(pages.sign_out, access), methods=["POST"]),
    ]


_Endpoint = Callable[[Request], Awaitable[Response]]


def _guarded(endpoint: _Endpoint, access: StaffAccess) -> _Endpoint:
    """The endpoint where there is a sign-in of our own and a form comes from our own page; never cached.

    It answers in the language that `lang` in the address asks for, else in the one the browser prefers.
    """

    async def answer(request: Request) -> Response:
        if access.local is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, _(_NOTHING_HERE), headers=_NO_STORE)
        if request.method == "POST" and not is_from_here(request):
            message = _("Only this server's own page may do that.")
            raise HTTPException(HTTPStatus.FORBIDDEN, message, headers=_NO_STORE)
        response = await endpoint(request)
        response.headers.update(_NO_STORE)
        return response

    async def answer_in_words(request: Request) -> Response:
        accepted = request.headers.get("accept-language", "")
        with speaking(_asked_for(request) or preferred(accepted)):
            return await answer(request)

    return answer_in_words


class ProviderRoutes:
    """Lets few requests at a time reach the routes by which Streamlit signs in through a provider.

    Each asks the provider something over the network, whoever sent it. As at our own sign-in, an address may
    have MOST_EACH under way; of all together there may be MOST_ADDRESSES.
    """

    def __init__(self, app: ASGIApp, *, prefix: str = "") -> None:
        self._app = app
        self._paths = frozenset(f"{prefix}/{path}" for path in _PROVIDER_PATHS)
        self._queue = SignInQueue()
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 or 503 at once."""
        if scope["type"] != "http" or scope["path"] not in self._paths:
            await self._app(scope, receive, send)
            return
        if self._under_way >= MOST_ADDRESSES:
            await _refusal(scope, _BUSY, HTTPStatus.SERVICE_UNAVAILABLE)(scope, receive, send)
            return
        self._under_way += 1
        try:
            with self._queue.under_way(client_network(scope) or object()):
                await self._app(scope, receive, send)
        except TooManyTriesError:
            await _refusal(scope, _TOO_MANY, HTTPStatus.TOO_MANY_REQUESTS)(scope, receive, send)
        finally:
            self._under_way -= 1


def _refusal(scope: Scope, sentence: str, status: HTTPStatus) -> Response:
    with speaking(preferred(Headers(scope=scope).get("accept-language", ""))):
        return PlainTextResponse(_(sentence), status, headers=_NO_STORE)


class _SignInPages:
    """The forms and what they do."""

    def __init__(self, prefix: str, access: StaffAccess, form_timeout_s: float) -> None:
        self._prefix = prefix
        self._form_timeout_s = form_timeout_s
        self._access = access
        # One check takes 64 MiB and a core for a tenth of a second: one at a time leaves visitors the rest.
        self._queue = SignInQueue()
        # A look takes one of the threads that visitors are served from, for less than a millisecond.
        self._looks = asyncio.Semaphore(_LOOKS_AT_ONCE)

    async def form(self, request: Request) -> Response:
        return self._form_page(request)

    async def sign_in(self, request: Request) -> Response:
        fields = await _form_fields(request, self._form_timeout_s)
        # Whose address is unknown has a place to themselves: nobody else's tries count as theirs.
        place = client_network(request.scope) or object()
        try:
            with self._queue.under_way(place):
                token = await self._token(request, fields, place)
        except TooManyTriesError:
            return self._form_page(request, _TOO_MANY, HTTPStatus.TOO_MANY_REQUESTS)
        except CrowdedError:
            return self._form_page(request, _BUSY, HTTPStatus.SERVICE_UNAVAILABLE)
        except LocatorError:
            _LOGGER.exception("nobody can sign in")
            return self._form_page(request, _CLOSED_FOR_NOW, HTTPStatus.SERVICE_UNAVAILABLE)
        if token is None:
            return self._form_page(request, REFUSED, HTTPStatus.FORBIDDEN)
        response = RedirectResponse(self._address("/staff", request), HTTPStatus.SEE_OTHER)
        response.set_cookie(
            COOKIE,
            token,
            path=self._prefix or "/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return response

    async def leave(self, request: Request) -> Response:
        action = self._address("/staff/sign-out", request)
        return HTMLResponse(render("sign_out.html", language=current(), action=action))

    async def sign_out(self, request: Request) -> Response:
        self._access.sign_out(request.cookies, {})
        response = RedirectResponse(self._address("/staff/sign-in", request), HTTPStatus.SEE_OTHER)
        response.delete_cookie(COOKIE, path=self._prefix or "/", httponly=True, samesite="strict")
        return response

    async def _token(self, request: Request, fields: dict[str, str], place: Hashable) -> str | None:
        """A session's token, or None; a locked address waits for nobody and has nothing checked."""
        local = self._access.local
        if local is None:
            return None
        name, password = fields.get("name", ""), fields.get("password", "")
        address = request.client.host if request.client else None
        async with self._looks:
            standing = await run_in_threadpool(self._standing, local, name, address, request.cookies)
        if standing is Standing.LOCKED:
            return None
        async with self._queue.turn(place, known=standing is Standing.KNOWN):
            return await run_in_threadpool(_signed_in, local, name, password, address)

    def _standing(
        self, local: LocalSignIn, name: str, address: str | None, cookies: Mapping[str, str]
    ) -> Standing:
        with speaking(ENGLISH):
            standing = local.standing(name, address)
            if standing is Standing.STRANGER and self._access.member_for(cookies, touch=False):
                # Whoever is signed in already is no stranger, whatever address they have now.
                return Standing.KNOWN
            return standing

    def _form_page(
        self, request: Request, problem: str | None = None, status: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        page = render(
            "sign_in.html",
            language=current(),
            action=self._address("/staff/sign-in", request),
            home=self._address("/", request),
            problem=problem and _(problem),
            others=[other for other in languages() if other != current()],
        )
        return HTMLResponse(page, status)

    def _address(self, path: str, request: Request) -> str:
        """An address of this server, with the language that the request's own address asks for."""
        language = _asked_for(request)
        return f"{self._prefix}{path}" + (f"?lang={language.tag}" if language else "")


def _asked_for(request: Request) -> Language | None:
    return language_of(request.query_params.get("lang"))


def is_from_here(request: Request) -> bool:
    """Whether a browser says that a form was sent by a page of this very server.

    Browsers name the origin with every POST; newer ones also say how it relates to the server. What says
    neither is no browser's form.
    """
    origin, relation = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin is None and relation is None:
        return False
    same_host = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    return same_host and relation in {None, "same-origin"}


def _signed_in(local: LocalSignIn, name: str, password: str, address: str | None) -> str | None:
    # What goes wrong here is for the log, whoever is signing in.
    with speaking(ENGLISH):
        return local.sign_in(name, password, address)


async def _form_fields(request: Request, timeout_s: float) -> dict[str, str]:
    """The fields of a small form; the first of each name."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("This is not a form."), headers=_NO_STORE)
    closing = {"Connection": "close", **_NO_STORE}
    body = b""
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BODY_BYTES:
                    too_long = _("This form is too long.")
                    raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_long, headers=closing)
    except TimeoutError as exc:
        too_slow = _("This form took too long to arrive. Try again.")
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, too_slow, headers=closing) from exc
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=10)
    except ValueError as exc:
        raise HTTPException(
            HTTPStatus.BAD_REQUEST, _("This form cannot be read."), headers=_NO_STORE
        ) from exc
    return {name: values[0] for name, values in fields.items()}
