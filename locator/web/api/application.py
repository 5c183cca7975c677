"""The API as a FastAPI application: its addresses, what each answers with, and how it fails. Reading only."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Header, Query
from fastapi.exceptions import RequestValidationError
from pydantic.json_schema import SkipJsonSchema
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from locator.clinics import Filters, Need, within_m
from locator.errors import LocatorError
from locator.language import ENGLISH, speaking
from locator.presentation import find_nearest, json_text, nearest_json
from locator.publication import MEDIA_TYPES, PART_SITES
from locator.sites import Located
from locator.web.api.openapi import (
    DESCRIPTION,
    SUMMARIES,
    TITLE,
    VERSION,
    DescribedApi,
    document_responses,
    nearest_responses,
)
from locator.web.api.problems import NOTHING_HERE, OPEN_TO_ALL, RefusalError, problem
from locator.web.api.published import DocumentCache, conditional_response
from locator.web.api.queries import MEANT, NearestQuery, only
from locator.web.api.sources import Sources
from locator.web.api.workers import Workers
from locator.web.middleware import PlainErrors

_PATIENCE_S: Final = 10.0

_ZIP_UNKNOWN: Final = "No place is known for this ZIP code. Check its five digits."

Endpoint = Callable[..., Awaitable[Response]]


def create_api(sources: Sources, path: str) -> DescribedApi:
    """The API as it is served under `path`, without the framework's pages, which load from elsewhere."""
    api = DescribedApi(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        servers=[{"url": path}],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[Middleware(PlainErrors, as_answer=problem)],
    )
    handle_failures(api)
    published = DocumentCache(sources)
    answers = Workers("api-answers", 4, most_waiting=200, patience_s=_PATIENCE_S)
    # One at a time: two would take as long, and more of everybody else.
    makers = Workers("api-documents", 1, most_waiting=20, patience_s=_PATIENCE_S)
    for name in MEDIA_TYPES:
        _offer(
            api,
            f"/{name}",
            _document_endpoint(published, name, answers, makers),
            summary=SUMMARIES[name],
            responses=document_responses(name),
            dependencies=[Depends(only("after"))],
        )
    _offer(
        api,
        "/nearest",
        _nearest_endpoint(sources, answers),
        summary="The clinics nearest to a ZIP code",
        responses=nearest_responses(),
        dependencies=[Depends(only("zip", "need", "within_mi", "limit"))],
    )
    _offer(api, "/openapi.json", _description_endpoint(api, answers), include_in_schema=False)
    return api


def _offer(api: DescribedApi, path: str, endpoint: Endpoint, **description: Any) -> None:  # noqa: ANN401 - as FastAPI takes them
    """Let an endpoint answer GET, and HEAD without the body, which the server leaves out."""
    name = path.strip("/").replace(".", "-")
    for method in ("GET", "HEAD"):
        api.add_api_route(
            path,
            endpoint,
            methods=[method],
            response_class=Response,
            operation_id=f"{method.lower()}-{name}",
            **description,
        )


def _document_endpoint(published: DocumentCache, name: str, answers: Workers, makers: Workers) -> Endpoint:
    async def document(
        request: Request,
        after: Annotated[
            str,
            Query(
                pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
                max_length=60,
                description="The part that holds the clinic after the one of this site_id. Only a directory"
                f" of more than {PART_SITES:,} clinics comes in parts; the header Link has the address of the"
                " next.",
            ),
        ] = "",
        if_none_match: Annotated[
            str | SkipJsonSchema[None],
            Header(description="ETags of copies that are at hand; 304 if one is still good."),
        ] = None,
    ) -> Response:
        document_request = await answers.run(partial(published.wanted, name, after))
        tagged = published.kept(document_request)
        if tagged is None:
            tagged = await makers.run(partial(published.make, document_request), shared_as=document_request)
        packed = "gzip" in request.headers.get("accept-encoding", "")
        return await answers.run(partial(conditional_response, tagged, if_none_match, packed=packed))

    return document


def _nearest_endpoint(sources: Sources, answers: Workers) -> Endpoint:
    async def nearest(query: Annotated[NearestQuery, Query()]) -> Response:
        return await answers.run(partial(_nearest_in_english, sources, query))

    return nearest


def _nearest_in_english(sources: Sources, query: NearestQuery) -> Response:
    # A page's visitor may have chosen another language; an answer to a program stays as documented.
    with speaking(ENGLISH):
        return _nearest(sources, query)


def _nearest(sources: Sources, query: NearestQuery) -> Response:
    sources.served()
    place = sources.places().locate(query.zip_code)
    if not isinstance(place, Located):
        raise RefusalError(HTTPStatus.NOT_FOUND, _ZIP_UNKNOWN)
    nearest = find_nearest(
        sources.site_index(),
        place.origin,
        Filters(query.need or Need.ANY, within_m(query.within_mi)),
        limit=query.limit,
        phone=sources.settings.practice_phone,
    )
    return Response(
        json_text(nearest_json(query.zip_code, nearest)),
        headers={"Cache-Control": "no-store", **OPEN_TO_ALL},
        media_type="application/json",
    )


def _description_endpoint(api: DescribedApi, answers: Workers) -> Endpoint:
    async def description() -> Response:
        return JSONResponse(await answers.run(api.openapi), headers=OPEN_TO_ALL)

    return description


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
