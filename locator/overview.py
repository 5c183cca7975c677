"""The DRG overview: a content file that staff edit, facts first and then Markdown, read into a value."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from locator.errors import LocatorError

_FENCE: Final = "+++\n"


class OverviewInvalidError(LocatorError):
    """The overview's content file is not usable; the text says what to mend."""


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

    Raises OverviewInvalidError, naming the file and what is missing or wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise OverviewInvalidError(f"{path.name} cannot be read as UTF-8 text") from exc
    opening, _, rest = text.partition(_FENCE)
    facts, fence, body = rest.partition(_FENCE)
    if opening or not fence:
        raise OverviewInvalidError(f"{path.name} must begin with facts between two lines of +++")
    return _overview(path.name, facts, body.strip())


def _overview(name: str, facts: str, body: str) -> Overview:
    try:
        stated = tomllib.loads(facts)
    except tomllib.TOMLDecodeError as exc:
        raise OverviewInvalidError(f"{name}: the facts on top are not valid TOML: {exc}") from exc
    kinds = {"title": str, "source": str, "read_on": date, "partner_name": str, "partner_url": str}
    wrong = [key for key, kind in kinds.items() if not isinstance(stated.get(key), kind)]
    unknown = [key for key in stated if key not in kinds]
    if wrong or unknown:
        raise OverviewInvalidError(f"{name}: missing or of the wrong kind: {wrong}; not known: {unknown}")
    if not stated["partner_url"].startswith("https://"):
        raise OverviewInvalidError(f"{name}: partner_url must begin with https://")
    if not body:
        raise OverviewInvalidError(f"{name}: there is no text below the facts")
    return Overview(**stated, body=body)
