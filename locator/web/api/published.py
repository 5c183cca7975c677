"""The published documents as responses: made once per version, with entity tags of their bytes."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from locator.clinics import ServedDirectory
from locator.publication import Document, Part, document, in_order
from locator.sites import Site
from locator.web.api.problems import OPEN_TO_ALL
from locator.web.api.sources import Sources

CACHING: Final = "public, max-age=300"
"""A change in the directory reaches everybody within five minutes."""


_VARY: Final = {"Vary": "Accept-Encoding"}

MOST_KEPT_BYTES: Final = 64_000_000
"""The size of the cache, packed: enough for all documents of some 100,000 clinics."""

_PACKING: Final = 6


@dataclass(frozen=True, slots=True)
class TaggedDocument:
    """A document, packed as gzip, its strong entity tag, and which part of the directory it holds."""

    name: str
    media_type: str
    packed: bytes
    etag: str
    part: Part

    @classmethod
    def of(cls, document: Document, part: Part) -> TaggedDocument:
        """The document, packed: it takes a tenth of the room, and most who ask take it as it is."""
        packed = gzip.compress(document.content, _PACKING, mtime=0)
        return cls(document.name, document.media_type, packed, _tag(document.content), part)

    @property
    def content(self) -> bytes:
        """The bytes that are published."""
        return gzip.decompress(self.packed)


@dataclass(frozen=True, slots=True, eq=False)
class _Version:
    """What is served, its sites in the order of the documents, and the documents asked for last."""

    served: ServedDirectory
    ordered: tuple[Site, ...]
    made: OrderedDict[tuple[str, int], TaggedDocument] = field(default_factory=OrderedDict)


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """One document of one version of the directory; those that hold the same sites are equal."""

    name: str
    first: int
    version: _Version
    part: Part = field(compare=False)


class DocumentCache:
    """The documents of the current directory, each made on demand and cached. Thread-safe."""

    def __init__(self, sources: Sources, *, most_kept_bytes: int = MOST_KEPT_BYTES) -> None:
        self._sources = sources
        self._most_kept_bytes = most_kept_bytes
        self._lock = threading.Lock()
        self._latest: _Version | None = None

    def current(self, name: str, after: str = "") -> TaggedDocument:
        """The document of that name, with the part that holds the first site whose id is above `after`.

        RefusalError (503) while there is no clinic to publish.
        """
        return self.make(self.wanted(name, after))

    def wanted(self, name: str, after: str = "") -> DocumentRequest:
        """Which document `current` gives now. Raises as it does."""
        served = self._sources.served()
        with self._lock:
            # The same object is handed out until the file changes.
            if self._latest is None or self._latest.served is not served:
                self._latest = _Version(served, in_order(served.sites))
            version = self._latest
        part = Part.of(version.ordered, after)
        return DocumentRequest(name, part.first, version, part)

    def kept(self, request: DocumentRequest) -> TaggedDocument | None:
        """The document if it is at hand; never waits for one that is being made."""
        documents, key = request.version.made, (request.name, request.first)
        with self._lock:
            if key in documents:
                documents.move_to_end(key)
            return documents.get(key)

    def make(self, request: DocumentRequest) -> TaggedDocument:
        """The document, made now unless it is at hand."""
        cached = self.kept(request)
        if cached is not None:
            return cached
        publisher = self._sources.settings.publisher(request.version.served.version)
        tagged = TaggedDocument.of(document(request.name, request.part, publisher), request.part)
        self._keep(request, tagged)
        return tagged

    def _keep(self, request: DocumentRequest, tagged: TaggedDocument) -> None:
        documents = request.version.made
        with self._lock:
            documents[request.name, request.first] = tagged
            while (
                len(documents) > 1
                and sum(len(one.packed) for one in documents.values()) > self._most_kept_bytes
            ):
                documents.popitem(last=False)


def _tag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:32]}"'


def conditional_response(
    tagged: TaggedDocument, if_none_match: str | None, *, packed: bool = False
) -> Response:
    """The document, or 304 without a body to those who have it already; `packed` for those who take gzip."""
    headers = {"ETag": tagged.etag, "Cache-Control": CACHING, **OPEN_TO_ALL, **_onwards(tagged), **_VARY}
    if if_none_match is not None and _matches(tagged.etag, if_none_match):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = tagged.packed if packed else tagged.content
    return Response(body, headers=headers, media_type=tagged.media_type)


def _onwards(tagged: TaggedDocument) -> dict[str, str]:
    """The way to the other parts, and for the table, which cannot say it, that it is one."""
    name, part = tagged.name, tagged.part
    if part.is_all:
        return {}
    links = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in part.links(name).items())
    headers = {"Link": links, "Access-Control-Expose-Headers": "Link"}
    if name.endswith(".csv"):
        last = part.first + len(part.sites) - 1
        filename = f"clinics-{part.first}-to-{last}-of-{part.count}.csv"
        headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return headers


def _matches(etag: str, if_none_match: str) -> bool:
    """Whether a header If-None-Match names this tag, by the weak comparison that RFC 9110 asks for."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(tags & {"*", etag})
