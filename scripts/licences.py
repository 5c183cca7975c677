"""List what the app runs on, each package with its version and licence: `make licences`.

The licence is the one that the installed package's own metadata names. Exits 1 if one names none and none is
known from elsewhere.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Final

LOCK: Final = Path(__file__).resolve().parents[1] / "requirements.lock"
FROM_ELSEWHERE: Final = {
    "streamlit-folium": "MIT, as LICENSE in its repository says: github.com/randyzwitch/streamlit-folium",
}
NONE_KNOWN: Final = "none known"
_NAME: Final = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_LONGEST: Final = 60


def licence(name: str, described: metadata.PackageMetadata) -> str:
    """As the package states it: the standard expression, else its own short text, else its classifier."""
    expression = _first(described, "License-Expression")
    text = _first(described, "License")
    classes = [each for each in described.get_all("Classifier") or [] if each.startswith("License :: ")]
    if expression:
        return expression
    # Some put the whole licence there; its name is then in their classifiers alone.
    if text and "\n" not in text and len(text) <= _LONGEST and not (text == "Dual License" and classes):
        return text
    if classes:
        return ", ".join(each.rpartition(" :: ")[2] for each in classes)
    return FROM_ELSEWHERE.get(name, NONE_KNOWN)


def _first(described: metadata.PackageMetadata, field: str) -> str:
    values: list[str] = described.get_all(field) or [""]
    return values[0]


def listing(names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Name, version and licence of each that is installed; what other systems need is not."""
    found = []
    for name in names:
        try:
            described = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        found.append((name, described["Version"], licence(name, described)))
    return found


def main() -> int:
    """Print one line for each package."""
    found = listing(_NAME.findall(LOCK.read_text("utf-8")))
    for name, version, named in found:
        print(f"{name:28} {version:14} {named}")
    unknown = [name for name, _, named in found if named == NONE_KNOWN]
    if unknown or not found:
        print(f"No licence is known of: {', '.join(unknown) or 'anything'}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
