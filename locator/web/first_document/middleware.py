"""Answers for the pages' addresses: with the document each begins as, and to the forms in it.

A document that asks nothing is the same for everybody and kept for as long as it is true. An answer to a form
is one person's: it is drawn for them and kept nowhere.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from typing import Final, NamedTuple, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from locator.client_address import client_network
from locator.language import gettext as _
from locator.language import language_of, speaking
from locator.language import marked as N_
from locator.web.first_document import accessibility, finder, refer, staff
from locator.web.first_document.form import Form, FormError, read_form
from locator.web.first_document.page import whole_document
from locator.web.first_document.sources import Asked, Sources
from locator.web.middleware import IS_FULL, PAGES, TokenBuckets, requested_language, streamlit_index

FRAGMENT_HEADER: Final = "x-fragment"
"""Asks for the parts that an answer changes, not for a whole document. Another site's form cannot send it."""

_STAFF: Final = "staff"
_REFER: Final = "refer"
_NO_SUCH_PAGE: Final = N_("There is no page at this address.")
_NO_FORM: Final = N_("This page takes no form.")
_TOO_MANY: Final = N_("Too many searches at once. Please wait a moment and try again.")
# A page may change with every release and every change of the directory: browsers revalidate it each time.
_CACHING: Final = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding, Accept-Language"}
_OF_ONE_PERSON: Final = {"Cache-Control": "no-store"}

# What is packed for one answer alone is packed in less than half of the time, and a tenth longer.
_SENT_ONCE: Final = 3

BURST: Final = 60
"""The forms one address may send at once; a hospital is one address to us."""

PER_S: Final = 4.0
"""And how many a second from then on."""


class Answerer(Protocol):
    """A page whose form can be answered without Streamlit."""

    def __call__(self, form: Form, asked: Asked, sources: Sources, *, is_fragment: bool) -> Response | str:
        """The inside of the document for a form, or a response of its own."""
        ...


def no_such_page(scope: Scope) -> Response:
    """Say in the visitor's language that there is no such page."""
    with speaking(requested_language(scope)):
        return PlainTextResponse(_(_NO_SUCH_PAGE), HTTPStatus.NOT_FOUND, headers=_CACHING)


@dataclass(frozen=True, slots=True)
class _Document:
    """A document as it is sent, plain and packed, and the ETag by which a visitor's copy is known."""

    body: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, text: str, *, compresslevel: int = 6) -> _Document:
        body = text.encode()
        packed = gzip.compress(body, compresslevel=compresslevel, mtime=0)
        return cls(body, packed, f'"{sha256(body).hexdigest()[:32]}"')


class _Moment(NamedTuple):
    """What the kept documents are true of: the very directory, and the minute, as cards say who is open."""

    version: object
    minute: int


class FirstDocuments:
    """Answers GET and POST at the pages' addresses; all else goes on, and never comes back as a page.

    Each document is drawn at its first request in a minute and kept while the directory is the same object.
    """

    def __init__(
        self, app: ASGIApp, *, sources: Sources, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._sources = sources
        self._prefix = sources.settings.path_prefix
        self._lock = threading.Lock()
        self._kept: tuple[_Moment | None, dict[Asked, _Document]] = (None, {})
        self._buckets = TokenBuckets(BURST, PER_S, now_s=now_s)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a page, or pass the request on; what then is Streamlit's document is no page."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD", "POST"}:
            await self._app(scope, receive, send)
            return
        page = scope["path"].removeprefix(self._prefix).strip("/")
        if page not in PAGES or not f"{scope['path']}/".startswith(f"{self._prefix}/"):
            await self._elsewhere(scope, receive, send)
            return
        with speaking(requested_language(scope)):
            if scope["method"] == "POST":
                response = await self._answered(page, scope, receive)
            else:
                response = await self._page(page, scope)
        await response(scope, receive, send)

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_replaced = False

        async def send_unless_page(message: Message) -> None:
            nonlocal is_replaced
            is_replaced |= message["type"] == "http.response.start" and _is_start_page(message)
            if not is_replaced:
                await send(message)

        await self._app(scope, receive, send_unless_page)
        if is_replaced:
            await no_such_page(scope)(scope, receive, send)

    async def _page(self, page: str, scope: Scope) -> Response:
        request = Headers(scope=scope)
        asked = _asked(page, scope)
        form = refer.linked_form(QueryParams(scope["query_string"])) if page == _REFER else None
        if form is not None:
            return await self._limited(_ANSWERERS[page], form, scope)
        if page == _STAFF:
            inside = await run_in_threadpool(staff.body, request, asked, self._sources)
            text = await run_in_threadpool(whole_document, inside, asked, self._sources.settings)
            return _as_response(_Document.of(text), request, _OF_ONE_PERSON)
        return _as_response(await run_in_threadpool(self._document, asked), request, _CACHING)

    def _document(self, asked: Asked) -> _Document:
        snapshot = self._sources.snapshot()
        moment = _Moment(snapshot, int(self._sources.now().timestamp() // 60))
        with self._lock:
            if self._kept[0] is None or self._kept[0] != moment:
                self._kept = (moment, {})
            documents = self._kept[1]
            if asked not in documents:
                text = whole_document(self._inside(asked), asked, self._sources.settings)
                documents[asked] = _Document.of(text)
            return documents[asked]

    def _inside(self, asked: Asked) -> str:
        if asked.page == "accessibility":
            return accessibility.body(asked, self._sources)
        return str(_ANSWERERS[asked.page](Form(), asked, self._sources, is_fragment=False))

    async def _answered(self, page: str, scope: Scope, receive: Receive) -> Response:
        answerer = _ANSWERERS.get(page)
        if answerer is None:
            headers = {"Allow": "GET, HEAD"}
            return PlainTextResponse(_(_NO_FORM), HTTPStatus.METHOD_NOT_ALLOWED, headers=headers)
        try:
            form = await read_form(Headers(scope=scope), receive)
        except FormError as exc:
            return PlainTextResponse(str(exc), exc.status, headers=_OF_ONE_PERSON)
        return await self._limited(answerer, form, scope)

    async def _limited(self, answerer: Answerer, form: Form, scope: Scope) -> Response:
        network = client_network(scope)
        if not self._buckets.take_if_available(network):
            headers = {"Retry-After": "1", **_OF_ONE_PERSON}
            return PlainTextResponse(_(_TOO_MANY), HTTPStatus.TOO_MANY_REQUESTS, headers=headers)
        request = Headers(scope=scope)
        page = scope["path"].removeprefix(self._prefix).strip("/")
        asked = replace(_asked(page, scope), address=_address(scope, request), network=network)
        return await run_in_threadpool(self._answer, answerer, form, asked, request)

    def _answer(self, answerer: Answerer, form: Form, asked: Asked, request: Headers) -> Response:
        answer = answerer(form, asked, self._sources, is_fragment=FRAGMENT_HEADER in request)
        if isinstance(answer, Response):
            answer.headers.update(_OF_ONE_PERSON)
            return _packed(answer, request) if isinstance(answer, JSONResponse) else answer
        text = whole_document(answer, asked, self._sources.settings)
        return _as_response(_Document.of(text, compresslevel=_SENT_ONCE), request, _OF_ONE_PERSON)


def _finder(form: Form, asked: Asked, sources: Sources, *, is_fragment: bool) -> Response | str:
    question = finder.FinderQuestion.of(form)
    parts = finder.answer(question, sources)
    return JSONResponse(asdict(parts)) if is_fragment else finder.body(question, parts, asked, sources)


_ANSWERERS: Final[Mapping[str, Answerer]] = {"": _finder, _REFER: refer.answer}


def _asked(page: str, scope: Scope) -> Asked:
    query = QueryParams(scope["query_string"])
    return Asked(
        page,
        requested_language(scope),
        names_language=language_of(query.get("lang")) is not None,
        is_embedded=query.get("embed", "").lower() == "true",
        is_live=not scope.get(IS_FULL, False),
    )


def _address(scope: Scope, request: Headers) -> str:
    """The page's own address as the browser has it, without a query.

    A proxy may speak plain HTTP with us; a form's Origin, where it names this host, says what the browser
    speaks.
    """
    host = request.get("host", "")
    scheme, _separator, named = request.get("origin", "").partition("://")
    is_ours = named == host and scheme in {"http", "https"}
    return f"{scheme if is_ours else scope['scheme']}://{host}{scope['path']}"


def _is_start_page(message: Message) -> bool:
    return (
        message["status"] == HTTPStatus.OK
        and Headers(raw=message["headers"]).get("etag") == streamlit_index().etag
    )


def _as_response(page_document: _Document, request: Headers, caching: Mapping[str, str]) -> Response:
    headers = {**caching, "ETag": page_document.etag}
    if request.get("if-none-match", "").removeprefix("W/") == page_document.etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if "gzip" in request.get("accept-encoding", ""):
        packed = {**headers, "Content-Encoding": "gzip"}
        return Response(page_document.packed, media_type="text/html", headers=packed)
    return Response(page_document.body, media_type="text/html", headers=headers)


def _packed(answer: Response, request: Headers) -> Response:
    if "gzip" not in request.get("accept-encoding", ""):
        return answer
    answer.body = gzip.compress(answer.body, compresslevel=_SENT_ONCE, mtime=0)
    answer.headers.update({"Content-Encoding": "gzip", "Content-Length": str(len(answer.body))})
    return answer
