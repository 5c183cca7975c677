"""The one page of a saved copy, in the current language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from locator.language import Language, current
from locator.language import gettext as _
from locator.presentation import (
    Card,
    as_html,
    listing,
    readable,
    render,
    render_legend,
    render_list,
    review_note,
    roles,
    wording,
)
from locator.presentation.map import PinLabel
from locator.presentation.map.folium_map import TileLayer, page_script
from locator.publication import Document
from locator.publication.static_site.source import MAP_NAME, Source, page_names
from locator.settings import Settings

SHEETS: Final = ("leaflet/leaflet.css", "map.css", "page.css", "static_site.css")
"""The style sheets under assets/, in the order they are applied."""

LINKED_DATA: Final = "clinics.jsonld"
_INDENT: Final = re.compile(r"\n *")


def scripts(language: Language) -> tuple[str, ...]:
    """The scripts under assets/, in the order they run."""
    return (
        "leaflet/leaflet.js",
        "map.js",
        "basemap.js",
        f"pins.{language.tag}.js",
        "places.js",
        f"words.{language.tag}.js",
        "static_search.js",
        "static_site.js",
    )


def page(source: Source, spoken: Sequence[Language], documents: Sequence[Document]) -> str:
    """The whole page as HTML; `documents` lie beside it."""
    language = current()
    by_name = {document.name: document for document in documents}
    overview = readable(source.overview, lambda: review_note(source.reviews.get(language)))
    return render(
        "static_site.html",
        language=language,
        addresses=page_names(spoken),
        settings=source.settings,
        public_url=source.settings.public_url,
        policy=_policy(source.settings),
        sheets=[f"assets/{name}" for name in SHEETS],
        scripts=[f"assets/{name}" for name in scripts(language)],
        linked_data=_on_one_line(by_name[LINKED_DATA].content),
        documents=list(by_name),
        today=source.today,
        as_of=source.served.as_of,
        notices=_notices(source),
        needs={need: _(name) for need, name in wording.NEED_CHOICES.items()},
        distances_mi=wording.DISTANCES_MI,
        weekdays=wording.WEEKDAYS,
        listing=source.listing(),
        cards=_cards(source),
        legend=render_legend(),
        map_name=MAP_NAME,
        overview=source.overview,
        shown=overview,
        overview_html=as_html(overview.body),
        phone=source.settings.practice_phone,
    )


def _on_one_line(json_text: bytes) -> str:
    """Indented JSON without its indents; inside its strings there are no line ends."""
    return _INDENT.sub("", json_text.decode())


def pins_script(source: Source) -> str:
    """The script that draws the map with all its pins, in the current language."""
    pins = [_pin(card) for card in source.listing().cards]
    return page_script(pins, _tiles(source.settings), name=MAP_NAME)


def _cards(source: Source) -> str:
    return render_list(
        source.listing().groups,
        now=source.noon,
        stale_after_days=source.settings.staff.stale_after_days,
        open_now=False,
    )


def _pin(card: Card) -> PinLabel:
    lines = (roles(card.site), card.site.address)
    return PinLabel(card.site, card.number, f"{card.number}. {card.site.title}", lines)


def _tiles(settings: Settings) -> TileLayer | None:
    if settings.tile_url is None:
        return None
    return TileLayer(settings.tile_url, settings.tile_attribution, settings.tile_attribution_url)


def _notices(source: Source) -> list[str]:
    """What keeps the list from being whole, in the app's words."""
    if not source.served.problems:
        return []
    said = _(listing.NOT_WHOLE)
    return [said.format(phone=source.settings.practice_phone)]


def _policy(settings: Settings) -> str:
    """What the page may load: the files beside it and the operator's street map. It may send nothing.

    A page opened from a folder has no host, so files are named too.
    """
    beside = "'self' file:"
    tiles = f" {settings.tile_origin}" if settings.tile_origin else ""
    directives: Mapping[str, str] = {
        "default-src": "'none'",
        "script-src": beside,
        # Leaflet places what it draws by style attributes.
        "style-src": f"{beside} 'unsafe-inline'",
        "img-src": f"{beside} data:{tiles}",
        "connect-src": "'none'",
        "form-action": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())
