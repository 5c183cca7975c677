"""The answer of a street-level service, given back to the page that asked: the server keeps nothing of it.

A service is asked once for each time a person says yes. What it answered is needed again when a filter
changes, and when Streamlit takes the page over. The page carries it, sealed, so that nobody can have
another's page say something of their own.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from dataclasses import asdict
from hashlib import sha256
from typing import Final

from locator.sites import Coordinate, Located, Origin, PlaceAnswer, Precision

_KEY: Final = secrets.token_bytes(32)
"""Of this process: after a restart the place is looked up without the service."""

_MOST_CHARACTERS: Final = 4000


def sealed(text: str, answer: PlaceAnswer) -> str:
    """The answer to a text as a token; "" unless one place was found."""
    if not isinstance(answer, Located):
        return ""
    body = json.dumps({"text": text, "origin": asdict(answer.origin)}).encode()
    return f"{urlsafe_b64encode(body).decode()}.{_seal(body)}"


def opened(token: str, text: str) -> PlaceAnswer | None:
    """The answer that a token holds for this very text; None for anything else."""
    encoded, _, seal = token.partition(".")
    if not seal or len(token) > _MOST_CHARACTERS:
        return None
    try:
        body = urlsafe_b64decode(encoded.encode())
    except (NotBase64Error, ValueError):
        return None
    if not hmac.compare_digest(_seal(body).encode(), seal.encode()):
        return None
    kept = json.loads(body)
    if kept["text"] != text:
        return None
    origin = kept["origin"]
    return Located(
        Origin(
            label=origin["label"],
            point=Coordinate(**origin["point"]),
            precision=Precision(origin["precision"]),
            uncertainty_m=origin["uncertainty_m"],
            source=origin["source"],
            notes=tuple(origin["notes"]),
        )
    )


def _seal(body: bytes) -> str:
    return hmac.new(_KEY, body, sha256).hexdigest()
