"""How each kind of failure inside the API is answered."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from locator.errors import LocatorError
from locator.web.api.problems import NOTHING_HERE, RefusalError, problem
from locator.web.api.queries import MEANT

_LOGGER: Final = logging.getLogger(__name__)
_METHODS: Final = "GET, HEAD"


def handle_failures(api: FastAPI) -> None:
    """Have every refusal, the framework's own too, answered as a problem."""
    # The signature that is asked for takes handlers of any exception alone.
    api.add_exception_handler(RefusalError, _refused)  # type: ignore[arg-type]
    api.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    api.add_exception_handler(HTTPException, _unrouted)  # type: ignore[arg-type]
    api.add_exception_handler(LocatorError, _out_of_service)


async def _refused(_request: Request, refusal: RefusalError) -> Response:
    return problem(refusal.sentence, refusal.status, refusal.headers)


async def _invalid(_request: Request, invalid: RequestValidationError) -> Response:
    # Where an error is: in the query, in that parameter, and for some in one of its types.
    names = dict.fromkeys(str(error["loc"][1]) for error in invalid.errors())
    return problem(" ".join(MEANT[name] for name in names), HTTPStatus.UNPROCESSABLE_ENTITY)


async def _unrouted(_request: Request, failure: HTTPException) -> Response:
    if failure.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        sentence = "This address can only be read: use GET or HEAD."
        return problem(sentence, failure.status_code, {"Allow": _METHODS})
    return problem(NOTHING_HERE, HTTPStatus.NOT_FOUND)


async def _out_of_service(_request: Request, failure: Exception) -> Response:
    # The file it may name is for the operator's log, not for whoever asks.
    _LOGGER.warning("the API could not answer: %s", failure)
    sentence = "The data this answer needs could not be loaded. Please try again later."
    return problem(sentence, HTTPStatus.SERVICE_UNAVAILABLE)
