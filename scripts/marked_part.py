"""The part of a hand-written document that a script writes: what stands between two marks."""

from __future__ import annotations

import re


def with_marked_part(text: str, begin: str, end: str, content: str) -> str:
    """The text with `content` between the marks, in place of what is there.

    Raises ValueError unless the text has just one such place.
    """
    renewed, places = re.subn(
        rf"{re.escape(begin)}.*?{re.escape(end)}",
        lambda _: f"{begin}\n{content}\n{end}",
        text,
        flags=re.DOTALL,
    )
    if places != 1:
        raise ValueError(f"the text must hold the place from {begin} to {end} marked once: {places} found")
    return renewed
