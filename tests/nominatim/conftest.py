"""Tests against the real Nominatim of `make test-nominatim`; `make test` does not collect them."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest
import requests

URL_VARIABLE = "NOMINATIM_URL"

collect_ignore_glob = [] if URL_VARIABLE in os.environ else ["test_*.py"]


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known only where there is a server for it."""
    config.addinivalue_line("markers", "nominatim: asks a real Nominatim (make test-nominatim)")


@pytest.fixture(scope="session")
def nominatim_url() -> str:
    """Where a Nominatim answers that knows `tests.nominatim.town` and nothing else."""
    url = os.environ[URL_VARIABLE]
    # The very first search loads what later ones need: on a busy machine longer than a visitor's time-out.
    first = requests.get(f"{url}/search", params={"q": "Maple Grove", "format": "json"}, timeout=100)
    first.raise_for_status()
    return url


@pytest.fixture(scope="session")
def nominatim_domain(nominatim_url: str) -> str:
    """Its host and port, as geopy and the settings name a service."""
    return urlsplit(nominatim_url).netloc
