"""Searching by a person's exact address."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, expect

from locator.clinics.search import distance_m
from locator.sites import METRES_PER_MILE, Coordinate
from tests.e2e.finder_page import shipped_rows
from tests.e2e.pages import Finder
from tests.support.fake_geocoder import (
    house,
)
from tests.support.traces import canary

SERVICE = "Test Address Service"


ADDRESS = "12 Nowhere Street, Minneapolis MN 55407"


POINT = Coordinate(44.93817, -93.25629)


def placed(point: Coordinate = POINT, /, **parts: str) -> dict[str, Any]:
    """The service's answer: the made-up house at the point, in ZIP 55407 unless the parts say otherwise."""
    made = house()
    made["address"] |= {"city": "Minneapolis", "postcode": "55407", **parts}
    return made | {"lat": str(point.lat_deg), "lon": str(point.lon_deg)}


def asking(domain: str) -> dict[str, str]:
    """The variables that make a service at `domain` the one for people's addresses."""
    prefix = "LOCATOR_PATIENT_GEOCODER__"
    return {
        f"{prefix}SERVICE": "nominatim",
        f"{prefix}ARGUMENTS__DOMAIN": domain,
        f"{prefix}ARGUMENTS__SCHEME": "http",
        f"{prefix}DISPLAY_NAME": SERVICE,
        f"{prefix}REQUESTS_PER_SECOND": "100",
    }


def consent(finder: Finder) -> Locator:
    """The box that lets the address be sent."""
    return finder.page.get_by_role("checkbox", name="Use my exact address")


def say_yes(finder: Finder) -> None:
    """Tick the box, by its words as a person does."""
    finder.page.get_by_text("Use my exact address").click()
    expect(consent(finder)).to_be_checked()


def search_exactly(finder: Finder, address: str = ADDRESS) -> None:
    """Say yes and search."""
    say_yes(finder)
    finder.search(address)


def shown_miles(finder: Finder) -> dict[str, float]:
    """Each card's distance by clinic."""
    cards = finder.cards.all()
    return {
        str(card.get_attribute("data-site")): float(card.locator(".distance strong").inner_text().split()[0])
        for card in cards
    }


def true_miles(point: Coordinate) -> dict[str, float]:
    """Each clinic's distance from the point."""
    pins = {
        row["site_id"]: Coordinate(float(row["latitude"]), float(row["longitude"])) for row in shipped_rows()
    }
    return {site_id: round(distance_m(point, pin) / METRES_PER_MILE, 1) for site_id, pin in pins.items()}


# What is sent has its words capitalised; a file might hold either.
CANARY = canary().lower()


SENT_CANARY = CANARY.title()
