"""What stands between the network and the pages: middleware, local assets and health checks.

Starlette only. Nothing here knows what a clinic is, and no answer carries a path, a traceback or any part
of the request.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from locator.client_address import ClientAddress
from locator.geocoding import StreetGeocoder
from locator.presentation import STATIC, TEXT_FONTS, static_version
from locator.settings import BASE_MAP, Settings
from locator.staff.sign_in import ProviderRoutes, StaffAccess, create_staff_routes
from locator.web.first_document import SCRIPTS, FirstDocuments, Sources, no_such_page
from locator.web.middleware import (
    SIGN_IN_ROUTES,
    BrowserErrors,
    CompressedScripts,
    HostFilter,
    KeptComponents,
    PlainErrors,
    RouteFilter,
    SecurityHeaders,
    SymbolFont,
    VisitLimit,
    WebsocketFilter,
)
from locator.web.served import shared_snapshots

_LOGGER: Final = logging.getLogger(__name__)

LEAFLET_FILES: Final = frozenset(
    {"leaflet.css", "leaflet.js"}
    | {
        f"images/{name}.png"
        for name in ("layers", "layers-2x", "marker-icon", "marker-icon-2x", "marker-shadow")
    }
)
OUR_FILES: Final = frozenset({"crowd.js", "favicon.svg", "map.css", "map.js", *SCRIPTS, *TEXT_FONTS})
GAZETTEER_FILES: Final = frozenset({BASE_MAP})

# Under an address that carries no version, a copy is trusted for an hour and then checked by its ETag.
_ASSET_CACHING: Final = "public, max-age=3600"
_VERSION_CACHING: Final = "public, max-age=31536000, immutable"
# Not every system's list of types has it.
_FONT: Final = "font/woff2"
CLOSED: Final = StaffAccess()
"""No way in for staff, and no files from anybody."""

_NOTHING_HERE: Final = "There is nothing at this address."


@dataclass(frozen=True, slots=True)
class Ready:
    """The app can answer: how many sites it serves, and which version of the directory.

    `warning` says what the operator should look at, in a sentence without paths or data.
    """

    sites: int
    directory: str
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class NotReady:
    """The app cannot answer, and why, in a sentence without paths or data."""

    reason: str


Readiness = Ready | NotReady


def no_geocoder() -> StreetGeocoder | None:
    """No service for street addresses."""
    return None


def create_middleware(
    settings: Settings,
    access: StaffAccess = CLOSED,
    patient_geocoder: Callable[[], StreetGeocoder | None] = no_geocoder,
) -> list[Middleware]:
    """Middleware for the app, outermost first; files are taken from those whom `access` permits it.

    `patient_geocoder` is the service that a person's address is sent to where they say yes.
    """
    snapshots = shared_snapshots(settings.data_files)
    return [
        Middleware(
            ClientAddress, header=settings.client_address_header, trusted_proxies=settings.trusted_proxies
        ),
        Middleware(SecurityHeaders, settings=settings),
        Middleware(KeptComponents, prefix=settings.path_prefix),
        Middleware(BrowserErrors, settings=settings),
        Middleware(PlainErrors),
        Middleware(HostFilter, allowed_hosts=settings.allowed_hosts),
        Middleware(
            RouteFilter,
            prefix=settings.path_prefix,
            may_upload=access.may_upload,
            more=SIGN_IN_ROUTES if access.oidc else (),
            not_found=no_such_page,
        ),
        Middleware(WebsocketFilter, access=access),
        Middleware(CompressedScripts, prefix=settings.path_prefix),
        Middleware(SymbolFont, prefix=settings.path_prefix),
        Middleware(
            VisitLimit,
            settings=settings,
            is_staff=lambda cookies: access.member_for(cookies, touch=False) is not None,
        ),
        Middleware(FirstDocuments, sources=Sources(settings, snapshots.current, access, patient_geocoder)),
        Middleware(ProviderRoutes, prefix=settings.path_prefix),
    ]


def create_routes(
    settings: Settings, readiness: Callable[[], Readiness], access: StaffAccess = CLOSED
) -> list[BaseRoute]:
    """Health checks, sign-in and local assets, each under the settings' base path; `readiness` may block."""
    prefix = settings.path_prefix
    leaflet = _Assets(LEAFLET_FILES, packages=[("js_lib_leaflet", "static/js_lib_leaflet")])
    gazetteer = _Assets(GAZETTEER_FILES, directory=settings.data_files.gazetteer)
    return [
        Route(f"{prefix}/healthz", _healthz),
        Route(f"{prefix}/readyz", _readyz_endpoint(readiness)),
        *create_staff_routes(prefix, access),
        Mount(f"{prefix}/assets/leaflet", leaflet),
        Mount(f"{prefix}/assets/app", _Assets(OUR_FILES, directory=STATIC, version=static_version)),
        # Streamlit answers an address it does not know with its page; here that would hide mistakes.
        Mount(f"{prefix}/assets", gazetteer),
        Route(f"{prefix}/assets", _no_listing),
    ]


class _Assets(StaticFiles):
    """Serves the named files of one folder and nothing else; whatever is not named does not exist."""

    def __init__(
        self,
        names: frozenset[str],
        *,
        directory: Path | None = None,
        packages: list[str | tuple[str, str]] | None = None,
        version: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(directory=directory, packages=packages, check_dir=False)
        self._names = names
        self._version = version

    async def check_config(self) -> None:
        """Let the folder be missing: its files are then not found, and the rest of the app still answers."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file, its ETag and how long to keep it, or 404 in a plain sentence."""
        if path not in self._names:
            raise HTTPException(404, _NOTHING_HERE)
        try:
            response = await super().get_response(path, scope)
        except HTTPException as exc:
            if exc.status_code == HTTPStatus.NOT_FOUND:
                raise HTTPException(404, _NOTHING_HERE) from exc
            raise
        if path.endswith(".woff2"):
            response.headers["Content-Type"] = _FONT
        response.headers["Cache-Control"] = (
            _VERSION_CACHING if self._is_version(path, scope) else _ASSET_CACHING
        )
        return response

    def _is_version(self, path: str, scope: Scope) -> bool:
        """Whether the address names the file's version, so that another content has another address."""
        return self._version is not None and scope["query_string"] == f"v={self._version(path)}".encode()


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})


async def _no_listing(_request: Request) -> Response:
    raise HTTPException(404, _NOTHING_HERE)


def _readyz_endpoint(readiness: Callable[[], Readiness]) -> Callable[[Request], Awaitable[Response]]:
    async def readyz(_request: Request) -> Response:
        try:
            answer = await run_in_threadpool(readiness)
        except Exception:
            _LOGGER.exception("the readiness check failed")
            answer = NotReady("The readiness check itself failed; the log says why.")
        no_store = {"Cache-Control": "no-store"}
        if isinstance(answer, NotReady):
            return JSONResponse({"status": "not ready", "reason": answer.reason}, 503, headers=no_store)
        body = {"status": "ready", "sites": answer.sites, "directory": answer.directory}
        if answer.warning:
            body["warning"] = answer.warning
        return JSONResponse(body, headers=no_store)

    return readyz
