"""The document every page begins as: Streamlit's own, with what a person sees until the first run arrives.

Streamlit serves one empty document at any address. Here it says who this is, in the visitor's language, also
with scripts turned off, and an address that is no page gets 404.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from heapq import nsmallest
from http import HTTPStatus
from pathlib import Path
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from locator.clinics import city_order
from locator.language import Language, current, language_of, languages, preferred, speaking
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import STATIC, font_addresses, font_styles, render, static_address
from locator.settings import Settings
from locator.sites import Site
from locator.web.middleware.streamlit_index import require_named_files, streamlit_index

PAGES: Final[Mapping[str, str]] = {
    "": N_("Find a clinic for DRG stimulation"),
    "refer": N_("Refer a patient for DRG stimulation"),
    "staff": N_("Clinic directory for staff"),
    "accessibility": N_("Accessibility of these pages"),
}
"""Each page's path and its title; the pages themselves are in pages/shell.py."""

SHEETS: Final = ("page.css", "embedded.css", "print.css")
"""The style sheets of every page. In the document a browser keeps them; in a run each run would send them."""

MOST_LISTED: Final = 200
"""The clinics named to those without scripts: each page load carries them."""

_STAFF: Final = "staff"
NO_SUCH_PAGE: Final = N_("There is no page at this address.")
# A page may change with every release and every change of the directory: browsers revalidate it each time.
_CACHING: Final = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding, Accept-Language"}
_CONDITIONS: Final = frozenset({b"if-none-match", b"if-modified-since"})


def requested_language(scope: Scope) -> Language:
    """The language an address asks for with `lang`, else the one that the browser prefers."""
    in_address = QueryParams(scope["query_string"]).get("lang")
    return language_of(in_address) or preferred(Headers(scope=scope).get("accept-language", ""))


def no_such_page(scope: Scope) -> Response:
    """Say in the visitor's language that there is no such page."""
    with speaking(requested_language(scope)):
        return PlainTextResponse(_(NO_SUCH_PAGE), HTTPStatus.NOT_FOUND, headers=_CACHING)


@dataclass(frozen=True, slots=True)
class _Document:
    """A document as it is sent, plain and packed, and the ETag by which a visitor's copy is known."""

    body: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, text: str) -> _Document:
        body = text.encode()
        return cls(body, gzip.compress(body, compresslevel=6, mtime=0), f'"{sha256(body).hexdigest()[:32]}"')


class _Key(NamedTuple):
    """What a document depends on beside the directory."""

    page: str
    language: Language
    is_embedded: bool


class StartPage:
    """Replaces Streamlit's document by ours, and answers 404 where the address is no page.

    Each document is rendered at its first request and cached while `clinics` returns the same object.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings, clinics: Callable[[], Sequence[Site]]) -> None:
        self._app = app
        self._settings = settings
        self._clinics = clinics
        self._prefix = settings.path_prefix
        self._lock = threading.Lock()
        self._cache: tuple[Sequence[Site], dict[_Key, _Document]] = ((), {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an answer that is Streamlit's document is replaced, any other stays."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        page = scope["path"].removeprefix(self._prefix).strip("/")
        is_replaced = False

        async def send_ours(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and _is_start_page(message):
                is_replaced = True
            if not is_replaced:
                await send(message)

        # Without its conditions: whether the visitor's copy is still good depends on our document.
        unconditional = {
            **scope,
            "headers": [pair for pair in scope["headers"] if pair[0] not in _CONDITIONS],
        }
        await self._app(unconditional if page in PAGES else scope, receive, send_ours)
        if is_replaced:
            answer = await self._answer(page, scope)
            await answer(scope, receive, send)

    async def _answer(self, page: str, scope: Scope) -> Response:
        with speaking(requested_language(scope)):
            if page not in PAGES:
                return no_such_page(scope)
            is_embedded = QueryParams(scope["query_string"]).get("embed", "").lower() == "true"
            key = _Key(page, current(), is_embedded)
            page_document = await run_in_threadpool(self._document, key)
        return _as_response(page_document, Headers(scope=scope))

    def _document(self, key: _Key) -> _Document:
        clinics = self._clinics()
        with self._lock:
            if self._cache[0] is not clinics:
                self._cache = (clinics, {})
            documents = self._cache[1]
            if key not in documents:
                # Whoever has not signed in gets nothing there, not even what anybody may read elsewhere.
                listed = () if key.page == _STAFF else clinics
                text = document(key.page, self._settings, listed, is_embedded=key.is_embedded)
                documents[key] = _Document.of(text)
            return documents[key]


def _is_start_page(message: Message) -> bool:
    return (
        message["status"] == HTTPStatus.OK
        and Headers(raw=message["headers"]).get("etag") == streamlit_index().etag
    )


def _as_response(page_document: _Document, request: Headers) -> Response:
    headers = {**_CACHING, "ETag": page_document.etag}
    if request.get("if-none-match", "").removeprefix("W/") == page_document.etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if "gzip" in request.get("accept-encoding", ""):
        packed = {**headers, "Content-Encoding": "gzip"}
        return Response(page_document.packed, media_type="text/html", headers=packed)
    return Response(page_document.body, media_type="text/html", headers=headers)


def document(page: str, settings: Settings, clinics: Sequence[Site], *, is_embedded: bool = False) -> str:
    """Streamlit's document for one of PAGES in the language that holds.

    Its scripts stay as they are, so that their hashes in the policy still fit. Of more than MOST_LISTED
    clinics it names the first by city, and says so. Raises StartDocumentError where Streamlit's document is
    not the one expected.
    """
    title = _(PAGES[page])
    facts = {"settings": settings, "title": title, "prefix": settings.path_prefix, "language": current()}
    prefix = settings.path_prefix
    style = font_styles(prefix) + (STATIC / "start.css").read_text(encoding="utf-8")
    head = render("start_head.html", style=style, fonts=font_addresses(prefix), **facts)
    listed = nsmallest(MOST_LISTED, clinics, key=city_order)
    no_script = render("start_no_script.html", clinics=listed, count=len(clinics), **facts)
    sheets = [static_address(name, prefix) for name in SHEETS]
    body = render("start_body.html", page=page, is_embedded=is_embedded, sheets=sheets, **facts)
    body += _notices(facts)
    return streamlit_index().with_ours(
        {
            # Before the document type, a comment would have old browsers guess how to read it.
            "comment": "",
            "language": f'<html lang="{current().tag}">',
            "font": "",
            "title": head,
            "icon": "",
            # There is no such service here.
            "service": "",
            "noscript": no_script,
            "root": body,
        }
    )


def require_start_page(settings: Settings, clinics: Sequence[Site], pages: Path) -> None:
    """Draw the first page's document from the files as they are on the disk now, and look for those it names.

    A server keeps what it has loaded; whether a browser can still show `/` depends on files that an update
    or a hand may have taken away under it. Raises OSError where one is gone.
    """
    require_named_files()
    for path in (pages, STATIC.with_name("templates"), *(STATIC / name for name in SHEETS)):
        path.stat()
    # One clinic is enough to see that it can be drawn; a large directory would take a while each time.
    document("", settings, clinics[:1])


def _notices(facts: Mapping[str, object]) -> str:
    """What connection.js may have to say, in every language: the page changes its own as it stands."""
    parts = []
    for language in languages():
        with speaking(language):
            parts.append(render("connection.html", **{**facts, "language": language}))
    return "".join(parts)
