"""What the map is told, read from what is sent to a page."""

from __future__ import annotations

import json
import re
from typing import Any, Final

FACTS: Final = re.compile(r'"facts": "([^"]*)"')
"""A feature's facts in a layer's script, as they are sent."""

ENCODED: Final = re.compile(r"(?:[0-9a-f]{2})+")
"""What facts may be made of: nothing that any template, script or mark-up language could take for its own."""


def decoded(facts: str) -> dict[str, Any]:
    """The facts of one feature."""
    told: dict[str, Any] = json.loads(bytes.fromhex(facts))
    return told


def readable(text: str) -> str:
    """All of a text, and after each run of hexadecimal digits what it stands for."""
    return re.sub(r"(?:[0-9a-f]{2}){4,}", lambda digits: f"{digits[0]} {_said(digits[0])} ", text)


def _said(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-8", errors="replace")
