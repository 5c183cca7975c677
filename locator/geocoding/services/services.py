"""Any service geopy knows, as a source of street-level answers: how each is set up and how it is asked."""

from __future__ import annotations

import inspect
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from inspect import signature
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from geopy.exc import (
    ConfigurationError,
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeopyError,
)
from geopy.geocoders import SERVICE_TO_GEOCODER, ArcGIS, GoogleV3, Nominatim, Pelias, Photon
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from locator.errors import ServiceUnavailableError
from locator.geocoding import (
    Found,
    PostalAddress,
    RateLimitedError,
    ServiceChoice,
    ServiceOutageError,
    ServiceRefusedError,
    ServiceSetUpError,
    StreetGeocoder,
)
from locator.geocoding.services import answers
from locator.geocoding.services.answers import MOST_ANSWERS, found_in
from locator.geocoding.services.guards import Breaker, Cache, Clock, GuardedGeocoder, Throttle
from locator.geocoding.services.http import BoundedAdapter, is_loopback, private_request

# They turn three words of their own into a point; they know no address.
_NOT_FOR_ADDRESSES: Final = frozenset({"what3words", "what3wordsv3"})
SERVICES: Final[Mapping[str, type[Geocoder]]] = MappingProxyType(
    {name: kind for name, kind in SERVICE_TO_GEOCODER.items() if name not in _NOT_FOR_ADDRESSES}
)
# These are the app's own business: settings of their own, or fixed.
_OURS: Final = frozenset({"timeout", "user_agent", "ssl_context", "adapter_factory"})
_DOMAIN: Final = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?(?:/[A-Za-z0-9._~-]+)*/?")
_OSM: Final = "openstreetmap.org"


def service_class(name: str) -> type[Geocoder]:
    """The geopy class of a service; ServiceSetUpError, with the names there are, for any other name."""
    if name in SERVICES:
        return SERVICES[name]
    close = get_close_matches(name, SERVICES, n=1)
    suggestion = f"did you mean {close[0]}? " if close else ""
    raise ServiceSetUpError(
        f"service: there is no service {name!r}; {suggestion}allowed: none, {', '.join(sorted(SERVICES))}"
    )


def check_arguments(name: str, arguments: Mapping[str, object]) -> None:
    """Raise ServiceSetUpError for an argument the service does not take, lacks, or may not be given.

    The text names arguments and never shows the value of one.
    """
    parameters = _parameters(service_class(name))
    for key, value in arguments.items():
        if key not in parameters:
            raise ServiceSetUpError(
                f"arguments: {name} takes no argument {key!r}; allowed: {', '.join(sorted(parameters))}"
            )
        _check_kind(key, value, parameters[key].default)
    lacking = [key for key, one in parameters.items() if one.default is one.empty and key not in arguments]
    if lacking:
        raise ServiceSetUpError(f"arguments: {name} needs {' and '.join(lacking)}")
    _check_scheme(name, arguments)


def as_taken(name: str, arguments: Mapping[str, str | int]) -> dict[str, str | int]:
    """Checked arguments, numbers as numbers: a variable can only hold text."""
    parameters = _parameters(service_class(name))
    numbers = {key for key, one in parameters.items() if isinstance(one.default, int)}
    return {key: int(value) if key in numbers else value for key, value in arguments.items()}


def host_of(name: str, arguments: Mapping[str, object]) -> str | None:
    """The host that would receive an address, without its port; None where the service does not say."""
    domain = arguments.get("domain", _default_domain(service_class(name)))
    if not isinstance(domain, str):
        return None
    host = urlsplit(f"//{domain.strip('/')}").hostname
    return host.rstrip(".") if host else None


def is_public_nominatim(host: str | None) -> bool:
    """Whether a host is one of the OpenStreetMap Foundation's, whose servers take no personal data."""
    return host is not None and (host == _OSM or host.endswith(f".{_OSM}"))


def _parameters(kind: type[Geocoder]) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(kind).parameters
    return {name: one for name, one in parameters.items() if name not in _OURS}


def _default_domain(kind: type[Geocoder]) -> Any:  # noqa: ANN401  # whatever geopy says
    parameter = _parameters(kind).get("domain")
    return None if parameter is None else parameter.default


def _check_kind(key: str, value: object, default: object) -> None:
    if isinstance(default, int):
        if not (isinstance(value, int) or re.fullmatch(r"[0-9]{1,9}", str(value))):
            raise ServiceSetUpError(f"arguments: {key} is a whole number")
    elif isinstance(value, int):
        raise ServiceSetUpError(f'arguments: {key} is text: put it between quotation marks, as in "text"')
    elif key.endswith("domain") and not (isinstance(value, str) and _DOMAIN.fullmatch(value)):
        raise ServiceSetUpError(
            f'arguments: {key} is a host name with or without port and path, such as "geocoder.example.org"'
        )


def _check_scheme(name: str, arguments: Mapping[str, object]) -> None:
    """Plain http shows an address to everybody on the way."""
    scheme = arguments.get("scheme", "https")
    if scheme not in {"http", "https"}:
        raise ServiceSetUpError('arguments: scheme is "https", or "http" for a service on this machine')
    if scheme == "http" and not is_loopback(host_of(name, arguments)):
        raise ServiceSetUpError(
            'arguments: scheme is "http" only for a service on this machine: domain localhost or 127.0.0.1'
        )


_MINNEAPOLIS: Final = (44.98, -93.27)
# Minnesota and western Wisconsin. Preferred, no limit: an address elsewhere must be seen to lie elsewhere.
_VIEWBOX: Final = ((43.3, -97.4), (49.5, -89.4))

# What to ask for, wherever a service's own `geocode` has a parameter of that name.
_WISHES: Final[Mapping[str, object]] = MappingProxyType(
    {
        "exactly_one": False,
        "limit": MOST_ANSWERS,
        "maxresults": MOST_ANSWERS,
        "candidates": MOST_ANSWERS,
        "addressdetails": True,
        "country": "US",
        "countries": ["USA"],
        "country_codes": "us",
        "viewbox": _VIEWBOX,
        "location_bias": _MINNEAPOLIS,
        "out_fields": ["Addr_type", "AddNum", "City", "RegionAbbr", "Postal"],
    }
)


def _structured(address: PostalAddress) -> dict[str, str]:
    """The parts Nominatim searches by.

    A ZIP stands alone: about one address in ten here names a postal city it does not lie in, and Nominatim
    answers to a wrong city with nothing at all.
    """
    where = (
        {"postalcode": address.zip_code}
        if address.zip_code
        else {"city": address.city, "state": address.state}
    )
    return {name: text for name, text in {"street": address.street, **where}.items() if text}


def _one_line(address: PostalAddress) -> str:
    return address.one_line


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one family of services is asked and understood."""

    query: Callable[[PostalAddress], str | dict[str, str]]
    read: answers.Reader
    extras: tuple[tuple[str, object], ...] = ()


_DIALECTS: Final[tuple[tuple[type[Geocoder], Dialect], ...]] = (
    (Nominatim, Dialect(_structured, answers.read_nominatim, (("language", "en"),))),
    (Photon, Dialect(_one_line, answers.read_photon)),
    (Pelias, Dialect(_one_line, answers.read_pelias)),
    (
        GoogleV3,
        Dialect(_one_line, answers.read_google, (("components", {"country": "US"}),)),
    ),
    (ArcGIS, Dialect(_one_line, answers.read_arcgis)),
    (Geocoder, Dialect(_one_line, answers.read_other)),
)

_ATTRIBUTIONS: Final[Mapping[type[Geocoder], str]] = MappingProxyType(
    {Nominatim: "© OpenStreetMap contributors", Photon: "© OpenStreetMap contributors"}
)


class GeopyGeocoder:
    """One geopy service, asked for at most five places; it sends nothing for an address without a street."""

    def __init__(self, service: Geocoder, *, name: str, attribution: str, timeout_s: float) -> None:
        self._service = service
        self._name = name
        self._attribution = attribution
        self._timeout_s = timeout_s
        self._dialect = next(dialect for kind, dialect in _DIALECTS if isinstance(service, kind))
        parameters = signature(service.geocode).parameters
        wishes = {name: wish for name, wish in _WISHES.items() if name in parameters}
        self._options: dict[str, Any] = wishes | dict(self._dialect.extras)

    def __repr__(self) -> str:
        return f"GeopyGeocoder({self._name!r})"

    @property
    def name(self) -> str:
        """Who receives the address."""
        return self._name

    @property
    def options(self) -> dict[str, Any]:
        """What each question asks for besides the address: how many places, of which country."""
        return dict(self._options)

    def geocode(self, address: PostalAddress, *, budget_s: float) -> tuple[Found, ...]:
        """The places the service offers, best first; none if it knows none.

        Takes no longer than `budget_s` or the configured time-out. No error holds the address or leads to
        one that does: what geopy raised is left behind.
        """
        if address.street is None:
            return ()
        outcome = self._outcome(address, min(budget_s, self._timeout_s))
        if isinstance(outcome, ServiceUnavailableError):
            raise outcome
        return outcome

    def _outcome(
        self, address: PostalAddress, budget_s: float
    ) -> tuple[Found, ...] | ServiceUnavailableError:
        try:
            with private_request(budget_s):
                locations = self._ask(address, budget_s)
            return found_in(
                locations, address, self._dialect.read, source=self._name, attribution=self._attribution
            )
        except GeopyError as exc:
            return _translated(exc, self._name)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            # geopy takes an answer apart without looking: this is what one of another form comes to.
            return ServiceOutageError(f"{self._name} sent an answer that could not be understood.")

    def _ask(self, address: PostalAddress, budget_s: float) -> list[Location]:
        query = self._dialect.query(address)
        locations = self._service.geocode(query, timeout=budget_s, **self._options)
        if locations is None:
            return []
        return locations if isinstance(locations, list) else [locations]


def _translated(exc: GeopyError, name: str) -> ServiceUnavailableError:
    """Geopy's error as ours. The texts are ours too: geopy's repeat what a service sent."""
    if isinstance(exc, GeocoderQuotaExceeded):
        wait_s = exc.retry_after if isinstance(exc, GeocoderRateLimited) else None
        return RateLimitedError(f"{name} asks to wait before it is asked again.", wait_s)
    if isinstance(exc, GeocoderAuthenticationFailure | GeocoderInsufficientPrivileges):
        return ServiceRefusedError(f"{name} refuses this server: its key, its account or its address.")
    if isinstance(exc, GeocoderQueryError | ConfigurationError):
        return ServiceRefusedError(f"{name} does not accept how it is asked: check its arguments.")
    return ServiceOutageError(f"{name} did not give a usable answer in time.")


def make_geocoder(choice: ServiceChoice, *, user_agent: str, clock: Clock = time) -> StreetGeocoder:
    """The chosen service behind its guards.

    Make one for the whole process: the guards hold for those who share it. Raises ServiceSetUpError, without
    the value of any argument, when the service cannot be set up.
    """
    check_arguments(choice.service, choice.arguments)
    name = choice.display_name or _default_name(choice.service, choice.arguments)
    arguments = as_taken(choice.service, choice.arguments)
    service = _set_up(choice.service, arguments, user_agent, choice.timeout_s)
    inner = GeopyGeocoder(
        service,
        name=name,
        attribution=choice.attribution or _default_attribution(service, name),
        timeout_s=choice.timeout_s,
    )
    return GuardedGeocoder(
        inner,
        throttle=Throttle(choice.requests_per_second),
        cache=Cache(timer=clock.monotonic),
        breaker=Breaker(),
        clock=clock,
    )


def _set_up(name: str, arguments: Mapping[str, str | int], user_agent: str, timeout_s: float) -> Geocoder:
    try:
        return service_class(name)(
            **arguments, user_agent=user_agent, timeout=timeout_s, adapter_factory=BoundedAdapter
        )
    except (GeopyError, TypeError, ValueError) as exc:
        reason = str(exc) if isinstance(exc, ConfigurationError) else type(exc).__name__
    if any(str(value) in reason for value in arguments.values()):
        reason = "its arguments do not go together"
    raise ServiceSetUpError(f"{name} cannot be set up: {reason}")


def _default_name(service: str, arguments: Mapping[str, object]) -> str:
    host = host_of(service, arguments)
    kind = service_class(service).__name__
    return f"{kind} ({host})" if host else kind


def _default_attribution(service: Geocoder, name: str) -> str:
    own_credits = (text for kind, text in _ATTRIBUTIONS.items() if isinstance(service, kind))
    return next(own_credits, name)
