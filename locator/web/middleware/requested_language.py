"""The language that a request asks for."""

from __future__ import annotations

from starlette.datastructures import Headers, QueryParams
from starlette.types import Scope

from locator.language import Language, language_of, preferred


def requested_language(scope: Scope) -> Language:
    """The language an address asks for with `lang`, else the one that the browser prefers."""
    in_address = QueryParams(scope["query_string"]).get("lang")
    return language_of(in_address) or preferred(Headers(scope=scope).get("accept-language", ""))
