"""The map: the only module that touches folium, and what it takes of folium's and branca's inside.

folium and branca evaluate data as Jinja templates and paste strings into scripts, so no data reaches them
unencoded: features are encoded by `features`, and a layer's script is constant but for them. What is private
in folium, branca and streamlit-folium and is used here stands in docs/streamlit.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import folium
from branca.element import Element, Figure
from folium.utilities import JsCode
from xyzservices import TileProvider

from locator.presentation.map.clusters import Clusters
from locator.presentation.map.features import TWIN_CITIES, Focus, PinLabel, feature, features_of
from locator.sites import Coordinate, Origin, Site

__all__ = [
    "Focus",
    "PinLabel",
    "TileLayer",
    "base_map",
    "page_script",
    "shared_base_map",
    "site_layer",
]

_START_ZOOM: Final = 9
_CLOSEST_ZOOM: Final = 18


@dataclass(frozen=True, slots=True)
class TileLayer:
    """Street tiles from a server, with the credit it asks for; both come from the operator's settings."""

    url: str
    attribution: str
    attribution_url: str


class _LocalMap(folium.Map):
    """A folium map that loads Leaflet from this server and nothing from anywhere else."""

    def __init__(self, assets: str, **options: Any) -> None:  # noqa: ANN401 - Leaflet's own options
        self.default_js = [("leaflet", f"{assets}/leaflet/leaflet.js"), ("map", f"{assets}/app/map.js")]
        self.default_css = [
            ("leaflet", f"{assets}/leaflet/leaflet.css"),
            ("map", f"{assets}/app/map.css"),
        ]
        super().__init__(**options)
        self.is_rendered_for_good = False

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's own
        """Render the map's parts; once that was for good, st_folium's asking for it changes nothing."""
        # What it returns is of no use: a map's scripts lie with the page that it is on.
        return "" if self.is_rendered_for_good else super().render(**kwargs) or ""  # type: ignore[no-untyped-call]


def base_map(assets: str, tiles: TileLayer | None) -> _LocalMap:
    """A map without sites. It must stay the same from run to run, or the browser would load it anew.

    `assets` is the path this server's assets are under, such as "/assets". `map.js` draws county lines and
    city names; `tiles` lie above them.
    """
    base = _LocalMap(
        assets,
        location=[TWIN_CITIES.lat_deg, TWIN_CITIES.lon_deg],
        zoom_start=_START_ZOOM,
        tiles=None,
        zoom_snap=0.5,
        keyboard_pan_delta=60,
    )
    # folium drops these where it is given no tiles.
    base.options |= {"minZoom": 4, "maxZoom": _CLOSEST_ZOOM}
    if tiles is not None:
        credit = f'<a href="{_inert_text(tiles.attribution_url)}">{_inert_text(tiles.attribution)}</a>'
        # A provider of our own: given a bare URL, folium searches all that it knows, ten times our own work.
        provider = TileProvider(name="Streets", url=tiles.url, attribution=credit)
        folium.TileLayer(tiles=provider, attr=credit, max_zoom=_CLOSEST_ZOOM).add_to(base)
    return base


@lru_cache(maxsize=4)
def shared_base_map(assets: str, tiles: TileLayer | None) -> folium.Map:
    """The map of `base_map`, made once for all visitors; of layers, it takes only a ReadyLayer."""
    base = base_map(assets, tiles)
    # The name that st_folium would give it after the first run, which then is no different from the others.
    base._id = "div"  # noqa: SLF001 - branca takes no name
    base.get_root().render()
    base.is_rendered_for_good = True
    return base


@dataclass(frozen=True, slots=True)
class _LayerScript:
    """The script of a GeoJSON layer, without its features."""

    before: str
    after: str

    @classmethod
    def around(cls, script: str) -> _LayerScript:
        """A layer's script as folium writes it, less the features that it was written with."""
        begins = script.index("_add({") + len("_add(")
        _features, ends = json.JSONDecoder().raw_decode(script, begins)
        return cls(script[:begins], script[ends:])


class ReadyLayer:
    """A layer for st_folium that is no folium layer, but has the attributes that st_folium reads of one.

    Its script is written once, but for its features, which are JSON: they come near no template, and there is
    nothing left to render.
    """

    _name = "FeatureGroup"

    def __init__(self, script: _LayerScript, features: Sequence[Mapping[str, Any]]) -> None:
        self._id = ""
        self._children: dict[str, Any] = {}
        collection = {"features": features, "type": "FeatureCollection"}
        self._script = script.before + json.dumps(collection, sort_keys=True) + script.after

    @property
    def _template(self) -> ReadyLayer:
        return self

    @property
    def module(self) -> ReadyLayer:
        """Where st_folium looks for a layer's script."""
        return self

    def script(self, _layer: object) -> str:
        """The whole script."""
        return self._script

    def add_to(self, _map: object) -> None:
        """Change nothing: the map is everybody's, and the script puts the layer on it in the browser."""

    def render(self) -> None:
        """Do nothing: the script is there."""


def site_layer(  # noqa: PLR0913 - each is one thing the map shows
    pins: Sequence[PinLabel],
    *,
    origin: Origin | None = None,
    focus: Focus | None = None,
    ways_to: Sequence[Site] = (),
    moves: Sequence[tuple[Coordinate, Coordinate]] = (),
    clusters: Clusters | None = None,
) -> ReadyLayer:
    """The sites, the area searched from and the view that holds them, as one layer to put on the base map.

    A straight line is drawn from the area to each site of `ways_to`, and these sites come into view; without
    them the nearest few do. Each of `moves` is a line from where a pin was to where it is. The view
    moves only when `origin` or `ways_to` changes, and a pin comes into sight when `focus` changes; else the
    person's own pan and zoom stay. The clinics of `clusters` are drawn as counts by area.
    """
    return ReadyLayer(_layer_script(), features_of(pins, origin, focus, ways_to, moves, clusters))


def _folium_layer(features: Sequence[Mapping[str, Any]]) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name="Clinics", control=False)
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        point_to_layer=JsCode("drgMap.pointToLayer"),
        on_each_feature=JsCode("drgMap.onEachFeature"),
    ).add_to(group)
    return group


@lru_cache(maxsize=1)
def _layer_script() -> _LayerScript:
    """What folium writes for a layer, with the names that st_folium gives to its first layer."""
    made = folium.Map(tiles=None)
    group = _folium_layer([feature(TWIN_CITIES, {})]).add_to(made)
    (points,) = group._children.values()  # noqa: SLF001 - folium has no public way to its children
    made._id, group._id, points._id = "div", "feature_group_0", "feature_group_0_0"  # noqa: SLF001
    group.render()
    return _LayerScript.around("\n".join(_scripts(group)))


def _scripts(part: Element) -> Iterator[str]:
    """The scripts of a rendered part and of all below it, in their order."""
    module: Any = part._template.module  # noqa: SLF001 - how folium itself gets at it
    yield module.script(part)
    for child in part._children.values():  # noqa: SLF001
        yield from _scripts(child)


def page_script(pins: Sequence[PinLabel], tiles: TileLayer | None, *, name: str) -> str:
    """The script that draws the map on a page without a server, into its element with the id `map_NAME`.

    The page loads Leaflet and `map.js` before. The sites are in the variable `feature_group_NAME`. The same
    pins give the same script.
    """
    made = base_map("", tiles)
    layer = _folium_layer(features_of(pins, None, None, (), ())).add_to(made)
    for part in (made, *made._children.values(), *layer._children.values()):  # noqa: SLF001
        # branca names each part at random, and takes no other name; here each is the only one of its kind.
        part._id = name  # noqa: SLF001
    figure = Figure()
    figure.add_child(made)
    figure.render()
    return str(figure.script.render())


def _inert_text(text: str) -> str:
    """Text as numeric character references: no delimiter of any language is left in it."""
    return "".join(char if char.isalnum() or char == " " else f"&#{ord(char)};" for char in text)
