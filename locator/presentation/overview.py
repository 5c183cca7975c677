"""The DRG overview: a content file that staff edit, facts first and then Markdown, read into a value."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from locator.errors import ContentInvalidError
from locator.files import BY_HAND_BYTES, read_text
from locator.language import ENGLISH, Language, clinical, current
from locator.language import gettext as _
from locator.presentation.translation_review import NOT_TRANSLATED

_FENCE: Final = "+++\n"
# What begins a piece of Markdown that is translated by itself: a heading or an item of a list.
_SIGN: Final = re.compile(r"(#{1,6} |- )?")


@dataclass(frozen=True, slots=True)
class Overview:
    """The overview's text and what is known of it: who says so, as read on which day, and whom to ask."""

    title: str
    source: str
    read_on: date
    partner_name: str
    partner_url: str
    body: str


def read_overview(path: Path) -> Overview:
    """The overview in `path`: TOML facts between two lines of plus signs, then Markdown.

    Raises ContentInvalidError, naming the file and what is missing or wrong.
    """
    try:
        text = read_text(path, encoding="utf-8-sig", most_bytes=BY_HAND_BYTES)
    except OSError as exc:
        raise ContentInvalidError(f"{path.name} cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise ContentInvalidError(f"{path.name} cannot be read as UTF-8 text") from exc
    opening, _, rest = text.partition(_FENCE)
    facts, fence, body = rest.partition(_FENCE)
    if opening or not fence:
        raise ContentInvalidError(f"{path.name} must begin with facts between two lines of +++")
    return _overview(path.name, facts, body.strip())


def _overview(name: str, facts: str, body: str) -> Overview:
    try:
        stated = tomllib.loads(facts)
    except tomllib.TOMLDecodeError as exc:
        raise ContentInvalidError(f"{name}: the facts on top are not valid TOML: {exc}") from exc
    kinds = {"title": str, "source": str, "read_on": date, "partner_name": str, "partner_url": str}
    wrong = [key for key, kind in kinds.items() if not isinstance(stated.get(key), kind)]
    unknown = [key for key in stated if key not in kinds]
    if wrong or unknown:
        raise ContentInvalidError(f"{name}: missing or of the wrong kind: {wrong}; not known: {unknown}")
    if not stated["partner_url"].startswith("https://"):
        raise ContentInvalidError(f"{name}: partner_url must begin with https://")
    if not body:
        raise ContentInvalidError(f"{name}: there is no text below the facts")
    return Overview(**stated, body=body)


def texts(overview: Overview) -> Iterator[str]:
    """Every text of the overview that is translated by itself: its title, headings, paragraphs and items."""
    yield overview.title
    for block in _blocks(overview.body):
        yield from (text for _sign, text in block)


def in_current_language(overview: Overview) -> Overview | None:
    """The overview in the current language; None unless all of it is translated."""
    return _in_language(overview, current())


@dataclass(frozen=True, slots=True)
class ReadableOverview:
    """The overview as a page shows it: in `language`, with what is to be known of the translation."""

    title: str
    body: str
    language: Language
    note: str | None


def readable(overview: Overview, reviewed: Callable[[], str | None]) -> ReadableOverview:
    """The overview in the current language, in English where it is not translated.

    `reviewed` says who reviewed the translation, if there is one; in English there is nothing to say of it.
    """
    if current() == ENGLISH:
        return ReadableOverview(overview.title, overview.body, ENGLISH, None)
    translated = in_current_language(overview)
    if translated is None:
        return ReadableOverview(overview.title, overview.body, ENGLISH, _(NOT_TRANSLATED))
    return ReadableOverview(translated.title, translated.body, current(), reviewed())


@lru_cache(maxsize=8)
def _in_language(overview: Overview, _language: Language) -> Overview | None:
    translations = {text: clinical(text) for text in texts(overview)}
    translated = {text: translation for text, translation in translations.items() if translation is not None}
    if len(translated) < len(translations):
        return None
    body = "\n\n".join(
        "\n".join(f"{sign}{translated[text]}" for sign, text in block) for block in _blocks(overview.body)
    )
    return replace(overview, title=translated[overview.title], body=body)


def _blocks(body: str) -> Iterator[list[tuple[str, str]]]:
    """What blank lines part, each as pieces of a sign and a text on one line."""
    for block in re.split(r"\n\s*\n", body.strip()):
        pieces: list[tuple[str, str]] = []
        for line in block.splitlines():
            sign = _SIGN.match(line.strip())
            begins = sign is not None and sign[0] != ""
            if begins or not pieces:
                pieces.append((sign[0] if sign else "", line.strip()[len(sign[0]) if sign else 0 :]))
            else:
                pieces[-1] = (pieces[-1][0], f"{pieces[-1][1]} {line.strip()}")
        yield pieces
