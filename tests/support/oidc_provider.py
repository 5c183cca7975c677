"""A real, small OpenID Connect provider on loopback: discovery, code flow with PKCE, signed ID tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.support.servers import free_port

CLIENT_ID = "drg-locator-test"
CLIENT_SECRET = "made-up-secret"  # noqa: S105 - of this provider alone


@dataclass(slots=True)
class Provider:
    """Signs in whomever `claims` describe, unasked; `key` signs, `published` is what others check with."""

    url: str
    claims: dict[str, Any]
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "test"}))
    published: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    async def discovery(self, _request: Request) -> Response:
        """Where everything is."""
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def jwks(self, _request: Request) -> Response:
        """The key that signatures are checked with."""
        return JSONResponse({"keys": [(self.published or self.key).as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        """Send the browser back with a code."""
        question = dict(request.query_params)
        if question["client_id"] != CLIENT_ID or "openid" not in question["scope"]:
            return JSONResponse({"error": "invalid_request"}, 400)
        self.asked[code := secrets.token_urlsafe()] = question
        answer = urlencode({"code": code, "state": question["state"]})
        return RedirectResponse(f"{question['redirect_uri']}?{answer}", 302)

    async def token(self, request: Request) -> Response:
        """Give an ID token for a code, once, to the client that asked for it."""
        async with request.form() as form:
            question = self.asked.pop(str(form["code"]), {})
            digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            redirect_uri = form.get("redirect_uri")
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if (
            request.headers.get("authorization") != f"Basic {basic}"
            or proof != question.get("code_challenge")
            or redirect_uri != question.get("redirect_uri")
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": question["nonce"]}
        signed = jwt.encode({"alg": "RS256", "kid": "test"}, said | self.claims, self.key)
        return JSONResponse({"access_token": "made-up", "token_type": "Bearer", "id_token": signed})


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider in a thread of this process, on a free port."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}", {})
    routes = [
        Route("/.well-known/openid-configuration", provider.discovery),
        Route("/jwks", provider.jwks),
        Route("/authorize", provider.authorize),
        Route("/token", provider.token, methods=["POST"]),
    ]
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="error")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield provider
    finally:
        server.should_exit = True
        thread.join()


def secrets_for(provider: Provider) -> str:
    """What Streamlit's secrets file says of this provider, for an app on the port PORT."""
    return f"""
[auth]
redirect_uri = "http://127.0.0.1:PORT/oauth2callback"
cookie_secret = "a made-up secret of some length, for tests"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider.url}/.well-known/openid-configuration"
"""
