"""The start document of the installed Streamlit: where it lies, and what of it is replaced by ours.

No interface: a release of Streamlit may change any line of it. docs/streamlit.md has what depends on it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.responses import FileResponse

from locator.errors import LocatorError

SLOTS: Final[Mapping[str, re.Pattern[str]]] = {
    "comment": re.compile(r"\A\s*<!--.*?-->\s*", re.DOTALL),
    "language": re.compile(r'<html lang="[^"]*">'),
    "font": re.compile(r'<link\s+rel="preload"[^>]*as="font"[^>]*>'),
    "title": re.compile(r"<title>[^<]*</title>"),
    "icon": re.compile(r'<link rel="shortcut icon"[^>]*>'),
    "service": re.compile(r'<!--(?:(?!-->).)*RFC 8631.*?-->\s*<link rel="service-desc"[^>]*>', re.DOTALL),
    "noscript": re.compile(r"<noscript>.*?</noscript>", re.DOTALL),
    "root": re.compile(r'(?=<div id="root">)'),
}
"""The parts of the document that are replaced; each stands in it exactly once. The last is only a place."""

_INLINE_SCRIPTS: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NAMED_FILES: Final = re.compile(r'(?:src|href)="\./(static/[^"]+)"')


class StartDocumentError(LocatorError):
    """The installed Streamlit's start document is not one that ours can be made of."""


def static_folder() -> Path:
    """Where Streamlit is installed with its start document; found without importing Streamlit."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("Streamlit is not installed")
    return Path(spec.origin).with_name("static")


@dataclass(frozen=True, slots=True)
class StreamlitIndex:
    """Streamlit's start document as it is installed, and the ETag by which its answers are known."""

    text: str
    etag: str

    def with_ours(self, ours: Mapping[str, str]) -> str:
        """The document with the text of `ours` in each of SLOTS. Raises as `find_slots`."""
        slots = find_slots(self.text)
        parts, end = [], 0
        for name, (begins, ends) in sorted(slots.items(), key=lambda slot: slot[1]):
            parts += [self.text[end:begins], ours[name]]
            end = ends
        return "".join((*parts, self.text[end:]))


@cache
def streamlit_index() -> StreamlitIndex:
    """The document as it was when it was first asked for. Raises OSError where it cannot be read."""
    path = static_folder() / "index.html"
    etag = FileResponse(path, stat_result=path.stat()).headers["etag"]
    return StreamlitIndex(path.read_text(encoding="utf-8"), etag)


@cache
def inline_script_hashes() -> tuple[str, ...]:
    """CSP sources of the inline scripts in Streamlit's start document, so that no others run."""
    scripts = _INLINE_SCRIPTS.findall(streamlit_index().text)
    return tuple(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)


def find_slots(text: str) -> Mapping[str, tuple[int, int]]:
    """Where each of SLOTS begins and ends in a start document.

    Raises StartDocumentError unless each is there exactly once: a document with one of them left as it is, or
    with the wrong one replaced, would be shown to everybody.
    """
    spans = {name: [match.span() for match in slot.finditer(text)] for name, slot in SLOTS.items()}
    wrong = [f"{name} {len(matches)} times" for name, matches in spans.items() if len(matches) != 1]
    if wrong:
        raise StartDocumentError(
            f"The start document of the installed Streamlit {version('streamlit')} is not the one that"
            f" DRG Locator knows (each part is expected once; found: {', '.join(wrong)})."
            " Install the release that requirements.lock names: make install"
        )
    return {name: matches[0] for name, matches in spans.items()}


def require_known_index() -> None:
    """Raise StartDocumentError where our start document cannot be made of the installed Streamlit's."""
    try:
        find_slots(streamlit_index().text)
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise StartDocumentError(
            f"The start document of Streamlit cannot be read: {reason}. Install Streamlit again: make install"
        ) from exc


def require_named_files() -> None:
    """Raise OSError where a file that the document on the disk now names is gone."""
    folder = static_folder()
    for name in _NAMED_FILES.findall((folder / "index.html").read_text(encoding="utf-8")):
        (folder / name).stat()
