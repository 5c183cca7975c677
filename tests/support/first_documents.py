"""The documents that pages begin as, asked in process: in front of an app that answers as Streamlit does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from locator.clinics import ServedDirectory
from locator.geocoding import StreetGeocoder
from locator.geocoding.places import Gazetteer, load_gazetteer
from locator.settings import SHIPPED, Settings
from locator.sites import Site
from locator.staff.sign_in import StaffAccess
from locator.web.first_document import FRAGMENT_HEADER, FirstDocuments, Sources
from locator.web.middleware import IS_FULL
from locator.web.served.snapshots import DerivedIndexes, Snapshot, Snapshots
from tests.support.fake_hasher import Clock
from tests.support.parsed_html import Element, parse
from tests.support.streamlit_files import streamlit_index

PRACTICE: Final = "Fake Practice"
PHONE: Final = "612-555-0199"
FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
FRAGMENT: Final = {FRAGMENT_HEADER: "yes"}
NOON: Final = datetime(2026, 11, 25, 18, 0, 30, tzinfo=UTC)
"""A Wednesday, at noon where the clinics are."""

Fields = Mapping[str, str] | Sequence[tuple[str, str]]


@cache
def shipped_gazetteer() -> Gazetteer:
    """The places of the shipped data, read once for all tests of a run."""
    return load_gazetteer(SHIPPED.gazetteer)


@cache
def shipped_snapshot() -> Snapshot:
    """The shipped directory, made ready once for all tests of a run."""
    return Snapshots(SHIPPED).current()


def snapshot_of(sites: Sequence[Site], *, version: str = "v1", **facts: Any) -> Snapshot:  # noqa: ANN401 - as ServedDirectory
    """A version of a directory with these sites, among the shipped places."""
    served = ServedDirectory(tuple(sites), version, date(2026, 1, 2), **facts)
    return Snapshot(served, DerivedIndexes(served, shipped_gazetteer))


async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as Streamlit does, with its start page at any address."""
    path = streamlit_index()
    await FileResponse(path, stat_result=path.stat())(scope, receive, send)


class Documents:
    """Asks the first documents of `snapshot`, which a test may replace, as `now` and `geocoder` too.

    `drawn` counts how often the finder was drawn: only then is it looked up who may be sent an address.
    The limits go by `clock`, which stands still unless a test moves it.
    """

    def __init__(
        self,
        snapshot: Snapshot | None = None,
        *,
        app: ASGIApp = streamlit,
        access: StaffAccess | None = None,
        geocoder: StreetGeocoder | None = None,
        **settings: Any,  # noqa: ANN401 - as Settings takes them
    ) -> None:
        self.snapshot = snapshot or shipped_snapshot()
        self.now = NOON
        self.geocoder = geocoder
        self.is_full = False
        self.drawn = 0
        made = Settings(**{"practice_name": PRACTICE, "practice_phone": PHONE, **settings})
        self.settings = made
        self.sources = Sources(
            made,
            lambda: self.snapshot,
            access or StaffAccess(),
            self._service,
            lambda: self.now,
        )
        self.clock = Clock()
        self.app = FirstDocuments(app, sources=self.sources, now_s=self.clock)

    def get(self, path: str = "/", **headers: str) -> httpx.Response:
        """The answer to GET; a header's dashes are written as underscores."""
        return self.ask("GET", path, headers=_dashed(headers))

    def post(
        self, fields: Fields, path: str = "/", *, at: str | None = None, **headers: str
    ) -> httpx.Response:
        """The answer to a form sent from an address."""
        body = urlencode(fields if isinstance(fields, Sequence) else list(fields.items()))
        return self.ask("POST", path, content=body, headers=FORM | _dashed(headers), at=at)

    def parts(self, fields: Fields, path: str = "/", **headers: str) -> dict[str, str]:
        """The parts that a page's script is answered with."""
        answer = self.post(fields, path, x_fragment="yes", **headers)
        assert answer.status_code == 200
        made: dict[str, str] = answer.json()
        return made

    def ask(self, method: str, path: str, *, at: str | None = None, **options: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes them
        """The answer to any request, from an address that is unknown unless it is given."""

        async def from_there(scope: Scope, receive: Receive, send: Send) -> None:
            client = (at, 5000) if at else None
            await self.app({**scope, "client": client, IS_FULL: self.is_full}, receive, send)

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(from_there)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501") as client:
                return await client.request(method, path, **options)

        return asyncio.run(asked())

    def _service(self) -> StreetGeocoder | None:
        self.drawn += 1
        return self.geocoder


def start_of(page: str) -> Element:
    """The part of a document that people see first."""
    (start,) = [one for one in parsed(page).all("main") if one.attributes.get("id") == "start"]
    return start


@lru_cache(maxsize=4)
def parsed(page: str) -> Element:
    """The tree of a whole document, which is not to be changed: reading one takes longer than drawing it."""
    return parse(page)


def part_of(page: str, name: str) -> Element:
    """One of the parts that an answer changes."""
    (part,) = [one for one in start_of(page).every() if one.attributes.get("data-part") == name]
    return part


def listed(cards: Element) -> list[str]:
    """The clinics listed, in order."""
    return [card.attributes["data-site"] for card in cards.all("li", of_class="clinic")]


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
