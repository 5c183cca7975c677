"""All files of a saved copy, by name; the same source gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files as package_files
from typing import Any, Final

from locator.clinics import open_on
from locator.errors import LocatorError
from locator.language import Language, languages, speaking
from locator.presentation import STATIC, wording
from locator.publication import documents
from locator.publication.static_site.page import page, pins_script
from locator.publication.static_site.places import place_data
from locator.publication.static_site.sentences import sentences
from locator.publication.static_site.source import Source, page_names
from locator.sites import Site, Status

MOST_SITES: Final = 200
"""What a saved copy holds: its page carries every clinic's card, some five kilobytes each, to everybody."""

LONGEST_LIST: Final = 50
"""The clinics shown of each kind around a place; the app shows twenty and goes on at a press."""

_OWN_FILES: Final = (
    "favicon.svg",
    "map.css",
    "map.js",
    "page.css",
    "static_begin.js",
    "static_search.js",
    "static_site.css",
    "static_site.js",
)
_LEAFLET_FILES: Final = ("leaflet.css", "leaflet.js")


class TooManyClinicsError(LocatorError):
    """The directory holds more clinics than one page can."""


def site_files(source: Source, spoken: Sequence[Language] | None = None) -> dict[str, bytes]:
    """Every file by its path in the folder, which begins with no slash.

    Raises TooManyClinicsError for more than MOST_SITES.
    """
    if len(source.served.sites) > MOST_SITES:
        raise TooManyClinicsError(
            f"The directory holds {len(source.served.sites):,} clinics; a saved copy is one page with all of"
            f" them and holds {MOST_SITES:,} at most. Nothing was written. Export a region's clinics from a"
            " data_dir of its own, or point people to the app."
        )
    tongues = tuple(spoken or languages())
    published = documents(source.served.sites, source.settings.publisher(source.served.version))
    made: dict[str, bytes] = {one.name: one.content for one in published}
    made |= _assets(source)
    made |= _data(source, tongues)
    for language, name in page_names(tongues).items():
        with speaking(language):
            made[name] = page(source, tongues, published).encode()
            made[f"assets/pins.{language.tag}.js"] = pins_script(source).encode()
    return made


def _assets(source: Source) -> dict[str, bytes]:
    """What is the same in every language and for every directory, and the county lines."""
    leaflet = package_files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    return {
        **{f"assets/{name}": (STATIC / name).read_bytes() for name in _OWN_FILES},
        **{f"assets/leaflet/{name}": (leaflet / name).read_bytes() for name in _LEAFLET_FILES},
        "assets/basemap.js": _script("drgBaseMap", source.base_map),
    }


def _data(source: Source, spoken: Sequence[Language]) -> dict[str, bytes]:
    """What the search knows: the places and the clinics once, and the words in each language."""
    sites = [card.site for card in source.listing().cards]
    places = place_data(source.gazetteer, sites, spoken)
    found: dict[str, Any] = {
        "places": places.tables,
        "sites": [_facts(site) for site in sites],
        # Without a place on the map they have no order but that by city.
        "unplaced": [site.site_id for site in sites if site.pin is None],
        "limit": LONGEST_LIST,
    }
    made = {"assets/places.js": _script("drgSite", found)}
    for language in spoken:
        with speaking(language):
            words = sentences(phone=source.settings.practice_phone, most=len(sites))
        made[f"assets/words.{language.tag}.js"] = _script(
            "drgWords", {"words": words, "texts": places.texts[language]}
        )
    return made


def _facts(site: Site) -> dict[str, Any]:
    """What the search needs to know of a clinic; each answer is yes, no or unknown."""
    return {
        "id": site.site_id,
        "point": [site.pin.point.lat_deg, site.pin.point.lon_deg] if site.pin else None,
        **{name: claim.answer for name, claim in site.claims.items()},
        "confirmed": [name for name, claim in site.claims.items() if claim.status is Status.CONFIRMED],
        "open_on": [open_on(site.hours, day) for day in wording.WEEKDAYS],
        "entrance": site.wheelchair.entrance,
    }


def _script(name: str, value: Mapping[str, Any]) -> bytes:
    """The value under a name of the window. Everything that JSON can say reads the same as a script."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return f"window.{name}={text};\n".encode()
