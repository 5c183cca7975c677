"""Map coordinates in the ways people paste them, which no gazetteer can look up."""

from __future__ import annotations

import re
from typing import Final

_DECIMAL: Final = r"[-+]?[0-9]{1,3}\.[0-9]+"
_PAIR: Final = re.compile(
    rf"(?<![\w.]){_DECIMAL}(?:\s*°)?\s*[ns]?[^\w.+-]+(?:[^\W\d]+[^\w.+-]+)?[ew]?\s*{_DECIMAL}(?![\w.]*[0-9])"
)
_WHOLE_DEGREES: Final = re.compile(r"[-+]?[0-9]{1,2}\s*[,;/ ]\s*-[0-9]{2,3}")
# Degrees, minutes and seconds as numbers, north or south first or behind: "N 44 58.667 W 93 15.900".
_DECIMAL_COMMAS: Final = re.compile(r"(?<![\w,])[-+]?[0-9]{1,2},[0-9]{2,}\W+-[0-9]{2,3},[0-9]{2,}")
_PARTS: Final = r"[0-9]{1,3}(?:[\W_][0-9]+){1,4}"
_QUARTERS: Final = re.compile(
    rf"(?<!\w)[ns]\W?{_PARTS}\W+[ewo]\W?{_PARTS}(?!\w)|(?<!\w){_PARTS}\W?[ns]\W+{_PARTS}\W?[ewo](?!\w)"
)
_DEGREES: Final = re.compile(
    r"[0-9]\s*(?:°|degrees?\b|deg\b|grados?\b)|\b(?:lat(?:itude|itud)?|lon(?:g|gitude|gitud)?)\W+[-+]?[0-9]"
)
_MAP_LINK: Final = re.compile(
    r"\bgeo:|\b(?:https?://|www\.)\S*(?:map|goo\.gl|osm\.org)\S*|\b(?:maps\.\w|google\.[a-z.]+/maps|goo\.gl/|plus\.codes/)"
)
# Its letters and digits are those of https://github.com/google/open-location-code, which has no vowels in it.
_PLUS_CODE: Final = re.compile(r"(?<!\w)[23456789cfghjmpqrvwx]{4,8}\+[23456789cfghjmpqrvwx]{2,3}(?!\w)")


DEGREE_WORDS: Final = frozenset(
    [
        "deg",
        "degree",
        "degrees",
        "grado",
        "grados",
        "lat",
        "latitude",
        "latitud",
        "lon",
        "long",
        "longitude",
        "longitud",
    ]
)
"""The words without which whole numbers are no coordinates."""


def are_coordinates(folded: str) -> bool:
    """Whether a folded text gives a point: in degrees of any writing, as a map's link, or as a plus code."""
    return bool(_WHOLE_DEGREES.fullmatch(folded)) or any(
        kind.search(folded) for kind in (_PAIR, _DECIMAL_COMMAS, _QUARTERS, _DEGREES, _MAP_LINK, _PLUS_CODE)
    )
