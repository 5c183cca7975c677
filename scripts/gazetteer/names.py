"""Place and county names: one spelling, and which of several is only short for another."""

from __future__ import annotations

import re
from collections.abc import Iterable

_COUNTY_SPELLINGS = {"st louis": "St. Louis", "st croix": "St. Croix", "la crosse": "La Crosse"}


def spelled_out(name: str) -> str:
    """One spelling for a place name: Saint for St, McGrath for Mc Grath and Mcgrath, single spaces."""
    name = re.sub(r"\bSt\.? ", "Saint ", " ".join(name.split()))
    name = re.sub(r"\bMc ?([A-Za-z])", lambda found: "Mc" + found.group(1).upper(), name)
    return re.sub(r" (On|Of|The) ", lambda found: found.group(0).lower(), name)


def key(name: str) -> str:
    """What two spellings of one name share: the letters of its spelled-out form."""
    return "".join(letter for letter in spelled_out(name).casefold() if letter.isalnum())


def county_name(name: str) -> str:
    """A county as the Census spells it, without the word County."""
    bare = name.removesuffix(" County").strip()
    return _COUNTY_SPELLINGS.get(bare.replace(".", "").casefold(), bare)


def without_short_forms(names: Iterable[str]) -> list[str]:
    """The names, sorted and spelled out, less those that only shorten another (Brooklyn Ctr, Nya)."""
    distinct: dict[str, str] = {}
    for name in names:
        distinct.setdefault(key(name), spelled_out(name))
    full = sorted(distinct.values())
    return [name for name in full if not any(shortens(name, other) for other in full)]


def shortens(short: str, full: str) -> bool:
    """Whether a name is only an abbreviation of another one."""
    # Minnetonka is a place beside Minnetonka Beach: a name made of the other's own words is no abbreviation.
    if len(short) >= len(full) or _in_order(short.split(), full.split()):
        return False
    return short[0] == full[0] and _in_order(key(short), key(full))


def _in_order(parts: Iterable[str], whole: Iterable[str]) -> bool:
    rest = iter(whole)
    return all(part in rest for part in parts)
