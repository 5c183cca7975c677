"""The published documents as answers: made once per version, told apart by a tag of their bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from locator.api.problems import OPEN_TO_ALL
from locator.api.sources import Sources
from locator.directory import ServedDirectory
from locator.publication.documents import Document, Part, document, in_order
from locator.sites import Site

CACHING: Final = "public, max-age=300"
"""A change in the directory reaches everybody within five minutes."""


MOST_KEPT: Final = 8
"""Documents kept at hand: all of a small directory, and the parts of a large one that were asked for last."""


@dataclass(frozen=True, slots=True)
class TaggedDocument:
    """A document, its strong entity tag, and which part of the directory it holds."""

    document: Document
    etag: str
    part: Part


@dataclass(frozen=True, slots=True)
class _Version:
    """What is served, its sites in the order of the documents, and those documents that were made last."""

    served: ServedDirectory
    ordered: tuple[Site, ...]
    made: OrderedDict[tuple[str, int], TaggedDocument] = field(default_factory=OrderedDict)


class Published:
    """The documents of the directory as it is now, each made when it is asked for. Safe across threads."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._lock = threading.Lock()
        self._latest: _Version | None = None

    def current(self, name: str, after: str = "") -> TaggedDocument:
        """The document of that name, with the sites whose id is above `after` as far as they fit.

        RefusalError (503) while there is no clinic to publish.
        """
        served = self._sources.served()
        with self._lock:
            # The same object is handed out until the file changes.
            if self._latest is None or self._latest.served is not served:
                self._latest = _Version(served, in_order(served.sites))
            return self._document(self._latest, name, Part.of(self._latest.ordered, after))

    def _document(self, version: _Version, name: str, part: Part) -> TaggedDocument:
        made, key = version.made, (name, part.first)
        if key not in made:
            found = document(name, part, self._sources.settings.publisher(version.served.version))
            made[key] = TaggedDocument(found, _tag(found.content), part)
        made.move_to_end(key)
        while len(made) > MOST_KEPT:
            made.popitem(last=False)
        return made[key]


def _tag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:32]}"'


def answer(tagged: TaggedDocument, if_none_match: str | None) -> Response:
    """The document, or 304 without a body to those who have it already."""
    headers = {"ETag": tagged.etag, "Cache-Control": CACHING, **OPEN_TO_ALL, **_onwards(tagged)}
    if if_none_match is not None and _matches(tagged.etag, if_none_match):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(tagged.document.content, headers=headers, media_type=tagged.document.media_type)


def _onwards(tagged: TaggedDocument) -> dict[str, str]:
    """The way to the other parts, and for the table, which cannot say it, that it is one."""
    name, part = tagged.document.name, tagged.part
    if part.is_all:
        return {}
    links = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in part.links(name).items())
    headers = {"Link": links, "Access-Control-Expose-Headers": "Link"}
    if name.endswith(".csv"):
        last = part.first + len(part.sites) - 1
        told = f"clinics-{part.first}-to-{last}-of-{part.count}.csv"
        headers["Content-Disposition"] = f'attachment; filename="{told}"'
    return headers


def _matches(etag: str, if_none_match: str) -> bool:
    """Whether a header If-None-Match names this tag, by the weak comparison that RFC 9110 asks for."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(tags & {"*", etag})
