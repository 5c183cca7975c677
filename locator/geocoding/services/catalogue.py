"""The services geopy knows, the arguments each one takes, and what is wrong with those an operator chose."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from geopy.geocoders import SERVICE_TO_GEOCODER
from geopy.geocoders.base import Geocoder

from locator.geocoding import ServiceSetUpError
from locator.geocoding.services.http import is_loopback

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
