"""The map: the only module that touches folium.

folium and branca evaluate data as Jinja templates and paste strings into scripts, so no data reaches them
as it is. Each feature carries one property, its facts as percent-encoded JSON: letters, digits, percent
signs, dots, hyphens and tildes, in which no delimiter of a template, script or mark-up language can occur. A
constant script, `static/map.js`, decodes it in the browser and shows it as text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

import folium
from branca.element import Element, Figure
from folium.utilities import JsCode
from xyzservices import TileProvider

from locator.crowd import Crowd
from locator.language import current
from locator.language import gettext as _
from locator.map_layer import LayerScript, ReadyLayer
from locator.markers import is_confirmed, marker_kind, marker_svg
from locator.sites import Coordinate, Origin, Precision, Site

_TWIN_CITIES: Final = Coordinate(44.97, -93.32)
_START_ZOOM: Final = 9
_CLOSEST_ZOOM: Final = 18


@dataclass(frozen=True, slots=True)
class TileLayer:
    """Street tiles from a server, with the credit it asks for; both come from the operator's settings."""

    url: str
    attribution: str
    attribution_url: str


@dataclass(frozen=True, slots=True)
class PinLabel:
    """One site on the map: the number of its card, and plain text for its name and its pop-up.

    A `movable` pin can be dragged; where it is put down counts as a click on the map there.
    """

    site: Site
    number: int
    name: str
    lines: tuple[str, ...]
    movable: bool = False


@dataclass(frozen=True, slots=True)
class Focus:
    """The site chosen in the list; `turn` grows with each choice, so the same one can be chosen again."""

    site_id: str
    turn: int


@dataclass(frozen=True, slots=True)
class _Area:
    """What is drawn of the place searched from: a disc, in metres."""

    centre: Coordinate
    radius_m: float


# A hundredth of a degree is at most half a mile here, so the point rounded to it lies well inside this disc.
_LEAST_DRAWN_M: Final = 1500.0
_HOUSE_LEVEL: Final = frozenset({Precision.ADDRESS, Precision.STREET})


def _drawn_area(origin: Origin) -> _Area:
    """The area a place is drawn as. A person's street is blurred: no map shows or centres on a house."""
    if origin.precision not in _HOUSE_LEVEL:
        return _Area(origin.point, origin.uncertainty_m)
    blurred = Coordinate(round(origin.point.lat_deg, 2), round(origin.point.lon_deg, 2))
    return _Area(blurred, max(origin.uncertainty_m, _LEAST_DRAWN_M))


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
    made = _LocalMap(
        assets,
        location=[_TWIN_CITIES.lat_deg, _TWIN_CITIES.lon_deg],
        zoom_start=_START_ZOOM,
        tiles=None,
        zoom_snap=0.5,
        keyboard_pan_delta=60,
    )
    # folium drops these where it is given no tiles.
    made.options |= {"minZoom": 4, "maxZoom": _CLOSEST_ZOOM}
    if tiles is not None:
        credit = f'<a href="{_inert_text(tiles.attribution_url)}">{_inert_text(tiles.attribution)}</a>'
        # A provider of our own: given a bare URL, folium searches all that it knows, ten times our own work.
        provider = TileProvider(name="Streets", url=tiles.url, attribution=credit)
        folium.TileLayer(tiles=provider, attr=credit, max_zoom=_CLOSEST_ZOOM).add_to(made)
    return made


@lru_cache(maxsize=4)
def shared_base_map(assets: str, tiles: TileLayer | None) -> folium.Map:
    """The map of `base_map`, made once for all visitors; of layers, it takes only a ReadyLayer."""
    made = base_map(assets, tiles)
    # The name that st_folium would give it after the first run, which then is no different from the others.
    made._id = "div"  # noqa: SLF001 - branca takes no name
    made.get_root().render()
    made.is_rendered_for_good = True
    return made


def site_layer(  # noqa: PLR0913 - each is one thing the map shows
    pins: Sequence[PinLabel],
    *,
    origin: Origin | None = None,
    focus: Focus | None = None,
    ways_to: Sequence[Site] = (),
    moves: Sequence[tuple[Coordinate, Coordinate]] = (),
    crowd: Crowd | None = None,
) -> ReadyLayer:
    """The sites, the area searched from and the view that holds them, as one layer to put on the base map.

    A straight line is drawn from the area to each site of `ways_to`, and these sites come into view; without
    them the nearest few do. Each of `moves` is a line from where a pin was to where it is. The view
    moves only when `origin` or `ways_to` changes, and a pin comes into sight when `focus` changes; else the
    person's own pan and zoom stay. The clinics of `crowd` are drawn as counts by area.
    """
    return ReadyLayer(_layer_script(), _features(pins, origin, focus, ways_to, moves, crowd))


def _features(  # noqa: PLR0913, PLR0917 - as above
    pins: Sequence[PinLabel],
    origin: Origin | None,
    focus: Focus | None,
    ways_to: Sequence[Site],
    moves: Sequence[tuple[Coordinate, Coordinate]],
    crowd: Crowd | None = None,
) -> list[dict[str, Any]]:
    looks: set[str] = set()
    features = [
        _feature(pin.site.pin.point, _pin_facts(pin, looks)) for pin in pins if pin.site.pin is not None
    ]
    area = None if origin is None else _drawn_area(origin)
    goals = [site.pin.point for site in ways_to if site.pin is not None]
    if area is not None and area.radius_m > 0:
        facts = {"kind": "origin", "radius_m": area.radius_m}
        features.append(_feature(area.centre, facts))
    if area is not None:
        features += [_feature(area.centre, {"kind": "way", "to": _corner(goal)}) for goal in goals]
    features += [_feature(before, {"kind": "way", "to": _corner(after)}) for before, after in moves]
    view = _view_facts(pins, area, focus, goals) | _crowd_facts(crowd, pins, area)
    features.append(_feature(_TWIN_CITIES, view))
    return features


def _folium_layer(features: Sequence[Mapping[str, Any]]) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name="Clinics", control=False)
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        point_to_layer=JsCode("drgMap.pointToLayer"),
        on_each_feature=JsCode("drgMap.onEachFeature"),
    ).add_to(group)
    return group


@lru_cache(maxsize=1)
def _layer_script() -> LayerScript:
    """What folium writes for a layer, with the names that st_folium gives to its first layer."""
    made = folium.Map(tiles=None)
    group = _folium_layer([_feature(_TWIN_CITIES, {})]).add_to(made)
    (points,) = group._children.values()  # noqa: SLF001 - folium has no public way to its children
    made._id, group._id, points._id = "div", "feature_group_0", "feature_group_0_0"  # noqa: SLF001
    group.render()
    return LayerScript.around("\n".join(_scripts(group)))


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
    layer = _folium_layer(_features(pins, None, None, (), ())).add_to(made)
    for part in (made, *made._children.values(), *layer._children.values()):  # noqa: SLF001
        # branca names each part at random, and takes no other name; here each is the only one of its kind.
        part._id = name  # noqa: SLF001
    figure = Figure()
    figure.add_child(made)
    figure.render()
    return str(figure.script.render())


def _pin_facts(pin: PinLabel, looks: set[str]) -> dict[str, Any]:
    """What the map is told of a pin; its drawing comes with the first that looks so, as `looks` then says."""
    kind, confirmed = marker_kind(pin.site), is_confirmed(pin.site)
    look = kind if confirmed else f"{kind}-outline"
    facts = {
        "kind": "site",
        "id": pin.site.site_id,
        "number": pin.number,
        "look": look,
        "name": pin.name,
        "lines": pin.lines,
        "movable": pin.movable,
    }
    if look not in looks:
        looks.add(look)
        facts["svg"] = marker_svg(kind, confirmed=confirmed, number=pin.number)
    return facts


# The nearest few say where to look; a far one would shrink the map to the size of the state.
_SITES_IN_VIEW: Final = 3


def _corner(point: Coordinate) -> list[float]:
    return [point.lat_deg, point.lon_deg]


def _view_facts(
    pins: Sequence[PinLabel], area: _Area | None, focus: Focus | None, goals: Sequence[Coordinate]
) -> dict[str, Any]:
    shown = pins if area is None else pins[:_SITES_IN_VIEW]
    points = goals or [pin.site.pin.point for pin in shown if pin.site.pin is not None]
    disc = None
    if area is not None:
        disc = {"lat": area.centre.lat_deg, "lon": area.centre.lon_deg, "radius_m": area.radius_m}
    return {
        "kind": "view",
        "corners": [_corner(point) for point in points],
        "follow": [_corner(goal) for goal in goals],
        "disc": disc,
        "focus": {"id": focus.site_id, "turn": focus.turn} if focus else None,
        "rest_hint": _("Tap or click the map to move it"),
        "words": {
            "map": _("Map of the clinics"),
            "zoom_in": _("Zoom in"),
            "zoom_out": _("Zoom out"),
            "close": _("Close"),
            "language": current().tag,
        },
    }


def _crowd_facts(crowd: Crowd | None, pins: Sequence[PinLabel], area: _Area | None) -> dict[str, Any]:
    if crowd is None:
        return {}
    points = [pin.site.pin.point for pin in pins if pin.site.pin is not None]
    nearest = None if area is None else points[:_SITES_IN_VIEW]
    corners = [_corner(point) for point in crowd.in_view(points, nearest=nearest)]
    return {"corners": corners, "crowd": crowd.facts(), "turned": crowd.turned}


def _feature(point: Coordinate, facts: dict[str, Any]) -> dict[str, Any]:
    encoded = quote(json.dumps(facts), safe="").replace("_", "%5F")
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [point.lon_deg, point.lat_deg]},
        "properties": {"facts": encoded},
    }


def _inert_text(text: str) -> str:
    """Text as numeric character references: no delimiter of any language is left in it."""
    return "".join(char if char.isalnum() or char == " " else f"&#{ord(char)};" for char in text)
