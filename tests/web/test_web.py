"""Health checks and local assets: what is there, and that nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from locator.presentation import static_address
from locator.web.routes import NotReady, Readiness
from tests.support.web_client import MAP_FRAME, WebClient, policy


def test_a_base_path_moves_our_routes_and_the_maps_policy_with_it() -> None:
    moved = WebClient(base_path="/clinics/")
    assert moved.get("/clinics/healthz").text == "ok"
    assert moved.get("/clinics/assets/leaflet/leaflet.css").status_code == 200
    assert moved.get("/clinics/assets").status_code == 404
    assert "'unsafe-eval'" in policy(moved.get(f"/clinics{MAP_FRAME}"))["script-src"]
    assert "'unsafe-eval'" not in policy(moved.get(MAP_FRAME))["script-src"]


def test_health_is_ok_while_the_process_lives_whatever_the_data_do() -> None:
    response = WebClient(lambda: NotReady("The clinic directory could not be loaded.")).get("/healthz")
    assert (response.status_code, response.text) == (200, "ok")
    assert response.headers["cache-control"] == "no-store"


def test_readiness_says_what_is_served() -> None:
    response = WebClient().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "sites": 8, "directory": "v1"}
    assert response.headers["cache-control"] == "no-store"


def test_not_ready_is_503_with_the_reason() -> None:
    response = WebClient(lambda: NotReady("The clinic directory could not be loaded.")).get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "reason": "The clinic directory could not be loaded."}


def test_a_readiness_check_that_fails_is_503_without_its_exception() -> None:
    def fails() -> Readiness:
        raise OSError("/srv/secret/path")

    response = WebClient(fails).get("/readyz")
    assert response.status_code == 503
    assert "secret" not in response.text


def test_an_asset_is_kept_for_an_hour_and_then_checked_by_its_tag() -> None:
    first = WebClient().get("/assets/leaflet/leaflet.js")
    assert first.status_code == 200
    assert first.headers["cache-control"] == "public, max-age=3600"
    again = WebClient().get("/assets/leaflet/leaflet.js", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "public, max-age=3600"


def test_an_asset_whose_address_names_its_version_is_kept_for_good_and_no_other_version_is() -> None:
    address = static_address("fonts/locator-sans.woff2", "")
    answer = WebClient().get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "font/woff2")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    for other in (address.partition("?")[0], f"{address}0", address.replace("v=", "w=")):
        assert WebClient().get(other).headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize(
    "path",
    [
        "leaflet/leaflet.css",
        "leaflet/images/layers.png",
        "leaflet/images/marker-icon.png",
        "app/map.js",
        "app/map.css",
        "basemap.geojson",
    ],
)
def test_what_the_map_needs_is_served_from_here(path: str) -> None:
    assert WebClient().get(f"/assets/{path}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/x",
        "/leaflet",
        "/leaflet/",
        "/leaflet/images/",
        "/leaflet/leaflet-src.js",
        "/zips.csv",
        "/leaflet/%2e%2e/%2e%2e/apps.py",
        "/%2e%2e/clinics.csv",
        "/leaflet/..%2fapps.py",
        "/app/%2e%2e/web.py",
        "/leaflet//etc/passwd",
        "/leaflet/%00",
        "/gazetteer/basemap.geojson",
        "/app/fonts/",
        "/app/fonts/fonts.json",
        "/app/fonts/symbols.woff2",
    ],
)
def test_nothing_else_under_assets_exists(path: str) -> None:
    response = WebClient().get(f"/assets{path}")
    assert response.status_code == 404
    assert response.text == "There is nothing at this address."


def test_a_missing_data_folder_is_404_for_its_asset_and_breaks_nothing_else(tmp_path: Path) -> None:
    bare = WebClient(data_dir=tmp_path / "missing")
    assert bare.get("/assets/basemap.geojson").status_code == 404
    assert str(tmp_path) not in bare.get("/assets/basemap.geojson").text
    assert bare.get("/assets/leaflet/leaflet.js").status_code == 200


def test_an_asset_can_be_read_and_nothing_else() -> None:
    assert WebClient().request("POST", "/assets/leaflet/leaflet.js").status_code == 405
