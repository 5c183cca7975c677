"""The published documents as answers: made once per directory, told apart by a tag of their bytes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from locator.api.problems import OPEN_TO_ALL
from locator.api.sources import Sources
from locator.directory import ServedDirectory
from locator.publication.documents import Document, documents

CACHING: Final = "public, max-age=300"
"""A change in the directory reaches everybody within five minutes."""


@dataclass(frozen=True, slots=True)
class TaggedDocument:
    """A document and its strong entity tag."""

    document: Document
    etag: str


class Published:
    """The documents of the directory as it is now. Safe across threads."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._lock = threading.Lock()
        self._latest: tuple[ServedDirectory, dict[str, TaggedDocument]] | None = None

    def current(self, name: str) -> TaggedDocument:
        """The document of that name; RefusalError (503) while there is no clinic to publish."""
        served = self._sources.served()
        with self._lock:
            # The same object is handed out until the file, or the day, changes.
            if self._latest is None or self._latest[0] is not served:
                self._latest = (served, self._made(served))
            return self._latest[1][name]

    def _made(self, served: ServedDirectory) -> dict[str, TaggedDocument]:
        made = documents(served.sites, self._sources.settings.publisher(served.version))
        return {document.name: TaggedDocument(document, _tag(document.content)) for document in made}


def _tag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:32]}"'


def answer(tagged: TaggedDocument, if_none_match: str | None) -> Response:
    """The document, or 304 without a body to those who have it already."""
    headers = {"ETag": tagged.etag, "Cache-Control": CACHING, **OPEN_TO_ALL}
    if if_none_match is not None and _matches(tagged.etag, if_none_match):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(tagged.document.content, headers=headers, media_type=tagged.document.media_type)


def _matches(etag: str, if_none_match: str) -> bool:
    """Whether a header If-None-Match names this tag, by the weak comparison that RFC 9110 asks for."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(tags & {"*", etag})
