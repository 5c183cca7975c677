"""The security headers: what a browser is told, on every answer."""

from __future__ import annotations

import pytest

from tests.support.web_client import MAP_FRAME, WebClient, policy


def test_the_page_may_load_only_from_this_server_and_tiles_from_the_declared_host() -> None:
    found = policy(WebClient().get("/"))
    hashes = [source for source in found["script-src"] if source.startswith("'sha256-")]
    assert len(hashes) == 1
    assert found == {
        "default-src": ["'self'"],
        "script-src": ["'self'", "blob:", *hashes],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:", "https://tile.openstreetmap.org"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'", "ws://127.0.0.1:8501", "wss://127.0.0.1:8501"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }


def test_only_the_maps_own_frame_may_evaluate_text_and_only_the_page_may_hold_it() -> None:
    found = policy(WebClient().get(MAP_FRAME))
    assert found["script-src"] == ["'self'", "'unsafe-inline'", "'unsafe-eval'"]
    assert found["default-src"] == ["'self'"]
    assert found["img-src"] == ["'self'", "data:", "blob:", "https://tile.openstreetmap.org"]
    assert found["form-action"] == found["object-src"] == ["'none'"]
    assert found["frame-ancestors"] == ["'self'"]
    for path in (f"/x{MAP_FRAME}", "/component/other/index.html", f"/{MAP_FRAME}"):
        assert "'unsafe-eval'" not in policy(WebClient().get(path))["script-src"], path


def test_with_tiles_off_no_outside_host_is_named_anywhere() -> None:
    offline = WebClient(tile_url=None)
    for path in ("/", MAP_FRAME):
        assert policy(offline.get(path))["img-src"] == ["'self'", "data:", "blob:"]
        assert "https:" not in offline.get(path).headers["content-security-policy"]


@pytest.mark.parametrize(
    ("ancestors", "page", "frame", "page_option", "frame_option"),
    [
        ((), ["'none'"], ["'self'"], "DENY", "SAMEORIGIN"),
        (("self",), ["'self'"], ["'self'"], "SAMEORIGIN", "SAMEORIGIN"),
        (("https://www.example",), ["https://www.example"], ["'self'", "https://www.example"], None, None),
    ],
)
def test_who_may_embed_is_said_in_both_headers(
    ancestors: tuple[str, ...],
    page: list[str],
    frame: list[str],
    page_option: str | None,
    frame_option: str | None,
) -> None:
    embedded = WebClient(frame_ancestors=ancestors)
    assert policy(embedded.get("/healthz"))["frame-ancestors"] == page
    assert embedded.get("/healthz").headers.get("x-frame-options") == page_option
    assert policy(embedded.get(MAP_FRAME.replace("index", "x")))["frame-ancestors"] == frame
    if frame_option:
        assert embedded.get(MAP_FRAME).headers["x-frame-options"] == frame_option


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/healthz", 200),
        ("/assets/none", 404),
        ("/_stcore/upload_file", 403),
        ("/api/breaks", 500),
    ],
)
def test_every_answer_carries_the_headers_and_replaces_weaker_ones(path: str, status: int) -> None:
    response = WebClient().get(path)
    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    assert response.headers.get_list("x-frame-options") == ["DENY"]
    assert "content-security-policy" in response.headers
    permissions = response.headers["permissions-policy"].split(", ")
    assert permissions[:2] == ["geolocation=(self)", "clipboard-write=(self)"]
    assert {"camera=()", "microphone=()", "payment=()"} <= set(permissions)
    assert all(entry.endswith("=()") for entry in permissions[2:])


@pytest.mark.parametrize(
    "path", ["/assets/app/map.js", "/assets/app/map.css", "/assets/app/fonts/locator-sans.woff2"]
)
def test_what_can_be_no_document_carries_no_header_that_only_a_document_heeds(path: str) -> None:
    response = WebClient().get(path)
    assert response.status_code == 200
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    # A worker made of the script would be held to it.
    assert policy(response) == {"default-src": ["'self'"]}
    left = {"permissions-policy", "cross-origin-opener-policy", "x-frame-options"} & response.headers.keys()
    assert left == set()
