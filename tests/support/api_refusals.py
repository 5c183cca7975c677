"""How the API refuses."""

from __future__ import annotations

from http import HTTPStatus

import httpx


def assert_refused(response: httpx.Response, status: int) -> str:
    """The sentence of a refusal, after looking at all that RFC 9457 and this project ask of one."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["access-control-allow-origin"] == "*"
    body = response.json()
    assert body["type"] == "about:blank"
    assert (body["status"], body["title"]) == (status, HTTPStatus(status).phrase)
    assert body.keys() == {"type", "title", "status", "detail"}
    assert "script" not in body["detail"].lower()
    assert "/" not in body["detail"].replace("api/v1/openapi.json", "")
    assert body["detail"].endswith(".")
    return str(body["detail"])
