"""JSON that can stand anywhere as it is: in a file, in a page's script element, in a template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

# None of these stands outside a string in indented JSON, and inside one the escape means the same.
_TELLING: Final = re.compile(r"[<>&\u2028\u2029]|\{(?=[{%#])")


def encoded(value: Mapping[str, Any]) -> bytes:
    """Indented JSON in UTF-8, in which no text can close a script element or open a template's expression."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    return (_TELLING.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n").encode()
