"""The first documents as a browser without scripts has them: a page, its one form, and what it sends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import count
from typing import Final

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from locator.geocoding import StreetGeocoder
from locator.settings import Settings
from locator.web.first_document import FirstDocuments, Sources
from locator.web.routes import CLOSED
from locator.web.served import Snapshots
from tests.support.parsed_html import Element, parse

SITE: Final = "https://locator.example"
Fields = dict[str, list[str]]
_FIRST_ADDRESS: Final = int(ip_address("10.0.0.1"))
_numbers: Final = count()


def first_documents(settings: Settings, *, now_s: Callable[[], float] = time.monotonic) -> FirstDocuments:
    """All that answers for the pages, with nothing behind it."""
    sources = Sources(settings, Snapshots(settings.data_files).current, CLOSED, _no_service)
    return FirstDocuments(_nothing_behind, sources=sources, now_s=now_s)


def _no_service() -> StreetGeocoder | None:
    return None


async def _nothing_behind(scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError(f"passed on: {scope['path']}")


@dataclass(slots=True)
class Browser:
    """A browser without scripts at one page, as it was answered last; each has an address of its own."""

    app: ASGIApp
    path: str
    answer: httpx.Response
    address: str = field(default_factory=lambda: str(ip_address(_FIRST_ADDRESS + next(_numbers))))

    @classmethod
    def at(cls, app: ASGIApp, path: str, **headers: str) -> Browser:
        """Come to a page by its address."""
        browser = cls(app, path, httpx.Response(200))
        browser.answer = browser.ask("GET", path, **headers)
        return browser

    def ask(
        self, method: str, path: str, fields: Sequence[tuple[str, str]] = (), /, **headers: str
    ) -> httpx.Response:
        """One request, with a form's fields if it has any; the page stays."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.address, 1))
            async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
                body = {
                    name: [text for other, text in fields if other == name]
                    for name in dict.fromkeys(n for n, _ in fields)
                }
                named = {name.replace("_", "-"): text for name, text in headers.items()}
                return await client.request(method, path, data=body or None, headers=named)

        return asyncio.run(asked())

    @property
    def page(self) -> Element:
        """What is shown, without what Streamlit adds later."""
        return next(one for one in parse(self.answer.text).every() if one.attributes.get("id") == "start")

    def part(self, name: str) -> Element:
        """The part of the page that an answer to its form may change."""
        (part,) = [one for one in self.page.every() if one.attributes.get("data-part") == name]
        return part

    @property
    def form(self) -> Element:
        """The form."""
        return self.page.one("form")

    def fields(self) -> Fields:
        """What the form would send now, without a button."""
        outside = [one for one in self.page.every() if one.attributes.get("form") == "search"]
        own = [*self.form.every(), *outside]
        sent: Fields = {}
        for one in own:
            name = one.attributes.get("name")
            if name and (text := _value(one)) is not None:
                sent.setdefault(name, []).append(text)
        return sent

    def submit(self, button: str = "", value: str = "", /, **changed: str | Sequence[str]) -> Browser:
        """Change fields and press a button; the answer is the next page."""
        self.answer = self.send(button, value, **changed)
        return self

    def send(self, button: str = "", value: str = "", /, **changed: str | Sequence[str]) -> httpx.Response:
        """As `submit`, but the answer is a file, and the page stays."""
        sent = self.fields()
        for name, text in changed.items():
            sent[name] = [text] if isinstance(text, str) else list(text)
        if button:
            offered = [
                one.attributes["value"]
                for one in self.page.all("button")
                if one.attributes.get("name") == button and one.attributes.get("form") == "search"
            ]
            assert value in offered, f"no button {button}={value}, but {offered}"
            sent[button] = [value]
        pairs = [(name, text) for name, texts in sent.items() for text in texts]
        return self.ask("POST", self.form.attributes["action"] or self.path, pairs)


def _value(field: Element) -> str | None:
    """What a field sends; None for one that sends nothing."""
    named = field.attributes
    if field.tag == "select":
        options = field.all("option")
        return next((one for one in options if "selected" in one.attributes), options[0]).attributes["value"]
    if field.tag != "input":
        return None
    if named["type"] in {"radio", "checkbox"}:
        return named.get("value", "on") if "checked" in named else None
    return named["value"]
