"""A person's exact address in a browser, placed by the real Nominatim."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import conftest as in_browser
from tests.e2e.conftest import OpenFinder, StartApp
from tests.e2e.exact_search import SERVICE, asking, search_exactly, shown_miles, true_miles
from tests.nominatim import town
from tests.support.servers import ROOT

pytestmark = pytest.mark.nominatim

chromium = in_browser.chromium
start_app = in_browser.start_app
open_finder = in_browser.open_finder


# Not a clinic's own address: the directory places that one itself.
@pytest.mark.parametrize(
    ("house", "note"),
    [
        pytest.param(town.ROW.first, "It knows the house number.", id="a house on the map"),
        pytest.param(town.between(town.ROW, 148), "It knows house numbers near yours.", id="one between"),
    ],
)
def test_with_consent_distances_are_from_the_house_the_real_service_knows(
    house: town.House, note: str, open_finder: OpenFinder, start_app: StartApp, nominatim_domain: str
) -> None:
    finder = open_finder(start_app(ROOT / "data", **asking(nominatim_domain)))
    finder.visit()
    search_exactly(finder, house.address)
    expect(finder.announcement).to_contain_text(f"near your address in ZIP {town.EDINA.zip_code}")
    expect(finder.notes.filter(has_text=f"as {SERVICE} places it. {note}")).to_have_count(1)
    assert finder.site_ids()[0] == "edina"
    assert shown_miles(finder) == true_miles(house.point)
