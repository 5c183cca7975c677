"""Refusals as application/problem+json (RFC 9457): a plain sentence that repeats nothing of the request."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

PROBLEM_TYPE: Final = "application/problem+json"
OPEN_TO_ALL: Final = {"Access-Control-Allow-Origin": "*"}
"""Scripts of any page may read an answer: all of it is public, and no cookie is looked at."""

NOTHING_HERE: Final = "There is nothing at this address. api/v1/openapi.json lists what there is."
_NO_STORE: Final = {"Cache-Control": "no-store"}


class RefusalError(Exception):
    """A request that cannot be answered: the status, why in a sentence for whoever asked, and headers."""

    def __init__(self, status: HTTPStatus, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers


def problem(sentence: str, status_code: int, headers: dict[str, str] | None = None) -> Response:
    """The answer that says `sentence`; it is not kept by anybody."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status_code).phrase,
        "status": int(status_code),
        "detail": sentence,
    }
    return Response(
        json.dumps(body, indent=2) + "\n",
        status_code,
        headers={**OPEN_TO_ALL, **_NO_STORE, **(headers or {})},
        media_type=PROBLEM_TYPE,
    )
